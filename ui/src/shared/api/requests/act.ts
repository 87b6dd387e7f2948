/* GET /api/acts/{id}: one act, as this person may see it, with the steps they may try. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Act } from '../types';

export const actKey = (id: number) => ['act', id] as const;
export const useAct = (id: number) => useQuery({ queryKey: actKey(id), queryFn: () => api.get<Act>(`/api/acts/${id}`), refetchInterval: 60_000 });
