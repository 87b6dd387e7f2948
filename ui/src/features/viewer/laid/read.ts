/*
 * What an object lays over its own image: overlay planes and display shutters, of one frame. Pure. E25
 *
 * Sources: DICOM PS3.3 C.9.2 (overlay planes), C.7.6.11 (shutters), C.7.6.16.2.16 (shutters of a frame), C.7.6.15 (a bitmap as shutter).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, items, number, numbers, TAG, text } from '../dicom';

const GROUPS_MAX = 16, SIDE_MAX = 65535, PIXELS_MAX = 1 << 26, CORNERS_MAX = 128, FAR = 1 << 28;

/* Columns and rows of the plane; where its first pixel lies on the image, from 0, perhaps outside. */
export interface OverlayPlane { group: string; columns: number; rows: number; left: number; top: number; firstBit: number; words: string; shutters: boolean; bytes: { inline: string } | { tag: string } | null; bit: number }
export interface Shutter {
  rectangle: { left: number; right: number; upper: number; lower: number } | null; circle: { row: number; column: number; radius: number } | null; corners: [row: number, column: number][] | null;
  grey: number; // 0 to 255
}

const is = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= FAR;

/* Planes of this frame. 'bytes' null: in a bit of the image's own samples (retired; engine/samples.ts). */
export function overlaysOf(frame: Frame): OverlayPlane[] {
  const { instance } = frame, planes: OverlayPlane[] = [];
  const groups = [...new Set(Object.keys(instance).filter((tag) => /^60[0-9A-F]{2}0010$/i.test(tag) && parseInt(tag.slice(2, 4), 16) % 2 === 0).map((tag) => tag.slice(0, 4)))].sort().slice(0, GROUPS_MAX);
  const shutterGroup = (instance['00181600']?.Value ?? []).includes('BITMAP') ? number(instance, '00181623') : null;
  for (const group of groups) {
    const of = (element: string) => number(instance, `${group}${element}`);
    const rows = of('0010'), columns = of('0011'), [top, left] = numbers(instance, `${group}0050`) ?? [1, 1];
    if (!is(rows) || !is(columns) || rows < 1 || columns < 1 || rows > SIDE_MAX || columns > SIDE_MAX || rows * columns > PIXELS_MAX || !is(top) || !is(left)) continue;
    const frames = of('0015') ?? 1, origin = of('0051') ?? 1, nth = frames <= 1 && origin <= 1 ? 0 : frame.frame - origin; // one plane alone is that of all frames
    if (nth < 0 || (nth > 0 && nth >= frames)) continue;
    const data = instance[`${group}3000`];
    planes.push({
      group, rows, columns, top: top - 1, left: left - 1, firstBit: nth * rows * columns, words: text(instance, `${group}1500`) || text(instance, `${group}0022`), shutters: shutterGroup === parseInt(group, 16),
      bit: of('0102') ?? 0,
      bytes: data?.InlineBinary ? { inline: data.InlineBinary } : data ? { tag: `${group}3000` } : null,
    });
  }
  return planes;
}

function shapesOf(from: DicomJson, ret: Shutter): boolean {
  const shapes = (from['00181600']?.Value ?? []) as unknown[], of = (tag: string) => number(from, tag);
  if (shapes.includes('RECTANGULAR')) {
    const [left, right, upper, lower] = ['00181602', '00181604', '00181606', '00181608'].map(of);
    if (is(left) && is(right) && is(upper) && is(lower) && left < right && upper < lower) ret.rectangle = { left, right, upper, lower };
  }
  if (shapes.includes('CIRCULAR')) {
    const [row, column] = numbers(from, '00181610') ?? [], radius = of('00181612');
    if (is(row) && is(column) && is(radius) && radius > 0) ret.circle = { row, column, radius };
  }
  if (shapes.includes('POLYGONAL')) {
    const flat = numbers(from, '00181620') ?? [], corners: [number, number][] = [];
    for (let i = 0; i + 1 < flat.length; i += 2) corners.push([flat[i]!, flat[i + 1]!]);
    if (corners.length >= 3 && corners.length < CORNERS_MAX && flat.every(is)) ret.corners = corners;
  }
  const presented = of('00181622');
  if (is(presented) && presented > 0 && presented <= 65535) ret.grey = presented >> 8;
  return !!(ret.rectangle || ret.circle || ret.corners);
}

/* Of the image and of this frame; where several shapes are said only what all of them leave is seen. Null: none. */
export function shutterOf(frame: Frame): Shutter | null {
  const ret: Shutter = { rectangle: null, circle: null, corners: null, grey: 0 };
  shapesOf(frame.instance, ret);
  for (const groups of [items(frame.instance, TAG.shared)[0], items(frame.instance, TAG.perFrame)[frame.frame - 1]])
    for (const one of items(groups, '00189472')) shapesOf(one, ret);
  return ret.rectangle || ret.circle || ret.corners ? ret : null;
}

/* What each shape covers, as paths (even-odd) in pixels of the image whose first pixel's middle is 0,0. */
export function coveredBy({ rectangle, circle, corners }: Shutter, columns: number, rows: number): string[] {
  const all = `M-0.5 -0.5H${columns - 0.5}V${rows - 0.5}H-0.5Z`, paths: string[] = [];
  if (rectangle) paths.push(`${all}M${rectangle.left - 1.5} ${rectangle.upper - 1.5}H${rectangle.right - 0.5}V${rectangle.lower - 0.5}H${rectangle.left - 1.5}Z`);
  if (circle) {
    const { row, column, radius } = circle, r = radius + 0.5;
    paths.push(`${all}M${column - 1 - r} ${row - 1}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`);
  }
  if (corners) paths.push(`${all}M${corners.map(([row, column]) => `${column - 1} ${row - 1}`).join('L')}Z`);
  return paths;
}

/* One bit a pixel, the lowest of a byte first (PS3.5 §8.1.2), as RGBA; false: there are too few. */
export function drawBits(bytes: Uint8Array, plane: OverlayPlane, colour: readonly [number, number, number], rgba: Uint8ClampedArray): boolean {
  const count = plane.rows * plane.columns;
  if (bytes.length * 8 < plane.firstBit + count || rgba.length < count * 4) return false;
  for (let i = 0; i < count; i++) {
    const at = plane.firstBit + i;
    if ((bytes[at >> 3]! >> (at & 7)) & 1) rgba.set([...colour, 255], i * 4);
  }
  return true;
}
