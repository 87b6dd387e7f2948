/*
 * What is asked of other archives: who can be asked, what they hold, and the fetches of a patient.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { TraitDifference } from '@/shared/identity/Differences';

export interface Archive { id: number; ae_title: string; description: string }
export interface Found {
  study_uid: string; date: string; time: string; accession: string; description: string; modalities: string; instances: number; here: number; in_record: boolean;
  patient: { name: string; id: string; birth_date: string; sex: string }; differences: TraitDifference[];
}
export interface Answers { studies: Found[]; withheld: number; more: boolean }
export type SearchBy = 'traits' | 'identifier' | 'accession';
export interface Wanted { peer: string; by: SearchBy; value: string; from: string; to: string; modality: string }
export type FetchState = 'waiting' | 'running' | 'cancelled' | 'failed' | 'differs' | 'conflict' | 'done';
export interface Fetch {
  id: number; peer: string; study_uid: string; label: string; state: FetchState; why: string; reason: string; held: number; there: number; stored: number; refused: number;
  created_at_ms: number; changed_at_ms: number; actor: string; differences: TraitDifference[];
}

const RUNNING_MS = 1000;
const WAITING_MS = 5000;
const paceOf = (list: Fetch[] | undefined) => {
  if (list?.some((one) => one.state === 'running')) return RUNNING_MS;
  return list?.some((one) => one.state === 'waiting') ? WAITING_MS / 2 : false;
};
const fetchesKey = (patient: number) => ['fetches', patient];

export const useArchives = () => useQuery({ queryKey: ['elsewhere'], queryFn: () => api.get<{ peers: Archive[] }>('/api/elsewhere').then((a) => a.peers) });
export const useSearch = (patient: number) => useMutation({ mutationFn: (wanted: Wanted) => api.post<Answers>(`/api/patients/${patient}/elsewhere`, wanted) });
export const useFetches = (patient: number) =>
  useQuery({ queryKey: fetchesKey(patient), queryFn: () => api.get<{ fetches: Fetch[] }>(`/api/patients/${patient}/fetches`).then((a) => a.fetches), refetchInterval: (query) => paceOf(query.state.data) });

/* Each answers the list as it is now. */
function useStep<In>(patient: number, call: (wanted: In) => Promise<{ fetches: Fetch[] }>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: call, onSuccess: (a) => client.setQueryData(fetchesKey(patient), a.fetches) });
}
export const useFetch = (patient: number) =>
  useStep(patient, (wanted: { peer: string; study_uid: string; act_id: number; label: string }) => api.post<{ fetches: Fetch[] }>(`/api/patients/${patient}/fetches`, wanted));
export const useFetchStep = (patient: number) =>
  useStep(patient, ({ id, step, reason }: { id: number; step: 'cancel' | 'resume' | 'attach'; reason?: string }) =>
    api.post<{ fetches: Fetch[] }>(`/api/fetches/${id}/${step}`, reason === undefined ? {} : { reason }));
