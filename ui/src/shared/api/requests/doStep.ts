/* POST /api/acts/{id}/steps/{step}: one step of the workflow; the answer is the act after it. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { Act } from '../types';
import { actKey } from './act';
import { actEventsKey } from './actEvents';
import { actsKey } from './acts';
import { slotsKey } from './slots';

/* Steps decided on what the screen showed: refused as stale when the act moved meanwhile. */
const CHECKS_VERSION = new Set(['accept', 'refuse', 'start', 'release', 'sign', 'answer-later', 'invite-experts']);

export interface StepCall { step: string; data?: Record<string, unknown>; version?: number }

export function useDoStep(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ step, data = {}, version }: StepCall) => {
      const seen = version ?? client.getQueryData<Act>(actKey(actId))?.version;
      return api.post<Act>(`/api/acts/${actId}/steps/${step}`, CHECKS_VERSION.has(step) && seen !== undefined ? { version: seen, data } : { data });
    },
    onSuccess: (act) => {
      client.setQueryData<Act>(actKey(actId), (known) => (known && known.version > act.version ? known : act));
      void client.invalidateQueries({ queryKey: actEventsKey(actId) });
      void client.invalidateQueries({ queryKey: actsKey });
      void client.invalidateQueries({ queryKey: slotsKey });
    },
    onError: () => void client.invalidateQueries({ queryKey: actKey(actId) }),
  });
}
