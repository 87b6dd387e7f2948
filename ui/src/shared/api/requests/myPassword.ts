/* POST /api/me/password: a new password. SPDX-License-Identifier: Apache-2.0 */
import { useMutation } from '@tanstack/react-query';
import { api } from '../client';
import { renewed } from './me';

export const useChangePassword = () =>
  useMutation({ mutationFn: (change: { current: string; wanted: string }) => renewed(api.post('/api/me/password', change)) });
