/*
 * Which states a tab of a list holds, and how acts are put in order: least time left first, then no deadline, then newest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActState, ActSummary } from '@/shared/api/types';

/* A tele-assistance is neither planned nor read: it stands in its own tab while it lasts. L7 */
export interface Tab { name: string; states: ActState[]; assistances?: 'only' | 'none' }

export const TABS: Record<'requests' | 'imaging' | 'site', Tab[]> = {
  requests: [
    { name: 'current', states: ['draft', 'asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed'] },
    { name: 'results', states: ['delivered', 'acknowledged', 'refused', 'cancelled', 'not-done'] },
    { name: 'closed', states: ['closed'] },
  ],
  imaging: [
    { name: 'active', states: ['asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left'] }, // one fair list, by time left
    { name: 'verdict', states: ['asked', 'info-asked'], assistances: 'none' },
    { name: 'live', states: ['validated', 'planned', 'running', 'gone'], assistances: 'none' },
    { name: 'reading', states: ['released', 'left'] },
    { name: 'assistance', states: ['asked', 'info-asked', 'validated'], assistances: 'only' },
    { name: 'signed', states: ['signed', 'delivered', 'acknowledged', 'closed'] },
    { name: 'stopped', states: ['refused', 'cancelled', 'not-done'] },
  ],
  site: [
    { name: 'toPlan', states: ['validated'], assistances: 'none' },
    { name: 'today', states: ['planned', 'running', 'gone', 'released'] },
    { name: 'coming', states: ['asked', 'info-asked'], assistances: 'none' },
    { name: 'assistance', states: ['asked', 'info-asked', 'validated'], assistances: 'only' },
    { name: 'left', states: ['left', 'signed', 'delivered', 'acknowledged', 'closed'] },
    { name: 'stopped', states: ['refused', 'cancelled', 'not-done'] },
  ],
};

/* How many of a tab, by what the server counted. */
export function inTab(tab: Tab, state: ActState, counts: Counts, assistances: Counts): number {
  const all = counts?.[state] ?? 0, helped = assistances?.[state] ?? 0;
  return tab.assistances === 'only' ? helped : tab.assistances === 'none' ? Math.max(0, all - helped) : all;
}
type Counts = Partial<Record<ActState, number>> | null | undefined;

export const holds = (tab: Tab, act: Pick<ActSummary, 'kind' | 'state'>) =>
  tab.states.includes(act.state) && (!tab.assistances || (act.kind === 'tele-assistance') === (tab.assistances === 'only'));

export function byTimeLeft(a: ActSummary, b: ActSummary): number {
  const left = (act: ActSummary) => act.deadline?.at_ms ?? Number.POSITIVE_INFINITY;
  const first = left(a), second = left(b);
  if (first !== second) return first < second ? -1 : 1;
  return (b.asked_at_ms ?? 0) - (a.asked_at_ms ?? 0);
}

export const bySlot = (a: ActSummary, b: ActSummary) => (a.slot_at_ms ?? Number.POSITIVE_INFINITY) - (b.slot_at_ms ?? Number.POSITIVE_INFINITY) || byTimeLeft(a, b);
