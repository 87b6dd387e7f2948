/* The library of protocols of the imaging group: read, written, submitted, judged, approved, given to sign. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { Contrast, Doses, LibraryProtocol } from '../types';

export interface ProtocolWrite {
  imaging_id: number; site_id?: number; modality: string; region: string; name: string; age_from_months?: number; age_to_months?: number; weight_from_kg?: number; weight_to_kg?: number;
  phases: string; steps: string; preparation?: string; optimisation?: string; contrast?: Contrast; drl?: Doses; dose_target?: Doses; minutes?: number; replaces?: number;
}
/* What every version of a library knows of its way into force; sheets too (preparation.ts). */
export interface LibraryTurn { at_ms: number; by: number; name: string; text: string; opinion?: 'favourable' | 'reserves' | 'unfavourable' }
export interface LibraryStanding {
  state: 'draft' | 'submitted' | 'in-force' | 'replaced' | 'withdrawn'; inside: boolean; mine: boolean; alone: boolean; approves: boolean;
  imaging?: string; site?: string | null; made_by?: string; approved_by?: string | null; made_at_ms?: number; approved_at_ms?: number | null; retired_at_ms: number | null;
  review: { submitted?: LibraryTurn; opinion?: LibraryTurn; returned?: LibraryTurn; approved?: LibraryTurn };
}
export type LibraryChange = 'submit' | 'opinion' | 'return' | 'approve' | 'retire' | 'publish';
export interface ProtocolVersion extends Omit<LibraryProtocol, 'mine'>, LibraryStanding { asks_physicist: boolean; physicist: boolean }
export interface Acceptance {
  organisation_id: number; name: string; procedure_id: number | null;
  people: { id: number; name: string; signed_at_ms: number | null; checked_on: string | null; result: string | null; until: string | null; checked_by: string | null }[];
}
export interface WholeProtocol { protocol: ProtocolVersion; versions: ProtocolVersion[]; acceptance: Acceptance[] }
const key = ['protocols'] as const;

export const useProtocols = (all = false) => useQuery({ queryKey: [...key, 'list', all], queryFn: () => api.get<{ protocols: ProtocolVersion[] }>(`/api/protocols${all ? '?all=1' : ''}`).then((a) => a.protocols) });
export const useProtocol = (id: number) => useQuery({ queryKey: [...key, 'one', id], queryFn: () => api.get<WholeProtocol>(`/api/protocols/${id}`) });
export const useProtocolsFor = (actId: number) =>
  useQuery({ queryKey: [...key, actId], queryFn: () => api.get<{ protocols: LibraryProtocol[] }>(`/api/acts/${actId}/protocols`).then((a) => a.protocols) });

/* A draft, the next version of one ('replaces'), or (with 'id') a draft written anew. */
export function useWriteProtocol() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id?: number; body: ProtocolWrite }) => (id ? api.put<{ id: number }>(`/api/protocols/${id}`, body) : api.post<{ id: number }>('/api/protocols', body)),
    onSuccess: () => void client.invalidateQueries({ queryKey: key }),
  });
}
/* A turn of one version; preparation sheets take the same ones. */
export function useChangeVersion(of: 'protocols' | 'preparations') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, how, body }: { id: number; how: LibraryChange; body?: Record<string, unknown> }) => api.post<{ id: number }>(`/api/${of}/${id}/${how}`, body ?? {}),
    onSuccess: () => void client.invalidateQueries({ queryKey: [of] }),
  });
}
export const useChangeProtocol = () => useChangeVersion('protocols');
