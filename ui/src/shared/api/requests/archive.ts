/*
 * The archive: studies found (QIDO-RS), one study's series, instances and attributes, how it is kept, and how much there is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../client';

/* ---- DICOM JSON (PS3.18 annex F) ---- */
export interface Attribute { vr: string; Value?: unknown[]; InlineBinary?: string; BulkDataURI?: string }
export type DataSet = Record<string, Attribute>;

/* The first value as text; of a name its alphabetic group. */
export function textOf(set: DataSet | undefined, tag: string): string {
  const value = set?.[tag]?.Value?.[0];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return (value as { Alphabetic?: string } | null | undefined)?.Alphabetic ?? '';
}
const textsOf = (set: DataSet, tag: string) => (set[tag]?.Value ?? []).map(String);
const list = async (path: string) => {
  const answer = await api.get<DataSet[] | Record<string, never> | null>(path);
  return Array.isArray(answer) ? answer : [];
};

/* ---- studies ---- */
export interface FoundStudy {
  uid: string; name: string; patientId: string; issuer: string; birth: string; sex: string; date: string; time: string; accession: string; description: string; modalities: string[]; referring: string;
  series: number; instances: number;
}
const studyOf = (set: DataSet): FoundStudy => ({
  uid: textOf(set, '0020000D'), name: textOf(set, '00100010'), patientId: textOf(set, '00100020'), issuer: textOf(set, '00100021'), birth: textOf(set, '00100030'), sex: textOf(set, '00100040'),
  date: textOf(set, '00080020'), time: textOf(set, '00080030'), accession: textOf(set, '00080050'), description: textOf(set, '00081030'), modalities: textsOf(set, '00080061'), referring: textOf(set, '00080090'),
  series: Number(textOf(set, '00201206')), instances: Number(textOf(set, '00201208')),
});

/* One row more than the page is asked for: it says whether there is a next page, with nothing but the standard. */
export const usePageOfStudies = (asked: string, page: number, size: number) =>
  useQuery({
    queryKey: ['archive', 'studies', asked, page, size],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const found = (await list(`/dicom-web/studies?${asked}${asked && '&'}limit=${size + 1}&offset=${page * size}`)).map(studyOf);
      return { studies: found.slice(0, size), more: found.length > size };
    },
  });
export const useStudy = (uid: string) =>
  useQuery({ queryKey: ['archive', 'study', uid], queryFn: async () => (await list(`/dicom-web/studies?StudyInstanceUID=${uid}&limit=1`)).map(studyOf)[0] ?? null });

/* ---- series and instances ---- */
export interface FoundSeries { uid: string; number: number | null; modality: string; description: string; bodyPart: string; instances: number }
export const useSeriesOfStudy = (study: string) =>
  useQuery({
    queryKey: ['archive', 'study', study, 'series'],
    queryFn: async (): Promise<FoundSeries[]> =>
      (await list(`/dicom-web/studies/${study}/series?includefield=BodyPartExamined&limit=5000`)).map((set) => ({
        uid: textOf(set, '0020000E'), number: textOf(set, '00200011') === '' ? null : Number(textOf(set, '00200011')), modality: textOf(set, '00080060'), description: textOf(set, '0008103E'),
        bodyPart: textOf(set, '00180015'), instances: Number(textOf(set, '00201209')),
      })),
  });

export interface FoundInstance { uid: string; classUid: string; syntax: string; number: number | null; frames: number; rows: number; columns: number }
export const useInstancesOfSeries = (study: string, series: string, page: number, size: number) =>
  useQuery({
    queryKey: ['archive', 'study', study, series, 'instances', page, size],
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<FoundInstance[]> =>
      (await list(`/dicom-web/studies/${study}/series/${series}/instances?limit=${size}&offset=${page * size}`)).map((set) => ({
        uid: textOf(set, '00080018'), classUid: textOf(set, '00080016'), syntax: textOf(set, '00083002'), number: textOf(set, '00200013') === '' ? null : Number(textOf(set, '00200013')),
        frames: Number(textOf(set, '00280008') || (textOf(set, '00280010') ? 1 : 0)), rows: Number(textOf(set, '00280010')), columns: Number(textOf(set, '00280011')),
      })),
  });

