/*
 * What stands in each pane: as a hanging fills them, as an earlier exam is put beside the current one, as a hand places a series. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { link } from '../engine/link';
import { type Layout, LAYOUTS, panesOf } from '../presets';
import { mostAlike, type Placed } from './match';
import { PANE, type PaneRule, type Rule } from './model';
import type { Exams } from './useExams';

export const NONE = ''; // a pane that a hanging leaves empty
export interface Fit { only: readonly string[] | null; rule: PaneRule }
export interface Filled { chosen: (string | null)[]; fits: (Fit | null)[]; layout: Layout }

const ONE = LAYOUTS[0]!;
const empty = (ids: readonly string[]): Filled => ({ chosen: ids.map(() => null), fits: ids.map(() => null), layout: ONE });

export function useFilled(ids: readonly string[]) {
  const [filled, setFilled] = useState<Filled>(() => empty(ids));
  const [active, setActive] = useState(0);
  const [comparing, setComparing] = useState<number | null>(null); // which earlier exam stands beside the current one
  const [wanted, setWanted] = useState<number | null>(null);

  const groups = useCallback((rules: (PaneRule | undefined)[], compared: boolean) => {
    link.setGroups(Object.fromEntries(rules.map((rule, n) => [ids[n]!, rule?.link ?? 1])));
    link.setWindows(compared);
  }, [ids]);

  const fill = useCallback((rule: Rule, placed: (Placed | null)[], again: boolean) => {
    const { rows, columns, panes } = rule.content;
    setFilled((was) => {
      const chosen = ids.map((_, n) => (n >= panes.length ? null : again && was.chosen[n] ? was.chosen[n]! : placed[n]?.series ?? NONE));
      const fits = ids.map((_, n) => (again && was.chosen[n] ? was.fits[n] ?? null : placed[n] ? { only: placed[n].only, rule: placed[n].rule } : null));
      return { chosen, fits, layout: again ? was.layout : { rows, columns } };
    });
    if (again) return;
    setActive(0);
    setComparing(null);
    setWanted(null);
    groups(panes, panes.some((one) => one.exam > 0));
  }, [ids, groups]);

  /* As the other window asks. */
  const take = useCallback((to: Filled, compared: boolean) => {
    setFilled({ layout: to.layout, chosen: ids.map((_, n) => to.chosen[n] ?? null), fits: ids.map((_, n) => to.fits[n] ?? null) });
    setActive(0);
    groups(to.fits.map((one) => one?.rule), compared);
  }, [ids, groups]);

  const clear = useCallback(() => {
    setFilled(empty(ids));
    setActive(0);
    setComparing(null);
    setWanted(null);
    groups([], false);
  }, [ids, groups]);

  const placeIn = useCallback((uid: string, n: number) => {
    setFilled((was) => ({ ...was, chosen: was.chosen.map((one, i) => (i === n ? uid : one)), fits: was.fits.map((one, i) => (i === n ? null : one)) }));
    setActive(n);
  }, []);
  const lay = useCallback((layout: Layout) => {
    setFilled((was) => ({ ...was, layout }));
    setActive((known) => Math.min(known, panesOf(layout) - 1));
  }, []);

  return { ...filled, active, setActive, comparing, wanted, setWanted, setComparing, setFilled, fill, take, clear, placeIn, lay, groups };
}

/* Puts an earlier exam beside what is read: its most alike series, moving and windowed together with it. */
export function useComparing(filled: ReturnType<typeof useFilled>, exams: Exams, current: string | null) {
  const { wanted, setWanted, setComparing, setFilled, setActive, groups } = filled;
  const now = useRef({ exams, current, filled });
  now.current = { exams, current, filled };
  const exam = wanted === null ? undefined : exams.exams[wanted + 1];
  const own = exams.exams[0]!.series.find((one) => one.uid === current);
  const like = exam && own ? mostAlike(own, exam.series) : null;
  const there = like ?? exam?.series[0];
  useEffect(() => {
    if (wanted === null || !own || !there) return;
    setFilled((was) => ({
      layout: LAYOUTS[1]!, chosen: was.chosen.map((_, n) => (n === 0 ? own.uid : n === 1 ? there.uid : null)),
      fits: was.fits.map((one, n) => (n === 0 ? (was.chosen[0] === own.uid ? one : null) : n === 1 ? { only: null, rule: { ...PANE, exam: wanted + 1, fit: own.modality === 'MG' ? 'wall' : 'fit' } } : null)),
    }));
    setActive(0);
    setComparing(wanted);
    setWanted(null);
    groups([PANE, { ...PANE, exam: wanted + 1 }], true);
  }, [wanted, own, there, setFilled, setActive, setComparing, setWanted, groups]);
}
