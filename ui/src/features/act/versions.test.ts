/* The versions of a report from the facts of its act. SPDX-License-Identifier: Apache-2.0 */
import { expect, it } from 'vitest';
import type { Facts } from '@/shared/api/types';
import { signedVersions } from './versions';

const by = { id: 1, name: 'Dr Jeanne MARTIN', role: 'imager' as const };
const sign = (revision: number, extra = {}) => ({ at_ms: revision * 1000, by, revision, sha256: '', proof: 'totp' as const, ...extra });

it('E29 names each signed version once, in its order, with what it is', () => {
  expect(signedVersions({} as Facts)).toEqual([]);
  const facts = {
    preliminary: { ...sign(2), final_due_ms: 9 }, superseded: [{ until_ms: 3 }, { until_ms: 7, signature: sign(4, { difference: { significant: true, what: 'x' } }) }], signature: sign(7),
    addenda: [{ ...sign(7), id: 40, kind: 'correction' }],
  } as unknown as Facts;
  expect(signedVersions(facts).map((one) => [one.version, one.revision, one.kind, one.addendum, one.difference?.what])).toEqual([
    [1, 2, 'preliminary', undefined, undefined], [2, 4, 'final', undefined, 'x'], [3, 7, 'addendum', 'correction', undefined]]);
});
