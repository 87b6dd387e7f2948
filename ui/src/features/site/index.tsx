/*
 * The calendar of a site: its rooms on one day, or one room over a week; openings, closings, what is held, who stands where. E10, O3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActs } from '@/shared/api/requests/acts';
import { type SiteCalendar, useCalendar } from '@/shared/api/requests/calendar';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { Me, Organisation } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { longDay, msToZoned, zonedToMs } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { Empty, Loaded, PageHead } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import './calendar.css';
import { ClosingDialog } from './Closing';
import { EditorDialog } from './Editor';
import { type Column, DayGrid } from './Grid';
import { DayList } from './List';

const DAY_MS = 86_400_000;
/* Midnight on the wall there, 'days' later: a day is not always 24 hours. */
const midnight = (ms: number, days: number, zone: string) => {
  const noon = zonedToMs(msToZoned(ms, zone).day, '12:00', zone) + days * DAY_MS;
  return zonedToMs(msToZoned(noon, zone).day, '00:00', zone);
};
const monday = (ms: number, zone: string) => {
  const weekday = new Date(zonedToMs(msToZoned(ms, zone).day, '12:00', zone)).getUTCDay();
  return midnight(ms, -((weekday + 6) % 7), zone);
};

export function PlanningPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const organisations = useOrganisations();
  const mine = new Set(me.memberships.map((one) => one.organisation.id));
  return (
    <Loaded query={organisations} rows={3} height={120}>
      {(all) => {
        const sites = all.filter((one) => one.kind === 'site' && mine.has(one.id) && one.rooms?.length);
        return sites.length ? <Sites sites={sites} /> : <><PageHead title={t('nav.planning')} /><Empty icon="calendar" title={t('plan.noRooms')} /></>;
      }}
    </Loaded>
  );
}

