/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { citedIn, insertAt, pieces, withPlace } from './places';

const place = (mark: string, sop = '1.2', frame = 1) => ({ mark, series: '1', sop, frame, window: null });

test('E29 E25 a citation is found in its text, and not in a longer one', () => {
  const four = place('série 3, image 4'), long = place('série 3, image 45', '1.3');
  expect(citedIn('Nodule (série 3, image 45).', [four, long])).toEqual([long]);
  expect(pieces('Nodule (série 3, image 4), kyste (série 3, image 45).', [four, long])).toEqual([
    { text: 'Nodule (' }, { text: four.mark, place: four }, { text: '), kyste (' }, { text: long.mark, place: long }, { text: ').' },
  ]);
  expect(pieces('rien', [four])).toEqual([{ text: 'rien' }]);
});

test('E29 E25 the same words never lead to two images; the same image keeps its words and takes the last window', () => {
  const first = withPlace([], place('série 3, image 4'));
  const other = withPlace(first.places, place('série 3, image 4', '9.9'));
  expect(other.mark).toBe('série 3, image 4 bis');
  const again = withPlace(other.places, { ...place('série 3, image 4'), window: { center: 40, width: 400 } });
  expect(again.mark).toBe('série 3, image 4');
  expect(again.places).toHaveLength(2);
  expect(again.places.at(-1)?.window).toEqual({ center: 40, width: 400 });
  expect(citedIn('(série 3, image 4 bis)', other.places).map((one) => one.sop)).toEqual(['9.9']);
});

test('E29 a citation is a line of its own after the line of the caret, or at the end; no sentence is cut and nothing is lost', () => {
  expect(insertAt('', null, 'A.')).toEqual({ text: 'A.', end: 2 });
  expect(insertAt('Foie normal.', null, 'A.')).toEqual({ text: 'Foie normal.\nA.', end: 15 });
  expect(insertAt('Foie normal.\nRate normale.', 4, 'A.')).toEqual({ text: 'Foie normal.\nA.\nRate normale.', end: 15 });
  expect(insertAt('Foie.\n\nRate.', 6, 'A.')).toEqual({ text: 'Foie.\nA.\nRate.', end: 8 });
  expect(insertAt('Foie.\n\n', 7, 'A.').text).toBe('Foie.\nA.\n\n');
});
