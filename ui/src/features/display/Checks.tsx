/*
 * The checks made by the people of an organisation: who, which workstation, when, the verdict, until when. For those who answer for quality. O4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Checkbox, Group, Select, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DisplayCheck, type DisplayState, useDisplayChecks } from '@/shared/api/requests/display';
import type { Me } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { Empty, Loaded, Section } from '@/shared/ui/Blocks';

const TONES: Record<DisplayState, string> = { valid: 'good', soon: 'soon', expired: 'alarm', failed: 'alarm', none: 'alarm', 'not-asked': 'quiet' };
export function DisplayBadge({ state }: { state: DisplayState }) {
  const { t } = useTranslation();
  return <Badge size="sm" tt="none" radius="sm" miw="max-content" className={`tone tone-${TONES[state]}`}>{t(`display.state.${state}`)}</Badge>;
}

const READERS = ['quality', 'responsible', 'administrator', 'biomedical', 'physicist', 'pacs-admin'];

export function Checks({ me }: { me: Me }) {
  const { t } = useTranslation();
  const mine = me.memberships.filter((one) => one.roles.some((role) => READERS.includes(role)));
  const [chosen, setChosen] = useState((mine.find((one) => one.organisation.kind === 'imaging') ?? mine[0])?.organisation.id ?? 0);
  const [all, setAll] = useState(false);
  const checks = useDisplayChecks(chosen);
  return (
    <Section title={t('display.checks')} icon="list" aside={(
      <Group gap="md">
        {mine.length > 1 && <Select size="xs" aria-label={t('staff.organisation')} data={mine.map((one) => ({ value: String(one.organisation.id), label: one.organisation.name }))} value={String(chosen)} allowDeselect={false} onChange={(value) => value && setChosen(Number(value))} />}
        <Checkbox size="sm" label={t('display.allChecks')} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
      </Group>
    )}>
      <Loaded query={checks} rows={3}>{({ checks: list }) => (list.length ? <Lines list={all ? list : list.filter((one) => one.newest)} /> : <Empty icon="screen" title={t('display.noCheck')} />)}</Loaded>
    </Section>
  );
}

function Lines({ list }: { list: DisplayCheck[] }) {
  const { t } = useTranslation();
  const head = ['workstation', 'when', 'by', 'verdict', 'seen', 'screen', 'until'] as const;
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} aria-label={t('display.checks')}>
        <Table.Thead><Table.Tr>{head.map((one) => <Table.Th key={one}>{t(`display.head.${one}`)}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {list.map((one) => (
            <Table.Tr key={one.id} data-check={one.id}>
              <Table.Td>{one.workstation}</Table.Td>
              <Table.Td className="num">{dayAndTime(one.at_ms)}</Table.Td>
              <Table.Td>{one.by}</Table.Td>
              <Table.Td>
                {one.newest ? <DisplayBadge state={one.state} /> : <Text size="sm">{t(`display.verdict.${one.verdict}`)}</Text>}
                {one.faults.map((fault) => <span key={fault.code} className="sub">{fault.text}</span>)}
              </Table.Td>
              <Table.Td className="num">{one.letters.read}/{one.letters.of}{one.luminance_max !== null && <span className="sub">{one.luminance_max} / {one.luminance_min} cd/m²</span>}</Table.Td>
              <Table.Td className="num">{one.screen.width} × {one.screen.height}<span className="sub">{t('display.screenFacts', { ratio: one.screen.ratio, bits: one.screen.colour_depth })}</span></Table.Td>
              <Table.Td className="num">{one.newest && one.until_ms ? dayAndTime(one.until_ms) : ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
