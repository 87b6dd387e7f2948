/*
 * The words of the page, French first. Each text stands beside its English in one table, so neither can be forgotten.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import dayjs from 'dayjs';
import 'dayjs/locale/fr';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import { setLanguage, setUnreachableText } from '../api/client';
import { setInFrench } from '../format/typography';
import { TEXTS } from './texts';

export type Language = 'fr' | 'en';
const KEPT_AS = 'beclere-language';

const side = (n: 0 | 1) => Object.fromEntries(Object.entries(TEXTS).map(([key, pair]) => [key, n === 0 ? setInFrench(pair[0]) : pair[1]]));
const kept = (): Language => (localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'fr');

function apply(language: Language) {
  document.documentElement.lang = language;
  dayjs.locale(language);
  setLanguage(language);
}

export function startTexts() {
  dayjs.extend(customParseFormat);
  void i18n.use(initReactI18next).init({
    lng: kept(),
    fallbackLng: 'fr',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { fr: { translation: side(0) }, en: { translation: side(1) } },
  });
  apply(kept());
  setUnreachableText(() => i18n.t('common.unreachable'));
}

export async function chooseLanguage(language: Language) {
  localStorage.setItem(KEPT_AS, language);
  apply(language);
  await i18n.changeLanguage(language);
}
