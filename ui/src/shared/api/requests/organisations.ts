/* GET /api/organisations: sites with their rooms, imaging groups, requesters. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Organisation } from '../types';

export const organisationsKey = ['organisations'] as const;
export const useOrganisations = () =>
  useQuery({
    queryKey: organisationsKey,
    queryFn: () => api.get<{ organisations: Organisation[] }>('/api/organisations').then((answer) => answer.organisations),
    staleTime: 5 * 60_000,
  });
