/*
 * A volume as several look at it: where the planes stand (millimetres of the patient), the slab, windows, what is laid over. Pure. E12.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Point, Window } from '../dicom';
import type { MapName } from '../engine/volume';
import type { MarkItem } from '../measure/marks';
import type { SuvKind } from '../measure/suv';
import { dot, norm } from '../space';
import type { Facing, PlaneName } from '../volume/planes';
import { type Slab, SLAB_LEAST, SLAB_MODES, SLAB_MOST } from '../volume/sample';
import { isNumber, isPoint, isText, object, windowOf } from './checks';

/* 'lens': the point in the middle and how many millimetres the plane's screen spans; null: the whole volume, fitted. */
export interface SharedPlane { facing: Facing; window: Window; inverted: boolean; lens: { middle: Point; span: readonly [number, number] } | null }
export interface SharedVolume {
  series: string; over: string | null; suv: SuvKind; centre: Point; planes: Record<PlaneName, SharedPlane>; slab: Slab; active: PlaneName; alone: boolean; body: boolean;
  fused: { map: MapName; opacity: number; window: Window };
}

const NAMES: readonly PlaneName[] = ['axial', 'sagittal', 'coronal'];
const PALETTES: readonly MapName[] = ['hot-iron', 'grey', 'rainbow'];
const UPTAKES: readonly SuvKind[] = ['bw', 'lbm', 'bsa'];
const SQUARE = 1e-3;
const one = <T extends string>(of: readonly T[], value: unknown): T | null => of.find((each) => each === value) ?? null;

/* Two directions of length one, at a right angle: anything else would draw a body out of shape. */
function facingOf(value: unknown): Facing | null {
  const facing = object(value);
  if (!facing || !isPoint(facing.right) || !isPoint(facing.down)) return null;
  const { right, down } = facing;
  return Math.abs(norm(right) - 1) < SQUARE && Math.abs(norm(down) - 1) < SQUARE && Math.abs(dot(right, down)) < SQUARE ? { right, down } : null;
}

function planeOf(value: unknown): SharedPlane | null {
  const plane = object(value), facing = facingOf(plane?.facing), window = windowOf(plane?.window), lens = object(plane?.lens);
  if (!plane || !facing || !window) return null;
  const span = Array.isArray(lens?.span) && lens.span.length === 2 && lens.span.every((mm) => isNumber(mm) && mm > 0.1 && mm < 1e5) ? (lens.span as [number, number]) : null;
  return { facing, window, inverted: plane.inverted === true, lens: lens && span && isPoint(lens.middle) ? { middle: lens.middle, span } : null };
}

export function volumeOf(value: unknown): SharedVolume | null {
  const all = object(value), planes = object(all?.planes), slab = object(all?.slab), fused = object(all?.fused);
  if (!all || !planes || !isText(all.series) || !isPoint(all.centre)) return null;
  const [axial, sagittal, coronal] = NAMES.map((name) => planeOf(planes[name]));
  const mode = one(SLAB_MODES, slab?.mode), window = windowOf(fused?.window), map = one(PALETTES, fused?.map), active = one(NAMES, all.active);
  if (!axial || !sagittal || !coronal || !mode || !isNumber(slab?.mm) || !window || !map || !isNumber(fused?.opacity) || !active) return null;
  return { series: all.series, over: isText(all.over) ? all.over : null, suv: one(UPTAKES, all.suv) ?? 'bw', centre: all.centre, planes: { axial, sagittal, coronal },
    slab: { mode, mm: Math.max(SLAB_LEAST, Math.min(SLAB_MOST, slab.mm)) }, active, alone: all.alone === true, body: all.body === true,
    fused: { map, opacity: Math.max(0, Math.min(1, fused.opacity)), window } };
}

/* Between the viewer's room and its volume, which is loaded on demand: what is looked at here, and what a leader wants looked at. */
export interface OwnVolume extends SharedVolume { marks: MarkItem[] }
class Board {
  private own: OwnVolume | null = null;
  private asked: SharedVolume | null = null;
  private readonly listeners = new Set<() => void>();
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly now = () => this.own;
  readonly wanted = () => this.asked;
  tell(own: OwnVolume | null) {
    this.own = own;
    this.listeners.forEach((listener) => listener());
  }
  want(asked: SharedVolume | null) {
    this.asked = asked;
    this.listeners.forEach((listener) => listener());
  }
}
export const board = new Board();
