/*
 * Which states a tab of a list holds, and how acts are put in order: least time left first, then no deadline, then newest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActState, ActSummary } from '@/shared/api/types';

export interface Tab { name: string; states: ActState[] }

export const TABS: Record<'requests' | 'imaging' | 'site', Tab[]> = {
  requests: [
    { name: 'current', states: ['draft', 'asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed'] },
    { name: 'results', states: ['delivered', 'acknowledged', 'refused', 'cancelled', 'not-done'] },
    { name: 'closed', states: ['closed'] },
  ],
  imaging: [
    { name: 'active', states: ['asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left'] }, // one fair list, by time left
    { name: 'verdict', states: ['asked', 'info-asked'] },
    { name: 'live', states: ['validated', 'planned', 'running', 'gone'] },
    { name: 'reading', states: ['released', 'left'] },
    { name: 'signed', states: ['signed', 'delivered', 'acknowledged', 'closed'] },
    { name: 'stopped', states: ['refused', 'cancelled', 'not-done'] },
  ],
  site: [
    { name: 'toPlan', states: ['validated'] },
    { name: 'today', states: ['planned', 'running', 'gone', 'released'] },
    { name: 'coming', states: ['asked', 'info-asked'] },
    { name: 'left', states: ['left', 'signed', 'delivered', 'acknowledged', 'closed'] },
    { name: 'stopped', states: ['refused', 'cancelled', 'not-done'] },
  ],
};

export function byTimeLeft(a: ActSummary, b: ActSummary): number {
  const left = (act: ActSummary) => act.deadline?.at_ms ?? Number.POSITIVE_INFINITY;
  const first = left(a), second = left(b);
  if (first !== second) return first < second ? -1 : 1;
  return (b.asked_at_ms ?? 0) - (a.asked_at_ms ?? 0);
}

export const bySlot = (a: ActSummary, b: ActSummary) => (a.slot_at_ms ?? Number.POSITIVE_INFINITY) - (b.slot_at_ms ?? Number.POSITIVE_INFINITY) || byTimeLeft(a, b);
