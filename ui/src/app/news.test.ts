/* People are told what concerns them, and nothing they did themselves. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ActEvent, Role } from '@/shared/api/types';
import { toldOf } from './news';
import { waitBefore } from './push';

const me = (...roles: Role[]) => ({ person: { id: 7, login: '', name: '', rpps: null }, roles });
const event = (step: string, by = 1, data = {}) => ({ step, by: { id: by, name: 'x', role: 'imager' }, data }) as unknown as ActEvent;

describe('news', () => {
  it('a new request tells imagers and not the one who sent it', () => {
    expect(toldOf(event('send'), me('imager'))?.step).toBe('send');
    expect(toldOf(event('send'), me('requester'))).toBeNull();
    expect(toldOf(event('send', 7), me('imager'))).toBeNull();
  });
  it('an order tells the role it is addressed to', () => {
    expect(toldOf(event('order', 1, { to: 'technologist' }), me('technologist'))?.alarm).toBe(true);
    expect(toldOf(event('order', 1, { to: 'technologist' }), me('requester'))).toBeNull();
  });
  it('a refusal stays until it is closed', () => expect(toldOf(event('refuse'), me('requester'))?.alarm).toBe(true));
  it('saving a draft tells nobody', () => expect(toldOf(event('edit-request'), me('imager', 'requester', 'technologist'))).toBeNull());
});

describe('reconnection', () => {
  it('waits longer each time, up to a ceiling, never in step with others', () => {
    expect(waitBefore(0, 0.5)).toBe(500);
    expect(waitBefore(3, 0.5)).toBe(4000);
    expect(waitBefore(20, 0.5)).toBe(15_000);
    expect(waitBefore(20, 1)).toBeGreaterThan(waitBefore(20, 0));
  });
});
