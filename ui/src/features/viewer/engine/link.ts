/*
 * Panes of one frame of reference move together: by place along parallel slices, by a point of the patient for the three-dimensional cursor.
 *
 * Only the pane somebody works in leads; the others follow and lead nobody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Point } from '../dicom';
import { followIndex, nearestFrame, onPlane, patientPoint, type Pixel, planeOf } from '../space';
import { panes } from './base';
import { hooks, StackPane } from './stack';

export interface Cursor { point: Point; reference: string }
let linked = true;
let leader: string | null = null;
let cursor: Cursor | null = null;
const listeners = new Set<() => void>();
const tell = () => {
  listeners.forEach((listener) => listener());
};

export const link = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  isLinked: () => linked,
  setLinked: (on: boolean) => {
    linked = on;
    const first = leader && stackOf(leader);
    if (on && first) follow(first);
    tell();
  },
  lead: (id: string) => {
    leader = id;
    tell();
  },
  cursor: () => cursor,
  clearCursor: () => {
    cursor = null;
    tell();
  },
  /* The frame of the leading pane, for the lines where planes cross; null in the leading pane itself. */
  leading: (own: StackPane): Frame | null => {
    const first = leader && leader !== own.id ? stackOf(leader) : undefined;
    return first ? first.frameAt(first.current().shown) : null;
  },
  /* The patient's point under a pixel: every other pane goes to its slice. */
  point: (from: StackPane, pixel: Pixel) => {
    const frame = from.frameAt(from.current().shown);
    const plane = frame && planeOf(frame);
    if (!plane) return false;
    cursor = { point: patientPoint(plane, pixel), reference: plane.reference };
    for (const pane of panes.values()) {
      if (!(pane instanceof StackPane) || pane === from) continue;
      const found = nearestFrame(pane.frames(), plane.reference, cursor.point);
      if (found) void pane.goTo(found.index);
    }
    tell();
    return true;
  },
};

export const stackOf = (id: string) => {
  const pane = panes.get(id);
  return pane instanceof StackPane ? pane : undefined;
};

/* Where the cursor stands on a frame; null when it is of another space. */
export function cursorOn(frame: Frame): { pixel: Pixel; away: number } | null {
  const plane = planeOf(frame);
  return cursor && plane && plane.reference === cursor.reference ? onPlane(plane, cursor.point) : null;
}

function follow(first: StackPane) {
  const frame = first.frameAt(first.current().shown);
  if (!frame) return;
  for (const pane of panes.values()) {
    if (!(pane instanceof StackPane) || pane === first) continue;
    const index = followIndex(frame, pane.frames());
    if (index !== null && index !== pane.current().wanted) void pane.goTo(index);
  }
}

hooks.moved = (pane) => {
  if (linked && pane.id === leader) follow(pane);
  tell();
};
