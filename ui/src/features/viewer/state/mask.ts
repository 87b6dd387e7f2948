/*
 * Mask subtraction: which frames are averaged and taken away from which, how far the mask is moved. Pure. E25
 *
 * The same rules as server/formats/image/mask.c. Source: DICOM PS3.3 C.7.6.10, C.11.13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, items, number, numbers, text } from '../dicom';
import { means } from './about';

const FRAMES_MAX = 64, REGIONS_MAX = 64, CORNERS_MAX = 128;
export interface Region { corners: [row: number, column: number][]; down: number; right: number }
export interface Plan { mask: number[]; contrast: number[]; down: number; right: number; taken: number; sharpened: number; regions: Region[] }

/* The first frame of the pair that holds this one; a missing list holds all. */
function rangeWith(item: DicomJson, tag: string, frame: number): number | null {
  const range = numbers(item, tag);
  if (!range) return 1;
  for (let i = 0; i + 1 < range.length; i += 2) if (frame >= range[i]! && frame <= range[i + 1]!) return range[i]!;
  return null;
}

/* Null: frames that the image does not have, or an operation that nobody knows. */
function framesOf(item: DicomJson, frame: number, frames: number, first: number): number[] | null {
  const offset = number(item, '00286120') ?? 1, there = (one: number) => Number.isInteger(one) && one >= 1 && one <= frames;
  switch (text(item, '00286101')) {
    case 'AVG_SUB': {
      const list = numbers(item, '00286110') ?? [];
      return list.length && list.length <= FRAMES_MAX && list.every(there) ? list : null;
    }
    case 'TID': return [frame - offset].filter(there);
    case 'REV_TID': return [2 * first - frame - offset].filter(there);
    default: return null;
  }
}

const shiftOf = (item: DicomJson | undefined): [number, number] | null => {
  const shift = numbers(item, '00286114');
  return shift?.length === 2 && shift.every((one) => Math.abs(one) <= 65535) ? [shift[0]!, shift[1]!] : null;
};
const sameItem = (a: DicomJson, b: DicomJson) => {
  const [one, other] = [number(a, '00289416'), number(b, '00289416')];
  return one === null || other === null || one === other;
};

function regionsOf(holder: DicomJson, mask: DicomJson, frame: number): Region[] {
  const found = items(holder, '00289501').filter((one) => sameItem(one, mask) && rangeWith(one, '00289506', frame) !== null).at(-1);
  return items(found, '00289502').slice(0, REGIONS_MAX).flatMap((item): Region[] => {
    const flat = (numbers(item, '00289503') ?? []).slice(0, 2 * CORNERS_MAX), [down, right] = shiftOf(item) ?? [0, 0];
    const corners = Array.from({ length: flat.length >> 1 }, (_, i): [number, number] => [flat[2 * i]!, flat[2 * i + 1]!]);
    return corners.length === 0 || corners.length >= 3 ? [{ corners, down, right }] : [];
  });
}

function percentage(holder: DicomJson, tag: string): number {
  const multi = items(holder, '00289505')[0], display = items(multi ?? holder, '00089458')[0];
  const value = number(holder, tag) ?? number(multi, tag) ?? number(display, tag) ?? 0;
  return Math.max(0, Math.min(100, value)) / 100;
}

/* Null: this frame is shown as it is. */
export function maskOf(holder: DicomJson, at: Frame, frames: number): Plan | null {
  for (const item of items(holder, '00286100')) {
    const first = rangeWith(item, '00286102', at.frame), mask = first !== null && means(item, at) ? framesOf(item, at.frame, frames, first) : null;
    if (!mask?.length) continue;
    const averaged = Math.min(FRAMES_MAX, Math.max(1, number(item, '00286112') ?? 1));
    const own = [items(holder, '52009230')[at.frame - 1], items(holder, '52009229')[0]].map((groups) => items(groups, '00289415')[0]).find((one) => one && sameItem(one, item));
    const [down, right] = shiftOf(own) ?? shiftOf(item) ?? [0, 0];
    return { mask, contrast: Array.from({ length: averaged }, (_, i) => at.frame + i).filter((one) => one <= frames), down, right, taken: 1 - percentage(holder, '00289478'), sharpened: percentage(holder, '00289411'), regions: regionsOf(holder, item, at.frame) };
  }
  return null;
}

export interface Plane { columns: number; rows: number; values: Float64Array }
const clamp = (value: number, most: number) => (value < 0 ? 0 : value > most ? most : value);

/* A place of the mask that was moved, between the four nearest pixels; beyond an edge its pixels go on. */
function moved({ columns, rows, values }: Plane, row: number, column: number, down: number, right: number): number {
  const y = row - down, x = column - right, j = Math.floor(y), i = Math.floor(x), dy = y - j, dx = x - i;
  const at = (c: number, r: number) => values[clamp(r, rows - 1) * columns + clamp(c, columns - 1)]!;
  const upper = at(i, j) * (1 - dx) + (dx > 0 ? at(i + 1, j) * dx : 0), lower = dy > 0 ? at(i, j + 1) * (1 - dx) + (dx > 0 ? at(i + 1, j + 1) * dx : 0) : 0;
  return upper * (1 - dy) + lower * dy;
}

function holds({ corners }: Region, row: number, column: number): boolean {
  let inside = !corners.length;
  corners.forEach(([y, x], i) => {
    const [before, left] = corners[(i + corners.length - 1) % corners.length]!;
    if (y > row !== before > row && column < ((left - x) * (row - y)) / (before - y) + x) inside = !inside;
  });
  return inside;
}

/* What is left of 'contrast'; both are means. */
export function takeAway(plan: Plan, contrast: Plane, mask: Plane): Plane {
  const { columns, rows } = contrast, left = new Float64Array(columns * rows);
  const take = (region: Region | null) => {
    const { down, right } = region ?? plan;
    for (let row = 0; row < rows; row++)
      for (let column = 0, i = row * columns; column < columns; column++, i++)
        if (!region || holds(region, row + 1, column + 1)) left[i] = contrast.values[i]! - plan.taken * (down || right ? moved(mask, row, column, down, right) : mask.values[i]!);
  };
  take(null);
  plan.regions.forEach(take);
  if (!plan.sharpened) return { columns, rows, values: left };
  const from = { columns, rows, values: left }, sharp = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let j = -1; j <= 1; j++) for (let i = -1; i <= 1; i++) sum += moved(from, row + j, column + i, 0, 0);
      const own = left[row * columns + column]!;
      sharp[row * columns + column] = own + plan.sharpened * (own - sum / 9);
    }
  return { columns, rows, values: sharp };
}
