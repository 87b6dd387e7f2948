/*
 * Moves the view so that all that another sees is seen here too, in a pane of another shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Types } from '@cornerstonejs/core';
import { SAME, type Stood } from './paneState';

type Reach = NonNullable<Stood['reach']>;

/* 'grown': columns of the frame to those that are drawn. False: it stands so already, as far as anybody sees. */
export function reachTo(viewport: Types.IStackViewport, data: Types.IImageData['imageData'], { middle, span }: Reach, now: Reach | null, [width, height]: readonly [number, number], grown: number): boolean {
  if (!width || !height) return false;
  const down = Math.max(span[1], (span[0] * height) / width), near = (down / Math.max(1, height)) / 2; // half a pixel of the screen
  const to = data.indexToWorld([middle[0] / grown, middle[1] / grown, 0] as never) as Types.Point3;
  const { focalPoint, position } = viewport.getCamera();
  if (!focalPoint || !position || (now && Math.abs(now.span[1] - down) < SAME * down && Math.hypot(...to.map((one, i) => one - focalPoint[i]!)) < near)) return false;
  viewport.setCamera({ parallelScale: down / 2, focalPoint: to, position: position.map((one, i) => one + to[i]! - focalPoint[i]!) as Types.Point3 });
  return true;
}
