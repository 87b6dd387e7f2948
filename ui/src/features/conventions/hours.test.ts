/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { hoursOf, hoursText } from './hours';

describe('hours of a clause', () => {
  it('reads days one by one and from … to', () => {
    expect(hoursOf('1-5 08:00-18:00; 6,7 20:00-08:00')).toEqual([{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }, { days: [6, 7], from: '20:00', to: '08:00' }]);
    expect(hoursOf('')).toEqual([]);
  });
  it('says no to what are no hours', () => {
    for (const wrong of ['lundi 8h', '8 08:00-18:00', '5-1 08:00-18:00', '1 8:00-18:00']) expect(hoursOf(wrong)).toBeNull();
  });
  it('writes what it reads', () => {
    const hours = [{ days: [1, 2], from: '08:00', to: '24:00' }];
    expect(hoursOf(hoursText(hours))).toEqual(hours);
  });
});
