/*
 * What may be chosen for a hanging and its panes, and a pane in words. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import { PRESETS } from '../../presets';
import { type PaneRule, REGIONS, type When } from '../model';

export interface Choice { value: string; label: string }
const MODALITIES = ['CT', 'MR', 'MG', 'DX', 'US', 'XA', 'NM', 'PT'];
const VIEWS = ['CC', 'MLO', 'ML', 'LM', 'XCCL', 'XCCM', 'PA', 'AP', 'LAT'];
const PLANES = ['axial', 'coronal', 'sagittal'] as const;
const WEIGHTS = ['t1', 't2', 'flair', 'diffusion', 'adc', 'swi', 'pd'] as const;
export const EXAMS_MAX = 4;

const known = (t: TFunction, group: string, code: string) => t(`${group}.${code}`, { defaultValue: code });
const some = (t: TFunction, group: string, codes: readonly string[], any = 'hanging.edit.any'): Choice[] => [{ value: '', label: t(any) }, ...codes.map((one) => ({ value: one, label: known(t, group, one) }))];
/* What another page or an older hanging asked for stays choosable. */
const kept = (list: Choice[], value: string) => (list.some((one) => one.value === value) ? list : [...list, { value, label: value }]);

export const modalitiesOf = (t: TFunction, value: string, both: boolean) => kept([...some(t, 'modality', MODALITIES), ...(both ? [{ value: 'PT/CT', label: known(t, 'modality', 'PT/CT') }] : [])], value);
export const regionsOf = (t: TFunction) => some(t, 'hanging.region', REGIONS);
export const viewsOf = (t: TFunction, value: string) => kept(some(t, 'hanging.view', VIEWS), value);
export const planesOf = (t: TFunction) => some(t, 'hanging.plane', PLANES);
export const weightsOf = (t: TFunction) => some(t, 'hanging.weight', WEIGHTS);
export const contrastsOf = (t: TFunction) => some(t, 'hanging.contrast', ['with', 'without']);
export const sidesOf = (t: TFunction) => some(t, 'hanging.side', ['R', 'L', 'B']);
export const windowsOf = (t: TFunction): Choice[] =>
  [{ value: '', label: t('hanging.edit.windowOfImage') }, ...PRESETS.filter((one) => one.window).map((one) => ({ value: one.name, label: t(`viewer.preset.${one.name}`) })), { value: 'values', label: t('hanging.edit.windowValues') }];
export const examOf = (t: TFunction, n: number) => (n ? t(`hanging.edit.earlier.${n}`) : t('hanging.edit.current'));

/* What a pane shows, as one would say it; the exam first. */
export function paneWords(t: TFunction, one: PaneRule): string[] {
  const what = [
    one.modality && known(t, 'modality', one.modality), one.weight && t(`hanging.weight.${one.weight}`), one.plane && t(`hanging.plane.${one.plane}`), one.view, one.side && t(`hanging.side.${one.side}`),
    one.contrast && t(`hanging.contrast.${one.contrast}`), one.words && `« ${one.words} »`, one.without && t('hanging.edit.butNot', { words: one.without }),
  ].filter((each) => !!each);
  const asked = what.length || one.exam === 0 ? [...what, (one.nth > 1 || !what.length) && t('hanging.edit.nth', { n: one.nth })] : [t('hanging.edit.alike')];
  const how = [
    typeof one.window === 'string' ? one.window && t(`viewer.preset.${one.window}`) : t('viewer.window', { center: one.window.center, width: one.window.width }),
    one.fit === 'wall' && t('hanging.edit.wallShort'), one.flip && t(`hanging.flip.${one.flip}`),
  ];
  return [examOf(t, one.exam), asked.filter(Boolean).join(', '), how.filter(Boolean).join(', ')].filter(Boolean);
}

/* When it is for, as one would say it. */
export function whenWords(t: TFunction, when: When): string {
  const between = (from: number, to: number, key: string) => (from || to ? t(to ? (from ? `${key}.between` : `${key}.most`) : `${key}.least`, { from, to }) : '');
  return [
    when.modality ? known(t, 'modality', when.modality) : t('hanging.edit.anyModality'), when.region && t(`hanging.region.${when.region}`), when.side && t(`hanging.side.${when.side}`),
    between(when.age_min, when.age_max, 'hanging.age'), between(when.series_min, when.series_max, 'hanging.count'), when.prior !== 'any' && t(`hanging.prior.${when.prior}`),
  ].filter(Boolean).join(' · ');
}
