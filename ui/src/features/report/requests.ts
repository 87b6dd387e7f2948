/*
 * GET and PUT /api/acts/{id}/report; POST /api/proofs/passkey/options: the report, and the proof for signing it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { actKey } from '@/shared/api/requests/act';
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
