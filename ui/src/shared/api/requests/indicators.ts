/* GET /api/indicators: what the acts of a convention tell of it. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';

export interface IndicatorDelay { what: string; count: number; median_min: number | null; p90_min: number | null; with_delay: number; within: number; delay_min: [number, number] | null }
export interface IndicatorGroup {
  by: 'all' | 'version' | 'site' | 'imaging' | 'modality'; key: string; name: string; acts: number; closed: number; refused: number; cancelled: number; not_done: number;
  repeats: number; overdue: number; late_acts: number; escalated: number; reviewed: number; withdrawn: number;
  delays: IndicatorDelay[]; refusals: { code: string; count: number }[]; urgent: { found: number; in_time: number };
}
export interface Indicators { convention: { number: string; title: string; versions: { version: number; valid_from: string; valid_until: string }[] }; from_ms: number; to_ms: number; now_ms: number; groups: IndicatorGroup[] }

export interface IndicatorsWanted { convention: string; from: number; to: number }
export const indicatorsPath = (wanted: IndicatorsWanted, format?: 'csv') => `/api/indicators${query({ ...wanted, ...(format ? { format } : {}) })}`;
export const useIndicators = (wanted: IndicatorsWanted) =>
  useQuery({ queryKey: ['indicators', wanted], queryFn: () => api.get<Indicators>(indicatorsPath(wanted)), enabled: wanted.convention !== '' });
