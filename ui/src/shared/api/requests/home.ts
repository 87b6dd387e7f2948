/* GET /api/home: what this person has to do, the most pressing first. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { setServerNow } from '../../format/clock';
import { api } from '../client';
import type { ActState, Priority } from '../types';

export type Press = 'now' | 'today' | 'later';
export interface HomeAct {
  id: number; number: string; kind: string; state: ActState; modality: string; region: string; priority: Priority; study_uid: string | null; site: string; zone: string;
  patient: string | null; // null: this person does not see whose act it is
}
export interface HomeLine {
  key: string; what: string; press: Press; due_ms: number | null; mine: boolean; role: string | null; act: HomeAct | null;
  text: string | null; about: string | null; count: number; id: number; until: string | null; aside: boolean;
}
export interface Home { items: HomeLine[]; more: boolean; now_ms: number; zone: string }

export const homeKey = ['home'] as const;

async function getHome() {
  const home = await api.get<Home>('/api/home');
  setServerNow(home.now_ms);
  return home;
}

export const useHome = () => useQuery({ queryKey: homeKey, queryFn: getHome, refetchInterval: 60_000 });

export function usePutAside() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (line: { key: string; note: string }) => api.post<object>('/api/home/aside', line),
    onSuccess: () => client.invalidateQueries({ queryKey: homeKey }),
  });
}
