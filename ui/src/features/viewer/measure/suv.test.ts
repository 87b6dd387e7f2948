/*
 * Standardised uptake against a hand computation, and each thing whose absence refuses it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson } from '../dicom';
import { secondsOf, suvOf } from './suv';

const put = (values: Record<string, unknown[]>): DicomJson => Object.fromEntries(Object.entries(values).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
const DRUG = { '00181072': ['090000'], '00181074': [238000000], '00181075': [6586.2] };
const PET = { '00541001': ['BQML'], '00280051': ['DECY', 'ATTN', 'SCAT'], '00541102': ['START'], '00101030': [68], '00080021': ['20260115'], '00080031': ['100000'], '00080032': ['100000'], '00080022': ['20260115'], '00080020': ['20260115'] };
const pet = (more: Record<string, unknown[]> = {}, drug: Record<string, unknown[]> = DRUG) => ({ ...put({ ...PET, ...more }), '00540016': { vr: 'SQ', Value: [put(drug)] } });
const factor = (one: DicomJson) => (suvOf(one) as { factor: number }).factor;
const missing = (one: DicomJson) => (suvOf(one) as { missing: string[] }).missing;

describe('SUV by body weight', () => {
  it('divides by the dose left at the start of the series, per gram', () => {
    const left = 238e6 * Math.exp((-Math.LN2 * 3600) / 6586.2);
    expect(factor(pet())).toBeCloseTo(68000 / left, 12);
    expect(5000 * factor(pet())).toBeCloseTo((5000 / left) * 68000, 9);
  });
  it('images corrected to the injection use the whole dose', () => expect(factor(pet({ '00541102': ['ADMIN'] }))).toBeCloseTo(68000 / 238e6, 15));
  it('a series time written later than the acquisition is not the start', () => expect(factor(pet({ '00080031': ['113000'] }))).toBeCloseTo(factor(pet()), 12));
  it('takes the whole date of the injection where it is given', () => {
    const night = pet({ '00080021': ['20260116'], '00080022': ['20260116'], '00080031': ['003000'], '00080032': ['003000'] }, { ...DRUG, '00181078': ['20260115233000'] });
    expect(factor(night)).toBeCloseTo(factor(pet()), 12);
  });
  it('is refused with what is missing', () => {
    expect(missing(pet({ '00541001': ['CNTS'] }))).toEqual(['units']);
    expect(missing(pet({ '00280051': ['DECY'] }))).toEqual(['attenuation']);
    expect(missing(pet({ '00280051': ['ATTN'] }))).toEqual(['decay']);
    expect(missing(pet({ '00541102': ['NONE'] }))).toEqual(['decay']);
    expect(missing(pet({ '00101030': [0] }))).toEqual(['weight']);
    expect(missing(pet({}, { ...DRUG, '00181074': [] }))).toEqual(['dose']);
    expect(missing(pet({}, { ...DRUG, '00181075': [] }))).toEqual(['half-life']);
    expect(missing(pet({}, { ...DRUG, '00181072': ['110000'] }))).toEqual(['times']);
    expect(missing(put(PET))).toEqual(['dose', 'half-life', 'times']);
  });
  it('times are read whole or not at all', () => {
    expect(secondsOf('20260115', '100000.5')).toBe(Date.UTC(2026, 0, 15, 10) / 1000 + 0.5);
    expect(secondsOf('20260115', '10')).toBeNull();
    expect(secondsOf('', '100000')).toBeNull();
  });
});
