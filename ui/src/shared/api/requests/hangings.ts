/* /api/hangings: how images are hung, own or shared by an organisation. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export interface When { modality: string; region: string; side: '' | 'L' | 'R' | 'B'; series_min: number; series_max: number; prior: 'any' | 'with' | 'without'; age_min: number; age_max: number } // ages in whole years, 0: any
export interface PaneRule {
  exam: number; modality: string; words: string; without: string; plane: '' | 'axial' | 'coronal' | 'sagittal'; contrast: '' | 'with' | 'without'; weight: string; view: string; side: '' | 'L' | 'R' | 'B';
  nth: number; window: string | { center: number; width: number }; fit: 'fit' | 'wall'; link: number; flip: '' | 'mirror' | 'upside';
}
export interface Grid { rows: number; columns: number; panes: PaneRule[] }
/* 'begin': by itself, or only offered; 'second': for a second monitor. */
export interface HangingContent extends Grid { when: When; as: 'panes' | 'planes' | 'fusion'; begin: 'alone' | 'offered'; second?: Grid }
export interface Hanging {
  id: number; shared: boolean; organisation_id: number; organisation?: string | null; name: string; place: number; content: HangingContent; version: number;
  changed_at_ms: number; changed_by: string | null; may_change: boolean;
}
export interface Hangings { hangings: Hanging[]; share: { id: number; name: string }[] }
export interface HangingWrite { name: string; content: HangingContent; organisation_id?: number; version?: number }

const key = ['hangings'] as const;
export const useHangings = () => useQuery({ queryKey: key, queryFn: () => api.get<Hangings>('/api/hangings'), staleTime: 60_000 });

function useChange<T>(change: (what: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => void client.invalidateQueries({ queryKey: key }) });
}
/* A new one, or (with 'id') another version of one. */
export const useWriteHanging = () =>
  useChange(({ id, body }: { id?: number; body: HangingWrite }) => (id ? api.put<{ id: number }>(`/api/hangings/${id}`, body) : api.post<{ id: number }>('/api/hangings', body)));
export const useRemoveHanging = () => useChange((id: number) => api.delete<{ id: number }>(`/api/hangings/${id}`));
/* Tried as the n-th, from 1, among its owner's. */
export const useMoveHanging = () => useChange(({ id, place }: { id: number; place: number }) => api.post<{ id: number }>(`/api/hangings/${id}/place`, { place }));
