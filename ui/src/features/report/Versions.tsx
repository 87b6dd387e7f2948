/*
 * The signed versions of a report, the newest first: who, when, what it does to the one before, its PDF, whether the patient may see it. E29 E34
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { DifferenceBox } from './Changes';
import type { Version } from './content';
import { pdfOf } from './requests';

export function Versions({ actId, versions }: { actId: number; versions: Version[] }) {
  const { t } = useTranslation();
  const text = useText();
  if (versions.length < 2 && versions[0]?.kind !== 'preliminary') return null;
  return (
    <section aria-label={t('report.versions')}>
      <Text size="sm" fw={600} mb={4}>{t('report.versions')}</Text>
      <ol className="version-list">
        {[...versions].reverse().map((one) => (
          <li key={one.revision}>
            <Group gap="xs">
              <Badge size="sm" tt="none" className={`tone tone-${one.kind === 'preliminary' ? 'soon' : 'good'}`}>{t('report.versionTag', { version: one.version })} · {one.addendum?.kind ? text('addendumKind', one.addendum.kind) : t(`report.kind.${one.kind}`)}</Badge>
              <Text size="sm">{dayAndTime(one.signed_at_ms)} · {one.by.name}</Text>
              <Anchor size="sm" href={`${pdfOf(actId)}?revision=${one.revision}`} target="_blank" rel="noopener" aria-label={`PDF, ${t('report.versionTag', { version: one.version })}`}>PDF</Anchor>
            </Group>
            <Text size="xs" c="dimmed">{[one.relation && t(`report.relation.${one.relation}`), one.patient.may_see ? t('report.patientSees') : `${t('report.patientNot')}${one.patient.why ? `${colon()}${one.patient.why}` : ''}`].filter(Boolean).join(' · ')}</Text>
            {one.addendum?.reason && <Text size="sm" lang="fr">{one.addendum.reason}</Text>}
            <DifferenceBox difference={one.difference} />
          </li>
        ))}
      </ol>
    </section>
  );
}
