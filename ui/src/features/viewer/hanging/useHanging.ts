/*
 * The hanging in force: chosen when the study opens, changed by a key, put aside when somebody places images by hand. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useHangings } from '@/shared/api/requests/hangings';
import { HOUSE } from './house';
import { asksNothing, choices, needsHeaders, place, type Placed, type StudyFacts } from './match';
import { allPanes, type PaneRule, type Rule, ruleOf } from './model';
import type { Exams } from './useExams';

/* Two of its panes at least: empty ones around a single image help nobody. */
const fills = (rule: Rule, exams: Exams['exams']) => place(allPanes(rule.content), exams).filter(Boolean).length >= Math.min(2, allPanes(rule.content).length);

const WAIT_MS = 4000; // for headers that a hanging asks for: then with what is known

export interface HangingUse {
  rules: Rule[]; // that apply, the first is begun with
  rule: Rule | null; // in force; null: none
  wanted: Rule | null; // asked for, its headers are on their way
  panes: PaneRule[] | null; // waiting for
  next: (by: number) => void; choose: (rule: Rule) => void; plain: () => void; touch: () => void; touched: boolean;
}

/* 'apply' puts the series into the panes; it is called again for panes that were empty when their images come. */
/* 'age' of the patient in whole years; null: not known. 'begins': one of them is begun with by itself. */
export function useHanging(exams: Exams, age: number | null, begins: boolean, apply: (rule: Rule, placed: (Placed | null)[], again: boolean) => void, drop: () => void): HangingUse {
  const kept = useHangings();
  const [rule, setRule] = useState<Rule | null>(null);
  const [wanted, setWanted] = useState<Rule | null>(null);
  const [touched, setTouched] = useState(false);
  const begun = useRef(false);
  const current = exams.exams[0]!.series;
  const facts = useMemo<StudyFacts>(() => ({
    modalities: [...new Set(current.map((one) => one.modality))], regions: exams.regions, sides: [...new Set(current.flatMap((one) => one.views.map((each) => each.side)).filter(Boolean))],
    series: current.length, priors: exams.priors.length, age,
  }), [current, exams.regions, exams.priors.length, age]);
  const rules = useMemo(() => choices([...(kept.data?.hangings ?? []).map(ruleOf), ...HOUSE], facts), [kept.data, facts]);

  // Begun with once it is known which there are; not over what somebody has placed meanwhile.
  const known = !kept.isPending && exams.known && current.length > 0;
  useEffect(() => {
    if (begun.current || !known) return;
    const first = rules.find((one) => !one.offered);
    if (first && !touched && !fills(first, exams.exams)) return; // one image alone, or those of the others are on their way
    begun.current = true;
    if (begins && first && !touched) setWanted(first);
  }, [known, rules, touched, begins, exams.exams]);

  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!wanted) return undefined;
    const timer = setTimeout(() => setLate(true), WAIT_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const ready = (one: Rule) => allPanes(one.content).every((pane) => (pane.exam === 0 ? !needsHeaders(pane) || exams.read(0) : exams.read(pane.exam) || (asksNothing(pane) && !!exams.exams[pane.exam]?.series.length) || pane.exam > exams.priors.length));
  useEffect(() => {
    if (!wanted || (!late && !ready(wanted))) return;
    setRule(wanted);
    setWanted(null);
    apply(wanted, place(allPanes(wanted.content), exams.exams), false);
  }); // eslint-disable-line react-hooks/exhaustive-deps -- asked after each answer
  useEffect(() => {
    if (rule && !wanted && !touched) apply(rule, place(allPanes(rule.content), exams.exams), true);
  }, [exams.exams]); // eslint-disable-line react-hooks/exhaustive-deps -- when more is known of the images

  const touch = useCallback(() => {
    setTouched(true);
    setWanted(null);
  }, []);
  const choose = (to: Rule) => {
    setTouched(false);
    setWanted(to);
  };
  const plain = () => {
    setRule(null);
    setWanted(null);
    setTouched(true);
    drop();
  };
  const next = (by: number) => {
    const ring = [...rules, null], at = ring.findIndex((one) => one?.id === (wanted ?? rule)?.id);
    const to = ring[(Math.max(at, -1) + by + ring.length) % ring.length];
    if (to) choose(to);
    else plain();
  };
  return { rules, rule, wanted, panes: wanted?.content.panes ?? null, next, choose, plain, touched, touch };
}
