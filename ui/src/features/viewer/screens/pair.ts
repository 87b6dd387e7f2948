/*
 * Two windows of one person that show one exam: a channel that only they know, named by the window that opened the other. E25.
 *
 * What goes over it never leaves the browser; each letter says of which study it is, and one of another study moves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { OutsideWord } from '../engine/link';
import type { Grid } from '../hanging/model';
import type { Filled } from '../hanging/useFilled';
import type { Command } from '../presets';

export type Monitor = 1 | 2;
export type Said =
  | { say: 'hello'; address: string } // of the first: this exam is open there; who is there answers 'here'
  | { say: 'here'; empty: boolean } // of the second; 'empty': it shows nothing of its own yet
  | { say: 'bye' }
  | { say: 'panes'; filled: Filled; windows: boolean } // of the first: what the second shows
  | { say: 'shows'; filled: Filled; grid: Grid } // of the second: what it shows, and that as panes of a hanging
  | { say: 'run'; command: Command } // of the second: a command for the first
  | { say: 'tell'; id: string } | { say: 'told'; id: string } // the reading ledger, before somebody signs
  | { say: 'link'; word: OutsideWord };
interface Letter { from: Monitor; study: string; said: Said }

const KEPT_AS = 'beclere-screens';
/* The pair of this window: of a second one as its address says; else its own, the same after a reload. */
export function pairName(screen: Monitor, hash = location.hash): string | null {
  if (screen === 2) return /^#([0-9a-f-]{36})$/.exec(hash)?.[1] ?? null;
  const known = sessionStorage.getItem(KEPT_AS);
  const name = known && /^[0-9a-f-]{36}$/.test(known) ? known : crypto.randomUUID();
  sessionStorage.setItem(KEPT_AS, name);
  return name;
}

export class Pair {
  private readonly channel: BroadcastChannel;
  private listeners = new Set<(said: Said) => void>();

  /* 'elsewhere': the other window shows another study; 'address' is where this window would show it. */
  constructor(name: string, private readonly screen: Monitor, private readonly study: string, elsewhere: (address: string) => void) {
    this.channel = new BroadcastChannel(`beclere-screens-${name}`);
    this.channel.onmessage = (event: MessageEvent<Letter>) => {
      const { from, study: of, said } = event.data;
      if (from === screen) return;
      if (of === study) this.listeners.forEach((one) => one(said));
      else if (said.say === 'hello' && screen === 2 && /^\/(acts\/\d+|archive\/[\d.]+)\/screen$/.test(said.address)) elsewhere(said.address);
    };
  }
  hear(listener: (said: Said) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  say(said: Said) {
    this.channel.postMessage({ from: this.screen, study: this.study, said } satisfies Letter);
  }
  close() {
    this.say({ say: 'bye' });
    this.channel.close();
  }
}
