/* POST /api/people and PUT /api/people/{id}. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OneTimePassword, PersonWrite } from '../types';
import { peopleKey } from './people';

export function useSavePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, wanted }: { id: number | null; wanted: PersonWrite }): Promise<Partial<OneTimePassword>> =>
      id === null ? api.post<OneTimePassword>('/api/people', wanted) : api.put<Partial<OneTimePassword>>(`/api/people/${id}`, wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: peopleKey }),
  });
}
