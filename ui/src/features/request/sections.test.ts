/* The form asks what this exam and this patient call for. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { Act } from '@/shared/api/types';
import { pregnancyAsked } from '@/shared/format/pregnancy';
import { changesOf, fieldsFor, SECTIONS } from './sections';

const NOW = Date.UTC(2026, 10, 23);
const act = (sex: string, birth_date: string, modality = 'CT') => ({ modality, patient: { sex, birth_date } }) as unknown as Act;
const names = (one: Act) => SECTIONS.flatMap((section) => fieldsFor(section, one, NOW)).map((field) => field.name);

describe('the request form', () => {
  it('E11: asks every woman from 10 to 55 about a pregnancy, and nobody else', () => {
    expect(pregnancyAsked(act('F', '2016-11-23'), NOW)).toBe(true);
    expect(pregnancyAsked(act('F', '2016-11-24'), NOW)).toBe(false);
    expect(pregnancyAsked(act('F', '1971-01-01'), NOW)).toBe(true);
    expect(pregnancyAsked(act('F', '1970-11-22'), NOW)).toBe(false);
    expect(pregnancyAsked(act('M', '1990-01-01'), NOW)).toBe(false);
  });
  it('E11: asks when the sex or the birth date is not known', () => {
    expect(pregnancyAsked(act('U', '1990-01-01'), NOW)).toBe(true);
    expect(pregnancyAsked(act('F', '1990-00-00'), NOW)).toBe(true);
  });
  it('E5: asks each item of the MRI checklist, and the kidneys where something may be injected', () => {
    expect(names(act('M', '1990-01-01', 'MR'))).toEqual(expect.arrayContaining(['mri_pacemaker', 'mri_metal_in_eye', 'renal_date']));
    expect(names(act('M', '1990-01-01', 'CT'))).not.toContain('mri_pacemaker');
    expect(names(act('M', '1990-01-01', 'DX'))).not.toContain('renal_value');
  });
  it('asks about implants before an MRI only', () => {
    expect(names(act('M', '1990-01-01', 'MR'))).toContain('implants');
    expect(names(act('M', '1990-01-01', 'CT'))).not.toContain('implants');
  });
  it('R.1333-53: always shows the items of the written exchange', () =>
    expect(names(act('M', '1990-01-01'))).toEqual(expect.arrayContaining(['reason', 'purpose', 'circumstances', 'earlier_exams', 'optimisation'])));
  it('saves only what changed', () => expect(changesOf({ reason: 'a', purpose: 'b', allergies: '' }, { reason: 'a', purpose: 'c' })).toEqual({ purpose: 'b' }));
});
