/* Lists show what is most pressing first, and no state falls between two tabs. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ActState, ActSummary, Deadline } from '@/shared/api/types';
import { byTimeLeft, holds, inTab, TABS } from './groups';

const act = (id: number, at_ms: number | null, asked_at_ms = 0) =>
  ({ id, asked_at_ms, deadline: at_ms === null ? null : ({ what: 'verdict', at_ms } satisfies Deadline) }) as unknown as ActSummary;

describe('lists', () => {
  it('put the least time left first, and those without a deadline last, newest before oldest', () =>
    expect([act(1, null, 5), act(2, 900), act(3, 100), act(4, null, 9)].sort(byTimeLeft).map((one) => one.id)).toEqual([3, 2, 4, 1]));
  it('show each state in exactly one tab of every side, beside the list of all that waits', () => {
    const all = ['asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed', 'delivered', 'acknowledged', 'closed', 'refused', 'cancelled', 'not-done'];
    for (const tabs of Object.values(TABS)) {
      for (const kind of ['remote-exam', 'tele-expertise', 'tele-assistance'] as const)
        for (const state of all) {
          const never = kind === 'tele-assistance' && ['planned', 'running', 'gone', 'released', 'left', 'signed'].includes(state); // no such state on its path
          const held = tabs.filter((tab) => tab.name !== 'active' && holds(tab, { kind, state: state as ActState }));
          if (!never) expect([kind, state, held.length]).toEqual([kind, state, 1]);
        }
    }
  });
  it('L7 count a tele-assistance in its own tab, never as something to plan', () => {
    const [toPlan] = TABS.site, help = TABS.site.find((tab) => tab.name === 'assistance')!;
    expect([inTab(toPlan!, 'validated', { validated: 5 }, { validated: 2 }), inTab(help, 'validated', { validated: 5 }, { validated: 2 })]).toEqual([3, 2]);
    expect(inTab(TABS.imaging[0]!, 'validated', { validated: 5 }, { validated: 2 })).toBe(5);
  });
});
