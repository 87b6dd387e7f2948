/* The preparation sheet of an act: GET /api/acts/{id}/preparation. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';

export interface SheetText { title: string; before?: string[]; day?: string[]; bring?: string[]; after?: string[] }
export interface PreparationSheet { lang: 'fr' | 'en'; id: number; version: number; sheet: SheetText; lines: string[]; when: string; arrive: string; room: string; site: string; city: string }
/* 'slot': a moved exam has another sheet. */
export const usePreparation = (act: number, lang: string, slot: number) =>
  useQuery({ queryKey: ['preparation', act, lang, slot], queryFn: () => api.get<PreparationSheet>(`/api/acts/${act}/preparation${query({ lang })}`), enabled: slot > 0, retry: false });
