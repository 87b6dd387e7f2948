/*
 * What several look at together: which images, how, and where one points; in the patient's millimetres, never in pixels of a screen. Pure. E12.
 *
 * What comes from another page is checked before anything is moved by it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Point, Window } from '../dicom';
import { onPlane, patientPoint, type Pixel, planeOf } from '../space';

export interface PaneView { series: string; sop: string; frame: number; window: Window | null; inverted: boolean }
export interface SharedView { study: string; layout: string; active: number; panes: (PaneView | null)[] }
/* 'point' in millimetres of its frame of reference; images of no space are pointed at by their own pixel. */
export type SharedPoint = { reference: string; point: Point } | { sop: string; frame: number; pixel: Pixel };

const PANES_MAX = 6;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 128;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const object = (value: unknown): Record<string, unknown> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);

function paneOf(value: unknown): PaneView | null {
  const one = object(value);
  if (!one || !isText(one.series) || !isText(one.sop) || !isNumber(one.frame)) return null;
  const window = object(one.window);
  return { series: one.series, sop: one.sop, frame: one.frame, inverted: one.inverted === true,
    window: window && isNumber(window.center) && isNumber(window.width) && window.width > 0 ? { center: window.center, width: window.width } : null };
}

export function viewOf(value: unknown): SharedView | null {
  const one = object(value);
  if (!one || !isText(one.study) || !isText(one.layout) || !isNumber(one.active) || !Array.isArray(one.panes)) return null;
  return { study: one.study, layout: one.layout, active: Math.max(0, Math.min(PANES_MAX - 1, Math.trunc(one.active))), panes: one.panes.slice(0, PANES_MAX).map(paneOf) };
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
