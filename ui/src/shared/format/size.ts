/* Bytes for people: "12,4 Mo" in French, "12.4 MB" in English. SPDX-License-Identifier: Apache-2.0 */
import i18next from 'i18next';

export function sizeText(bytes: number, language = i18next.language): string {
  const english = language === 'en';
  const units = english ? ['B', 'kB', 'MB', 'GB', 'TB'] : ['o', 'ko', 'Mo', 'Go', 'To'];
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  return `${value.toLocaleString(english ? 'en-GB' : 'fr-FR', { maximumFractionDigits: step > 1 ? 1 : 0 })} ${units[step] ?? ''}`;
}
