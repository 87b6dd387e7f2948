/*
 * Planes, slabs, means and limits against hand computations, on a volume whose values are known everywhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { cross, type Point } from '../dicom';
import { dot } from '../space';
import { budgetFor, reduced, reductionFor, renderedReduction, VOLUME_BYTES } from './budget';
import { Filling, fillFrom, Missing, sheared, shrunk, type Volume } from './fill';
import { type Grid, readStack, type Stack, voxelPoint } from './grid';
import { edgesOf, fitting, intoOf, lineOn, nameOf, obliquity, onCut, PLANES, reach, straight, STRAIGHT, stepInto, toPatient, toScreen, turnCross, turned, within } from './planes';
import { slabValueAt, through, valueAt } from './sample';
import { Looking, startOf } from './session';
import { fromFront, turnBody } from './turning';
import { slice, stackOf } from './slices';
import { sheetOf, sheetPoint } from './surface';

const grid: Grid = { origin: [-10, -20, 5], across: [1, 0, 0], down: [0, 1, 0], normal: [0, 0, 1], spacing: [0.5, 0.8, 2], size: [30, 20, 10], reference: '9' };
/* A value that is linear in the patient's millimetres: trilinear reading gives it back exactly, anywhere. */
const linear = ([x, y, z]: Point) => 3 * x - 2 * y + 7 * z + 100;
function filled(on: Grid, value: (at: Point) => number): Volume {
  const values = new Float32Array(on.size[0] * on.size[1] * on.size[2]);
  let n = 0;
  for (let k = 0; k < on.size[2]; k++) for (let j = 0; j < on.size[1]; j++) for (let i = 0; i < on.size[0]; i++) values[n++] = value(voxelPoint(on, [i, j, k]));
  return { grid: on, values, by: { plane: 1, slices: 1 }, tilt: 0, frames: [], outside: 0 };
}
const close = (a: readonly number[], b: readonly number[]) => a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 9));

describe('E25 planes as radiology sees them', () => {
  it('axial from the feet, sagittal from the left, coronal from the front; letters at the right sides', () => {
    expect(edgesOf(STRAIGHT.axial)).toEqual({ right: 'L', left: 'R', top: 'A', bottom: 'P' });
    expect(edgesOf(STRAIGHT.sagittal)).toEqual({ right: 'P', left: 'A', top: 'H', bottom: 'F' });
    expect(edgesOf(STRAIGHT.coronal)).toEqual({ right: 'L', left: 'R', top: 'H', bottom: 'F' });
    close(intoOf(STRAIGHT.axial), [0, 0, 1]);
    close(intoOf(STRAIGHT.sagittal), [-1, 0, 0]);
    close(intoOf(STRAIGHT.coronal), [0, 1, 0]);
  });
  it('a place of the patient is at a place of the screen and back', () => {
    const eye = { middle: [1, 2, 3] as Point, mm: 0.25, width: 400, height: 200 };
    close(toScreen(STRAIGHT.coronal, eye, [11, 2, 8]), [240, 80]);
    close(toPatient(STRAIGHT.coronal, eye, [240, 80]), [11, 2, 8]);
    close(toScreen(STRAIGHT.sagittal, eye, [1, 7, -2]), [220, 120]);
  });
  it('turning the cross by 30° in the axial plane tilts the two others by 30°, and the axial one not at all', () => {
    const cut = turnCross(straight([0, 0, 0]), 'axial', 30);
    expect(cut.facing.axial).toEqual(STRAIGHT.axial);
    expect(obliquity(cut.facing.coronal, 'coronal')).toBeCloseTo(30, 9);
    expect(obliquity(cut.facing.sagittal, 'sagittal')).toBeCloseTo(30, 9);
    close(cut.facing.coronal.right, [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6), 0]); // clockwise on the axial screen: left goes to the back
    close(lineOn(cut, 'axial', 'coronal').map(Math.abs), [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]);
    // However often it is turned, the three planes stay square.
    let many = straight([0, 0, 0]);
    for (let i = 0; i < 500; i++) many = turnCross(many, PLANES[i % 3]!, 7.3);
    const [a, s, c] = PLANES.map((name) => intoOf(many.facing[name])) as [Point, Point, Point];
    close([dot(a, s), dot(a, c), dot(s, c)], [0, 0, 0]);
    PLANES.forEach((name) => close([dot(many.facing[name].right, many.facing[name].down), dot(many.facing[name].right, many.facing[name].right)], [0, 1]));
    close(turned([1, 0, 0], [0, 0, 1], 90), [0, 1, 0]);
  });
  it('the cross stays in the volume, and knows how far it can go', () => {
    close(within({ ...straight([100, -100, 7]) }, grid).centre, [4.5, -20, 7]);
    const cut = straight([-10, -20, 9]);
    close(Object.values(reach(cut, 'axial', grid)), [-4, 14]);
    close(stepInto(cut, 'axial', 14).centre, [-10, -20, 23]);
    close(Object.values(reach(cut, 'sagittal', grid)), [-14.5, 0]); // away from the eye is to the right
  });
  it('the eye follows a plane along its axis and nothing else; a fit shows the whole', () => {
    const eye = { middle: [0, 0, 0] as Point, mm: 1, width: 100, height: 100 };
    close(onCut(STRAIGHT.axial, eye, [5, 6, 7]).middle, [0, 0, 7]);
    const fit = fitting(grid, STRAIGHT.axial, 300, 100);
    expect(fit.mm).toBeCloseTo(Math.max(15 / 300, 16 / 100), 9);
    close(fit.middle, [-10 + 14.5 * 0.5, -20 + 9.5 * 0.8, 5 + 9]);
  });
  it('a plane has one name, and another as soon as it stands elsewhere', () => {
    const name = nameOf(STRAIGHT.axial, [1, 2, 3]);
    expect(nameOf(STRAIGHT.axial, [50, 60, 3])).toBe(name);
    expect(nameOf(STRAIGHT.axial, [1, 2, 3.02])).not.toBe(name);
    expect(nameOf(turnCross(straight([1, 2, 3]), 'coronal', 1).facing.axial, [1, 2, 3])).not.toBe(name);
  });
});

