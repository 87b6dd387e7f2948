/* GET /api/health: version and mode; also tells whether the platform answers. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Health } from '../types';

export const useHealth = () =>
  useQuery({ queryKey: ['health'], queryFn: () => api.get<Health>('/api/health', { quiet401: true }), staleTime: 60_000 });
