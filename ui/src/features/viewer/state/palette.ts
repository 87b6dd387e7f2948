/*
 * The palette of a pseudo-colour state: colours for the greys of an image. Discrete tables alone. Pure but for what it is given to ask.
 *
 * Source: DICOM PS3.3 C.7.9, C.7.6.3.1.5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, numbers } from '../dicom';

export interface Palette { colours: (greys: Uint8Array) => Uint8Array }
const DESCRIPTORS = ['00281101', '00281102', '00281103'], TABLES = ['00281201', '00281202', '00281203'];

function bytesOf(instance: DicomJson, tag: string, apart: Uint8Array | null): Uint8Array | null {
  const { InlineBinary: inline, Value: values } = instance[tag] ?? {};
  if (apart) return apart;
  if (inline !== undefined) return Uint8Array.from(atob(inline), (letter) => letter.charCodeAt(0));
  return values ? Uint8Array.from(values.flatMap((one) => [Number(one) & 255, (Number(one) >> 8) & 255])) : null;
}

/* Null: none, segmented, or tables that contradict their descriptors. */
export async function paletteOf(instance: DicomJson, bulk: (tag: string) => Promise<Uint8Array>): Promise<Palette | null> {
  const tables = await Promise.all(TABLES.map(async (tag, n) => {
    const [said, , bits] = numbers(instance, DESCRIPTORS[n]!) ?? [], count = said ? said : 65536, bytes = bytesOf(instance, tag, instance[tag]?.BulkDataURI === undefined ? null : await bulk(tag));
    if (said === undefined || !bytes || bytes.length < count * (bits === 16 ? 2 : 1)) return null;
    return Uint16Array.from({ length: count }, (_, i) => (bits === 16 ? bytes[2 * i]! | (bytes[2 * i + 1]! << 8) : bytes[i]!));
  }));
  const [red, green, blue] = tables;
  if (!red || !green || !blue || red.length !== green.length || red.length !== blue.length) return null;
  const eight = tables.map((one) => (one!.some((entry) => entry > 255) ? one!.map((entry) => entry >> 8) : one!));
  return { colours: (greys) => Uint8Array.from({ length: 3 * greys.length }, (_, i) => eight[i % 3]![Math.floor((greys[Math.floor(i / 3)]! * (red.length - 1)) / 255)]!) };
}
