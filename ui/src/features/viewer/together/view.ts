/*
 * What several look at together: which images, how, and where one points; in the patient's millimetres, never in pixels of a screen. Pure. E12.
 *
 * What comes from another page is checked before anything is moved by it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Point, Window } from '../dicom';
import type { Figure, FigureName, Kind } from '../measure/figures';
import { POINTS } from '../measure/figures';
import type { MarkItem, Place } from '../measure/marks';
import { onPlane, patientPoint, type Pixel, planeOf } from '../space';
import { isNumber, isText, object, windowOf } from './checks';
import { type SharedVolume, volumeOf } from './volumeView';

/* What the pane shows of the frame: the pixel in its middle, and how far it reaches across and down (millimetres where the image has a spacing, else pixels of it). */
export interface Reach { middle: Pixel; span: readonly [across: number, down: number] }
export interface Turned { rotation: number; flipped: boolean; tumbled: boolean }
/* 'reach' null: the whole image, as the pane fits it. */
export interface PaneView extends Turned { series: string; sop: string; frame: number; window: Window | null; inverted: boolean; reach: Reach | null }
export type SharedMark = Place & Pick<MarkItem, 'id' | 'kind' | 'points' | 'text' | 'figures'>;
/* 'at': of the leader's clock, never twice the same: what comes by the slower way is older and moves nothing. */
export interface SharedView { study: string; at: number; layout: string; active: number; panes: (PaneView | null)[]; marks: SharedMark[]; left: number; volume: SharedVolume | null }
/* The leader leads no more: what was theirs goes. */
export interface SharedEnd { study: string; at: number; over: true }
/* 'point' in millimetres of its frame of reference; images of no space are pointed at by their own pixel. */
export type SharedPoint = { reference: string; point: Point } | { sop: string; frame: number; pixel: Pixel };

const PANES_MAX = 8, MARKS_SHARED = 60, POINTS_MAX = 400, FIGURES_MAX = 8, WORDS_MAX = 200;
const STATE_MOST = 24_000; // characters: the server takes 32 kB of a page, a letter may take two bytes or more
const FIGURES: readonly FigureName[] = ['length', 'long', 'short', 'angle', 'area', 'mean', 'sd', 'min', 'max', 'value', 'count'];

const isPixel = (value: unknown): value is [number, number] => Array.isArray(value) && value.length === 2 && value.every((one) => isNumber(one) && Math.abs(one) < 1e6);

function reachOf(value: unknown): Reach | null {
  const one = object(value);
  if (!one || !isPixel(one.middle) || !Array.isArray(one.span) || one.span.length !== 2) return null;
  const [across, down] = one.span as unknown[];
  return isNumber(across) && isNumber(down) && across > 1e-3 && down > 1e-3 && across < 1e6 && down < 1e6 ? { middle: one.middle, span: [across, down] } : null;
}

function paneOf(value: unknown): PaneView | null {
  const one = object(value);
  if (!one || !isText(one.series) || !isText(one.sop) || !isNumber(one.frame)) return null;
  return { series: one.series, sop: one.sop, frame: one.frame, inverted: one.inverted === true, window: windowOf(one.window), reach: reachOf(one.reach),
    rotation: isNumber(one.rotation) ? ((Math.round(one.rotation) % 360) + 360) % 360 : 0, flipped: one.flipped === true, tumbled: one.tumbled === true };
}

const isFigure = (value: unknown): value is Figure => {
  const one = object(value);
  return !!one && FIGURES.includes(one.name as FigureName) && isNumber(one.value) && typeof one.unit === 'string' && one.unit.length <= 16;
};

/* A mark with as many points as its kind has; figures are what the leader's page says. */
function markOf(value: unknown): SharedMark | null {
  const one = object(value);
  if (!one || !isText(one.id) || !isText(one.series) || !isText(one.sop, 400) || !isNumber(one.frame) || typeof one.kind !== 'string' || !Object.hasOwn(POINTS, one.kind) || !Array.isArray(one.points)) return null;
  const kind = one.kind as Kind, wanted = POINTS[kind];
  if (!one.points.every(isPixel) || (wanted ? one.points.length !== wanted : one.points.length < 3 || one.points.length > POINTS_MAX)) return null;
  return { id: one.id, series: one.series, sop: one.sop, frame: one.frame, kind, points: one.points, text: typeof one.text === 'string' ? one.text.slice(0, WORDS_MAX) : '',
    figures: Array.isArray(one.figures) ? one.figures.slice(0, FIGURES_MAX).filter(isFigure) : [] };
}

