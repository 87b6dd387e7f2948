/* At the site: the patient's access handed over on paper, its state, closed. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import { actKey } from './act';
import { actEventsKey } from './actEvents';

export type HolderKind = 'patient' | 'parent' | 'guardian';
export interface PatientAccess {
  id: number; holder: HolderKind; name: string; login: string; act_id: number; handed_at_ms: number; handed_by: string; code_until_ms: number;
  state: 'handed' | 'locked' | 'over' | 'active' | 'closed'; activated_at_ms: number | null; seen_at_ms: number | null; until_ms: number | null; ended_at_ms: number | null; ended_why: string;
}
export interface PatientPaper { address: string; login: string; code: string; qr_svg: string; code_until_ms: number }
export interface Handing { holder: HolderKind; name: string; relation: string; document: string }

const key = (act: number) => ['patient-access', act] as const;
export const usePatientAccesses = (act: number, on: boolean) =>
  useQuery({ queryKey: key(act), queryFn: () => api.get<{ accesses: PatientAccess[] }>(`/api/acts/${act}/patient-access`), enabled: on });

function useFresh(act: number) {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: key(act) });
    void client.invalidateQueries({ queryKey: actKey(act) });
    void client.invalidateQueries({ queryKey: actEventsKey(act) });
  };
}
export function useHandPatientAccess(act: number) {
  const fresh = useFresh(act);
  return useMutation({ mutationFn: (handing: Handing) => api.post<PatientPaper>(`/api/acts/${act}/patient-access`, handing), gcTime: 0 /* secrets */, onSettled: fresh });
}
export function useEndPatientAccess(act: number) {
  const fresh = useFresh(act);
  return useMutation({ mutationFn: ({ id, reason }: { id: number; reason: string }) => api.post(`/api/acts/${act}/patient-access/${id}/end`, { reason }), onSettled: fresh });
}
