/*
 * Why a series is no volume, in words: what is wrong, where, and what can be done.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import { numberText } from '../measure/words';
import type { Trouble } from './useVolume';

export function troubleText(t: TFunction, language: string, trouble: Trouble): string {
  const n = (value: number, digits = 1) => numberText(value, language, digits);
  switch (trouble.why) {
    case 'doubled': return t('volume.why.doubled', { at: n(trouble.at) });
    case 'missing': return t('volume.why.missing', { count: trouble.count, from: n(trouble.from), to: n(trouble.to) });
    case 'irregular': return t('volume.why.irregular', { least: n(trouble.least, 2), most: n(trouble.most, 2) });
    case 'tilt': return t('volume.why.tilt', { degrees: n(trouble.degrees, 0) });
    case 'frames': return t('volume.why.frames', { count: trouble.count });
    default: return t(`volume.why.${trouble.why}`);
  }
}
