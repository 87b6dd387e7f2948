/* POST /api/organisations. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OrganisationKind } from '../types';
import { organisationsKey } from './organisations';

export interface OrganisationWrite { name: string; kind: OrganisationKind; finess: string; city: string; time_zone: string }

export function useCreateOrganisation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: OrganisationWrite) => api.post<{ id: number }>('/api/organisations', wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: organisationsKey }),
  });
}
