/* Corrections of identity and place, and patients that are one. SPDX-License-Identifier: Apache-2.0 */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, query } from '../client';
import type { Patient } from '../types';

export type CorrectionKind = 'identity' | 'move' | 'split';
export type Values = Record<string, string>;
export interface Correction {
  id: number; kind: CorrectionKind; state: 'doing' | 'done' | 'failed' | 'undoing' | 'undone'; study_uid: string; target_uid: string; series: string; actor: string; actor_name: string | null; reason: string; failure: string;
  at_ms: number; total: number; done: number; undone_at_ms: number | null; undone_by: string; undone_by_name: string | null; undone_reason: string; merge_id: number | null;
  values: Values; before: { id: string; issuer: string; name: string; birth: string; sex: string };
}
interface Somebody { ipp: string; birth_name: string; first_given: string; birth_date: string; sex: string }
export interface Merge { id: number; from: Somebody; into: Somebody; at_ms: number; actor: string; actor_name: string | null; reason: string; undone_at_ms: number | null; undone_by: string; undone_by_name: string | null; undone_reason: string }
export interface Asked { kind: CorrectionKind; study_uid: string; values?: Values; ipp?: string; accession?: string; series?: string[]; target_uid?: string; reason?: string }
export interface Preview { instances: number; target_uid: string; before: Values; after: Values; other_names_taken_out: boolean; reports: { act_id: number; number: string; kind: 'identity' | 'moved' | 'split' | 'joined'; refused: boolean }[] }

/* One of two records, with what is on it. */
export interface Beside {
  patient: Patient; act_count: number; study_count: number;
  acts: { number: string; kind: string; state: string; modality: string; region: string; created_at_ms: number; site: string }[];
  studies: { uid: string; date: string; description: string; modalities: string; instances: number; name: string }[];
}
export interface ComparedRecords { seen: string; from: Beside; into: Beside; differences: { trait: string; expected: string; found: string; kind: string }[] }
export const useCompareRecords = () => useMutation({ mutationFn: (asked: { from: string; into: string }) => api.get<ComparedRecords>(`/api/archive/merges/compared${query(asked)}`) });

const key = ['corrections'] as const;
export const useCorrections = () => useQuery({
  queryKey: key,
  queryFn: () => api.get<{ corrections: Correction[]; merges: Merge[] }>('/api/archive/corrections'),
  refetchInterval: (query) => (query.state.data?.corrections.some((one) => one.state === 'doing' || one.state === 'undoing') ? 700 : 10_000),
});
export const usePreview = () => useMutation({ mutationFn: (asked: Asked) => api.post<Preview>('/api/archive/corrections/preview', asked) });
export function useCorrect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => api.post<{ id?: number }>(path, body),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['found-studies'] })]),
  });
}

type Attribute = { Value?: (string | number | { Alphabetic?: string })[] };
export interface FoundStudy { uid: string; name: string; patientId: string; issuer: string; birth: string; sex: string; date: string; accession: string; description: string; modalities: string; instances: number }
export interface FoundSeries { uid: string; number: string; modality: string; description: string; instances: number }
const one = (set: Record<string, Attribute>, tag: string) => {
  const value = set[tag]?.Value?.[0];
  return typeof value === 'object' ? value.Alphabetic ?? '' : value === undefined || value === null ? '' : String(value);
};
const search = (path: string) => api.get<Record<string, Attribute>[] | null>(path);

export const FOUND_MOST = 200; // rows asked for
export interface Search { name: string; id: string; accession: string; uid?: string }
// 'version' grows with what was corrected meanwhile: the list is then read again, the old one shown until it came.
export const useFoundStudies = (asked: Search | null, version: string) => useQuery({
  queryKey: ['found-studies', asked, version],
  enabled: !!asked,
  placeholderData: keepPreviousData,
  queryFn: async (): Promise<FoundStudy[]> => {
    const query = new URLSearchParams({ limit: String(FOUND_MOST), includefield: 'StudyDescription' });
    query.append('includefield', 'IssuerOfPatientID');
    if (asked?.name) query.set('PatientName', `${asked.name.trim().replaceAll(' ', '^')}*`);
    if (asked?.id) query.set('PatientID', asked.id.trim());
    if (asked?.uid) query.set('StudyInstanceUID', asked.uid);
    if (asked?.accession) query.set('AccessionNumber', asked.accession.trim());
    return ((await search(`/dicom-web/studies?${query}`)) ?? []).map((set) => ({
      uid: one(set, '0020000D'), name: one(set, '00100010'), patientId: one(set, '00100020'), issuer: one(set, '00100021'), birth: one(set, '00100030'), sex: one(set, '00100040'), date: one(set, '00080020'),
      accession: one(set, '00080050'), description: one(set, '00081030'), modalities: (set['00080061']?.Value ?? []).join(', '), instances: Number(one(set, '00201208')),
    }));
  },
});
export const useSeriesOf = (uid: string, wanted: boolean) => useQuery({
  queryKey: ['found-studies', 'series', uid],
  enabled: wanted,
  queryFn: async (): Promise<FoundSeries[]> => ((await search(`/dicom-web/studies/${uid}/series`)) ?? []).map((set) => ({ uid: one(set, '0020000E'), number: one(set, '00200011'), modality: one(set, '00080060'), description: one(set, '0008103E'), instances: Number(one(set, '00201209')) })),
});
