/* GET /api/acts: the list of one view, most urgent deadline first. SPDX-License-Identifier: Apache-2.0 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { setServerNow } from '../../format/clock';
import { api, query } from '../client';
import type { ActSummary } from '../types';

export type ActsView = 'requests' | 'imaging' | 'site' | 'all';
export interface ActsFilter { view: ActsView; state?: string; q?: string }

export const actsKey = ['acts'] as const;

async function getActs(filter: ActsFilter) {
  const answer = await api.get<{ acts: ActSummary[]; now_ms: number }>(`/api/acts${query({ ...filter })}`);
  setServerNow(answer.now_ms);
  return answer.acts;
}

export const useActs = (filter: ActsFilter) =>
  useQuery({ queryKey: [...actsKey, filter], queryFn: () => getActs(filter), placeholderData: keepPreviousData, refetchInterval: 60_000 });
