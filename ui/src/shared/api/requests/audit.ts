/* GET /api/audit: the trace, page by page; taken out as DICOM audit messages; its live feed to a collector. SPDX-License-Identifier: Apache-2.0 */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, query } from '../client';
import type { AuditLine } from '../types';

/* 'ipp' and 'number' as people write them; 'until' in ms: nothing later. */
export interface AuditFilter { person: number | null; ipp: string; number: string; until: number | null; refused: 1 | null }
interface Page { lines: AuditLine[]; next: number | null }

export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => api.get<Page>(`/api/audit${query({ ...filter, after: pageParam })}`),
    initialPageParam: null as number | null,
    placeholderData: keepPreviousData,
    getNextPageParam: (last) => last.next || null,
  });

/* What is shown, as a file of DICOM audit messages (the 2,000 latest lines that fit). */
export const auditMessagesPath = (filter: AuditFilter) => `/api/audit/messages${query({ ...filter })}`;

/* 'collector' null: none is configured. */
export interface AuditFeed {
  collector: string | null; mutual: boolean; lines: number; position: number; waiting: number; sent_at_ms: number | null; error: string; detail: string; failing_since_ms: number | null;
  anchor: { at_ms: number; line: number; hash: string } | null; // the latest signed end of the chain
}
export const useAuditFeed = () => useQuery({ queryKey: ['audit-feed'], queryFn: () => api.get<AuditFeed>('/api/audit/feed'), refetchInterval: 15_000 });
