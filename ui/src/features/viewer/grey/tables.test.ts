/*
 * Tests of the tables of grey levels.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson, Frame } from '../dicom';
import { entryOf, greysOf, readTable, tableShown, throughModality, throughView } from './tables';

const us = (...Value: number[]) => ({ vr: 'US', Value });
const item = (descriptor: number[], data: DicomJson[string]): DicomJson => ({ '00283002': us(...descriptor), '00283006': data });
const frameOf = (instance: DicomJson): Frame => ({ imageId: '', sop: '1', frame: 1, instance: { '00280004': { vr: 'CS', Value: ['MONOCHROME2'] }, ...instance }, instanceNumber: 1, position: null, orientation: null });
const voi = { vr: 'SQ', Value: [{ '00283003': { vr: 'LO', Value: ['OS'] } }, {}] };
const window = { '00281050': { vr: 'DS', Value: [40, 400] }, '00281051': { vr: 'DS', Value: [400, 1800] }, '00281055': { vr: 'LO', Value: ['MOU', 'OS'] } };

describe('E25 tables of grey levels', () => {
  it('entries as words or as bytes; below the first value the first, above the last the last', () => {
    const wide = readTable(item([3, -1, 16], us(10, 20, 4095)), null)!;
    expect([...wide.entries]).toEqual([10, 20, 4095]);
    expect(wide.bits).toBe(12); // all of them fit 12
    expect([-50, -1, 0, 0.9, 1, 99].map((value) => entryOf(wide, value))).toEqual([10, 10, 20, 20, 4095, 4095]);
    const narrow = readTable(item([4, 0, 8], { vr: 'OW', InlineBinary: btoa(String.fromCharCode(1, 2, 3, 255)) }), null)!;
    expect([...narrow.entries]).toEqual([1, 2, 3, 255]);
    expect(narrow.bits).toBe(8);
    expect([...readTable(item([2, 0, 16], { vr: 'OW', BulkDataURI: 'x' }), new Uint8Array([0, 1, 255, 255]))!.entries]).toEqual([256, 65535]);
  });
  it('65536 entries are written as 0', () => expect(readTable(item([0, 0, 8], { vr: 'OW', BulkDataURI: '' }), new Uint8Array(65536))?.entries.length).toBe(65536));
  it('what contradicts its descriptor is no table', () => {
    for (const bad of [item([3, 0, 16], us(1)), item([3, 0, 7], us(1, 2, 3)), item([3, 0, 17], us(1, 2, 3)), item([3, 0], us(1, 2, 3)), item([3, 0, 16], { vr: 'OW', InlineBinary: btoa('abc') }), item([3, 0, 16], { vr: 'US', Value: ['x', 1, 2] }), {}])
      expect(readTable(bad, null)).toBeNull();
  });
  it('values of the modality; greys of the screen over the whole depth of the table', () => {
    const table = readTable(item([3, 100, 10], us(0, 512, 1023)), null)!;
    expect(throughModality(table, [99, 101, 102, 500])).toEqual({ values: Uint16Array.from([0, 512, 1023, 1023]), min: 0, max: 1023 });
    expect([...throughView(table, [200, 202, 204], 0.5, 0)]).toEqual([0, 128, 255]);
  });
  it('windows of the object come before its tables; alone its first table is shown; a choice goes before', () => {
    const both = frameOf({ ...window, '00283010': voi }), alone = frameOf({ '00283010': voi });
    expect(greysOf(both).map((one) => one.words)).toEqual(['MOU', 'OS', 'OS', '']);
    expect([tableShown(both, 'own'), tableShown(both, 1), tableShown(both, 2), tableShown(both, 'window')]).toEqual([null, 1, null, null]);
    expect([tableShown(alone, 'own'), tableShown(alone, 'window')]).toEqual([0, null]);
    expect(greysOf({ ...alone, instance: { ...alone.instance, '00280004': { vr: 'CS', Value: ['RGB'] } } })).toEqual([]);
  });
});
