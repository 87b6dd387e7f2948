/*
 * What a measure says: lengths, angles, areas, statistics of stored values, each in the unit the object allows. Pure.
 *
 * Never a millimetre that the object does not give: without a spacing a length is in pixels; the detector's own spacing is said to be the
 * detector's; ultrasound speaks for the region under all the points (PS3.3 C.8.5.5), and for none outside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type Frame, items, number, numbers, ofFrame, TAG, text } from '../dicom';
import { modalityItem, modalityType } from '../grey/tables';
import type { Pixel } from '../space';
import { type SuvKind, suvOf } from './suv';

export type Kind = 'length' | 'bidirectional' | 'angle' | 'cobb' | 'ellipse' | 'rectangle' | 'freehand' | 'probe' | 'arrow' | 'text';
/* Points a measure is made of; 0: as many as the hand draws. */
export const POINTS: Record<Kind, number> = { length: 2, bidirectional: 4, angle: 3, cobb: 4, ellipse: 2, rectangle: 2, freehand: 0, probe: 1, arrow: 2, text: 1 };
export const hasText = (kind: Kind) => kind === 'arrow' || kind === 'text';
export const isRegion = (kind: Kind) => kind === 'ellipse' || kind === 'rectangle' || kind === 'freehand';

export type LengthUnit = 'mm' | 'mm-detector' | 'px';
/* '': the object gives its values no unit. */
export type Unit = LengthUnit | 'mm2' | 'mm2-detector' | 'px2' | 'deg' | 'HU' | 'SUV' | 'SUV-lbm' | 'SUV-bsa' | 'BQML' | 'px-count' | '' | (string & {});
export type FigureName = 'length' | 'long' | 'short' | 'angle' | 'area' | 'mean' | 'sd' | 'min' | 'max' | 'value' | 'count';
export interface Figure { name: FigureName; value: number; unit: Unit }
export interface Length { value: number; unit: LengthUnit }

const PROJECTIONS = new Set(['DX', 'CR', 'RF', 'XA', 'MG', 'IO', 'PX']);
const CENTIMETRE = 3; // PS3.3 C.8.5.5.1.15
const TISSUE = 1; // a 2D picture: a Doppler or M-mode axis is no distance

export interface Scale { x: number; y: number; unit: LengthUnit }

const positive = (values: number[] | null): [number, number] | null =>
  values && values.length >= 2 && values[0]! > 0 && values[1]! > 0 ? [values[0]!, values[1]!] : null;

/* Size of one pixel across and down under these points. */
export function scaleOf(frame: Frame, points: readonly Pixel[]): Scale {
  const { instance } = frame;
  const projection = PROJECTIONS.has(text(instance, TAG.modality));
  const spacing = positive(numbers(ofFrame(instance, frame.frame, TAG.spacing), TAG.spacing));
  if (spacing) return { x: spacing[1], y: spacing[0], unit: projection && !text(instance, TAG.calibration) ? 'mm-detector' : 'mm' };
  const detector = projection ? positive(numbers(instance, TAG.imagerSpacing)) : null;
  if (detector) return { x: detector[1], y: detector[0], unit: 'mm-detector' };
  for (const region of items(instance, TAG.regions)) {
    const edge = (tag: string) => number(region, tag) ?? NaN;
    const holds = points.every(([x, y]) => x >= edge('00186018') && x <= edge('0018601C') && y >= edge('0018601A') && y <= edge('0018601E'));
    if (!holds) continue;
    const x = Math.abs(edge('0018602C')) * 10, y = Math.abs(edge('0018602E')) * 10;
    const known = number(region, '00186012') === TISSUE && number(region, '00186024') === CENTIMETRE && number(region, '00186026') === CENTIMETRE && x > 0 && y > 0;
    return known ? { x, y, unit: 'mm' } : square(frame);
  }
  return square(frame);
}

/* Pixels, with the shape the object says they have. */
function square(frame: Frame): Scale {
  const shape = positive(numbers(frame.instance, TAG.aspect));
  return { x: 1, y: shape ? shape[0] / shape[1] : 1, unit: 'px' };
}

export function lengthBetween(frame: Frame, from: Pixel, to: Pixel): Length {
  const { x, y, unit } = scaleOf(frame, [from, to]);
  return { value: Math.hypot((to[0] - from[0]) * x, (to[1] - from[1]) * y), unit };
}

/* Degrees at the second of three points. */
export function angleAt(scale: Scale, [a, b, c]: readonly Pixel[]): number {
  const one = [(a![0] - b![0]) * scale.x, (a![1] - b![1]) * scale.y], two = [(c![0] - b![0]) * scale.x, (c![1] - b![1]) * scale.y];
  return Math.abs((Math.atan2(one[0]! * two[1]! - one[1]! * two[0]!, one[0]! * two[0]! + one[1]! * two[1]!) * 180) / Math.PI);
}

/* Degrees between two lines, whichever way they were drawn: at most 90. */
export function cobbAngle(scale: Scale, [a, b, c, d]: readonly Pixel[]): number {
  const angle = angleAt(scale, [[b![0] - a![0], b![1] - a![1]], [0, 0], [d![0] - c![0], d![1] - c![1]]]);
  return angle > 90 ? 180 - angle : angle;
}

/* Pixels squared inside a closed line. */
export const polygonArea = (points: readonly Pixel[]) =>
  Math.abs(points.reduce((sum, [x, y], i) => { const [u, v] = points[(i + 1) % points.length]!; return sum + x * v - u * y; }, 0)) / 2;

