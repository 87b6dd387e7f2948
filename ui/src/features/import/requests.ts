/*
 * What the import asks of the server.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, postBytes } from '@/shared/api/client';
import type { TraitDifference } from '@/shared/identity/Differences';

export interface ImportStudy {
  study_uid: string; date: string; description: string; modality: string; files: number; waiting: number; refused: number;
  patient: { name: string; id: string; birth_date: string; sex: string }; differences: TraitDifference[];
}
export interface Import {
  id: number; patient_id: number; act_id: number; origin: string; state: 'open' | 'done'; created_at_ms: number;
  counts: Record<string, number>; studies: ImportStudy[]; skipped: { path: string; why: string }[]; missing: { path: string }[];
}

const key = (id: number | null) => ['import', id];
export const useImport = (id: number | null) => useQuery({ queryKey: key(id), queryFn: () => api.get<Import>(`/api/imports/${id ?? 0}`), enabled: id !== null });
export const useOpenImports = (patientId: number) =>
  useQuery({ queryKey: ['imports', patientId], queryFn: () => api.get<{ imports: Import[] }>(`/api/imports?patient=${patientId}`).then((a) => a.imports) });
export const useBegin = () => useMutation({ mutationFn: (wanted: { patient_id: number; act_id: number; origin: string }) => api.post<Import>('/api/imports', wanted) });

export const knownFiles = (id: number, files: { path: string; sha256: string; bytes: number }[]) =>
  api.post<{ have: number[] }>(`/api/imports/${id}/known`, { files }).then((a) => a.have);
export const sendFile = (id: number, path: string, bytes: Blob) =>
  postBytes<{ path: string; state: string; why: string }>(`/api/imports/${id}/files?path=${encodeURIComponent(path)}`, bytes);

/* Letting in goes by turns: asked again until nothing is left. */
export function useDecide(id: number, onLeft: (left: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ study, decision, reason }: { study: string; decision: 'attach' | 'refuse'; reason: string }) => {
      for (;;) {
        const { left } = await api.post<{ left: number }>(`/api/imports/${id}/studies/${study}`, { decision, reason });
        onLeft(left);
        if (!left) return;
      }
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: key(id) }), client.invalidateQueries({ queryKey: ['priors'] })]),
  });
}
