/*
 * The values of a stack in one block: slices come in any order, each goes straight to its place and is let go. Pure but for who fetches.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame } from '../dicom';
import { isWhole, reduced, type Reduction, sizeAfter } from './budget';
import { type Grid, type Kept, type Stack, voxels } from './grid';

export type Block = Int16Array | Uint16Array | Float32Array;
export interface Volume {
  grid: Grid;
  values: Block;
  by: Reduction;
  tilt: number; // degrees that were undone; 0: the values are the stored ones
  frames: Frame[];
  outside: number; // where there is no slice: lower than any value of the series
}

const MAKERS = { Int16Array, Uint16Array, Float32Array } as const;

/* One slice, in the grid's columns and rows: moved by the shear, linearly between pixels. */
export function sheared(slice: ArrayLike<number>, columns: number, rows: number, to: { columns: number; rows: number }, [dx, dy]: readonly [number, number], outside: number): Float32Array {
  const out = new Float32Array(to.columns * to.rows).fill(outside);
  for (let row = 0; row < to.rows; row++) {
    const y = row - dy, y0 = Math.floor(y + 1e-9), fy = Math.max(0, y - y0);
    if (y0 < 0 || y0 + (fy > 1e-6 ? 1 : 0) >= rows) continue;
    for (let column = 0; column < to.columns; column++) {
      const x = column - dx, x0 = Math.floor(x + 1e-9), fx = Math.max(0, x - x0);
      if (x0 < 0 || x0 + (fx > 1e-6 ? 1 : 0) >= columns) continue;
      const at = y0 * columns + x0;
      const right = fx > 1e-6 ? 1 : 0, below = fy > 1e-6 ? columns : 0;
      const top = slice[at]! * (1 - fx) + slice[at + right]! * fx;
      out[row * to.columns + column] = top * (1 - fy) + (slice[at + below]! * (1 - fx) + slice[at + below + right]! * fx) * fy;
    }
  }
  return out;
}

/* Takes slices one by one; sums are kept for one layer of means at a time only. */
export class Filling {
  readonly volume: Volume;
  private readonly sums = new Map<number, { sum: Float32Array; count: number }>();
  private readonly whole: Grid;

  constructor(private readonly stack: Stack, kept: Kept, by: Reduction, outside: number) {
    this.whole = stack.grid;
    const grid = reduced(stack.grid, by);
    const values = new MAKERS[stack.shear && kept === 'Uint16Array' ? 'Float32Array' : kept](voxels(grid));
    this.volume = { grid, values, by, tilt: stack.tilt, frames: stack.frames, outside };
  }

  put(index: number, slice: ArrayLike<number>, columns: number, rows: number) {
    const { grid, values, by, outside } = this.volume;
    const [c, r] = this.whole.size;
    const { shear, margin } = this.stack;
    const placed = shear ? sheared(slice, columns, rows, { columns: c, rows: r }, [margin[0] + shear[0] * index, margin[1] + shear[1] * index], outside) : slice;
    const layer = grid.size[0] * grid.size[1];
    if (isWhole(by)) return values.set(rounded(placed, values), index * layer);
    const k = Math.floor(index / by.slices);
    if (k >= grid.size[2]) return; // slices over at the end, fewer than one layer
    const [w, h] = sizeAfter(this.whole.size, by);
    const here = this.sums.get(k) ?? { sum: new Float32Array(layer), count: 0 };
    this.sums.set(k, here);
    for (let row = 0; row < h * by.plane; row++) {
      const to = Math.floor(row / by.plane) * w;
      for (let column = 0; column < w * by.plane; column++) here.sum[to + Math.floor(column / by.plane)]! += placed[row * c + column]!;
    }
    if (++here.count < by.slices) return;
    const times = 1 / (by.plane * by.plane * by.slices);
    values.set(rounded(here.sum.map((sum) => sum * times), values), k * layer);
    this.sums.delete(k);
  }
}

/* Whole numbers where the block holds no others: the nearest, not the one below. */
function rounded(slice: ArrayLike<number>, to: Block): ArrayLike<number> {
  return to instanceof Float32Array || !(slice instanceof Float32Array) ? slice : slice.map(Math.round);
}

/* Means of a volume that is here, for a picture that is read for shape only. */
export function shrunk(volume: Volume, by: Reduction): Volume {
  if (isWhole(by)) return volume;
  const { size } = volume.grid;
  const layer = size[0] * size[1];
  const kept = volume.values instanceof Float32Array ? 'Float32Array' : volume.values instanceof Uint16Array ? 'Uint16Array' : 'Int16Array';
  const filling = new Filling({ grid: volume.grid, frames: volume.frames, shear: null, tilt: volume.tilt, margin: [0, 0] }, kept, by, volume.outside);
  for (let k = 0; k < size[2]; k++) filling.put(k, volume.values.subarray(k * layer, (k + 1) * layer), size[0], size[1]);
  return filling.volume;
}

export type Fetched = { values: ArrayLike<number>; columns: number; rows: number } | null;
export interface Fetch { (frame: Frame): Promise<Fetched> }
export class Missing extends Error { constructor(readonly count: number, readonly first: Frame) { super(`${count} frames`); } }

const AT_ONCE = 6;

/* Fetches every frame once, a few at a time. One that cannot be had refuses the whole: a hole is no tissue. */
export async function fillFrom(stack: Stack, kept: Kept, by: Reduction, outside: number, fetch: Fetch, told: (done: number) => void, gone: () => boolean): Promise<Volume> {
  const filling = new Filling(stack, kept, by, outside);
  const failed: Frame[] = [];
  let next = 0, done = 0;
  const hand = async () => {
    while (next < stack.frames.length && !gone()) {
      const index = next++;
      const frame = stack.frames[index]!;
      const got = await fetch(frame).catch(() => null);
      if (gone()) return;
      if (got) filling.put(index, got.values, got.columns, got.rows);
      else failed.push(frame);
      told(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  if (failed.length) throw new Missing(failed.length, failed[0]!);
  return filling.volume;
}
