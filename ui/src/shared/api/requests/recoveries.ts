/* /api/recoveries: an account recovered by two people; /api/me/recoveries: told to the person. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OneTimePassword } from '../types';
import { peopleKey } from './people';

export interface Recovery { id: number; person: { id: number; name: string }; verified: string; opened_by: string; opened_at_ms: number; until_ms: number; may_confirm: boolean }
export interface OwnRecovery { id: number; state: 'open' | 'confirmed'; opened_by: string; ended_by: string; verified: string; at_ms: number }
const key = ['recoveries'] as const, ownKey = ['recoveries', 'me'] as const;

export const useRecoveries = () => useQuery({ queryKey: key, queryFn: () => api.get<{ recoveries: Recovery[] }>('/api/recoveries').then((answer) => answer.recoveries), refetchInterval: 60_000 });
export const useOwnRecoveries = () => useQuery({ queryKey: ownKey, queryFn: () => api.get<{ recoveries: OwnRecovery[] }>('/api/me/recoveries').then((answer) => answer.recoveries), refetchInterval: 60_000 });

function useChange<Said, Answer>(mutationFn: (said: Said) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, gcTime: 0 /* secrets */, onSettled: () => Promise.all([key, peopleKey].map((queryKey) => client.invalidateQueries({ queryKey }))) });
}
export const useOpenRecovery = () => useChange((said: { person_id: number; verified: string }) => api.post('/api/recoveries', said));
export const useConfirmRecovery = () => useChange((id: number) => api.post<OneTimePassword>(`/api/recoveries/${id}/confirm`));
export const useCancelRecovery = () => useChange((id: number) => api.post(`/api/recoveries/${id}/cancel`));
export const useAnswerOwnRecovery = () => useChange(({ id, answer }: { id: number; answer: 'seen' | 'cancel' }) => api.post(`/api/me/recoveries/${id}/${answer}`));
