/*
 * Measures on an earlier exam are kept with that exam, never with the current one; and that it was opened beside the act is noted for the comparison. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef, useState } from 'react';
import { priorOpened } from '@/shared/media/openedPriors';
import { keepMarks } from '../measure/keep';
import { MarkStore } from '../measure/marks';
import type { ExamSeries } from './useExams';

/* 'open': the series of earlier exams that are shown. Answers the store of an exam. */
export function usePriorStores(open: readonly ExamSeries[], act: number | undefined): (study: string) => MarkStore {
  const [stores] = useState(() => new Map<string, MarkStore>());
  const ends = useRef(new Map<string, () => void>());
  const of = (study: string) => {
    const known = stores.get(study) ?? new MarkStore();
    stores.set(study, known);
    return known;
  };
  const studies = [...new Set(open.map((one) => one.study))].join();
  useEffect(() => {
    for (const one of open) {
      if (!ends.current.has(one.study)) ends.current.set(one.study, keepMarks(of(one.study), one.study));
      if (act !== undefined && one.prior) priorOpened(act, one.prior);
    }
  }, [studies, act]); // eslint-disable-line react-hooks/exhaustive-deps -- by study
  useEffect(() => {
    const kept = ends.current;
    return () => {
      kept.forEach((end) => end());
      kept.clear();
    };
  }, []);
  return of;
}
