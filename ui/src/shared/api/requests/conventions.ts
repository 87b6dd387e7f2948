/* GET /api/conventions: those in force between the organisations of the person signed in. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Convention } from '../types';

export const useConventions = (enabled = true) =>
  useQuery({
    queryKey: ['conventions'],
    queryFn: () => api.get<{ conventions: Convention[] }>('/api/conventions').then((answer) => answer.conventions),
    staleTime: 5 * 60_000,
    enabled,
  });
