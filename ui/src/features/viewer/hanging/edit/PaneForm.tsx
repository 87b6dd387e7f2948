/*
 * One pane of a hanging: which images it shows, in a radiologist's words, and how. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Fieldset, NativeSelect, NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PaneRule } from '../model';
import { type Choice, contrastsOf, examOf, EXAMS_MAX, modalitiesOf, planesOf, sidesOf, viewsOf, weightsOf, windowsOf } from './options';

const LINKS = [0, 1, 2, 3, 4];
const START = { center: 40, width: 400 };

export function PaneForm({ pane, title, onChange }: { pane: PaneRule; title: string; onChange: (by: Partial<PaneRule>) => void }) {
  const { t } = useTranslation();
  const pick = (name: string, value: string, data: Choice[], put: (value: string) => void) => <NativeSelect size="xs" label={t(`hanging.edit.${name}`)} data={data} value={value} onChange={(event) => put(event.currentTarget.value)} />;
  const mammo = pane.modality === 'MG', breastOrX = !pane.modality || /^(MG|CR|DX|US)$/.test(pane.modality), slices = !pane.modality || !/^(MG|CR|DX|US|XA)$/.test(pane.modality);
  const own = typeof pane.window === 'object' ? pane.window : null;
  return (
    <>
      <Fieldset legend={title} className="hang-fields">
        <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
          {pick('exam', String(pane.exam), Array.from({ length: EXAMS_MAX + 1 }, (_, n) => ({ value: String(n), label: examOf(t, n) })), (value) => onChange({ exam: Number(value), nth: 1 }))}
          {pick('modality', pane.modality, modalitiesOf(t, pane.modality, false), (modality) => onChange({ modality }))}
          {(slices || pane.plane) && pick('plane', pane.plane, planesOf(t), (plane) => onChange({ plane: plane as PaneRule['plane'] }))}
          {(!pane.modality || pane.modality === 'MR' || pane.weight) && pick('weight', pane.weight, weightsOf(t), (weight) => onChange({ weight }))}
          {(breastOrX || pane.view) && pick('view', pane.view, viewsOf(t, pane.view), (view) => onChange({ view }))}
          {(breastOrX || pane.side) && pick('side', pane.side, sidesOf(t), (side) => onChange({ side: side as PaneRule['side'] }))}
          {(slices || pane.contrast) && pick('contrast', pane.contrast, contrastsOf(t), (contrast) => onChange({ contrast: contrast as PaneRule['contrast'] }))}
          <NumberInput size="xs" label={t('hanging.edit.which')} min={1} max={20} clampBehavior="strict" value={pane.nth} onChange={(nth) => onChange({ nth: Math.max(1, Number(nth) || 1) })} />
          <TextInput size="xs" label={t('hanging.edit.words')} maxLength={100} value={pane.words} onChange={(event) => onChange({ words: event.currentTarget.value })} />
          <TextInput size="xs" label={t('hanging.edit.without')} maxLength={100} value={pane.without} onChange={(event) => onChange({ without: event.currentTarget.value })} />
        </SimpleGrid>
      </Fieldset>
      <Fieldset legend={t('hanging.edit.how')} className="hang-fields">
        <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
          {pick('window', own ? 'values' : (pane.window as string), windowsOf(t), (value) => onChange({ window: value === 'values' ? START : value }))}
          {pick('fit', pane.fit, [{ value: 'fit', label: t('hanging.fit.fit') }, ...(mammo || !pane.modality || pane.fit === 'wall' ? [{ value: 'wall', label: t('hanging.fit.wall') }] : [])], (fit) => onChange({ fit: fit as PaneRule['fit'] }))}
          {own && <NumberInput size="xs" label={t('hanging.edit.center')} value={own.center} min={-100000} max={100000} onChange={(center) => typeof center === 'number' && onChange({ window: { ...own, center } })} />}
          {own && <NumberInput size="xs" label={t('hanging.edit.width')} value={own.width} min={1} max={100000} onChange={(width) => typeof width === 'number' && width > 0 && onChange({ window: { ...own, width } })} />}
          {pane.fit !== 'wall' && pick('flip', pane.flip, ['', 'mirror', 'upside'].map((value) => ({ value, label: t(`hanging.flip.${value || 'none'}`) })), (flip) => onChange({ flip: flip as PaneRule['flip'] }))}
          {pick('link', String(pane.link), LINKS.map((n) => ({ value: String(n), label: n ? t('hanging.edit.group', { n }) : t('hanging.edit.alone') })), (value) => onChange({ link: Number(value) }))}
        </SimpleGrid>
      </Fieldset>
    </>
  );
}
