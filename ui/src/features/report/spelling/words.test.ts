/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { addedWords, asked, wordsOf } from './words';

const words = (text: string) => wordsOf(text).map((one) => one.word);

test('E29 spelling: elisions are cut off, figures, capitals, fields and triggers are left out', () => {
  expect(words('L’artère pulmonère, 12mm, T2, IRM, CTDIvol 8 mGy et TDMs ; {{côté}} ;nl jusqu’aux arrière-plans de 3 cm')).toEqual(['artère', 'pulmonère', 'aux', 'arrière-plans']);
  const text = 'Pas d’hépatomégalie.', [, word] = wordsOf(text);
  expect(text.slice(word!.from, word!.to)).toBe('hépatomégalie');
  expect(words('')).toEqual([]);
});

test('E29 spelling: words added are known in the plural and in capitals; others are not', () => {
  const known = addedWords(['micronodule', 'Gibbs']);
  expect([known('Micronodules'), known('gibbs'), known('micronodulaire')]).toEqual([true, true, false]);
  expect(asked('aujourd’hui')).toBe("aujourd'hui");
});
