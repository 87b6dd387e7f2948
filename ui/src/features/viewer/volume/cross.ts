/*
 * The lines of the cross on one plane's screen: where the two others run, broken in the middle, with the faces of the slab. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { lineOn, type PlaneName, PLANES, toScreen } from './planes';
import type { Looking } from './session';

type Spot = readonly [x: number, y: number];
export interface CrossLine { plane: PlaneName; at: Spot; along: Spot; parts: [Spot, Spot][]; faces: number[]; label: Spot }
export const GAP = 14, NEAR_CENTRE = 16, NEAR_LINE = 7, FROM_CENTRE = 36; // pixels of the screen

export function crossLines(looking: Looking, seen: PlaneName): CrossLine[] {
  const { cut, slab } = looking.current();
  const eye = looking.eye(seen);
  const at = toScreen(cut.facing[seen], eye, cut.centre);
  const far = eye.width + eye.height;
  return PLANES.filter((one) => one !== seen).map((plane) => {
    const along = lineOn(cut, seen, plane);
    const spot = (by: number, side = 0): Spot => [at[0] + along[0] * by - along[1] * side, at[1] + along[1] * by + along[0] * side];
    const parts: [Spot, Spot][] = [[spot(GAP), spot(far)], [spot(-GAP), spot(-far)]];
    const faces: number[] = [];
    if (slab.mode !== 'thin')
      for (const side of [-1, 1]) {
        faces.push(parts.length);
        parts.push([spot(-far, (side * slab.mm) / 2 / eye.mm), spot(far, (side * slab.mm) / 2 / eye.mm)]);
      }
    return { plane, at, along, parts, faces, label: labelOf(at, along, eye.width, eye.height) };
  });
}

/* Near the end of the line that points right, or else up: inside of the picture. */
function labelOf(at: Spot, [x, y]: Spot, width: number, height: number): Spot {
  const [dx, dy] = x > 0.01 || (Math.abs(x) <= 0.01 && y < 0) ? [x, y] : [-x, -y];
  const room = Math.min(dx > 1e-6 ? (width - 46 - at[0]) / dx : Infinity, dy > 1e-6 ? (height - 60 - at[1]) / dy : Infinity, dy < -1e-6 ? (at[1] - 42) / -dy : Infinity);
  const by = Math.max(FROM_CENTRE, room);
  return [at[0] + dx * by - dy * 4, at[1] + dy * by - 5];
}

/* What is under the hand: the middle of the cross, or a line to turn it by. */
export function crossAt(looking: Looking, seen: PlaneName, [x, y]: Spot): 'centre' | 'line' | null {
  const lines = crossLines(looking, seen);
  const [cx, cy] = lines[0]!.at;
  const away = Math.hypot(x - cx, y - cy);
  if (away <= NEAR_CENTRE) return 'centre';
  if (away < FROM_CENTRE) return null;
  return lines.some(({ along: [ax, ay] }) => Math.abs((x - cx) * ay - (y - cy) * ax) <= NEAR_LINE) ? 'line' : null;
}
