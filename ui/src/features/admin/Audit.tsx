/*
 * The trace: who did or read what, when, from where, and what was refused. X3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Box, Button, Checkbox, Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import { type AuditFilter, auditMessagesPath, useAudit } from '@/shared/api/requests/audit';
import { usePeople } from '@/shared/api/requests/people';
import type { AuditLine } from '@/shared/api/types';
import { dayOf, timeToSecond, zonedToMs, zoneOfPage } from '@/shared/format/dates';
import { bare, whoText } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Empty, Failed, PageHead, Refusal, Waiting } from '@/shared/ui/Blocks';
import { Lines } from '@/shared/ui/Lines';
import { AuditFeedSection } from './AuditFeed';
import { aboutText, detailText, factorsText, objectText, placeText } from './trace';

interface Typed { person: string | null; ipp: string; number: string; until: string | null; refused: boolean }
const NONE: Typed = { person: null, ipp: '', number: '', until: null, refused: false };
const END_OF_MINUTE_MS = 59_999;
const asked = (typed: Typed): AuditFilter => ({
  person: typed.person === null ? null : Number(typed.person), ipp: typed.ipp.trim(), number: typed.number.trim(), refused: typed.refused ? 1 : null,
  until: typed.until ? zonedToMs(typed.until, '23:59', zoneOfPage()) + END_OF_MINUTE_MS : null,
});

export function AuditPage() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(NONE);
  const [settled] = useDebouncedValue(typed, 400);
  const audit = useAudit(asked(settled));
  const lines = audit.data?.pages.flatMap((page) => page.lines) ?? [];
  const narrowed = JSON.stringify(typed) !== JSON.stringify(NONE);
  const unknown = audit.error instanceof ApiError && audit.error.status === 404; // nobody has the number that was typed
  return (
    <>
      <PageHead title={t('nav.audit')} text={t('audit.lead')}>
        <Button component="a" variant="default" href={auditMessagesPath(asked(settled))} download>{t('audit.messages')}</Button>
      </PageHead>
      {audit.data && <Box mb="md"><AuditFeedSection /></Box>}
      <Filters typed={typed} set={(part) => setTyped({ ...typed, ...part })} clear={narrowed ? () => setTyped(NONE) : undefined} />
      {unknown ? <Refusal error={audit.error} /> : audit.isError && !audit.data ? <Failed error={audit.error} retry={() => void audit.refetch()} /> : audit.isPending ? <Waiting rows={10} height={34} /> : (
        <div className="section" aria-busy={audit.isPlaceholderData}>
          {audit.isError && <Failed error={audit.error} retry={() => void audit.refetch()} />}
          {!lines.length ? <Empty icon="shield" title={t(narrowed ? 'audit.noneSo' : 'audit.none')} /> : (
            <Lines label={t('nav.audit')} minWidth={860} head={['when', 'who', 'what', 'about', 'outcome'].map((key) => t(`audit.${key}`))}>
              {lines.map((line) => <AuditRow key={line.id} line={line} />)}
            </Lines>
          )}
          {audit.hasNextPage && <Button mt="md" variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>{t('common.more')}</Button>}
        </div>
      )}
    </>
  );
}

function Filters({ typed, set, clear }: { typed: Typed; set: (part: Partial<Typed>) => void; clear: (() => void) | undefined }) {
  const { t } = useTranslation();
  const people = usePeople(null);
  const data = (people.data ?? []).map((one) => ({ value: String(one.id), label: one.name }));
  return (
    <Group className="section audit-filters" align="flex-end" gap="sm" mb="md" role="search" aria-label={t('audit.search')}>
      <Select label={t('audit.filter.person')} placeholder={t('audit.anybody')} searchable clearable clearButtonProps={{ 'aria-label': t('common.clear') }} nothingFoundMessage={t('audit.nobody')} value={typed.person} onChange={(person) => set({ person })} data={data}
        filter={({ options, search }) => options.filter((one) => 'label' in one && bare(one.label).includes(bare(search)))} />
      <TextInput label={t('audit.filter.ipp')} w={170} autoComplete="off" maxLength={24} value={typed.ipp} onChange={(e) => set({ ipp: e.currentTarget.value })} />
      <TextInput label={t('audit.filter.number')} w={170} autoComplete="off" maxLength={24} value={typed.number} onChange={(e) => set({ number: e.currentTarget.value })} />
      <BirthDateInput label={t('audit.filter.until')} w={170} defaultLevel="month" value={typed.until} onChange={(until) => set({ until })} />
      <Checkbox label={t('audit.filter.refused')} mb={8} checked={typed.refused} onChange={(e) => set({ refused: e.currentTarget.checked })} />
      {clear && <Button size="xs" variant="default" mb={4} onClick={clear}>{t('archive.clear')}</Button>}
    </Group>
  );
}

function AuditRow({ line }: { line: AuditLine }) {
  const { t } = useTranslation();
  const text = useText();
  const about = aboutText(t, line);
  const concerned = [line.ipp && t('audit.patient', { ipp: line.ipp }), line.act_number && t('audit.act', { number: line.act_number })].filter(Boolean).join(' · ');
  return (
    <Table.Tr data-line={line.id}>
      <Table.Td className="num nowrap"><Text size="sm">{dayOf(line.at_ms)} {timeToSecond(line.at_ms)}</Text><span className="sub">{t('common.number', { number: line.id })}</span></Table.Td>
      <Table.Td><Text size="sm">{line.actor ? whoText(t, line.actor, line.actor_name) : t('audit.stranger')}</Text><span className="sub">{[factorsText(t, line.factors), placeText(t, line.origin)].filter(Boolean).join(' · ')}</span></Table.Td>
      <Table.Td><Text size="sm">{text('auditEvent', line.event)}{about && ` · ${about}`}</Text><span className="sub"><code>{line.what}</code></span></Table.Td>
      <Table.Td>{concerned && <Text size="sm">{concerned}</Text>}{objectText(line.object) && <span className="sub"><code>{line.object}</code></span>}</Table.Td>
      <Table.Td><Badge size="sm" tt="none" className={`tone tone-${line.outcome === 'ok' ? 'good' : 'stop'}`}>{text('outcome', line.outcome)}</Badge>{line.detail && <span className="sub">{detailText(t, line.detail)}</span>}</Table.Td>
    </Table.Tr>
  );
}
