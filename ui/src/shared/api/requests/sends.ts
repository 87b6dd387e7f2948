/* Studies and series sent to another DICOM peer: asked for, followed, cancelled, tried again. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';

export interface SendPart { study_uid: string; series_uid?: string }
export interface SendRow {
  id: number; peer: { id: number; ae_title: string; description: string }; parts: SendPart[]; study: { name: string; date: string; modalities: string; description: string } | null; state: 'waiting' | 'running' | 'done' | 'partial' | 'failed' | 'cancelled'; total: number; sent: number; failed: number;
  why: string; reason: string; actor: string; actor_name: string | null; created_at_ms: number; changed_at_ms: number; next_try_at_ms: number | null;
}
export const isGoing = (row: SendRow) => row.state === 'waiting' || row.state === 'running';

export const SENDS_MOST = 200; // as the server gives them
const key = ['sends'] as const;
/* Asked each second while one goes. */
export const useSends = (study: string, wanted: boolean) =>
  useQuery({
    queryKey: [...key, study],
    enabled: wanted,
    queryFn: () => api.get<{ sends: SendRow[] }>(`/api/archive/sends${query({ study })}`).then((answer) => answer.sends),
    refetchInterval: (asked) => (asked.state.data?.some(isGoing) ? 1000 : 15_000),
  });

function useThenSends<In, Out>(mutationFn: (wanted: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}
export const useSendTo = () => useThenSends((wanted: { peer_id: number; parts: SendPart[]; reason: string }) => api.post<{ id: number }>('/api/archive/sends', wanted));
export const useSendOrder = () => useThenSends(({ id, order }: { id: number; order: 'cancel' | 'retry' }) => api.post<SendRow>(`/api/archive/sends/${id}/${order}`));
