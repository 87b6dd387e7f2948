/* POST /api/patients: five strict traits; a homonym must be confirmed. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../client';
import type { Patient, PatientWrite } from '../types';

export function useCreatePatient() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: PatientWrite) => api.post<Patient>('/api/patients', wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: ['patients'] }),
  });
}

/* The look-alikes beside the refusal: those this person may see, and how many stand elsewhere. */
export function homonymsOf(error: unknown): { seen: Patient[]; elsewhere: number } | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const body = error.body as { homonyms?: Patient[]; homonyms_elsewhere?: number } | null;
  return body?.homonyms ? { seen: body.homonyms, elsewhere: body.homonyms_elsewhere ?? 0 } : null;
}
