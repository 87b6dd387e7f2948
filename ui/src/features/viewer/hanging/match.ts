/*
 * Which hanging is for this study, and which series goes into which pane. Pure. E25.
 *
 * A person's own comes before their organisation's, that before the house's; among those of one owner the one that asks for more
 * comes first, then the order its owner gave; those of the house that are only offered come last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { bare, isScout, type SeriesFacts } from './facts';
import type { Owner, PaneRule, Rule, When } from './model';

export interface StudyFacts { modalities: readonly string[]; regions: readonly string[]; sides: readonly string[]; series: number; priors: number; age: number | null } // 'age' in whole years

const OWNERS: Record<Owner, number> = { own: 2, shared: 1, house: 0 };
/* CR and DX are one way of looking. */
const alike = (a: string, b: string) => a === b || (/^(CR|DX)$/.test(a) && /^(CR|DX)$/.test(b)) || (/^(XA|RF)$/.test(a) && /^(XA|RF)$/.test(b));

/* 'PT/CT' asks for both. */
const hasModality = (when: When, study: StudyFacts) => when.modality.split('/').every((one) => study.modalities.some((each) => alike(one, each)));

export function applies(when: When, study: StudyFacts): boolean {
  if (when.modality && !hasModality(when, study)) return false;
  if (when.region && !study.regions.includes(when.region)) return false;
  if (when.side && !study.sides.includes(when.side)) return false;
  if (study.series < when.series_min || (when.series_max && study.series > when.series_max)) return false;
  if ((when.age_min || when.age_max) && (study.age === null || study.age < when.age_min || (when.age_max > 0 && study.age > when.age_max))) return false;
  return when.prior === 'any' || (when.prior === 'with') === (study.priors > 0);
}

/* How much it asks for. */
export const closeness = (when: When) => (when.modality ? 1 + when.modality.split('/').length : 0) + (when.region ? 2 : 0) + (when.side ? 1 : 0) + (when.series_min || when.series_max ? 1 : 0) + (when.prior !== 'any' ? 1 : 0) + (when.age_min || when.age_max ? 1 : 0);

/* Those that apply, the one to begin with first. */
export function choices(rules: readonly Rule[], study: StudyFacts): Rule[] {
  return rules.filter((one) => applies(one.content.when, study)).map((rule, n) => ({ rule, n }))
    .sort((a, b) => OWNERS[b.rule.owner] - OWNERS[a.rule.owner] || Number(!!a.rule.offered) - Number(!!b.rule.offered) || closeness(b.rule.content.when) - closeness(a.rule.content.when) || a.n - b.n).map(({ rule }) => rule);
}

/* ---- panes ---- */

export interface Exam { study: string; series: readonly SeriesFacts[] } // images only
export interface Placed { study: string; series: string; only: readonly string[] | null; rule: PaneRule }

/* Does it ask for something that only headers tell? */
export const needsHeaders = (rule: PaneRule) => !!(rule.plane || rule.contrast || rule.view || rule.side);
export const asksNothing = (rule: PaneRule) => !needsHeaders(rule) && !rule.modality && !rule.words && !rule.without && !rule.weight;

const wordsOf = (words: string) => bare(words).split(' ').filter(Boolean);

/* The images of the series that fit: null is all of them, an empty list none. */
export function fitting(rule: PaneRule, one: SeriesFacts): readonly string[] | null {
  if (rule.modality && !alike(rule.modality, one.modality)) return [];
  if (!wordsOf(rule.words).every((word) => one.words.includes(word)) || wordsOf(rule.without).some((word) => one.words.includes(word))) return [];
  if ((rule.plane && rule.plane !== one.plane) || (rule.contrast && rule.contrast !== one.contrast) || (rule.weight && rule.weight !== one.weight)) return [];
  if (!rule.view && !rule.side) return null;
  const found = one.views.filter((each) => (!rule.view || each.view === rule.view.toUpperCase()) && (!rule.side || each.side === rule.side)).map((each) => each.sop);
  return found.length === one.views.length && found.length ? null : found;
}

/* Scouts last; the most images first where one series is what is read (CT, PET), else as they were numbered. */
export function inOrder(series: readonly SeriesFacts[]): SeriesFacts[] {
  const volumes = series.length > 0 && series.every((one) => one.modality === 'CT' || one.modality === 'PT');
  return [...series].sort((a, b) => Number(isScout(a)) - Number(isScout(b)) || (volumes ? b.images - a.images : 0) || a.number - b.number);
}

/* How like a series of another exam is: what is compared is the same kind of images. */
export function likeness(to: SeriesFacts, one: SeriesFacts): number {
  if (!alike(to.modality, one.modality)) return -1;
  const words = new Set(wordsOf(to.words)), shared = wordsOf(one.words).filter((word) => words.has(word)).length;
  const near = to.thickness && one.thickness ? Math.min(to.thickness, one.thickness) / Math.max(to.thickness, one.thickness) : 0;
  return 1 + (to.weight === one.weight ? 4 : 0) + (to.plane && to.plane === one.plane ? 4 : 0) + (to.contrast && to.contrast === one.contrast ? 1 : 0) + Math.min(3, shared) + near +
    Math.min(to.images, one.images) / Math.max(1, to.images, one.images) - (isScout(one) ? 5 : 0);
}
export const mostAlike = (to: SeriesFacts, series: readonly SeriesFacts[]): SeriesFacts | null =>
  series.reduce<{ one: SeriesFacts | null; is: number }>((best, one) => (likeness(to, one) > best.is ? { one, is: likeness(to, one) } : best), { one: null, is: 0 }).one;

/*
 * What stands in each pane; null where nothing fits. The first exam is the current one, the others earlier ones. A pane of an earlier exam
 * that asks for nothing shows what is most like the current series beside it.
 */
export function place(panes: readonly PaneRule[], exams: readonly Exam[]): (Placed | null)[] {
  const placed: (Placed | null)[] = [];
  const facts = new Map(exams.flatMap((exam) => exam.series.map((one) => [one.uid, one] as const)));
  let asked = 0; // of the earlier exam's panes that ask for nothing
  panes.forEach((rule) => {
    const exam = exams[rule.exam];
    if (!exam) return void placed.push(null);
    if (rule.exam > 0 && asksNothing(rule)) {
      const current = placed.filter((one) => one?.rule.exam === 0)[asked++ % Math.max(1, placed.filter((one) => one?.rule.exam === 0).length)];
      const beside = current && facts.get(current.series);
      const found = beside ? mostAlike(beside, exam.series) : inOrder(exam.series)[rule.nth - 1] ?? null;
      return void placed.push(found && { study: exam.study, series: found.uid, only: null, rule });
    }
    const all = inOrder(exam.series).map((one) => ({ one, only: fitting(rule, one) })).filter(({ only }) => only === null || only.length > 0);
    const found = all[rule.nth - 1];
    placed.push(found ? { study: exam.study, series: found.one.uid, only: found.only, rule } : null);
  });
  return placed;
}
