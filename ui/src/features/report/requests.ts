/*
 * GET and PUT /api/acts/{id}/report; PUT /api/acts/{id}/addendum.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { actKey } from '@/shared/api/requests/act';
import type { Content, Report } from './content';

export const reportKey = (actId: number) => [...actKey(actId), 'report'] as const;
export const useReport = (actId: number) => useQuery({ queryKey: reportKey(actId), queryFn: () => api.get<Report>(`/api/acts/${actId}/report`) });
export const saveReport = (actId: number, revision: number, content: Content) => api.put<Report>(`/api/acts/${actId}/report`, { revision, content });
export const saveAddendum = (actId: number, revision: number, { addendum = {}, ...rest }: Content) => api.put<Report>(`/api/acts/${actId}/addendum`, { revision, addendum: { kind: addendum.kind, reason: addendum.reason, sections: addendum.sections, ...rest } });
export const pdfOf = (actId: number) => `/api/acts/${actId}/report.pdf`;
