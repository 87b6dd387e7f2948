/*
 * What the viewer asks of DICOMweb: headers of a series, a picture of an instance, the bytes of a document.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, refusalOf } from '@/shared/api/client';
import type { SeriesShort } from '@/shared/api/types';
import type { DicomJson } from './dicom';

export const root = () => `${location.origin}/dicom-web`;
const seriesPath = (study: string, series: string) => `/dicom-web/studies/${study}/series/${series}`;

export const pictureOf = (study: string, series: string, instance: string) => `${seriesPath(study, series)}/instances/${instance}/thumbnail`;

const PAUSE_MS = 700; // a burst of arriving images asks once
const TRIES_MAX = 6; // a count that the headers never reach is not asked for ever
const known = new Map<string, DicomJson>();

/* Headers of a series as a query, for who reads several at once. An instance keeps its object: what is cached under it stays good. */
export const headersQuery = (study: string, series: string, now: boolean) => ({
  enabled: now,
  queryKey: ['dicom', study, series, 'headers'],
  queryFn: async () => {
    const list = await api.get<DicomJson[]>(`${seriesPath(study, series)}/metadata`);
    return list.map((one) => {
      const uid = String(one['00080018']?.Value?.[0] ?? '');
      const before = known.get(uid);
      if (before) return before;
      known.set(uid, one);
      return one;
    });
  },
  staleTime: Infinity,
  gcTime: 60_000,
  structuralSharing: false,
  refetchOnWindowFocus: false,
});

/* Headers of a series, read again while images arrive; not yet while 'now' is false. */
export function useHeaders(study: string, series: string, instances: number, now = true) {
  const headers = useQuery(headersQuery(study, series, now));
  const { data, isFetching, isError, refetch } = headers;
  const tries = useRef({ instances, count: 0 });
  useEffect(() => {
    if (!data || isFetching || isError || data.length >= instances) return;
    if (tries.current.instances !== instances) tries.current = { instances, count: 0 };
    if (tries.current.count >= TRIES_MAX) return;
    const timer = setTimeout(() => void refetch({ cancelRefetch: false }), PAUSE_MS * 2 ** tries.current.count++);
    return () => clearTimeout(timer);
  }, [data, isFetching, isError, instances, refetch]);
  return headers;
}

/* The header of an image, when a pane has it. */
export const headerOf = (sop: string) => known.get(sop);

/* The objects kept above, dropped when the viewer closes. */
export const forgetHeaders = () => known.clear();

const first = (one: DicomJson, tag: string) => one[tag]?.Value?.[0];
const seriesOf = (one: DicomJson): SeriesShort => ({
  uid: String(first(one, '0020000E') ?? ''), number: Number(first(one, '00200011') ?? 0), modality: String(first(one, '00080060') ?? ''),
  description: String(first(one, '0008103E') ?? ''), instances: Number(first(one, '00201209') ?? 0),
});
/* The series of a study that is no act's own: an earlier exam. */
export const seriesQuery = (study: string, now = true) =>
  ({ enabled: now, queryKey: ['dicom', study, 'series'], queryFn: () => api.get<DicomJson[]>(`/dicom-web/studies/${study}/series`).then((list) => (list ?? []).map(seriesOf)) });

/* A bulk value of an instance, by its tag: never by an address that an object names. */
export async function bulkOf(study: string, series: string, instance: string, tag: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(`${seriesPath(study, series)}/instances/${instance}/bulkdata/${tag}`, { headers: { Accept: 'application/octet-stream' }, credentials: 'same-origin' });
  if (!answer.ok) throw await refusalOf(answer);
  return new Uint8Array(await answer.arrayBuffer());
}

/* Opens an encapsulated PDF in its own tab: the browser's reader, never the page. */
export async function openPdf(study: string, series: string, instance: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([await bulkOf(study, series, instance, '00420011')], { type: 'application/pdf' }));
  const link = document.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
