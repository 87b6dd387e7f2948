/* GET /api/audit: the trace, page by page. SPDX-License-Identifier: Apache-2.0 */
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, query } from '../client';
import type { AuditLine } from '../types';

export interface AuditFilter { person: string; patient: string; act: string }
interface Page { lines: AuditLine[]; next: number | null }

export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => api.get<Page>(`/api/audit${query({ ...filter, after: pageParam })}`),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next || null,
  });