function Sites({ sites }: { sites: Organisation[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const small = useMediaQuery('(max-width: 640px)');
  const [siteId, setSiteId] = useState(sites[0]!.id);
  const site = sites.find((one) => one.id === siteId) ?? sites[0]!;
  const zone = site.time_zone;
  const [view, setView] = useState('day');
  const [at, setAt] = useState(() => Date.now());
  const [room, setRoom] = useState<number | null>(null);
  const [dialog, setDialog] = useState<'close' | 'edit' | null>(null);
  const week = view === 'week';
  const start = week ? monday(at, zone) : midnight(at, 0, zone);
  const end = midnight(start, week ? 7 : 1, zone);
  const calendar = useCalendar(site.id, start, end);
  const move = (by: number) => setAt(midnight(start, by * (week ? 7 : 1), zone) + DAY_MS / 2);
  useHotkeys([['ArrowLeft', () => move(-1)], ['ArrowRight', () => move(1)], ['t', () => setAt(now)], ['d', () => setView('day')], ['w', () => setView('week')]]);
  const theRoom = room ?? site.rooms?.[0]?.id ?? 0;
  const today = at >= now - DAY_MS && midnight(now, 0, zone) === start;
  return (
    <>
      <PageHead title={t('nav.planning')} text={week ? t('calendar.week', { day: longDay(start, zone) }) : longDay(start, zone)}>
        {sites.length > 1 && <Select aria-label={t('staff.organisation')} data={sites.map((one) => ({ value: String(one.id), label: one.name }))} value={String(site.id)} allowDeselect={false}
          onChange={(value) => { setSiteId(Number(value)); setRoom(null); }} />}
        <SegmentedControl value={view} onChange={setView} aria-label={t('calendar.view')} data={[{ value: 'day', label: t('calendar.day') }, { value: 'week', label: t('calendar.weekView') }]} />
        <Group gap={6} wrap="nowrap">
          <ActionIcon variant="default" size="lg" aria-label={t(week ? 'roster.before' : 'plan.dayBefore')} aria-keyshortcuts="ArrowLeft" onClick={() => move(-1)}><span className="turn"><Icon name="arrow" /></span></ActionIcon>
          <Button variant={today ? 'light' : 'default'} onClick={() => setAt(now)} aria-keyshortcuts="t">{t('plan.today')}</Button>
          <ActionIcon variant="default" size="lg" aria-label={t(week ? 'roster.after' : 'plan.dayAfter')} aria-keyshortcuts="ArrowRight" onClick={() => move(1)}><Icon name="arrow" /></ActionIcon>
        </Group>
      </PageHead>
      <ToPlan site={site} />
      <Loaded query={calendar} rows={4} height={90}>
        {(data) => (
          <Stack gap="sm">
            <Group gap="xs" justify="space-between">
              {week ? <Select aria-label={t('field.plan.room')} data={data.rooms.map((one) => ({ value: String(one.id), label: one.name }))} value={String(theRoom)} allowDeselect={false} onChange={(value) => setRoom(Number(value))} /> : <Holidays data={data} />}
              <Group gap="xs">
                {data.may_close && <Button variant="default" size="xs" onClick={() => setDialog('close')}>{t('calendar.close')}</Button>}
                {data.may_edit && <Button variant="default" size="xs" onClick={() => setDialog('edit')}>{t('calendar.edit')}</Button>}
              </Group>
            </Group>
            <Unfit data={data} />
            {small ? <DayList data={data} days={week ? Array.from({ length: 7 }, (_, n) => midnight(start, n, zone)) : [start]} rooms={week ? [theRoom] : data.rooms.map((one) => one.id)} />
              : <DayGrid data={data} now={now} columns={columnsOf(data, week, start, theRoom)} label={`${site.name}, ${longDay(start, zone)}`} />}
            <Legend />
            {dialog === 'close' && <ClosingDialog data={data} room={theRoom} day={msToZoned(start, zone).day} onClose={() => setDialog(null)} />}
            {dialog === 'edit' && <EditorDialog data={data} first={theRoom} onClose={() => setDialog(null)} />}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function columnsOf(data: SiteCalendar, week: boolean, start: number, room: number): Column[] {
  if (!week) return data.rooms.map((one) => ({ key: one.id, room: one.id, from: start, to: midnight(start, 1, data.zone), title: one.name, modality: one.modality }));
  return Array.from({ length: 7 }, (_, n) => {
    const from = midnight(start, n, data.zone);
    const holiday = data.holidays.find((one) => one.at_ms === from);
    return { key: n, room, from, to: midnight(from, 1, data.zone), title: longDay(from, data.zone), ...(holiday ? { note: holiday.name } : {}) };
  });
}

/* What waits for a slot at this site. */
function ToPlan({ site }: { site: Organisation }) {
  const { t } = useTranslation();
  const acts = useActs({ view: 'site', state: 'validated' });
  const waiting = (acts.data?.acts ?? []).filter((act) => act.kind === 'remote-exam' && act.site.id === site.id);
  if (!waiting.length) return null;
  return (
    <Group mb="sm" gap="xs">
      {waiting.map((act) => (
        <Button key={act.id} component={Link} to="/acts/$id" params={{ id: String(act.id) } as never} size="compact-sm" variant="default" leftSection={<Icon name="clock" size={14} />}>
          {t('plan.toPlan', { name: patientName(act.patient) })}
        </Button>
      ))}
    </Group>
  );
}

function Holidays({ data }: { data: SiteCalendar }) {
  const { t } = useTranslation();
  return <Text size="sm" className={data.holidays.length ? 'late' : undefined}>{data.holidays.map((one) => `${t('calendar.holiday', { name: one.name })}${one.alsace ? ` (${t('calendar.alsace')})` : ''}`).join(' · ') || data.site}</Text>;
}

/* Machines that no exam can be planned on now, and why. O3 */
function Unfit({ data }: { data: SiteCalendar }) {
  const { t } = useTranslation();
  const unfit = data.rooms.filter((one) => one.unfit.length);
  if (!unfit.length) return null;
  return <Stack gap={2}>{unfit.map((one) => <Text key={one.id} size="sm" className="late">{t('calendar.unfit', { name: one.name })} {one.unfit.map((m) => m.text).join(' ')}</Text>)}</Stack>;
}

function Legend() {
  const { t } = useTranslation();
  return (
    <Group gap="md" className="calendar-legend">
      {(['act', 'busy', 'held', 'closed', 'shut'] as const).map((kind) => <span key={kind}><i className={`calendar-key calendar-${kind}`} aria-hidden /> {t(`calendar.key.${kind}`)}</span>)}
    </Group>
  );
}
