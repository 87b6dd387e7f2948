/*
 * A step that needs a fresh second factor, made for this act and this digest. E16
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client';
import { actKey } from '../api/requests/act';
import { actEventsKey } from '../api/requests/actEvents';
import { actsKey } from '../api/requests/acts';
import type { Act } from '../api/types';
import { type Prove, proved } from './proof';

export interface ProvedCall { step: string; data: Record<string, unknown> & { sha256: string }; prove: Prove }

export function useProvedStep(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ step, data, prove }: ProvedCall) => {
      const proof = await prove();
      const version = client.getQueryData<Act>(actKey(actId))?.version;
      return proved(() => api.post<Act>(`/api/acts/${actId}/steps/${step}`, { version, data: { ...data, proof } }, { quiet401: true }), `/api/acts/${actId}`);
    },
    onSuccess: (act) => {
      client.setQueryData<Act>(actKey(actId), (known) => (known && known.version > act.version ? known : act));
      void client.invalidateQueries({ queryKey: actEventsKey(actId) });
      void client.invalidateQueries({ queryKey: actsKey });
    },
    onError: () => void client.invalidateQueries({ queryKey: actKey(actId), exact: true }),
    onSettled: () => void client.invalidateQueries({ queryKey: [...actKey(actId), 'report'] }),
  });
}
