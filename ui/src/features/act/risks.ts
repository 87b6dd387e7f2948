/*
 * What a request says that an injection has to reckon with. Pure. E5
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { RequestFacts } from '@/shared/api/types';

export type Risk = 'allergies' | 'allergiesDiffer' | 'renal' | 'metformin' | 'anticoagulants';

/* "Aucune connue", "Non", "RAS", "0": nothing is known. Anything else is shown: a word too many harms nobody. */
export const isNone = (said: string | undefined) => !said?.trim() || /^(aucune?s?|non|néant|ras|rien|pas d|sans|no\b|none|nil|0|-|—)/i.test(said.trim());

/* Estimated filtration or clearance under 60, and any creatinine, which says nothing without its patient. */
const kidneysCount = ({ renal_value: value, renal_unit: unit }: RequestFacts) => !!value && (unit === 'umol/L' || Number(value) < 60);

/* 'here': what the patient said of allergies at the site. */
export function risksOf(request: RequestFacts | undefined, here?: string): Risk[] {
  if (!request) return [];
  const told = !isNone(request.allergies);
  return [
    ...(told && here !== undefined && isNone(here) ? ['allergiesDiffer' as const] : told ? ['allergies' as const] : []),
    ...(kidneysCount(request) ? ['renal' as const] : []),
    ...(request.metformin === 'yes' ? ['metformin' as const] : []),
    ...(request.anticoagulants === 'yes' ? ['anticoagulants' as const] : []),
  ];
}
