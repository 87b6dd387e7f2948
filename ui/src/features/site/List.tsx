/*
 * The same calendar as a list, day by day and room by room, for a narrow screen. E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CalendarRoom, SiteCalendar } from '@/shared/api/requests/calendar';
import { longDay, timeOf } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { colon } from '@/shared/format/typography';
import { Section } from '@/shared/ui/Blocks';

interface Line { key: string; from: number; to: number; what: string; kind: string; act?: number }

function linesOf(data: SiteCalendar, room: number, from: number, to: number, t: (key: string) => string): Line[] {
  const spans = <T extends { room_id: number; from_ms: number; to_ms: number }>(list: T[]) => list.filter((one) => one.room_id === room && one.to_ms > from && one.from_ms < to);
  return [
    ...data.acts.filter((one) => one.room_id === room && one.start_ms >= from && one.start_ms < to)
      .map((one) => ({ key: `a${one.start_ms}`, from: one.start_ms, to: one.end_ms, what: one.patient ? `${patientName(one.patient)} · ${one.region}` : t('calendar.busy'), kind: one.patient ? 'act' : 'busy', ...(one.act_id ? { act: one.act_id } : {}) })),
    ...spans(data.held).map((one) => ({ key: `h${one.from_ms}`, from: Math.max(one.from_ms, from), to: Math.min(one.to_ms, to), what: t('calendar.held'), kind: 'held' })),
    ...spans(data.closings).map((one) => ({ key: `c${one.id}`, from: Math.max(one.from_ms, from), to: Math.min(one.to_ms, to), what: `${t(`closing.${one.kind}`)}${colon()}${one.reason}`, kind: 'closed' })),
  ].sort((a, b) => a.from - b.from);
}

export function DayList({ data, days, rooms }: { data: SiteCalendar; days: number[]; rooms: number[] }) {
  return (
    <Stack gap="sm">
      {days.map((day, n) => {
        const to = days[n + 1] ?? day + 86_400_000;
        return rooms.map((id) => {
          const room = data.rooms.find((one) => one.id === id);
          return room && <RoomDay key={`${day}-${id}`} data={data} room={room} from={day} to={to} title={days.length > 1 ? longDay(day, data.zone) : room.name} />;
        });
      })}
    </Stack>
  );
}

function RoomDay({ data, room, from, to, title }: { data: SiteCalendar; room: CalendarRoom; from: number; to: number; title: string }) {
  const { t } = useTranslation();
  const lines = linesOf(data, room.id, from, to, t);
  const open = data.open.filter((one) => one.room_id === room.id && one.to_ms > from && one.from_ms < to);
  const hours = !room.calendar ? t('plan.noCalendar') : open.map((one) => (one.from_ms <= from && one.to_ms >= to ? t('calendar.allDay') : `${timeOf(Math.max(one.from_ms, from), data.zone)}–${timeOf(Math.min(one.to_ms, to), data.zone)}`)).join(', ') || t('calendar.key.shut');
  return (
    <Section title={title} icon="calendar">
      <Text size="xs" c="dimmed" mb={4}>{hours}</Text>
      {lines.length === 0 && <Text size="sm">{t('plan.free')}</Text>}
      <ul className="calendar-list">
        {lines.map((one) => (
          <li key={one.key}>
            <i className={`calendar-key calendar-${one.kind}`} aria-hidden />
            <span className="num">{timeOf(one.from, data.zone)}–{timeOf(one.to, data.zone)}</span>
            {one.act ? <Link to="/acts/$id" params={{ id: String(one.act) } as never}>{one.what}</Link> : <span>{one.what}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
