/*
 * The library of preparation sheets: what a patient is told before an exam, found by modality, site and state. E19, E11, E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './protocols.css';
import { Button, Group, Modal, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { type SheetVersion, useSheets } from '@/shared/api/requests/preparation';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { plain } from './content';
import { SheetEditor } from './SheetEditor';
import { ProtocolState, useSheetFor } from './Words';

export function SheetsPage() {
  const { t, i18n } = useTranslation();
  const text = useText();
  const navigate = useNavigate();
  const writes = useMe().data?.roles.includes('imager') ?? false;
  const [all, setAll] = useState(false);
  const [found, setFound] = useState({ words: '', modality: '', state: '' });
  const [adding, setAdding] = useState(false);
  const sheets = useSheets(all);
  const list = sheets.data ?? [];
  const titleOf = (one: SheetVersion) => one.content[i18n.language === 'en' ? 'en' : 'fr'].title;
  const shown = list.filter((one) => (!found.modality || one.modality === found.modality) && (!found.state || one.state === found.state)
    && plain(found.words).split(/\s+/).every((word) => plain(`${titleOf(one)} ${one.region} ${one.site ?? ''}`).includes(word)));
  const groups = [...new Set(shown.map((one) => one.modality))];
  return (
    <>
      <PageHead title={t('sheets.title')} text={t('sheets.lead')}>{writes && <Button onClick={() => setAdding(true)}>{t('sheets.new')}</Button>}</PageHead>
      <div className="protocol-find">
        <TextInput type="search" label={t('sheets.find')} value={found.words} onChange={(e) => setFound({ ...found, words: e.currentTarget.value })} />
        <Select clearable label={t('protocols.modality')} placeholder={t('protocols.any')} data={[...new Set(list.map((one) => one.modality))].sort().map((code) => ({ value: code, label: text('modality', code) }))} value={found.modality || null} onChange={(modality) => setFound({ ...found, modality: modality ?? '' })} />
        <Select clearable label={t('protocols.stateLabel')} placeholder={t('protocols.any')} data={[...new Set(list.map((one) => one.state))].map((state) => ({ value: state, label: t(`protocols.state.${state}`) }))} value={found.state || null} onChange={(state) => setFound({ ...found, state: state ?? '' })} />
        <Switch label={t('protocols.all')} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
      </div>
      <Loaded query={sheets}>
        {() => (groups.length ? <Stack gap="md">{groups.map((modality) => (
          <Section key={modality} title={text('modality', modality)} icon="document">
            <ul className="protocol-list">{shown.filter((one) => one.modality === modality).map((one) => <Row key={one.id} sheet={one} title={titleOf(one)} />)}</ul>
          </Section>
        ))}</Stack> : <Empty icon="document" title={t('sheets.none')} text={t('protocols.noneText')} />)}
      </Loaded>
      <Modal size="xl" opened={adding} onClose={() => setAdding(false)} title={t('sheets.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <SheetEditor how="new" onDone={(id) => { setAdding(false); void navigate({ to: '/preparations/$id', params: { id: String(id) } as never }); }} onCancel={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function Row({ sheet: p, title }: { sheet: SheetVersion; title: string }) {
  const { t } = useTranslation();
  const sheetFor = useSheetFor();
  return (
    <li data-sheet={p.id}>
      <div>
        <Link to="/preparations/$id" params={{ id: String(p.id) } as never} className="protocol-name">{title}</Link>
        <Text size="sm" c="dimmed">{[sheetFor(p), p.site ?? t('protocols.everySite')].join(' · ')}</Text>
      </div>
      <Group gap="xs" className="protocol-row-state"><ProtocolState state={p.state} /><Text size="sm" className="num">v{p.version}</Text></Group>
      <Text size="xs" c="dimmed">{p.approved_at_ms ? t('protocols.approvedBy', { name: p.approved_by ?? '', when: dayAndTime(p.approved_at_ms) }) : p.review.submitted ? t('protocols.submittedBy', { name: p.review.submitted.name, when: dayAndTime(p.review.submitted.at_ms) }) : t('protocols.madeBy', { name: p.made_by ?? '', when: p.made_at_ms ? dayAndTime(p.made_at_ms) : '' })}</Text>
    </li>
  );
}
