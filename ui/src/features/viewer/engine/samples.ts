/*
 * Samples that carry more than the image: retired overlays in the bits above those that are stored are taken out before anything is drawn or measured. E25
 *
 * Source: DICOM PS3.5 §8.1.1 (bits of a sample), PS3.3 C.9.2 (2004: overlays in pixel data).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, number } from '../dicom';

const BITS = '00280100', STORED = '00280101', HIGH = '00280102', SIGNED = '00280103', SAMPLES = '00280002';

/* An overlay that has no data of its own lies in them. */
export const carriesMore = (instance: DicomJson): boolean => number(instance, BITS) === 16 && (number(instance, SAMPLES) ?? 1) === 1 && (number(instance, STORED) ?? 16) < 16 &&
  Object.keys(instance).some((tag) => /^60[0-9A-F]{2}0010$/i.test(tag) && !instance[`${tag.slice(0, 4)}3000`]);

/* One bit of each sample, as an overlay keeps them: a bit a pixel, the lowest of a byte first. */
export function bitsOf(values: { length: number; [index: number]: number }, bit: number): Uint8Array {
  const packed = new Uint8Array((values.length + 7) >> 3);
  for (let i = 0; i < values.length; i++) if ((values[i]! >> bit) & 1) packed[i >> 3]! |= 1 << (i & 7);
  return packed;
}

/* In place; what they reach from and to, null when there are none. */
export function takeOut(instance: DicomJson, values: { length: number; [index: number]: number }): { min: number; max: number } | null {
  const stored = number(instance, STORED) ?? 16, shift = (number(instance, HIGH) ?? stored - 1) - stored + 1, left = 32 - stored, signed = number(instance, SIGNED) === 1;
  if (!values.length || shift < 0 || shift > 15) return null;
  let min = Infinity, max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const bits = (values[i]! >> shift) << left, value = signed ? bits >> left : bits >>> left;
    values[i] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
