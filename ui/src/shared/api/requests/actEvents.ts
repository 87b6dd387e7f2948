/* GET /api/acts/{id}/events: everything that happened, in order. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { ActEvent } from '../types';

export const actEventsKey = (id: number) => ['act', id, 'events'] as const;
export const useActEvents = (id: number) =>
  useQuery({ queryKey: actEventsKey(id), queryFn: () => api.get<{ events: ActEvent[] }>(`/api/acts/${id}/events`).then((answer) => answer.events) });
