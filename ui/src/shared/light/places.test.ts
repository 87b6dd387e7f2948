/* E34 E25: the light view's order, sizes, windows and neighbours. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { aheadOf, LIGHT_WINDOWS, middleOf, placesOf, sideFor, windowsOf, windowText } from './places';

const image = (uid: string, frames = 1) => ({ uid, frames, rows: 512, columns: 512 });

describe('E34 light view', () => {
  it('goes through every frame of every image, in order', () => {
    expect(placesOf('1.2', [image('a'), image('b', 3)]).map((one) => `${one.sop}/${one.frame}`)).toEqual(['a/1', 'b/1', 'b/2', 'b/3']);
    expect(middleOf(placesOf('1.2', [image('a'), image('b', 3)]))).toMatchObject({ sop: 'b', frame: 2 });
    expect(middleOf([])).toBeUndefined();
  });
  it('asks for no more pixels than the screen shows, and on a thin line for those of one screen point each', () => {
    expect(sideFor({ width: 358, height: 358, ratio: 3 }, false)).toBe(1024);
    expect(sideFor({ width: 358, height: 358, ratio: 1 }, false)).toBe(512);
    expect(sideFor({ width: 358, height: 300, ratio: 3 }, true)).toBe(512);
    expect(sideFor({ width: 200, height: 200, ratio: 1 }, false)).toBe(256);
    expect(sideFor({ width: 4000, height: 3000, ratio: 2 }, false)).toBe(1024);
  });
  it('offers Hounsfield windows for CT alone, in the words of PS3.18', () => {
    expect(windowsOf('MR')).toEqual([]);
    expect(windowsOf('CT')).toBe(LIGHT_WINDOWS);
    expect(windowText({ center: -600, width: 1500 })).toBe('-600,1500,linear');
    expect(windowText(null)).toBe('');
  });
  it('fetches ahead where the hand is going, never outside', () => {
    expect(aheadOf(0, 10, 1, false)).toEqual([1, 2, 3, 4]);
    expect(aheadOf(5, 10, -1, false)).toEqual([4, 3, 2, 6, 1, 7]);
    expect(aheadOf(9, 10, 1, true)).toEqual([8]);
    expect(aheadOf(0, 1, 1, false)).toEqual([]);
  });
});
