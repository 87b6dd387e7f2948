/*
 * The measures and key images of one study in the hands of one person: one list, changed whole, told to whoever shows it.
 *
 * A mark stands on a frame, in its columns and rows: it says the same wherever, however turned, that frame is drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Window } from '../dicom';
import type { Figure, Kind } from './figures';

export interface Place { series: string; sop: string; frame: number }
export interface MarkItem extends Place { id: string; kind: Kind; points: [number, number][]; text: string; figures: Figure[]; window: Window | null; at_ms: number }
export interface KeyImage extends Place { window: Window | null; at_ms: number }
export interface MarkSet { marks: MarkItem[]; keys: KeyImage[] }
export type Kept = 'unknown' | 'kept' | 'keeping' | 'not-kept';

export interface MarkState extends MarkSet { chosen: string | null; asking: string | null; kept: Kept; version: number | null; note: string | null }

export const MARKS_MAX = 500; // of a study; as the server says

export const samePlace = (a: Place, b: Place) => a.sop === b.sop && a.frame === b.frame;
export const placeOf = (frame: Frame): Place => ({ series: /\/series\/([\d.]+)\//.exec(frame.imageId)?.[1] ?? '', sop: frame.sop, frame: frame.frame });

export class MarkStore {
  private state: MarkState = { marks: [], keys: [], chosen: null, asking: null, kept: 'unknown', version: null, note: null };
  private listeners = new Set<() => void>();
  /* Called when what is to be kept has changed. */
  changed: (set: MarkSet) => void = () => undefined;
  /* Puts it into the report beside the images; null where there is none. */
  cite: ((item: MarkItem | KeyImage) => void) | null = null;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = () => this.state;
  readonly set = (): MarkSet => ({ marks: this.state.marks, keys: this.state.keys });

  on(place: Place | null): MarkItem[] {
    return place ? this.state.marks.filter((one) => samePlace(one, place)) : [];
  }
  isKey(place: Place | null): boolean {
    return !!place && this.state.keys.some((one) => samePlace(one, place));
  }

  /* As the server knows them; nothing is kept again. */
  load(set: MarkSet) {
    this.put({ ...set, kept: 'kept' });
  }
  add(mark: MarkItem, ask: boolean) {
    if (this.state.marks.length >= MARKS_MAX) return this.say('viewer.tooManyMarks');
    this.put({ marks: [...this.state.marks, mark], chosen: mark.id, asking: ask ? mark.id : null }, true);
  }
  /* 'last': the hand let go; only then is it kept. */
  change(id: string, change: Partial<Pick<MarkItem, 'points' | 'figures' | 'text' | 'window'>>, last = true) {
    this.put({ marks: this.state.marks.map((one) => (one.id === id ? { ...one, ...change } : one)) }, last);
  }
  remove(id: string) {
    this.put({ marks: this.state.marks.filter((one) => one.id !== id), chosen: this.state.chosen === id ? null : this.state.chosen }, true);
  }
  toggleKey(place: Place, window: Window | null) {
    const keys = this.isKey(place) ? this.state.keys.filter((one) => !samePlace(one, place)) : [...this.state.keys, { ...place, window, at_ms: Date.now() }];
    this.put({ keys }, true);
  }
  choose(id: string | null) {
    if (id !== this.state.chosen) this.put({ chosen: id });
  }
  ask(id: string | null) {
    this.put({ asking: id });
  }
  say(note: string | null) {
    this.put({ note });
  }
  /* 'version': of what the server has, where it is known. */
  keep(kept: Kept, version: number | null = null) {
    this.put({ kept, version });
  }

  private put(change: Partial<MarkState>, keep = false) {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
    if (keep) this.changed(this.set());
  }
}
