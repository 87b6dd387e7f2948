/*
 * A series as a regular grid of voxels in the patient's space (PS3.3 C.7.6.2), or the reason why it is none. Pure.
 *
 * Nothing is filled in: a slice that is missing, doubled or elsewhere refuses the whole, and says where. A gantry's tilt is a regular shear,
 * which is undone line by line and told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type Frame, numbers, number, ofFrame, type Point, TAG, text } from '../dicom';
import { dot, minus, norm, type Plane, planeOf, plus } from '../space';

export interface Grid {
  origin: Point; // middle of the first voxel
  across: Point; down: Point; normal: Point; // right-handed
  spacing: Point; // mm along columns, rows, slices
  size: Point; // columns, rows, slices
  reference: string;
}

/* How the frames of a series make the grid. */
export interface Stack {
  grid: Grid;
  frames: Frame[]; // in the order of the grid's slices
  shear: readonly [columns: number, rows: number] | null; // pixels by which each slice is moved against the one before
  tilt: number; // degrees; 0 when the slices stand straight
  margin: readonly [columns: number, rows: number]; // first column and row of slice 0 within the grid, when sheared
}

export type Refusal =
  | { why: 'few' | 'color' | 'no-place' | 'reference' | 'orientation' | 'size' | 'spacing' }
  | { why: 'doubled'; at: number } | { why: 'missing'; count: number; from: number; to: number } | { why: 'irregular'; least: number; most: number }
  | { why: 'tilt'; degrees: number };
export type Read = { stack: Stack } | { refusal: Refusal };

export const SLICES_LEAST = 3;
const TILT_MOST = 45, TILT_SEEN = 0.05; // degrees
const PARALLEL = 1e-3, SAME_SPACING = 1e-3;
/* Places are written with a few digits: a hundredth of a millimetre either way, or two in a hundred of the step, is no gap. */
const offStep = (step: number) => Math.max(0.021, step * 0.02);

const refuse = (refusal: Refusal): Read => ({ refusal });
const monochrome = (frame: Frame) => text(frame.instance, TAG.photometric).startsWith('MONOCHROME');
const near = (a: Point, b: Point, most: number) => a.every((value, i) => Math.abs(value - b[i]!) <= most);

export function readStack(frames: readonly Frame[]): Read {
  if (frames.length < SLICES_LEAST) return refuse({ why: 'few' });
  if (!frames.every(monochrome)) return refuse({ why: 'color' });
  const placed = frames.map((frame) => ({ frame, plane: planeOf(frame) }));
  const first = placed[0]!.plane;
  if (!first || placed.some((one) => !one.plane)) return refuse({ why: 'no-place' });
  const list = placed as { frame: Frame; plane: Plane }[];
  const all = (same: (plane: Plane) => boolean) => list.every((one) => same(one.plane));
  if (!all((one) => one.reference === first.reference)) return refuse({ why: 'reference' });
  if (!all((one) => near(one.across, first.across, PARALLEL) && near(one.down, first.down, PARALLEL))) return refuse({ why: 'orientation' });
  if (!all((one) => one.columns === first.columns && one.rows === first.rows)) return refuse({ why: 'size' });
  if (!all((one) => Math.abs(one.dx / first.dx - 1) < SAME_SPACING && Math.abs(one.dy / first.dy - 1) < SAME_SPACING)) return refuse({ why: 'spacing' });
  return regular(list.map(({ frame, plane }) => ({ frame, plane, away: dot(minus(plane.origin, first.origin), first.normal) })).sort((a, b) => a.away - b.away), first);
}

