/*
 * What the signer was shown before the signature: series by series, whole or not, how long, and what was not opened. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { duration } from '@/shared/format/dates';
import { Icon } from '@/shared/ui/Icon';

export function ShownImages({ act }: { act: Act }) {
  const { t } = useTranslation();
  const shown = act.facts.signature?.shown ?? act.facts.preliminary?.shown;
  if (!shown || !shown.images) return null;
  return (
    <details className="act-shown" data-testid="shown-images">
      <summary>{t('act.shown', { seen: shown.seen, images: shown.images, time: duration(shown.full_ms) })}</summary>
      {shown.incomplete > 0 && <Text size="sm" className="countdown-soon"><Icon name="warning" size={14} /> {t('act.shown.incomplete', { count: shown.incomplete })}</Text>}
      <Table.ScrollContainer minWidth={420}>
        <Table fz="sm" verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>{t('act.shown.series')}</Table.Th><Table.Th>{t('act.shown.whole')}</Table.Th><Table.Th>{t('act.shown.time')}</Table.Th><Table.Th>{t('act.shown.unseen')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {shown.series.map((one) => (
              <Table.Tr key={`${one.study}/${one.number}/${one.description}`}>
                <Table.Td>{[`${one.modality} ${one.number || ''}`.trim(), one.description].filter(Boolean).join(' · ')}</Table.Td>
                <Table.Td className="num">{t('act.shown.of', { seen: one.seen, images: one.images })}</Table.Td>
                <Table.Td className="num">{duration(one.full_ms)}</Table.Td>
                <Table.Td className="num">{one.unseen || '—'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.more > 0 && <Text size="sm">{t('act.shown.more', { count: shown.more })}</Text>}
    </details>
  );
}
