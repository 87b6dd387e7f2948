/*
 * A file: may this person take part, and why not; what is in it; the statement of ethics; what ends soon. S5, O5, L1, L11, L13
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { Navigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StaffFile, useFile, useMyFile, useRules, useStaff } from '@/shared/api/requests/staff';
import { birthDate } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Loaded, MissingList, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Frame, StateBadge, useOrganisationName, useRights } from './Frame';
import { ItemForm } from './ItemForm';
import { Items } from './Items';
import { Prove } from './Prove';

/* Where each profession begins: what it answers for first, its own file otherwise. */
export function StaffHome() {
  const { roles, me } = useRights();
  if (!me) return null;
  const first = roles.some((role) => ['biomedical', 'physicist'].includes(role)) ? '/staff/register' : roles.some((role) => ['pcr', 'quality', 'responsible'].includes(role)) ? '/staff/people' : '/staff/me';
  return <Navigate to={first} replace />;
}

export function MyFilePage() {
  const { t } = useTranslation();
  const file = useMyFile();
  return <Frame title={t('staff.me')} text={t('staff.meLead')}><Loaded query={file}>{(one) => <FileView file={one} own />}</Loaded></Frame>;
}

export function PersonFilePage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id?: string };
  const file = useFile(Number(id) || 0);
  return <Frame title={file.data?.person.name ?? t('staff.file')} text={file.data && [file.data.person.speciality, file.data.person.rpps && `RPPS ${file.data.person.rpps}`].filter(Boolean).join(' · ')}><Loaded query={file}>{(one) => <FileView file={one} own={false} />}</Loaded></Frame>;
}

export function Parts({ parts }: { parts: StaffFile['parts'] }) {
  const { t } = useTranslation();
  const text = useText();
  const organisation = useOrganisationName();
  return (
    <div>
      {parts.map((part) => (
        <div key={`${part.organisation_id} ${part.role}`} className="staff-item" data-part={part.role}>
          <Group gap={8} justify="space-between"><Text size="sm" fw={600}>{text('role', part.role)} · {organisation(part.organisation_id)}</Text><StateBadge state={part.blocking.length ? 'blocked' : part.irradiating.length ? 'partly' : 'fit'} /></Group>
          <MissingList missing={part.blocking} />
          {!!part.irradiating.length && <Text size="sm" mt={6} fw={500}>{t('staff.irradiating')}</Text>}
          <MissingList missing={part.irradiating} />
          {!!part.warning.length && <Text size="sm" mt={6} c="dimmed">{t('staff.warned')}</Text>}
          <MissingList missing={part.warning} />
        </div>
      ))}
    </div>
  );
}

function FileView({ file, own }: { file: StaffFile; own: boolean }) {
  const { t } = useTranslation();
  const { rolesIn, roles } = useRights();
  const organisations = [...new Set(file.parts.map((part) => part.organisation_id))];
  const mine = [...new Set([...organisations.flatMap(rolesIn), ...(own ? ['self'] : roles.filter((role) => role === 'imager'))])];
  const [adding, setAdding] = useState(false);
  return (
    <Stack gap="md">
      {file.warnings && <Warnings list={file.warnings} />}
      <Section title={t(own ? 'staff.mayI' : 'staff.mayThey')} icon="shield"><Parts parts={file.parts} /></Section>
      {own && <Ethics file={file} />}
      <Section title={t('staff.items')} icon="document" aside={<Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>{t('staff.add')}</Button>}><Items items={file.items} roles={mine} own={own} /></Section>
      <Modal opened={adding} onClose={() => setAdding(false)} title={t('staff.add')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <ItemForm of="person" path={`/api/staff/people/${file.person.id}/items`} roles={mine} organisations={organisations} done={() => setAdding(false)} />
      </Modal>
    </Stack>
  );
}

function Warnings({ list }: { list: NonNullable<StaffFile['warnings']> }) {
  const { t } = useTranslation();
  const kinds = useRules().data?.kinds ?? [];
  const staff = useStaff();
  if (!list.length) return null;
  return (
    <Section title={t('staff.warnings')} icon="bell">
      <Stack gap={6}>
        {list.map((one) => (
          <Alert key={one.id} p="xs" className={one.days ? 'offer' : 'refusal'} icon={<Icon name="warning" />}>
            <Group justify="space-between" gap={8}>
              <Text size="sm">{one.about}{colon()}{kinds.find((kind) => kind.code === one.kind)?.label ?? one.kind}, {one.days ? t('staff.endsOn', { day: birthDate(one.valid_until) }) : t('staff.endedOn', { day: birthDate(one.valid_until) })}</Text>
              <Button size="xs" variant="default" onClick={() => staff.mutate({ path: `/api/staff/warnings/${one.id}/seen` })}>{t('staff.seen')}</Button>
            </Group>
          </Alert>
        ))}
      </Stack>
    </Section>
  );
}

function Ethics({ file }: { file: StaffFile }) {
  const { t } = useTranslation();
  const [signing, setSigning] = useState(false);
  const now = file.items.find((one) => one.kind === 'ethics' && (one.state === 'valid' || one.state === 'soon'));
  return (
    <Section title={t('staff.ethics')} icon="edit" aside={now ? <StateBadge state="signed" /> : undefined}>
      <Text size="sm" className="staff-text" lang="fr">{file.ethics.text}</Text>
      {(!now || now.state === 'soon') && <Button mt="sm" size="sm" onClick={() => setSigning(true)}>{t('staff.sign')}</Button>}
      <Modal opened={signing} onClose={() => setSigning(false)} title={t('staff.ethics')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack gap="sm">
          <Text size="sm" className="staff-text" lang="fr">{file.ethics.text}</Text>
          <Prove proved={{ purpose: 'sign-ethics', id: file.person.id, digest: file.ethics.sha256 }} path="/api/staff/ethics" body={{ sha256: file.ethics.sha256 }} done={() => setSigning(false)} />
        </Stack>
      </Modal>
    </Section>
  );
}
