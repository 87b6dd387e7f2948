/*
 * Columns of hours: a room on a day each. Positions are moments, so a day of 23 or 25 hours is drawn as long as it is. E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CalendarAct, SiteCalendar } from '@/shared/api/requests/calendar';
import { timeOf } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';

const HOUR_MS = 3_600_000, HOUR_PX = 56;
export interface Column { key: number; room: number; from: number; to: number; title: string; modality?: string; note?: string }

const height = (from: number, to: number) => ((to - from) / HOUR_MS) * HOUR_PX;
const within = (one: { from_ms: number; to_ms: number }, column: Column) => ({ from: Math.max(one.from_ms, column.from), to: Math.min(one.to_ms, column.to) });

export function DayGrid({ data, columns, now, label }: { data: SiteCalendar; columns: Column[]; now: number; label: string }) {
  const first = columns[0]!;
  const hours = Math.round((first.to - first.from) / HOUR_MS);
  const longest = Math.max(...columns.map((one) => one.to - one.from));
  const seen = data.acts.filter((one) => columns.some((c) => c.room === one.room_id && one.start_ms >= c.from && one.start_ms < c.to)).map((one) => height(columns.find((c) => one.start_ms >= c.from && one.start_ms < c.to)!.from, one.start_ms));
  const from = Math.max(0, Math.min(...seen, now >= first.from && now < first.to ? height(first.from, now) : 8 * HOUR_PX) - HOUR_PX);
  return (
    <div className="day-scroll" tabIndex={0} role="region" aria-label={label} ref={(box) => { if (box && box.dataset.at !== label) { box.dataset.at = label; box.scrollTop = from; } }}>
      <div className="day" style={{ gridTemplateColumns: `56px repeat(${columns.length}, minmax(${columns.length > 5 ? 110 : 150}px, 1fr))` }}>
        <div className="day-head" />
        {columns.map((one) => <Head key={one.key} column={one} />)}
        <div className="day-hours" style={{ height: height(0, longest) }}>
          {Array.from({ length: hours }, (_, i) => <span key={i} className="day-hour num" style={{ top: i * HOUR_PX }}>{timeOf(first.from + i * HOUR_MS, data.zone).slice(0, 2)} h</span>)}
        </div>
        {columns.map((one) => <Hours key={one.key} data={data} column={one} now={now} />)}
      </div>
    </div>
  );
}

function Head({ column }: { column: Column }) {
  const text = useText();
  return <div className="day-head">{column.title}{column.modality && <Text span size="xs" c="dimmed"> {text('modality', column.modality)}</Text>}{column.note && <Text size="xs" className="late">{column.note}</Text>}</div>;
}

function Hours({ data, column, now }: { data: SiteCalendar; column: Column; now: number }) {
  const { t } = useTranslation();
  const at = (span: { from_ms: number; to_ms: number }) => {
    const { from, to } = within(span, column);
    return { top: height(column.from, from), height: Math.max(height(from, to), 2) };
  };
  const here = <T extends { room_id: number; from_ms: number; to_ms: number }>(list: T[]) => list.filter((one) => one.room_id === column.room && one.to_ms > column.from && one.from_ms < column.to);
  const kept = data.rooms.find((one) => one.id === column.room)?.calendar;
  return (
    <div className={`day-room day-hours${kept ? ' calendar-shut' : ''}`} style={{ height: height(column.from, column.to) }}>
      {here(data.open).map((one) => <span key={one.from_ms} className="calendar-open" style={at(one)} aria-hidden />)}
      {here(data.held).map((one) => <span key={one.from_ms} className="calendar-block calendar-held" style={at(one)}>{t('calendar.held')}</span>)}
      {Array.from({ length: Math.round((column.to - column.from) / HOUR_MS) }, (_, i) => <span key={i} className="day-hour" style={{ top: i * HOUR_PX }} />)}
      {here(data.closings).map((one) => <span key={one.id} className="calendar-block calendar-closed" style={at(one)} title={one.reason}>{t(`closing.${one.kind}`)}{colon()}{one.reason}</span>)}
      {data.acts.filter((one) => one.room_id === column.room && one.start_ms >= column.from && one.start_ms < column.to).map((one) => (
        <Act key={one.start_ms} act={one} zone={data.zone} style={{ top: height(column.from, one.start_ms), height: Math.max(height(one.start_ms, one.end_ms), 19) }} />
      ))}
      {now >= column.from && now < column.to && <span className="day-now" style={{ top: height(column.from, now) }} />}
    </div>
  );
}

/* Who may not see the act sees that the time is taken. */
function Act({ act, zone, style }: { act: CalendarAct; zone: string; style: { top: number; height: number } }) {
  const { t } = useTranslation();
  const hours = `${timeOf(act.start_ms, zone)}–${timeOf(act.end_ms, zone)}`;
  if (!act.act_id || !act.patient) return <span className="day-slot calendar-busy" style={style}><span className="num">{hours}</span> {t('calendar.busy')}</span>;
  const told = `${patientName(act.patient)} · ${act.region}`;
  return (
    <Link className="day-slot" title={`${hours} ${told}`} data-short={style.height < 36 || undefined} to="/acts/$id" params={{ id: String(act.act_id) } as never} style={style} data-act={act.number}>
      <span className="num">{hours}</span> {told}
    </Link>
  );
}
