/* Patients: search by date of birth then letters of a name (its token opens a creation), one identity and what is done to it. E15. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError, query } from '../client';
import type { Patient } from '../types';

export interface Found { patients: Patient[]; search: string }
export const searchPatients = (birth_date: string, name: string) => api.get<Found>(`/api/patients${query({ birth_date, name })}`);
export const usePatientSearch = (birth_date: string | null, name: string) =>
  useQuery({ queryKey: ['patients', birth_date, name], queryFn: () => searchPatients(birth_date ?? '', name), enabled: birth_date !== null && name !== '', staleTime: 0, gcTime: 0 });

type Attribute = Patient['attributes'][number];
export interface Version { birth_name?: string; first_given?: string; [trait: string]: unknown }
/* by: who stands behind the login; null: the program, or somebody no longer known. */
export type Actor = { actor: string; by: { name: string; roles: string[] } | null };
export interface HistoryLine extends Actor { at_ms: number; what: string; document: string; reason: string; before: Version | null; after: Version | null }
export interface Alike extends Actor { patient: Patient | null; decision: 'homonym' | 'doubtful'; at_ms: number }
export interface Identity { patient: Patient; document_by: Actor['by']; history: HistoryLine[]; alike: Alike[]; may: { change: boolean; document: boolean; doubt: boolean; clear: boolean; ins: boolean } }
export interface Difference { trait: string; expected: string; found: string; kind: string }

const identityKey = (id: number) => ['identity', id];
export const useIdentity = (id: number) => useQuery({ queryKey: identityKey(id), queryFn: () => api.get<Identity>(`/api/patients/${id}/identity`), enabled: id > 0 });

export type IdentityAct =
  | { act: 'document'; kind: string; holder_kind?: string; same: boolean }
  | { act: 'attributes'; add?: Attribute[]; drop?: Attribute[]; reason: string }
  | ({ act: 'ins'; reason: string; ins: { value: string; oid: string } } & Record<string, unknown>)
  | ({ act: 'change'; version: number; reason: string } & Record<string, unknown>);

export function useIdentityAct(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, ...body }: IdentityAct) => (act === 'change' ? api.put<Patient>(`/api/patients/${id}`, body) : api.post<Patient>(`/api/patients/${id}/${act}`, body)),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: identityKey(id) }), client.invalidateQueries({ queryKey: ['patients'] }), client.invalidateQueries({ queryKey: ['act'] })]),
  });
}

/* Traits that differ, beside a refusal. */
export const differencesOf = (error: unknown): Difference[] =>
  (error instanceof ApiError && (error.body as { differences?: Difference[] } | null)?.differences) || [];
