/*
 * For which exams a hanging is, and whether it begins by itself. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Fieldset, NativeSelect, NumberInput, Radio, SimpleGrid, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HangingContent, When } from '../model';
import { modalitiesOf, regionsOf, sidesOf } from './options';

export function WhenForm({ content, onChange }: { content: HangingContent; onChange: (by: Partial<HangingContent>) => void }) {
  const { t } = useTranslation();
  const { when } = content;
  const put = (by: Partial<When>) => onChange({ when: { ...when, ...by } });
  const count = (key: 'age_min' | 'age_max' | 'series_min' | 'series_max', max: number) =>
    <NumberInput size="xs" label={t(`hanging.edit.${key}`)} min={0} max={max} clampBehavior="strict" placeholder={t('hanging.edit.any')} value={when[key] || ''} onChange={(value) => put({ [key]: Number(value) || 0 })} />;
  return (
    <Fieldset legend={t('hanging.edit.when')} className="hang-fields">
      <Stack gap={6}>
        <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
          <NativeSelect size="xs" label={t('hanging.edit.modality')} data={modalitiesOf(t, when.modality, true)} value={when.modality} onChange={(event) => put({ modality: event.currentTarget.value })} />
          <NativeSelect size="xs" label={t('hanging.edit.region')} data={regionsOf(t)} value={when.region} onChange={(event) => put({ region: event.currentTarget.value })} />
          {count('age_min', 130)}{count('age_max', 130)}
          {count('series_min', 999)}{count('series_max', 999)}
          <NativeSelect size="xs" label={t('hanging.edit.sideOf')} data={sidesOf(t)} value={when.side} onChange={(event) => put({ side: event.currentTarget.value as When['side'] })} />
          <NativeSelect size="xs" label={t('hanging.edit.prior')} data={(['any', 'with', 'without'] as const).map((value) => ({ value, label: t(`hanging.prior.${value}`) }))} value={when.prior}
            onChange={(event) => put({ prior: event.currentTarget.value as When['prior'] })} />
        </SimpleGrid>
        <Radio.Group size="xs" label={t('hanging.edit.begin')} value={content.begin} onChange={(begin) => onChange({ begin: begin as HangingContent['begin'] })}>
          <Stack gap={4} mt={2}>{(['alone', 'offered'] as const).map((value) => <Radio key={value} size="xs" value={value} label={t(`hanging.begin.${value}`)} />)}</Stack>
        </Radio.Group>
      </Stack>
    </Fieldset>
  );
}
