/*
 * A step that needs a fresh second factor, made for this act and this digest. POST /api/proofs/passkey/options; E16.
 *
 * A proof that is refused answers 401, as an ended session does: only when the session really ended is signing in asked for; a wrong code is a
 * refusal like any other, shown where it was typed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../api/client';
import { actKey } from '../api/requests/act';
import { actEventsKey } from '../api/requests/actEvents';
import { actsKey } from '../api/requests/acts';
import { getMe } from '../api/requests/me';
import type { Act } from '../api/types';

export type Proof = { kind: 'totp'; code: string } | { kind: 'passkey'; response: unknown };

/* The challenge is bound to this act and this digest; it lives two minutes. */
export async function passkeyProof(actId: number, digest: string): Promise<Proof> {
  const options = await api.post<PublicKeyCredentialRequestOptionsJSON>('/api/proofs/passkey/options', { purpose: 'sign-report', act_id: actId, digest });
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return { kind: 'passkey', response: (credential as PublicKeyCredential).toJSON() };
}

export interface ProvedCall { step: string; data: Record<string, unknown> & { sha256: string }; prove: () => Promise<Proof> | Proof }

export function useProvedStep(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ step, data, prove }: ProvedCall) => {
      const proof = await prove();
      const version = client.getQueryData<Act>(actKey(actId))?.version;
      try {
        return await api.post<Act>(`/api/acts/${actId}/steps/${step}`, { version, data: { ...data, proof } }, { quiet401: true });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401 && !(await getMe())?.full) await api.get(`/api/acts/${actId}`);
        throw error;
      }
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
