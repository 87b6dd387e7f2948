/*
 * Which rows of a list are meant, and which page of them. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { bare } from '../format/people';

/* Every typed word stands somewhere in the row; capitals, accents and hyphens make no difference. */
export function holdsWords(row: (string | number | null | undefined)[], typed: string): boolean {
  const text = bare(row.filter((one) => one !== null && one !== undefined).join(' '));
  return bare(typed).split(' ').filter(Boolean).every((word) => text.includes(word));
}

/* The page nearest to the wanted one among 'count' rows: rows 'from' (0 first) to before 'to'. */
export function pageOf(count: number, wanted: number, size: number): { page: number; from: number; to: number; more: boolean } {
  const page = Math.max(0, Math.min(wanted, Math.ceil(count / size) - 1));
  return { page, from: page * size, to: Math.min(count, (page + 1) * size), more: (page + 1) * size < count };
}
