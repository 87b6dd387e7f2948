/*
 * The trace: who did or read what, when, from where, and what was refused. X3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, NumberInput, Table, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAudit } from '@/shared/api/requests/audit';
import type { AuditLine } from '@/shared/api/types';
import { dayOf, timeToSecond } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Failed, PageHead, Waiting } from '@/shared/ui/Blocks';

const FILTERS = ['person', 'patient', 'act'] as const;

export function AuditPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState({ person: '', patient: '', act: '' });
  const [settled] = useDebouncedValue(filter, 300);
  const audit = useAudit(settled);
  const lines = audit.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <>
      <PageHead title={t('nav.audit')} text={t('audit.lead')}>
        {FILTERS.map((name) => (
          <NumberInput key={name} label={t(`audit.filter.${name}`)} w={130} min={1} allowDecimal={false} hideControls value={filter[name] === '' ? '' : Number(filter[name])}
            onChange={(value) => setFilter({ ...filter, [name]: String(value) })} />
        ))}
      </PageHead>
      {audit.isPending ? <Waiting rows={10} height={34} /> : audit.isError ? <Failed error={audit.error} retry={() => void audit.refetch()} /> : !lines.length ? <Empty icon="shield" title={t('audit.none')} /> : (
        <>
          <Table.ScrollContainer minWidth={860} className="section" scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table verticalSpacing={6}>
              <Table.Thead><Table.Tr>{['when', 'who', 'event', 'what', 'outcome'].map((key) => <Table.Th key={key}>{t(`audit.${key}`)}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>{lines.map((line) => <AuditRow key={line.id} line={line} />)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {audit.hasNextPage && <Button mt="md" variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>{t('common.more')}</Button>}
        </>
      )}
    </>
  );
}

function AuditRow({ line }: { line: AuditLine }) {
  const { t } = useTranslation();
  const text = useText();
  const about = [line.patient_id && `${t('audit.filter.patient')} ${line.patient_id}`, line.act_id && `${t('audit.filter.act')} ${line.act_id}`, line.object, line.detail].filter(Boolean).join(' · ');
  return (
    <Table.Tr>
      <Table.Td className="num nowrap"><Text size="sm">{dayOf(line.at_ms)} {timeToSecond(line.at_ms)}</Text><span className="sub">{t('common.number', { number: line.id })}</span></Table.Td>
      <Table.Td><Text size="sm">{line.person ?? line.actor}</Text><span className="sub">{[line.factors, line.origin].filter(Boolean).join(' · ')}</span></Table.Td>
      <Table.Td>{text('auditEvent', line.event)}</Table.Td>
      <Table.Td><code>{line.what}</code><span className="sub">{about}</span></Table.Td>
      <Table.Td><Badge size="sm" tt="none" className={`tone tone-${line.outcome === 'ok' ? 'good' : 'stop'}`}>{text('outcome', line.outcome)}</Badge></Table.Td>
    </Table.Tr>
  );
}
