/* GET /api/indicators: what the acts of a convention tell of it. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, query } from '../client';

export interface IndicatorDelay { what: string; count: number; median_min: number | null; p90_min: number | null; with_delay: number; within: number; delay_min: [number, number] | null }
export interface IndicatorGroup {
  by: 'all' | 'version' | 'site' | 'imaging' | 'modality'; key: string; name: string; acts: number; closed: number; refused: number; cancelled: number; not_done: number;
  repeats: number; overdue: number; late_acts: number; escalated: number; reviewed: number; withdrawn: number;
  delays: IndicatorDelay[]; refusals: { code: string; count: number }[]; urgent: { found: number; in_time: number };
  differences: { preliminary: number; finals: number; significant: number; told: number; told_median_min: number | null; told_p90_min: number | null; addenda: number; addenda_significant: number };
  discord: { judged: number; acts: number; indication: number; distance: number; exam: number };
}
export interface Indicators { convention: { number: string; title: string; versions: { version: number; valid_from: string; valid_until: string }[] }; from_ms: number; to_ms: number; now_ms: number; groups: IndicatorGroup[] }

export interface IndicatorsWanted { convention: string; from: number; to: number }
export const indicatorsPath = (wanted: IndicatorsWanted, format?: 'csv') => `/api/indicators${query({ ...wanted, ...(format ? { format } : {}) })}`;
export const useIndicators = (wanted: IndicatorsWanted) =>
  useQuery({ queryKey: ['indicators', wanted], queryFn: () => api.get<Indicators>(indicatorsPath(wanted)), enabled: wanted.convention !== '' });

export interface IndicatorAct {
  id: number; number: string; kind: string; modality: string; region: string; site: string; imaging: string; at_ms: number;
  difference?: { what: string | null; why: string | null; category: string | null }; told_min?: number | null;
  discord?: ('indication' | 'distance' | 'exam')[]; code?: string | null; reason?: string | null; relevance?: string | null;
}
export interface IndicatorActsWanted extends IndicatorsWanted { what: 'differences' | 'discord'; by: string; key: string }
/* The acts behind a number, as far as they are open to who asks. */
export const useIndicatorActs = (wanted: IndicatorActsWanted) =>
  useQuery({ queryKey: ['indicators', 'acts', wanted], queryFn: () => api.get<{ acts: IndicatorAct[]; others: number }>(`/api/indicators/acts${query({ ...wanted })}`) });