export function insidePolygon(points: readonly Pixel[], x: number, y: number): boolean {
  let inside = false;
  points.forEach(([ax, ay], i) => {
    const [bx, by] = points[(i + points.length - 1) % points.length]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

interface Box { left: number; top: number; right: number; bottom: number }
const boxOf = (points: readonly Pixel[]): Box => ({
  left: Math.min(...points.map((one) => one[0])), right: Math.max(...points.map((one) => one[0])), top: Math.min(...points.map((one) => one[1])), bottom: Math.max(...points.map((one) => one[1])),
});

/* Is the middle of this pixel inside? A pixel's middle has whole numbers. */
function insideOf(kind: Kind, points: readonly Pixel[]): (x: number, y: number) => boolean {
  const { left, right, top, bottom } = boxOf(points);
  if (kind === 'rectangle') return (x, y) => x >= left && x <= right && y >= top && y <= bottom;
  if (kind === 'freehand') return (x, y) => insidePolygon(points, x, y);
  const cx = (left + right) / 2, cy = (top + bottom) / 2, rx = (right - left) / 2 || 1e-9, ry = (bottom - top) / 2 || 1e-9;
  return (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
}

/* 'unit' when the values are not those of the frame alone. */
export interface Values { columns: number; rows: number; color: boolean; at: (column: number, row: number) => number | null; unit?: { unit: Unit; times: number } }
export interface Statistics { count: number; mean: number; sd: number; min: number; max: number }

/* Of the stored values whose pixel's middle is inside. The deviation is that of these values, not an estimate of others'. */
export function statisticsOf(kind: Kind, points: readonly Pixel[], values: Values): Statistics | null {
  const { left, right, top, bottom } = boxOf(points);
  const inside = insideOf(kind, points);
  let count = 0, mean = 0, squares = 0, min = Infinity, max = -Infinity;
  for (let row = Math.max(0, Math.ceil(top)); row <= Math.min(values.rows - 1, Math.floor(bottom)); row++)
    for (let column = Math.max(0, Math.ceil(left)); column <= Math.min(values.columns - 1, Math.floor(right)); column++) {
      if (!inside(column, row)) continue;
      const value = values.at(column, row);
      if (value === null) continue;
      count++;
      const off = value - mean;
      mean += off / count;
      squares += off * (value - mean);
      if (value < min) min = value;
      if (value > max) max = value;
    }
  return count ? { count, mean, sd: Math.sqrt(squares / count), min, max } : null;
}

/* What the values of a frame mean, and what they are multiplied by to mean it. */
export function valueUnit(frame: Frame, kind: SuvKind = 'bw'): { unit: Unit; times: number } {
  const { instance } = frame;
  const modality = text(instance, TAG.modality);
  if (modality === 'PT') {
    const suv = suvOf(instance, kind);
    return 'factor' in suv ? { unit: kind === 'bw' ? 'SUV' : `SUV-${kind}`, times: suv.factor } : { unit: text(instance, TAG.units), times: 1 };
  }
  const table = modalityItem(frame), type = table ? modalityType(frame) : text(ofFrame(instance, frame.frame, TAG.rescaleType), TAG.rescaleType);
  if (type === 'HU' || (modality === 'CT' && !table)) return { unit: 'HU', times: 1 };
  if (type === 'OD') return { unit: 'OD', times: 0.001 }; // thousandths of an optical density (PS3.3 C.11.1.1.2)
  return { unit: type && type !== 'US' ? type : '', times: 1 };
}

const AREA: Record<LengthUnit, Unit> = { mm: 'mm2', 'mm-detector': 'mm2-detector', px: 'px2' };

/* All figures of a measure; values are those of the frame it stands on, when they are here. */
export function figuresOf(kind: Kind, frame: Frame, points: readonly Pixel[], values: Values | null): Figure[] {
  const scale = scaleOf(frame, points);
  const length = (from: Pixel, to: Pixel) => Math.hypot((to[0] - from[0]) * scale.x, (to[1] - from[1]) * scale.y);
  const [a, b, c, d] = points;
  switch (kind) {
    case 'length': return a && b ? [{ name: 'length', value: length(a, b), unit: scale.unit }] : [];
    case 'bidirectional': {
      if (!a || !b || !c || !d) return a && b ? [{ name: 'long', value: length(a, b), unit: scale.unit }] : [];
      const [long, short] = [length(a, b), length(c, d)].sort((x, y) => y - x);
      return [{ name: 'long', value: long!, unit: scale.unit }, { name: 'short', value: short!, unit: scale.unit }];
    }
    case 'angle': return c ? [{ name: 'angle', value: angleAt(scale, points), unit: 'deg' }] : [];
    case 'cobb': return d ? [{ name: 'angle', value: cobbAngle(scale, points), unit: 'deg' }] : [];
    case 'probe': {
      const value = a && values && !values.color ? values.at(Math.round(a[0]), Math.round(a[1])) : null;
      const { unit, times } = values?.unit ?? valueUnit(frame);
      return value === null ? [] : [{ name: 'value', value: value * times, unit }];
    }
    case 'ellipse': case 'rectangle': case 'freehand': {
      if (points.length < (kind === 'freehand' ? 3 : 2)) return [];
      const { left, right, top, bottom } = boxOf(points);
      const pixels = kind === 'freehand' ? polygonArea(points) : (right - left) * (bottom - top) * (kind === 'ellipse' ? Math.PI / 4 : 1);
      const area: Figure = { name: 'area', value: pixels * scale.x * scale.y, unit: AREA[scale.unit] };
      const found = values && !values.color ? statisticsOf(kind, points, values) : null;
      if (!found) return [area];
      const { unit, times } = values?.unit ?? valueUnit(frame);
      return [...(['mean', 'sd', 'min', 'max'] as const).map((name) => ({ name, value: found[name] * times, unit })), area];
    }
    default: return [];
  }
}
