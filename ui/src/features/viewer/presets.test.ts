/*
 * The keys of the viewer: each does one thing, on French keyboards too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { commandOf, PRESETS, TOOLS } from './presets';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => commandOf({ key, code: '', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('keys', () => {
  it('the row of digits chooses windows, whatever it writes', () => {
    expect(press('&', { code: 'Digit1' })).toEqual({ do: 'preset', name: 'soft' });
    expect(press('1', { code: 'Digit1', shiftKey: true })).toEqual({ do: 'preset', name: 'soft' });
    expect(press('0', { code: 'Numpad0' })).toEqual({ do: 'preset', name: 'own' });
  });
  it('every preset and every tool has its key, no key two', () => {
    const keys = [...PRESETS, ...TOOLS].map((one) => one.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { key, name } of PRESETS) expect(press(key)).toEqual({ do: 'preset', name });
    for (const { key, tool } of TOOLS) expect(press(key.toUpperCase())).toEqual({ do: 'tool', tool });
  });
  it('arrows move by one, with shift by series, pages by ten', () => {
    expect(press('ArrowDown')).toEqual({ do: 'step', by: 1 });
    expect(press('ArrowUp', { shiftKey: true })).toEqual({ do: 'series', by: -1 });
    expect(press('PageDown')).toEqual({ do: 'step', by: 10 });
    expect(press('End')).toEqual({ do: 'edge', last: true });
  });
  it('the page keeps its own keys', () => {
    for (const key of ['g', 'n', 't', '?', 'r', 'm', 'j', 'k', 'o', '/', 'Tab', 'Escape', 'Enter']) expect(press(key), key).toBeNull();
    expect(press('i', { ctrlKey: true })).toBeNull();
    expect(press('1', { code: 'Digit1', altKey: true })).toBeNull();
  });
});
