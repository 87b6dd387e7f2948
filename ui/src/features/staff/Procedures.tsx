/*
 * Procedures and protocols: read, signed in the version in force, published by who answers for them. O6
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Button, Checkbox, Group, Modal, Select, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { documentOf, type Procedure, useProcedure, useProcedures, useStaff, type WholeProcedure } from '@/shared/api/requests/staff';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { Frame, Lines, StateBadge, useOrganisationChoice, useRights } from './Frame';
import { Prove } from './Prove';

const SIGNERS = ['requester', 'technologist', 'imager', 'local-physician', 'nuclear-physician', 'secretary', 'physicist', 'pharmacist', 'pharmacy-tech', 'biomedical', 'pacs-admin', 'pcr'];

export function ProceduresPage() {
  const { t } = useTranslation();
  const { rolesIn } = useRights();
  const { organisation, choice } = useOrganisationChoice();
  const procedures = useProcedures(organisation);
  const [open, setOpen] = useState<number | null>(null);
  const [adding, setAdding] = useState(false);
  const keeps = rolesIn(organisation).some((role) => ['responsible', 'quality', 'imager'].includes(role));
  return (
    <Frame title={t('staff.procedures')} text={t('staff.proceduresLead')} aside={choice}>
      <Loaded query={procedures}>
        {({ procedures: list }) => (
          <Section title={t('staff.procedures')} icon="document" aside={keeps && <Button size="xs" variant="default" onClick={() => setAdding(true)}>{t('staff.procedureNew')}</Button>}>
            {list.length ? <ProcedureTable list={list} open={setOpen} /> : <Empty icon="document" title={t('staff.noProcedure')} />}
          </Section>
        )}
      </Loaded>
      <Modal size="lg" opened={open !== null} onClose={() => setOpen(null)} title={procedures.data?.procedures.find((one) => one.id === open)?.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open !== null && <One id={open} keeps={keeps} />}
      </Modal>
      <Modal opened={adding} onClose={() => setAdding(false)} title={t('staff.procedureNew')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <NewProcedure organisation={organisation} done={() => setAdding(false)} />
      </Modal>
    </Frame>
  );
}

function ProcedureTable({ list, open }: { list: Procedure[]; open: (id: number) => void }) {
  const { t } = useTranslation();
  return (
    <Lines label={t('staff.procedures')} head={[t('staff.procedure'), t('staff.inForce'), t('staff.mySignature'), t('staff.signatures')]}>
      {list.map((one) => (
        <Table.Tr key={one.id} data-procedure={one.code}>
          <Table.Td><Button size="compact-sm" variant="subtle" onClick={() => open(one.id)}>{one.code} · {one.title}</Button><span className="sub">{t(`staff.procedureKind.${one.kind}`)}{one.modality && ` · ${one.modality}`}{!one.active && ` · ${t('staff.ended')}`}</span></Table.Td>
          <Table.Td>{one.version ? t('staff.version', { version: one.version, day: birthDate(one.in_force_from) }) : '—'}</Table.Td>
          <Table.Td>{one.signed_at_ms ? <><StateBadge state="signed" /><span className="sub">{dayAndTime(one.signed_at_ms)}</span></> : one.must_sign ? <StateBadge state="toSign" /> : '—'}</Table.Td>
          <Table.Td className="num">{one.of === null ? '—' : t('staff.signedOf', { signed: one.signed, of: one.of })}</Table.Td>
        </Table.Tr>
      ))}
    </Lines>
  );
}

function One({ id, keeps }: { id: number; keeps: boolean }) {
  const { t } = useTranslation();
  const procedure = useProcedure(id);
  const [signing, setSigning] = useState(false);
  const [writing, setWriting] = useState(false);
  return (
    <Loaded query={procedure}>
      {(one) => {
        const now = one.versions.find((each) => each.version === one.version);
        return (
          <Stack gap="sm">
            {now ? <Text size="sm" className="staff-text" lang="fr" tabIndex={0}>{now.text}</Text> : <Text size="sm">{t('staff.noVersion')}</Text>}
            {now?.document_id != null && <Anchor size="sm" href={documentOf(now.document_id)}>{t('staff.document')}</Anchor>}
            {now && <Text size="xs" c="dimmed">{t('staff.version', { version: now.version, day: birthDate(now.in_force_from) })} · {now.published_by ?? '—'} · <code>{now.sha256.slice(0, 16)}</code></Text>}
            {one.must_sign && !one.signed_at_ms && !signing && <Button onClick={() => setSigning(true)}>{t('staff.readAndSign')}</Button>}
            {signing && !one.signed_at_ms && <Prove proved={{ purpose: 'accept-procedure', id: one.version_id, digest: one.sha256 }} path={`/api/staff/procedures/${id}/accept`} body={{ version: one.version, sha256: one.sha256 }} done={() => setSigning(false)} />}
            {one.signed_at_ms && <Group gap={6}><StateBadge state="signed" /><Text size="sm">{dayAndTime(one.signed_at_ms)}</Text></Group>}
            {one.signatures && <Signatures one={one} />}
            {keeps && one.active && !writing && <Button variant="default" onClick={() => setWriting(true)}>{t('staff.newVersion')}</Button>}
            {writing && <NewVersion id={id} text={one.versions[0]?.text ?? ''} done={() => setWriting(false)} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Signatures({ one }: { one: WholeProcedure }) {
  const { t } = useTranslation();
  if (!one.signatures?.length) return null;
  return (
    <Lines label={t('staff.signatures')} head={[t('staff.who'), t('staff.versionHead'), t('staff.when'), t('staff.factors')]}>
      {one.signatures.map((each) => <Table.Tr key={`${each.person_id} ${each.version}`}><Table.Td>{each.name}</Table.Td><Table.Td className="num">{each.version}</Table.Td><Table.Td>{dayAndTime(each.at_ms)}</Table.Td><Table.Td>{[each.factors, each.proof].filter(Boolean).join(' · ')}</Table.Td></Table.Tr>)}
    </Lines>
  );
}

function NewVersion({ id, text, done }: { id: number; text: string; done: () => void }) {
  const { t } = useTranslation();
  const staff = useStaff();
  const [typed, setTyped] = useState({ text, in_force_from: '' });
  const submit = (event: FormEvent) => { event.preventDefault(); staff.mutate({ path: `/api/staff/procedures/${id}/versions`, body: typed }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea label={t('staff.text')} autosize minRows={6} maxRows={20} value={typed.text} onChange={(e) => setTyped({ ...typed, text: e.currentTarget.value })} />
        <TextInput type="date" label={t('staff.inForceFrom')} value={typed.in_force_from} onChange={(e) => setTyped({ ...typed, in_force_from: e.currentTarget.value })} />
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.publish')}</Button>
      </Stack>
    </form>
  );
}

function NewProcedure({ organisation, done }: { organisation: number; done: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const staff = useStaff();
  const [typed, setTyped] = useState({ kind: 'procedure', code: '', title: '', modality: '', roles: [] as string[] });
  const submit = (event: FormEvent) => { event.preventDefault(); staff.mutate({ path: '/api/staff/procedures', body: { ...typed, organisation_id: organisation } }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select label={t('staff.kind')} data={(['procedure', 'protocol'] as const).map((one) => ({ value: one, label: t(`staff.procedureKind.${one}`) }))} value={typed.kind} allowDeselect={false} onChange={(kind) => kind && setTyped({ ...typed, kind })} />
        <TextInput label={t('staff.code')} value={typed.code} onChange={(e) => setTyped({ ...typed, code: e.currentTarget.value })} />
        <TextInput label={t('staff.title')} value={typed.title} onChange={(e) => setTyped({ ...typed, title: e.currentTarget.value })} />
        <TextInput label={t('staff.modality')} description={t('staff.modalityText')} value={typed.modality} onChange={(e) => setTyped({ ...typed, modality: e.currentTarget.value.toUpperCase() })} />
        <Checkbox.Group label={t('staff.signers')} value={typed.roles} onChange={(roles) => setTyped({ ...typed, roles })}>
          <Stack gap={6} mt={6}>{SIGNERS.map((role) => <Checkbox key={role} value={role} label={text('role', role)} />)}</Stack>
        </Checkbox.Group>
        <Refusal error={staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.record')}</Button>
      </Stack>
    </form>
  );
}
