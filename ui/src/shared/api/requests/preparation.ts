/* Preparation sheets: of an act (GET /api/acts/{id}/preparation), and the library they come from. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';
import { type LibraryStanding, useChangeVersion } from './protocols';

export interface SheetText { title: string; before?: string[]; day?: string[]; bring?: string[]; after?: string[] }
export interface PreparationSheet { lang: 'fr' | 'en'; id: number; version: number; sheet: SheetText; lines: string[]; when: string; arrive: string; room: string; site: string; city: string; address: string; phone: string }
/* 'slot': a moved exam has another sheet. */
export const usePreparation = (act: number, lang: string, slot: number) =>
  useQuery({ queryKey: ['preparation', act, lang, slot], queryFn: () => api.get<PreparationSheet>(`/api/acts/${act}/preparation${query({ lang })}`), enabled: slot > 0, retry: false });

export type Said = 'any' | 'yes' | 'no';
export interface SheetWrite { imaging_id: number; site_id: number; modality: string; region: string; contrast: Said; child: Said; content: { fr: SheetText; en: SheetText }; replaces?: number }
export interface SheetVersion extends Omit<SheetWrite, 'replaces'>, LibraryStanding { id: number; root_id: number; version: number }
const key = ['preparations'] as const;

export const useSheets = (all: boolean) => useQuery({ queryKey: [...key, 'list', all], queryFn: () => api.get<{ preparations: SheetVersion[] }>(`/api/preparations${all ? '?all=1' : ''}`).then((a) => a.preparations) });
export const useSheet = (id: number) => useQuery({ queryKey: [...key, 'one', id], queryFn: () => api.get<{ preparation: SheetVersion; versions: SheetVersion[] }>(`/api/preparations/${id}`) });
export function useWriteSheet() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id?: number; body: SheetWrite }) => (id ? api.put<{ id: number }>(`/api/preparations/${id}`, body) : api.post<{ id: number }>('/api/preparations', body)),
    onSuccess: () => void client.invalidateQueries({ queryKey: key }),
  });
}
export const useChangeSheet = () => useChangeVersion('preparations');
