/* POST /api/me/totp/start and /confirm: enrol an authenticator application. SPDX-License-Identifier: Apache-2.0 */
import { useMutation } from '@tanstack/react-query';
import { api } from '../client';
import { renewed } from './me';
import type { TotpConfirmed, TotpStart } from '../types';

export const useTotpStart = () => useMutation({ mutationFn: () => api.post<TotpStart>('/api/me/totp/start') });
export const useTotpConfirm = () => useMutation({ mutationFn: (code: string) => renewed(api.post<TotpConfirmed>('/api/me/totp/confirm', { code })) });
