/*
 * Three planes through one point of the patient: how they stand, move and turn; which letters are at their edges; where they cross. Pure.
 *
 * Every plane is seen as in radiology: axial from the feet, sagittal from the patient's left, coronal from the front. 'right' and 'down' are
 * the screen's; 'into' runs away from the eye.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cross, letters, opposite, type Point } from '../dicom';
import { dot, minus, plus, unit } from '../space';
import { type Grid, voxelPoint } from './grid';

export type PlaneName = 'axial' | 'sagittal' | 'coronal';
export const PLANES: PlaneName[] = ['axial', 'sagittal', 'coronal'];
export interface Facing { right: Point; down: Point }
export interface Cut { centre: Point; facing: Record<PlaneName, Facing> }

const X: Point = [1, 0, 0], Y: Point = [0, 1, 0], FEET: Point = [0, 0, -1];
export const STRAIGHT: Record<PlaneName, Facing> = {
  axial: { right: X, down: Y }, sagittal: { right: Y, down: FEET }, coronal: { right: X, down: FEET },
};
export const intoOf = ({ right, down }: Facing): Point => cross(right, down);
export const straight = (centre: Point): Cut => ({ centre, facing: STRAIGHT });

/* Rodrigues' rotation about a unit axis. */
export function turned(vector: Point, axis: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180, c = Math.cos(angle), s = Math.sin(angle);
  const along = dot(vector, axis) * (1 - c), side = cross(axis, vector);
  return [vector[0] * c + side[0] * s + axis[0] * along, vector[1] * c + side[1] * s + axis[1] * along, vector[2] * c + side[2] * s + axis[2] * along];
}

/* Exactly square and of length one, however often it was turned. */
function squared({ right, down }: Facing): Facing {
  const r = unit(right);
  return { right: r, down: unit(plus(down, r, -dot(down, r))) };
}

/* Turns the cross that is seen in one plane, clockwise on its screen: the two other planes tilt about this one's own axis. */
export function turnCross(cut: Cut, seen: PlaneName, degrees: number): Cut {
  const axis = intoOf(cut.facing[seen]);
  const facing = { ...cut.facing };
  for (const name of PLANES) if (name !== seen) facing[name] = squared({ right: turned(cut.facing[name].right, axis, degrees), down: turned(cut.facing[name].down, axis, degrees) });
  return { ...cut, facing };
}

/* Moves the centre: along the axis of a plane (away from the eye), or within it. */
export const stepInto = (cut: Cut, name: PlaneName, mm: number): Cut => ({ ...cut, centre: plus(cut.centre, intoOf(cut.facing[name]), mm) });
export const slide = (cut: Cut, name: PlaneName, rightMm: number, downMm: number): Cut => ({ ...cut, centre: plus(plus(cut.centre, cut.facing[name].right, rightMm), cut.facing[name].down, downMm) });

/* The centre stays among the voxels: a plane beside the patient shows nothing. */
export function within(cut: Cut, grid: Grid): Cut {
  const from = minus(cut.centre, grid.origin);
  const held = ([grid.across, grid.down, grid.normal] as const).map((axis, i) => Math.max(0, Math.min((grid.size[i]! - 1), dot(from, axis) / grid.spacing[i]!)));
  const at: Point = [held[0]!, held[1]!, held[2]!];
  const centre = voxelPoint(grid, at);
  return { ...cut, centre };
}

/* How far the plane can go from the centre before it leaves the volume, away from the eye and towards it. */
export function reach(cut: Cut, name: PlaneName, grid: Grid): { from: number; to: number } {
  const into = intoOf(cut.facing[name]);
  // Along this axis through the centre: the centre itself has to stay inside.
  let from = -Infinity, to = Infinity;
  const at = minus(cut.centre, grid.origin);
  ([grid.across, grid.down, grid.normal] as const).forEach((axis, i) => {
    const speed = dot(into, axis), place = dot(at, axis), most = (grid.size[i]! - 1) * grid.spacing[i]!;
    if (Math.abs(speed) < 1e-9) return;
    const a = (0 - place) / speed, b = (most - place) / speed;
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  });
  return { from, to };
}

/* Degrees by which a plane is tilted against the patient's own. */
export const obliquity = (facing: Facing, name: PlaneName) => (Math.acos(Math.min(1, Math.abs(dot(intoOf(facing), intoOf(STRAIGHT[name]))))) * 180) / Math.PI;

export const edgesOf = ({ right, down }: Facing) => {
  const r = letters(right), b = letters(down);
  return { right: r, left: opposite(r), bottom: b, top: opposite(b) };
};

/* The direction, on the screen of 'seen', of the line along which the plane 'other' cuts it. */
export function lineOn(cut: Cut, seen: PlaneName, other: PlaneName): readonly [right: number, down: number] {
  const here = cut.facing[seen];
  const line = unit(cross(intoOf(here), intoOf(cut.facing[other])));
  return [dot(line, here.right), dot(line, here.down)];
}

/* ---- a plane on a screen ---- */

/* 'middle' is the point of the patient in the middle of the screen, 'mm' the size of one pixel of it. */
export interface Eye { middle: Point; mm: number; width: number; height: number }

export function toScreen(facing: Facing, eye: Eye, point: Point): [x: number, y: number] {
  const from = minus(point, eye.middle);
  return [eye.width / 2 + dot(from, facing.right) / eye.mm, eye.height / 2 + dot(from, facing.down) / eye.mm];
}
export const toPatient = (facing: Facing, eye: Eye, [x, y]: readonly [number, number]): Point =>
  plus(plus(eye.middle, facing.right, (x - eye.width / 2) * eye.mm), facing.down, (y - eye.height / 2) * eye.mm);

/* The eye follows when the plane moves along its axis: the same pixels of the screen stand over the same places. */
export const onCut = (facing: Facing, eye: Eye, centre: Point): Eye => ({ ...eye, middle: plus(eye.middle, intoOf(facing), dot(minus(centre, eye.middle), intoOf(facing))) });

/* Pixel size with which the whole volume fits. */
export function fitting(grid: Grid, facing: Facing, width: number, height: number): { middle: Point; mm: number } {
  const corners = [0, 1].flatMap((a) => [0, 1].flatMap((b) => [0, 1].map((c) => voxelPoint(grid, [a * grid.size[0] - 0.5, b * grid.size[1] - 0.5, c * grid.size[2] - 0.5]))));
  const span = (axis: Point) => { const all = corners.map((one) => dot(one, axis)); return [Math.min(...all), Math.max(...all)] as const; };
  const [l, r] = span(facing.right), [t, b] = span(facing.down), into = intoOf(facing), [near, far] = span(into);
  const middle: Point = [0, 1, 2].map((i) => facing.right[i]! * ((l + r) / 2) + facing.down[i]! * ((t + b) / 2) + into[i]! * ((near + far) / 2)) as unknown as Point;
  return { middle, mm: Math.max((r - l) / Math.max(1, width), (b - t) / Math.max(1, height), 1e-6) };
}

/* A name of exactly this plane: a measure belongs to it and to no other. */
export function nameOf(facing: Facing, centre: Point): string {
  const into = intoOf(facing);
  const n = (value: number) => (Math.round(value * 1e4) / 1e4 + 0).toFixed(4);
  return [...facing.right.map(n), ...facing.down.map(n), (Math.round(dot(centre, into) * 100) / 100 + 0).toFixed(2)].join(',');
}
