/*
 * What a window or a table of the image is called: as the object explains it, else by its number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import type { Grey } from './tables';

export function greyName(t: TFunction, grey: Grey, all: readonly Grey[]): string {
  if (!('index' in grey)) return grey.words || t('viewer.grey.window', { n: all.indexOf(grey) + 1, center: grey.window.center, width: grey.window.width });
  return grey.words ? t('viewer.grey.tableOf', { words: grey.words }) : t('viewer.grey.table', { n: grey.index + 1 });
}
