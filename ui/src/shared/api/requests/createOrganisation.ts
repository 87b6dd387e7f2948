/* POST /api/organisations, PUT /api/organisations/{id}. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OrganisationKind } from '../types';
import { organisationsKey } from './organisations';

export interface OrganisationWrite { name: string; kind: OrganisationKind; finess: string; city: string; time_zone: string; street: string; postcode: string; phone: string }

export function useCreateOrganisation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...wanted }: OrganisationWrite & { id?: number }) => (id ? api.put<{ id: number }>(`/api/organisations/${id}`, wanted) : api.post<{ id: number }>('/api/organisations', wanted)),
    onSuccess: () => client.invalidateQueries({ queryKey: organisationsKey }),
  });
}
