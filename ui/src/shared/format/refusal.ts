/*
 * A refusal said once: the server's sentence, or the missing items, never the same words in both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Missing } from '../api/types';

/* 'lead': the sentence of the server, the one missing item that says it better, or how many reasons the list gives. */
export function toSay(text: string, missing: Missing[]): { lead: 'text' | 'count' | Missing; items: Missing[] } {
  const [only] = missing;
  if (!missing.some((one) => one.text === text)) return { lead: 'text', items: missing };
  return only && missing.length === 1 ? { lead: only, items: [] } : { lead: 'count', items: missing };
}

/* The sentence with what it is about, inside its full stop: "Choose another slot (B26-000012)." */
export const withDetail = ({ text, detail }: Missing) => (detail ? text.replace(/(\.?)$/, ` (${detail})$1`) : text);