describe('E25 values at places of the patient', () => {
  const volume = filled(grid, linear);
  it('between voxels, along any plane; nothing outside', () => {
    for (const at of [[-10, -20, 5], [-3.3, -11.7, 12.9], [4.5, -4.8, 23]] as Point[]) expect(valueAt(volume, at)).toBeCloseTo(linear(at), 2);
    expect(valueAt(volume, [-10.3, -20, 5])).toBeNull();
    expect(valueAt(volume, [-10.2, -20, 5])).toBeCloseTo(linear([-10, -20, 5]), 3); // half a voxel beyond: the last one's
    expect(valueAt(volume, [0, -10, 24.1])).toBeNull();
  });
  it('through a slab: faces, most, least and mean of its whole thickness', () => {
    const ten = through(10, 0.25);
    expect([ten[0], ten.at(-1), ten.length]).toEqual([-5, 5, 41]);
    const at: Point = [0, -10, 14], into: Point = [0, 0, 1];
    const of = (mode: 'max' | 'min' | 'mean' | 'thin') => slabValueAt(volume, at, into, { mode, mm: 6 });
    expect(of('max')).toBeCloseTo(linear([0, -10, 17]), 2);
    expect(of('min')).toBeCloseTo(linear([0, -10, 11]), 2);
    expect(of('mean')).toBeCloseTo(linear(at), 2);
    expect(of('thin')).toBeCloseTo(linear(at), 2);
    // Partly outside: what is there counts, what is not does not.
    expect(slabValueAt(volume, [0, -10, 5], into, { mode: 'min', mm: 40 })).toBeCloseTo(linear([0, -10, 5]), 2);
    expect(slabValueAt(volume, [100, 0, 0], into, { mode: 'max', mm: 5 })).toBeNull();
  });
  it('a bright point is found by the MIP of a slab that holds it and by no thinner one', () => {
    const dot3 = filled(grid, ([x, y, z]) => (Math.hypot(x, y + 12, z - 15) < 0.1 ? 1000 : 0));
    const read = (mm: number, away: number) => slabValueAt(dot3, [0, -12, 15 + away], [0, 0, 1], { mode: 'max', mm });
    expect(read(10, 4)).toBeCloseTo(1000, 6);
    expect(read(2, 4)).toBe(0);
  });
  it('a plane’s own columns and rows are millimetres of the patient', () => {
    const facing = turnCross(straight([0, -12, 14]), 'axial', 40).facing.coronal;
    const sheet = sheetOf(grid, facing);
    const a = sheetPoint(facing, [0, -12, 14], sheet, [3, 4]), b = sheetPoint(facing, [0, -12, 14], sheet, [13, 4]);
    expect(Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2])).toBeCloseTo(10 * 0.5, 9);
    expect(dot(a, intoOf(facing))).toBeCloseTo(dot([0, -12, 14], intoOf(facing)), 9);
  });
});

