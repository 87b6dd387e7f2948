/*
 * A fresh second factor for exactly what is signed: POST /api/proofs/passkey/options; E16.
 *
 * A proof that is refused answers 401, as an ended session does: only when the session really ended is signing in asked for; a wrong code is a
 * refusal like any other, shown where it was typed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { api, ApiError } from '../api/client';
import { getMe } from '../api/requests/me';

export type Proof = { kind: 'totp'; code: string } | { kind: 'passkey'; response: unknown };
export type Prove = () => Promise<Proof> | Proof;
/* What is signed: its id (of an act, a procedure, a convention) and the digest of what was shown. */
export interface Proved { purpose: 'sign-report' | 'accept-procedure' | 'sign-ethics' | 'sign-meeting' | 'sign-convention'; id: number; digest: string }

/* The challenge is bound to what is signed and its digest; it lives two minutes. */
export async function passkeyFor({ purpose, id, digest }: Proved): Promise<Proof> {
  const options = await api.post<PublicKeyCredentialRequestOptionsJSON>('/api/proofs/passkey/options', { purpose, act_id: id, digest });
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return { kind: 'passkey', response: (credential as PublicKeyCredential).toJSON() };
}

/* A call that carries a proof; 'known' is read when it is refused: it asks for signing in where the session has ended. */
export async function proved<T>(call: () => Promise<T>, known: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && !(await getMe())?.full) await api.get(known);
    throw error;
  }
}
