/*
 * Standardised uptake against a hand computation, and each thing whose absence refuses it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import type { DicomJson } from '../dicom';
import { bodySurface, leanMass, secondsOf, suvOf } from './suv';

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
  it('by lean mass and by surface, against hand computations', () => {
    // 80 kg, 1.75 m: index 26.1224; man 9270 × 80 / (6680 + 216 × 26.1224) = 60.183 kg, woman 9270 × 80 / (8780 + 244 × 26.1224) = 48.938 kg.
    expect(leanMass(80, 1.75, 'M')).toBeCloseTo(60.183, 2);
    expect(leanMass(80, 1.75, 'F')).toBeCloseTo(48.938, 2);
    // Du Bois, 70 kg and 170 cm: the nomogram's 1.81 m².
    expect(bodySurface(70, 1.7)).toBeCloseTo(1.81, 2);
    const body = { '00101020': [1.68], '00100040': ['M'] };
    const left = 238e6 * 2 ** (-3600 / 6586.2);
    const lean = (9270 * 68) / (6680 + (216 * 68) / (1.68 * 1.68));
    expect((suvOf(pet(body), 'lbm') as { factor: number }).factor).toBeCloseTo((lean * 1000) / left, 12);
    expect((suvOf(pet(body), 'bsa') as { factor: number }).factor).toBeCloseTo((0.007184 * 68 ** 0.425 * 168 ** 0.725 * 1e4) / left, 12);
    expect((suvOf(pet(body), 'bw') as { factor: number }).factor).toBeCloseTo(factor(pet()), 15);
  });
  it('lean mass needs sex and height, surface a height in metres; weight is enough for weight', () => {
    const of = (values: Record<string, unknown[]>, kind: 'bw' | 'lbm' | 'bsa') => (suvOf(pet(values), kind) as { missing?: string[] }).missing ?? [];
    expect(of({}, 'lbm')).toEqual(['height', 'sex']);
    expect(of({ '00101020': [1.7], '00100040': ['O'] }, 'lbm')).toEqual(['sex']);
    expect(of({ '00101020': [170], '00100040': ['F'] }, 'lbm')).toEqual(['height']);
    expect(of({ '00100040': ['F'] }, 'bsa')).toEqual(['height']);
    expect(of({ '00101020': [1.7] }, 'bsa')).toEqual([]);
    expect(of({}, 'bw')).toEqual([]);
  });
  it('times are read whole or not at all', () => {
    expect(secondsOf('20260115', '100000.5')).toBe(Date.UTC(2026, 0, 15, 10) / 1000 + 0.5);
    expect(secondsOf('20260115', '10')).toBeNull();
    expect(secondsOf('', '100000')).toBeNull();
  });
});
