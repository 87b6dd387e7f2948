/*
 * Two windows of one person: what each did stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { mergeSets } from './keep';
import type { KeyImage, MarkItem } from './marks';

const mark = (id: string, text = ''): MarkItem => ({ id, kind: 'probe', series: '1', sop: '2', frame: 1, points: [[1, 1]], text, figures: [], window: null, at_ms: 0 });
const key = (sop: string): KeyImage => ({ series: '1', sop, frame: 1, window: null, at_ms: 0 });
const ids = (list: MarkItem[]) => list.map((one) => one.id + one.text).sort();

describe('sets of two windows', () => {
  const known = { marks: [mark('a'), mark('b'), mark('c')], keys: [key('1'), key('2')] };
  it('keep what each added, and not what one removed', () => {
    const ours = { marks: [mark('a'), mark('c'), mark('ours')], keys: [key('1'), key('2'), key('3')] };
    const theirs = { marks: [mark('a'), mark('b'), mark('theirs')], keys: [key('2'), key('4')] };
    const merged = mergeSets(ours, theirs, known);
    expect(ids(merged.marks)).toEqual(['a', 'ours', 'theirs']);
    expect(merged.keys.map((one) => one.sop).sort()).toEqual(['2', '3', '4']);
  });
  it('a mark changed here wins, one changed there is taken', () => {
    const ours = { marks: [mark('a', 'ours'), mark('b'), mark('c')], keys: [] }, theirs = { marks: [mark('a', 'theirs'), mark('b', 'theirs'), mark('c')], keys: [] };
    expect(ids(mergeSets(ours, theirs, { ...known, keys: [] }).marks)).toEqual(['aours', 'btheirs', 'c']);
  });
});
