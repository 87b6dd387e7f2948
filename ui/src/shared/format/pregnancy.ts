/*
 * Of whom pregnancy is asked before an irradiating act: the server's own rule. E11
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act } from '../api/types';
import { ageAt } from './dates';

/* Women of child-bearing age, and where sex or age is not known: the server's own rule. */
export function pregnancyAsked(act: Pick<Act, 'patient'>, nowMs: number): boolean {
  if (act.patient.sex === 'M') return false;
  const age = ageAt(act.patient.birth_date, nowMs);
  return !age || (age.years >= 10 && age.years <= 55);
}
