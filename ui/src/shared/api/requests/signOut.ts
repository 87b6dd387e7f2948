/* POST /api/sign-out and /api/sign-out/everywhere. SPDX-License-Identifier: Apache-2.0 */
import { api } from '../client';

export const signOut = () => api.post('/api/sign-out', {}, { quiet401: true });
export const signOutEverywhere = () => api.post('/api/sign-out/everywhere', {}, { quiet401: true });
