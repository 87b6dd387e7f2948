/* The line of states tells the truth, also for acts that stopped. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ActState, Facts } from '@/shared/api/types';
import { progressOf } from './progress';

const STATES: ActState[] = ['draft', 'asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed', 'delivered', 'acknowledged', 'closed', 'refused', 'cancelled', 'not-done'];
const facts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, {}])) as Facts;

describe('progress', () => {
  it('stands somewhere on the line in every state', () => {
    for (const state of STATES) {
      const { path, at } = progressOf(state, {});
      expect(path[at], state).toBe(state);
    }
  });
  it('E9: a refused act that is closed never looks done', () => {
    const { path, at, stopped } = progressOf('closed', facts('signed_request', 'refusal', 'alternative'));
    expect(path).toEqual(['draft', 'asked', 'refused', 'closed']);
    expect([at, stopped]).toEqual([3, 2]);
  });
  it('an act given up shows how far it had come', () =>
    expect(progressOf('not-done', facts('signed_request', 'verdict', 'slot', 'acquisition')).path).toEqual(['draft', 'asked', 'validated', 'planned', 'running', 'not-done', 'closed']));
  it('a signed act that is closed went all the way', () => expect(progressOf('closed', facts('signature')).stopped).toBeNull());
  it('E18: a patient gone without release is marked', () => expect(progressOf('gone', facts('acquisition')).stopped).toBe(4));
});
