/*
 * How far an act has come, as a line of states; an act that stopped shows where, and that only closing is left.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActState, Facts } from '@/shared/api/types';

const PATH: ActState[] = ['draft', 'asked', 'validated', 'planned', 'running', 'released', 'left', 'signed', 'delivered', 'acknowledged', 'closed'];

/* States beside the line: after which state of the line they stand. */
const BESIDE: Partial<Record<ActState, ActState>> = { 'info-asked': 'asked', gone: 'running' };

/* How an act that will not be done was stopped, and the last state of the line it had reached. */
function stopOf(state: ActState, facts: Facts): { how: ActState; after: ActState } | null {
  const reached: ActState = facts.acquisition ? 'running' : facts.slot ? 'planned' : facts.verdict ? 'validated' : facts.signed_request ? 'asked' : 'draft';
  if (facts.signature) return null;
  if (state === 'refused' || (state === 'closed' && facts.refusal)) return { how: 'refused', after: 'asked' };
  if (state === 'cancelled' || (state === 'closed' && facts.cancellation)) return { how: 'cancelled', after: reached };
  if (state === 'not-done' || (state === 'closed' && facts.abandonment)) return { how: 'not-done', after: reached };
  return null;
}

/* An opinion has no exam between the acceptance and the signature. */
const OPINION_PATH: ActState[] = ['draft', 'asked', 'validated', 'signed', 'delivered', 'acknowledged', 'closed'];

export function progressOf(state: ActState, facts: Facts, kind = 'remote-exam'): { path: ActState[]; at: number; stopped: number | null } {
  const line = kind === 'tele-expertise' ? OPINION_PATH : kind === 'tele-assistance' ? OPINION_PATH.filter((one) => one !== 'signed') : PATH;
  const stop = stopOf(state, facts);
  if (stop) {
    const path: ActState[] = [...line.slice(0, line.indexOf(stop.after) + 1), stop.how, 'closed'];
    return { path, at: path.indexOf(state), stopped: path.indexOf(stop.how) };
  }
  const stands = BESIDE[state];
  if (!stands) return { path: line, at: line.indexOf(state), stopped: null };
  const at = line.indexOf(stands);
  return { path: line.map((one, i) => (i === at ? state : one)), at, stopped: state === 'gone' ? at : null };
}
