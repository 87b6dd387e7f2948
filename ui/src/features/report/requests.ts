/*
 * GET and PUT /api/acts/{id}/report; POST /api/proofs/passkey/options: the report, and the proof for signing it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '@/shared/api/client';
import { actKey } from '@/shared/api/requests/act';
import { actEventsKey } from '@/shared/api/requests/actEvents';
import { actsKey } from '@/shared/api/requests/acts';
import { getMe } from '@/shared/api/requests/me';
import type { Act } from '@/shared/api/types';
import type { Content, Report } from './content';

export const reportKey = (actId: number) => [...actKey(actId), 'report'] as const;
export const useReport = (actId: number) => useQuery({ queryKey: reportKey(actId), queryFn: () => api.get<Report>(`/api/acts/${actId}/report`) });
export const saveReport = (actId: number, revision: number, content: Content) => api.put<Report>(`/api/acts/${actId}/report`, { revision, content });
export const pdfOf = (actId: number) => `/api/acts/${actId}/report.pdf`;

export type Proof = { kind: 'totp'; code: string } | { kind: 'passkey'; response: unknown };

/* The challenge is bound to this act and this digest; it lives two minutes. */
export async function passkeyProof(actId: number, digest: string): Promise<Proof> {
  const options = await api.post<PublicKeyCredentialRequestOptionsJSON>('/api/proofs/passkey/options', { purpose: 'sign-report', act_id: actId, digest });
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return { kind: 'passkey', response: (credential as PublicKeyCredential).toJSON() };
}

/*
 * The step 'sign'. A proof that is refused answers 401, as an ended session does: only when the session really ended is signing in asked for;
 * a wrong code is a refusal like any other, shown where it was typed.
 */
export function useSign(actId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ report, prove }: { report: Report; prove: () => Promise<Proof> | Proof }) => {
      const proof = await prove();
      const version = client.getQueryData<Act>(actKey(actId))?.version;
      try {
        return await api.post<Act>(`/api/acts/${actId}/steps/sign`, { version, data: { revision: report.revision, sha256: report.sha256, proof } }, { quiet401: true });
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
    onSettled: () => void client.invalidateQueries({ queryKey: reportKey(actId) }),
  });
}
