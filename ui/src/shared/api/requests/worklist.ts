/* GET /api/acts/{id}/worklist: the slot as the modality sees it. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api } from '../client';

export const useWorklistEntry = (actId: number, enabled: boolean) =>
  useQuery({ queryKey: ['act', actId, 'worklist'], queryFn: () => api.get<Record<string, unknown>>(`/api/acts/${actId}/worklist`), enabled });
