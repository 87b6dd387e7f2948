/*
 * POST /api/exports, GET /api/exports/{id}: images that leave as a zip archive, and how far it has got.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../client';

export const PURPOSES = ['care', 'second-opinion', 'patient', 'legal', 'quality', 'research', 'teaching'] as const;
export type Purpose = (typeof PURPOSES)[number];
export const needsReason = (purpose: Purpose) => ['legal', 'quality', 'research', 'teaching'].includes(purpose);
export const onlyDeidentified = (purpose: Purpose) => purpose === 'research' || purpose === 'teaching';

export interface ExportAsk {
  parts: { study_uid: string; series_uid?: string }[];
  purpose: Purpose;
  reason: string;
  deidentified?: boolean;
  options?: Record<string, unknown>;
}
export interface ExportRow {
  id: number; state: 'ready' | 'running' | 'done' | 'cut'; purpose: Purpose; reason: string; deidentified: boolean;
  files: number; bytes: number; files_sent: number; files_left_out: number; bytes_sent: number; created_at_ms: number; ended_at_ms: number;
}

export const useExport = () => useMutation({ mutationFn: (ask: ExportAsk) => api.post<ExportRow>('/api/exports', ask) });

/* Asked every second while it goes. */
export const useExportProgress = (id: number | null) =>
  useQuery({
    queryKey: ['export', id],
    queryFn: () => api.get<ExportRow>(`/api/exports/${id ?? 0}`),
    enabled: id !== null,
    refetchInterval: (asked) => (asked.state.data && ['done', 'cut'].includes(asked.state.data.state) ? false : 1000),
    staleTime: 0,
  });

/* The browser's own download: it goes to disk as it comes, whatever its size. */
export function download(id: number) {
  const link = document.createElement('a');
  link.href = `/api/exports/${id}/archive.zip`;
  link.download = '';
  link.click();
}
