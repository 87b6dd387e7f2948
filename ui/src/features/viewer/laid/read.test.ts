/*
 * Tests of overlay planes and shutters as an object says them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson, Frame } from '../dicom';
import { coveredBy, drawBits, overlaysOf, shutterOf } from './read';

const us = (...Value: number[]) => ({ vr: 'US', Value });
const cs = (...Value: string[]) => ({ vr: 'CS', Value });
const frameOf = (instance: DicomJson, frame = 1): Frame => ({ imageId: '', sop: '1', frame, instance, instanceNumber: 1, position: null, orientation: null });
const plane: DicomJson = { '60000010': us(2), '60000011': us(3), '60000050': { vr: 'SS', Value: [-1, 2] }, '60001500': { vr: 'LO', Value: ['CALCIF'] }, '60003000': { vr: 'OW', InlineBinary: 'Bg==' } };

describe('E25 overlay planes', () => {
  it('their size, place (perhaps outside of the image) and words', () => {
    expect(overlaysOf(frameOf(plane))).toEqual([{ group: '6000', rows: 2, columns: 3, top: -2, left: 1, firstBit: 0, words: 'CALCIF', shutters: false, bit: 0, bytes: { inline: 'Bg==' } }]);
  });
  it('a plane of many frames gives each its own bits, from the frame it begins at', () => {
    const many = { ...plane, '60000015': { vr: 'IS', Value: [2] }, '60000051': us(3) };
    expect(overlaysOf(frameOf(many, 2))).toEqual([]);
    expect(overlaysOf(frameOf(many, 3))[0]?.firstBit).toBe(0);
    expect(overlaysOf(frameOf(many, 4))[0]?.firstBit).toBe(6);
    expect(overlaysOf(frameOf(many, 5))).toEqual([]);
  });
  it('one plane lies over all frames; one in the samples has no bytes of its own; a bitmap may be a shutter', () => {
    expect(overlaysOf(frameOf(plane, 7))).toHaveLength(1);
    const { '60003000': _, ...embedded } = plane;
    expect(overlaysOf(frameOf(embedded))[0]?.bytes).toBeNull();
    expect(overlaysOf(frameOf({ ...plane, '00181600': cs('BITMAP'), '00181623': us(0x6000) }))[0]?.shutters).toBe(true);
    expect(overlaysOf(frameOf({ ...plane, '60003000': { vr: 'OW', BulkDataURI: 'http://elsewhere/' } }))[0]?.bytes).toEqual({ tag: '60003000' });
  });
  it('what is malformed is none', () => {
    const none: DicomJson[] = [{ '60000010': us(0), '60000011': us(3) }, { '60000010': us(2) }, { '60010010': us(2), '60010011': us(2) }, { '60000010': us(60000), '60000011': us(60000) }];
    for (const one of none) expect(overlaysOf(frameOf(one))).toEqual([]);
    expect(overlaysOf(frameOf({ ...plane, '60000050': { vr: 'SS', Value: ['x', 1] } }))[0]).toMatchObject({ top: 0, left: 0 });
  });
  it('the lowest bit of a byte is the first pixel; too few bytes draw nothing', () => {
    const one = overlaysOf(frameOf(plane))[0]!, rgba = new Uint8ClampedArray(24);
    expect(drawBits(new Uint8Array([0b000110]), one, [1, 2, 3], rgba)).toBe(true);
    expect([...rgba].map((value, i) => (i % 4 === 3 ? value : -1)).filter((value) => value >= 0)).toEqual([0, 255, 255, 0, 0, 0]);
    expect([...rgba.slice(4, 8)]).toEqual([1, 2, 3, 255]);
    expect(drawBits(new Uint8Array([]), one, [1, 2, 3], rgba)).toBe(false);
  });
});

describe('E25 shutters', () => {
  const rectangle: DicomJson = { '00181600': cs('RECTANGULAR'), '00181602': { vr: 'IS', Value: [11] }, '00181604': { vr: 'IS', Value: [90] }, '00181606': { vr: 'IS', Value: [21] }, '00181608': { vr: 'IS', Value: [80] }, '00181622': us(0x8000) };
  it('edges count from 1 and are seen; the grey is that of the P-value', () => {
    const one = shutterOf(frameOf(rectangle))!;
    expect(one.grey).toBe(128);
    expect(coveredBy(one, 100, 100)).toEqual(['M-0.5 -0.5H99.5V99.5H-0.5ZM9.5 19.5H89.5V79.5H9.5Z']);
  });
  it('several shapes each cover; a frame may have its own', () => {
    const both: DicomJson = { ...rectangle, '00181600': cs('RECTANGULAR', 'CIRCULAR', 'POLYGONAL'), '00181610': { vr: 'IS', Value: [50, 40] }, '00181612': { vr: 'IS', Value: [30] }, '00181620': { vr: 'IS', Value: [1, 1, 1, 9, 9, 9] } };
    expect(coveredBy(shutterOf(frameOf(both))!, 100, 100)).toHaveLength(3);
    const own: DicomJson = { '52009230': { vr: 'SQ', Value: [{}, { '00189472': { vr: 'SQ', Value: [rectangle] } }] } };
    expect(shutterOf(frameOf(own, 1))).toBeNull();
    expect(shutterOf(frameOf(own, 2))?.rectangle?.left).toBe(11);
  });
  it('what contradicts itself covers nothing', () => {
    const odd: DicomJson[] = [{ '00181602': { vr: 'IS', Value: [91] } }, { '00181604': { vr: 'IS' } }, { '00181600': cs('ROUND') }];
    for (const one of odd) expect(shutterOf(frameOf({ ...rectangle, ...one }))).toBeNull();
  });
});
