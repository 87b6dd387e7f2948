/*
 * No text is forgotten: every key that the page asks for is there, in both languages, with the same holes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { ASKED_FIRST, CODES, STEP_FIELDS } from '../steps/fields';
import { PARTS, TEXTS } from './texts';

const sources = import.meta.glob(['/src/**/*.tsx', '/src/**/*.ts', '!/src/**/*.test.ts', '!/src/shared/i18n/**'], { query: '?raw', import: 'default', eager: true }) as Record<string, string>;
const known = (key: string) => key in TEXTS || `${key}_one` in TEXTS;
const holes = (text: string) => [...text.matchAll(/{{(\w+)/g)].map((found) => found[1]).sort().join();

describe('texts', () => {
  it('every key written in the page exists', () => {
    const missing = Object.entries(sources).flatMap(([file, text]) =>
      [...text.matchAll(/\bt\(\s*'([^'$]+)'/g)].map((found) => found[1] ?? '').filter((key) => !known(key)).map((key) => `${file}: ${key}`));
    expect(missing).toEqual([]);
  });
  it('both languages are there, with the same holes', () => {
    for (const [key, [french, english]] of Object.entries(TEXTS)) {
      expect(french.trim() && english.trim(), key).toBeTruthy();
      expect(holes(french), key).toBe(holes(english));
    }
  });
  it('no key stands in two tables', () =>
    expect(PARTS.reduce((sum, table) => sum + Object.keys(table).length, 0)).toBe(Object.keys(TEXTS).length));
  it('French keeps its typographic apostrophe', () => {
    for (const [key, [french]] of Object.entries(TEXTS)) expect(french, key).not.toContain("'");
  });
  it('every field of every step has a label, every code a word', () => {
    for (const [step, fields] of Object.entries(STEP_FIELDS))
      for (const field of fields) {
        expect(known(`field.${step}.${field.name}`) || known(`field.${field.name}`), `${step}.${field.name}`).toBe(true);
        for (const code of field.codes ?? []) expect(known(`${field.group}.${code}`), `${field.group}.${code}`).toBe(true);
      }
    expect(CODES.refusal.every((code) => known(`refusal.${code}`))).toBe(true);
  });
  it('every step that is asked first has its question', () => {
    for (const step of ASKED_FIRST) expect(known(`ask.${step}`), step).toBe(true);
  });
});
