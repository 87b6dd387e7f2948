/* Conventions being drafted and signed: GET /api/convention-papers and what changes them. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Prove, proved } from '../../sign/proof';
import { api, postBytes, query } from '../client';
import type { Missing } from '../types';

export interface Hours { days: number[]; from: string; to: string }
export interface PaperClause { kind: string; modality: string; priority: string; regions?: string[]; hours?: Hours[]; [delay: string]: unknown }
export interface PaperDocument { id: number; kind: string; title: string; sha256: string; bytes: number }
export interface Terms {
  on_site?: string[]; answers?: string; languages?: string[]; escalation?: { to: string; after_min: number }[];
  procedures?: { bad_news?: string; not_interpretable?: string; fallback?: string }; final_by_another?: boolean;
}
export interface PaperContent {
  number: string; title: string; valid_from: string; valid_until: string; parties: { id: number; part: string }[]; sections: Record<string, string>;
  clauses: PaperClause[]; reasons: string[]; documents: PaperDocument[]; terms: Terms;
}
export interface PaperParty { id: number; name: string; part: string; signed_by?: string; signed_at_ms?: number }
export interface Paper {
  id: number; revision: number; sha256: string; state: 'draft' | 'signing' | 'waiting' | 'in-force' | 'expired'; content: PaperContent;
  convention: { id: number; version: number; parties: PaperParty[] } | null; may_edit: boolean; may_sign: number[]; missing: Missing[];
}

const key = ['convention-papers'];
export const usePapers = () => useQuery({ queryKey: key, queryFn: () => api.get<{ papers: Paper[] }>('/api/convention-papers').then((answer) => answer.papers) });

function useChange<T>(work: (order: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async () => { await client.invalidateQueries({ queryKey: key }); await client.invalidateQueries({ queryKey: ['conventions'] }); },
  });
}
export const useNewPaper = () => useChange((from: number | undefined) => api.post('/api/convention-papers', from ? { from } : {}));
export const useSavePaper = () => useChange(({ id, revision, content }: Pick<Paper, 'id' | 'revision' | 'content'>) => api.put(`/api/convention-papers/${id}`, { revision, content }));
export const useAttach = () => useChange(({ id, kind, title, file }: { id: number; kind: string; title: string; file: File }) =>
  postBytes(`/api/convention-papers/${id}/documents${query({ kind, title })}`, file));
export const useSignPaper = () => useChange(async ({ paper, organisation, prove }: { paper: Paper; organisation: number; prove: Prove }) => {
  const proof = await prove();
  return proved(() => api.post(`/api/convention-papers/${paper.id}/sign`, { organisation_id: organisation, sha256: paper.sha256, proof }, { quiet401: true }), '/api/convention-papers');
});
