// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Frame, framesOf } from '../dicom';
import { pixelOn, pointAt, pointOf, viewOf } from './view';

const slice = (z: number, sop: string): Frame => framesOf('/r', '1', '2', {
  '00080018': { vr: 'UI', Value: [sop] }, '00200052': { vr: 'UI', Value: ['1.2.9'] }, '00280010': { vr: 'US', Value: [256] }, '00280011': { vr: 'US', Value: [256] },
  '00200032': { vr: 'DS', Value: [-100, -120, z] }, '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] }, '00280030': { vr: 'DS', Value: [0.8, 0.5] },
})[0]!;
const flat = { imageId: 'us', frame: 3, instance: { '00080018': { vr: 'UI', Value: ['9.9'] }, '00280010': { vr: 'US', Value: [100] }, '00280011': { vr: 'US', Value: [100] } } } as unknown as Frame;

describe('E12 the pointer is a point of the patient', () => {
  it('in millimetres, from the slice’s own spacing', () => {
    const at = pointAt(slice(10, 'a'), [20, 30]);
    expect(at).toEqual({ reference: '1.2.9', point: [-100 + 20 * 0.5, -120 + 30 * 0.8, 10] });
  });
  it('and lands on the same place of another page’s slice, and on none that is elsewhere', () => {
    const at = pointAt(slice(10, 'a'), [20, 30]);
    const there = pixelOn(slice(11, 'b'), at);
    expect(there?.[0]).toBeCloseTo(20);
    expect(there?.[1]).toBeCloseTo(30);
    expect(pixelOn(slice(14, 'c'), at)).toBeNull();
    expect(pixelOn(flat, at)).toBeNull();
  });
  it('an image without a space is pointed at by its own pixel', () => {
    const at = pointAt(flat, [5, 6]);
    expect(pixelOn(flat, at)).toEqual([5, 6]);
    expect(pixelOn({ ...flat, frame: 4 } as Frame, at)).toBeNull();
  });
});

describe('E12 what comes from another page is checked', () => {
  it('a view', () => {
    const good = { study: '1.2', layout: '1 × 2', active: 1, panes: [{ series: '1', sop: '2', frame: 1, window: { center: 40, width: 400 }, inverted: false }, null] };
    expect(viewOf(good)).toEqual(good);
    expect(viewOf({ ...good, panes: [{ series: '1', sop: '2', frame: 1, window: { center: 40, width: -1 } }] })?.panes[0]?.window).toBeNull();
    for (const bad of [null, 7, [], { study: 1 }, { ...good, panes: 'x' }, { ...good, study: 'x'.repeat(200) }]) expect(viewOf(bad)).toBeNull();
    expect(viewOf({ ...good, active: 99 })?.active).toBe(5);
  });
  it('a point', () => {
    for (const bad of [null, {}, { reference: '1', point: [1, 2] }, { reference: '1', point: [1, 2, 'x'] }, { sop: '1', frame: 1, pixel: [1, NaN] }]) expect(pointOf(bad)).toBeNull();
  });
});
