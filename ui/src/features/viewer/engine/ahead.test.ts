// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Ahead, nearest } from './ahead';

/* Loads that end when told, on a clock that is told too. */
function line() {
  const asked: string[] = [], ends = new Map<string, (ok: boolean) => void>(), kept = new Set<string>();
  let now = 0;
  const load = (id: string) => new Promise<void>((done, fail) => {
    asked.push(id);
    ends.set(id, (ok) => (ok ? done() : fail(new Error('cut'))));
  });
  const ahead = new Ahead(load, (id) => kept.has(id), () => now);
  const end = async (id: string, ms: number, ok = true) => {
    now += ms;
    if (ok) kept.add(id);
    ends.get(id)!(ok);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { ahead, asked, kept, end };
}
const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}${n}`);

describe('what is fetched ahead', () => {
  it('a few at a time, in their order, and not what is there', async () => {
    const { ahead, asked, kept, end } = line();
    kept.add('a1');
    ahead.order('left', ids('a', 9));
    expect(asked).toEqual(['a0', 'a2', 'a3', 'a4']);
    await end('a2', 400);
    expect(asked.at(-1)).toBe('a5');
  });
  it('nothing while an image is waited for; it goes on after', async () => {
    const { ahead, asked, end } = line();
    ahead.wait('left', true);
    ahead.order('left', ids('a', 9));
    expect(asked).toEqual([]);
    ahead.wait('left', false);
    expect(asked.length).toBe(4);
    ahead.wait('right', true);
    await end('a0', 400);
    expect(asked.length).toBe(4);
  });
  it('another place: what has not begun is forgotten', async () => {
    const { ahead, asked, end } = line();
    ahead.order('left', ids('a', 9));
    ahead.order('left', ids('b', 9));
    await end('a0', 400);
    expect(asked.slice(4)).toEqual(['b0']);
  });
  it('fewer at a time on a thin line, more on a quick one', async () => {
    const thin = line();
    thin.ahead.order('left', ids('a', 40));
    for (let n = 0; n < 6; n++) await thin.end(`a${n}`, 3000);
    expect(thin.asked.length - 6).toBe(2);
    const quick = line();
    quick.ahead.order('left', ids('a', 60));
    for (let n = 0; n < 20; n++) await quick.end(`a${n}`, 1);
    expect(quick.asked.length - 20).toBe(8);
  });
  it('panes take turns; a closed one asks nothing more; a failure stops nothing', async () => {
    const { ahead, asked, end } = line();
    ahead.wait('left', true);
    ahead.order('left', ids('a', 9));
    ahead.order('right', ids('b', 9));
    ahead.wait('left', false);
    expect(asked).toEqual(['a0', 'b0', 'a1', 'b1']);
    ahead.drop('right');
    await end('b0', 400, false);
    expect(asked.at(-1)).toBe('a2');
  });
});

describe('order of places', () => {
  it('nearest first; what lies ahead before what lies behind', () => {
    expect(nearest(5, 2, 0)).toEqual([3, 1, 4, 0]);
    expect(nearest(7, 2, 1).slice(0, 4)).toEqual([3, 4, 5, 1]);
    expect(nearest(7, 4, -1).slice(0, 4)).toEqual([3, 2, 1, 5]);
    expect(nearest(1, 0, 0)).toEqual([]);
  });
});
