/* POST /api/sign-in/*: password, then TOTP or a recovery code; or a passkey alone, or Pro Santé Connect. SPDX-License-Identifier: Apache-2.0 */
import { api } from '../client';
import type { Next } from '../types';
import { getMe } from './me';

const quiet = { quiet401: true };

/* The half-open session has its own CSRF token: fetched before the next step is sent. */
async function halfOpen(next: Next): Promise<Next> {
  if (next.next !== 'done') await getMe();
  return next;
}

export const signInPassword = async (login: string, password: string) =>
  halfOpen(await api.post<Next>('/api/sign-in/password', { login, password }, quiet));
export const signInTotp = (code: string) => api.post<Next>('/api/sign-in/totp', { code }, quiet);
export const signInRecovery = (code: string) => api.post<Next>('/api/sign-in/recovery', { code }, quiet);

export const startPsc = () => api.post<{ url: string }>('/api/sign-in/psc/start', {}, quiet);
export const finishPsc = ({ state = '', code, iss, error }: Partial<Record<'state' | 'code' | 'iss' | 'error', string>>) => api.post<Next>('/api/sign-in/psc', { state, code, iss, error }, quiet);
export const choosePsc = (situation: number) => api.post<Next>('/api/sign-in/psc/choose', { situation }, quiet);

export const startCard = () => api.post<{ url: string }>('/api/sign-in/card/start', {}, quiet);
export const finishCard = () => api.post<Next>('/api/sign-in/card', {}, quiet);

export async function signInPasskey(): Promise<Next> {
  const options = await api.post<PublicKeyCredentialRequestOptionsJSON>('/api/sign-in/passkey/options', {}, quiet);
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return api.post<Next>('/api/sign-in/passkey', (credential as PublicKeyCredential).toJSON(), quiet);
}
