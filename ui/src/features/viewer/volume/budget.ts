/*
 * How much of a workstation's memory volumes may take, and what is given up to stay below. Pure.
 *
 * A volume that does not fit whole is a preview of means, and says so: nothing is measured or read on it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { bytesOf, type Grid, type Kept, voxels } from './grid';
import { plus } from '../space';

const MIB = 1 << 20;
/* Of voxels in this page, all volumes of a view together: about a thousand CT slices of 512 × 512. The graphics card has one more copy. */
export const VOLUME_BYTES = 512 * MIB;
const PART = 16; // of the memory a workstation says it has, where it says so and that is less
export const RENDERED_VOXELS = 256 ** 3; // of a volume rendering: its picture is never read for values
export const SOFTWARE_VOXELS = 64 ** 3; // the same where no graphics card helps
export const SIDE_MOST = 2048; // voxels along one side, as WebGL 2 gives them everywhere

export const budgetFor = (deviceMemoryGb: number | undefined) => Math.min(VOLUME_BYTES, ((deviceMemoryGb ?? Infinity) * 1024 * MIB) / PART);

/* One voxel for so many columns and rows, and so many slices. */
export interface Reduction { plane: number; slices: number }
export const WHOLE: Reduction = { plane: 1, slices: 1 };
export const isWhole = ({ plane, slices }: Reduction) => plane === 1 && slices === 1;

const part = (size: number, by: number) => Math.floor(size / by);
export const sizeAfter = ([columns, rows, slices]: Grid['size'], by: Reduction) => [part(columns, by.plane), part(rows, by.plane), part(slices, by.slices)] as const;

/* The least reduction with which a volume fits; in the plane first, as slices are the thicker. Null: none does. */
export function reductionFor(size: Grid['size'], kept: Kept, bytes: number, sideMost = SIDE_MOST): Reduction | null {
  for (const plane of [1, 2, 4, 8])
    for (const slices of plane === 1 ? [1] : [plane / 2, plane])
      if (fits(size, { plane, slices }, kept, bytes, sideMost)) return { plane, slices };
  // Too many slices only.
  for (const slices of [2, 4, 8]) if (fits(size, { plane: 1, slices }, kept, bytes, sideMost)) return { plane: 1, slices };
  return null;
}
function fits(size: Grid['size'], by: Reduction, kept: Kept, bytes: number, sideMost: number) {
  const after = sizeAfter(size, by);
  return after.every((side) => side >= 2 && side <= sideMost) && after[0] * after[1] * after[2] * bytesOf(kept) <= bytes;
}

/* The grid of the means. */
export function reduced(grid: Grid, by: Reduction): Grid {
  if (isWhole(by)) return grid;
  const { spacing, across, down, normal } = grid;
  const half = (step: number, n: number) => ((n - 1) / 2) * step;
  const origin = plus(plus(plus(grid.origin, across, half(spacing[0], by.plane)), down, half(spacing[1], by.plane)), normal, half(spacing[2], by.slices));
  return { ...grid, origin, spacing: [spacing[0] * by.plane, spacing[1] * by.plane, spacing[2] * by.slices], size: [...sizeAfter(grid.size, by)] as unknown as Grid['size'] };
}

/* For a volume rendering, from a volume that is already here. */
export function renderedReduction(grid: Grid, most = RENDERED_VOXELS): Reduction {
  for (const by of [1, 2, 4, 8]) {
    const even = { plane: by, slices: by };
    const [c, r, s] = sizeAfter(grid.size, even);
    if (voxels(grid) <= most) return WHOLE;
    if (c * r * s <= most || s < 4) return even;
  }
  return { plane: 8, slices: 8 };
}
