/* Lists show what is most pressing first, and no state falls between two tabs. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ActSummary, Deadline } from '@/shared/api/types';
import { byTimeLeft, TABS } from './groups';

const act = (id: number, at_ms: number | null, asked_at_ms = 0) =>
  ({ id, asked_at_ms, deadline: at_ms === null ? null : ({ what: 'verdict', at_ms } satisfies Deadline) }) as unknown as ActSummary;

describe('lists', () => {
  it('put the least time left first, and those without a deadline last, newest before oldest', () =>
    expect([act(1, null, 5), act(2, 900), act(3, 100), act(4, null, 9)].sort(byTimeLeft).map((one) => one.id)).toEqual([3, 2, 4, 1]));
  it('show each state in exactly one tab of every side, beside the list of all that waits', () => {
    const all = ['asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed', 'delivered', 'acknowledged', 'closed', 'refused', 'cancelled', 'not-done'];
    for (const tabs of Object.values(TABS)) {
      const held = tabs.filter((tab) => tab.name !== 'active').flatMap((tab) => tab.states);
      expect(new Set(held).size).toBe(held.length);
      for (const state of all) expect(held).toContain(state);
    }
  });
});
