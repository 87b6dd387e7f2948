/* GET /api/acts/{id}/experts and /series: what a request for an opinion chooses from. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { ChosenSeries } from '../types';
import { actKey } from './act';

export interface Candidate { person_id: number; name: string; speciality: string; organisation: string }
export const useExperts = (actId: number) =>
  useQuery({ queryKey: [...actKey(actId), 'experts'], queryFn: () => api.get<{ experts: Candidate[] }>(`/api/acts/${actId}/experts`).then((a) => a.experts), staleTime: 60_000 });
export const usePatientSeries = (actId: number) =>
  useQuery({ queryKey: [...actKey(actId), 'series'], queryFn: () => api.get<{ series: ChosenSeries[] }>(`/api/acts/${actId}/series`).then((a) => a.series) });
