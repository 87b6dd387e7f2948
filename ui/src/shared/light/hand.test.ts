/* E34: zoom about the finger, edges that hold, keys. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { bounded, pressOf, WHOLE, ZOOM_MAX, zoomed } from './hand';

const pane = { width: 400, height: 300 };
const press = (key: string, more: Partial<KeyboardEvent> = {}) => pressOf({ key, code: '', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('E34 the hand of the light view', () => {
  it('keeps what is under the finger under it while it zooms', () => {
    const at = { x: 60, y: -40 };
    const one = zoomed(WHOLE, 2, at, pane);
    // a point p of the whole image stands at p * zoom + shift
    expect([at.x * one.zoom + one.x, at.y * one.zoom + one.y]).toEqual([at.x, at.y]);
    const two = zoomed(one, 1.5, at, pane);
    expect(at.x * two.zoom + two.x).toBeCloseTo(at.x);
  });
  it('never pulls an edge into the pane, and is whole again at one', () => {
    expect(bounded({ zoom: 2, x: 900, y: -900 }, pane)).toEqual({ zoom: 2, x: 200, y: -150 });
    expect(zoomed({ zoom: 2, x: 200, y: 100 }, 0.1, { x: 0, y: 0 }, pane)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 100, { x: 0, y: 0 }, pane).zoom).toBe(ZOOM_MAX);
  });
  it('has a key for everything the hand does', () => {
    expect(press('ArrowDown')).toEqual({ do: 'step', by: 1 });
    expect(press('ArrowLeft', { shiftKey: true })).toEqual({ do: 'series', by: -1 });
    expect(press('&', { code: 'Digit1' })).toEqual({ do: 'window', key: '1' });
    expect(press('End')).toEqual({ do: 'edge', last: true });
    expect(press('ArrowDown', { ctrlKey: true })).toBeNull();
    expect(press('q')).toBeNull();
  });
});
