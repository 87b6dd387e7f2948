/* Room of the archive: what is kept, what may be. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export interface Place {
  site_id: number; name: string; files: number; bytes: number; shown_bytes: number; aside_bytes: number; kept_bytes: number; brought_bytes: number;
  limit_bytes: number; warn_percent: number; level: 'none' | 'ok' | 'warned' | 'full';
}
export interface LimitChange { site_id: number; name: string; limit_bytes: number; warn_percent: number; at_ms: number; actor: string; actor_name: string | null; reason: string }
export interface Quotas { disk: { bytes: number; free_bytes: number; min_free_percent: number } | null; store: Place; sites: Place[]; changes: LimitChange[] }
export interface LimitWish { limit_bytes: number; warn_percent: number; reason: string }

const key = ['quotas'] as const;
export const useQuotas = () => useQuery({ queryKey: key, queryFn: () => api.get<Quotas>('/api/archive/quotas'), refetchInterval: 30_000 });
export function useSetQuota(place: number | 'store') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: LimitWish) => api.put<Quotas>(`/api/archive/quotas/${place}`, wish),
    onSuccess: (now) => client.setQueryData(key, now),
  });
}
