/*
 * Slices made by hand, for tests of volumes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type DicomJson, type Frame, framesOf, TAG } from '../dicom';
import { readStack } from './grid';

const put = (values: Record<string, unknown[]>): DicomJson => Object.fromEntries(Object.entries(values).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
let made = 0;
export function slice(position: number[], more: Record<string, unknown[]> = {}): Frame {
  return framesOf('/r', '1', '2', put({
    [TAG.sopInstance]: [`1.${++made}`], [TAG.modality]: ['CT'], [TAG.frameOfReference]: ['9'], [TAG.rows]: [20], [TAG.columns]: [30], [TAG.photometric]: ['MONOCHROME2'], [TAG.spacing]: [0.8, 0.5],
    [TAG.orientation]: [1, 0, 0, 0, 1, 0], [TAG.position]: position, [TAG.slope]: [1], [TAG.intercept]: [-1024], '00280101': [12], '00280103': [0], ...more,
  }))[0]!;
}
export const stackOf = (zs: number[], more: Record<string, unknown[]> = {}) => readStack(zs.map((z) => slice([-10, -20, z], more)));
