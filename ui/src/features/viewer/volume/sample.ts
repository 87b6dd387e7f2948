/*
 * Values of a volume at places of the patient: trilinear between voxels; through a slab the most, the least or the mean. Pure.
 *
 * What is read is what is shown: the value of a slab is that of the whole thickness that is drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Point } from '../dicom';
import { plus } from '../space';
import type { Volume } from './fill';
import { finest, voxelOf } from './grid';

export type SlabMode = 'thin' | 'max' | 'min' | 'mean';
export const SLAB_MODES: SlabMode[] = ['thin', 'max', 'min', 'mean'];
export interface Slab { mode: SlabMode; mm: number }
export const SLAB_LEAST = 1, SLAB_MOST = 100, SLAB_FIRST = 10; // mm

/* Null outside: half a voxel beyond the middle of the last one there is nothing to read. */
export function valueAt({ grid, values }: Volume, point: Point): number | null {
  const [c, r, s] = grid.size;
  const at = voxelOf(grid, point);
  const last = [c - 1, r - 1, s - 1];
  const low: number[] = [], part: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const most = last[axis]!;
    const x = at[axis]!;
    if (!(x >= -0.5 && x <= most + 0.5)) return null;
    const held = Math.max(0, Math.min(most, x));
    const floor = Math.min(Math.floor(held), Math.max(0, most - 1));
    low.push(floor);
    part.push(most === 0 ? 0 : held - floor);
  }
  const [i, j, k] = low as [number, number, number], [fx, fy, fz] = part as [number, number, number];
  const dx = c > 1 ? 1 : 0, dy = r > 1 ? c : 0, dz = s > 1 ? c * r : 0;
  const base = (k * r + j) * c + i;
  const line = (from: number) => values[from]! * (1 - fx) + values[from + dx]! * fx;
  const sheet = (from: number) => line(from) * (1 - fy) + line(from + dy) * fy;
  return sheet(base) * (1 - fz) + sheet(base + dz) * fz;
}

/* Places through a slab, evenly, at most half the finest spacing apart, both faces among them. */
export function through(thickness: number, step: number): number[] {
  const count = Math.max(2, Math.ceil(thickness / step) + 1);
  return Array.from({ length: count }, (_, i) => -thickness / 2 + (i * thickness) / (count - 1));
}

export function slabValueAt(volume: Volume, point: Point, into: Point, { mode, mm }: Slab): number | null {
  if (mode === 'thin') return valueAt(volume, point);
  let count = 0, sum = 0, most = -Infinity, least = Infinity;
  for (const away of through(mm, finest(volume.grid) / 2)) {
    const value = valueAt(volume, plus(point, into, away));
    if (value === null) continue;
    count++;
    sum += value;
    if (value > most) most = value;
    if (value < least) least = value;
  }
  if (!count) return null;
  return mode === 'max' ? most : mode === 'min' ? least : sum / count;
}
