/* GET /api/rights: who holds which role, and when that was last gone through. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { Role } from '../types';

export interface RightsOf {
  id: number; name: string; people: { id: number; name: string; profession: string; roles: Role[]; last_seen_ms: number | null }[];
  sha256: string; last: { at_ms: number; note: string; by: string } | null; due_at_ms: number | null; overdue: boolean; changed: boolean; may_sign: boolean;
}
const key = ['rights'] as const;
export const useRights = () => useQuery({ queryKey: key, queryFn: () => api.get<{ organisations: RightsOf[] }>('/api/rights') });
export function useSignRights() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...said }: { id: number; sha256: string; note: string }) => api.post(`/api/rights/${id}/review`, said),
    onSettled: () => client.invalidateQueries({ queryKey: key }), // a list that has changed is shown again
  });
}
