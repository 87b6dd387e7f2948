/*
 * A mammogram as it is hung: chest wall towards the middle, axilla up; by what the image says of itself, or not at all. Pure. E25.
 *
 * Patient Orientation (PS3.3 C.7.6.1.1.1) says where rows and columns run; what it does not say, or says against the side or the
 * view, is not guessed: the image is shown as it is, with why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, number, numbers, TAG, text } from '../dicom';
import { sideOf, viewOf } from './facts';

export type WallTrouble = 'noSide' | 'sideContradicts' | 'noView' | 'viewContradicts' | 'noOrientation' | 'odd';
export type Hung = { flip: boolean; tumble: boolean; wall: 'left' | 'right' } | { trouble: WallTrouble };

const said = (instance: DicomJson, tag: string) => text(instance, tag).trim().toUpperCase();

export function hangBreast(instance: DicomJson): Hung {
  const side = sideOf(instance), view = viewOf(instance);
  if (side !== 'R' && side !== 'L') return { trouble: said(instance, TAG.imageLaterality) && said(instance, TAG.laterality) && said(instance, TAG.imageLaterality) !== said(instance, TAG.laterality) ? 'sideContradicts' : 'noSide' };
  if (!view) return { trouble: said(instance, TAG.viewPosition) ? 'viewContradicts' : 'noView' };
  const values = instance[TAG.patientOrientation]?.Value as unknown[] | undefined;
  const [row, column] = [values?.[0], values?.[1]].map((one) => (typeof one === 'string' && /^[LRPAHF]{1,3}$/.test(one) ? one : ''));
  if (!row || !column) return { trouble: 'noOrientation' };
  const across = row[0]!, down = column[0]!;
  // From above, rows run across the chest wall and columns from side to side; obliquely or from the side, columns run head to foot.
  const up = /^(CC|XCC|FB)/.test(view) ? (side === 'R' ? 'L' : 'R') : 'F'; // what a column runs to when the axilla is up
  const opposite = { L: 'R', R: 'L', F: 'H', H: 'F' }[up];
  if (!/[AP]/.test(across) || (down !== up && down !== opposite)) return { trouble: 'odd' };
  const stored = across === 'A' ? 'left' : 'right'; // where the chest wall is before any turn: rows that run forward begin at it
  const wall = side === 'R' ? 'right' : 'left';
  return { flip: stored !== wall, tumble: down !== up, wall };
}

/* Millimetres of one column, for the same scale in all panes; null where the image does not say. The detector's own spacing is good enough to compare two of one kind. */
export function columnMm(instance: DicomJson): number | null {
  const spacing = numbers(instance, TAG.spacing) ?? numbers(instance, TAG.imagerSpacing);
  return spacing && spacing[1]! > 0 && number(instance, TAG.columns) ? spacing[1]! : null;
}
