/* The slots of an exam: GET /api/acts/{id}/slots. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';
import type { Missing } from '../types';

export interface SlotOffer {
  room_id: number; start_ms: number; end_ms: number; arrive_ms: number; possible: boolean; late: boolean; missing: Missing[]; warnings: Missing[];
  technologist: string[]; local: string[]; imager: string[];
}
export interface SlotRoom { id: number; name: string; modality: string; calendar: boolean; minutes: number; lead_minutes: number; buffer_minutes: number }
export interface Slots { zone: string; now_ms: number; limit_ms: number | null; rooms: SlotRoom[]; first: SlotOffer[]; slots: SlotOffer[] }

export const slotsKey = ['slots'];
export const useSlots = (act: number, from: number, to: number) =>
  useQuery({ queryKey: [...slotsKey, act, from, to], queryFn: () => api.get<Slots>(`/api/acts/${act}/slots${query({ from, to })}`), refetchInterval: 60_000, placeholderData: (known) => known });