const LIST_MAX = 5000;
/* Those that can be drawn, in their order: numbers as the modality gave them. */
export async function imagesOfSeries(study: string, series: string) {
  const found: { uid: string; frames: number; rows: number; columns: number; number: number }[] = [];
  for (let offset = 0; ; offset += LIST_MAX) {
    const page = await list(`/dicom-web/studies/${study}/series/${series}/instances?limit=${LIST_MAX}&offset=${offset}`);
    for (const set of page)
      if (textOf(set, '00280010')) found.push({ uid: textOf(set, '00080018'), frames: Number(textOf(set, '00280008') || 1), rows: Number(textOf(set, '00280010')), columns: Number(textOf(set, '00280011')), number: Number(textOf(set, '00200013')) });
    if (page.length < LIST_MAX) return found.sort((a, b) => a.number - b.number);
  }
}

export const instancePath = (study: string, series: string, instance: string) => `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
export const useAttributes = (study: string, series: string, instance: string) =>
  useQuery({ queryKey: ['archive', 'instance', instance], queryFn: async () => (await list(`${instancePath(study, series, instance)}/metadata`))[0] ?? {}, staleTime: 60_000 });

export interface Dictionary { tags: Record<string, [keyword: string, name: string]>; uids: Record<string, string> }
export const useDictionary = () => useQuery({ queryKey: ['dictionary'], queryFn: () => api.get<Dictionary>('/api/dicom/dictionary'), staleTime: Infinity, gcTime: Infinity });

/* ---- how it is kept: permission 'archive' ---- */
interface Reading { began_at_ms: number | null; ended_at_ms: number | null }
export interface Overview {
  studies: number; series: number; objects: number; bytes: number; disk: { free: number; size: number } | null; cache: { free: number; size: number } | null;
  arrivals: { today: number; hour: number; more: boolean; last_at_ms: number | null }; quarantine: { studies: number; objects: number; more: boolean }; faults: number; recheck: Reading & { files: number };
  ahead: { waiting: number } | null;
}
export interface StudyFacts {
  id: number; uid: string; date: string; time: string; accession: string; description: string; study_id: string; modalities: string; referring: string; objects: number; bytes: number; first_at_ms: number; last_at_ms: number;
  image: { name: string; id: string; issuer: string; birth_date: string; sex: string };
  patient: { id: number; ipp: string; birth_name: string; first_given: string; birth_date: string; sex: string } | null;
  hold: { id: number; at_ms: number; actor: string; actor_name: string | null; reason: string } | null;
  act: { id: number; number: string; state: string } | null;
  wrong_patient: boolean; differences: { trait: string; expected: string; found: string }[]; accepted: { at_ms: number; by: string; by_name: string | null; reason: string } | null; asides: number;
  prior: { origin: string; reason: string; decided_by: string; decided_by_name: string | null; decided_at_ms: number } | null;
  corrections: { id: number; kind: string; state: string; at_ms: number; actor: string; actor_name: string | null; reason: string }[];
  from: { via: string; actor: string; actor_name: string | null; objects: number; bytes: number; first_at_ms: number; last_at_ms: number }[];
  syntaxes: { uid: string; name: string; objects: number; bytes: number }[];
  series: { uid: string; number: number | null; modality: string; description: string; body_part: string; station: string; objects: number; bytes: number; frames: number; syntax: string | null; syntaxes: number; first_at_ms: number; last_at_ms: number }[];
  faults: number; recheck: Reading & { reached: number; whole: number };
  ready: { wanted: number; looked_at: number; there: number };
  performed_missing: number; gaps: { uid: string; number: number | null; description: string; modality: string; objects: number; missing: number }[];
}
export const useOverview = (wanted: boolean) => useQuery({ queryKey: ['archive', 'overview'], enabled: wanted, queryFn: () => api.get<Overview>('/api/archive/overview'), refetchInterval: 15_000 });
export const useStudyFacts = (uid: string, wanted: boolean) =>
  useQuery({ queryKey: ['archive', 'facts', uid], enabled: wanted, queryFn: () => api.get<StudyFacts>(`/api/archive/studies/${uid}`), refetchInterval: 15_000 });
