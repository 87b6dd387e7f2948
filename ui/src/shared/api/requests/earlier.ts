/* GET /api/acts/{id}/earlier: exams of this patient in the archive, with their dose. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';
import type { Earlier } from '../types';

export const useEarlier = (actId: number) => useQuery({ queryKey: ['act', actId, 'earlier'], queryFn: () => api.get<Earlier>(`/api/acts/${actId}/earlier`) });
