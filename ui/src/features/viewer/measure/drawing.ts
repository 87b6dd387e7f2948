/*
 * The hand that draws: a press places a point, a drag two; Enter and the arrows do the same from the keyboard. Points are columns and rows.
 *
 * Nothing is measured on an image that is not complete: what is not there yet has no value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Window } from '../dicom';
import { isMeasure, type Tool } from '../presets';
import type { Pixel } from '../space';
import { figuresOf, hasText, type Kind, POINTS, type Values } from './figures';
import { type MarkItem, type MarkStore, placeOf } from './marks';

type Spot = readonly [x: number, y: number];
/* What is drawn on: a stack's frame, or a plane through a volume. 'point' leads the 3-D cursor there, 'unready' says why nothing is measured yet. */
export interface Surface {
  readonly id: string;
  current: () => { shown: number | null; full: boolean; window: Window | null };
  frameAt: (index: number | null) => Frame | null;
  toPixel: (x: number, y: number) => Pixel | null;
  toScreen: (pixel: Pixel) => [number, number] | null;
  size: () => readonly [number, number];
  pixels: () => Values | null;
  pause: () => void;
  onView: (listener: () => void) => () => void;
  unready?: string;
}
export interface Draft { kind: Kind; points: [number, number][] }
const NEAR_HANDLE = 9, NEAR_LINE = 6, A_DRAG = 5, A_STEP = 2; // pixels of the screen

const far = (a: Spot, b: Spot) => Math.hypot(a[0] - b[0], a[1] - b[1]);
function fromSegment(at: Spot, a: Spot, b: Spot): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const along = Math.max(0, Math.min(1, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)));
  return far(at, [a[0] + along * dx, a[1] + along * dy]);
}

/* The lines a mark is drawn with, in columns and rows. */
export function linesOf(kind: Kind, points: readonly Pixel[]): Pixel[][] {
  const [a, b, c, d] = points;
  switch (kind) {
    case 'bidirectional': case 'cobb': return [a && b && [a, b], c && d && [c, d]].filter(Boolean) as Pixel[][];
    case 'rectangle': return a && b ? [[a, [b[0], a[1]], b, [a[0], b[1]], a]] : [];
    case 'ellipse': {
      if (!a || !b) return [];
      const [cx, cy, rx, ry] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, Math.abs(b[0] - a[0]) / 2, Math.abs(b[1] - a[1]) / 2];
      return [Array.from({ length: 65 }, (_, i): Pixel => [cx + rx * Math.cos((i * Math.PI) / 32), cy + ry * Math.sin((i * Math.PI) / 32)])];
    }
    case 'freehand': return a ? [[...points, a]] : [];
    default: return points.length > 1 ? [[...points]] : [];
  }
}

/* The short axis of two diameters, to begin with: across the middle, half as long. */
export function shortAxis([a, b]: readonly Pixel[], pixel: { x: number; y: number }): [[number, number], [number, number]] {
  const mx = (a![0] + b![0]) / 2, my = (a![1] + b![1]) / 2;
  const dx = (-(b![1] - a![1]) * pixel.y) / pixel.x / 4, dy = ((b![0] - a![0]) * pixel.x) / pixel.y / 4;
  return [[mx - dx, my - dy], [mx + dx, my + dy]];
}

export class Drawing {
  draft: Draft | null = null;
  cross: Spot | null = null; // the keyboard's place on the screen
  private fixed = 0;
  private pressed: Spot | null = null;
  private moving: { mark: MarkItem; handle: number; from: Pixel } | null = null;
  private listeners = new Set<() => void>();

  constructor(private readonly pane: Surface, private readonly store: MarkStore, private readonly scale: (points: readonly Pixel[]) => { x: number; y: number },
    private readonly lead: (pixel: Pixel) => boolean) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  private tell = () => this.listeners.forEach((listener) => listener());
  private frame = () => this.pane.frameAt(this.pane.current().shown);
  private screen = (pixel: Pixel): Spot => this.pane.toScreen(pixel) ?? [-1e6, -1e6];

  /* What is under the hand: a handle (its number) or a line (-1). */
  hit(at: Spot): { mark: MarkItem; handle: number } | null {
    const frame = this.frame();
    const mine = frame ? [...this.store.on(placeOf(frame))].reverse() : [];
    for (const mark of mine) {
      const handle = mark.kind === 'freehand' ? -1 : mark.points.findIndex((one) => far(at, this.screen(one)) <= NEAR_HANDLE);
      if (handle >= 0) return { mark, handle };
      for (const line of linesOf(mark.kind, mark.points))
        for (let i = 1; i < line.length; i++) if (fromSegment(at, this.screen(line[i - 1]!), this.screen(line[i]!)) <= NEAR_LINE) return { mark, handle: -1 };
    }
    return null;
  }

  /* A press; true: it is the page's, the engine must not see it. */
  press(tool: Tool, at: Spot): boolean {
    const pixel = this.pane.toPixel(...at);
    const frame = this.frame();
    if (!pixel || !frame) return false;
    if (tool === 'cursor') {
      this.pressed = at;
      if (!this.lead(pixel)) this.store.say('viewer.noPlace');
      return true;
    }
    if (this.draft) return this.place(pixel, at);
    const found = this.hit(at);
    if (found) {
      this.store.choose(found.mark.id);
      this.moving = { ...found, from: pixel };
      return true;
    }
    this.store.choose(null);
    return isMeasure(tool) && this.begin(tool, pixel, at);
  }

