/*
 * A hanging while somebody makes it: panes put, moved, doubled, taken away; or read off what is on the screen. Pure. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Window } from '../../dicom';
import { type Layout, PRESETS } from '../../presets';
import type { SeriesFacts } from '../facts';
import { type Exam, fitting, inOrder, mostAlike } from '../match';
import { ANY, type Grid, type HangingContent, PANE, type PaneRule } from '../model';

export type Monitor = 1 | 2;
export const PANES_MAX = 8;
/* As many rows and columns as a monitor may have, the fewest panes first. */
export const GRIDS: readonly Layout[] = [[1, 1], [1, 2], [2, 1], [1, 3], [3, 1], [2, 2], [1, 4], [2, 3], [3, 2], [2, 4]].map(([rows, columns]) => ({ rows: rows!, columns: columns! }));
const EMPTY: Grid = { rows: 1, columns: 1, panes: [PANE] };

export const gridOf = (content: HangingContent, on: Monitor): Grid => (on === 1 ? content : content.second ?? EMPTY);
const withGrid = (content: HangingContent, on: Monitor, grid: Grid): HangingContent => (on === 1 ? { ...content, ...grid } : { ...content, second: grid });

/* The panes stay in their order; new ones show the next series, what is too many goes. */
export const laid = (grid: Grid, { rows, columns }: Layout): Grid =>
  ({ rows, columns, panes: Array.from({ length: rows * columns }, (_, n) => grid.panes[n] ?? { ...PANE, modality: grid.panes.at(-1)?.modality ?? '', nth: Math.min(20, n + 1) }) });
const roomFor = (count: number, { rows }: Layout) => GRIDS.find((one) => one.rows * one.columns >= count && one.rows === rows) ?? GRIDS.find((one) => one.rows * one.columns >= count);

export const lay = (content: HangingContent, on: Monitor, to: Layout) => withGrid(content, on, laid(gridOf(content, on), to));
export const change = (content: HangingContent, on: Monitor, n: number, by: Partial<PaneRule>) => {
  const grid = gridOf(content, on);
  return withGrid(content, on, { ...grid, panes: grid.panes.map((one, i) => (i === n ? { ...one, ...by } : one)) });
};
/* The two change places. */
export const swap = (content: HangingContent, on: Monitor, a: number, b: number) => {
  const grid = gridOf(content, on), { panes } = grid;
  return panes[a] && panes[b] ? withGrid(content, on, { ...grid, panes: panes.map((one, i) => (i === a ? panes[b]! : i === b ? panes[a]! : one)) }) : content;
};
/* A copy beside it; the grid grows as it must. Nothing more than fits. */
export const duplicate = (content: HangingContent, on: Monitor, n: number) => {
  const grid = gridOf(content, on), own = grid.panes[n], room = roomFor(grid.panes.length + 1, grid);
  if (!own || !room) return content;
  return withGrid(content, on, laid({ ...grid, panes: [...grid.panes.slice(0, n + 1), own, ...grid.panes.slice(n + 1)] }, room));
};
/* Without it, in the smallest grid of as many rows that holds the others. */
export const takeAway = (content: HangingContent, on: Monitor, n: number) => {
  const grid = gridOf(content, on), panes = grid.panes.filter((_, i) => i !== n), room = roomFor(panes.length, grid);
  return panes.length && panes.length < grid.panes.length && room ? withGrid(content, on, laid({ ...grid, panes }, room)) : content;
};
export function twoMonitors(content: HangingContent, on: boolean): HangingContent {
  const { second, ...one } = content;
  return on ? { ...one, second: second ?? { ...EMPTY, panes: [{ ...PANE, modality: one.panes[0]?.modality ?? '', nth: one.panes[0]?.view ? 1 : Math.min(20, one.panes.length + 1) }] } } : one;
}

/* ---- made from what is on the screen ---- */

/* A pane as it stands: its series, the one image of it when it shows no other, and what somebody did to it. */
export interface OnScreen {
  study: string; series: string; only: readonly string[] | null; shownSop: string | null; window: Window | null; ownWindow: boolean; hounsfield: boolean; flipped: boolean; tumbled: boolean;
  wall: boolean; link: number;
}

