/* GET, POST and DELETE /api/me/passkeys: the passkeys of the person signed in. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import { renewed } from './me';
import type { Passkey, TotpConfirmed } from '../types';

const passkeysKey = ['me', 'passkeys'] as const;

export const usePasskeys = () =>
  useQuery({ queryKey: passkeysKey, queryFn: () => api.get<{ passkeys: Passkey[] }>('/api/me/passkeys').then((answer) => answer.passkeys) });

async function add(label: string) {
  const options = await api.post<PublicKeyCredentialCreationOptionsJSON>('/api/me/passkeys/options');
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  if (!credential) throw new DOMException('no credential', 'NotAllowedError');
  return renewed(api.post<Partial<TotpConfirmed>>('/api/me/passkeys', { label, credential: (credential as PublicKeyCredential).toJSON() }));
}

export function useAddPasskey() {
  const client = useQueryClient();
  return useMutation({ mutationFn: add, onSuccess: () => client.invalidateQueries({ queryKey: passkeysKey }) });
}

export function useRemovePasskey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => renewed(api.delete(`/api/me/passkeys/${id}`)),
    onSuccess: () => client.invalidateQueries({ queryKey: passkeysKey }),
  });
}
