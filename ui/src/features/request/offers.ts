/*
 * What the conventions in force let a requester ask for: which sites, groups, modalities, priorities. S3
 *
 * Only to offer what will pass: the server decides again when the act is created.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Convention, Modality, Priority } from '@/shared/api/types';

interface Named { id: number; name: string }
const unique = (list: Named[]) => [...new Map(list.map((one) => [one.id, one])).values()];
const PRIORITIES: Priority[] = ['emergency', 'urgent', 'routine'];

export function offersOf(conventions: Convention[], requesterId: number, kind = 'remote-exam') {
  const mine = conventions.filter((one) => one.parties.some((party) => party.part === 'requester' && party.id === requesterId));
  const partsOf = (list: Convention[], part: string) => unique(list.flatMap((one) => one.parties.filter((party) => party.part === part)));
  const clausesAt = (siteId: number) => mine.filter((one) => one.parties.some((party) => party.part === 'site' && party.id === siteId))
    .flatMap((one) => one.clauses).filter((clause) => clause.kind === kind);
  return {
    sites: partsOf(mine, 'site'),
    imaging: partsOf(mine, 'imaging'),
    modalities: (siteId: number): Modality[] => [...new Set(clausesAt(siteId).map((clause) => clause.modality))],
    priorities: (siteId: number, modality: Modality) => PRIORITIES.flatMap((code) => {
      const clause = clausesAt(siteId).find((one) => one.modality === modality && one.priority === code);
      return clause ? [{ code, exam_min: clause.exam_min }] : [];
    }),
  };
}
