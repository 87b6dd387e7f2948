/*
 * A room closed for a time, and those closings that may be withdrawn. O3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SiteCalendar, useCalendarChange } from '@/shared/api/requests/calendar';
import { dayAndTime, zonedToMs } from '@/shared/format/dates';
import { Refusal } from '@/shared/ui/Blocks';

const KINDS = ['maintenance', 'breakdown', 'holiday', 'training', 'other'];

export function ClosingDialog({ data, room, day, onClose }: { data: SiteCalendar; room: number; day: string; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useCalendarChange();
  const again = useCalendarChange();
  const [f, setF] = useState({ room: String(room), kind: 'maintenance', day, from: '08:00', until: day, to: '12:00', reason: '' });
  const set = (name: keyof typeof f) => (value: string | null) => setF((all) => ({ ...all, [name]: value ?? all[name] }));
  const typed = (name: keyof typeof f) => (e: { currentTarget: { value: string } }) => set(name)(e.currentTarget.value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ what: 'close', room: Number(f.room), from_ms: zonedToMs(f.day, f.from, data.zone), to_ms: zonedToMs(f.until, f.to, data.zone), kind: f.kind, reason: f.reason });
  };
  const onIt = change.data?.acts ?? [];
  return (
    <Modal opened onClose={onClose} title={t('calendar.close')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        {data.closings.length > 0 && (
          <Stack gap={6}>
            {data.closings.map((one) => (
              <Group key={one.id} justify="space-between" wrap="nowrap">
                <Text size="sm">{data.rooms.find((r) => r.id === one.room_id)?.name} · {t(`closing.${one.kind}`)} · {dayAndTime(one.from_ms, data.zone)} – {dayAndTime(one.to_ms, data.zone)}</Text>
                <Button size="compact-sm" variant="default" loading={again.isPending} onClick={() => again.mutate({ what: 'reopen', id: one.id })}>{t('calendar.reopen')}</Button>
              </Group>
            ))}
            <Refusal error={again.error} />
          </Stack>
        )}
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Select label={t('field.plan.room')} value={f.room} onChange={set('room')} allowDeselect={false} data={data.rooms.map((one) => ({ value: String(one.id), label: one.name }))} />
            <Select label={t('calendar.kind')} value={f.kind} onChange={set('kind')} allowDeselect={false} data={KINDS.map((value) => ({ value, label: t(`closing.${value}`) }))} />
            <SimpleGrid cols={2}>
              <TextInput type="date" label={t('roster.fromDay')} value={f.day} onChange={typed('day')} required />
              <TextInput type="time" label={t('roster.fromTime')} value={f.from} onChange={typed('from')} required />
              <TextInput type="date" label={t('roster.toDay')} value={f.until} onChange={typed('until')} required />
              <TextInput type="time" label={t('roster.toTime')} value={f.to} onChange={typed('to')} required />
            </SimpleGrid>
            <Textarea label={t('calendar.reason')} value={f.reason} onChange={typed('reason')} required autosize minRows={1} />
            <Refusal error={change.error} />
            {change.isSuccess && onIt.length > 0 && <Alert className="failed" title={t('calendar.onIt')}><Text size="sm">{onIt.join(', ')}</Text></Alert>}
            {change.isSuccess && onIt.length === 0 && <Text size="sm" role="status">{t('calendar.closed')}</Text>}
            <Group><Button type="submit" loading={change.isPending}>{t('calendar.close')}</Button><Button variant="default" onClick={onClose}>{t('common.close')}</Button></Group>
          </Stack>
        </form>
      </Stack>
    </Modal>
  );
}
