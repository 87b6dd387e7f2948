/*
 * Tests of when a pointer is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isNewer, paced } from './pace';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('E12 when a pointer is told', () => {
  it('the place of rest is told at once, and twice again under the same number', () => {
    const told: [number, number][] = [];
    const p = paced<number>((at, n) => told.push([at, n]));
    p.moved(7);
    expect(told).toEqual([[7, 1]]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([[7, 1], [7, 1], [7, 1]]);
  });
  it('a hand that moves is told thirty times a second, without repeating, and its last place never falls away', () => {
    const told: [number, number][] = [];
    const p = paced<number>((at, n) => told.push([at, n]));
    for (let i = 0; i <= 100; i++) { p.moved(i); vi.advanceTimersByTime(10); }
    vi.advanceTimersByTime(1000);
    const numbers = told.map(([, n]) => n);
    expect(new Set(numbers).size).toBeGreaterThan(20);
    expect(new Set(numbers).size).toBeLessThan(36);
    expect(told.at(-1)?.[0]).toBe(100);
    expect(numbers.filter((n) => n === numbers.at(-1)).length).toBe(3);
  });
  it('stopped, it says nothing more', () => {
    const told: number[] = [];
    const p = paced<number>((at) => told.push(at));
    p.moved(1);
    p.stop();
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([1]);
  });
  it.each([[5, 4, true], [4, 4, false], [3, 4, false], [1, 200, true], [undefined, 4, true], [1, undefined, true]])('number %s after %s is newer: %s', (n, last, newer) => expect(isNewer(n, last)).toBe(newer));
});
