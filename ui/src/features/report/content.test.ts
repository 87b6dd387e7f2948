/*
 * The dose of a report: from the equipment unless somebody wrote another, and never a number that was not typed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { type Dose, doseToTake, fieldOf, measured, readDose, same } from './content';

const supplied: Dose = { source: 'rdsr', ctdi: [{ mgy: 7.4, phantom_cm: 32, label: 'Abdomen' }], dlp_mgycm: 284.1, dap_mgycm2: null };

describe('the dose', () => {
  it('keeps what the report keeps, without empty members', () => {
    expect(measured({ ...supplied, exposures: [] } as Dose)).toEqual({ source: 'rdsr', ctdi: [{ mgy: 7.4, phantom_cm: 32, label: 'Abdomen' }], dlp_mgycm: 284.1 });
    expect(measured(null)).toBeNull();
    expect(measured({ source: 'entered', dlp_mgycm: 3 })).toBeNull();
  });
  it('comes from the equipment, and follows it', () => {
    const one = measured(supplied)!;
    expect(doseToTake({}, one)).toEqual(one);
    expect(doseToTake({ dose: one }, one)).toBeNull();
    expect(doseToTake({ dose: { ...one, dlp_mgycm: 100 } }, one)).toEqual(one);
    expect(doseToTake({}, null)).toBeNull();
  });
  it('written by hand stays', () => {
    for (const source of ['entered', 'not-supplied'] as const) expect(doseToTake({ dose: { source, reason: 'r' } }, measured(supplied))).toBeNull();
  });
  it('is typed with a comma or a point, and nothing else', () => {
    expect(readDose('1 234,5')).toBe(1234.5);
    expect(readDose('0.25')).toBe(0.25);
    for (const wrong of ['', '-1', '1e3', '12 mGy', '1,2,3', 'abc']) expect(readDose(wrong), wrong).toBeNull();
  });
});

describe('contents', () => {
  it('are the same whatever the order, and when what is empty is absent', () => {
    expect(same({ results: 'a', urgent: false, comparison: '' }, { results: 'a' })).toBe(true);
    expect(same({ dose: { source: 'rdsr', ctdi: [] } }, { dose: { source: 'rdsr' } })).toBe(true);
    expect(same({ incidents: { none: true } }, {})).toBe(false);
    expect(same({ incidents: { text: '' } }, { incidents: { none: true } })).toBe(false);
  });
  it('a missing item leads to its field', () => {
    expect(fieldOf('report-conclusion')).toBe('conclusion');
    expect(fieldOf('dose-dlp')).toBe('dose');
  });
});
