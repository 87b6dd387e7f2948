/*
 * A plane through a volume as something to draw on: its own columns and rows of the finest voxel, read where they stand in the patient. Pure.
 *
 * A mark belongs to exactly this plane, slab and kind of value: beside it, the same figure would be untrue.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, number, ofFrame, type Point, TAG, text, type Window } from '../dicom';
import type { Surface } from '../measure/drawing';
import type { Unit, Values } from '../measure/figures';
import { dot, type Pixel } from '../space';
import { isWhole } from './budget';
import type { Volume } from './fill';
import { finest, type Grid, voxelPoint } from './grid';
import { type Facing, intoOf, nameOf, type PlaneName, toPatient, toScreen } from './planes';
import { slabValueAt } from './sample';
import type { Looking } from './session';

export interface Measured { volume: Volume; unit: { unit: Unit; times: number }; name: string }

/* Where a facing's own columns and rows begin: left and above of every voxel. */
interface Sheet { left: number; top: number; columns: number; rows: number; mm: number }
export function sheetOf(grid: Grid, { right, down }: Facing): Sheet {
  const corners = [0, 1].flatMap((a) => [0, 1].flatMap((b) => [0, 1].map((c) => voxelPoint(grid, [a * (grid.size[0] - 1), b * (grid.size[1] - 1), c * (grid.size[2] - 1)]))));
  const x = corners.map((one) => dot(one, right)), y = corners.map((one) => dot(one, down));
  const mm = finest(grid), left = Math.min(...x), top = Math.min(...y);
  return { left, top, mm, columns: Math.round((Math.max(...x) - left) / mm) + 1, rows: Math.round((Math.max(...y) - top) / mm) + 1 };
}
export function sheetPoint({ right, down }: Facing, centre: Point, { left, top, mm }: Sheet, [column, row]: Pixel): Point {
  const into = intoOf({ right, down }), u = left + column * mm, v = top + row * mm, w = dot(centre, into);
  return [0, 1, 2].map((i) => right[i]! * u + down[i]! * v + into[i]! * w) as unknown as Point;
}

const value = (vr: string, ...Value: unknown[]) => ({ vr, Value });

/* The object a plane's figures speak for: the series' own attributes, the plane's own pixels. */
export function frameOfPlane(frame: Frame, name: string, { columns, rows, mm }: Sheet): Frame {
  const instance: DicomJson = { ...frame.instance };
  const type = text(ofFrame(frame.instance, frame.frame, TAG.rescaleType), TAG.rescaleType);
  for (const tag of [TAG.perFrame, TAG.shared, TAG.position, TAG.orientation, TAG.frameOfReference, TAG.regions]) delete instance[tag];
  if (type) instance[TAG.rescaleType] = value('LO', type);
  instance[TAG.spacing] = value('DS', mm, mm);
  instance[TAG.columns] = value('US', columns);
  instance[TAG.rows] = value('US', rows);
  return { imageId: `plane:/series/0/${name}`, sop: name, frame: 1, instance, instanceNumber: number(frame.instance, TAG.instanceNumber), position: null, orientation: null };
}

export class CutSurface implements Surface {
  readonly id: string;
  private last: { key: string; frame: Frame } | null = null;

  constructor(private readonly looking: Looking, readonly name: PlaneName, private readonly measured: () => Measured) {
    this.id = name;
  }

  private facing = () => this.looking.current().cut.facing[this.name];
  private sheet = () => sheetOf(this.looking.grid, this.facing());
  get unready() {
    return isWhole(this.measured().volume.by) ? 'viewer.notFull' : 'volume.noMeasure';
  }

  current = (): { shown: number; full: boolean; window: Window } => {
    return { shown: 0, full: isWhole(this.measured().volume.by), window: this.looking.current().look[this.name].window };
  };

  frameAt = (index: number | null): Frame | null => {
    if (index === null) return null;
    const { cut, slab } = this.looking.current();
    const { volume, name } = this.measured();
    const key = [nameOf(cut.facing[this.name], cut.centre), slab.mode, slab.mode === 'thin' ? '' : slab.mm, name].join('|');
    if (this.last?.key !== key) this.last = { key, frame: frameOfPlane(volume.frames[volume.frames.length >> 1]!, key, this.sheet()) };
    return this.last.frame;
  };

  point = (pixel: Pixel): Point => sheetPoint(this.facing(), this.looking.current().cut.centre, this.sheet(), pixel);
  toPixel = (x: number, y: number): Pixel => {
    const { left, top, mm } = this.sheet(), { right, down } = this.facing();
    const at = this.patient(x, y);
    return [(dot(at, right) - left) / mm, (dot(at, down) - top) / mm];
  };
  toScreen = (pixel: Pixel): [number, number] => toScreen(this.facing(), this.looking.eye(this.name), this.point(pixel));
  patient = (x: number, y: number): Point => toPatient(this.facing(), this.looking.eye(this.name), [x, y]);
  size = () => {
    const { width, height } = this.looking.eye(this.name);
    return [width, height] as const;
  };
  pause = () => undefined;
  onView = (listener: () => void) => this.looking.subscribe(listener);

  /* What is drawn, so what is read: the slab in its thickness. */
  pixels = (): Values => {
    const { volume, unit } = this.measured();
    const { cut, slab } = this.looking.current();
    const facing = cut.facing[this.name], into = intoOf(facing), sheet = this.sheet();
    return { columns: sheet.columns, rows: sheet.rows, color: false, unit, at: (column, row) => slabValueAt(volume, sheetPoint(facing, cut.centre, sheet, [column, row]), into, slab) };
  };
  valueOf = (volume: Volume, at: Point) => {
    const { cut, slab } = this.looking.current();
    return slabValueAt(volume, at, intoOf(cut.facing[this.name]), slab);
  };
}
