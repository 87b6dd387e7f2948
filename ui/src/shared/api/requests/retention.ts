/* What was deleted and can come back, what is due, who is under a hold. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export interface Deletion {
  id: number; proposal_id: number | null; level: 'study' | 'series' | 'instance'; state: 'hidden' | 'restored' | 'purged' | 'lifted'; study_uid: string; study_date: string; description: string; modalities: string;
  dicom_name: string; instances: number; bytes: number; at_ms: number; actor: string; actor_name: string | null; reason: string; until_ms: number; ended_at_ms: number | null; ended_by: string; ended_by_name: string | null; ended_reason: string;
}
export interface Purge {
  id: number; as_of: string; at_ms: number; actor: string; actor_name: string | null; state: 'proposed' | 'approved' | 'withdrawn'; decided_at_ms: number | null; decided_by: string; decided_by_name: string | null; decided_reason: string;
  studies: number; kept_out: number; bytes: number; purged: number; hidden: number;
}
export interface PurgeItem {
  id: number; study_uid: string; study_date: string; modalities: string; instances: number; bytes: number; last_on: string; due_on: string; rule: 'years' | 'minor' | 'death'; kept_reason: string;
  ipp: string | null; birth_name: string | null; first_given: string | null; birth_date: string | null;
}
export interface Hold { id: number; ipp: string; birth_name: string; first_given: string; at_ms: number; actor: string; actor_name: string | null; reason: string; ended_at_ms: number | null; ended_by: string; ended_by_name: string | null }
export interface Terms { keep_years: number; until_age: number; after_death_years: number; grace_days: number }
export interface TermsVersion extends Terms { version: number; at_ms: number; actor: string; actor_name: string | null; reason: string }
export interface Retention { deletions: Deletion[]; purges: Purge[]; holds: Hold[]; terms: TermsVersion & { legal: Terms; versions: TermsVersion[] } }

const key = ['retention'] as const;
export const useRetention = () => useQuery({ queryKey: key, queryFn: () => api.get<Retention>('/api/archive/deletions'), refetchInterval: 15_000 });
export const usePurge = (id: number) => useQuery({ queryKey: [...key, id], queryFn: () => api.get<Purge & { items: PurgeItem[] }>(`/api/archive/purges/${id}`) });

export interface Order { method?: 'POST' | 'PUT' | 'DELETE'; path: string; body?: unknown }
export function useRetain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method = 'POST', path, body = {} }: Order) => (method === 'DELETE' ? api.delete<unknown>(path) : method === 'PUT' ? api.put<unknown>(path, body) : api.post<unknown>(path, body)),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['found-studies'] })]),
  });
}
