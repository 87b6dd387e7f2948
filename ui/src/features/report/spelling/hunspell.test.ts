/* SPDX-License-Identifier: Apache-2.0 */
import aff from 'dictionary-fr/index.aff?raw';
import dic from 'dictionary-fr/index.dic?raw';
import { expect, test, vi } from 'vitest';

const bytes = (text: string) => new TextEncoder().encode(text);

test('E29 spelling: the packaged French dictionary knows words of a report, doubts others and suggests', async () => {
  vi.stubGlobal('self', { location: { href: '' } }); // as in a worker
  vi.stubGlobal('importScripts', () => undefined);
  const { openHunspell } = await import('./hunspell');
  const french = await openHunspell(bytes(aff), bytes(dic));
  for (const word of ['opacités', 'pyélonéphrite', "aujourd'hui", 'a'.repeat(90)]) expect(french.spell(word), word).toBe(true);
  for (const word of ['pulmonère', 'micronodule', 'scannner']) expect(french.spell(word), word).toBe(false);
  expect(french.suggest('pulmonère')).toContain('pulmonaire');
}, 30_000);
