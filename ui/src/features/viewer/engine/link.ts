/*
 * Panes of one frame of reference move together: by place along parallel slices, by a point of the patient for the three-dimensional cursor.
 * An earlier exam has a space of its own: it moves by the same millimetres, from where both stood when they were put side by side.
 *
 * Only the pane somebody works in leads; the others follow and lead nobody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type Frame, type Point, TAG, text, type Window } from '../dicom';
import { alongIndex, followIndex, nearestFrame, onPlane, patientPoint, type Pixel, placeAlong, planeOf } from '../space';
import { panes } from './base';
import { hooks, StackPane } from './stack';

export interface Cursor { point: Point; reference: string }
let linked = true;
let leader: string | null = null;
let cursor: Cursor | null = null;
let groups: Readonly<Record<string, number>> = {}; // by pane; 0: alone
let windows = false; // one window for all of one modality
/* Where two panes of different spaces stood when they were put side by side: by follower. */
const anchors = new Map<string, { leader: string; stack: readonly Frame[]; from: number; own: number }>();
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
    anchors.clear();
    if (on && first) {
      anchor(first);
      follow(first);
    }
    tell();
  },
  lead: (id: string) => {
    const before = leader;
    leader = id;
    const first = before === id ? undefined : stackOf(id);
    if (before !== id) anchors.clear();
    if (linked && first) anchor(first);
    tell();
  },
  /* Which panes move together, as a hanging says; none: all do. */
  setGroups: (to: Readonly<Record<string, number>>) => {
    groups = to;
    anchors.clear();
  },
  /* A window that is changed in one pane is that of the others of its modality: while exams are compared. */
  setWindows: (on: boolean) => void (windows = on),
  groupOf: (id: string) => groupOf(id),
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

const groupOf = (id: string) => groups[id] ?? 1;
const together = (a: StackPane, b: StackPane) => groupOf(a.id) !== 0 && groupOf(a.id) === groupOf(b.id);
const studyOf = (frame: Frame) => /\/studies\/([\d.]+)\//.exec(frame.imageId)?.[1] ?? '';

function follow(first: StackPane) {
  const frame = first.frameAt(first.current().shown);
  if (!frame) return;
  for (const pane of panes.values()) {
    if (!(pane instanceof StackPane) || pane === first || !together(first, pane)) continue;
    const index = followIndex(frame, pane.frames()) ?? compared(first, frame, pane);
    if (index !== null && index !== pane.current().wanted) void pane.goTo(index);
  }
}

/* Where the other exam's stack goes: as many millimetres along as the leader has gone since both were side by side. */
function compared(first: StackPane, frame: Frame, pane: StackPane): number | null {
  const own = pane.frameAt(pane.current().shown);
  if (!own || studyOf(own) === studyOf(frame)) return null;
  const here = placeAlong(frame, frame), there = placeAlong(frame, own);
  if (here === null || there === null) return null;
  const known = anchors.get(pane.id);
  if (known?.leader !== first.id || known.stack !== pane.frames()) {
    anchors.set(pane.id, { leader: first.id, stack: pane.frames(), from: here, own: there });
    return null;
  }
  return alongIndex(frame, pane.frames(), known.own + here - known.from);
}

/* Both stand side by side before the first move: from there the millimetres are counted. */
function anchor(first: StackPane) {
  const frame = first.frameAt(first.current().shown);
  if (frame) for (const pane of panes.values()) if (pane instanceof StackPane && pane !== first && together(first, pane)) compared(first, frame, pane);
}

let setting = false;
hooks.windowed = (pane: StackPane, window: Window | null) => {
  const frame = pane.frameAt(pane.current().shown);
  if (!windows || setting || !frame) return;
  setting = true;
  for (const other of panes.values()) {
    const own = other instanceof StackPane ? other.frameAt(other.current().shown) : null;
    if (other instanceof StackPane && other !== pane && own && together(pane, other) && text(own.instance, TAG.modality) === text(frame.instance, TAG.modality)) other.setWindow(window);
  }
  setting = false;
};

hooks.moved = (pane) => {
  const first = leader ? stackOf(leader) : undefined;
  if (linked && pane.id === leader) follow(pane);
  else if (linked && first && anchors.get(pane.id)?.stack !== pane.frames()) anchor(first); // the other exam's first image has come
  tell();
};
