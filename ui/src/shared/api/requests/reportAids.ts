/* /api/report-aids: templates, phrases and words, own or shared by an organisation. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, postBytes } from '../client';

export type AidKind = 'template' | 'phrase' | 'word';
/* The sections of a report that a template may fill, in their order on paper. */
export const AID_PARTS = ['indication', 'technique', 'comparison', 'results', 'conclusion', 'follow_up', 'contact'] as const;
export type AidPart = (typeof AID_PARTS)[number];
export interface AidContent { texts?: Partial<Record<AidPart, string>>; text?: string }
export interface Aid {
  id: number; kind: AidKind; shared: boolean; organisation_id: number; organisation?: string | null; name: string; modality: string; region: string; content: AidContent; version: number;
  changed_at_ms: number; changed_by: string | null; may_change: boolean;
}
export interface Aids { aids: Aid[]; share: { id: number; name: string }[] }
export interface AidWrite { kind: AidKind; organisation_id?: number; version?: number; name: string; modality?: string; region?: string; content: AidContent }

const key = ['report-aids'] as const;
export const useAids = () => useQuery({ queryKey: key, queryFn: () => api.get<Aids>('/api/report-aids') });

/* A new one, or (with 'id') another version of one. */
export function useWriteAid() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id?: number; body: AidWrite }) => (id ? api.put<{ id: number }>(`/api/report-aids/${id}`, body) : api.post<{ id: number }>('/api/report-aids', body)),
    onSettled: () => void client.invalidateQueries({ queryKey: key }),
  });
}
export function useRemoveAid() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (id: number) => api.delete<{ id: number }>(`/api/report-aids/${id}`), onSettled: () => void client.invalidateQueries({ queryKey: key }) });
}

/* What a template of another house (IHE MRRT) would be here, and what was left out or changed; nothing is kept by asking. */
export type ForeignNote = 'active' | 'outside' | 'choice' | 'box' | 'table' | 'codes' | 'rights' | 'section' | 'language';
export interface Foreign { template: AidWrite; notes: { code: ForeignNote; about: string; count: number }[] }
export const useReadForeign = () => useMutation({ mutationFn: (file: Blob) => postBytes<Foreign>('/api/report-aids/import', file) });
export const mrrtOf = (id: number) => `/api/report-aids/${id}/mrrt`;
