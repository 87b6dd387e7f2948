/* Access outside care: opened with a reason, ended, judged. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export type EmergencyCode = 'life' | 'emergency' | 'continuity';
export interface EmergencyAct { id: number; number: string; modality: string; region: string; asked_at_ms: number; study_uid: string | null }
export interface EmergencyAccess {
  id: number; person_id: number; patient_id: number; code: EmergencyCode; reason: string; opened_at_ms: number; until_ms: number; due_at_ms: number; reviewed_at_ms: number | null;
  verdict: 'justified' | 'not-justified' | null; note: string | null; ipp: string; person: string; reviewer: string | null; acts?: EmergencyAct[];
}
export interface EmergencyAsk { ipp: string; birth_name: string; first_given: string; birth_date: string; code: EmergencyCode; reason: string }
interface All { mine: EmergencyAccess[]; review: EmergencyAccess[]; now_ms: number }

const key = ['emergency-access'] as const;
export const useEmergency = () => useQuery({ queryKey: key, queryFn: () => api.get<All>('/api/emergency-access'), refetchInterval: 30_000 });
function useChange<T>(send: (wish: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}
export const useOpenEmergency = () => useChange((ask: EmergencyAsk) => api.post('/api/emergency-access', ask));
export const useEndEmergency = () => useChange((id: number) => api.post(`/api/emergency-access/${id}/end`, {}));
export const useReviewEmergency = () => useChange(({ id, ...said }: { id: number; verdict: string; note: string }) => api.post(`/api/emergency-access/${id}/review`, said));
