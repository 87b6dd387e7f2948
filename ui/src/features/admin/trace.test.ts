/*
 * Tests of the trail in words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { setInFrench } from '@/shared/format/typography';
import { TEXTS } from '@/shared/i18n/texts';
import { detailText } from './trace';

describe('X3 what came out is told in words', () => {
  const i18n = i18next.createInstance();
  void i18n.init({ lng: 'fr', initAsync: false, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false }, resources: { fr: { translation: Object.fromEntries(Object.entries(TEXTS).map(([key, [french]]) => [key, setInFrench(french)])) } } });
  const t = i18n.getFixedT('fr');
  it.each([['0 acts', '0 acte'], ['2 acts', '2 actes'], ['3 stored, 1 refused', '3 objets enregistrés, 1 objet refusé'], ['4 marks, 2 key images', '4 mesures, 2 images clés'], ['5 images rendered', '5 images rendues'],
    ['dictation 12400 ms', '12 s dictées'], ['1.2.840.5', '1.2.840.5'], ['2 objects of nobody', '2 objects of nobody']])('%s', (detail, words) => expect(detailText(t, detail)).toBe(words));
});
