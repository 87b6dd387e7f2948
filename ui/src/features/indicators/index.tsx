/*
 * The indicators of a convention: each delay of the path held against what was signed, refusals, urgent findings, what passed. O7, S3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConventions } from '@/shared/api/requests/conventions';
import { type IndicatorDelay, type IndicatorGroup, type Indicators, type IndicatorsWanted, indicatorsPath, useIndicators } from '@/shared/api/requests/indicators';
import { serverNow } from '@/shared/format/clock';
import { delayText, measuredDelay } from '@/shared/format/dates';
import { colon, percent } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Quality } from './Quality';
import './indicators.css';

const DAY = 24 * 3600_000;
const PERIODS = ['30', '91', '365'];
const BY = ['all', 'version', 'site', 'imaging', 'modality'] as const;

/* The end of today, so that the address of the question stays the same through the day. */
function tomorrow() {
  const day = new Date(serverNow());
  day.setHours(24, 0, 0, 0);
  return day.getTime();
}

export function IndicatorsPage() {
  const { t } = useTranslation();
  const conventions = useConventions();
  return (
    <>
      <PageHead title={t('nav.indicators')} text={t('indicators.lead')} />
      <Loaded query={conventions}>
        {(list) => (list.length ? <Chosen numbers={[...new Map<string, string>(list.map((one) => [one.number, one.title] as [string, string]))]} />
          : <Empty icon="document" title={t('convention.none')} text={t('convention.noneText')} />)}
      </Loaded>
    </>
  );
}

function Chosen({ numbers }: { numbers: [string, string][] }) {
  const { t } = useTranslation();
  const [convention, setConvention] = useState(numbers[0]?.[0] ?? '');
  const [days, setDays] = useState('91');
  const [by, setBy] = useState<(typeof BY)[number]>('all');
  const to = tomorrow();
  const wanted = { convention, from: to - Number(days) * DAY, to };
  const found = useIndicators(wanted);
  return (
    <Stack>
      <Group align="end" gap="sm">
        <Select label={t('indicators.convention')} value={convention} allowDeselect={false} data={numbers.map(([value, title]) => ({ value, label: `${value} · ${title}` }))} onChange={(value) => value && setConvention(value)} w={{ base: '100%', sm: 380 }} />
        <Select label={t('indicators.period')} value={days} allowDeselect={false} data={PERIODS.map((value) => ({ value, label: t(`indicators.days.${value}`) }))} onChange={(value) => value && setDays(value)} w={{ base: '100%', xs: 200 }} />
        <Select label={t('indicators.by')} value={by} allowDeselect={false} data={BY.map((value) => ({ value, label: t(`indicators.by.${value}`) }))} onChange={(value) => value && setBy(value as (typeof BY)[number])} w={{ base: '100%', xs: 220 }} />
        <Button component="a" variant="default" href={indicatorsPath(wanted, 'csv')} download leftSection={<Icon name="copy" size={14} />}>{t('indicators.csv')}</Button>
      </Group>
      <Loaded query={found}>{(one) => <Groups found={one} by={by} wanted={wanted} />}</Loaded>
    </Stack>
  );
}

function Groups({ found, by, wanted }: { found: Indicators; by: string; wanted: IndicatorsWanted }) {
  const { t } = useTranslation();
  const text = useText();
  const groups = found.groups.filter((one) => one.by === by);
  const called = (one: IndicatorGroup) => (one.by === 'all' ? t('indicators.by.all') : one.by === 'version' ? t('indicators.version', { version: one.key }) : one.by === 'modality' ? text('modality', one.key) : one.name);
  if (!groups.length) return <Empty icon="list" title={t('indicators.none')} text={t('indicators.noneText')} />;
  return <Stack>{groups.map((one) => <GroupCard key={`${one.by}-${one.key}`} group={one} title={called(one)} wanted={wanted} />)}</Stack>;
}

function GroupCard({ group, title, wanted }: { group: IndicatorGroup; title: string; wanted: IndicatorsWanted }) {
  const { t } = useTranslation();
  const text = useText();
  const facts: [string, string | number][] = [
    ['acts', group.acts], ['closed', group.closed], ['refused', group.refused], ['cancelled', group.cancelled + group.not_done], ['repeats', group.repeats],
    ['urgent', group.urgent.found ? t('indicators.of', { part: group.urgent.in_time, all: group.urgent.found }) : '–'], ['late', group.late_acts], ['escalated', group.escalated], ['withdrawn', t('indicators.of', { part: group.withdrawn, all: group.reviewed })],
  ];
  return (
    <Section title={title} icon="clock" aside={<Text size="sm" c="dimmed" className="num">{t('indicators.count', { count: group.acts })}</Text>}>
      <Stack gap="sm" data-indicators={group.key || 'all'}>
        <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="xs">
          {facts.map(([name, value]) => <div key={name}><Text size="xs" c="dimmed">{t(`indicators.fact.${name}`)}</Text><Text fw={600} className="num">{value}</Text></div>)}
        </SimpleGrid>
        <Table verticalSpacing={6} className="indicator-table">
          <Table.Thead><Table.Tr>{['step', 'kept', 'median', 'p90', 'delay', 'number'].map((name) => <Table.Th key={name} scope="col">{t(`indicators.column.${name}`)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>{group.delays.filter((one) => one.count || one.with_delay).map((one) => <DelayRow key={one.what} one={one} />)}</Table.Tbody>
        </Table>
        <Quality group={group} wanted={wanted} />
        {!!group.refusals.length && <Text size="sm">{t('indicators.refusals')}{colon()}{[...group.refusals].sort((a, b) => b.count - a.count).map((one) => `${text('refusal', one.code)} (${one.count})`).join(' · ')}</Text>}
      </Stack>
    </Section>
  );
}

function DelayRow({ one }: { one: IndicatorDelay }) {
  const { t } = useTranslation();
  const share = one.with_delay ? Math.round((100 * one.within) / one.with_delay) : null;
  const minutes = (value: number | null) => (value === null ? '–' : measuredDelay(value));
  const [low, high] = one.delay_min ?? [0, 0];
  return (
    <Table.Tr data-delay={one.what}>
      <Table.Th scope="row">{t(`delay.${one.what}`)}</Table.Th>
      <Table.Td data-label={t('indicators.column.kept')}>
        {share === null ? <Text size="sm" c="dimmed">{t('indicators.noDelay')}</Text> : (
          <div className="indicator-kept">
            <span className="indicator-bar" aria-hidden="true"><span className={share >= 90 ? 'good' : share >= 70 ? 'fair' : 'poor'} style={{ width: `${share}%` }} /></span>
            <span className="num">{percent(share)}</span>
          </div>
        )}
      </Table.Td>
      <Table.Td data-label={t('indicators.column.median')} className="num">{minutes(one.median_min)}</Table.Td>
      <Table.Td data-label={t('indicators.column.p90')} className="num">{minutes(one.p90_min)}</Table.Td>
      <Table.Td data-label={t('indicators.column.delay')} className="num">{low ? (low === high ? delayText(low) : `${delayText(low)} – ${delayText(high)}`) : '–'}</Table.Td>
      <Table.Td data-label={t('indicators.column.number')} className="num">{one.count}</Table.Td>
    </Table.Tr>
  );
}
