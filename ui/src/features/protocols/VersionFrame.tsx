/*
 * One version of a library, protocol or preparation sheet: its head, what it says and what changed on one side, what may be done and how it came into force on the other. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dayAndTime } from '@/shared/format/dates';
import { PageHead, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { AnotherApproves, Versions, Way, type Version } from './Turns';
import { ProtocolState } from './Words';

export interface Framed {
  version: Version & { imaging?: string }; versions: Version[]; name: string;
  back: { to: '/protocols' | '/preparations'; text: string }; to: (id: number) => void;
  content: ReactNode;        // on the left
  actions: ReactNode | null; // null: nothing is this person's to do
  hint?: ReactNode;          // under the actions
  how: string | null; close: () => void; editor: ReactNode; // what is being written, in a dialog
}

export function VersionFrame({ version: p, versions, name, back, to, content, actions, hint, how, close, editor }: Framed) {
  const { t } = useTranslation();
  return (
    <div className="protocol">
      <Link to={back.to} className="protocol-back no-print"><Icon name="list" size={15} /> {back.text}</Link>
      <PageHead title={`${name} · v${p.version}`} text={p.imaging}><Group gap="xs"><ProtocolState state={p.state} /><Button className="no-print" size="sm" variant="default" onClick={() => window.print()}>{t('protocols.print')}</Button></Group></PageHead>
      {p.review.returned && p.state === 'draft' && <Alert className="refusal" icon={<Icon name="warning" />} mb="md" title={t('protocols.returned', { name: p.review.returned.name, when: dayAndTime(p.review.returned.at_ms) })}>{p.review.returned.text}</Alert>}
      <div className="protocol-grid">
        <Stack gap="md">{content}</Stack>
        <Stack gap="md">
          {actions && p.state !== 'withdrawn' && (
            <Section title={t('protocols.todo')} icon="check" tone="work">
              <Group gap="xs" className="no-print">{actions}</Group>
              <AnotherApproves version={p} />
              {hint}
            </Section>
          )}
          <Section title={t('protocols.way')} icon="history"><Way version={p} /></Section>
          <Versions versions={versions} current={p.id} to={to} />
        </Stack>
      </div>
      <Modal size="xl" opened={how !== null} onClose={close} title={how ? t(`protocols.how.${how}`) : ''} closeButtonProps={{ 'aria-label': t('common.close') }}>{editor}</Modal>
    </div>
  );
}

/* What one version has other words for than the one before. */
export function Changes({ list }: { list: { key: string; what: string; before: string; after: string }[] }) {
  const { t } = useTranslation();
  if (!list.length) return <p className="sub">{t('protocols.same')}</p>;
  return (
    <ul className="protocol-changes">
      {list.map((one) => <li key={one.key}><div className="sub">{one.what}</div><del>{one.before || '—'}</del> <ins>{one.after || '—'}</ins></li>)}
    </ul>
  );
}

/* Under a draft: kept, or left. */
export function KeepDraft({ pending, onCancel }: { pending: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Button type="submit" loading={pending}>{t('protocols.keepDraft')}</Button>
      <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
    </Group>
  );
}
