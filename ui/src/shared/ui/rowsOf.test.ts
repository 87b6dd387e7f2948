/* Which rows of a list, which page. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { holdsWords, pageOf } from './rowsOf';

describe('a long list', () => {
  it('a row is found by any of its words, whatever the capitals, accents and hyphens', () => {
    const row = ['DE LA ROCHEFOUCAULD-MONTBEL D’ESTISSAC Anne-Charlotte', 'IPP100098', 12, null, undefined];
    expect(holdsWords(row, 'montbel charlotte')).toBe(true);
    expect(holdsWords(row, 'd’estissac')).toBe(true);
    expect(holdsWords(row, 'ipp100098 12')).toBe(true);
    expect(holdsWords(['ÉLÉONORE'], 'eleonore')).toBe(true);
    expect(holdsWords(row, 'montbel jean')).toBe(false);
  });
  it('pages: the last is short, and a list that shrank shows its last page', () => {
    expect(pageOf(130, 0, 20)).toEqual({ page: 0, from: 0, to: 20, more: true });
    expect(pageOf(130, 6, 20)).toEqual({ page: 6, from: 120, to: 130, more: false });
    expect(pageOf(30, 6, 20)).toEqual({ page: 1, from: 20, to: 30, more: false });
    expect(pageOf(0, 3, 20)).toEqual({ page: 0, from: 0, to: 0, more: false });
    expect(pageOf(20, 0, 20).more).toBe(false);
  });
});
