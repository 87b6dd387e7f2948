/*
 * DICOM peers: who may knock, what each may do, whether it answers, and who knocked unknown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Badge, Button, Checkbox, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Switch, Table, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { type EchoAnswer, type Peer, PEER_RIGHTS, type PeerRight, type PeerWrite, type Stranger, useEchoPeer, usePeers, useRemovePeer, useSavePeer } from '@/shared/api/requests/peers';
import type { Organisation } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';
import { PeerIdentity } from './PeerIdentity';
import { PeerCertificates, TlsBadge } from './PeerCertificates';

const NEW_PEER: PeerWrite = { ae_title: '', address: '', port: 0, organisation_id: null, may: ['echo'], enabled: true, description: '', seats: 0 };
type Edited = { id: number | null; wanted: PeerWrite };

export function PeersPage() {
  const { t } = useTranslation();
  const peers = usePeers();
  const organisations = useOrganisations();
  const [edited, setEdited] = useState<Edited | null>(null);
  const [removed, setRemoved] = useState<Peer | null>(null);
  const edit = ({ id, contact: _contact, certificates: _certificates, identity: _identity, ...wanted }: Peer) => setEdited({ id, wanted });
  const known = peers.data?.peers.find((one) => one.id === edited?.id);
  return (
    <>
      <PageHead title={t('nav.peers')} text={peers.data && t('peers.ours', { title: peers.data.ours.ae_title, address: peers.data.ours.listen })}>
        <Button leftSection={<Icon name="plus" />} onClick={() => setEdited({ id: null, wanted: NEW_PEER })}>{t('peers.new')}</Button>
      </PageHead>
      <Loaded query={peers} rows={8}>
        {({ peers: list, strangers }) => (
          <>
            {strangers.length > 0 && <Strangers list={strangers} onAdd={(one) => setEdited({ id: null, wanted: { ...NEW_PEER, ae_title: one.ae_title, address: one.address } })} />}
            <Section title={t('peers.known')} icon="wifi">
              <Listed rows={list} words={(one) => [one.ae_title, one.address, one.port || '', one.description, organisations.data?.find((each) => each.id === one.organisation_id)?.name, ...one.may.map((right) => t(`peers.right.${right}`)), one.enabled ? '' : t('peers.off')]}
                label={t('nav.peers')} none={t('peers.none')} icon="wifi">
                {(shown) => (
                  <Lines label={t('nav.peers')} minWidth={900} head={['title', 'address', 'may', 'contact', 'actions'].map((key) => t(`peers.${key}`))}>
                    {shown.map((one) => <PeerRow key={one.id} one={one} organisations={organisations.data ?? []} onEdit={() => edit(one)} onRemove={() => setRemoved(one)} />)}
                  </Lines>
                )}
              </Listed>
            </Section>
          </>
        )}
      </Loaded>
      <Modal opened={edited !== null} onClose={() => setEdited(null)} size="lg" title={t(edited?.id === null ? 'peers.new' : 'peers.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {edited && <PeerForm edited={edited} organisations={organisations.data ?? []} onDone={() => setEdited(null)} />}
        {known && <PeerIdentity key={known.id} peer={known} />}
        {known && <PeerCertificates peer={known} />}
      </Modal>
      <Modal opened={removed !== null} onClose={() => setRemoved(null)} title={t('peers.removeAsk', { title: removed?.ae_title })} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {removed && <Removal peer={removed} onDone={() => setRemoved(null)} />}
      </Modal>
    </>
  );
}

function Strangers({ list, onAdd }: { list: Stranger[]; onAdd: (one: Stranger) => void }) {
  const { t } = useTranslation();
  return (
    <Section title={t('peers.strangers', { count: list.length })} icon="warning">
      <Text size="sm" c="dimmed" mb="xs">{t('peers.strangersText')}</Text>
      <Listed rows={list} words={(one) => [one.ae_title, one.address, one.why]} label={t('peers.strangers', { count: list.length })} none={t('peers.noStranger')} size={6}>
        {(shown) => (
          <ul className="peer-strangers">
            {shown.map((one) => (
              <li key={`${one.ae_title} ${one.address}`}>
                <span><code>{one.ae_title}</code> · {one.address} · {t('peers.times', { count: one.times })} · {dayAndTime(one.last_at_ms)}<span className="sub">{one.why}</span></span>
                <Button size="xs" variant="default" onClick={() => onAdd(one)} aria-label={t('peers.addThis', { title: one.ae_title })}>{t('peers.add')}</Button>
              </li>
            ))}
          </ul>
        )}
      </Listed>
    </Section>
  );
}

function PeerRow({ one, organisations, onEdit, onRemove }: { one: Peer; organisations: Organisation[]; onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const echo = useEchoPeer();
  const { contact } = one;
  return (
    <Table.Tr data-peer={one.ae_title}>
      <Table.Td>
        <Group gap={6}><code>{one.ae_title}</code><TlsBadge peer={one} />{one.identity && <Badge size="sm" tt="none" variant="default">{t('peers.identityBadge')}</Badge>}{!one.enabled && <Badge size="sm" tt="none" className="tone tone-stop">{t('peers.off')}</Badge>}</Group>
        <span className="sub">{[one.description, organisations.find((o) => o.id === one.organisation_id)?.name].filter(Boolean).join(' · ')}</span>
      </Table.Td>
      <Table.Td className="num nowrap">{one.address}{one.port > 0 && `:${one.port}`}</Table.Td>
      <Table.Td><Text size="sm">{one.may.map((right) => t(`peers.right.${right}`)).join(', ') || t('peers.nothing')}</Text></Table.Td>
      <Table.Td>
        <Text size="sm">{contact.heard_at_ms ? dayAndTime(contact.heard_at_ms) : t('peers.never')}</Text>
        {contact.refused_at_ms !== null && contact.refused_at_ms > (contact.heard_at_ms ?? 0) && <span className="sub">{t('peers.refused', { when: dayAndTime(contact.refused_at_ms) })}{contact.refused_why && `${colon()}${contact.refused_why}`}</span>}
        <EchoResult answer={echo.data} peer={one} />
        <Refusal error={echo.error} />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <Button size="xs" variant="default" loading={echo.isPending} onClick={() => echo.mutate(one.id)} aria-label={t('peers.echoOf', { title: one.ae_title })}>C-ECHO</Button>
          <Button size="xs" variant="default" onClick={onEdit} aria-label={t('peers.editThis', { title: one.ae_title })}>{t('common.edit')}</Button>
          <Button size="xs" variant="default" onClick={onRemove} aria-label={t('peers.removeThis', { title: one.ae_title })}>{t('peers.remove')}</Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/* What the test met just now; else when it was last tried. */
