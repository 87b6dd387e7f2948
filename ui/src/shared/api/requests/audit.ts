/* GET /api/audit: the trace, page by page. SPDX-License-Identifier: Apache-2.0 */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
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
