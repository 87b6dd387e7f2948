/*
 * The keys of the viewer: each does one thing, on French keyboards too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { commandOf, keyOf, LAYOUTS, MEASURES, panesOf, PRESETS, TOOLS } from './presets';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => commandOf({ key, code: '', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('keys', () => {
  it('the row of digits chooses windows, whatever it writes', () => {
    expect(press('&', { code: 'Digit1' })).toEqual({ do: 'preset', name: 'soft' });
    expect(press('1', { code: 'Digit1', shiftKey: true })).toEqual({ do: 'preset', name: 'soft' });
    expect(press('0', { code: 'Numpad0' })).toEqual({ do: 'preset', name: 'own' });
  });
  it('every preset and every tool has its key, no key two', () => {
    const keys = [...PRESETS, ...TOOLS, ...MEASURES].map((one) => one.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { key, name } of PRESETS) expect(press(key)).toEqual({ do: 'preset', name });
    for (const { key, tool } of TOOLS) expect(press(key.toUpperCase())).toEqual({ do: 'tool', tool });
    for (const { key, tool } of MEASURES) expect(press(key.at(-1)!, { shiftKey: key.startsWith('⇧') }), key).toEqual({ do: 'tool', tool });
    expect(keyOf('cobb')).toBe('⇧ A');
  });
  it('arrows move by one, with shift by series, pages by ten', () => {
    expect(press('ArrowDown')).toEqual({ do: 'step', by: 1 });
    expect(press('ArrowUp', { shiftKey: true })).toEqual({ do: 'series', by: -1 });
    expect(press('PageDown')).toEqual({ do: 'step', by: 10 });
    expect(press('End')).toEqual({ do: 'edge', last: true });
  });
  it('turns, mirrors, layouts and key images have theirs', () => {
    expect(press('r')).toEqual({ do: 'rotate', by: 90 });
    expect(press('R', { shiftKey: true })).toEqual({ do: 'rotate', by: -90 });
    expect(press('m')).toEqual({ do: 'flip', upsideDown: false });
    expect(press('M', { shiftKey: true })).toEqual({ do: 'flip', upsideDown: true });
    expect(press('k')).toEqual({ do: 'key-image' });
    expect(press('o')).toEqual({ do: 'second' });
    expect([press('v'), press('V', { shiftKey: true })]).toEqual([{ do: 'layout' }, { do: 'volume' }]);
    expect(press('?', { shiftKey: true })).toEqual({ do: 'keys' });
    expect(LAYOUTS.map(panesOf)).toEqual([1, 2, 2, 3, 4, 6, 8]);
  });
  it('the page keeps its own keys', () => {
    for (const key of ['t', '/', 'Tab']) expect(press(key), key).toBeNull();
    expect(press('i', { ctrlKey: true })).toBeNull();
    expect(press('1', { code: 'Digit1', altKey: true })).toBeNull();
  });
});
