/*
 * The two windows of an exam: who is there, what the second shows, how they move together. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { link } from '../engine/link';
import type { Placed } from '../hanging/match';
import type { Grid, Rule } from '../hanging/model';
import { type Filled, NONE } from '../hanging/useFilled';
import type { Ledger } from '../ledger';
import type { Command } from '../presets';
import { openSecond } from './open';
import { type Monitor, Pair, pairName, type Said } from './pair';

export interface Screen { is: Monitor; address: string | null } // 'address': where the second window shows this exam; null: it cannot
export type ScreenNote = 'blocked' | 'refused' | null;
const TOLD_MS = 1500; // a window that does not answer holds no signature up
const EMPTY: Filled = { chosen: [], fits: [], layout: { rows: 1, columns: 1 } };

export interface ScreensUse {
  present: boolean; // the other window is there
  note: ScreenNote; dismiss: () => void;
  open: () => void;
  put: (rule: Rule, placed: (Placed | null)[], again: boolean) => void; // a hanging names what the second shows
  second: () => Grid | undefined; // what it shows, as panes of a hanging
  waiting: boolean; // the second does not know yet what to show
  forward: (command: Command) => void;
}

/* 'filled' is what this window shows, 'grid' that as panes of a hanging; 'spare' what a second would show when nobody says; 'take' puts what the first asks for. */
export function useScreens({ screen, study, filled, grid, spare, take, run, ledger }: {
  screen: Screen; study: string; filled: Filled; grid: () => Grid; spare: () => string | null; take: (filled: Filled, windows: boolean) => void; run: (command: Command) => void; ledger: RefObject<Ledger | null>;
}): ScreensUse {
  const [present, setPresent] = useState(false);
  const [note, setNote] = useState<ScreenNote>(null);
  const [waiting, setWaiting] = useState(screen.is === 2);
  const pair = useRef<Pair | null>(null);
  const kept = useRef<{ filled: Filled | null; windows: boolean; grid: Grid | undefined }>({ filled: null, windows: false, grid: undefined }); // of the second, in the first
  const now = useRef({ filled, grid, spare, take, run, waiting });
  now.current = { filled, grid, spare, take, run, waiting };
  const { is, address } = screen;

  useEffect(() => {
    const name = address ? pairName(is) : null;
    if (!name || !address) return undefined;
    const both = new Pair(name, is, study, (to) => location.replace(`${to}#${name}`));
    pair.current = both;
    let isThere = false;
    const send = () => {
      const own = now.current.spare();
      both.say({ say: 'panes', filled: kept.current.filled ?? { ...EMPTY, chosen: [own] }, windows: kept.current.windows });
    };
    const there = (on: boolean) => {
      if (on === isThere) return;
      isThere = on;
      setPresent(on);
      link.setOutside(on ? (word) => both.say({ say: 'link', word }) : null);
      if (on && is === 1) link.here();
    };
    const asked = new Map<string, () => void>();
    const off = both.hear((said: Said) => {
      there(said.say !== 'bye');
      switch (said.say) {
        case 'hello': return both.say({ say: 'here', empty: now.current.waiting });
        case 'here':
          if (is === 2) return undefined;
          both.say({ say: 'link', word: { about: 'linked', on: link.isLinked() } });
          return said.empty ? send() : undefined;
        case 'bye': return undefined;
        case 'panes':
          setWaiting(false);
          return now.current.take(said.filled, said.windows);
        case 'shows': return void (kept.current = { ...kept.current, filled: said.filled, grid: said.grid });
        case 'run': return now.current.run(said.command);
        case 'tell': return void (ledger.current?.tell() ?? Promise.resolve()).then(() => both.say({ say: 'told', id: said.id }));
        case 'told': return asked.get(said.id)?.();
        case 'link': return link.fromOutside(said.word);
      }
    });
    both.say(is === 1 ? { say: 'hello', address } : { say: 'here', empty: true });
    const timer = setTimeout(() => setWaiting(false), TOLD_MS);
    if (ledger.current && is === 1) {
      ledger.current.also = () => !isThere ? Promise.resolve() : new Promise((done) => {
        const id = crypto.randomUUID();
        const end = () => {
          asked.delete(id);
          done();
        };
        asked.set(id, end);
        setTimeout(end, TOLD_MS);
        both.say({ say: 'tell', id });
      });
    }
    const leave = () => both.say({ say: 'bye' });
    const back = (event: PageTransitionEvent) => event.persisted && both.say(is === 1 ? { say: 'hello', address } : { say: 'here', empty: false });
    const hand = () => link.here();
    addEventListener('pagehide', leave);
    addEventListener('pageshow', back);
    for (const one of ['pointerdown', 'wheel', 'keydown'] as const) document.addEventListener(one, hand, { capture: true, passive: true });
    return () => {
      for (const one of ['pointerdown', 'wheel', 'keydown'] as const) document.removeEventListener(one, hand, { capture: true });
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', back);
      clearTimeout(timer);
      off();
      both.close();
      pair.current = null;
      link.setOutside(null);
      setPresent(false);
    };
  }, [is, address, study, ledger]);

  /* The second says what it shows: it comes back when the window is opened again, and can be kept as a hanging. */
  const told = is === 2 && !waiting ? JSON.stringify([filled.chosen, filled.layout, filled.fits]) : '';
  useEffect(() => {
    if (told && present) pair.current?.say({ say: 'shows', filled: now.current.filled, grid: now.current.grid() });
  }, [told, present]);

  const open = useCallback(() => {
    const name = address && pairName(1);
    if (!name) return;
    setNote(null);
    void openSecond(`${address}#${name}`).then((opened) => {
      if (opened === 'blocked') return setNote('blocked');
      opened.popup.focus();
      return setNote(opened.placed === 'refused' ? 'refused' : null);
    });
  }, [address]);

  const put = useCallback((rule: Rule, placed: (Placed | null)[], again: boolean) => {
    const { second, panes } = rule.content;
    if (!second) return;
    const theirs = placed.slice(panes.length);
    const next: Filled = { layout: { rows: second.rows, columns: second.columns }, chosen: theirs.map((one) => one?.series ?? NONE), fits: theirs.map((one) => (one ? { only: one.only, rule: one.rule } : null)) };
    if (again && kept.current.filled && !kept.current.filled.chosen.slice(0, theirs.length).includes(NONE)) return; // nothing was missing
    kept.current = { filled: next, windows: [...panes, ...second.panes].some((one) => one.exam > 0), grid: second };
    pair.current?.say({ say: 'panes', filled: next, windows: kept.current.windows });
  }, []);

  return { present, note, waiting, open, put, dismiss: () => setNote(null), second: () => kept.current.grid, forward: (command) => pair.current?.say({ say: 'run', command }) };
}
