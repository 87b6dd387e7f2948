/*
 * A report being written: saved a moment after the last key, kept in this tab until the server has it, never written over somebody else's.
 *
 * No React here: the panel subscribes, the tests drive it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ApiError } from '@/shared/api/client';
import { type Content, type Report, same } from './content';

export const PAUSE_MS = 800;
const AGAIN_MS = 5000;

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';
export interface DraftState { content: Content; state: SaveState; error: unknown; theirs: Report | null; restored: boolean }
export interface Kept { revision: number; content: Content }
export interface Keeper { read: () => Kept | null; write: (kept: Kept) => void; clear: () => void }

export class Draft {
  private now: DraftState;
  private revision: number;
  private saved: Content;
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: Promise<void> | null = null;
  private closed = false;

  constructor(start: Report, private readonly save: (revision: number, content: Content) => Promise<Report>, private readonly keeper: Keeper) {
    this.revision = start.revision;
    this.saved = start.content;
    this.now = { content: start.content, state: 'saved', error: null, theirs: null, restored: false };
    const kept = keeper.read();
    if (!kept || same(kept.content, start.content)) keeper.clear();
    else if (kept.revision === start.revision) {
      this.now = { ...this.now, content: kept.content, state: 'waiting', restored: true };
      this.later(PAUSE_MS);
    } else {
      this.now = { ...this.now, content: kept.content, state: 'conflict', theirs: start, restored: true };
    }
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = () => this.now;
  lastRevision = () => this.revision;
  readonly unsaved = () => !same(this.now.content, this.saved);

  set<K extends keyof Content>(key: K, value: Content[K]) {
    const content = { ...this.now.content, [key]: value };
    this.keeper.write({ revision: this.revision, content });
    this.tell({ content, state: this.now.state === 'conflict' ? 'conflict' : 'waiting' });
    if (this.now.state !== 'conflict') this.later(PAUSE_MS);
  }

  /* What the server has, learnt by reading. Taken when nothing of ours is at stake. */
  learn(report: Report) {
    if (this.running || report.revision <= this.revision) return;
    if (this.now.state === 'conflict') return this.tell({ theirs: report });
    if (this.unsaved()) return this.tell({ state: 'conflict', theirs: report, error: null });
    this.take(report);
  }

  /* Saves what is there now. True when the server has everything that was typed. */
  async flush(): Promise<boolean> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.running) await this.running;
    if (this.now.state === 'conflict') return false;
    if (!this.unsaved()) {
      this.keeper.clear();
      this.tell({ state: 'saved', error: null, restored: false });
      return true;
    }
    this.running = this.send(this.now.content).finally(() => void (this.running = null));
    await this.running;
    return this.now.state === 'saved';
  }

  /* Two ways out of a conflict; the words that are given up stay in the clipboard of the person who asked for it, not here. */
  takeTheirs() {
    if (this.now.theirs) this.take(this.now.theirs);
  }
  takeMine() {
    if (!this.now.theirs) return;
    this.revision = this.now.theirs.revision;
    this.saved = this.now.theirs.content;
    this.tell({ state: 'waiting', theirs: null, error: null });
    this.later(0);
  }

  close() {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.now.state !== 'conflict' && this.unsaved() && !this.running) void this.send(this.now.content);
  }

  private take(report: Report) {
    this.revision = report.revision;
    this.saved = report.content;
    this.keeper.clear();
    this.tell({ content: report.content, state: 'saved', theirs: null, error: null, restored: false });
  }

  private async send(content: Content): Promise<void> {
    this.tell({ state: 'saving' });
    try {
      const answer = await this.save(this.revision, content);
      this.revision = answer.revision;
      this.saved = content;
      const more = this.unsaved();
      if (more) this.keeper.write({ revision: this.revision, content: this.now.content });
      else this.keeper.clear();
      this.tell({ state: more ? 'waiting' : 'saved', error: null, restored: false });
      if (more) this.later(PAUSE_MS);
    } catch (error) {
      const theirs = error instanceof ApiError && error.status === 409 ? (error.body as Partial<Report> | null) : null;
      if (theirs && typeof theirs.revision === 'number' && theirs.revision !== this.revision && theirs.content) {
        this.tell({ state: 'conflict', theirs: theirs as Report, error: null });
        return;
      }
      this.tell({ state: 'failed', error });
      // Silence or overload: the words wait here and are sent again. A refusal is an answer and waits for the person.
      if (error instanceof ApiError && (error.status === 0 || error.status === 503)) this.later(AGAIN_MS);
    }
  }

  private later(ms: number) {
    if (this.timer) clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => void this.flush(), ms);
  }
  private tell(change: Partial<DraftState>) {
    this.now = { ...this.now, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

/* Kept in this tab only, under the person's own number, until the server has it. */
export function tabKeeper(personId: number, actId: number, of = ''): Keeper {
  const key = `beclere-report-${personId}-${actId}${of && `-${of}`}`;
  return {
    read: () => {
      try {
        const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null;
        return kept && typeof kept.revision === 'number' && kept.content && typeof kept.content === 'object' ? kept : null;
      } catch {
        return null;
      }
    },
    write: (kept) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(kept));
      } catch {
        /* a full or closed store: the page still holds the words and goes on saving */
      }
    },
    clear: () => sessionStorage.removeItem(key),
  };
}
