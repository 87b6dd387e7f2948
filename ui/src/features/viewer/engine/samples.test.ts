/*
 * Tests of samples that carry overlays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson } from '../dicom';
import { bitsOf, carriesMore, takeOut } from './samples';

const us = (value: number) => ({ vr: 'US', Value: [value] });
const image = (stored: number, high: number, signed: number, more: DicomJson = {}): DicomJson => ({ '00280002': us(1), '00280100': us(16), '00280101': us(stored), '00280102': us(high), '00280103': us(signed), ...more });
const embedded: DicomJson = { '60000010': us(2), '60000102': us(15) };

describe('E25 overlays in the bits of the samples', () => {
  it('are found where an overlay has no data of its own', () => {
    expect(carriesMore(image(12, 11, 0, embedded))).toBe(true);
    expect(carriesMore(image(12, 11, 0))).toBe(false);
    expect(carriesMore(image(12, 11, 0, { ...embedded, '60003000': { vr: 'OW', InlineBinary: '' } }))).toBe(false);
    expect(carriesMore(image(16, 15, 0, embedded))).toBe(false);
  });
  it('are taken out; the sign of what is stored stays', () => {
    const unsigned = new Uint16Array([0x8001, 0x4fff, 0x0123]);
    expect(takeOut(image(12, 11, 0), unsigned)).toEqual({ min: 1, max: 0xfff });
    expect([...unsigned]).toEqual([1, 0xfff, 0x123]);
    const signed = new Int16Array([0x4fff, 0x07ff, -0x8000]);
    expect(takeOut(image(12, 11, 1), signed)).toEqual({ min: -1, max: 0x7ff });
    expect([...signed]).toEqual([-1, 0x7ff, 0]);
  });
  it('are kept a bit a pixel', () => {
    expect([...bitsOf(new Uint16Array([0x8000, 0, 0x8001, 0, 0, 0, 0, 0, 0xffff]), 15)]).toEqual([0b101, 1]);
    expect([...bitsOf(new Int16Array([-0x8000, 1]), 15)]).toEqual([1]);
  });
  it('below them too, where the highest bit says so', () => {
    const values = new Uint16Array([0xfff5, 0x0010]);
    expect(takeOut(image(12, 15, 0), values)).toEqual({ min: 1, max: 0xfff });
    expect([...values]).toEqual([0xfff, 1]);
    expect(takeOut(image(12, 11, 0), [])).toBeNull();
  });
});
