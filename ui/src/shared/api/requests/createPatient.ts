/* POST /api/patients: five strict traits, the search that came before, and a decision on those who look alike. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../client';
import type { Patient, PatientWrite } from '../types';

export function useCreatePatient() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ same, ...wanted }: PatientWrite & { same?: number }) => (same ? api.post<Patient>(`/api/patients/${same}/same`, wanted) : api.post<Patient>('/api/patients', wanted)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['patients'] }),
  });
}

/* The look-alikes beside the refusal: those this person may see, how many stand elsewhere, and what stands for this list in a decision. */
export interface Homonyms { seen: Patient[]; elsewhere: number; list: string }
export function homonymsOf(error: unknown): Homonyms | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const body = error.body as { homonyms?: Patient[]; homonyms_elsewhere?: number; alike?: string } | null;
  return body?.homonyms ? { seen: body.homonyms, elsewhere: body.homonyms_elsewhere ?? 0, list: body.alike ?? '' } : null;
}
