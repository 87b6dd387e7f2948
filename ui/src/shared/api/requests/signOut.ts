/* POST /api/sign-out and /api/sign-out/everywhere. SPDX-License-Identifier: Apache-2.0 */
import { api } from '../client';

/* 'end_session': where the browser goes to end the session that Pro Santé Connect still has. */
export const signOut = () => api.post<{ end_session?: string }>('/api/sign-out', {}, { quiet401: true });
export const signOutEverywhere = () => api.post('/api/sign-out/everywhere', {}, { quiet401: true });
