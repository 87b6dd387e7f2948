// Who is shown when one asks for what lacks or ends soon. S5, O6. SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { SkillPerson } from '@/shared/api/requests/staff';
import { endsWithin, lacks, lasts } from './skills';

const procedures = [{ id: 1, kind: 'protocol' as const, code: 'P1', title: 'Un', version: 2 }];
const cell = (state: string, days: number | null, required = true) => ({ state, until: '', days, required, blocks: required, irradiating: false });
const person = (cells: SkillPerson['cells'], version?: number, check: SkillPerson['procedures'][number]['check'] = null): SkillPerson =>
  ({ id: 1, name: 'A', profession: '', roles: ['imager'], cells, procedures: version === undefined ? [] : [{ id: 1, signed_version: version, check }] });

describe('S5 O6 skills', () => {
  it('what is asked for and does not hold lacks; what nobody asks for does not', () => {
    expect(lacks(person({ insurance: cell('expired', -3) }), procedures)).toBe(true);
    expect(lacks(person({ insurance: cell('expired', -3, false) }), procedures)).toBe(false);
    expect(lacks(person({ insurance: cell('soon', 20) }), procedures)).toBe(false);
  });
  it('an older version signed, or a protocol not checked, lacks', () => {
    expect(lacks(person({}, 1), procedures)).toBe(true);
    expect(lacks(person({}, 2), procedures)).toBe(false);
    expect(lacks(person({}, 2, { state: 'expired', on: '2024-01-01', by: 'B', until: '2025-01-01', days: -30 }), procedures)).toBe(true);
  });
  it('ends within: what holds only, the check of a protocol too', () => {
    expect(endsWithin(person({ insurance: cell('soon', 30) }), 30)).toBe(true);
    expect(endsWithin(person({ insurance: cell('soon', 31) }), 30)).toBe(false);
    expect(endsWithin(person({ insurance: cell('expired', -1) }), 30)).toBe(false);
    expect(endsWithin(person({}, 2, { state: 'soon', on: '2024-01-01', by: 'B', until: '', days: 7 }), 7)).toBe(true);
    expect(lasts(person({ insurance: cell('valid', null) }), 'all', procedures)).toBe(true);
  });
});
