/* The quarantine room: what contradicts or is damaged, and how a person settles it. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export interface Aside {
  id: number; received_at_ms: number; bytes: number; uid: string; study_uid: string; actor: string; actor_name: string | null; settled_at_ms: number | null; settlement: string; settled_by: string; settled_by_name: string | null; settled_reason: string;
  first_bytes: number; first_received_at_ms: number; patient_name: string; date: string; description: string; modality: string; number: number | null;
}
export interface StrayStudy {
  id: number; uid: string; date: string; description: string; modalities: string; instances: number; last_at_ms: number; wrong_patient: boolean; accession: string;
  image: { name: string; id: string; birth_date: string; sex: string };
  patient?: { ipp: string; birth_name: string; first_given: string; birth_date: string; sex: string };
  differences: { trait: string; expected: string; found: string }[];
}
export interface BlobFault { blob: string; what: string; uid: string; found_at_ms: number; mended_at_ms: number | null }
export interface RefusedObject { id: number; via: string; actor: string; actor_name: string | null; address: string; sop_class: string; uid: string; study_uid: string; kind: string; why: string; detail: string; times: number; first_at_ms: number; last_at_ms: number }
export interface Quarantine { refused: RefusedObject[]; asides: Aside[]; studies: StrayStudy[]; faults: BlobFault[]; recheck: { files: number; began_at_ms: number | null; ended_at_ms: number | null } }

const key = ['quarantine'] as const;
export const useQuarantine = () => useQuery({ queryKey: key, queryFn: () => api.get<Quarantine>('/api/archive/quarantine'), refetchInterval: 10_000 });

export interface Settling { path: string; body: Record<string, unknown> }
export function useSettle() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: Settling) => api.post<{ ok: boolean }>(path, body),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
