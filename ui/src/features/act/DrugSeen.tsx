/*
 * What the images tell of a drug, beside what was recorded: agreed, contradicted, recorded nowhere, or not possible. L2 S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Group, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act, DrugSeen } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Icon } from '@/shared/ui/Icon';
import { SeenLine } from './SeenLine';
import { StepAction } from './StepAction';

export function SeenCard({ act, seen }: { act: Act; seen: DrugSeen }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const open = ['contradicts', 'unrecorded', 'problem'].includes(seen.state);
  const shown = (what: string, value: string | number) => (what === 'given_at_ms' ? dayAndTime(Number(value)) : what === 'route' ? text('route', String(value))
    : typeof value === 'number' ? `${value.toLocaleString(i18n.language)} ${what === 'activity_mbq' ? 'MBq' : 'ml'}` : value);
  return (
    <Alert className={open ? 'refusal' : 'offer'} p="xs" icon={<Icon name={open ? 'warning' : 'check'} />} role={open ? 'alert' : undefined} data-seen={seen.state}
      title={`${t(`drugs.source.${seen.source}`)}${colon()}${t(`drugs.state.${seen.state}`)}`}>
      <SeenLine seen={seen} />
      {seen.problems.map((one) => <Text key={one} size="sm">{t(`drugs.problem.${one}`)}</Text>)}
      {!!seen.differences?.length && (
        <Table className="drug-differences" withRowBorders={false}>
          <Table.Thead><Table.Tr><Table.Th>{t('drugs.what')}</Table.Th><Table.Th>{t('drugs.recorded')}</Table.Th><Table.Th>{t('drugs.told')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {seen.differences.map((one) => <Table.Tr key={one.what}><Table.Th scope="row">{t(`drugs.differ.${one.what}`)}</Table.Th><Table.Td>{shown(one.what, one.recorded)}</Table.Td><Table.Td>{shown(one.what, one.said)}</Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      )}
      {seen.settled && <Text size="sm">{t(`drugs.settled.${seen.settled.decision}`, { name: seen.settled.by.name, when: dayAndTime(seen.settled.at_ms) })} {seen.settled.reason}</Text>}
      {open && <Group mt={6}><StepAction act={act} step="settle-drug" size="xs" preset={{ id: seen.id }} withMissing={false} /></Group>}
    </Alert>
  );
}
