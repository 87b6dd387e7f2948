/*
 * What was corrected after a report was signed: said wherever that report is shown, with what its imager made of it. E15, E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '../api/types';
import { dayAndTime } from '../format/dates';
import { Icon } from './Icon';

export function ReportMarks({ act }: { act: Act }) {
  const { t } = useTranslation();
  return (act.facts.report_marks ?? []).filter((one) => !one.undone_at_ms).map((one) => (
    <Alert key={one.id} data-mark={one.kind} className={one.verdict === 'stands' ? 'offer' : 'refusal'} icon={<Icon name="warning" />} p="xs" role={one.reviewed_at_ms ? undefined : 'alert'}
      title={t(one.verdict ? `mark.${one.verdict}` : 'mark.open')}>
      <Text size="sm">{t(`mark.kind.${one.kind}`)} {dayAndTime(one.at_ms)} · {one.reason}</Text>
      {one.reviewed_at_ms && <Text size="sm">{t('mark.reviewed', { name: one.reviewed_by?.name ?? '', when: dayAndTime(one.reviewed_at_ms) })} {one.review}</Text>}
    </Alert>
  ));
}
