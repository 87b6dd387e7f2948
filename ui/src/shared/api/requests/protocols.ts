/* GET and POST /api/protocols: the library of the imaging group. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { Contrast, Doses, LibraryProtocol } from '../types';

export interface ProtocolWrite {
  imaging_id: number; site_id?: number; modality: string; region: string; name: string; age_from_months?: number; age_to_months?: number; weight_from_kg?: number; weight_to_kg?: number;
  phases: string; steps: string; preparation?: string; contrast?: Contrast; drl?: Doses; dose_target?: Doses; minutes?: number; replaces?: number;
}
const key = ['protocols'] as const;

export const useProtocols = () => useQuery({ queryKey: key, queryFn: () => api.get<{ protocols: LibraryProtocol[] }>('/api/protocols').then((a) => a.protocols) });
export const useProtocolsFor = (actId: number) =>
  useQuery({ queryKey: [...key, actId], queryFn: () => api.get<{ protocols: LibraryProtocol[] }>(`/api/acts/${actId}/protocols`).then((a) => a.protocols) });

export function useWriteProtocol() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (body: ProtocolWrite) => api.post<{ id: number }>('/api/protocols', body), onSuccess: () => void client.invalidateQueries({ queryKey: key }) });
}
export function useChangeProtocol() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, how }: { id: number; how: 'approve' | 'retire' }) => api.post<{ id: number }>(`/api/protocols/${id}/${how}`),
    onSuccess: () => void client.invalidateQueries({ queryKey: key }),
  });
}
