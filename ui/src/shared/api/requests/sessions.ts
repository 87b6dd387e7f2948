/* GET and DELETE of open sessions: one's own (/api/me/sessions), or a person's (/api/people/{id}/sessions). SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';
import type { OpenSession } from '../types';

const pathOf = (person: number | 'me') => (person === 'me' ? '/api/me/sessions' : `/api/people/${person}/sessions`);
const keyOf = (person: number | 'me') => ['sessions', person] as const;

export const useSessions = (person: number | 'me') =>
  useQuery({ queryKey: keyOf(person), queryFn: () => api.get<{ sessions: OpenSession[] }>(pathOf(person)).then((answer) => answer.sessions) });

export function useEndSession(person: number | 'me') {
  const client = useQueryClient();
  return useMutation({ mutationFn: (id: number) => api.delete(`${pathOf(person)}/${id}`), onSettled: () => client.invalidateQueries({ queryKey: keyOf(person) }) });
}
