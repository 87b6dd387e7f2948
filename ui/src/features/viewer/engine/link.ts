/*
 * Panes of one frame of reference move together: by place along parallel slices, by a point of the patient for the three-dimensional cursor.
 * An earlier exam has a space of its own: it moves by the same millimetres, from where both stood when they were put side by side.
 *
 * Only the pane somebody works in leads; the others follow and lead nobody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type Frame, ofFrame, type Point, TAG, text, type Window } from '../dicom';
import { alongIndex, followIndex, nearestFrame, onPlane, patientPoint, type Pixel, placeAlong, planeOf } from '../space';
import { panes } from './base';
import { hooks, StackPane } from './stack';

export interface Cursor { point: Point; reference: string }
/* What goes to the other window of the same exam, and comes from it: where its leading pane stands, its window, the cursor. */
export type OutsideWord =
  | { about: 'leads' | 'moved'; frame: Frame; pane: string; group: number }
  | { about: 'windowed'; window: Window | null; modality: string; group: number }
  | { about: 'pointed'; cursor: Cursor | null } | { about: 'linked'; on: boolean };
let outside: ((word: OutsideWord) => void) | null = null; // null: there is no other window
let led: Frame | null = null; // somebody works in the other window: where its leading pane stands
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
  setLinked: (on: boolean, told = true) => {
    linked = on;
    if (told) outside?.({ about: 'linked', on });
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
    if (first && !led) link.here();
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
    if (cursor) outside?.({ about: 'pointed', cursor: null });
    cursor = null;
    tell();
  },
  /* The frame of the leading pane, for the lines where planes cross; null in the leading pane itself. */
  leading: (own: StackPane): Frame | null => {
    if (led) return led;
    const first = leader && leader !== own.id ? stackOf(leader) : undefined;
    return first ? first.frameAt(first.current().shown) : null;
  },
  /* The patient's point under a pixel: every other pane goes to its slice. */
  point: (from: StackPane, pixel: Pixel) => {
    const frame = from.frameAt(from.current().shown);
    const plane = frame && planeOf(frame);
    if (!plane) return false;
    cursor = { point: patientPoint(plane, pixel), reference: plane.reference };
    toCursor(cursor, from);
    outside?.({ about: 'pointed', cursor });
    tell();
    return true;
  },
  /* The other window of the exam; null: it is gone. Until somebody works there, this one leads. */
  setOutside: (to: typeof outside) => {
    outside = to;
    if (!to) led = null;
    tell();
  },
  /* A hand is on this window: it leads again. Called before what it moves. */
  here: () => {
    if (!outside) return;
    const first = leader ? stackOf(leader) : undefined, frame = first?.frameAt(first.current().shown), was = led;
    led = null;
    if (!first || !frame || (!was && saidLeads === first.id)) return;
    saidLeads = first.id;
    anchors.clear();
    if (linked) anchor(first);
    outside({ about: 'leads', frame: slim(frame), pane: first.id, group: groupOf(first.id) });
    tell();
  },
  fromOutside: (word: OutsideWord) => {
    switch (word.about) {
      case 'leads':
        anchors.clear();
        saidLeads = null;
        led = word.frame;
        if (linked) others(word.group).forEach((pane) => compared(`outside ${word.pane}`, word.frame, pane));
        break;
      case 'moved':
        led = word.frame;
        if (linked) others(word.group).forEach((pane) => goAlong(pane, followIndex(word.frame, pane.frames()) ?? compared(`outside ${word.pane}`, word.frame, pane)));
        break;
      case 'windowed': { // a pane that a hanging gave a window of its own keeps it
        setting = true;
        if (linked) others(word.group).forEach((pane) => modalityOf(pane) === word.modality && !pane.opensWindowed() && pane.setWindow(word.window));
        setting = false;
        break;
      }
      case 'pointed':
        cursor = word.cursor;
        if (cursor) toCursor(cursor, null);
        break;
      case 'linked': link.setLinked(word.on, false);
    }
    tell();
  },
};

let saidLeads: string | null = null; // the pane that the other window follows
const others = (group: number) => [...panes.values()].filter((one): one is StackPane => one instanceof StackPane && group !== 0 && groupOf(one.id) === group);
const modalityOf = (pane: StackPane) => text(pane.frameAt(pane.current().shown)?.instance, TAG.modality);
const goAlong = (pane: StackPane, index: number | null) => index !== null && index !== pane.current().wanted && void pane.goTo(index);
function toCursor(to: Cursor, from: StackPane | null) {
  for (const pane of panes.values()) {
    if (!(pane instanceof StackPane) || pane === from) continue;
    const found = nearestFrame(pane.frames(), to.reference, to.point);
    if (found) void pane.goTo(found.index);
  }
}
/* A frame with no more of its header than its place needs: it goes over at each step. */
function slim(frame: Frame): Frame {
  const { imageId, sop, frame: n, instanceNumber, position, orientation, instance } = frame;
  const spacing = ofFrame(instance, n, TAG.spacing)[TAG.spacing];
  const kept = Object.fromEntries([TAG.frameOfReference, TAG.rows, TAG.columns, TAG.modality].flatMap((tag) => (instance[tag] ? [[tag, instance[tag]]] : [])));
  return { imageId, sop, frame: n, instanceNumber, position, orientation, instance: { ...kept, ...(spacing ? { [TAG.spacing]: spacing } : {}) } };
}

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
    goAlong(pane, followIndex(frame, pane.frames()) ?? compared(first.id, frame, pane));
  }
}

/* Where the other exam's stack goes: as many millimetres along as the leader has gone since both were side by side. */
function compared(first: string, frame: Frame, pane: StackPane): number | null {
  const own = pane.frameAt(pane.current().shown);
  if (!own || studyOf(own) === studyOf(frame)) return null;
  const here = placeAlong(frame, frame), there = placeAlong(frame, own);
  if (here === null || there === null) return null;
  const known = anchors.get(pane.id);
  if (known?.leader !== first || known.stack !== pane.frames()) {
    anchors.set(pane.id, { leader: first, stack: pane.frames(), from: here, own: there });
    return null;
  }
  return alongIndex(frame, pane.frames(), known.own + here - known.from);
}

/* Both stand side by side before the first move: from there the millimetres are counted. */
function anchor(first: StackPane) {
  const frame = first.frameAt(first.current().shown);
  if (frame) for (const pane of panes.values()) if (pane instanceof StackPane && pane !== first && together(first, pane)) compared(first.id, frame, pane);
}

let setting = false;
hooks.windowed = (pane: StackPane, window: Window | null, asked: boolean) => {
  const frame = pane.frameAt(pane.current().shown);
  if (setting || !frame) return;
  if (asked && linked && !led && groupOf(pane.id)) outside?.({ about: 'windowed', window, modality: modalityOf(pane), group: groupOf(pane.id) });
  if (!windows) return;
  setting = true;
  for (const other of panes.values())
    if (other instanceof StackPane && other !== pane && together(pane, other) && other.frameAt(other.current().shown) && modalityOf(other) === modalityOf(pane)) other.setWindow(window);
  setting = false;
};

hooks.moved = (pane) => {
  const first = leader ? stackOf(leader) : undefined, frame = pane.id === leader && !led ? pane.frameAt(pane.current().shown) : null;
  if (linked && frame) {
    follow(pane);
    if (outside) {
      if (saidLeads !== pane.id) link.here();
      outside({ about: 'moved', frame: slim(frame), pane: pane.id, group: groupOf(pane.id) });
    }
  } else if (linked && !led && first && anchors.get(pane.id)?.stack !== pane.frames()) anchor(first); // the other exam's first image has come
  tell();
};
