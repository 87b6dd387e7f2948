/*
 * A slot on a room of the site: day, hour, length, with what the room already has that day. Late needs a reason. E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { DateInput, TimePicker } from '@mantine/dates';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActs } from '@/shared/api/requests/acts';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useOrganisations } from '@/shared/api/requests/organisations';
import type { Act, ActSummary } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime, msToZoned, timeOf, zonedToMs } from '@/shared/format/dates';
import { patientName } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';

const QUARTER_MS = 15 * 60_000;

export function PlanForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const organisations = useOrganisations();
  const others = useActs({ view: 'site', state: 'planned,running,validated' });
  const site = organisations.data?.find((one) => one.id === act.site.id);
  const zone = site?.time_zone ?? 'Europe/Paris';
  const rooms = (site?.rooms ?? []).filter((room) => room.modality === act.modality || (['CR', 'DX'].includes(act.modality) && ['CR', 'DX'].includes(room.modality)));
  const [soonest] = useState(() => Math.ceil((serverNow() + 5 * 60_000) / QUARTER_MS) * QUARTER_MS);
  const first = msToZoned(act.facts.slot?.start_ms ?? soonest, zone);
  const [room, setRoom] = useState<string | null>(act.facts.slot ? String(act.facts.slot.room_id) : null);
  const [day, setDay] = useState<string | null>(null);
  const [time, setTime] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number>(act.facts.slot?.minutes ?? 30);
  const [late, setLate] = useState(act.facts.slot?.late_reason ?? '');
  const theDay = day ?? first.day;
  const theTime = time ?? first.time;
  const theRoom = room ?? (rooms.length === 1 ? String(rooms[0]!.id) : null);
  const startMs = theDay && /^\d{2}:\d{2}$/.test(theTime) ? zonedToMs(theDay, theTime, zone) : null;
  const limit = act.deadline?.what === 'exam' ? act.deadline.at_ms : null;
  const isLate = limit !== null && startMs !== null && startMs > limit;
  const sameDay = (others.data ?? []).filter((one) => one.id !== act.id && one.slot_at_ms && msToZoned(one.slot_at_ms, zone).day === theDay)
    .sort((a, b) => (a.slot_at_ms ?? 0) - (b.slot_at_ms ?? 0));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!theRoom || startMs === null) return;
    doStep.mutate({ step: 'plan', data: { room_id: Number(theRoom), start_ms: startMs, minutes, ...(late.trim() ? { late_reason: late.trim() } : {}) } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Stack gap="sm">
          <Select label={t('field.plan.room')} value={theRoom} onChange={setRoom} allowDeselect={false} nothingFoundMessage={t('plan.noRoom')}
            data={rooms.map((one) => ({ value: String(one.id), label: `${one.name} · ${text('modality', one.modality)}` }))} />
          <Group grow align="flex-start">
            <DateInput label={t('field.plan.day')} valueFormat="DD/MM/YYYY" nextLabel={t('common.later')} previousLabel={t('common.earlier')} value={theDay} onChange={setDay} />
            <TimePicker label={t('field.plan.time')} value={theTime} onChange={setTime} format="24h" description={zone} inputWrapperOrder={['label', 'input', 'description', 'error']}
              hoursInputLabel={t('plan.hours')} minutesInputLabel={t('plan.minutes')} />
          </Group>
          <NumberInput label={t('field.plan.minutes')} value={minutes} min={5} max={240} step={5} onChange={(n) => setMinutes(Number(n) || 30)} maw={160} />
          {limit !== null && <Text size="sm" className={isLate ? 'countdown-late' : undefined}>{t('plan.limit', { when: dayAndTime(limit, zone) })}</Text>}
          {(isLate || late) && <Textarea label={t('field.plan.late_reason')} value={late} onChange={(e) => setLate(e.currentTarget.value)} autosize minRows={2} />}
        </Stack>
        <DayList acts={sameDay} zone={zone} />
      </SimpleGrid>
      <Stack gap="sm" mt="md">
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={!theRoom || startMs === null} loading={doStep.isPending} data-step="plan">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}

function DayList({ acts, zone }: { acts: ActSummary[]; zone: string }) {
  const { t } = useTranslation();
  return (
    <div className="offer">
      <Text size="sm" fw={600} mb={6}>{t('plan.thatDay')}</Text>
      {acts.length === 0 && <Text size="sm" c="dimmed">{t('plan.free')}</Text>}
      {acts.map((one) => (
        <Text key={one.id} size="sm"><span className="num">{timeOf(one.slot_at_ms ?? 0, zone)}</span> · {one.modality} · {patientName(one.patient)}</Text>
      ))}
    </div>
  );
}
