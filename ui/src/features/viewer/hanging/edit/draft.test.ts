/*
 * Panes of a hanging put, moved and taken away; what is on the screen as words that find it again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { SeriesFacts } from '../facts';
import { type Exam, place } from '../match';
import { ANY, type HangingContent, PANE } from '../model';
import { change, duplicate, fromScreen, gridOf, lay, type OnScreen, PANES_MAX, swap, takeAway, twoMonitors } from './draft';

const content: HangingContent = { when: ANY, as: 'panes', begin: 'alone', rows: 1, columns: 2, panes: [{ ...PANE, modality: 'CT' }, { ...PANE, modality: 'CT', nth: 2 }] };
const series = (uid: string, more: Partial<SeriesFacts> = {}): SeriesFacts =>
  ({ uid, study: '1', number: 1, modality: 'CT', words: '', images: 100, read: true, plane: 'axial', contrast: 'without', weight: '', views: [], thickness: 1, ...more });
const seen = (uid: string, more: Partial<OnScreen> = {}): OnScreen =>
  ({ study: '1', series: uid, only: null, shownSop: null, window: null, ownWindow: false, hounsfield: true, flipped: false, tumbled: false, wall: false, link: 1, ...more });

describe('E25 panes of a hanging that is made', () => {
  it('keep their order in another grid; new ones show the next series', () => {
    const more = lay(content, 1, { rows: 2, columns: 2 });
    expect(more.panes.map((one) => one.nth)).toEqual([1, 2, 3, 4]);
    expect(lay(more, 1, { rows: 1, columns: 1 }).panes).toEqual([content.panes[0]]);
  });
  it('change places, are doubled beside themselves, go; never more than fit', () => {
    expect(swap(content, 1, 0, 1).panes.map((one) => one.nth)).toEqual([2, 1]);
    expect(swap(content, 1, 0, 5)).toBe(content);
    const three = duplicate(content, 1, 0);
    expect([three.rows, three.columns, three.panes.map((one) => one.nth)]).toEqual([1, 3, [1, 1, 2]]);
    expect(takeAway(three, 1, 1).panes).toEqual(content.panes);
    const most = lay(content, 1, { rows: 2, columns: 4 });
    expect(most.panes.length).toBe(PANES_MAX);
    expect(duplicate(most, 1, 0)).toBe(most);
    const one = lay(content, 1, { rows: 1, columns: 1 });
    expect(takeAway(one, 1, 0)).toBe(one);
  });
  it('stand on a second monitor of their own, or on none', () => {
    const two = change(twoMonitors(content, true), 2, 0, { exam: 1 });
    expect(gridOf(two, 2).panes.map((one) => [one.exam, one.nth])).toEqual([[1, 3]]);
    expect(two.panes).toEqual(content.panes);
    expect(twoMonitors(two, false)).toEqual(content);
  });
});

describe('E25 made from what is on the screen', () => {
  const exams: Exam[] = [
    { study: '1', series: [series('lung', { words: 'parenchyme', images: 300, number: 2 }), series('soft', { words: 'mediastin', number: 3 }), series('inj', { words: 'mediastin', contrast: 'with', number: 4, images: 90 }), series('cor', { plane: 'coronal', number: 5 })] },
    { study: '2', series: [series('old', { study: '2', words: 'mediastin' })] },
  ];
  it('what is made finds the same images again', () => {
    const shown = [seen('lung', { window: { center: -600, width: 1500 }, ownWindow: true }), seen('inj'), seen('cor', { flipped: true }), seen('old', { study: '2' })];
    const made = fromScreen(shown, { rows: 2, columns: 2 }, exams, 'chest');
    expect(place(made.panes, exams).map((one) => one?.series)).toEqual(['lung', 'inj', 'cor', 'old']);
    expect(made.panes.map((one) => one.window)).toEqual(['lung', '', '', '']);
    expect([made.panes[0]!.words, made.panes[1]!.contrast, made.panes[2]!.plane, made.panes[2]!.flip, made.panes[3]!.exam]).toEqual(['parenchyme', 'with', 'coronal', 'mirror', 1]);
    expect(made.when).toMatchObject({ modality: 'CT', region: 'chest', prior: 'with' });
  });
  it('a breast is named by its view and side; a window of one’s own keeps its values', () => {
    const views = [{ sop: 'a', view: 'CC', side: 'R' }, { sop: 'b', view: 'MLO', side: 'L' }];
    const breast: Exam[] = [{ study: '1', series: [series('mg', { modality: 'MG', plane: '', views })] }];
    const made = fromScreen([seen('mg', { shownSop: 'b', wall: true, flipped: true, window: { center: 2000.04, width: 900 }, ownWindow: true, hounsfield: false, link: 0 })], { rows: 1, columns: 1 }, breast, '');
    expect(made.panes[0]).toMatchObject({ modality: 'MG', view: 'MLO', side: 'L', fit: 'wall', flip: '', window: { center: 2000, width: 900 }, link: 0 });
    expect(place(made.panes, breast)[0]?.only).toEqual(['b']);
  });
});
