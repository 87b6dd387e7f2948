/*
 * Tests of said punctuation and of how a piece joins what stands there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { joined } from './joined';
import { spoken } from './spoken';

describe('E29 punctuation that is said', () => {
  it.each([
    ['pas d’épanchement virgule pas de pneumothorax point', 'pas d’épanchement, pas de pneumothorax.'],
    ['foie homogène point à la ligne rate normale point', 'foie homogène.\nrate normale.'],
    ['conclusion deux points pas d’argument pour une appendicite', 'conclusion\u00a0: pas d’argument pour une appendicite'],
    ['nodule ouvrez la parenthèse 6 mm fermez la parenthèse du segment six', 'nodule (6 mm) du segment six'],
    ['sténose de 50 pour cent point virgule à surveiller', 'sténose de 50\u00a0%\u202f; à surveiller'],
    ['appendicite point d’interrogation', 'appendicite\u202f?'],
    ['ouvrez les guillemets verre dépoli fermez les guillemets', '«\u00a0verre dépoli\u00a0»'],
    ['premier point point nouveau paragraphe second temps', 'premier point.\n\nsecond temps'],
  ])('%s', (said, text) => expect(spoken(said)).toBe(text));
  it.each(['au point d’insertion du tendon', 'le point de fuite', 'un point douloureux', 'ponctuation', 'les points noirs', 'alignement des corps', 'virgules'])('a word stays a word: %s', (said) => expect(spoken(said)).toBe(said));
});

describe('E29 a piece joins what stands there', () => {
  it.each([
    ['', 'pas d’épanchement.', '', 'Pas d’épanchement.'],
    ['Foie homogène.', 'rate normale.', '', ' Rate normale.'],
    ['Foie homogène,', 'rate normale.', '', ' rate normale.'],
    ['Foie\n', 'rate normale', '', 'Rate normale'],
    ['Nodule de', '6 mm', 'du segment VI', ' 6 mm '],
    ['Nodule', ', stable', '', ', stable'],
    ['Nodule (', '6 mm)', '', '6 mm)'],
    ['Foie.', 'rate.\npancréas. vésicule', '', ' Rate.\nPancréas. Vésicule'],
    ['Foie.', '', '', ''],
  ])('%j + %j', (before, said, after, put) => expect(joined(before, said, after)).toBe(put));
});
