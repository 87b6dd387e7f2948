/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { expand, fieldFrom, fill, hasFields, inOrder, phrasesOf } from './fields';

const values = { modalite: 'Scanner', dose: 'PDL 412 mGy·cm', contraste: '' };
const phrases = new Map([[';nl', 'Pas d’anomalie {{région}}.'], [';c', 'Conclusion normale.'], [';d', 'Dose : {{dose}}.']]);

test('E29 a field of a known name is filled, whatever its accents and capitals; an unknown or empty one stays to be written', () => {
  expect(fill('{{Modalité}} de {{côté}}, {{ dose }}, {{contraste}}.', values)).toBe('Scanner de {{côté}}, PDL 412 mGy·cm, {{contraste}}.');
  expect(fill('aucun champ { {dose} }', values)).toBe('aucun champ { {dose} }');
  expect(hasFields('reste {{côté}}')).toBe(true);
  expect(hasFields('rien ici {dose}')).toBe(false);
});

test('E29 Tab after a trigger puts the phrase there and chooses its first field', () => {
  expect(expand('Foie normal. ;nl Suite', 16, phrases, values)).toEqual({ start: 13, put: 'Pas d’anomalie {{région}}.', from: 28, to: 38 });
  expect('Foie normal. Pas d’anomalie {{région}}. Suite'.slice(28, 38)).toBe('{{région}}');
  expect(expand(';d', 2, phrases, values)).toEqual({ start: 0, put: 'Dose : PDL 412 mGy·cm.', from: 22, to: 22 });
});

test('E29 what is no trigger is left alone: unknown, no semicolon, a caret elsewhere, a field that stands after the phrase', () => {
  expect(expand('nl', 2, phrases, values)).toBeNull();
  expect(expand(';inconnu', 8, phrases, values)).toBeNull();
  expect(expand(';nl ', 4, phrases, values)).toBeNull();
  const before = expand(';c {{plus loin}}', 2, phrases, values);
  expect(before).toEqual({ start: 0, put: 'Conclusion normale.', from: 19, to: 19 });
});

test('E29 the keyboard goes from field to field, and leaves after the last', () => {
  const text = 'a {{un}} b {{deux}} c';
  expect(fieldFrom(text, 0)).toEqual({ from: 2, to: 8 });
  expect(fieldFrom(text, 8)).toEqual({ from: 11, to: 19 });
  expect(fieldFrom(text, 19)).toBeNull();
});

test('E29 an own phrase stands before a shared one; templates of this modality and region come first', () => {
  const kept = phrasesOf([
    { kind: 'phrase', shared: false, name: ';nl', content: { text: 'la mienne' } }, { kind: 'phrase', shared: true, name: ';nl', content: { text: 'commune' } },
    { kind: 'template', shared: true, name: ';t', content: {} },
  ]);
  expect([...kept]).toEqual([[';nl', 'la mienne']]);
  const one = (name: string, modality: string, region: string, shared = true) => ({ name, modality, region, shared });
  expect(inOrder([one('IRM', 'MR', 'Genou'), one('Tout', '', ''), one('Abdomen', 'CT', 'abdomen'), one('Thorax', 'CT', 'Thorax'), one('Mien', 'CT', 'Abdomen', false)], 'CT', 'Abdomen-pelvis').map((t) => t.name))
    .toEqual(['Mien', 'Abdomen', 'Tout', 'Thorax', 'IRM']);
});