describe('E25 memory is bounded, and what does not fit whole says so', () => {
  it('a thousand CT slices fit whole; two thousand are means of 2 × 2 pixels, no slice left out', () => {
    expect(reductionFor([512, 512, 1000], 'Int16Array', VOLUME_BYTES)).toEqual({ plane: 1, slices: 1 });
    expect(reductionFor([512, 512, 2000], 'Int16Array', VOLUME_BYTES)).toEqual({ plane: 2, slices: 1 });
    expect(reductionFor([512, 512, 2000], 'Float32Array', VOLUME_BYTES)).toEqual({ plane: 2, slices: 1 });
    expect(reductionFor([512, 512, 1000], 'Int16Array', budgetFor(4))).toEqual({ plane: 2, slices: 1 });
    expect(reductionFor([64, 64, 3000], 'Int16Array', VOLUME_BYTES)).toEqual({ plane: 2, slices: 2 });
    expect(reductionFor([512, 512, 4], 'Int16Array', 100)).toBeNull();
    expect([budgetFor(4), budgetFor(8), budgetFor(undefined)]).toEqual([256 << 20, VOLUME_BYTES, VOLUME_BYTES]);
    expect(renderedReduction({ ...grid, size: [512, 512, 400] })).toEqual({ plane: 2, slices: 2 });
    expect(renderedReduction(grid)).toEqual({ plane: 1, slices: 1 });
  });
  it('whatever the size, a plan stays below the limit', () => {
    for (const size of [[512, 512, 700], [512, 512, 2000], [1024, 1024, 900], [768, 768, 1500], [256, 256, 2040]] as const) for (const kept of ['Int16Array', 'Float32Array'] as const) {
      const by = reductionFor(size, kept, VOLUME_BYTES)!;
      const [c, r, s] = reduced({ ...grid, size }, by).size;
      expect(c * r * s * (kept === 'Float32Array' ? 4 : 2)).toBeLessThanOrEqual(VOLUME_BYTES);
    }
  });
  const read = stackOf([0, 2, 4, 6]);
  const stack = (read as { stack: Stack }).stack;
  const fetch = (z: number) => Float32Array.from({ length: 600 }, (_, i) => linear([-10 + (i % 30) * 0.5, -20 + Math.floor(i / 30) * 0.8, z]));
  it('means stand where the mean of their voxels stands', async () => {
    const volume = await fillFrom(stack, 'Float32Array', { plane: 2, slices: 2 }, 0, (frame) => Promise.resolve({ values: fetch(frame.position![2]), columns: 30, rows: 20 }), () => undefined, () => false);
    expect([volume.grid.size, volume.grid.spacing, volume.grid.origin]).toEqual([[15, 10, 2], [1, 1.6, 4], [-9.75, -19.6, 1]]);
    expect(volume.values[0]).toBeCloseTo(linear([-9.75, -19.6, 1]), 3);
    expect(volume.values.at(-1)).toBeCloseTo(linear(voxelPoint(volume.grid, [14, 9, 1])), 3);
    const whole = await fillFrom(stack, 'Float32Array', { plane: 1, slices: 1 }, 0, (frame) => Promise.resolve({ values: fetch(frame.position![2]), columns: 30, rows: 20 }), () => undefined, () => false);
    expect([...shrunk(whole, { plane: 2, slices: 2 }).values]).toEqual([...volume.values]);
  });
  it('one slice that cannot be had refuses the whole; one that is left behind stops', async () => {
    let done = 0;
    await expect(fillFrom(stack, 'Int16Array', { plane: 1, slices: 1 }, 0, (frame) => Promise.resolve(frame === stack.frames[2] ? null : { values: new Int16Array(600), columns: 30, rows: 20 }), (n) => void (done = n), () => false)).rejects.toThrow(Missing);
    expect(done).toBe(4);
    let asked = 0;
    await fillFrom(stack, 'Int16Array', { plane: 1, slices: 1 }, 0, () => { asked++; return Promise.resolve(null); }, () => undefined, () => true);
    expect(asked).toBe(0);
  });
  it('whole numbers are rounded to the nearest, also below zero', () => {
    const filling = new Filling(stack, 'Int16Array', { plane: 1, slices: 1 }, 0);
    filling.put(0, Float32Array.of(-0.6, -0.4, 1.5), 30, 20);
    expect([...filling.volume.values.subarray(0, 3)]).toEqual([-1, 0, 2]);
  });
});

