/*
 * French punctuation never begins a line; English has none of its spaces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import i18n from 'i18next';
import { describe, expect, it } from 'vitest';
import { colon, percent, setInFrench } from './typography';

describe('typography', () => {
  it('X6 the colon between a label and its words follows the language', async () => {
    await i18n.init({ lng: 'fr', resources: {} });
    expect(colon()).toBe('\u00a0: ');
    await i18n.changeLanguage('en');
    expect(colon()).toBe(': ');
  });
  it('X6 a share takes its space in French only, and it does not break', async () => {
    await i18n.changeLanguage('fr');
    expect(percent(80)).toBe('80\u00a0%');
    await i18n.changeLanguage('en');
    expect(percent(80)).toBe('80%');
  });
  it('X6 French spaces do not break', () => {
    expect(setInFrench('Motif : à « revoir » ?')).toBe('Motif\u00a0: à «\u00a0revoir\u00a0»\u202f?');
    expect(setInFrench('5 % ; fin !')).toBe('5\u00a0%\u202f; fin\u202f!');
  });
  it('leaves what is not punctuation of a sentence', () => {
    expect(setInFrench('tapez ;nl puis Tab')).toBe('tapez ;nl puis Tab');
    expect(setInFrench('08:30 à 09:15')).toBe('08:30 à 09:15');
  });
});
