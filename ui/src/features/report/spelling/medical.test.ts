/* SPDX-License-Identifier: Apache-2.0 */
import aff from 'dictionary-fr/index.aff?raw';
import dic from 'dictionary-fr/index.dic?raw';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Hunspell } from './hunspell';
import { MEDICAL, withMedical } from './medical';

const bytes = (text: string) => new TextEncoder().encode(text);
let plain: Hunspell, french: Hunspell;
beforeAll(async () => {
  vi.stubGlobal('self', { location: { href: '' } }); // as in a worker
  vi.stubGlobal('importScripts', () => undefined);
  const { openHunspell } = await import('./hunspell');
  plain = await openHunspell(bytes(aff), bytes(dic));
  french = await openHunspell(bytes(aff), withMedical(bytes(dic)));
}, 60_000);

test('E29 spelling: each word of imaging is known with the list, lacked without it, and stands once', () => {
  const words = MEDICAL.map((one) => one.split('/')[0] ?? '');
  expect(new Set(words).size).toBe(words.length);
  for (const word of words) {
    expect(plain.spell(word), word).toBe(false);
    expect(french.spell(word), word).toBe(true);
  }
});

test('E29 spelling: words of imaging bend and are suggested; a wrong one is still doubted', () => {
  for (const word of ['micronodules', 'hyperdenses', 'spiculées', 'intraparenchymateuse', 'foraminales', 'pyélocalicielles', 'hypersignaux', 'périrénaux']) expect(french.spell(word), word).toBe(true);
  for (const word of ['micronodulle', 'hyperdensitée', 'pulmonère']) expect(french.spell(word), word).toBe(false);
  expect(french.suggest('micronodulle')).toContain('micronodule');
});