function EchoResult({ answer, peer }: { answer: EchoAnswer | undefined; peer: Peer }) {
  const { t } = useTranslation();
  const { contact } = peer;
  if (answer)
    return (
      <Text size="sm" role="status" className={answer.ok ? 'echo-good' : 'echo-bad'} title={answer.detail || undefined}>
        <Icon name={answer.ok ? 'check' : 'cross'} size={14} /> {answer.ok ? t('peers.answered', { ms: answer.ms }) : answer.text}
      </Text>
    );
  if (!contact.echo_at_ms) return null;
  return <span className="sub">{t(contact.echo_ok ? 'peers.echoGood' : 'peers.echoBad', { when: dayAndTime(contact.echo_at_ms), ms: contact.echo_took_ms })}</span>;
}

function PeerForm({ edited, organisations, onDone }: { edited: Edited; organisations: Organisation[]; onDone: () => void }) {
  const { t } = useTranslation();
  const save = useSavePeer();
  const [wanted, setWanted] = useState(edited.wanted);
  const set = (part: Partial<PeerWrite>) => setWanted((was) => ({ ...was, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ id: edited.id, wanted: { ...wanted, ae_title: wanted.ae_title.trim(), address: wanted.address.trim() } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput label={t('peers.title')} description={t('peers.titleText')} value={wanted.ae_title} maxLength={16} required withAsterisk={false} onChange={(e) => set({ ae_title: e.currentTarget.value })} />
          <TextInput label={t('peers.ip')} description={t('peers.ipText')} value={wanted.address} required withAsterisk={false} onChange={(e) => set({ address: e.currentTarget.value })} />
          <NumberInput label={t('peers.port')} description={t('peers.portText')} value={wanted.port || ''} min={0} max={65535} allowDecimal={false} hideControls onChange={(value) => set({ port: Number(value) || 0 })} />
        </SimpleGrid>
        <TextInput label={t('peers.description')} value={wanted.description} onChange={(e) => set({ description: e.currentTarget.value })} />
        <Select label={t('peers.site')} description={t('peers.siteText')} clearable clearButtonProps={{ 'aria-label': t('common.clear') }} value={wanted.organisation_id === null ? null : String(wanted.organisation_id)}
          onChange={(id) => set({ organisation_id: id === null ? null : Number(id) })} data={organisations.map((one) => ({ value: String(one.id), label: one.name }))} />
        <NumberInput label={t('peers.seats')} description={t('peers.seatsText')} value={wanted.seats || ''} min={0} max={1024} allowDecimal={false} hideControls onChange={(value) => set({ seats: Number(value) || 0 })} />
        <Checkbox.Group label={t('peers.may')} value={wanted.may} onChange={(may) => set({ may: may as PeerRight[] })}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={6} mt={6}>
            {PEER_RIGHTS.map((right) => <Checkbox key={right} value={right} label={t(`peers.rightLong.${right}`)} />)}
          </SimpleGrid>
        </Checkbox.Group>
        <Switch label={t('peers.enabled')} checked={wanted.enabled} onChange={(e) => set({ enabled: e.currentTarget.checked })} />
        <Refusal error={save.error} />
        <Button type="submit" loading={save.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}

function Removal({ peer, onDone }: { peer: Peer; onDone: () => void }) {
  const { t } = useTranslation();
  const remove = useRemovePeer();
  return (
    <Stack>
      <Alert className="offer" icon={<Icon name="info" />}>{t('peers.removeText')}</Alert>
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>{t('common.cancel')}</Button>
        <Button loading={remove.isPending} onClick={() => remove.mutate(peer.id, { onSuccess: onDone })}>{t('peers.remove')}</Button>
      </Group>
    </Stack>
  );
}
