/*
 * Frames in the patient's space (PS3.3 C.7.6.2): points, nearest slice, lines where planes cross, letters of a turned image, scale bars. Pure.
 *
 * Nothing without a place: a frame that does not say where it is has no neighbours.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cross, edgeLetters, type Frame, letters, numbers, ofFrame, opposite, type Point, TAG, text } from './dicom';

export type Pixel = readonly [column: number, row: number];

export const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const plus = (a: Point, b: Point, times = 1): Point => [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times];
export const minus = (a: Point, b: Point): Point => plus(a, b, -1);
export const norm = (a: Point) => Math.hypot(a[0], a[1], a[2]);
export const unit = (a: Point): Point => {
  const size = norm(a) || 1;
  return [a[0] / size, a[1] / size, a[2] / size];
};

export interface Plane { origin: Point; across: Point; down: Point; normal: Point; dx: number; dy: number; columns: number; rows: number; reference: string }

/* Where a frame stands; null when it does not say everything. Asked for again and again while one scrolls. */
const planes = new WeakMap<Frame, { plane: Plane | null }>();
export function planeOf(frame: Frame): Plane | null {
  const known = planes.get(frame) ?? { plane: readPlane(frame) };
  planes.set(frame, known);
  return known.plane;
}

function readPlane(frame: Frame): Plane | null {
  const axis = frame.orientation;
  const spacing = numbers(ofFrame(frame.instance, frame.frame, TAG.spacing), TAG.spacing);
  const reference = text(frame.instance, TAG.frameOfReference);
  const columns = numbers(frame.instance, TAG.columns)?.[0], rows = numbers(frame.instance, TAG.rows)?.[0];
  if (!frame.position || axis?.length !== 6 || !spacing || !(spacing[0]! > 0) || !(spacing[1]! > 0) || !reference || !columns || !rows) return null;
  const across: Point = [axis[0]!, axis[1]!, axis[2]!], down: Point = [axis[3]!, axis[4]!, axis[5]!];
  return { origin: frame.position, across, down, normal: unit(cross(across, down)), dx: spacing[1]!, dy: spacing[0]!, columns, rows, reference };
}

export const patientPoint = (plane: Plane, [column, row]: Pixel): Point => plus(plus(plane.origin, plane.across, column * plane.dx), plane.down, row * plane.dy);

/* Column and row under a point, and its distance to the plane in millimetres (signed). */
export function onPlane(plane: Plane, point: Point): { pixel: Pixel; away: number } {
  const from = minus(point, plane.origin);
  return { pixel: [dot(from, plane.across) / plane.dx, dot(from, plane.down) / plane.dy], away: dot(from, plane.normal) };
}

const parallel = (a: Plane, b: Plane) => Math.abs(dot(a.normal, b.normal)) > 0.98;

/* The frame of a stack that holds a point, or stands nearest to it; null when the stack has no place in that space. */
export function nearestFrame(list: readonly Frame[], reference: string, point: Point): { index: number; away: number } | null {
  let best: { index: number; away: number } | null = null;
  list.forEach((frame, index) => {
    const plane = planeOf(frame);
    if (!plane || plane.reference !== reference) return;
    const away = Math.abs(onPlane(plane, point).away);
    if (!best || away < best.away - 1e-6) best = { index, away };
  });
  return best;
}

/* Where a parallel stack goes when this frame is shown beside it. */
export function followIndex(shown: Frame, list: readonly Frame[]): number | null {
  const plane = planeOf(shown);
  const first = list.map(planeOf).find(Boolean);
  if (!plane || !first || first.reference !== plane.reference || !parallel(plane, first)) return null;
  return nearestFrame(list, plane.reference, patientPoint(plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2]))?.index ?? null;
}

/* How far a frame lies along the normal of another, in millimetres; null when they are not parallel or have no place. Their spaces need not be one. */
export function placeAlong(along: Frame, frame: Frame): number | null {
  const line = planeOf(along), plane = planeOf(frame);
  return line && plane && parallel(line, plane) ? dot(patientPoint(plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2]), line.normal) : null;
}
/* The frame of a stack that lies nearest to this place along the normal. */
export function alongIndex(along: Frame, list: readonly Frame[], mm: number): number | null {
  let best: { index: number; away: number } | null = null;
  list.forEach((frame, index) => {
    const at = placeAlong(along, frame);
    const away = at === null ? Infinity : Math.abs(at - mm);
    if (away < (best?.away ?? Infinity) - 1e-6) best = { index, away };
  });
  return (best as { index: number } | null)?.index ?? null;
}

/* Where the rectangle of 'other' cuts the plane of 'own', in columns and rows of 'own'; null when they are parallel or do not meet. */
export function referenceLine(own: Frame, other: Frame): [Pixel, Pixel] | null {
  const here = planeOf(own), there = planeOf(other);
  if (!here || !there || here.reference !== there.reference || parallel(here, there)) return null;
  const right = there.columns - 0.5, bottom = there.rows - 0.5;
  const corners = ([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]] as Pixel[]).map((pixel) => patientPoint(there, pixel));
  const cut: Pixel[] = [];
  corners.forEach((from, i) => {
    const to = corners[(i + 1) % 4]!;
    const a = onPlane(here, from).away, b = onPlane(here, to).away;
    if ((a < 0) === (b < 0)) return;
    cut.push(onPlane(here, plus(from, minus(to, from), a / (a - b))).pixel);
  });
  return cut.length >= 2 ? [cut[0]!, cut[1]!] : null;
}

/* Letters at the four edges of an image drawn turned: 'right' and 'down' are where the screen's axes run, in columns and rows. */
export function turnedLetters(frame: Frame, right: Pixel, down: Pixel): { right: string; left: string; top: string; bottom: string } {
  const axis = frame.orientation;
  const along = ([columns, rows]: Pixel): string => {
    if (axis?.length === 6) {
      const spacing = numbers(ofFrame(frame.instance, frame.frame, TAG.spacing), TAG.spacing);
      const x = columns * (spacing?.[1] || 1), y = rows * (spacing?.[0] || 1);
      return letters(unit([axis[0]! * x + axis[3]! * y, axis[1]! * x + axis[4]! * y, axis[2]! * x + axis[5]! * y]));
    }
    const said = edgeLetters(frame);
    if (Math.abs(columns) >= Math.abs(rows)) return columns > 0 ? said.right : opposite(said.right);
    return rows > 0 ? said.bottom : opposite(said.bottom);
  };
  const r = along(right), b = along(down);
  return { right: r, left: opposite(r), top: opposite(b), bottom: b };
}

/* A bar of 1, 2 or 5 × a power of ten, at most 'room' long; in the unit of 'perPixel' (per pixel of the screen). */
export function scaleBar(perPixel: number, room: number): { length: number; pixels: number } | null {
  const most = perPixel * room;
  if (!(most > 0) || !Number.isFinite(most)) return null;
  const ten = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((each) => each * ten).find((each) => each <= most * (1 + 1e-9)) ?? ten;
  return { length, pixels: length / perPixel };
}
