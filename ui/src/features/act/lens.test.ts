/* The panel follows the roles held at the act's own organisations. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Act, Me, Role } from '@/shared/api/types';
import { lensesOf, stepsToShow } from './lens';

const act = (steps: string[], facts: Act['facts'] = {}) => ({
  requester_org: { id: 1, name: 'R' }, site: { id: 2, name: 'S' }, imaging: { id: 3, name: 'I' }, facts,
  steps: steps.map((step) => ({ step, label: step, why: '', allowed: true, missing: [] })),
}) as unknown as Act;
const at = (id: number, ...roles: Role[]): Me['memberships'][number] => ({ organisation: { id, name: '', kind: 'site', time_zone: '' }, roles });

describe('lens', () => {
  it('an imager of another group stands nowhere in the act', () => expect(lensesOf(act([]), { memberships: [at(9, 'imager')] })).toEqual([]));
  it('an imager role held at the site is not the imager of the act', () => expect(lensesOf(act([]), { memberships: [at(2, 'imager')] })).toEqual([]));
  it('somebody with two sides may choose', () =>
    expect(lensesOf(act([]), { memberships: [at(1, 'requester'), at(2, 'technologist')] })).toEqual(['technologist', 'requester']));
});

describe('steps to show', () => {
  it('keeps the order of the act’s life whatever order the server lists', () =>
    expect(stepsToShow(act(['refuse', 'accept', 'cancel']), []).forward).toEqual(['accept', 'refuse']));
  it('a thing done goes to the other actions', () => {
    const shown = stepsToShow(act(['plan', 'start'], { slot: { room_id: 1, room: 'a', start_ms: 0, minutes: 1 } }), []);
    expect(shown).toEqual({ forward: ['start'], other: ['plan'] });
  });
  it('what a panel already shows is not shown twice', () => expect(stepsToShow(act(['start', 'cancel']), ['start'])).toEqual({ forward: [], other: ['cancel'] }));
});
