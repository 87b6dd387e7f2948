/* GET /api/me: who is signed in, with which roles; null when nobody is. SPDX-License-Identifier: Apache-2.0 */
import { useQuery } from '@tanstack/react-query';
import { api, ApiError, setCsrf } from '../client';
import type { Me } from '../types';

export const meKey = ['me'] as const;

export async function getMe(): Promise<Me | null> {
  try {
    const me = await api.get<Me>('/api/me', { quiet401: true });
    setCsrf(me.csrf);
    return me;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/* Changing a factor opens a new session with its own CSRF token: fetched before anything else is sent. */
export async function renewed<T>(change: Promise<T>): Promise<T> {
  const answer = await change;
  await getMe();
  return answer;
}

export const useMe = () => useQuery({ queryKey: meKey, queryFn: getMe, staleTime: 5 * 60_000, retry: 1 });