const presetOf = (window: Window) => PRESETS.find((one) => one.window && Math.abs(one.window.center - window.center) < 1 && Math.abs(one.window.width - window.width) < 2)?.name;
const windowOf = (one: OnScreen): PaneRule['window'] => {
  if (!one.window || !one.ownWindow) return '';
  return (one.hounsfield && presetOf(one.window)) || { center: Math.round(one.window.center * 10) / 10, width: Math.max(0.1, Math.round(one.window.width * 10) / 10) };
};

const isMeant = (rule: PaneRule, own: SeriesFacts, exam: Exam) => {
  const all = inOrder(exam.series).filter((one) => fitting(rule, one) === null || fitting(rule, one)!.length > 0);
  return { place: all.indexOf(own) + 1, among: all };
};

/*
 * What a radiologist would say of these images that finds them again in another patient: kind, plane, weighting, view and side; injection where it makes
 * the difference; a word of the description that the others do not have; at last which of them it is.
 */
export function criteriaOf(own: SeriesFacts, exam: Exam, sop: string | null): Partial<PaneRule> {
  const view = /^(MG|CR|DX)$/.test(own.modality) ? own.views.find((one) => one.sop === sop) ?? (own.views.length === 1 ? own.views[0] : undefined) : undefined;
  const volume = !/^(MG|CR|DX|US|XA|RF)$/.test(own.modality);
  const side = view?.side === 'R' || view?.side === 'L' ? view.side : '';
  let found: PaneRule = { ...PANE, modality: own.modality, plane: volume ? own.plane : '', weight: own.modality === 'MR' ? own.weight : '', view: view?.view ?? '', side };
  if (own.contrast && isMeant(found, own, exam).among.some((one) => one.contrast && one.contrast !== own.contrast)) found = { ...found, contrast: own.contrast };
  const { among } = isMeant(found, own, exam);
  if (among.length > 1) {
    const word = own.words.split(' ').find((each) => /^\p{L}{3,}/u.test(each) && among.every((one) => one === own || !one.words.includes(each)));
    if (word) found = { ...found, words: word };
  }
  const { place } = isMeant(found, own, exam);
  const { modality, plane, weight, contrast, words } = found;
  return { modality, plane, weight, contrast, words, view: found.view, side: found.side, nth: Math.min(20, Math.max(1, place)) };
}

/* 'region' of the exam, where it is known. Panes that show nothing show the next series. */
export function fromScreen(shown: readonly (OnScreen | null)[], { rows, columns }: Layout, exams: readonly Exam[], region: string): HangingContent {
  const facts = new Map(exams.flatMap((exam) => exam.series.map((one) => [one.uid, one] as const)));
  const currents = shown.map((one) => (one && one.study === exams[0]?.study ? facts.get(one.series) : undefined)).filter((one) => !!one);
  let asked = 0;
  const panes = shown.map((one, n): PaneRule => {
    const own = one && facts.get(one.series), exam = one ? exams.findIndex((each) => each.study === one.study) : -1;
    if (!one || !own || exam < 0 || exam > 4) return { ...PANE, nth: Math.min(20, n + 1) };
    const beside = currents[asked % Math.max(1, currents.length)];
    const alike = exam > 0 && beside && mostAlike(beside, exams[exam]!.series) === own && !one.wall;
    if (alike) asked += 1;
    const seen = { window: windowOf(one), link: one.link, fit: one.wall ? 'wall' as const : 'fit' as const, flip: one.wall ? '' as const : one.flipped ? 'mirror' as const : one.tumbled ? 'upside' as const : '' as const };
    return { ...PANE, exam, ...(alike ? {} : criteriaOf(own, exams[exam]!, one.only?.length === 1 ? one.only[0]! : one.shownSop)), ...seen };
  });
  const modality = currents[0]?.modality ?? exams[0]?.series[0]?.modality ?? '';
  return { when: { ...ANY, modality, region, prior: panes.some((one) => one.exam > 0) ? 'with' : 'any' }, as: 'panes', begin: 'alone', rows, columns, panes };
}
