/*
 * The library of protocols: found by word, modality, site and state; children's variants under what they vary. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './protocols.css';
import { Button, Group, Modal, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { type ProtocolVersion, useProtocols } from '@/shared/api/requests/protocols';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { plain } from './content';
import { Editor } from './Editor';
import { ProtocolState, useForWhom } from './Words';

export { ProtocolPage } from './One';
export { SheetPage } from './Sheet';
export { SheetsPage } from './Sheets';

/* A variant for children stands after what it varies. */
const isChild = (p: ProtocolVersion) => p.age_to_months > 0 && p.age_to_months <= 216;

export function ProtocolsPage() {
  const { t } = useTranslation();
  const text = useText();
  const navigate = useNavigate();
  const me = useMe().data;
  const [all, setAll] = useState(false);
  const [found, setFound] = useState({ words: '', modality: '', site: '', state: '' });
  const [adding, setAdding] = useState(false);
  const protocols = useProtocols(all);
  const writes = me?.roles.includes('imager') ?? false;
  const list = protocols.data ?? [];
  const modalities = [...new Set(list.map((one) => one.modality))].sort();
  const sites = [...new Map(list.filter((one) => one.site_id).map((one) => [one.site_id, one.site ?? ''])).entries()];
  const states = [...new Set(list.map((one) => one.state))];
  const shown = useMemo(() => list.filter((one) => (!found.modality || one.modality === found.modality) && (!found.site || !one.site_id || String(one.site_id) === found.site) && (!found.state || one.state === found.state)
    && plain(found.words).split(/\s+/).every((word) => plain(`${one.name} ${one.region} ${one.phases} ${one.contrast?.product ?? ''}`).includes(word))), [list, found]);
  const groups = [...new Map(shown.map((one) => [`${one.modality} ${one.region}`, [] as ProtocolVersion[]])).keys()].map((key) => ({ key, items: shown.filter((one) => `${one.modality} ${one.region}` === key).sort((a, b) => Number(isChild(a)) - Number(isChild(b))) }));
  return (
    <>
      <PageHead title={t('protocols.title')} text={t('protocols.lead')}>{writes && <Button onClick={() => setAdding(true)}>{t('protocols.new')}</Button>}</PageHead>
      <div className="protocol-find">
        <TextInput type="search" label={t('protocols.find')} value={found.words} onChange={(e) => setFound({ ...found, words: e.currentTarget.value })} />
        <Select clearable label={t('protocols.modality')} placeholder={t('protocols.any')} data={modalities.map((code) => ({ value: code, label: text('modality', code) }))} value={found.modality || null} onChange={(modality) => setFound({ ...found, modality: modality ?? '' })} />
        {sites.length > 0 && <Select clearable label={t('protocols.where')} placeholder={t('protocols.any')} data={sites.map(([id, name]) => ({ value: String(id), label: name }))} value={found.site || null} onChange={(site) => setFound({ ...found, site: site ?? '' })} />}
        <Select clearable label={t('protocols.stateLabel')} placeholder={t('protocols.any')} data={states.map((state) => ({ value: state, label: t(`protocols.state.${state}`) }))} value={found.state || null} onChange={(state) => setFound({ ...found, state: state ?? '' })} />
        <Switch label={t('protocols.all')} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
      </div>
      <Loaded query={protocols}>
        {() => (groups.length ? <Stack gap="md">{groups.map(({ key, items }) => (
          <Section key={key} title={`${text('modality', items[0]?.modality)} · ${items[0]?.region ?? ''}`} icon="document">
            <ul className="protocol-list">{items.map((one) => <Row key={one.id} protocol={one} />)}</ul>
          </Section>
        ))}</Stack> : <Empty icon="document" title={t('protocols.none')} text={t('protocols.noneText')} />)}
      </Loaded>
      <Modal size="xl" opened={adding} onClose={() => setAdding(false)} title={t('protocols.how.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Editor how="new" onDone={(id) => { setAdding(false); void navigate({ to: '/protocols/$id', params: { id: String(id) } as never }); }} onCancel={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function Row({ protocol: p }: { protocol: ProtocolVersion }) {
  const { t } = useTranslation();
  const text = useText();
  const forWhom = useForWhom();
  return (
    <li data-child={isChild(p)} data-protocol={p.id}>
      <div>
        <Link to="/protocols/$id" params={{ id: String(p.id) } as never} className="protocol-name">{p.name}</Link>
        <Text size="sm" c="dimmed">{[forWhom(p), p.site ?? t('protocols.everySite'), p.contrast && p.contrast.kind !== 'none' ? text('contrast', p.contrast.kind) : t('protocol.noContrast')].join(' · ')}</Text>
      </div>
      <Group gap="xs" className="protocol-row-state"><ProtocolState state={p.state} /><Text size="sm" className="num">v{p.version}</Text></Group>
      <Text size="xs" c="dimmed">{p.approved_at_ms ? t('protocols.approvedBy', { name: p.approved_by ?? '', when: dayAndTime(p.approved_at_ms) }) : p.review.submitted ? t('protocols.submittedBy', { name: p.review.submitted.name, when: dayAndTime(p.review.submitted.at_ms) }) : t('protocols.madeBy', { name: p.made_by ?? '', when: p.made_at_ms ? dayAndTime(p.made_at_ms) : '' })}</Text>
    </li>
  );
}
