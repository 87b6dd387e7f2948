/*
 * The tables of grey levels that an object says: that of the modality, those of the view, and its windows; what may be chosen. Pure. E25
 *
 * The same rules as server/formats/image/lut.c, so that both show the same greys. Sources: DICOM PS3.3 C.11.1 (Modality LUT), C.11.2 (VOI LUT).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, items, numbers, ofFrame, TAG, text, type Window } from '../dicom';

export const SEQUENCE = { modality: '00283000', voi: '00283010' } as const;
const DESCRIPTOR = '00283002', EXPLANATION = '00283003', TYPE = '00283004', DATA = '00283006', WINDOW_WORDS = '00281055', ENTRIES_MAX = 65536;

/* The first entry is for 'first' and all below, the last for all above. */
export interface Table { first: number; bits: number; entries: Uint16Array }
/* What an object offers: its windows, then its tables ('index' in the sequence). */
export type Grey = { words: string } & ({ window: Window } | { index: number });
/* What is chosen: as the object says; a window, whatever it says; one of its tables; a presentation state by its key, with its mask or without. */
export type Choice = 'own' | 'window' | number | Under;
export interface Under { key: string; subtracted: boolean }
export const isUnder = (choice: Choice): choice is Under => typeof choice === 'object';

const isGrey = (instance: DicomJson) => text(instance, TAG.photometric).startsWith('MONOCHROME');
export const modalityItem = ({ instance }: Pick<Frame, 'instance'>): DicomJson | undefined => (isGrey(instance) ? items(instance, SEQUENCE.modality)[0] : undefined);
export const modalityType = (frame: Pick<Frame, 'instance'>): string => text(modalityItem(frame), TYPE);

/* The windows of this frame, in the order in which it says them. */
export function windowsOf({ instance, frame }: Frame): { window: Window; words: string }[] {
  const holder = ofFrame(instance, frame, TAG.center), centers = numbers(holder, TAG.center) ?? [], widths = numbers(ofFrame(instance, frame, TAG.width), TAG.width) ?? [];
  const words = (holder[WINDOW_WORDS] ?? instance[WINDOW_WORDS])?.Value ?? [];
  return centers.flatMap((center, i) => (widths[i] !== undefined && widths[i] >= 1 ? [{ window: { center, width: widths[i] }, words: typeof words[i] === 'string' ? words[i] : '' }] : []));
}

const offered = new WeakMap<object, Grey[]>(); // by frame, so that they stay the same
export function greysOf(frame: Frame): Grey[] {
  const before = offered.get(frame), greys = before ?? (isGrey(frame.instance) ? greysSaid(frame) : []);
  if (!before) offered.set(frame, greys);
  return greys;
}
function greysSaid(frame: Frame): Grey[] {
  return [...windowsOf(frame), ...items(frame.instance, SEQUENCE.voi).map((item, index) => ({ index, words: text(item, EXPLANATION) }))];
}

/* Which table is shown; null: none, a window. Without a choice the window of the object goes before its tables. */
export function tableShown(frame: Frame, choice: Choice): number | null {
  const tables = isGrey(frame.instance) ? items(frame.instance, SEQUENCE.voi).length : 0;
  if (choice === 'window' || isUnder(choice) || !tables) return null;
  if (choice === 'own') return windowsOf(frame).length ? null : 0;
  return choice < tables ? choice : null;
}

/* The depth that entries have: some writers say 16 where all of them fit 12, or 8 where they do not. */
function bitsOf(most: number, said: number): number {
  let needed = 8;
  while (needed < 16 && most >> needed) needed++;
  return needed > said || (said === 16 && most) ? needed : said;
}

/* Where the entries stand: here, or as bulk data. */
export const isApart = (item: DicomJson): boolean => item[DATA]?.BulkDataURI !== undefined;
function bytesHere(item: DicomJson): Uint8Array | null {
  const { InlineBinary: inline, Value: values } = item[DATA] ?? {};
  if (inline !== undefined) {
    try {
      return Uint8Array.from(atob(inline), (letter) => letter.charCodeAt(0));
    } catch {
      return null;
    }
  }
  if (!values?.every((one): one is number => typeof one === 'number' && Number.isInteger(one) && Math.abs(one) < ENTRIES_MAX)) return null;
  return Uint8Array.from(values.flatMap((one) => [one & 255, (one >> 8) & 255]));
}

/* One table; 'apart': its bytes, little endian, when they are bulk data. Null: it contradicts its descriptor. */
export function readTable(item: DicomJson, apart: Uint8Array | null): Table | null {
  const [said, first, depth] = numbers(item, DESCRIPTOR) ?? [], bytes = apart ?? bytesHere(item);
  if (said === undefined || first === undefined || depth === undefined || !bytes || ![said, first, depth].every(Number.isInteger)) return null;
  const count = said <= 0 ? said + ENTRIES_MAX : said; // 0, or 65536 written as a signed number
  if (depth < 8 || depth > 16 || count < 1 || count > ENTRIES_MAX || bytes.length < count) return null;
  const wide = bytes.length >= 2 * count;
  if (depth > 8 && !wide) return null;
  const entries = Uint16Array.from({ length: count }, (_, i) => (wide ? bytes[2 * i]! | (bytes[2 * i + 1]! << 8) : bytes[i]!));
  return { first, entries, bits: bitsOf(entries.reduce((most, one) => Math.max(most, one), 0), depth) };
}

export function entryOf({ first, entries }: Table, value: number): number {
  const place = Math.floor(value) - first;
  return entries[place > 0 ? Math.min(place, entries.length - 1) : 0]!;
}

type Numbers = { length: number; [index: number]: number };
/* Values through the table of the modality. */
export function throughModality(table: Table, values: Numbers): { values: Uint16Array; min: number; max: number } {
  const mapped = new Uint16Array(values.length);
  let min = Infinity, max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = (mapped[i] = entryOf(table, values[i]!));
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { values: mapped, min, max };
}

/* Values as greys of a screen, 0 to 255: the whole range of the table is that of the screen. */
export function throughView(table: Table, values: Numbers, slope: number, intercept: number): Uint8Array {
  const greys = Uint8Array.from(table.entries, (one) => Math.min(255, Math.floor((one * 255) / (2 ** table.bits - 1) + 0.5))), shown = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const place = Math.floor(values[i]! * slope + intercept) - table.first;
    shown[i] = greys[place > 0 ? Math.min(place, greys.length - 1) : 0]!;
  }
  return shown;
}

/* The values that a table tells apart, as a window. */
export const reachOf = ({ first, entries }: Table): Window => ({ center: first + entries.length / 2, width: Math.max(1, entries.length) });
