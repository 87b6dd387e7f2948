/* POST /api/people/{id}/reset: ends the sessions and factors, answers a one-time password. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OneTimePassword } from '../types';
import { peopleKey } from './people';

export function useResetPerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.post<OneTimePassword>(`/api/people/${id}/reset`),
    onSuccess: () => client.invalidateQueries({ queryKey: peopleKey }),
  });
}
