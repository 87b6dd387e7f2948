// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ActEvent } from '@/shared/api/types';
import { ringAfter, type Ringing } from './ring';

const event = (step: string, data: object, by = 3, seq = 40) => ({ id: 1, act_id: 7, seq, at_ms: 0, step, by: { id: by, name: 'Dr Jeanne MARTIN', role: 'imager' }, data }) as unknown as ActEvent;
const known = () => ({ from: 'Dr Jeanne MARTIN', to: 'technologist' });
const mine: Ringing = { act: 7, id: 40, from: 'Dr Jeanne MARTIN', to: 'technologist', text: '' };

describe('E13 a call rings for who is called', () => {
  it('and for nobody else', () => {
    const call = event('call', { to: 'technologist', rings: [{ person_id: 5 }] });
    expect(ringAfter(null, call, 5, known)).toEqual(mine);
    expect(ringAfter(null, call, 6, known)).toBeNull();
  });
  it('falls silent when it is answered, given up, missed, refused by me, or goes to the next', () => {
    for (const step of ['call-answered', 'call-ended', 'call-missed']) expect(ringAfter(mine, event(step, { id: 40 }), 5, known)).toBeNull();
    expect(ringAfter(mine, event('call-refused', { id: 40 }, 5), 5, known)).toBeNull();
    expect(ringAfter(mine, event('call-refused', { id: 40 }, 6), 5, known)).toEqual(mine);
    expect(ringAfter(mine, event('call-passed', { id: 40, rings: [{ person_id: 6 }] }, 0, 44), 5, known)).toBeNull();
    expect(ringAfter(null, event('call-passed', { id: 40, rings: [{ person_id: 6 }] }, 0, 44), 6, known)).toEqual(mine);
  });
  it('another call leaves it ringing', () => {
    expect(ringAfter(mine, event('call-ended', { id: 41 }), 5, known)).toEqual(mine);
    expect(ringAfter(mine, event('message', { text: 'x' }), 5, known)).toEqual(mine);
  });
});
