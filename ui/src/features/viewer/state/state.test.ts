/*
 * Tests of presentation states as the viewer reads them: whom they are about, masks, places, greys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson, Frame } from '../dicom';
import { toGreys } from './greys';
import { maskOf, takeAway } from './mask';
import { isAbout, ownMask, placingOf, rulesOf, stateOf } from './read';

const v = (vr: string, ...Value: unknown[]) => ({ vr, Value });
const sq = (...Value: DicomJson[]) => ({ vr: 'SQ', Value });
const frameOf = (frame: number, instance: DicomJson = {}): Frame => ({ imageId: '', sop: '1.1', frame, instance: { '00280008': v('IS', 10), '00280004': v('CS', 'MONOCHROME2'), ...instance }, instanceNumber: 1, position: null, orientation: null });
const image = (...frames: number[]) => ({ '00081155': v('UI', '1.1'), ...(frames.length ? { '00081160': v('IS', ...frames) } : {}) });
const base = (more: DicomJson): DicomJson => ({ '00080016': v('UI', '1.2.840.10008.5.1.4.1.1.11.5'), '00080018': v('UI', '9.1'), '00081115': sq({ '00081140': sq(image()) }), ...more });
const average = { '00286101': v('CS', 'AVG_SUB'), '00286102': v('US', 4, 8), '00286110': v('US', 1, 2) };
const stated = (more: DicomJson) => stateOf(base(more))!;

describe('E25 X5 presentation states', () => {
  it('are about the frames that they name; other objects are none', () => {
    const two = stateOf({ ...base({}), '00081115': sq({ '00081140': sq(image(2, 3)) }) })!;
    expect([1, 2, 3].map((one) => isAbout(two, frameOf(one)))).toEqual([false, true, true]);
    expect(isAbout(stated({}), frameOf(7))).toBe(true);
    expect(stateOf({ ...base({}), '00080016': v('UI', '1.2.840.10008.5.1.4.1.1.11.4') })).toBeNull();
  });
  it('average masks within their range; intervals before, and reversed', () => {
    const mask = (item: DicomJson, frame: number) => maskOf({ '00286100': sq(item) }, frameOf(frame), 10);
    expect(mask(average, 3)).toBeNull();
    expect(mask({ ...average, '00286112': v('US', 3) }, 5)).toMatchObject({ mask: [1, 2], contrast: [5, 6, 7], taken: 1 });
    expect(mask({ '00286101': v('CS', 'TID'), '00286120': v('SS', 2) }, 2)).toBeNull();
    expect(mask({ '00286101': v('CS', 'TID') }, 2)?.mask).toEqual([1]);
    expect([6, 7, 8].map((one) => mask({ '00286101': v('CS', 'REV_TID'), '00286102': v('US', 6, 9), '00286120': v('SS', 2) }, one)?.mask[0])).toEqual([4, 3, 2]);
    for (const bad of [{ '00286101': v('CS', 'MAGIC') }, { '00286101': v('CS', 'AVG_SUB') }, { ...average, '00286110': v('US', 11) }]) expect(mask(bad, 5)).toBeNull();
  });
  it('a mask is moved by parts of a pixel, in a region by its own shift, and seen by a share', () => {
    const grid = { columns: 4, rows: 4, values: Float64Array.from({ length: 16 }, (_, i) => 10 * (i >> 2) + (i & 3)) }, flat = { ...grid, values: new Float64Array(16).fill(100) };
    const plan = { mask: [1], contrast: [1], down: 0, right: 0, taken: 1, sharpened: 0, regions: [] };
    expect(takeAway({ ...plan, down: 0.25, right: -0.5 }, flat, grid).values[9]).toBeCloseTo(100 - 19, 10);
    expect(takeAway({ ...plan, taken: 0.25 }, flat, grid).values[11]).toBeCloseTo(100 - 5.75, 10);
    const moved = takeAway({ ...plan, regions: [{ corners: [[1, 1], [1, 3], [3, 3], [3, 1]], down: 1, right: 0 }] }, flat, grid).values;
    expect([moved[5], moved[13]]).toEqual([99, 69]);
  });
  it('say no mask where they are to be viewed natively; an image may have one of its own', () => {
    expect(rulesOf(stated({ '00286100': sq(average) }), frameOf(5), true).mask).not.toBeNull();
    expect(rulesOf(stated({ '00286100': sq(average) }), frameOf(5), false).mask).toBeNull();
    expect(rulesOf(stated({ '00286100': sq(average), '00281090': v('CS', 'NAT') }), frameOf(5), true).mask).toBeNull();
    expect(ownMask(frameOf(5))).toBeNull();
    expect(ownMask(frameOf(5, { '00286100': sq({ '00286101': v('CS', 'NONE') }) }))).toBeNull();
    expect(ownMask(frameOf(5, { '00286100': sq(average) }))?.kind).toBe('own');
  });
  it('turns, and the area by its corners whatever their order', () => {
    const area = sq({ '00700052': v('SL', 60, 40), '00700053': v('SL', 11, 6), '00700100': v('CS', 'SCALE TO FIT') });
    expect(placingOf(stated({ '0070005A': area, '00700041': v('CS', 'Y'), '00700042': v('US', 270) }), frameOf(1))).toEqual({ rotation: 270, flipped: true, magnified: null, trueSize: false, area: { left: 10, top: 5, right: 60, bottom: 40 } });
    expect(placingOf(stated({ '0070005A': sq({ '00700052': v('SL', 1) }) }), frameOf(1))?.area).toBeNull();
  });
  it('windows, tables and polarity make the greys that the standard says', () => {
    const plain = { window: null, voi: null, lut: null, inverse: false }, window = { center: 100, width: 101, shape: 'LINEAR' as const };
    expect([...toGreys([0, 49.5, 99.5, 149.5, 200], { ...plain, window })]).toEqual([0, 0, 128, 255, 255]);
    expect([...toGreys([50, 100, 150], { ...plain, window: { ...window, width: 100, shape: 'LINEAR_EXACT' } })]).toEqual([0, 128, 255]);
    expect([...toGreys([100], { ...plain, window: { ...window, shape: 'SIGMOID' }, inverse: true })]).toEqual([127]);
    expect([...toGreys([0, 2], { ...plain, voi: { first: 0, bits: 8, entries: Uint16Array.from([10, 20, 255]) }, lut: { first: 0, bits: 8, entries: Uint16Array.from([255, 0]) } })]).toEqual([255, 0]);
  });
});
