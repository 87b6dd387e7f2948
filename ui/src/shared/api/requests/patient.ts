/* The patient's own page: acts, report, images, who looked; activation of the access. SPDX-License-Identifier: Apache-2.0 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../client';

export type OwnState = 'asked' | 'planned' | 'under-way' | 'reading' | 'waiting' | 'ready' | 'not-done';
export interface OwnAct { id: number; number: string; kind: string; modality: string; region: string; state: OwnState; at_ms: number | null; slot_start_ms: number | null; site: { name: string; city: string; address: string; phone: string } }
export interface OwnRecord {
  patient: { name: string; birth_date: string; sex: string };
  holder: { kind: 'patient' | 'parent' | 'guardian'; name: string; since_ms: number | null; until_ms: number | null };
  over: boolean;
  acts: OwnAct[];
}
export interface OwnSheet { arrive: string; room: string; lines: string[]; sheet: { title: string; before?: string[]; day?: string[]; bring?: string[]; after?: string[] } }
/* What was told, agreed to, refused, and who receives the report. */
export interface OwnChoices {
  information: { on: 'both' | 'act' | 'distance'; at_ms: number; by: string; language: string | null }[];
  consents: { to: 'act' | 'distance'; how: string; at_ms: number; by: string; for: string | null; withdrawn_at_ms: number | null }[];
  exception: { at_ms: number; by: string } | null;
  objections: { to: string; name: string | null; at_ms: number; lifted_at_ms: number | null }[];
  recipients: { to: string; name: string | null; reached_at_ms: number | null; revoked: boolean }[];
}
export interface OwnActWhole extends OwnAct {
  report: 'open' | 'waiting'; about: 'images' | 'documents'; images: 'open' | 'waiting' | 'none'; preparation: string | null; preparation_at_ms: number | null; offered: string | null;
  sheet?: Record<'fr' | 'en', OwnSheet>; informed_at_ms: number | null; choices: OwnChoices; requester: { name: string; phone: string } | null;
}
export const OWN_PARTS = ['conclusion', 'indication', 'technique', 'comparison', 'results', 'follow_up', 'contact'] as const;
export interface OwnVersion { kind: 'preliminary' | 'final' | 'addendum'; at_ms: number; addendum?: 'complement' | 'correction' | 'late-result' | null; reason?: string | null; changes?: string | null }
export interface OwnReport {
  versions?: OwnVersion[];
  text: Record<(typeof OWN_PARTS)[number], string>; signed_at_ms: number; signed_by: string | null; not_interpretable: boolean;
  opinions: { by?: string; at_ms?: number; results?: string; conclusion?: string }[];
}
export interface OwnSeries { uid: string; number: number | null; modality: string; description: string; images: { uid: string; frames: number; rows: number; columns: number }[] }
export interface OwnFirst { series: string; image: string; frame: number; words: string | null; window: { center: number; width: number } | null }
export interface OwnReader { at_ms: number; kind: 'record' | 'report' | 'images' | 'copy'; name: string; profession: string; organisations: string[]; purpose: string; number: string | null; times: number; you: boolean }

export const useOwnRecord = () => useQuery({ queryKey: ['own'], queryFn: () => api.get<OwnRecord>('/api/patient') });
export const useOwnAct = (id: number) => useQuery({ queryKey: ['own', id], queryFn: () => api.get<OwnActWhole>(`/api/patient/acts/${id}`) });
export const useOwnReport = (id: number, on: boolean) => useQuery({ queryKey: ['own', id, 'report'], queryFn: () => api.get<OwnReport>(`/api/patient/acts/${id}/report`), enabled: on });
export const useOwnSeries = (id: number, on: boolean) =>
  useQuery({ queryKey: ['own', id, 'series'], queryFn: () => api.get<{ series: OwnSeries[]; first: OwnFirst[]; files: number; bytes: number }>(`/api/patient/acts/${id}/series`), enabled: on, staleTime: Infinity });
export const useOwnReaders = () => useQuery({ queryKey: ['own', 'readers'], queryFn: () => api.get<{ readers: OwnReader[] }>('/api/patient/readers') });

/* 'side': of the square it must fit, in pixels; 'window' "C,W,linear" or ''. */
export const ownPicture = (act: number, series: string, image: string, frame: number, side: number, window: string) =>
  `/api/patient/acts/${act}/series/${series}/images/${image}/frames/${frame}?width=${side}${window && `&window=${window}`}`;
export const ownPdf = (act: number) => `/api/patient/acts/${act}/report.pdf`;

/* The browser's own download: the exam goes to disk as it comes. */
export const useOwnDownload = (act: number) =>
  useMutation({
    mutationFn: () => api.post<{ id: number }>(`/api/patient/acts/${act}/exports`),
    onSuccess: ({ id }) => {
      const link = document.createElement('a');
      link.href = `/api/patient/exports/${id}/archive.zip`;
      link.download = '';
      link.click();
    },
  });

export interface Activation { code: string; birth_name: string; birth_date: string; passkey: boolean }
export const activate = (given: Activation) => api.post<{ next: 'enrol' }>('/api/patient/activate', given, { quiet401: true });
export const useLeave = () => useMutation({ mutationFn: () => api.post('/api/patient/leave') });