export function viewOf(value: unknown): SharedView | SharedEnd | null {
  const one = object(value);
  if (!one || !isText(one.study) || !isNumber(one.at)) return null;
  if (one.over === true) return { study: one.study, at: one.at, over: true };
  if (!isText(one.layout) || !isNumber(one.active) || !Array.isArray(one.panes)) return null;
  const marks = Array.isArray(one.marks) ? one.marks.slice(0, MARKS_SHARED).map(markOf).filter((mark) => !!mark) : [];
  return { study: one.study, at: one.at, layout: one.layout, active: Math.max(0, Math.min(PANES_MAX - 1, Math.trunc(one.active))), panes: one.panes.slice(0, PANES_MAX).map(paneOf), marks,
    left: isNumber(one.left) ? Math.max(0, Math.trunc(one.left)) : 0, volume: volumeOf(one.volume) };
}

/* ---- what goes out ---- */

const short = (value: number) => Math.round(value * 100) / 100;
/* A line drawn by hand has a point at each move: every so many are enough for others to see it. */
const thinned = (points: MarkItem['points']) => {
  const every = Math.ceil(points.length / POINTS_MAX);
  return points.filter((_, i) => i % every === 0).map(([x, y]): [number, number] => [short(x), short(y)]);
};
export const sharedMark = ({ id, series, sop, frame, kind, points, text, figures }: MarkItem): SharedMark =>
  ({ id, series, sop, frame, kind, points: thinned(points), text: text.slice(0, WORDS_MAX), figures: figures.slice(0, FIGURES_MAX) });

/* As many of the newest marks as the line takes; 'left' counts the rest, which the leader is told. */
export function fitted(view: SharedView): SharedView {
  for (let marks = view.marks.slice(-MARKS_SHARED); ; marks = marks.slice(Math.max(1, marks.length >> 2))) {
    const out = { ...view, marks, left: view.marks.length - marks.length };
    if (!marks.length || JSON.stringify(out).length <= STATE_MOST) return out;
  }
}

export function pointOf(value: unknown): SharedPoint | null {
  const one = object(value);
  if (!one) return null;
  if (isText(one.reference) && Array.isArray(one.point) && one.point.length === 3 && one.point.every(isNumber)) return { reference: one.reference, point: one.point as unknown as Point };
  if (isText(one.sop) && isNumber(one.frame) && Array.isArray(one.pixel) && one.pixel.length === 2 && one.pixel.every(isNumber)) return { sop: one.sop, frame: one.frame, pixel: one.pixel as unknown as Pixel };
  return null;
}

const sopOf = (frame: Frame) => String(frame.instance['00080018']?.Value?.[0] ?? '');

/* Where this pixel of the drawn frame lies. */
export function pointAt(frame: Frame, pixel: Pixel): SharedPoint {
  const plane = planeOf(frame);
  return plane ? { reference: plane.reference, point: patientPoint(plane, pixel) } : { sop: sopOf(frame), frame: frame.frame, pixel };
}

/* The pixel of this frame that is pointed at; null: of another image, another space, or more than half a slice away. */
export function pixelOn(frame: Frame, at: SharedPoint, halfSliceMm = 2.5): Pixel | null {
  if ('pixel' in at) return sopOf(frame) === at.sop && frame.frame === at.frame ? at.pixel : null;
  const plane = planeOf(frame);
  if (!plane || plane.reference !== at.reference) return null;
  const { pixel, away } = onPlane(plane, at.point);
  return Math.abs(away) <= halfSliceMm && pixel[0] >= 0 && pixel[1] >= 0 && pixel[0] <= plane.columns && pixel[1] <= plane.rows ? pixel : null;
}