  private begin(kind: Kind, pixel: Pixel, at: Spot): boolean {
    if (!this.pane.current().full) {
      this.store.say(this.pane.unready ?? 'viewer.notFull');
      return true;
    }
    this.store.say(null);
    this.pane.pause();
    this.draft = { kind, points: [] };
    this.fixed = 0;
    return this.place(pixel, at);
  }

  /* Fixes the point under way and begins the next. */
  private place(pixel: Pixel, at: Spot): boolean {
    const { draft } = this;
    if (!draft) return false;
    this.pressed = at;
    draft.points[this.fixed++] = [pixel[0], pixel[1]];
    if (draft.kind === 'bidirectional' && this.fixed === 2) {
      draft.points.push(...shortAxis(draft.points, this.scale(draft.points)));
      this.fixed = 4;
    }
    if (POINTS[draft.kind] && this.fixed >= POINTS[draft.kind]) this.finish();
    else if (draft.kind !== 'freehand') draft.points[this.fixed] = [pixel[0], pixel[1]];
    this.tell();
    return true;
  }

  move(tool: Tool, at: Spot) {
    const pixel = this.pane.toPixel(...at);
    if (!pixel) return;
    if (tool === 'cursor' && this.pressed) return void this.lead(pixel);
    if (this.moving) return this.shift(pixel, false);
    const { draft } = this;
    if (!draft) return;
    if (draft.kind === 'freehand') {
      const last = draft.points.at(-1);
      if (this.pressed && (!last || far(at, this.screen(last)) >= A_STEP)) draft.points[this.fixed++] = [pixel[0], pixel[1]];
    } else draft.points[this.fixed] = [pixel[0], pixel[1]];
    this.tell();
  }

  release(at: Spot) {
    const from = this.pressed;
    this.pressed = null;
    if (this.moving) {
      const pixel = this.pane.toPixel(...at);
      if (pixel) this.shift(pixel, true);
      this.moving = null;
      return;
    }
    const { draft } = this;
    if (!draft || !from) return;
    if (draft.kind === 'freehand') {
      if (draft.points.length > 2) this.finish();
      else if (far(from, at) > A_DRAG) this.drop();
      return;
    }
    const pixel = this.pane.toPixel(...at);
    if (pixel && far(from, at) > A_DRAG) this.place(pixel, at);
    this.pressed = null;
  }

  private shift(pixel: Pixel, last: boolean) {
    const { mark, handle, from } = this.moving!;
    const by = [pixel[0] - from[0], pixel[1] - from[1]] as const;
    const points = mark.points.map((one, i): [number, number] => (handle === -1 || i === handle ? [one[0] + by[0], one[1] + by[1]] : one));
    const frame = this.frame();
    if (frame) this.store.change(mark.id, { points, figures: figuresOf(mark.kind, frame, points, this.pane.pixels()) }, last);
  }

  private finish() {
    const frame = this.frame();
    const { draft } = this;
    this.draft = null;
    this.tell();
    if (!draft || !frame) return;
    const points = draft.points.map(([x, y]): [number, number] => [Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000]);
    this.store.add({ ...placeOf(frame), id: crypto.randomUUID(), kind: draft.kind, points, text: '', figures: figuresOf(draft.kind, frame, points, this.pane.pixels()),
      window: this.pane.current().window, at_ms: Date.now() }, hasText(draft.kind));
  }

  /* Gives up what is being drawn; false when nothing was. */
  drop(): boolean {
    const busy = !!this.draft || !!this.cross || !!this.moving;
    if (this.moving) this.store.change(this.moving.mark.id, { points: this.moving.mark.points, figures: this.moving.mark.figures }, true);
    this.moving = null;
    this.draft = null;
    this.cross = null;
    this.pressed = null;
    this.tell();
    return busy;
  }

  /* Keys while something is drawn; true: the key was for the drawing. */
  key(tool: Tool, event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean {
    if (event.key === 'Escape') return this.drop();
    if (!isMeasure(tool) && tool !== 'cursor') return false;
    const [width, height] = this.pane.size();
    if (event.key === 'Enter') {
      if (!this.cross) this.cross = [width / 2, height / 2];
      else if (this.moving) this.release(this.cross); // taken up by a key, put down by the next
      else {
        const pixel = this.pane.toPixel(...this.cross);
        const last = this.draft?.points.at(-1);
        if (pixel && this.draft?.kind === 'freehand' && this.fixed > 2 && last && far(this.screen(last), this.cross) < 1) this.finish();
        else this.press(tool, this.cross);
        this.pressed = null;
      }
      this.tell();
      return true;
    }
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!this.cross || !step) return false;
    const one = far(this.screen([0, 0]), this.screen([1, 0])) * (event.shiftKey ? 10 : 1); // one column of the image
    this.cross = [Math.max(0, Math.min(width, this.cross[0] + step[0]! * one)), Math.max(0, Math.min(height, this.cross[1] + step[1]! * one))];
    this.move(tool, this.cross);
    this.tell();
    return true;
  }
}
