/*
 * My requests, the reading list, the exams of the site: the same list seen from three sides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Group, SegmentedControl, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LISTED_MAX, useActs } from '@/shared/api/requests/acts';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { ActSummary, Me } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { longDay } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Waiting as Loading } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { ActTable, type Column } from './ActTable';
import { bySlot, byTimeLeft, holds, inTab, TABS, type Tab } from './groups';

type Side = keyof typeof TABS;
const STEP = 100; // acts at first, and each time more are asked for

function ActsPage({ side, columns, order = byTimeLeft, action, head, modality, filter, first = 0 }: {
  side: Side; columns: Column[]; order?: (a: ActSummary, b: ActSummary) => number; action?: ReactNode; head?: string; modality?: string | undefined; filter?: ReactNode; first?: number;
}) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string>(TABS[side][first]!.name);
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 250);
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  const [limit, setLimit] = useState(STEP);
  const shown = TABS[side].find((one) => one.name === tab) ?? TABS[side][first]!;
  const acts = useActs({ view: side, q, state: shown.states.join(','), limit, counts: 1, ...(modality && { modality }), ...(shown.assistances && { assistances: shown.assistances }) });
  const count = (one: Tab) => one.states.reduce((sum, state) => sum + inTab(one, state, acts.data?.counts, acts.data?.assistances), 0);
  const capped = (one: Tab) => one.states.some((state) => (acts.data?.counts?.[state] ?? 0) >= LISTED_MAX);
  const open = (name: string) => { setTab(name); setLimit(STEP); };
  return (
    <>
      <PageHead title={t(`nav.${side}`)} text={head}>
        <TextInput ref={search} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} placeholder={t('list.search')} aria-label={t('list.search')}
          leftSection={<Icon name="search" size={16} />} w={240} />
        {action}
      </PageHead>
      {filter}
      <Waiting side={side} />
      <Tabs value={tab} onChange={(value) => value && open(value)} keepMounted={false}>
        <Tabs.List mb="sm">
          {TABS[side].map((one) => (
            <Tabs.Tab key={one.name} value={one.name}>
              {t(`tab.${side}.${one.name}`)} {acts.data && <span className="tab-count num">{count(one)}{capped(one) && '+'}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Loaded query={acts} rows={7}>
            {(found) => {
              const here = found.acts.filter((act) => holds(shown, act)).sort(order); // while the next tab loads, the last one's acts are still there
              return here.length ? (
                <>
                  <ActTable acts={here} columns={columns} label={`${t(`nav.${side}`)}${colon()}${t(`tab.${side}.${tab}`)}`} />
                  {found.more && <More shown={here.length} limit={limit} busy={acts.isFetching} show={() => setLimit(Math.min(LISTED_MAX, limit + STEP))} />}
                </>
              ) : acts.isPlaceholderData ? <Loading rows={7} /> : <Empty title={t(q ? 'list.nothingFound' : `empty.${side}.${tab}`)} text={q ? t('list.nothingFoundText') : undefined} />;
            }}
          </Loaded>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/* The list is long: its most pressing acts are shown, more on demand, and the search finds the rest. */
function More({ shown, limit, busy, show }: { shown: number; limit: number; busy: boolean; show: () => void }) {
  const { t } = useTranslation();
  return (
    <Group mt="sm" gap="md">
      <Text size="sm" c="dimmed">{t(limit < LISTED_MAX ? 'list.firstShown' : 'list.mostShown', { count: shown })}</Text>
      {limit < LISTED_MAX && <Button variant="default" size="compact-sm" loading={busy} onClick={show}>{t('list.showMore')}</Button>}
    </Group>
  );
}

/* What waits for a review, whatever the state of its act: listed until it is done. E3 */
function Waiting({ side }: { side: Side }) {
  const { t } = useTranslation();
  const waiting = useActs({ view: side, task: 'review-exception' }).data?.acts ?? [];
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
  const named = (code: string) => {
    const word = text('modality', code), names = rooms.filter((room) => room.modality === code).map((room) => room.name).join(', ');
    return names.toLocaleLowerCase().startsWith(word.toLocaleLowerCase()) ? names : `${word} · ${names}`;
  };
  return (
    <ActsPage side="site" head={longDay(now)} order={bySlot} first={1} modality={modality === 'all' ? undefined : modality}
      columns={['slot', 'patient', 'exam', 'people', 'deadline', 'images', 'state']}
      filter={modalities.length > 1 && (
        <div className="scroll-x"><SegmentedControl size="xs" mb="sm" value={modality} onChange={setModality} aria-label={t('list.byModality')}
          data={[{ value: 'all', label: t('common.all') }, ...modalities.map((code) => ({ value: code as string, label: named(code) }))]} /></div>
      )} />
  );
}
