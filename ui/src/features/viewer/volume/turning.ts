/*
 * How a body is turned before the eye. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cross, type Point } from '../dicom';
import type { BodyLook } from '../engine/body';
import { unit } from '../space';
import { turned } from './planes';

/* Turned about the screen's own axes: right turns the front to the right. */
export function turnBody(look: BodyLook, right: number, down: number): BodyLook {
  const out = turned(look.out, look.up, -right);
  const side = unit(cross(look.up, out));
  return { ...look, out: unit(turned(out, side, -down)), up: unit(turned(look.up, side, -down)) };
}
/* From the front, the head above: as the coronal plane is seen. */
export const fromFront = (middle: Point, mm: number): BodyLook => ({ out: [0, -1, 0], up: [0, 0, 1], middle, mm });
