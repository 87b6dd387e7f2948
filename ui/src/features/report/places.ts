/*
 * Images cited in a text: their words kept apart from longer ones, put in without two meanings for the same words. Pure. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ImagePlace } from '@/shared/reading/bridge';

const safe = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const finder = (mark: string) => new RegExp(`${safe(mark)}(?![\\d\\p{L}]| bis)`, 'gu');

export const cites = (text: string, place: ImagePlace) => finder(place.mark).test(text);
export const citedIn = (text: string | undefined, places: readonly ImagePlace[] | undefined) => (text ? (places ?? []).filter((one) => cites(text, one)) : []);

/* The text in pieces, each citation beside where it leads. */
export function pieces(text: string, places: readonly ImagePlace[] | undefined): { text: string; place?: ImagePlace }[] {
  const found = citedIn(text, places).flatMap((place) => [...text.matchAll(finder(place.mark))].map((one) => ({ at: one.index, place }))).sort((a, b) => a.at - b.at);
  const out: { text: string; place?: ImagePlace }[] = [];
  let from = 0;
  for (const { at, place } of found) {
    if (at > from) out.push({ text: text.slice(from, at) });
    out.push({ text: place.mark, place });
    from = at + place.mark.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

const sameImage = (a: ImagePlace, b: ImagePlace) => a.sop === b.sop && a.frame === b.frame;

/* One series may carry the number of another: then the words say "bis", so that they lead to one image. The window is that of the last time. */
export function withPlace(places: readonly ImagePlace[], place: ImagePlace): { places: ImagePlace[]; mark: string } {
  const known = places.find((one) => sameImage(one, place));
  let mark = known?.mark ?? place.mark;
  while (!known && places.some((one) => one.mark === mark)) mark += ' bis';
  return { mark, places: [...places.filter((one) => one !== known), { ...place, mark }] };
}

/* A line of its own, after the line where the caret stands; at the end when it never stood there. No sentence is cut. */
export function insertAt(text: string, at: number | null, put: string): { text: string; end: number } {
  const from = Math.min(at ?? text.trimEnd().length, text.trimEnd().length), next = text.indexOf('\n', from);
  const end = next < 0 ? text.trimEnd().length : next, line = text.slice(text.lastIndexOf('\n', from - 1) + 1, end);
  const before = text.slice(0, end) + (line.trim() ? '\n' : '') + put;
  return { text: before + text.slice(end), end: before.length };
}
