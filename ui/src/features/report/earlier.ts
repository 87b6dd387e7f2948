/*
 * Earlier reports of the patient: the sentence that compares, and passages taken over with their source. Pure. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { dayOf } from '@/shared/format/dates';
import { insertAt } from './places';

export interface EarlierReport {
  act_id: number; number: string; kind: string; modality: string; region: string; site: string; exam_at_ms: number; revision: number; version: number; signed_at_ms: number; author: string; doubt: boolean;
}

const small = (word: string) => (/^\p{Lu}{2}/u.test(word) ? word : word.toLocaleLowerCase('fr')); // IRM stays

/* "Comparaison : scanner du 12/03/2026, Abdomen-pelvis (Dr Jeanne MARTIN)." 'modality' in French. */
export const comparisonOf = (one: EarlierReport, modality: string) => `Comparaison : ${small(modality)} du ${dayOf(one.exam_at_ms)}${one.region ? `, ${one.region}` : ''}${one.author ? ` (${one.author})` : ''}.`;

/* Put after what stands there; once. */
export const withComparison = (text: string, sentence: string) => (text.includes(sentence) ? text : insertAt(text, null, sentence).text);

/* "série 2, image 65" of that exam is no image of this one: said the other way round, it leads nowhere (places.ts). */
const elsewhere = (passage: string) => passage.replace(/série ([^\s,]+), image (\d+)(?: bis)*/g, 'image $2 de la série $1');

/* A passage on a line of its own, between quotation marks, with the report that it comes from. */
export const quoted = (text: string, passage: string, one: EarlierReport) =>
  insertAt(text, null, `« ${elsewhere(passage).trim().replace(/\s*\n\s*/g, ' ')} » (compte rendu du ${dayOf(one.exam_at_ms)}${one.author ? `, ${one.author}` : ''})`).text;
