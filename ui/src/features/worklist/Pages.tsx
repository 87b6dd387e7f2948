/*
 * My requests, the reading list, the exams of the site: the same list seen from three sides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Group, SegmentedControl, Tabs, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActs } from '@/shared/api/requests/acts';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { ActSummary, Me } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { longDay } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ActTable, type Column } from './ActTable';
import { bySlot, byTimeLeft, TABS } from './groups';

type Side = keyof typeof TABS;

function ActsPage({ side, columns, order = byTimeLeft, action, head, only, first = 0 }: {
  side: Side; columns: Column[]; order?: (a: ActSummary, b: ActSummary) => number; action?: ReactNode; head?: string; only?: (act: ActSummary) => boolean; first?: number;
}) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string>(TABS[side][first]!.name);
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 250);
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  const acts = useActs({ view: side, q });
  const states = (name: string) => TABS[side].find((one) => one.name === name)?.states ?? [];
  const kept = (acts.data ?? []).filter(only ?? (() => true));
  const inTab = (name: string) => kept.filter((act) => states(name).includes(act.state));
  return (
    <>
      <PageHead title={t(`nav.${side}`)} text={head}>
        <TextInput ref={search} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder={t('list.search')} aria-label={t('list.search')}
          leftSection={<Icon name="search" size={16} />} w={240} />
        {action}
      </PageHead>
      <Waiting acts={acts.data ?? []} />
      <Tabs value={tab} onChange={(value) => value && setTab(value)} keepMounted={false}>
        <Tabs.List mb="sm">
          {TABS[side].map((one) => (
            <Tabs.Tab key={one.name} value={one.name}>
              {t(`tab.${side}.${one.name}`)} {acts.data && <span className="tab-count num">{inTab(one.name).length}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Loaded query={acts} rows={7}>
            {() => {
              const shown = inTab(tab).sort(order);
              return shown.length ? <ActTable acts={shown} columns={columns} label={`${t(`nav.${side}`)} : ${t(`tab.${side}.${tab}`)}`} />
                : <Empty title={t(q ? 'list.nothingFound' : `empty.${side}.${tab}`)} text={q ? t('list.nothingFoundText') : undefined} />;
            }}
          </Loaded>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/* What waits for a review, whatever the state of its act: listed until it is done. E3 */
function Waiting({ acts }: { acts: ActSummary[] }) {
  const { t } = useTranslation();
  const waiting = acts.filter((act) => act.tasks?.includes('review-exception'));
  if (!waiting.length) return null;
  return (
    <Alert className="offer" mb="sm" p="xs" icon={<Icon name="shield" />} title={t('task.review-exception', { count: waiting.length })}>
      <Group gap="md">
        {waiting.map((act) => <Anchor key={act.id} component={Link} to="/acts/$id" params={{ id: String(act.id) } as never} size="sm">{act.number} · {patientName(act.patient)}</Anchor>)}
      </Group>
    </Alert>
  );
}

export function RequestsPage() {
  const { t } = useTranslation();
  return (
    <ActsPage side="requests" columns={['deadline', 'patient', 'exam', 'people', 'slot', 'state']}
      action={<Button component={Link} to="/requests/new" leftSection={<Icon name="plus" />}>{t('nav.newRequest')}</Button>} />
  );
}

export function ImagingPage() {
  return <ActsPage side="imaging" columns={['deadline', 'patient', 'exam', 'place', 'slot', 'images', 'state']} />;
}

/* Today's exams, by room: the room is a filter, not a place to look for. */
export function SitePage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const now = useNow();
  const organisations = useOrganisations();
  const [modality, setModality] = useState('all');
  const mine = new Set(me.memberships.map((one) => one.organisation.id));
  const rooms = (organisations.data ?? []).filter((one) => one.kind === 'site' && mine.has(one.id)).flatMap((one) => one.rooms ?? []);
  const modalities = [...new Set(rooms.map((room) => room.modality))];
  return (
    <>
      {modalities.length > 1 && (
        <div className="scroll-x"><SegmentedControl size="xs" mb="sm" value={modality} onChange={setModality} aria-label={t('list.byModality')}
          data={[{ value: 'all', label: t('common.all') }, ...modalities.map((code) => ({ value: code as string, label: `${text('modality', code)} · ${rooms.filter((room) => room.modality === code).map((room) => room.name).join(', ')}` }))]} /></div>
      )}
      <ActsPage side="site" head={longDay(now)} order={bySlot} first={1} only={modality === 'all' ? undefined : (act) => act.modality === modality}
        columns={['slot', 'patient', 'exam', 'people', 'deadline', 'images', 'state']} />
    </>
  );
}
