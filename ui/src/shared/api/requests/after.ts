/* After the report: duties, accesses handed over, entries of a record. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, refusalOf } from '../client';
import { actKey } from './act';
import { actEventsKey } from './actEvents';

export interface Duty {
  act_id: number; number: string; modality: string; priority: string; state: string; patient: string; kind: string; item: number; party: string; text: string; due_ms: number; overdue: boolean;
}
export const useDuties = () => useQuery({ queryKey: ['duties'], queryFn: () => api.get<{ duties: Duty[]; now_ms: number }>('/api/duties'), refetchInterval: 60_000 });

export interface Handed { link: string; code: string; expires_at_ms: number }
export function useHandAccess(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery: number) => api.post<Handed>(`/api/acts/${actId}/deliveries/${delivery}/access`),
    gcTime: 0, // secrets: not kept once the dialog is gone
    onSettled: () => {
      void client.invalidateQueries({ queryKey: actKey(actId) });
      void client.invalidateQueries({ queryKey: actEventsKey(actId) });
    },
  });
}

export interface RecordEntry {
  number: string;
  report: { status: string; results?: string; conclusion?: string; refusal?: { text?: string } | null; cancellation?: { text?: string } | null };
  acts_and_prescriptions: { kind: string; modality: string; region: string; prescriptions?: { none?: boolean; text?: string } | null };
  identities: { patient: { birth_name: string; first_given: string; birth_date: string; ipp?: string } };
  times: { what: string; at_ms: number }[];
  incidents: { none: boolean; report?: { text?: string } | null; log?: { text: string }[] | null };
  people: { id: number; name: string; role?: string; kept_at_ms?: number; where?: string }[];
}
export const useRecordEntry = (actId: number, on: boolean) => useQuery({ queryKey: ['record-entry', actId], queryFn: () => api.get<RecordEntry>(`/api/acts/${actId}/record-entry`), enabled: on });

/* For somebody without an account: both secrets bring the PDF. */
export async function openHanded(link: string, code: string): Promise<Blob> {
  const answer = await fetch('/api/handed-report', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang || 'fr' }, credentials: 'omit', body: JSON.stringify({ link, code }) });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.blob();
}
