/*
 * The signed versions of an act's report, as its facts tell them, the oldest first. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { AddendumKind, Difference, Facts, Stamp } from '@/shared/api/types';

export interface SignedVersion extends Stamp { version: number; revision: number; kind: 'preliminary' | 'final' | 'addendum'; addendum?: AddendumKind; difference?: Difference }

export function signedVersions({ preliminary, superseded = [], signature, addenda = [] }: Facts): SignedVersion[] {
  const signed = [...superseded.flatMap((one) => (one.signature ? [one.signature] : [])), ...(signature ? [signature] : [])];
  const all = [...(preliminary ? [{ ...preliminary, kind: 'preliminary' as const, difference: undefined }] : []), ...signed.map((one) => ({ ...one, kind: 'final' as const }))];
  return all.map((one, n) => {
    const addendum = addenda.find((added) => added.revision === one.revision);
    return { at_ms: one.at_ms, by: one.by, revision: one.revision, version: n + 1, kind: addendum ? 'addendum' : one.kind, ...(addendum ? { addendum: addendum.kind } : {}), ...(one.difference ? { difference: one.difference } : {}) };
  });
}
