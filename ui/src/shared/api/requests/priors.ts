/* GET /api/patients/{id}/priors: earlier exams brought on a medium, with the identity they carry. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';

export interface Prior {
  study_uid: string; date: string; modalities: string; description: string; instances: number; dicom_name: string; dicom_birth: string;
  origin: string; reason: string; decided_by: string; decided_by_name: string | null; decided_at_ms: number; differences: { trait: string; expected: string; found: string }[];
}
export const usePriors = (patientId: number) =>
  useQuery({ queryKey: ['priors', patientId], queryFn: () => api.get<{ priors: Prior[] }>(`/api/patients/${patientId}/priors`).then((a) => a.priors) });

/* GET /api/acts/{id}/priors: earlier exams worth comparing, the best reason first, then the newest; and where the act's own images look. */
export interface ActPrior {
  study_uid: string; date: string; modalities: string; description: string; instances: number; regions: string[]; reason: 'same' | 'region' | 'near' | 'modality' | 'other';
  origin: string; act_id: number; act_number: string;
}
export interface ActPriors { regions: string[]; modalities: string; priors: ActPrior[] }
export const useActPriors = (act: number | undefined) =>
  useQuery({ enabled: act !== undefined, queryKey: ['act-priors', act], queryFn: () => api.get<ActPriors>(`/api/acts/${act}/priors`), staleTime: 60_000 });
