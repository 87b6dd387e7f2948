/*
 * Images of one scale, each against the side of its pane where its chest wall is. E25.
 *
 * Millimetres of two images compare only when every image of the group says them; else each fills its pane.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Types } from '@cornerstonejs/core';
import { type Frame, number, TAG } from '../dicom';

/* 'mm' of one column; null where the image does not say. */
export interface Standing { flip: boolean; tumble: boolean; wall: 'left' | 'right'; mm: number | null }
export interface Walled {
  standing: Standing | null; current: () => { shown: number | null }; frameAt: (index: number | null) => Frame | null; size: () => readonly [number, number];
  toScreen: (pixel: readonly [number, number]) => [number, number] | null;
}

/* The greatest scale at which the image still fits its pane, in CSS pixels per column or per millimetre. */
export function fittingScale(width: number, height: number, columns: number, rows: number, mm: number): number {
  return Math.min(width / (columns * mm), height / (rows * mm));
}

const extent = (one: Walled): [number, number] | null => {
  const instance = one.frameAt(one.current().shown)?.instance;
  const columns = number(instance, TAG.columns), rows = number(instance, TAG.rows);
  return columns && rows ? [columns, rows] : null;
};

export function toWall(pane: Walled, viewport: Types.IStackViewport, group: readonly Walled[]) {
  const own = extent(pane), { standing } = pane;
  if (!own || !standing) return;
  const there = group.filter((one) => one.standing && extent(one));
  const together = there.every((one) => one.standing?.mm);
  const scaleOf = (one: Walled) => {
    const [columns, rows] = extent(one)!, [width, height] = one.size();
    return fittingScale(width, height, columns, rows, together ? one.standing!.mm! : 1);
  };
  const scale = together ? Math.min(...there.map(scaleOf)) * standing.mm! : scaleOf(pane); // CSS pixels per column
  const ends = () => [pane.toScreen([-0.5, own[1] / 2]), pane.toScreen([own[0] - 0.5, own[1] / 2])] as const;
  const [from, to] = ends();
  if (!from || !to || !(scale > 0)) return;
  const now = Math.hypot(to[0] - from[0], to[1] - from[1]) / own[0];
  viewport.setZoom(viewport.getZoom() * (scale / now));
  const [left, right] = ends().map((end) => end?.[0] ?? 0).sort((a, b) => a - b) as [number, number];
  const by = standing.wall === 'left' ? -left : pane.size()[0] - right;
  const here = viewport.canvasToWorld([0, 0]), beyond = viewport.canvasToWorld([by, 0]);
  const { position, focalPoint } = viewport.getCamera();
  const moved = (point: Types.Point3): Types.Point3 => [point[0] + here[0] - beyond[0], point[1] + here[1] - beyond[1], point[2] + here[2] - beyond[2]];
  if (position && focalPoint) viewport.setCamera({ position: moved(position), focalPoint: moved(focalPoint) });
  viewport.render();
}
