/*
 * Who is shown when one asks for what lacks or ends soon. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { SkillPerson, Skills } from '@/shared/api/requests/staff';

export const WITHIN = ['all', 'lacks', '60', '30', '7'] as const;
export type Within = (typeof WITHIN)[number];

const holds = (state: string) => state === 'valid' || state === 'soon';

/* Something asked for that does not hold today, a procedure not signed, a protocol not checked. */
export function lacks(person: SkillPerson, procedures: Skills['procedures']): boolean {
  return Object.values(person.cells).some((cell) => cell.required && !holds(cell.state))
    || person.procedures.some((one) => one.signed_version !== procedures.find((each) => each.id === one.id)?.version || (one.check && !holds(one.check.state)));
}

/* What holds and ends within so many days. */
export function endsWithin(person: SkillPerson, days: number): boolean {
  return [...Object.values(person.cells), ...person.procedures.flatMap((one) => (one.check ? [one.check] : []))].some((one) => holds(one.state) && one.days !== null && one.days <= days);
}

export const lasts = (person: SkillPerson, within: Within, procedures: Skills['procedures']): boolean =>
  within === 'all' || (within === 'lacks' ? lacks(person, procedures) : endsWithin(person, Number(within)));
