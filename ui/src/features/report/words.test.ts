/* Texts held against each other, word by word. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type Piece, wordDiff } from './words';

const shown = (pieces: Piece[]) => pieces.map((one) => (one.kind === 'same' ? one.text : `${one.kind === 'added' ? '+' : '-'}[${one.text}]`)).join('');
const sides = (pieces: Piece[], gone: Piece['kind']) => pieces.filter((one) => one.kind !== gone).map((one) => one.text).join('').replace(/\s+/g, ' ').trim();

describe('E29 the words that change between two versions', () => {
  it('names what went and what came, and keeps the rest', () => {
    expect(shown(wordDiff('Appendice de calibre normal.', 'Appendice de calibre augmenté.'))).toBe('Appendice de calibre -[normal.]+[augmenté.]');
    expect(shown(wordDiff('', 'Ajout'))).toBe('+[Ajout]');
    expect(shown(wordDiff('Retrait', ''))).toBe('-[Retrait]');
    expect(shown(wordDiff('Égal', 'Égal'))).toBe('Égal');
    expect(wordDiff('', '')).toEqual([]);
  });
  it('gives both texts back, whatever they are', () => {
    const texts = ['', 'a b c d', 'a c b d e', 'foie normal\n\nrate normale', 'rate normale, foie  augmenté', 'x'.repeat(50)];
    for (const a of texts) for (const b of texts) {
      expect(sides(wordDiff(a, b), 'added')).toBe(a.replace(/\s+/g, ' ').trim());
      expect(sides(wordDiff(a, b), 'removed')).toBe(b.replace(/\s+/g, ' ').trim());
    }
  });
});
