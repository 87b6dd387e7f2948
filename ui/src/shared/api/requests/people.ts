/* GET /api/people?organisation=: the people of one organisation (all of them for an administrator). SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';
import type { Person } from '../types';

export const peopleKey = ['people'] as const;
export const usePeople = (organisation: number | null, enabled = true) =>
  useQuery({
    queryKey: [...peopleKey, organisation],
    queryFn: () => api.get<{ people: Person[] }>(`/api/people${query({ organisation })}`).then((answer) => answer.people),
    staleTime: 60_000,
    enabled,
  });
