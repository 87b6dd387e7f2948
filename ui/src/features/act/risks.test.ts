/*
 * What is shown before an injection, and what is not worth a line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { describe, expect, it } from 'vitest';
import { isNone, risksOf } from './risks';

describe('what an injection has to reckon with', () => {
  it('an allergy that is told is shown, in whatever words; none is not', () => {
    for (const said of ['Urticaire après iode en 2019', 'Iode', 'Pénicilline', 'oui']) expect(risksOf({ allergies: said })).toEqual(['allergies']);
    for (const said of ['', '  ', 'Aucune connue', 'aucun', 'Non', 'RAS', 'néant', 'Pas d’allergie connue', undefined]) expect(isNone(said)).toBe(true);
  });
  it('told in the request and denied at the site: said as a difference', () => {
    expect(risksOf({ allergies: 'Iode' }, 'Aucune')).toEqual(['allergiesDiffer']);
    expect(risksOf({ allergies: 'Iode' }, 'Iode, urticaire')).toEqual(['allergies']);
    expect(risksOf({ allergies: 'Aucune' }, 'Aucune')).toEqual([]);
  });
  it('kidneys that filter less, metformin, anticoagulants', () => {
    expect(risksOf({ renal_value: 41, renal_unit: 'mL/min/1.73m2' })).toEqual(['renal']);
    expect(risksOf({ renal_value: 92, renal_unit: 'mL/min/1.73m2' })).toEqual([]);
    expect(risksOf({ renal_value: 92, renal_unit: 'umol/L' })).toEqual(['renal']);
    expect(risksOf({ metformin: 'yes', anticoagulants: 'yes' })).toEqual(['metformin', 'anticoagulants']);
    expect(risksOf({ metformin: 'unknown', anticoagulants: 'no' })).toEqual([]);
    expect(risksOf(undefined)).toEqual([]);
  });
});
