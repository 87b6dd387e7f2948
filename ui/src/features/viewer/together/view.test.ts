// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type Frame, framesOf } from '../dicom';
import { fitted, pixelOn, pointAt, pointOf, sharedMark, type SharedView, viewOf } from './view';
import { volumeOf } from './volumeView';

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

const pane = { series: '1', sop: '2', frame: 1, window: { center: 40, width: 400 }, inverted: false, rotation: 90, flipped: true, tumbled: false, reach: { middle: [12.5, 30], span: [200, 150] } };
const length = { id: 'a', series: '1', sop: '2', frame: 1, kind: 'length', points: [[1, 2], [3, 4]], text: '', figures: [{ name: 'length', value: 12.3, unit: 'mm' }] };
const plane = { facing: { right: [1, 0, 0], down: [0, 1, 0] }, window: { center: 40, width: 400 }, inverted: false, lens: { middle: [1, 2, 3], span: [200, 100] } };
const volume = { series: '1', over: '3', suv: 'lbm', centre: [1, 2, 3], planes: { axial: plane, sagittal: plane, coronal: { ...plane, lens: null } }, slab: { mode: 'max', mm: 12 }, active: 'coronal', alone: true, body: false,
  fused: { map: 'rainbow', opacity: 0.4, window: { center: 3, width: 6 } } };
const good = { study: '1.2', at: 5, layout: '1 × 2', active: 1, panes: [pane, null], marks: [length], left: 0, volume };
const read = (value: unknown) => viewOf(value) as SharedView;

describe('E12 what comes from another page is checked', () => {
  it('a view: where it stands, how it is turned, measures and volume', () => {
    expect(viewOf(good)).toEqual(good);
    expect(read({ ...good, panes: [{ ...pane, window: { center: 40, width: -1 } }] }).panes[0]?.window).toBeNull();
    for (const bad of [null, 7, [], { study: 1 }, { ...good, panes: 'x' }, { ...good, study: 'x'.repeat(200) }, { ...good, at: '5' }]) expect(viewOf(bad)).toBeNull();
    expect(read({ ...good, active: 99 }).active).toBe(7);
    expect(viewOf({ study: '1.2', at: 6, over: true, panes: 'x' })).toEqual({ study: '1.2', at: 6, over: true });
  });
  it('no zoom to nothing or to infinity, no turn that is none: the image stays as it is fitted', () => {
    for (const reach of [{ middle: [1, 2], span: [0, 100] }, { middle: [1, 2], span: [100, -3] }, { middle: [1, NaN], span: [9, 9] }, { middle: [1, 2], span: [9, 1e9] }, { middle: [1], span: [9, 9] }, 'x'])
      expect(read({ ...good, panes: [{ ...pane, reach }] }).panes[0]?.reach).toBeNull();
    expect(read({ ...good, panes: [{ ...pane, rotation: -90 }] }).panes[0]?.rotation).toBe(270);
    expect(read({ ...good, panes: [{ ...pane, rotation: 'x', flipped: 1 }] }).panes[0]).toMatchObject({ rotation: 0, flipped: false });
  });
  it('a measure has the points of its kind, and words that are bounded', () => {
    for (const bad of [{ ...length, kind: 'constructor' }, { ...length, points: [[1, 2]] }, { ...length, points: [[1, 2], [3, Infinity]] }, { ...length, kind: 'freehand', points: Array(401).fill([1, 2]) }, { ...length, id: 7 }, null])
      expect(read({ ...good, marks: [bad] }).marks).toEqual([]);
    expect(read({ ...good, marks: [{ ...length, text: 'x'.repeat(9999) }] }).marks[0]?.text).toHaveLength(200);
    expect(read({ ...good, marks: [{ ...length, figures: [{ name: 'length', value: 'x', unit: 'mm' }, { name: 'toString', value: 1, unit: 'mm' }] }] }).marks[0]?.figures).toEqual([]);
    expect(read({ ...good, marks: Array(500).fill(length) }).marks).toHaveLength(60);
  });
  it('planes of a volume stand square, or nothing of it is taken', () => {
    for (const bad of [{ ...plane, facing: { right: [2, 0, 0], down: [0, 1, 0] } }, { ...plane, facing: { right: [1, 0, 0], down: [0.6, 0.8, 0] } }, { ...plane, facing: { right: [1, 0], down: [0, 1, 0] } }, { ...plane, window: null }])
      expect(volumeOf({ ...volume, planes: { ...volume.planes, sagittal: bad } })).toBeNull();
    for (const bad of [{ ...volume, centre: [1, 2, 'x'] }, { ...volume, slab: { mode: 'thick', mm: 3 } }, { ...volume, active: 'oblique' }, { ...volume, fused: { ...volume.fused, map: 'x' } }, { ...volume, planes: {} }]) expect(volumeOf(bad)).toBeNull();
    expect(volumeOf({ ...volume, slab: { mode: 'max', mm: 1e6 }, fused: { ...volume.fused, opacity: 7 }, suv: 'x' })).toMatchObject({ slab: { mm: 100 }, fused: { opacity: 1 }, suv: 'bw' });
  });
  it('a point', () => {
    for (const bad of [null, {}, { reference: '1', point: [1, 2] }, { reference: '1', point: [1, 2, 'x'] }, { sop: '1', frame: 1, pixel: [1, NaN] }]) expect(pointOf(bad)).toBeNull();
  });
});

describe('E12 what goes out fits the socket too', () => {
  it('a line drawn by hand is thinned, and the newest measures go first; the rest is counted', () => {
    const drawn = sharedMark({ ...length, kind: 'freehand', points: Array.from({ length: 3000 }, (_, i) => [i + 0.123456, i] as [number, number]), window: null, at_ms: 1 } as never);
    expect(drawn.points.length).toBeLessThanOrEqual(400);
    const marks = Array.from({ length: 50 }, (_, i) => ({ ...drawn, id: `m${i}` }));
    const out = fitted({ ...(good as unknown as SharedView), marks });
    expect(JSON.stringify(out).length).toBeLessThan(24_001);
    expect(out.marks.at(-1)?.id).toBe('m49');
    expect(out.left + out.marks.length).toBe(50);
    expect(out.left).toBeGreaterThan(0);
    expect(viewOf(out)).toEqual(out);
  });
});
