/*
 * One drug as the images tell it, in a line. L2 S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DrugSeen } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';

export function SeenLine({ seen }: { seen: DrugSeen }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const number = (n: number) => n.toLocaleString(i18n.language, { maximumFractionDigits: 6 });
  const parts = [seen.product, [seen.radionuclide, seen.activity_mbq !== undefined && `${number(seen.activity_mbq)} MBq`].filter(Boolean).join(' '), seen.volume_ml !== undefined && `${number(seen.volume_ml)} ml`,
    seen.route && text('route', seen.route), seen.batch && t('drugs.batch', { batch: seen.batch }), seen.given_at_ms && dayAndTime(seen.given_at_ms)];
  return <Text size="sm" fw={600}>{parts.filter(Boolean).join(' · ')}</Text>;
}
