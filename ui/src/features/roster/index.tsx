/*
 * The roster: who is on duty now, with the telephone; the week; shifts, absences and swaps. O2
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './roster.css';
import { Badge, Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/shared/api/requests/people';
import { type Duty, type Roster, useRoster, useRosterChange } from '@/shared/api/requests/roster';
import type { Me } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime, longDay, msToZoned, timeOf, zonedToMs } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Phone } from '@/shared/ui/Phone';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';

const DAY = 24 * 3600_000;
const ROLES = ['imager', 'local-physician', 'technologist', 'requester', 'nuclear-physician'];

const addDays = (day: string, days: number) => new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/* The Monday ('YYYY-MM-DD') of the week of that moment, on the wall of a zone. */
function mondayOf(ms: number, zone: string) {
  const { day } = msToZoned(ms, zone);
  return addDays(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7));
}

export function RosterPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const mine = me.memberships.map((one) => one.organisation);
  const [organisation, setOrganisation] = useState(mine[0]?.id ?? 0);
  const zone = mine.find((one) => one.id === organisation)?.time_zone ?? 'Europe/Paris';
  const [week, setWeek] = useState(() => mondayOf(serverNow(), zone));
  const [adding, setAdding] = useState<'shift' | 'absence' | null>(null);
  const roster = useRoster(organisation, zonedToMs(week, '00:00', zone), zonedToMs(addDays(week, 7), '00:00', zone));
  const move = (days: number) => setWeek(addDays(week, days));
  return (
    <>
      <PageHead title={t('nav.roster')} text={t('roster.lead')}>
        {mine.length > 1 && (
          <Select label={t('staff.organisation')} data={mine.map((one) => ({ value: String(one.id), label: one.name }))} value={String(organisation)} allowDeselect={false}
            onChange={(value) => value && setOrganisation(Number(value))} />
        )}
      </PageHead>
      <Loaded query={roster}>
        {(r) => (
          <Stack>
            <Now roster={r} />
            <Section title={t('roster.week', { day: longDay(zonedToMs(week, '12:00', zone), zone) })} icon="calendar" aside={(
              <Group gap="xs">
                <Button size="xs" variant="default" onClick={() => move(-7)}>{t('roster.before')}</Button>
                {week !== mondayOf(serverNow(), zone) && <Button size="xs" variant="default" onClick={() => setWeek(mondayOf(serverNow(), zone))}>{t('roster.thisWeek')}</Button>}
                <Button size="xs" variant="default" onClick={() => move(7)}>{t('roster.after')}</Button>
                {r.may_edit && <Button size="xs" onClick={() => setAdding('shift')}>{t('roster.addShift')}</Button>}
                <Button size="xs" variant="default" onClick={() => setAdding('absence')}>{t('roster.addAbsence')}</Button>
              </Group>
            )}>
              <Week roster={r} week={week} me={me} />
            </Section>
            <Swaps roster={r} me={me} />
            {!!r.absences.length && (
              <Section title={t('roster.absences')} icon="people">
                <Stack gap={4}>{r.absences.map((one) => <Text key={one.id} size="sm">{one.name} · {dayAndTime(one.from_ms, r.zone)} – {dayAndTime(one.to_ms, r.zone)} · {one.reason}</Text>)}</Stack>
              </Section>
            )}
            {adding && <Adding what={adding} roster={r} me={me} onClose={() => setAdding(null)} />}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Now({ roster }: { roster: Roster }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <Section title={t('roster.now')} icon="people" tone="work">
      {roster.now.length ? (
        <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
          {roster.now.map((one) => (
            <div key={`${one.shift_id}-${one.person_id}`} data-on-duty={one.person_id}>
              <Text fw={600}>{one.name}</Text>
              <Text size="sm">{text('role', one.role)} · {t('roster.until', { time: dayAndTime(one.to_ms, roster.zone) })}</Text>
              <Phone number={one.phone} />
            </div>
          ))}
        </SimpleGrid>
      ) : <Empty icon="warning" title={t('roster.nobody')} text={t('roster.nobodyText')} />}
    </Section>
  );
}

function Week({ roster, week, me }: { roster: Roster; week: string; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const [open, setOpen] = useState<Duty | null>(null);
  const midnight = (day: string) => zonedToMs(day, '00:00', roster.zone);
  const days = [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(week, n));
  const on = (day: string) => roster.duties.filter((one) => one.from_ms < midnight(addDays(day, 1)) && one.to_ms > midnight(day)).sort((a, b) => a.from_ms - b.from_ms);
  const today = msToZoned(serverNow(), roster.zone).day;
  /* What of the duty falls on that day: a night ends on one line and begins on another. */
  const hours = (one: Duty, day: string) => {
    const before = one.from_ms < midnight(day), after = one.to_ms > midnight(addDays(day, 1));
    const [from, to] = [timeOf(one.from_ms, roster.zone), timeOf(one.to_ms, roster.zone)];
    return before && after ? t('roster.allDay') : before ? t('roster.till', { time: to }) : after ? t('roster.since', { time: from }) : `${from}–${to}`;
  };
  return (
    <>
      <ul className="roster-week">
        {days.map((day) => (
          <li key={day} data-today={day === today || undefined} aria-current={day === today ? 'date' : undefined}>
            <h3>{longDay(zonedToMs(day, '12:00', roster.zone), roster.zone)}{day === today && <span className="roster-today">{t('roster.today')}</span>}</h3>
            <div>
              {on(day).length ? on(day).map((one) => (
                <UnstyledButton key={`${one.shift_id}-${one.from_ms}`} className="roster-duty" data-absent={one.absent || undefined} onClick={() => setOpen(one)}>
                  <span className="roster-name">{one.name}</span>{' '}
                  <span className="roster-what">{text('role', one.role)} · {hours(one, day)}{one.swapped ? ` · ${t('roster.swapped')}` : ''}{one.absent ? ` · ${t('roster.absent')}` : ''}</span>
                </UnstyledButton>
              )) : <Text size="sm" className="late">{t('roster.nobody')}</Text>}
            </div>
          </li>
        ))}
      </ul>
      {open && <DutyDialog duty={open} roster={roster} me={me} onClose={() => setOpen(null)} />}
    </>
  );
}

function DutyDialog({ duty, roster, me, onClose }: { duty: Duty; roster: Roster; me: Me; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const people = usePeople(roster.organisation_id);
  const change = useRosterChange();
  const [to, setTo] = useState<string | null>(null);
  const [ending, setEnding] = useState(false);
  const own = duty.person_id === me.person.id, over = duty.to_ms <= serverNow();
  const said = { name: duty.name, role: text('role', duty.role), from: dayAndTime(duty.from_ms, roster.zone), to: dayAndTime(duty.to_ms, roster.zone) };
  const notice = `shift-${duty.shift_id}`;
  const back = () => void change.mutateAsync({ path: `shifts/${duty.shift_id}/back`, body: {} }).then(() => notifications.hide(notice))
    .catch((error: unknown) => notifications.show({ color: 'red', message: error instanceof Error ? error.message : t('common.failedText') }));
  const end = () => change.mutate({ method: 'DELETE', path: `shifts/${duty.shift_id}` }, {
    onSuccess: () => {
      onClose();
      notifications.show({ id: notice, autoClose: 20000, message: <Stack gap={6} align="flex-start"><Text size="sm">{t('roster.ended', said)}</Text><Button size="compact-xs" variant="default" onClick={back}>{t('roster.back')}</Button></Stack> });
    },
  });
  const others = (people.data ?? []).filter((one) => one.id !== duty.person_id && one.memberships.some((m) => m.organisation_id === roster.organisation_id && (m.roles as string[]).includes(duty.role)));
  return (
    <Modal opened onClose={onClose} title={duty.name} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack gap="sm">
        <Text size="sm">{text('role', duty.role)} · {dayAndTime(duty.from_ms, roster.zone)} – {dayAndTime(duty.to_ms, roster.zone)}{duty.weeks ? ` · ${t('roster.every', { count: duty.weeks })}` : ''}</Text>
        <Phone number={duty.phone} />
        <Refusal error={change.error} />
        {duty.ended && <Text size="sm">{t('roster.endedShift')}</Text>}
        {(own || roster.may_edit) && !duty.ended && !over && (
          <>
            <Select label={t('roster.askOf')} value={to} onChange={setTo} data={others.map((one) => ({ value: String(one.id), label: one.name }))} nothingFoundMessage={t('local.nobody')} />
            <Button disabled={!to} loading={change.isPending} onClick={() => change.mutate({ path: 'swaps', body: { shift_id: duty.shift_id, from_ms: duty.from_ms, person_id: Number(to) } }, { onSuccess: onClose })}>{t('roster.askSwap')}</Button>
          </>
        )}
        {roster.may_edit && !duty.ended && (!over || duty.weeks > 0) && (ending ? (
          <Stack gap="xs" className="decide" role="group" aria-label={t('roster.end')}>
            <Text size="sm" fw={600}>{t('roster.endAsk', said)}</Text>
            {duty.weeks > 0 && <Text size="sm">{t('roster.endAll')}</Text>}
            <Group gap="xs">
              <Button color="red" loading={change.isPending} onClick={end}>{t('roster.endSure')}</Button>
              <Button variant="default" autoFocus onClick={() => setEnding(false)}>{t('roster.endNot')}</Button>
            </Group>
          </Stack>
        ) : <Button variant="default" onClick={() => setEnding(true)}>{t('roster.end')}</Button>)}
      </Stack>
    </Modal>
  );
}

function Swaps({ roster, me }: { roster: Roster; me: Me }) {
  const { t } = useTranslation();
  const change = useRosterChange();
  if (!roster.swaps.length) return null;
  const answer = (id: number, yes: boolean) => change.mutate({ path: `swaps/${id}/answer`, body: { yes } });
  return (
    <Section title={t('roster.swaps')} icon="history">
      <Refusal error={change.error} />
      <Stack gap="xs">
        {roster.swaps.map((one) => (
          <Group key={one.id} gap="xs">
            <Text size="sm">{one.holder} → {one.name} · {dayAndTime(one.from_ms, roster.zone)}</Text>
            <Badge size="sm" tt="none" className="tone tone-quiet">{t(`roster.swap.${one.state}`)}</Badge>
            {one.state === 'asked' && one.person_id === me.person.id && (
              <>
                <Button size="compact-sm" onClick={() => answer(one.id, true)}>{t('roster.accept')}</Button>
                <Button size="compact-sm" variant="default" onClick={() => answer(one.id, false)}>{t('roster.refuse')}</Button>
              </>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Adding({ what, roster, me, onClose }: { what: 'shift' | 'absence'; roster: Roster; me: Me; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const people = usePeople(roster.organisation_id);
  const change = useRosterChange();
  const today = msToZoned(Date.now(), roster.zone).day;
  const [role, setRole] = useState('imager');
  const [person, setPerson] = useState<string | null>(what === 'absence' ? String(me.person.id) : null);
  const [f, setF] = useState({ day: today, from: '08:00', until: today, to: '20:00', contact: '', reason: '' });
  const [weeks, setWeeks] = useState<number | string>(0);
  const set = (name: keyof typeof f) => (e: { currentTarget: { value: string } }) => { const { value } = e.currentTarget; setF((all) => ({ ...all, [name]: value })); };
  const fits = (one: { id: number; memberships: { organisation_id: number; roles: readonly string[] }[] }) =>
    one.memberships.some((m) => m.organisation_id === roster.organisation_id && (what === 'absence' || m.roles.includes(role))) && (roster.may_edit || one.id === me.person.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hours = { organisation_id: roster.organisation_id, person_id: Number(person), from_ms: zonedToMs(f.day, f.from, roster.zone), to_ms: zonedToMs(f.until, f.to, roster.zone) };
    change.mutate(what === 'shift' ? { path: 'shifts', body: { ...hours, role, weeks: Number(weeks) || 0, contact: f.contact } } : { path: 'absences', body: { ...hours, reason: f.reason } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t(what === 'shift' ? 'roster.addShift' : 'roster.addAbsence')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {what === 'shift' && <Select label={t('roster.role')} data={ROLES.map((value) => ({ value, label: text('role', value) }))} value={role} allowDeselect={false} onChange={(value) => value && setRole(value)} />}
          <Select label={t('roster.person')} required value={person} onChange={setPerson} searchable nothingFoundMessage={t('local.nobody')}
            data={(people.data ?? []).filter(fits).map((one) => ({ value: String(one.id), label: one.name }))} />
          <SimpleGrid cols={2}>
            <TextInput type="date" label={t('roster.fromDay')} value={f.day} onChange={set('day')} required />
            <TextInput type="time" label={t('roster.fromTime')} value={f.from} onChange={set('from')} required />
            <TextInput type="date" label={t('roster.toDay')} value={f.until} onChange={set('until')} required />
            <TextInput type="time" label={t('roster.toTime')} value={f.to} onChange={set('to')} required />
          </SimpleGrid>
          {what === 'shift' ? (
            <>
              <NumberInput label={t('roster.weeks')} description={t('roster.weeksHint')} min={0} max={12} value={weeks} onChange={setWeeks} />
              <TextInput label={t('roster.contact')} type="tel" value={f.contact} onChange={set('contact')} />
            </>
          ) : <TextInput label={t('roster.reason')} value={f.reason} onChange={set('reason')} required />}
          <Refusal error={change.error} />
          <Button type="submit" disabled={!person} loading={change.isPending}>{t('common.save')}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
