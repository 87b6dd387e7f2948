/*
 * The calendar of a room, edited: hours, what is held for emergencies, lengths, holidays. Saving makes the next version. O3, E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Checkbox, Fieldset, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CalendarContent, type CalendarRoom, type Hours, type Length, type SiteCalendar, useCalendarChange, useCalendarVersions } from '@/shared/api/requests/calendar';
import { dayAndTime } from '@/shared/format/dates';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const FRESH: CalendarContent = { hours: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }], held: [], held_until_min: 120, buffer_minutes: 5, holidays: 'shut', lengths: [{ region: '', contrast: 'any', child: 'any', minutes: 20 }] };
/* Short names of the days, Monday first, in the language of the page. */
const dayNames = (language: string) => Array.from({ length: 7 }, (_, n) => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + n)));

export function EditorDialog({ data, first, onClose }: { data: SiteCalendar; first: number; onClose: () => void }) {
  const { t } = useTranslation();
  const [id, setId] = useState(first);
  const room = data.rooms.find((one) => one.id === id) ?? data.rooms[0]!;
  return (
    <Modal opened onClose={onClose} size="lg" title={t('calendar.edit')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <Select label={t('field.plan.room')} value={String(room.id)} onChange={(value) => setId(Number(value))} allowDeselect={false} data={data.rooms.map((one) => ({ value: String(one.id), label: one.name }))} />
        <Editor key={`${room.id}-${room.version}`} room={room} zone={data.zone} />
      </Stack>
    </Modal>
  );
}

function Editor({ room, zone }: { room: CalendarRoom; zone: string }) {
  const { t } = useTranslation();
  const change = useCalendarChange();
  const versions = useCalendarVersions(room.id);
  const [c, setC] = useState<CalendarContent>(room.calendar ?? FRESH);
  const set = (more: Partial<CalendarContent>) => setC((all) => ({ ...all, ...more }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ what: 'calendar', room: room.id, version: room.version, content: c });
  };
  const last = versions.data?.versions[0];
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{last ? t('calendar.version', { version: last.version, name: last.made_by, when: dayAndTime(last.made_at_ms, zone) }) : t('plan.noCalendar')}</Text>
        <HoursRows legend={t('calendar.hours')} hint={t('calendar.hoursHint')} rows={c.hours} onChange={(hours) => set({ hours })} />
        <Select label={t('calendar.holidays')} value={c.holidays} allowDeselect={false} onChange={(value) => value && set({ holidays: value as CalendarContent['holidays'] })}
          data={(['shut', 'shut-alsace', 'open'] as const).map((value) => ({ value, label: t(`calendar.holidays.${value}`) }))} />
        <HoursRows legend={t('calendar.heldRows')} rows={c.held} onChange={(held) => set({ held })} />
        <Group grow>
          <NumberInput label={t('calendar.heldUntil')} min={0} max={10080} value={c.held_until_min ?? 0} onChange={(n) => set({ held_until_min: Number(n) || 0 })} />
          <NumberInput label={t('calendar.buffer')} min={0} max={120} value={c.buffer_minutes ?? 0} onChange={(n) => set({ buffer_minutes: Number(n) || 0 })} />
        </Group>
        <Lengths rows={c.lengths ?? []} onChange={(lengths) => set({ lengths })} />
        <Refusal error={change.error} />
        {change.isSuccess && <Text size="sm" role="status">{t('calendar.saved')}</Text>}
        <Group><Button type="submit" loading={change.isPending}>{t('common.save')}</Button></Group>
      </Stack>
    </form>
  );
}

function HoursRows({ legend, hint, rows, onChange }: { legend: string; hint?: string; rows: Hours[]; onChange: (rows: Hours[]) => void }) {
  const { t, i18n } = useTranslation();
  const names = dayNames(i18n.language);
  const put = (n: number, more: Partial<Hours>) => onChange(rows.map((one, i) => (i === n ? { ...one, ...more } : one)));
  const days = (n: number, day: number) => put(n, { days: rows[n]!.days.includes(day) ? rows[n]!.days.filter((one) => one !== day) : [...rows[n]!.days, day].sort() });
  return (
    <Fieldset legend={legend}>
      <Stack gap="xs">
        {hint && !rows.length && <Text size="sm">{hint}</Text>}
        {rows.map((row, n) => (
          <Group key={n} gap="xs" align="flex-end">
            <Group gap={8}>{names.map((name, i) => <Checkbox key={name} size="xs" label={name} checked={row.days.includes(i + 1)} onChange={() => days(n, i + 1)} />)}</Group>
            <TextInput type="time" size="xs" aria-label={t('roster.fromTime')} value={row.from} onChange={(e) => put(n, { from: e.currentTarget.value })} required />
            <TextInput type="time" size="xs" aria-label={t('roster.toTime')} value={row.to} onChange={(e) => put(n, { to: e.currentTarget.value })} required />
            <ActionIcon variant="default" aria-label={t('calendar.removeRow')} onClick={() => onChange(rows.filter((_, i) => i !== n))}><Icon name="cross" size={14} /></ActionIcon>
          </Group>
        ))}
        <Group><Button size="compact-sm" variant="default" onClick={() => onChange([...rows, { days: [1, 2, 3, 4, 5], from: '12:00', to: '13:00' }])}>{t('calendar.addRow')}</Button></Group>
      </Stack>
    </Fieldset>
  );
}

const ANY = ['any', 'yes', 'no'] as const;

function Lengths({ rows, onChange }: { rows: Length[]; onChange: (rows: Length[]) => void }) {
  const { t } = useTranslation();
  const put = (n: number, more: Partial<Length>) => onChange(rows.map((one, i) => (i === n ? { ...one, ...more } : one)));
  const pick = (n: number, name: 'contrast' | 'child') => (
    <Select size="xs" w={120} label={t(`calendar.length.${name}`)} value={rows[n]![name]} allowDeselect={false} data={ANY.map((value) => ({ value, label: t(`calendar.any.${value}`) }))}
      onChange={(value) => value && put(n, { [name]: value as Length['contrast'] })} />
  );
  return (
    <Fieldset legend={t('calendar.lengths')}>
      <Stack gap="xs">
        {rows.map((row, n) => (
          <Group key={n} gap="xs" align="flex-end">
            <TextInput size="xs" w={130} label={t('calendar.length.region')} placeholder={t('calendar.any.any')} value={row.region} onChange={(e) => put(n, { region: e.currentTarget.value })} />
            {pick(n, 'contrast')}{pick(n, 'child')}
            <NumberInput size="xs" w={90} label={t('calendar.length.minutes')} min={5} max={600} value={row.minutes} onChange={(v) => put(n, { minutes: Number(v) || 5 })} />
            <NumberInput size="xs" w={110} label={t('calendar.length.lead')} min={0} max={240} value={row.lead_minutes ?? 0} onChange={(v) => put(n, { lead_minutes: Number(v) || 0 })} />
            <ActionIcon variant="default" aria-label={t('calendar.removeRow')} onClick={() => onChange(rows.filter((_, i) => i !== n))}><Icon name="cross" size={14} /></ActionIcon>
          </Group>
        ))}
        <Group><Button size="compact-sm" variant="default" onClick={() => onChange([...rows, { region: '', contrast: 'any', child: 'any', minutes: 20 }])}>{t('calendar.addRow')}</Button></Group>
      </Stack>
    </Fieldset>
  );
}
