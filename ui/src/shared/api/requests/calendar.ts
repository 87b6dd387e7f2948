/* The calendar of a site, of its rooms, closings. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';
import type { Missing, Patient } from '../types';
import { slotsKey } from './slots';

export interface Hours { days: number[]; from: string; to: string }
export interface Length { region: string; contrast: 'any' | 'yes' | 'no'; child: 'any' | 'yes' | 'no'; minutes: number; lead_minutes?: number }
export interface CalendarContent { hours: Hours[]; held: Hours[]; held_until_min?: number; buffer_minutes?: number; holidays: 'open' | 'shut' | 'shut-alsace'; lengths: Length[] }
export interface CalendarRoom { id: number; name: string; modality: string; version: number; unfit: Missing[]; calendar?: CalendarContent }
interface Span { room_id: number; from_ms: number; to_ms: number }
export interface Closing extends Span { id: number; kind: string; reason: string }
export interface CalendarAct { room_id: number; start_ms: number; end_ms: number; act_id?: number; number?: string; patient?: Patient; modality?: string; region?: string; priority?: string; state?: string }
export interface SiteCalendar {
  site: string; zone: string; now_ms: number; may_edit: boolean; may_close: boolean; rooms: CalendarRoom[]; open: Span[]; held: Span[]; closings: Closing[];
  holidays: { at_ms: number; name: string; alsace: boolean }[]; acts: CalendarAct[];
}
export interface CalendarVersion { version: number; made_at_ms: number; made_by: string; content: CalendarContent }

const key = ['calendar'];
export const useCalendar = (site: number, from: number, to: number) =>
  useQuery({ queryKey: [...key, site, from, to], queryFn: () => api.get<SiteCalendar>(`/api/sites/${site}/calendar${query({ from, to })}`), enabled: site > 0, refetchInterval: 60_000, placeholderData: (known) => known });
export const useCalendarVersions = (room: number) =>
  useQuery({ queryKey: [...key, 'versions', room], queryFn: () => api.get<{ versions: CalendarVersion[] }>(`/api/rooms/${room}/calendar`) });

export type CalendarOrder =
  | { what: 'calendar'; room: number; version: number; content: CalendarContent }
  | { what: 'close'; room: number; from_ms: number; to_ms: number; kind: string; reason: string }
  | { what: 'reopen'; id: number };
export function useCalendarChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: CalendarOrder): Promise<{ id?: number; version?: number; acts?: string[] }> => {
      if (order.what === 'calendar') return api.put(`/api/rooms/${order.room}/calendar`, { version: order.version, content: order.content });
      if (order.what === 'reopen') return api.delete(`/api/closings/${order.id}`);
      const { room, from_ms, to_ms, kind, reason } = order;
      return api.post(`/api/rooms/${room}/closings`, { from_ms, to_ms, kind, reason });
    },
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: slotsKey })]),
  });
}
