/*
 * Marks that somebody else shows in the live room: drawn with their name, not for the hand, kept nowhere. E12.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type MarkItem, type Place, samePlace } from './marks';

export type TheirMark = Place & Pick<MarkItem, 'id' | 'kind' | 'points' | 'text' | 'figures'>;
export interface Theirs { name: string; marks: readonly TheirMark[] }
const NOBODY: Theirs = { name: '', marks: [] };

class TheirMarks {
  private now = NOBODY;
  private readonly listeners = new Set<() => void>();
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = () => this.now;
  on(place: Place | null): readonly TheirMark[] {
    return place ? this.now.marks.filter((one) => samePlace(one, place)) : [];
  }
  show(theirs: Theirs) {
    this.now = theirs;
    this.listeners.forEach((listener) => listener());
  }
  clear() {
    if (this.now !== NOBODY) this.show(NOBODY);
  }
}
export const theirs = new TheirMarks();
