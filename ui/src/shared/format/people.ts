/*
 * Names and identities as a ward reads them: birth name in capitals first, used name beside it, sex and age.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import type { Patient } from '../api/types';
import { ageAt, birthDate } from './dates';

export function patientName(patient: Patient): string {
  const used = patient.used_name && patient.used_name !== patient.birth_name ? ` (${patient.used_name.toLocaleUpperCase('fr')})` : '';
  return `${patient.birth_name.toLocaleUpperCase('fr')}${used} ${patient.first_given}`;
}

export function ageText(t: TFunction, birthDate: string, nowMs: number): string {
  const age = ageAt(birthDate, nowMs);
  if (!age) return '';
  return age.years >= 2 ? t('patient.years', { count: age.years }) : t('patient.months', { count: age.months });
}

/* A girl is not written down as a woman. */
export function sexText(t: TFunction, patient: Pick<Patient, 'sex' | 'birth_date'>, nowMs: number): string {
  const age = ageAt(patient.birth_date, nowMs);
  return t(`sex.${age && age.years < 18 ? 'child.' : ''}${patient.sex}`);
}

/* A date that a rule completed says so: "1950 (jour et mois inconnus)". */
export function bornText(t: TFunction, patient: Pick<Patient, 'birth_date' | 'birth_known'>): string {
  const [year, month] = patient.birth_date.split('-');
  switch (patient.birth_known) {
    case 'month': return `${month}/${year} (${t('birth.ruleMonth')})`;
    case 'year': return `${year} (${t('birth.ruleYear')})`;
    case 'none': return `${year} (${t('birth.ruleNone')})`;
    default: return birthDate(patient.birth_date);
  }
}

/* '0100000003' as it is said: 01 00 00 00 03; what is not ten figures stays as written. */
export const phoneText = (number: string) => number.replace(/^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1 $2 $3 $4 $5');

/* Who did it, by name; what the program did is said so, and what another system did, by its title. */
export const whoText = (t: TFunction, login: string, name: string | null | undefined) =>
  name ?? (login.startsWith('system:') ? t('role.system') : login.replace(/^peer:/, ''));

/* Capitals without accents, for comparing what is read on a document with what is written here. */
export const bare = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’'\-\s]+/g, ' ').trim().toUpperCase();
