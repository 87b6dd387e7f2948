/*
 * A series as a grid: where its voxels stand, and each reason why it is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { TAG } from '../dicom';
import { keptAs, middleOf, readStack, type Refusal, voxelOf, voxelPoint } from './grid';
import { slice, stackOf } from './slices';

const grid = (read: ReturnType<typeof readStack>) => { if ('refusal' in read) throw new Error(read.refusal.why); return read.stack.grid; };
const why = (read: ReturnType<typeof readStack>): Refusal => { if ('stack' in read) throw new Error('a stack'); return read.refusal; };

describe('E25 a series that is a volume', () => {
  it('stands where its slices stand, in whatever order they were numbered', () => {
    const read = stackOf([4, 0, 2, 6]);
    const one = grid(read);
    expect([one.size, one.spacing, one.origin]).toEqual([[30, 20, 4], [0.5, 0.8, 2], [-10, -20, 0]]);
    expect(voxelPoint(one, [2, 3, 1])).toEqual([-9, -17.6, 2]);
    expect(voxelOf(one, [-9, -17.6, 2]).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([2, 3, 1]);
    expect(middleOf(one)).toEqual([-10 + 14.5 * 0.5, -20 + 9.5 * 0.8, 3]);
    if ('stack' in read) expect(read.stack.frames.map((frame) => frame.position![2])).toEqual([0, 2, 4, 6]);
  });
  it('is right-handed however the slices lie: sagittal ones run to the left or the right', () => {
    const one = grid(readStack([30, 20, 10].map((x) => slice([x, -50, 60], { [TAG.orientation]: [0, 1, 0, 0, 0, -1] }))));
    expect(one.normal.map((value) => value + 0)).toEqual([-1, 0, 0]); // posterior × feet
    expect(one.origin).toEqual([30, -50, 60]);
    expect(voxelPoint(one, [0, 0, 2]).map((value) => value + 0)).toEqual([10, -50, 60]);
  });
  it('places written with few digits are no gap: 100 slices of 1/3 mm', () => {
    const one = grid(stackOf(Array.from({ length: 100 }, (_, i) => Math.round((i / 3) * 100) / 100)));
    expect(one.spacing[2]).toBeCloseTo(33 / 99, 6);
  });
  it('a gantry’s tilt is a shear: undone, and the grid is wide enough for all of it', () => {
    const read = readStack([0, 1, 2, 3].map((i) => slice([-10, -20 + i * 0.4, i * 2])));
    if ('refusal' in read) throw new Error(read.refusal.why);
    expect(read.stack.shear![0]).toBeCloseTo(0, 9);
    expect(read.stack.shear![1]).toBeCloseTo(0.5, 9); // of 0.8 mm
    expect(read.stack.tilt).toBeCloseTo((Math.atan2(0.4, 2) * 180) / Math.PI, 6);
    expect(read.stack.grid.size).toEqual([30, 22, 4]);
    const back = readStack([0, 1, 2, 3].map((i) => slice([-10, -20 - i * 0.4, i * 2])));
    if ('refusal' in back) throw new Error(back.refusal.why);
    expect(back.stack.margin).toEqual([0, 2]);
    expect(back.stack.grid.origin[1]).toBeCloseTo(-21.6, 9);
  });
});

describe('E25 a series that is none is refused, with where', () => {
  it('each reason', () => {
    expect(why(stackOf([0, 2])).why).toBe('few');
    expect(why(stackOf([0, 2, 4], { [TAG.photometric]: ['RGB'] })).why).toBe('color');
    expect(why(stackOf([0, 2, 4], { [TAG.frameOfReference]: [] })).why).toBe('no-place');
    expect(why(readStack([slice([0, 0, 0]), slice([0, 0, 2]), slice([0, 0, 4], { [TAG.frameOfReference]: ['8'] })])).why).toBe('reference');
    expect(why(readStack([slice([0, 0, 0]), slice([0, 0, 2]), slice([0, 0, 4], { [TAG.orientation]: [0, 1, 0, 0, 0, -1] })])).why).toBe('orientation');
    expect(why(readStack([slice([0, 0, 0]), slice([0, 0, 2]), slice([0, 0, 4], { [TAG.rows]: [21] })])).why).toBe('size');
    expect(why(readStack([slice([0, 0, 0]), slice([0, 0, 2]), slice([0, 0, 4], { [TAG.spacing]: [0.8, 0.6] })])).why).toBe('spacing');
    expect(why(stackOf([0, 2, 2, 4]))).toEqual({ why: 'doubled', at: 2 });
    expect(why(stackOf([0, 2, 4, 8, 10, 12, 18]))).toEqual({ why: 'missing', count: 3, from: 4, to: 8 });
    expect(why(stackOf([0, 2, 4, 6.7, 8.7]))).toMatchObject({ why: 'irregular', most: expect.closeTo(2.7, 6) as number });
    expect(why(readStack([0, 1, 2].map((i) => slice([-10, i * 4, i * 2])))).why).toBe('tilt');
    expect(why(readStack([0, 0, 3, 0, 0].map((off, i) => slice([-10 + off, -20, i * 2])))).why).toBe('irregular');
  });
});

describe('E25 values are kept exactly', () => {
  it('in the smallest kind of number that holds them', () => {
    const kept = (more: Record<string, unknown[]>) => keptAs([slice([0, 0, 0], more)]);
    expect(kept({})).toBe('Int16Array'); // 0…4095 - 1024
    expect(kept({ '00280101': [16], [TAG.intercept]: [0] })).toBe('Uint16Array');
    expect(kept({ '00280101': [16], [TAG.intercept]: [-1024] })).toBe('Float32Array');
    expect(kept({ [TAG.slope]: [0.5] })).toBe('Float32Array');
    expect(kept({ '00280101': [16], '00280103': [1], [TAG.intercept]: [0] })).toBe('Int16Array');
  });
});
