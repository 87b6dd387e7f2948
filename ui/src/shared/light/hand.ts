/*
 * The hand on a picture: a finger or the wheel goes through the images, two fingers zoom, a finger moves what is zoomed; the same from the keyboard.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type RefObject, useEffect, useRef, useState } from 'react';

export interface Shift { zoom: number; x: number; y: number } // 'x', 'y': of the middle, in pixels of the screen
export const WHOLE: Shift = { zoom: 1, x: 0, y: 0 };
export const ZOOM_MAX = 8;
const STEP_PX = 18; // of a finger, from one image to the next
const SWIPE_MS = 250;

/* Zoomed by 'by' about a point (from the middle of the pane); what is whole stands in the middle, and no edge is pulled past it. Pure. */
export function zoomed(from: Shift, by: number, at: { x: number; y: number }, pane: { width: number; height: number }): Shift {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, from.zoom * by));
  const scale = zoom / from.zoom;
  return bounded({ zoom, x: at.x - (at.x - from.x) * scale, y: at.y - (at.y - from.y) * scale }, pane);
}
export function bounded(shift: Shift, pane: { width: number; height: number }): Shift {
  if (shift.zoom <= 1.001) return WHOLE;
  const most = { x: ((shift.zoom - 1) * pane.width) / 2, y: ((shift.zoom - 1) * pane.height) / 2 };
  return { zoom: shift.zoom, x: Math.min(most.x, Math.max(-most.x, shift.x)), y: Math.min(most.y, Math.max(-most.y, shift.y)) };
}

export type Press = { do: 'step'; by: number } | { do: 'edge'; last: boolean } | { do: 'zoom'; by: number } | { do: 'whole' } | { do: 'series'; by: number } | { do: 'window'; key: string };
export function pressOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'code'>): Press | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined) return { do: 'window', key: digit };
  switch (event.key) {
    case 'ArrowRight': case 'ArrowDown': return event.shiftKey ? { do: 'series', by: 1 } : { do: 'step', by: 1 };
    case 'ArrowLeft': case 'ArrowUp': return event.shiftKey ? { do: 'series', by: -1 } : { do: 'step', by: -1 };
    case 'PageDown': return { do: 'step', by: 10 };
    case 'PageUp': return { do: 'step', by: -10 };
    case 'Home': return { do: 'edge', last: false };
    case 'End': return { do: 'edge', last: true };
    case '+': return { do: 'zoom', by: 1.5 };
    case '-': return { do: 'zoom', by: 1 / 1.5 };
    case 'x': case 'f': return { do: 'whole' };
    default: return null;
  }
}

interface Finger { x: number; y: number }

/* 'step' goes through the images. 'kept': the page scrolls by a finger that goes up and down, as it does elsewhere on it. */
export function useHand(pane: RefObject<HTMLElement | null>, step: (by: number) => void) {
  const [shift, setShift] = useState<Shift>(WHOLE);
  const now = useRef({ step, shift });
  useEffect(() => void (now.current = { step, shift }));
  const size = () => ({ width: pane.current?.clientWidth ?? 1, height: pane.current?.clientHeight ?? 1 });
  const middle = (x: number, y: number) => {
    const box = pane.current!.getBoundingClientRect();
    return { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 };
  };

  useEffect(() => {
    const here = pane.current;
    if (!here) return;
    const fingers = new Map<number, Finger>();
    let begun = { x: 0, y: 0, at: 0 }, done = 0, tapAt = 0, moved = false, pinch = 0;
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a && b ? { far: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null;
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      here.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      begun = { x: event.clientX, y: event.clientY, at: event.timeStamp };
      done = 0;
      moved = fingers.size > 1;
      pinch = spread()?.far ?? 0;
    };
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const dx = event.clientX - before.x, dy = event.clientY - before.y;
      const from = spread();
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > 6) moved = true;
      const two = spread();
      if (two && from && pinch) {
        const by = two.far / Math.max(1, from.far);
        setShift((known) => {
          const next = zoomed(known, by, middle(two.x, two.y), size());
          return bounded({ ...next, x: next.x + two.x - from.x, y: next.y + two.y - from.y }, size());
        });
      } else if (now.current.shift.zoom > 1) setShift((known) => bounded({ ...known, x: known.x + dx, y: known.y + dy }, size()));
      else {
        const x = event.clientX - begun.x, y = event.clientY - begun.y;
        // Along the finger: to the left and up is on, as pages are turned.
        const steps = Math.trunc(-(Math.abs(x) > Math.abs(y) ? x : y) / STEP_PX);
        if (steps !== done) {
          now.current.step(steps - done);
          done = steps;
        }
      }
    };
    const up = (event: PointerEvent) => {
      if (!fingers.delete(event.pointerId)) return;
      pinch = 0;
      if (fingers.size) return;
      const x = event.clientX - begun.x;
      if (!moved) {
        if (event.timeStamp - tapAt < 350) {
          setShift((known) => (known.zoom > 1 ? WHOLE : zoomed(known, 2.5, middle(event.clientX, event.clientY), size())));
          tapAt = 0;
        } else tapAt = event.timeStamp;
      } else if (!done && now.current.shift.zoom === 1 && event.type === 'pointerup' && event.timeStamp - begun.at < SWIPE_MS && Math.abs(x) > 10) now.current.step(x < 0 ? 1 : -1);
    };
    let turned = 0;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey) return setShift((known) => zoomed(known, Math.exp(-event.deltaY / 200), middle(event.clientX, event.clientY), size()));
      turned += event.deltaMode ? Math.sign(event.deltaY) * 40 : event.deltaY;
      const steps = Math.abs(event.deltaY) >= 40 && Math.abs(turned) < 40 ? Math.sign(event.deltaY) : Math.trunc(turned / 40);
      if (!steps) return;
      turned = 0;
      now.current.step(Math.sign(steps));
    };
    here.addEventListener('pointerdown', down);
    here.addEventListener('pointermove', move);
    here.addEventListener('pointerup', up);
    here.addEventListener('pointercancel', up);
    here.addEventListener('wheel', wheel, { passive: false });
    return () => {
      here.removeEventListener('pointerdown', down);
      here.removeEventListener('pointermove', move);
      here.removeEventListener('pointerup', up);
      here.removeEventListener('pointercancel', up);
      here.removeEventListener('wheel', wheel);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [pane]);

  return { shift, whole: () => setShift(WHOLE), zoom: (by: number) => setShift((known) => zoomed(known, by, { x: 0, y: 0 }, size())) };
}
