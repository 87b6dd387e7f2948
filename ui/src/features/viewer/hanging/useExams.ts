/*
 * The current exam and the earlier ones as series with what is known of them; earlier ones are found and fetched before they are asked for. E25.
 *
 * Nothing of an earlier exam is fetched until the current one's first image has come: then its series, their headers, and the images around
 * the middle of what is most like the series that is read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { type ActPrior, useActPriors } from '@/shared/api/requests/priors';
import type { SeriesShort } from '@/shared/api/types';
import { framesOf, inReadingOrder } from '../dicom';
import { nearest } from '../engine/ahead';
import { fetchSoon } from '../engine/stack';
import { headersQuery, root, seriesQuery } from '../requests';
import { isDocument } from '../Series';
import { factsOf, type SeriesFacts } from './facts';
import { type Exam, inOrder, mostAlike } from './match';

export interface ExamSeries extends SeriesShort { study: string; prior?: ActPrior }
export interface Exams {
  exams: Exam[]; series: ExamSeries[]; priors: ActPrior[]; regions: string[]; known: boolean; // 'known': which earlier exams there are is answered
  read: (exam: number) => boolean; // its headers are all here
}

const PRIORS_AHEAD = 2, SERIES_AHEAD = 6, IMAGES_AHEAD = 9; // earlier exams; their series; images of the likeliest
const NOWHERE: string[] = [];
const FEW = /^(MG|CR|DX)$/; // few images: their headers cost nothing and say where each goes

/* 'reach': how many earlier exams are asked for; 'calm': the first image has come. */
export function useExams({ act, study, series, calm, reach, reading, asked }: { act: number | undefined; study: string; series: readonly SeriesShort[]; calm: boolean; reach: number; reading: string | null; asked: boolean }): Exams {
  const found = useActPriors(act);
  const priors = useMemo(() => (found.data?.priors ?? []).filter((one) => one.reason !== 'other'), [found.data]);
  const images = useMemo(() => series.filter((one) => !isDocument(one)), [series]);
  const headers = useQueries({ queries: images.map((one) => headersQuery(study, one.uid, calm || asked || FEW.test(one.modality))) });
  const current = useMemo(() => images.map((one, n) => factsOf(study, one, headers[n]?.data)), [study, images, headers.map((one) => one.dataUpdatedAt).join()]); // eslint-disable-line react-hooks/exhaustive-deps

  const near = useMemo(() => priors.slice(0, Math.max(PRIORS_AHEAD, reach)), [priors, reach]);
  const lists = useQueries({ queries: near.map((one) => ({ ...seriesQuery(one.study_uid, calm), staleTime: Infinity })) });
  const listed = useMemo(() => near.map((prior, n): ExamSeries[] => (lists[n]?.data ?? []).filter((one) => !isDocument(one)).map((one) => ({ ...one, study: prior.study_uid, prior }))),
    [near, lists.map((one) => one.dataUpdatedAt).join()]); // eslint-disable-line react-hooks/exhaustive-deps
  const wanted = useMemo(() => listed.flatMap((list) => list.slice(0, SERIES_AHEAD)), [listed]);
  const theirs = useQueries({ queries: wanted.map((one) => headersQuery(one.study, one.uid, calm)) });
  const dated = theirs.map((one) => one.dataUpdatedAt).join();
  const earlier = useMemo(() => listed.map((list): SeriesFacts[] => list.map((one) => factsOf(one.study, one, theirs[wanted.indexOf(one)]?.data))), [listed, wanted, dated]); // eslint-disable-line react-hooks/exhaustive-deps

  // The images around the middle of what would stand beside the series that is read.
  const beside = current.find((one) => one.uid === reading) ?? inOrder(current)[0];
  useEffect(() => {
    if (!calm || !beside) return undefined;
    const frames = earlier.slice(0, 1).flatMap((list) => {
      const like = mostAlike(beside, list), n = wanted.findIndex((one) => one.uid === like?.uid);
      const all = like && n >= 0 ? inReadingOrder((theirs[n]?.data ?? []).flatMap((one) => framesOf(root(), like.study, like.uid, one))) : [];
      const middle = all.length >> 1;
      return all.length ? [middle, ...nearest(all.length, middle, 0).slice(0, IMAGES_AHEAD - 1)].map((index) => all[index]!) : [];
    });
    fetchSoon('prior', frames);
    return () => fetchSoon('prior', []);
  }, [calm, beside?.uid, dated, earlier]); // eslint-disable-line react-hooks/exhaustive-deps

  const exams = useMemo(() => [{ study, series: current }, ...near.map((one, n) => ({ study: one.study_uid, series: earlier[n] ?? [] }))], [study, current, near, earlier]);
  const all = useMemo(() => [...series.map((one) => ({ ...one, study })), ...listed.flat()], [series, study, listed]);
  return {
    exams, series: all, priors, regions: found.data?.regions ?? NOWHERE, known: act === undefined || !found.isPending,
    read: (exam) => (exam === 0 ? current : earlier[exam - 1] ?? []).every((one) => one.read) && (exam === 0 || !!lists[exam - 1]?.data),
  };
}
