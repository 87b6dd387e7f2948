/*
 * The day of a site, room by room: who is when, how long, and where there is still place. E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActs } from '@/shared/api/requests/acts';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { ActSummary, Me, Organisation, Room } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { longDay, msToZoned, timeOf, zonedToMs } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const FIRST_HOUR = 0, LAST_HOUR = 24, HOUR_PX = 56, SHOWN_MIN = 30;
const DAY_MS = 86_400_000;

export function PlanningPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const now = useNow();
  const organisations = useOrganisations();
  const acts = useActs({ view: 'site' });
  const [shift, setShift] = useState(0);
  const mine = new Set(me.memberships.map((one) => one.organisation.id));
  const dayMs = now + shift * DAY_MS;
  return (
    <>
      <PageHead title={t('nav.planning')} text={longDay(dayMs)}>
        <ActionIcon variant="default" size="lg" aria-label={t('plan.dayBefore')} onClick={() => setShift(shift - 1)}><span className="turn"><Icon name="arrow" /></span></ActionIcon>
        <Button variant="default" onClick={() => setShift(0)}>{t('plan.today')}</Button>
        <ActionIcon variant="default" size="lg" aria-label={t('plan.dayAfter')} onClick={() => setShift(shift + 1)}><Icon name="arrow" /></ActionIcon>
      </PageHead>
      <Loaded query={organisations} rows={3} height={120}>
        {(all) => {
          const sites = all.filter((one) => one.kind === 'site' && mine.has(one.id) && one.rooms?.length);
          return sites.length ? sites.map((site) => <SiteDay key={site.id} site={site} acts={acts.data ?? []} dayMs={dayMs} now={now} />)
            : <Empty icon="calendar" title={t('plan.noRooms')} />;
        }}
      </Loaded>
    </>
  );
}

function SiteDay({ site, acts, dayMs, now }: { site: Organisation; acts: ActSummary[]; dayMs: number; now: number }) {
  const { t } = useTranslation();
  const zone = site.time_zone;
  const day = msToZoned(dayMs, zone).day;
  const startMs = zonedToMs(day, `${String(FIRST_HOUR).padStart(2, '0')}:00`, zone);
  const rooms = site.rooms ?? [];
  const ofDay = acts.filter((act) => act.site.id === site.id && act.slot_at_ms && msToZoned(act.slot_at_ms, zone).day === day);
  const toPlan = acts.filter((act) => act.site.id === site.id && act.state === 'validated');
  const height = (LAST_HOUR - FIRST_HOUR) * HOUR_PX;
  const top = (ms: number) => ((ms - startMs) / 3_600_000) * HOUR_PX;
  const from = Math.max(0, Math.min(...ofDay.map((act) => top(act.slot_at_ms ?? 0)), shiftedNow(now, startMs) ? top(now) : 8 * HOUR_PX) - HOUR_PX);
  return (
    <section aria-label={site.name}>
      <Group mb="xs" mt="sm" gap="md">
        <Text fw={650}>{site.name}</Text>
        {toPlan.map((act) => (
          <Button key={act.id} component={Link} to="/acts/$id" params={{ id: String(act.id) } as never} size="compact-sm" variant="default" leftSection={<Icon name="clock" size={14} />}>
            {t('plan.toPlan', { name: patientName(act.patient) })}
          </Button>
        ))}
      </Group>
      <div className="day-scroll" tabIndex={0} role="region" aria-label={`${site.name}, ${day}`} ref={(box) => { if (box && box.dataset.at !== day) { box.dataset.at = day; box.scrollTop = from; } }}>
        <div className="day" style={{ gridTemplateColumns: `56px repeat(${rooms.length}, minmax(150px, 1fr))` }}>
          <div className="day-head" />
          {rooms.map((room) => <RoomHead key={room.id} room={room} />)}
          <div className="day-hours" style={{ height }}>
            {Array.from({ length: LAST_HOUR - FIRST_HOUR }, (_, i) => <span key={i} className="day-hour num" style={{ top: i * HOUR_PX }}>{String(FIRST_HOUR + i).padStart(2, '0')} h</span>)}
          </div>
          {rooms.map((room) => (
            <div key={room.id} className="day-room day-hours" style={{ height }}>
              {Array.from({ length: LAST_HOUR - FIRST_HOUR }, (_, i) => <span key={i} className="day-hour" style={{ top: i * HOUR_PX }} />)}
              {ofDay.filter((act) => inRoom(act, room)).map((act) => (
                <Link key={act.id} className="day-slot" to="/acts/$id" params={{ id: String(act.id) } as never} style={{ top: top(act.slot_at_ms ?? 0), height: (SHOWN_MIN / 60) * HOUR_PX }}>
                  <span className="num">{timeOf(act.slot_at_ms ?? 0, zone)}</span> {patientName(act.patient)} · {act.region}
                </Link>
              ))}
              {shiftedNow(now, startMs) && <span className="day-now" style={{ top: top(now) }} />}
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

const shiftedNow = (now: number, startMs: number) => now >= startMs && now < startMs + DAY_MS;

const inRoom = (act: ActSummary, room: Room) => act.slot_room_id === room.id;

function RoomHead({ room }: { room: Room }) {
  const text = useText();
  return <div className="day-head">{room.name} <Text span size="xs" c="dimmed">{text('modality', room.modality)}</Text></div>;
}
