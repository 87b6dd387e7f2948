/*
 * When the light view is better than the full one: a narrow screen, a line that is slow or counted. E34, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useSyncExternalStore } from 'react';

interface Connection extends EventTarget { saveData?: boolean; effectiveType?: string }
const connection = () => (navigator as Navigator & { connection?: Connection }).connection;

const SLOW = new Set(['slow-2g', '2g', '3g']);
export const isThin = () => !!connection()?.saveData || SLOW.has(connection()?.effectiveType ?? '');
const NARROW = '(max-width: 700px), (max-height: 480px) and (pointer: coarse)';
export const isNarrow = () => matchMedia(NARROW).matches;

/* What the person chose in this tab; nothing: what the screen and the line say. */
const KEPT_AS = 'beclere-light';
const listeners = new Set<() => void>();
const chosen = (): boolean | null => ({ on: true, off: false })[sessionStorage.getItem(KEPT_AS) ?? ''] ?? null;
export function chooseLight(on: boolean) {
  sessionStorage.setItem(KEPT_AS, on ? 'on' : 'off');
  listeners.forEach((tell) => tell());
}
const watch = (tell: () => void) => {
  listeners.add(tell);
  const screen = matchMedia(NARROW);
  screen.addEventListener('change', tell);
  connection()?.addEventListener('change', tell);
  return () => {
    listeners.delete(tell);
    screen.removeEventListener('change', tell);
    connection()?.removeEventListener('change', tell);
  };
};
/* 'suits' true: this person looks and does not read; false: they are to read, which no reduced image serves; null: as screen and line say. What somebody chose goes before. */
export const useLight = (suits: boolean | null) => useSyncExternalStore(watch, () => chosen() ?? suits ?? (isNarrow() || isThin()));
export const useThin = () => useSyncExternalStore(watch, isThin);

const watchOnline = (tell: () => void) => {
  addEventListener('online', tell);
  addEventListener('offline', tell);
  return () => {
    removeEventListener('online', tell);
    removeEventListener('offline', tell);
  };
};
export const useOnline = () => useSyncExternalStore(watchOnline, () => navigator.onLine);
