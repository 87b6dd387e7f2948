/*
 * When a pointer is told: at most thirty times a second while it moves, the place where it rests always, and that one twice again. E12
 *
 * The channel does not send again what is lost: on a line that loses one packet in twenty the place of rest would be missed as often.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const POINT_MS = 33, RESTS_MS = [25, 75]; // a hand that moves gives a place every 8 to 16 ms
const LATE = 60; // numbers by which one that came out of order may be behind

export interface Paced<T> { moved(at: T): void; stop(): void }

/* 'tell' is given the place and its number, the same one when it is told again. */
export function paced<T>(tell: (at: T, n: number) => void): Paced<T> {
  let last = -Infinity, n = 0, timers: ReturnType<typeof setTimeout>[] = [];
  const say = (at: T) => {
    last = performance.now();
    n += 1;
    tell(at, n);
  };
  const stop = () => {
    timers.forEach(clearTimeout);
    timers = [];
  };
  return {
    moved(at) {
      stop();
      const wait = last + POINT_MS - performance.now(), later = Math.max(0, wait);
      if (wait <= 0) say(at);
      else timers.push(setTimeout(() => say(at), wait));
      timers.push(...RESTS_MS.map((ms) => setTimeout(() => tell(at, n), later + ms)));
    },
    stop,
  };
}

/* Of one sender: is this one newer than the last? Numbers far behind are of a page that began anew. */
export function isNewer(n: unknown, last: number | undefined): boolean {
  if (typeof n !== 'number' || last === undefined) return true;
  return n > last || n < last - LATE;
}
