/*
 * Which frames a presentation state, or an item of it, is about. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, items, numbers, text } from '../dicom';

const SERIES = '00081115', IMAGES = '00081140', IMAGE = '00081155', FRAMES = '00081160';
export type At = Pick<Frame, 'sop' | 'frame'>;

const names = (image: DicomJson, { sop, frame }: At) => {
  const list = numbers(image, FRAMES);
  return text(image, IMAGE) === sop && (!list || list.includes(frame));
};
export const refersTo = (instance: DicomJson, at: At): boolean => items(instance, SERIES).some((series) => items(series, IMAGES).some((image) => names(image, at)));

/* An item that names no image is about all. */
export function means(item: DicomJson, at: At): boolean {
  const images = items(item, IMAGES);
  return !images.length || images.some((image) => names(image, at));
}
export function itemFor(instance: DicomJson, sequence: string, at: At): { item: DicomJson; at: number } | null {
  const found = items(instance, sequence).findIndex((one) => means(one, at));
  return found < 0 ? null : { item: items(instance, sequence)[found]!, at: found + 1 };
}
