/* POST /api/acts: a draft, when a convention in force covers it. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { Act, ActWrite } from '../types';
import { actKey } from './act';
import { actsKey } from './acts';

export function useCreateAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: ActWrite) => api.post<Act>('/api/acts', wanted),
    onSuccess: (act) => {
      client.setQueryData(actKey(act.id), act);
      void client.invalidateQueries({ queryKey: actsKey });
    },
  });
}
