/*
 * Recorded marks on frames: whose are drawn, and shapes of others as lines, whatever they hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { isRecordedKey, linesOfDrawing, linesOfMark, type Recorded, type RecordedDrawing, type RecordedMark, type RecordedObject, toldOn, windowOf, within } from './recorded';

const mark = (more: Partial<RecordedMark> = {}): RecordedMark => ({ id: 'a', kind: 'length', series: '1', sop: '2', frame: 1, points: [[1, 2], [3, 4]], text: '', label: '', figures: [], at_ms: null, ...more });
const object = (more: Partial<RecordedObject> = {}): RecordedObject => ({
  kind: 'report', uid: '9', series: '8', title: '', description: '', author: 'Dr X', maker: '', at_ms: 1, version: 1, signed: false, ours: true, mine: false, cut: false, elsewhere: 0, marks: [], keys: [], windows: [], ...more,
});
const recorded = (...objects: RecordedObject[]): Recorded => ({ objects, cut: false, mine: null });
const size = { columns: 100, rows: 50 };
const place = { series: '1', sop: '2', frame: 1 };

describe('what is recorded', () => {
  it('is drawn on its frame, mine only where the draft has it no more', () => {
    const all = recorded(object({ marks: [mark(), mark({ frame: 2 }), mark({ id: 'b', sop: '3' })] }), object({ mine: true, marks: [mark({ id: 'mine' }), mark({ id: 'gone' })] }));
    expect(toldOn(all, place, new Set(['mine', 'a'])).map((one) => one.mark.id)).toEqual(['a', 'gone']);
    expect(toldOn(undefined, place, new Set())).toEqual([]);
  });
  it('names key images of all frames on each of them, and the window of each', () => {
    const all = recorded(object({ keys: [{ series: '1', sop: '2', frame: 0 }] }), object({ windows: [{ sop: '2', frame: 3, center: 1, width: 2 }, { sop: '2', frame: 0, center: 40, width: 400 }] }));
    expect(isRecordedKey(all, { ...place, frame: 7 })).toBeTruthy();
    expect(isRecordedKey(all, { ...place, sop: '4' })).toBeUndefined();
    expect(windowOf(all, place)).toEqual({ center: 40, width: 400 });
    expect(windowOf(all, { ...place, frame: 3 })).toEqual({ center: 1, width: 2 });
    expect(windowOf(all, { ...place, sop: '4' })).toBeNull();
  });
  it('is left out where its series is not shown', () => {
    expect(within(recorded(object({ marks: [mark(), mark({ series: '7' })], keys: [{ series: '7', sop: '1', frame: 1 }] })), new Set(['1']))!.objects[0]).toMatchObject({ marks: [{ series: '1' }], keys: [] });
  });
});

describe('shapes of others', () => {
  const near = (line: readonly (readonly [number, number])[], [x, y]: [number, number], radius: number) => line.every(([a, b]) => Math.abs(Math.hypot(a - x, b - y) - radius) < 1e-9);
  it('circles and turned ellipses are round, displayed ones are parts of the image', () => {
    const [circle] = linesOfDrawing({ shape: 'circle', displayed: false, points: [[10, 10], [13, 14]] }, size);
    expect(near(circle!, [10, 10], 5)).toBe(true);
    const [ellipse] = linesOfDrawing({ shape: 'ellipse', displayed: false, points: [[0, 0], [6, 8], [7, 1], [-1, 7]] }, size);
    expect(near(ellipse!, [3, 4], 5)).toBe(true);
    expect(linesOfDrawing({ shape: 'line', displayed: true, points: [[0, 0], [1, 1]] }, size)).toEqual([[[-0.5, -0.5], [99.5, 49.5]]]);
    expect(linesOfDrawing({ shape: 'points', displayed: false, points: [[1, 2], [3, 4]] }, size)).toEqual([[[1, 2]], [[3, 4]]]);
  });
  it('hostile ones draw nothing', () => {
    const bad: RecordedDrawing[] = [
      { shape: 'circle', displayed: false, points: [] }, { shape: 'ellipse', displayed: false, points: [[1, 2]] }, { shape: 'line', displayed: false, points: [[1, NaN], [2, 2]] },
      { shape: 'line', displayed: false, points: [[1, 1]] }, { shape: 'line', displayed: true, points: [[Infinity, 0], [0, 0]] },
    ];
    for (const one of bad) expect(linesOfDrawing(one, size)).toEqual([]);
    expect(linesOfMark(mark({ points: [[NaN, 1], [1, 1]] }), size)).toEqual([]);
    expect(linesOfMark(mark({ kind: 'drawing', points: [] }), size)).toEqual([]);
    expect(linesOfMark(mark({ kind: 'probe', points: [[5, 6]] }), size)).toEqual([[[5, 6]]]);
  });
});
