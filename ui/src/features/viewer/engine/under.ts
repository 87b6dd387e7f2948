/*
 * How an image stands under a presentation state: turned and flipped, its displayed area in sight.
 *
 * Source: DICOM PS3.3 C.10.4 (displayed area), C.10.6 (the flip comes after the rotation).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Placing } from '../state/read';
import type { Stood } from './paneState';

/* 'spacing': across and down a column and a row; 'size' of the pane in CSS pixels. Without an area, or in true size (a screen does not say its own), the image fills the pane. */
export function standingUnder({ rotation, flipped, area, magnified }: Placing, [across, down]: readonly [number, number], [width, height]: readonly [number, number], inverted: boolean): Stood {
  const turned = rotation % 180 !== 0, size: [number, number] | null = area && [(area.right - area.left) * across, (area.bottom - area.top) * down];
  const span: [number, number] | null = magnified && magnified > 0 ? [(width / magnified) * across, (height / magnified) * down] : size && (turned ? [size[1], size[0]] : size);
  const clockwise = flipped ? (360 - rotation) % 360 : rotation; // the engine flips first
  return { window: null, inverted, rotation: clockwise, flipped, tumbled: false, reach: area && span && { middle: [(area.left + area.right) / 2 - 0.5, (area.top + area.bottom) / 2 - 0.5], span } };
}
