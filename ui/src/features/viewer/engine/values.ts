/*
 * The value of a pixel of what the engine draws: after the modality, whatever greys it is shown in; and whether these greys are fixed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Types } from '@cornerstonejs/core';
import { valuesOf } from './greys';

/* Null outside, and for colour. */
export function valueOf(drawn: Types.IImage, column: number, row: number): { column: number; row: number; value: number } | null {
  const image = valuesOf(drawn);
  if (image.color || column < 0 || row < 0 || column >= image.columns || row >= image.rows) return null;
  const stored = image.voxelManager?.getAtIndex(row * image.columns + column);
  if (typeof stored !== 'number') return null;
  return { column, row, value: image.preScale?.scaled ? stored : stored * image.slope + image.intercept };
}

/* Under a table: what is drawn are greys, no window is of them. */
export const isFixed = (drawn: Types.IImage): boolean => valuesOf(drawn) !== drawn && drawn.getPixelData() instanceof Uint8Array;