function regular(list: { frame: Frame; plane: Plane; away: number }[], first: Plane): Read {
  const gaps = list.slice(1).map((one, i) => one.away - list[i]!.away);
  const patient = (i: number) => Math.round(along(list[i]!.plane.origin, first.normal) * 100) / 100;
  const doubled = gaps.findIndex((gap) => gap < 0.001);
  if (doubled >= 0) return refuse({ why: 'doubled', at: patient(doubled) });
  const step = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  const wide = gaps.findIndex((gap) => Math.abs(gap - step) > offStep(step));
  if (wide >= 0) {
    const more = gaps[wide]! / step;
    return Math.abs(more - Math.round(more)) < 0.05 && more > 1.5
      ? refuse({ why: 'missing', count: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / step) - 1), 0), from: patient(wide), to: patient(wide + 1) })
      : refuse({ why: 'irregular', least: Math.min(...gaps), most: Math.max(...gaps) });
  }
  const last = list.at(-1)!, count = list.length;
  const whole = minus(last.plane.origin, list[0]!.plane.origin);
  const mean = dot(whole, first.normal) / (count - 1); // of all: no error adds up
  const sx = dot(whole, first.across) / first.dx / (count - 1), sy = dot(whole, first.down) / first.dy / (count - 1);
  const tilt = (Math.atan2(Math.hypot(sx * first.dx, sy * first.dy), mean) * 180) / Math.PI;
  const sheared = tilt > TILT_SEEN;
  if (tilt > TILT_MOST) return refuse({ why: 'tilt', degrees: tilt });
  // Each slice where the straight line puts it, or the shear is none.
  const start = list[0]!.plane.origin;
  const stray = list.findIndex((one, i) => norm(minus(one.plane.origin, plus(plus(plus(start, first.normal, i * mean), first.across, i * sx * first.dx), first.down, i * sy * first.dy))) > Math.max(0.05, offStep(mean)));
  if (stray >= 0) return refuse({ why: 'irregular', least: Math.min(...gaps), most: Math.max(...gaps) });
  const reach = (per: number) => (sheared ? Math.ceil(Math.abs(per) * (count - 1) - 1e-6) : 0);
  const margin = [sx < 0 ? reach(sx) : 0, sy < 0 ? reach(sy) : 0] as const;
  const origin = plus(plus(start, first.across, -margin[0] * first.dx), first.down, -margin[1] * first.dy);
  return {
    stack: {
      grid: { origin, across: first.across, down: first.down, normal: first.normal, spacing: [first.dx, first.dy, mean], size: [first.columns + reach(sx), first.rows + reach(sy), count], reference: first.reference },
      frames: list.map((one) => one.frame), shear: sheared ? [sx, sy] : null, tilt: sheared ? tilt : 0, margin,
    },
  };
}

/* Millimetres along the axis of the patient that the slices follow most: what a person reads on the images. */
function along(point: Point, normal: Point): number {
  const axis = [0, 1, 2].reduce((best, i) => (Math.abs(normal[i]!) > Math.abs(normal[best]!) ? i : best), 0);
  return point[axis]!;
}

/* Middle of a voxel in the patient's space, and back; fractions are places between. */
export function voxelPoint({ origin, across, down, normal, spacing }: Grid, [i, j, k]: Point): Point {
  return plus(plus(plus(origin, across, i * spacing[0]), down, j * spacing[1]), normal, k * spacing[2]);
}
export function voxelOf({ origin, across, down, normal, spacing }: Grid, point: Point): Point {
  const from = minus(point, origin);
  return [dot(from, across) / spacing[0], dot(from, down) / spacing[1], dot(from, normal) / spacing[2]];
}
export const middleOf = (grid: Grid): Point => voxelPoint(grid, [(grid.size[0] - 1) / 2, (grid.size[1] - 1) / 2, (grid.size[2] - 1) / 2]);
export const finest = (grid: Grid) => Math.min(...grid.spacing);
export const voxels = (grid: Grid) => grid.size[0] * grid.size[1] * grid.size[2];

/* ---- how its values are kept ---- */

export type Kept = 'Int16Array' | 'Uint16Array' | 'Float32Array';
export const bytesOf = (kept: Kept) => (kept === 'Float32Array' ? 4 : 2);

/* The smallest kind of number that holds every value after rescale exactly. */
export function keptAs(frames: readonly Frame[]): Kept {
  let least = 0, most = 0;
  for (const { instance, frame } of frames) {
    const holder = ofFrame(instance, frame, TAG.slope);
    const slope = number(holder, TAG.slope) ?? 1, intercept = number(holder, TAG.intercept) ?? 0;
    const bits = number(instance, '00280101') ?? 16, signed = number(instance, '00280103') === 1;
    if (!Number.isInteger(slope) || !Number.isInteger(intercept) || bits > 16 || numbers(instance, TAG.rows) === null) return 'Float32Array';
    const low = signed ? -(2 ** (bits - 1)) : 0, high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
    for (const stored of [low, high]) {
      least = Math.min(least, stored * slope + intercept);
      most = Math.max(most, stored * slope + intercept);
    }
  }
  if (least >= -32768 && most <= 32767) return 'Int16Array';
  return least >= 0 && most <= 65535 ? 'Uint16Array' : 'Float32Array';
}
