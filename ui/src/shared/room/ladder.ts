/*
 * The ladder of a bad line: full picture, small picture, voice alone. Down at once, up only after the line has held. Pure. E14.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { LinkSample } from './counts';

export type Level = 'high' | 'low' | 'voice';
const LOWER: Record<Level, Level | null> = { high: 'low', low: 'voice', voice: null };
const HIGHER: Record<Level, Level | null> = { high: null, low: 'high', voice: 'low' };

/* What each rung sends at most; below a rung's floor, or above its loss, the next lower is taken. */
export const RUNGS: Record<Level, { maxKbps: number; scaleDown: number; framesPerS: number; floorKbps: number; lossPermille: number }> = {
  high: { maxKbps: 600, scaleDown: 1, framesPerS: 20, floorKbps: 300, lossPermille: 80 },
  low: { maxKbps: 140, scaleDown: 2, framesPerS: 12, floorKbps: 110, lossPermille: 150 },
  voice: { maxKbps: 0, scaleDown: 1, framesPerS: 0, floorKbps: 0, lossPermille: 1000 },
};
const BAD_TWICE = 2; // samples, two seconds each
const GOOD_FOR = 10;

export interface Rung { level: Level; bad: number; good: number }
export const firstRung: Rung = { level: 'high', bad: 0, good: 0 };

const isBad = (level: Level, s: LinkSample) =>
  (s.lossPermille !== null && s.lossPermille > RUNGS[level].lossPermille) || (s.outKbps !== null && s.outKbps < RUNGS[level].floorKbps) || (level === 'high' && s.rttMs !== null && s.rttMs > 1500);

/* Would the next higher one stand? Half its loss, and half as much again of its floor. */
const wouldStand = (level: Level, s: LinkSample) =>
  (s.lossPermille === null || s.lossPermille <= RUNGS[level].lossPermille / 2) && (s.outKbps === null || s.outKbps >= RUNGS[level].floorKbps * 1.5);

export function nextRung(was: Rung, sample: LinkSample): Rung {
  const lower = LOWER[was.level], higher = HIGHER[was.level];
  if (isBad(was.level, sample)) {
    const bad = was.bad + 1;
    return bad >= BAD_TWICE && lower ? { level: lower, bad: 0, good: 0 } : { level: was.level, bad, good: 0 };
  }
  if (!higher || !wouldStand(higher, sample)) return { level: was.level, bad: 0, good: 0 };
  const good = was.good + 1;
  return good >= GOOD_FOR ? { level: higher, bad: 0, good: 0 } : { level: was.level, bad: 0, good };
}

export const worst = (levels: Level[]): Level | 'none' => (['voice', 'low', 'high'] as const).find((one) => levels.includes(one)) ?? 'none';
