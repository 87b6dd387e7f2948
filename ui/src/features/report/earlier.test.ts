/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { cites } from './places';
import { comparisonOf, type EarlierReport, quoted, withComparison } from './earlier';

const ONE: EarlierReport = { act_id: 3, number: 'A3', kind: 'remote-exam', modality: 'CT', region: 'Abdomen', site: 'Val', exam_at_ms: Date.UTC(2026, 2, 12, 9), revision: 2, version: 1, signed_at_ms: 0, author: 'Dr Jeanne MARTIN', doubt: false };

test('E25 E29 the comparison sentence names exam, day, region and author, and stands once', () => {
  const sentence = comparisonOf(ONE, 'Scanner');
  expect(sentence).toBe('Comparaison : scanner du 12/03/2026, Abdomen (Dr Jeanne MARTIN).');
  expect(comparisonOf({ ...ONE, region: '', author: '' }, 'IRM')).toBe('Comparaison : IRM du 12/03/2026.');
  const once = withComparison('Pas d’autre examen.', sentence);
  expect(once).toBe(`Pas d’autre examen.\n${sentence}`);
  expect(withComparison(once, sentence)).toBe(once);
});

test('E29 a passage taken from an earlier report carries its source', () => {
  expect(quoted('Foie normal.', ' Kyste de 12 mm\n du segment IV. ', ONE)).toBe('Foie normal.\n« Kyste de 12 mm du segment IV. » (compte rendu du 12/03/2026, Dr Jeanne MARTIN)');
  const text = quoted('', 'Kyste (série 2, image 65 bis).', ONE);
  expect(text).toContain('Kyste (image 65 de la série 2).');
  expect(cites(text, { mark: 'série 2, image 65', series: '1', sop: '2', frame: 1, window: null }), 'an image of the earlier exam never leads to one of this exam').toBe(false);
});
