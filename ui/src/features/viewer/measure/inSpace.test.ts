/*
 * Tests of measures in the space of the patient, as frames show them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { Frame } from '../dicom';
import { inSpaceOn } from './inSpace';
import type { Recorded, RecordedDrawing } from './recorded';

const frameAt = (z: number): Frame => ({ imageId: '', sop: '1', frame: 1, instanceNumber: 1, position: [-10, -20, z], orientation: [1, 0, 0, 0, 1, 0],
  instance: { '00280030': { vr: 'DS', Value: [2, 1] }, '00200052': { vr: 'UI', Value: ['7.7'] }, '00280010': { vr: 'US', Value: [50] }, '00280011': { vr: 'US', Value: [50] }, '00180050': { vr: 'DS', Value: [4] } } });
const of = (one: Partial<RecordedDrawing>, reference = '7.7'): Recorded => ({ cut: false, mine: null, objects: [{ marks: [{ kind: 'drawing', series: '', sop: '', frame: 0, points: [], drawings: [{ shape: 'line', displayed: false, points: [], reference, ...one }] }] }] } as unknown as Recorded);
const drawn = (recorded: Recorded, z: number) => inSpaceOn(recorded, frameAt(z)).flatMap((one) => one.mark.drawings ?? []);

describe('E25 measures in the space of the patient', () => {
  const line = of({ space: [[0, 0, 30], [5, 10, 31]] }), through = of({ space: [[0, 0, 0], [10, 20, 40]] });
  it('lie whole on the slice that holds them, in its pixels', () => {
    expect(drawn(line, 30)).toEqual([{ shape: 'line', displayed: false, points: [[10, 10], [15, 15]] }]);
    expect(drawn(line, 34)).toEqual([]);
  });
  it('show where they cross a slice; points only near it', () => {
    expect(drawn(through, 10)).toEqual([{ shape: 'points', displayed: false, points: [[12.5, 12.5]] }]);
    expect(drawn(of({ shape: 'points', space: [[0, 0, 10], [0, 0, 90]] }), 10)).toEqual([{ shape: 'points', displayed: false, points: [[10, 10]] }]);
  });
  it('of another frame of reference are nowhere', () => expect(drawn(of({ space: [[0, 0, 30], [5, 10, 31]] }, '7.8'), 30)).toEqual([]));
});
