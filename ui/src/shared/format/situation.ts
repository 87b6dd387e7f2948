/*
 * Codes of a situation of exercise in words: the profession (TRE_G15), the mode of exercise. A code without words stays as it is. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';

const PROFESSIONS: Record<string, string> = { 10: 'physician', 21: 'pharmacist', 40: 'dental', 50: 'midwife', 60: 'nurse', 98: 'technologist' };

export const professionOf = (t: TFunction, code: string) => (PROFESSIONS[code] ? t(`psc.profession.${PROFESSIONS[code]}`) : code && t('psc.profession.other', { code }));
export const modeOf = (t: TFunction, code: string) => (['L', 'S', 'B'].includes(code) ? t(`psc.mode.${code}`) : '');
