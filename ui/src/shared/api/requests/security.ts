/* GET /api/security-incidents: the register of security incidents and breaches. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../client';

export const SECURITY_TO = ['cnil', 'people', 'cert-sante'] as const;
export const SECURITY_RISKS = ['none', 'risk', 'high'] as const;
export type SecurityStep = 'assess' | 'notify' | 'measure' | 'close';
export interface SecurityDuty { to: (typeof SECURITY_TO)[number]; due_ms: number | null; told_ms: number | null; overdue: boolean }
export interface SecurityEntry { seq: number; at_ms: number; step: SecurityStep | 'open'; by: string; data: Record<string, string | number | boolean> }
export interface SecurityIncident {
  id: number; title: string; known_at_ms: number; assessed: boolean; breach: boolean; risk: '' | (typeof SECURITY_RISKS)[number]; serious: boolean; closed: boolean; duties: SecurityDuty[]; entries: SecurityEntry[];
}
const key = ['security-incidents'] as const;
export const useSecurity = () => useQuery({ queryKey: key, queryFn: () => api.get<{ incidents: SecurityIncident[]; now_ms: number }>('/api/security-incidents') });
export function useOpenSecurity() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: { title: string; what: string; known_at_ms: number }) => api.post<{ id: number }>('/api/security-incidents', said),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
export function useSecurityEntry(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: { step: SecurityStep } & Record<string, unknown>) => api.post(`/api/security-incidents/${id}/entries`, said),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
