/*
 * The frame of these pages: which of them a role is offered, for which organisation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Select, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { PageHead } from '@/shared/ui/Blocks';
import './staff.css';

const TABS = [
  { to: '/staff/me', text: 'staff.me', may: 'own-file' },
  { to: '/staff/procedures', text: 'staff.procedures', may: 'own-file' },
  { to: '/staff/people', text: 'staff.people', may: 'staff' },
  { to: '/staff/skills', text: 'staff.skills', may: 'staff', roles: ['responsible', 'quality'] },
  { to: '/staff/register', text: 'staff.register', may: 'register' },
  { to: '/staff/meetings', text: 'staff.meetings', may: 'meetings' },
  { to: '/staff/rules', text: 'staff.rules', may: 'own-file' },
] as { to: string; text: string; may: string; roles?: string[] }[];

/* Only hides what would be refused: the server decides. */
export function useRights() {
  const me = useMe().data;
  const rolesIn = (organisation: number) => (me?.memberships.find((one) => one.organisation.id === organisation)?.roles ?? []) as string[];
  return { me, may: (what: string) => me?.permissions.includes(what) ?? false, rolesIn, roles: (me?.roles ?? []) as string[] };
}

export function Frame({ title, text, aside, children }: { title: string; text?: string; aside?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const { may, roles } = useRights();
  return (
    <>
      <nav className="staff-tabs" aria-label={t('nav.staff')}>
        {TABS.filter((tab) => may(tab.may) && (!tab.roles || tab.roles.some((role) => roles.includes(role)))).map((tab) => <Link key={tab.to} to={tab.to}>{t(tab.text)}</Link>)}
      </nav>
      <PageHead title={title} text={text}>{aside}</PageHead>
      {children}
    </>
  );
}

/* One of one's organisations; an imager also picks the sites, whose technologists they check. */
export function useOrganisationChoice(partners = false) {
  const { t } = useTranslation();
  const { me, roles } = useRights();
  const all = useOrganisations().data ?? [];
  const [chosen, setChosen] = useState<number | null>(null);
  const mine = (me?.memberships ?? []).map((one) => one.organisation);
  const list = partners && roles.includes('imager') ? [...mine, ...all.filter((one) => one.kind === 'site' && !mine.some((own) => own.id === one.id))] : mine;
  const organisation = chosen ?? mine[0]?.id ?? 0;
  const choice = list.length > 1 ? (
    <Select label={t('staff.organisation')} data={list.map((one) => ({ value: String(one.id), label: one.name }))} value={String(organisation)} allowDeselect={false} w={320} maw="100%"
      onChange={(value) => value && setChosen(Number(value))} />
  ) : null;
  return { organisation, choice, own: mine.some((one) => one.id === organisation) };
}

export function useOrganisationName() {
  const all = useOrganisations().data ?? [];
  return (id: number) => all.find((one) => one.id === id)?.name ?? '';
}

const TONES: Record<string, string> = { valid: 'good', soon: 'soon', unverified: 'wait', ahead: 'wait', failed: 'alarm', expired: 'alarm', withdrawn: 'quiet', fit: 'good', blocked: 'alarm', partly: 'soon', signed: 'good', open: 'wait', unfit: 'alarm', toSign: 'wait', blocks: 'alarm', warns: 'soon' };
export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge size="sm" tt="none" miw="max-content" className={`tone tone-${TONES[state] ?? 'quiet'}`}>{t(`staff.state.${state}`)}</Badge>;
}

export function Lines({ head, label, children }: { head: string[]; label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} aria-label={label}>
        <Table.Thead><Table.Tr>{head.map((one) => <Table.Th key={one}>{one}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
