/*
 * What helps to write reports: templates per exam, phrases behind a trigger, words of the spelling; own, and those the organisation shares. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './aids.css';
import { Badge, Button, FileButton, Group, Modal, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Aid, type AidKind, AID_PARTS, type Aids, type Foreign, mrrtOf, useAids, useReadForeign, useRemoveAid } from '@/shared/api/requests/reportAids';
import { useMe } from '@/shared/api/requests/me';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { AidEditor } from './AidEditor';
import { ForeignNotes } from './Foreign';

const KINDS: AidKind[] = ['template', 'phrase', 'word'];
const bare = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const wordsOf = (one: Aid) => [one.name, one.region, one.modality, one.content.text, ...Object.values(one.content.texts ?? {})].join(' ');
type Open = { kind: AidKind; from?: Aid; copy?: boolean; foreign?: Foreign };
const titleOf = ({ kind, from, copy, foreign }: Open) => (foreign ? 'aids.imported' : from && !copy ? `aids.edit.${kind}` : `aids.new.${kind}`);

export function AidsPage() {
  const { t } = useTranslation();
  const aids = useAids();
  const me = useMe().data;
  const [kind, setKind] = useState<AidKind>('template');
  const [words, setWords] = useState('');
  const [open, setOpen] = useState<Open | null>(null);
  const writes = !!me?.permissions.includes('report');
  const read = useReadForeign();
  const choose = (file: File | null) => file && read.mutate(file, { onSuccess: (foreign) => setOpen({ kind: 'template', foreign }) });
  const may = writes || !!aids.data?.share.length;
  return (
    <>
      <PageHead title={t('aids.title')} text={t('aids.lead')}>{may && (
        <Group gap="xs">
          {kind === 'template' && <FileButton accept=".html,.htm,.xhtml,text/html" onChange={choose} inputProps={{ 'aria-label': t('aids.import') }}>{(props) => <Button {...props} variant="default" leftSection={<Icon name="document" size={15} />} loading={read.isPending}>{t('aids.import')}</Button>}</FileButton>}
          <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setOpen({ kind })}>{t(`aids.new.${kind}`)}</Button>
        </Group>
      )}</PageHead>
      <Refusal error={read.error} />
      <Tabs value={kind} onChange={(to) => setKind((to ?? 'template') as AidKind)}>
        <Tabs.List aria-label={t('aids.title')}>{KINDS.map((one) => <Tabs.Tab key={one} value={one}>{t(`aids.kind.${one}`)}{aids.data ? ` (${aids.data.aids.filter((each) => each.kind === one).length})` : ''}</Tabs.Tab>)}</Tabs.List>
        {KINDS.map((one) => (
          <Tabs.Panel key={one} value={one} pt="md">
            <TextInput type="search" label={t('aids.find')} maw={420} mb="md" value={words} onChange={(e) => setWords(e.currentTarget.value)} />
            <Loaded query={aids}>{(known) => <List known={known} kind={one} words={words} writes={writes} onOpen={setOpen} />}</Loaded>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Modal size="xl" opened={!!open} onClose={() => setOpen(null)} title={open && t(titleOf(open))} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open?.foreign && <ForeignNotes notes={open.foreign.notes} />}
        {open && <AidEditor {...open} own={writes} share={aids.data?.share ?? []} onDone={() => setOpen(null)} />}
      </Modal>
    </>
  );
}

function List({ known, kind, words, writes, onOpen }: { known: Aids; kind: AidKind; words: string; writes: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const list = known.aids.filter((one) => one.kind === kind && bare(words).split(/\s+/).every((word) => bare(wordsOf(one)).includes(word)));
  if (!list.length) return <Empty icon="document" title={t(words ? 'aids.notFound' : `aids.none.${kind}`)} text={words ? undefined : t(`aids.noneText.${kind}`)} />;
  return <ul className="aid-list">{list.map((one) => <Row key={one.id} aid={one} writes={writes} onOpen={onOpen} />)}</ul>;
}

function Row({ aid, writes, onOpen }: { aid: Aid; writes: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const remove = useRemoveAid();
  const [sure, setSure] = useState(false);
  const of = aid.kind === 'template'
    ? [aid.modality ? text('modality', aid.modality) : t('aids.anyModality'), aid.region, AID_PARTS.filter((part) => aid.content.texts?.[part]).map((part) => t(`report.part.${part}`)).join(', ')]
    : [aid.content.text];
  return (
    <li data-aid={aid.id}>
      <div>
        <Group gap="xs"><Text fw={600} className={aid.kind === 'phrase' ? 'num' : undefined}>{aid.name}</Text><Badge size="sm" tt="none" className={`tone tone-${aid.shared ? 'good' : 'soon'}`}>{aid.shared ? t('aids.shared', { name: aid.organisation ?? '' }) : t('aids.own')}</Badge></Group>
        {of.some(Boolean) && <Text size="sm" lineClamp={2} lang={aid.kind === 'phrase' ? 'fr' : undefined}>{of.filter(Boolean).join(' · ')}</Text>}
        <Text size="xs" c="dimmed">{t('aids.changed', { name: aid.changed_by ?? '', when: dayAndTime(aid.changed_at_ms) })}</Text>
        <Refusal error={remove.error} />
      </div>
      <Group gap="xs">
        {aid.shared && writes && aid.kind !== 'word' && <Button size="compact-sm" variant="default" aria-label={`${t('aids.copy')} ${aid.name}`} onClick={() => onOpen({ kind: aid.kind, from: aid, copy: true })}>{t('aids.copy')}</Button>}
        {aid.kind === 'template' && <Button component="a" href={mrrtOf(aid.id)} download size="compact-sm" variant="default" aria-label={`${t('aids.export')} ${aid.name}`}>{t('aids.export')}</Button>}
        {aid.may_change && <Button size="compact-sm" variant="default" aria-label={`${t('aids.change')} ${aid.name}`} onClick={() => onOpen({ kind: aid.kind, from: aid })}>{t('aids.change')}</Button>}
        {aid.may_change && <Button size="compact-sm" variant="default" aria-label={`${t('common.remove')} ${aid.name}`} onClick={() => setSure(true)}>{t('common.remove')}</Button>}
      </Group>
      <Modal opened={sure} onClose={() => setSure(false)} title={t('aids.sure', { name: aid.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="md">
          <Text size="sm">{t(aid.shared ? 'aids.sureShared' : 'aids.sureOwn')}</Text>
          <Group justify="flex-end"><Button variant="default" data-autofocus onClick={() => setSure(false)}>{t('common.cancel')}</Button><Button loading={remove.isPending} onClick={() => remove.mutate(aid.id, { onSettled: () => setSure(false) })}>{t('common.remove')}</Button></Group>
        </Stack>
      </Modal>
    </li>
  );
}
