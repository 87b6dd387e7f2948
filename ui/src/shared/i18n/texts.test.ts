/*
 * No text is forgotten: every key that the page asks for is there, in both languages, with the same holes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { setInFrench } from '../format/typography';
import { ASKED_FIRST, CODES, STEP_FIELDS } from '../steps/fields';
import { PARTS, TEXTS } from './texts';

const sources = import.meta.glob(['/src/**/*.tsx', '/src/**/*.ts', '!/src/**/*.test.ts', '!/src/shared/i18n/**'], { query: '?raw', import: 'default', eager: true }) as Record<string, string>;
const known = (key: string) => key in TEXTS || `${key}_one` in TEXTS;
const holes = (text: string) => [...text.matchAll(/{{(\w+)/g)].map((found) => found[1]).sort().join();

/* What stands in a source between quotes, in a template or as text of a tag, and joins words with a colon set the French way in every language. */
const REPORT = /\/(report\/values|viewer\/measure\/cite)\.ts$/; // the words of a report, which is French
function colonsByHand(source: string): string[] {
  const bare = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  return [/\} : \$\{/, /` : \$\{/, /\$\{[^`{}]*\} : [^\n`]*`/, /' : '\)/, /\{(?:[^{}?\n]|\?\.|\?\?)+\} : \{(?:[^{}\n])*\}(?=[<{]| *$)/m]
    .flatMap((pattern) => bare.split('\n').filter((line) => pattern.test(line)));
}

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
  it('X6 English has no space before a colon, a question mark or a percent; French has one, and it does not break', () => {
    const wrong = Object.entries(TEXTS).filter(([, [, english]]) => / [:;?!%](?=\s|$)|[«»]/.test(english.replace('* and ? stand', ''))).map(([key]) => key);
    expect(wrong).toEqual([]);
    for (const [key, [french]] of Object.entries(TEXTS)) {
      expect(french, key).not.toMatch(/[^\s\d:/{},*;)([.](?<!https?)[:;?!](?=\s|$)/);
      expect(setInFrench(french), key).not.toMatch(/ [:»%]|« | [;?!](?=\s|$)/);
    }
  });
  it('X6 what is put together takes its colon from one place', () => {
    expect(colonsByHand('<p>{t(name)} : {words}</p>')).toHaveLength(1);
    expect(colonsByHand('`${a} : ${b}`').length).toBeGreaterThan(0);
    expect(colonsByHand("[a, b].join(' : ')")).toHaveLength(1);
    expect(colonsByHand('{ready ? <A /> : <B />}')).toEqual([]);
    const found = Object.entries(sources).filter(([file]) => !REPORT.test(file)).flatMap(([file, source]) => colonsByHand(source).map((line) => `${file}: ${line.trim()}`));
    expect(found).toEqual([]);
  });
  it('X6 what is put together takes its percent from one place', () => {
    const byHand = (source: string) => source.split('\n').filter((line) => /\} %[`<]/.test(line));
    expect(byHand('<span>{share} %</span>')).toHaveLength(1);
    expect(byHand('`${share} %`')).toHaveLength(1);
    expect(Object.entries(sources).filter(([file]) => !REPORT.test(file)).flatMap(([file, source]) => byHand(source).map((line) => `${file}: ${line.trim()}`))).toEqual([]);
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
