/*
 * The words of a text that a French dictionary can judge. Pure. E29.
 *
 * Left out: what carries a figure, abbreviations and units (IRM, CTDIvol, mGy), fields and triggers of a template.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface Word { word: string; from: number; to: number }

const LEFT_OUT = /\{\{[^{}\n]*\}\}|;[A-Za-z0-9_-]+|\S*\d\S*/gu;
const WORD = /\p{L}[\p{L}\p{M}]*(?:[-'’]\p{L}[\p{L}\p{M}]*)*/gu;
const ELISION = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]/iu;

export function wordsOf(text: string): Word[] {
  const bare = text.replace(LEFT_OUT, (gone) => ' '.repeat(gone.length));
  return [...bare.matchAll(WORD)].map((found) => {
    const cut = ELISION.exec(found[0])?.[0].length ?? 0;
    return { word: found[0].slice(cut), from: found.index + cut, to: found.index + found[0].length };
  }).filter(({ word }) => word.length > 2 && !/\p{Lu}\p{Lu}|\p{Ll}\p{Lu}/u.test(word));
}

/* What the dictionary is asked: its apostrophe is the straight one. */
export const asked = (word: string) => word.normalize('NFC').replaceAll('’', "'");

/* Known to the reader or the organisation, whatever its capitals and its plural s. */
export function addedWords(names: readonly string[]): (word: string) => boolean {
  const known = new Set(names.map((one) => asked(one).toLocaleLowerCase('fr')));
  return (word) => {
    const small = asked(word).toLocaleLowerCase('fr');
    return known.has(small) || known.has(small.replace(/[sx]$/, '')) || small.split('-').every((part) => known.has(part));
  };
}
