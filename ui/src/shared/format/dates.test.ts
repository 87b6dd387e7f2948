/* Hours on the wall of a site, ages and delays. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { ageAt, birthDate, dayAndTime, delayText, duration, measuredDelay, msToZoned, tellHoursOf, zonedToMs } from './dates';

describe('dates', () => {
  it('an hour typed at a site is that site’s hour, summer and winter', () => {
    expect(zonedToMs('2026-01-10', '14:30', 'Europe/Paris')).toBe(Date.UTC(2026, 0, 10, 13, 30));
    expect(zonedToMs('2026-07-10', '14:30', 'Europe/Paris')).toBe(Date.UTC(2026, 6, 10, 12, 30));
    expect(zonedToMs('2026-07-10', '14:30', 'America/Cayenne')).toBe(Date.UTC(2026, 6, 10, 17, 30));
  });
  it('comes back as it was typed, also around the change of hour', () => {
    for (const [day, time] of [['2026-03-29', '01:30'], ['2026-03-29', '04:00'], ['2026-10-25', '01:00'], ['2026-10-25', '05:15']] as const)
      expect(msToZoned(zonedToMs(day, time, 'Europe/Paris'), 'Europe/Paris')).toEqual({ day, time });
  });
  it('a page of an act tells the hours of its site, whatever the browser’s zone', () => {
    const at = Date.UTC(2026, 6, 10, 12, 30);
    tellHoursOf('America/Cayenne');
    expect(dayAndTime(at)).toContain('09:30');
    expect(dayAndTime(at, 'Indian/Reunion')).toContain('16:30');
    tellHoursOf('Europe/Paris');
    expect(dayAndTime(at)).toContain('14:30');
    tellHoursOf(undefined);
  });
  it('a birth date reads day first', () => expect(birthDate('1970-03-05')).toBe('05/03/1970'));
  it('age changes on the birthday, not before', () => {
    expect(ageAt('2000-11-23', Date.UTC(2026, 10, 22, 12))?.years).toBe(25);
    expect(ageAt('2000-11-23', Date.UTC(2026, 10, 23, 12))?.years).toBe(26);
    expect(ageAt('2000-00-00', Date.now())).toBeNull();
  });
  it('a convention’s delay is said in its own unit', () =>
    expect([30, 60, 90, 360, 1440, 43_200].map(delayText).join(', ')).toMatch(/^30 min, 1 h, 90 min, 6 h, 24 h, 30 [jd]$/));
  it('what took less than a minute is told in seconds, never as no hour', () => {
    expect([0, 0.3, 0.99, 1.4, 75].map(measuredDelay)).toEqual(['0 s', '18 s', '59 s', '1 min', '75 min']);
    expect(delayText(0)).toBe('0 min');
  });
  it('delays are two units at most', () => {
    expect(duration(45_000)).toBe('45 s');
    expect(duration(-125_000)).toBe('2 min 05');
    expect(duration(7_500_000)).toBe('2 h 05');
    expect(duration(100_000_000)).toMatch(/^1 [jd] 3 h$/);
  });
});
