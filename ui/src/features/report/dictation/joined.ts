/*
 * How a dictated piece is put between what stands before and after it: one space, a capital where a sentence begins. Pure. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
const capital = (text: string) => text.replace(/^(\P{L}*)(\p{Ll})/u, (_, before: string, letter: string) => before + letter.toUpperCase());

export function joined(before: string, said: string, after: string): string {
  if (!said) return '';
  const inside = said.replace(/([.!?…][\s\u202f]+|\n+)(\p{Ll})/gu, (_, gap: string, letter: string) => gap + letter.toUpperCase());
  const begins = !before.trim() || /[.!?…]\s*$|\n\s*$/.test(before);
  const text = begins ? capital(inside) : inside;
  const space = before && !/[\s(«\u00a0/-]$/.test(before) && /^[\p{L}\p{N}(«]/u.test(text) ? ' ' : '';
  const gap = after && /^[\p{L}\p{N}(«]/u.test(after) && !/\s$/.test(text) ? ' ' : '';
  return `${space}${before ? text : text.trimStart()}${gap}`;
}
