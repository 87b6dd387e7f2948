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

/* The look-alikes that the refusal names, wherever the answer carries them. */
export function homonymsOf(error: unknown): Patient[] {
  if (!(error instanceof ApiError) || error.status !== 409) return [];
  const body = error.body as { homonyms?: Patient[]; patients?: Patient[]; error?: { homonyms?: Patient[]; patients?: Patient[] } } | null;
  return body?.homonyms ?? body?.patients ?? body?.error?.homonyms ?? body?.error?.patients ?? [];
}
