/* The roster of an organisation: GET /api/roster and what changes it. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';

export interface Duty { shift_id: number; person_id: number; name: string; phone: string; role: string; from_ms: number; to_ms: number; weeks: number; absent?: boolean; swapped?: boolean; ended?: boolean }
export interface Roster {
  organisation_id: number; zone: string; may_edit: boolean; duties: Duty[]; now: Duty[]; now_ms: number;
  absences: { id: number; person_id: number; name: string; from_ms: number; to_ms: number; reason: string }[];
  swaps: { id: number; shift_id: number; from_ms: number; to_ms: number; person_id: number; name: string; holder: string; state: 'asked' | 'accepted' | 'refused' }[];
}
const key = ['roster'];
export const useRoster = (organisation: number, from: number, to: number) =>
  useQuery({ queryKey: [...key, organisation, from, to], queryFn: () => api.get<Roster>(`/api/roster${query({ organisation, from, to })}`), enabled: organisation > 0 });
export interface RosterOrder { method?: 'POST' | 'DELETE'; path: string; body?: unknown }
export function useRosterChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method = 'POST', path, body }: RosterOrder) => (method === 'DELETE' ? api.delete(`/api/roster/${path}`) : api.post(`/api/roster/${path}`, body)),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
