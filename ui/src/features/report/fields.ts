/*
 * Fields of templates and phrases: {{…}} filled from the act where its name is known, else a place the keyboard goes to. Pure. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const FIELD = /\{\{([^{}\n]{0,200})\}\}/g;
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim().replace(/[\s-]+/g, '_');

export type Values = Readonly<Record<string, string>>;
/* Put 'put' in place of what stands from 'start' to the caret; then choose from–to. */
export interface Edit { start: number; put: string; from: number; to: number }

/* Known and filled names are put in; the others stay as they are, to be written over. */
export const fill = (text: string, values: Values): string => text.replace(FIELD, (whole, name: string) => values[plain(name)] || whole);

/* The next field from a place on; null: none. */
export function fieldFrom(text: string, at: number): { from: number; to: number } | null {
  for (const found of text.matchAll(FIELD)) if (found.index >= at) return { from: found.index, to: found.index + found[0].length };
  return null;
}

export const hasFields = (text: string | undefined) => !!text && fieldFrom(text, 0) !== null;

/* What stands before the caret is a trigger: its text in place of it, its first field chosen. 'phrases' by trigger. */
export function expand(text: string, caret: number, phrases: ReadonlyMap<string, string>, values: Values): Edit | null {
  const typed = /;[A-Za-z0-9_-]+$/.exec(text.slice(0, caret))?.[0];
  const phrase = typed && phrases.get(typed);
  if (!typed || phrase === undefined) return null;
  const put = fill(phrase, values), start = caret - typed.length, end = start + put.length;
  const whole = text.slice(0, start) + put + text.slice(caret);
  const field = fieldFrom(whole, start);
  return { start, put, ...(field && field.to <= end ? field : { from: end, to: end }) };
}

/* Who writes has the last word: an own phrase stands before a shared one of the same trigger. */
export const phrasesOf = (aids: readonly { kind: string; shared: boolean; name: string; content: { text?: string } }[]): Map<string, string> =>
  new Map([...aids].filter((one) => one.kind === 'phrase').sort((a, b) => Number(b.shared) - Number(a.shared)).map((one) => [one.name, one.content.text ?? '']));

/* Templates that fit this exam first, then those for any modality; the others last. */
export function inOrder<T extends { modality: string; region: string; shared: boolean; name: string }>(templates: readonly T[], modality: string, region: string): T[] {
  const rank = (one: T) => (one.modality && one.modality !== modality ? 4 : 0) + (one.region && !plain(region).includes(plain(one.region)) && !plain(one.region).includes(plain(region)) ? 2 : one.region ? 0 : 1) + (one.shared ? 0.5 : 0) + (one.modality ? 0 : 0.25);
  return [...templates].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'fr'));
}
