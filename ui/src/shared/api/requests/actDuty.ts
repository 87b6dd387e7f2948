/* GET /api/acts/{id}/duty: who is on duty at the hour of the slot, or now. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Duty } from './roster';

export const useActDuty = (act: number) =>
  useQuery({ queryKey: ['act-duty', act], queryFn: () => api.get<{ at_ms: number; site: Duty[]; imaging: Duty[] }>(`/api/acts/${act}/duty`), staleTime: 30_000 });