describe('E25 a gantry’s tilt', () => {
  it('is undone line by line: a value stays at its place of the patient', async () => {
    const read = readStack([0, 1, 2, 3].map((i) => slice([-10, -20 + i * 0.4, i * 2])));
    const { stack } = read as { stack: Stack };
    const volume = await fillFrom(stack, 'Float32Array', { plane: 1, slices: 1 }, -999, (frame) => {
      const [, y, z] = frame.position!;
      return Promise.resolve({ values: Float32Array.from({ length: 600 }, (_, i) => linear([-10 + (i % 30) * 0.5, y + Math.floor(i / 30) * 0.8, z])), columns: 30, rows: 20 });
    }, () => undefined, () => false);
    expect(valueAt(volume, [-3, -12, 3])).toBeCloseTo(linear([-3, -12, 3]), 2);
    expect(valueAt(volume, voxelPoint(volume.grid, [0, 0, 3]))).toBe(-999); // no slice there
    expect([...sheared([1, 2, 3], 3, 1, { columns: 4, rows: 1 }, [0.5, 0], -1)]).toEqual([-1, 1.5, 2.5, -1]);
  });
});

describe('E25 a body that is turned', () => {
  it('dragged to the right it shows its right side; its axes stay square', () => {
    const front = fromFront([0, 0, 0], 1);
    close(cross(front.up, front.out), [1, 0, 0]); // the patient's left at the screen's right
    const side = turnBody(front, 90, 0);
    close(side.out, [-1, 0, 0]);
    const below = turnBody(front, 0, -90);
    close(below.out, [0, 0, -1]);
    let many = front;
    for (let i = 0; i < 300; i++) many = turnBody(many, 13, -7);
    close([dot(many.out, many.up), dot(many.out, many.out), dot(many.up, many.up)], [0, 1, 1]);
  });
});

describe('E25 one look at a volume', () => {
  const start = () => new Looking(grid, { window: { center: 40, width: 400 }, inverted: false }, null);
  it('begins on stored values, steps by the plane’s own spacing, stops at the edge', () => {
    const one = start();
    close(one.current().cut.centre, startOf(grid));
    const z = one.current().cut.centre[2];
    one.step('axial', 2);
    expect(one.current().cut.centre[2]).toBeCloseTo(z + 4, 9);
    one.step('coronal', 1);
    expect(one.current().cut.centre[1]).toBeCloseTo(startOf(grid)[1] + 0.8, 9);
    one.edge('axial', true);
    expect(one.current().cut.centre[2]).toBeCloseTo(23, 9);
    one.step('axial', 5);
    expect(one.current().cut.centre[2]).toBeCloseTo(23, 9);
  });
  it('each plane has its own window; thickness has limits; reset gives all back', () => {
    const one = start();
    one.window('axial', { center: -600, width: 1500 });
    expect([one.current().look.axial.window.center, one.current().look.coronal.window.center]).toEqual([-600, 40]);
    one.thickness(5000);
    expect(one.current().slab.mm).toBe(100);
    one.thickness(0);
    expect(one.current().slab.mm).toBe(1);
    one.nextSlab();
    expect(one.current().slab.mode).toBe('max');
    one.turn('axial', 20);
    one.reset();
    expect([one.current().slab.mode, one.current().look.axial.window.center, one.current().cut.facing.coronal]).toEqual(['thin', 40, STRAIGHT.coronal]);
  });
  it('turning keeps the cross where it is on every screen', () => {
    const one = start();
    one.resize('coronal', 300, 200);
    one.panBy('coronal', 20, 10);
    const spot = () => toScreen(one.current().cut.facing.coronal, one.eye('coronal'), one.current().cut.centre);
    const before = spot();
    one.turn('axial', 33);
    one.turn('sagittal', -12);
    close(spot(), before);
  });
});
