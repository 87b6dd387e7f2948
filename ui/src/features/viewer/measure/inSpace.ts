/*
 * Recorded measures that stand in the space of the patient (SCOORD3D), as a frame shows them: whole where they lie in its slice, else the points where they cross it. Pure. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame, Point } from '../dicom';
import { number, ofFrame, TAG } from '../dicom';
import { onPlane, type Pixel, type Plane, planeOf } from '../space';
import { isInSpace, type Recorded, type RecordedDrawing, type Told } from './recorded';

/* Half a slice, at least half a millimetre. */
const reachOf = (frame: Frame) => Math.max(0.5, (number(ofFrame(frame.instance, frame.frame, TAG.sliceThickness), TAG.sliceThickness) ?? 1) / 2);

function shownOn(plane: Plane, reach: number, drawing: RecordedDrawing): RecordedDrawing[] {
  const { space = [], reference, shape } = drawing;
  if (!space.length || reference !== plane.reference || !space.flat().every(Number.isFinite)) return [];
  const at = space.map((one) => onPlane(plane, one as Point)), flat = (list: Pixel[]) => list.map(([x, y]): [number, number] => [x, y]);
  if (at.every(({ away }) => Math.abs(away) <= reach)) return [{ shape, displayed: false, points: flat(at.map(({ pixel }) => pixel)) }];
  if (shape === 'point' || shape === 'points') {
    const near = at.filter(({ away }) => Math.abs(away) <= reach).map(({ pixel }) => pixel);
    return near.length ? [{ shape: 'points', displayed: false, points: flat(near) }] : [];
  }
  if (shape !== 'line') return [];
  const crossed = at.slice(1).flatMap((to, i): Pixel[] => {
    const from = at[i]!, part = from.away / (from.away - to.away);
    return from.away * to.away < 0 ? [[from.pixel[0] + part * (to.pixel[0] - from.pixel[0]), from.pixel[1] + part * (to.pixel[1] - from.pixel[1])]] : [];
  });
  return crossed.length ? [{ shape: 'points', displayed: false, points: flat(crossed) }] : [];
}

export function inSpaceOn(recorded: Recorded | undefined, frame: Frame): Told[] {
  const plane = planeOf(frame);
  if (!plane) return [];
  return (recorded?.objects ?? []).flatMap((object) => object.marks.filter(isInSpace).flatMap((mark): Told[] => {
    const drawings = (mark.drawings ?? []).flatMap((one) => shownOn(plane, reachOf(frame), one));
    return drawings.length ? [{ object, mark: { ...mark, kind: 'drawing', points: [], drawings } }] : [];
  }));
}
