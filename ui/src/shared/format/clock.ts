/*
 * The server's clock, and a beat for everything that counts down.
 *
 * Countdowns follow the server, whose time each list and greeting carries: a workstation that is wrong by an hour shows right delays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
export const setServerNow = (nowMs: number) => void (offsetMs = nowMs - Date.now());
export const serverNow = () => Date.now() + offsetMs;

const listeners = new Set<() => void>();
let beat: ReturnType<typeof setInterval> | null = null;
let second = 0;

function subscribe(listener: () => void) {
  listeners.add(listener);
  beat ??= setInterval(() => {
    second = Math.floor(serverNow() / 1000);
    listeners.forEach((tell) => tell());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (!listeners.size && beat) {
      clearInterval(beat);
      beat = null;
    }
  };
}

/* Server time in milliseconds, renewed every second. */
export function useNow(): number {
  useSyncExternalStore(subscribe, () => second || (second = Math.floor(serverNow() / 1000)));
  return serverNow();
}
