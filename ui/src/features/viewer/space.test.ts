/*
 * Places in the patient against values computed by hand.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { type DicomJson, type Frame, framesOf, TAG } from './dicom';
import { followIndex, nearestFrame, onPlane, patientPoint, planeOf, referenceLine, scaleBar, turnedLetters } from './space';

const make = (position: number[], orientation: number[], more: Record<string, unknown[]> = {}): Frame => {
  const one: DicomJson = Object.fromEntries(Object.entries({
    [TAG.sopInstance]: ['1.2'], [TAG.rows]: [101], [TAG.columns]: [201], [TAG.spacing]: [2, 1], [TAG.position]: position, [TAG.orientation]: orientation, [TAG.frameOfReference]: ['1.9'], ...more,
  }).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
  return framesOf('https://here', '1', '2', one)[0]!;
};
const axial = (z: number, more = {}) => make([-100, -100, z], [1, 0, 0, 0, 1, 0], more);
const coronal = (y: number) => make([-100, y, 100], [1, 0, 0, 0, 0, -1]);

describe('planes', () => {
  it('a pixel has its point of the patient, and back', () => {
    const plane = planeOf(axial(30))!;
    expect(patientPoint(plane, [100, 50])).toEqual([0, 0, 30]);
    expect(onPlane(plane, [12, -20, 33])).toEqual({ pixel: [112, 40], away: 3 });
  });
  it('say nothing when something is missing', () => {
    expect(planeOf(axial(0, { [TAG.frameOfReference]: [] }))).toBeNull();
    expect(planeOf(axial(0, { [TAG.spacing]: [] }))).toBeNull();
    expect(planeOf(make([], [1, 0, 0, 0, 1, 0]))).toBeNull();
  });
});

describe('panes that move together', () => {
  const thin = Array.from({ length: 41 }, (_, i) => axial(100 - 5 * i)), thick = Array.from({ length: 11 }, (_, i) => axial(-100 + 20 * i));
  it('go to the slice nearest in space, whatever its number', () => {
    expect(followIndex(thin[9]!, thick)).toBe(8); // 55 mm: 60 is nearest
    expect(followIndex(thick[0]!, thin)).toBe(40);
  });
  it('not another frame of reference, nor another direction', () => {
    expect(followIndex(thin[9]!, [axial(55, { [TAG.frameOfReference]: ['1.8'] })])).toBeNull();
    expect(followIndex(thin[9]!, [coronal(0)])).toBeNull();
  });
  it('the cursor finds the slice in any direction', () => {
    const stack = Array.from({ length: 21 }, (_, i) => coronal(-100 + 10 * i));
    expect(nearestFrame(stack, '1.9', [5, 33, 12])).toEqual({ index: 13, away: 3 });
    expect(nearestFrame(stack, '1.8', [5, 33, 12])).toBeNull();
  });
});

describe('lines of other planes', () => {
  it('cut the image where the other plane stands', () => {
    const line = referenceLine(axial(30), coronal(20))!; // y = 20 is row 60
    for (const [, row] of line) expect(row).toBeCloseTo(60, 9);
    expect(line.map(([column]) => column).sort((a, b) => a - b)).toEqual([-0.5, 200.5]);
  });
  it('parallel planes have none, nor one that ends before', () => {
    expect(referenceLine(axial(30), axial(40))).toBeNull();
    expect(referenceLine(axial(300), coronal(20))).toBeNull();
  });
});

describe('letters of a turned image', () => {
  const one = axial(0);
  it('upright, turned, mirrored', () => {
    expect(turnedLetters(one, [1, 0], [0, 1])).toEqual({ right: 'L', left: 'R', top: 'A', bottom: 'P' });
    expect(turnedLetters(one, [0, -1], [1, 0])).toEqual({ right: 'A', left: 'P', top: 'R', bottom: 'L' }); // a quarter turn clockwise
    expect(turnedLetters(one, [-1, 0], [0, 1])).toEqual({ right: 'R', left: 'L', top: 'A', bottom: 'P' });
  });
  it('of a projection follow what it says', () => {
    const dx = make([], [], { [TAG.patientOrientation]: ['L', 'F'] });
    expect(turnedLetters(dx, [0, -1], [1, 0])).toEqual({ right: 'H', left: 'F', top: 'R', bottom: 'L' });
  });
});

describe('the scale bar', () => {
  it('is 1, 2 or 5 × a power of ten and no longer than its room', () => {
    expect(scaleBar(0.5, 200)).toEqual({ length: 100, pixels: 200 });
    expect(scaleBar(0.43, 180)).toEqual({ length: 50, pixels: 50 / 0.43 });
    expect(scaleBar(0.01, 250)).toEqual({ length: 2, pixels: 200 });
    expect(scaleBar(0, 100)).toBeNull();
  });
});
