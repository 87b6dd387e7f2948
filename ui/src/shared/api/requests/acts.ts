/* GET /api/acts: the list of one view, most urgent deadline first. SPDX-License-Identifier: Apache-2.0 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { setServerNow } from '../../format/clock';
import { api, query } from '../client';
import type { ActState, ActSummary } from '../types';

export type ActsView = 'requests' | 'imaging' | 'site' | 'all';
export interface ActsFilter { view: ActsView; state?: string; q?: string; modality?: string; task?: 'review-exception'; limit?: number; counts?: 1; assistances?: 'only' | 'none' }
/* counts: acts in each state of the view, whatever is listed; LISTED_MAX: as many or more. assistances: of these, the tele-assistances. */
export interface ActsAnswer { acts: ActSummary[]; more: boolean; counts: Partial<Record<ActState, number>> | null; assistances: Partial<Record<ActState, number>> | null; now_ms: number }
export const LISTED_MAX = 500;

export const actsKey = ['acts'] as const;

async function getActs(filter: ActsFilter) {
  const answer = await api.get<ActsAnswer>(`/api/acts${query({ ...filter })}`);
  setServerNow(answer.now_ms);
  return answer;
}

export const useActs = (filter: ActsFilter) =>
  useQuery({ queryKey: [...actsKey, filter], queryFn: () => getActs(filter), placeholderData: keepPreviousData, refetchInterval: 60_000 });
