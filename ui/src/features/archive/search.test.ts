/* A search goes into the address and comes back; what it asks of QIDO-RS. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { addressOf, datesOf, isNarrowed, NO_SEARCH, qidoOf, searchOf, type Search } from './search';

const now = new Date(2026, 2, 1, 8, 0);
const asked = (part: Partial<Search>) => Object.fromEntries(new URLSearchParams(qidoOf({ ...NO_SEARCH, ...part }, now)));

describe('search of the archive', () => {
  it('goes into the address and comes back', () => {
    for (const part of [{}, { name: 'dupont' }, { id: '00123', page: 3 }, { period: 'week' as const, modality: 'CT' }, { period: '' as const, from: '2026-01-02', to: '2026-02-03' }, { exact: true, referring: 'house' }]) {
      const search = { ...NO_SEARCH, ...part };
      expect(searchOf(addressOf(search))).toEqual(search);
    }
    expect(addressOf(NO_SEARCH)).toEqual({});
    expect(isNarrowed(NO_SEARCH)).toBe(false);
    expect(isNarrowed({ ...NO_SEARCH, period: 'today' })).toBe(true);
  });
  it('takes nothing strange from an address', () => {
    expect(searchOf({ page: -4, from: 'yesterday', to: '2026', period: 'ever', name: { a: 1 }, exact: 'no' })).toEqual(NO_SEARCH);
    expect(searchOf({ page: 'x', name: 12 })).toEqual({ ...NO_SEARCH, name: '12' });
    expect(searchOf({ name: 'x'.repeat(500) }).name).toHaveLength(64);
  });
  it('knows the days, over the end of a month', () => {
    expect(datesOf({ ...NO_SEARCH, period: 'today' }, now)).toBe('20260301');
    expect(datesOf({ ...NO_SEARCH, period: 'yesterday' }, now)).toBe('20260228');
    expect(datesOf({ ...NO_SEARCH, period: 'week' }, now)).toBe('20260223-');
    expect(datesOf({ ...NO_SEARCH, period: '', from: '2026-01-02' }, now)).toBe('20260102-');
    expect(datesOf({ ...NO_SEARCH, period: '', to: '2026-01-02' }, now)).toBe('-20260102');
  });
  it('asks loosely by default, exactly on demand, with wild cards as typed', () => {
    expect(asked({ name: 'dupont jean' })).toEqual({ PatientName: 'dupont jean', fuzzymatching: 'true' });
    expect(asked({ name: 'dupont jean', exact: true })).toEqual({ PatientName: 'dupont^jean*' });
    expect(asked({ id: '12', accession: 'A?1' })).toEqual({ PatientID: '12*', AccessionNumber: 'A?1' });
    expect(asked({ description: 'thorax' })).toEqual({ StudyDescription: '*thorax*', fuzzymatching: 'true' });
    expect(asked({ referring: 'house gre', description: 'x' })).toEqual({ ReferringPhysicianName: 'house^gre*', StudyDescription: '*x*', fuzzymatching: 'true' });
    expect(asked({})).toEqual({});
  });
});
