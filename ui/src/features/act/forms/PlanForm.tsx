/*
 * A slot for the exam: the nearest that are possible, those of a day with what stands against each, or an hour typed. E10, O3, O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, NumberInput, Radio, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { DateInput, TimePicker } from '@mantine/dates';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import { type SlotOffer, type Slots, useSlots } from '@/shared/api/requests/slots';
import type { Act } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime, longDay, msToZoned, timeOf, zonedToMs } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { StepForm } from '@/shared/steps/StepForm';
import { Loaded, MissingList, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

const DAY_MS = 86_400_000;
const keyOf = (one: { room_id: number; start_ms: number }) => `${one.room_id}-${one.start_ms}`;

type Props = { act: Act; label: string; onDone?: () => void; onCancel?: () => void };

export function PlanForm(props: Props) {
  const zone = props.act.site.time_zone ?? 'Europe/Paris';
  const [day, setDay] = useState(() => msToZoned(props.act.facts.slot?.start_ms ?? serverNow(), zone).day);
  const from = zonedToMs(day, '00:00', zone);
  const slots = useSlots(props.act.id, from, zonedToMs(msToZoned(from + 1.5 * DAY_MS, zone).day, '00:00', zone));
  return <Loaded query={slots} rows={5} height={40}>{(all) => <Choice {...props} slots={all} day={day} onDay={setDay} />}</Loaded>;
}

function Choice({ act, label, onDone, onCancel, slots, day, onDay }: Props & { slots: Slots; day: string; onDay: (day: string) => void }) {
  const { t } = useTranslation();
  const { zone } = slots;
  const doStep = useDoStep(act.id);
  const later = act.facts.later;
  const [chosen, setChosen] = useState<string | null>(slots.first[0] ? keyOf(slots.first[0]) : null);
  const [time, setTime] = useState('');
  const [room, setRoom] = useState<string | null>(String(act.facts.slot?.room_id ?? slots.rooms[0]?.id ?? ''));
  const [minutes, setMinutes] = useState<number | null>(null);
  const [late, setLate] = useState(act.facts.slot?.late_reason ?? later?.text ?? '');
  const [moved, setMoved] = useState('');
  const typed = chosen === 'typed';
  const offer = [...slots.first, ...slots.slots].find((one) => keyOf(one) === chosen);
  const startMs = typed ? (/^\d{2}:\d{2}$/.test(time) ? zonedToMs(day, time, zone) : null) : offer?.start_ms ?? null;
  const roomId = typed ? Number(room) : offer?.room_id ?? 0;
  const length = minutes ?? slots.rooms.find((one) => one.id === roomId)?.minutes ?? 30;
  const isLate = slots.limit_ms !== null && startMs !== null && startMs > slots.limit_ms;
  const agreed = later?.requester?.decision === 'accepted' && later.imager?.decision === 'accepted' && startMs !== null && startMs <= later.start_ms;
  const blocked = !typed && !!offer && !offer.possible;
  const place = (one: { room_id: number }) => slots.rooms.find((r) => r.id === one.room_id)?.name ?? '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (startMs === null || !roomId) return;
    const data = { room_id: roomId, start_ms: startMs, minutes: length, ...(late.trim() ? { late_reason: late.trim() } : {}), ...(moved.trim() ? { move_reason: moved.trim() } : {}) };
    doStep.mutate({ step: 'plan', data }, { onSuccess: onDone });
  };
  const ask = () => startMs !== null && doStep.mutate({ step: 'ask-later', data: { start_ms: startMs, text: late.trim() } });
  if (!slots.rooms.length) return <Alert icon={<Icon name="warning" />} title={t('plan.noRoom')} />;
  const none = slots.first.length === 0 && act.steps.some((one) => one.step === 'no-slot');
  return (
    <Stack gap="md">
    <form onSubmit={submit}>
      <Stack gap="md">
        {slots.limit_ms !== null && <Text size="sm" className={slots.limit_ms < slots.now_ms ? 'late' : undefined}>{t('plan.limit', { when: dayAndTime(slots.limit_ms, zone) })}</Text>}
        {slots.first.length > 0 ? (
          <Radio.Group value={chosen} onChange={setChosen} label={t('plan.nearest')}>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt={6}>
              {slots.first.map((one) => <SlotCard key={keyOf(one)} one={one} room={place(one)} zone={zone} />)}
            </SimpleGrid>
          </Radio.Group>
        ) : (
          <Alert className="failed" icon={<Icon name="warning" />} title={t('plan.noneInTime')}>
            <Text size="sm" mb="xs">{t('plan.noneInTimeText')}</Text>
          </Alert>
        )}
        <DayGrid slots={slots} day={day} onDay={onDay} chosen={chosen} onChoose={setChosen} />
        <Group align="flex-end" gap="sm">
          <TimePicker label={t('plan.typed')} value={time} format="24h" description={`${longDay(zonedToMs(day, '12:00', zone), zone)}, ${zone}`} inputWrapperOrder={['label', 'input', 'description', 'error']}
            onChange={(value) => { setTime(value); if (value) setChosen('typed'); }} hoursInputLabel={t('plan.hours')} minutesInputLabel={t('plan.minutes')} />
          {typed && <Select label={t('field.plan.room')} value={room} onChange={setRoom} allowDeselect={false} data={slots.rooms.map((one) => ({ value: String(one.id), label: one.name }))} />}
          <NumberInput label={t('field.plan.minutes')} value={length} min={5} max={240} step={5} onChange={(n) => setMinutes(Number(n) || null)} maw={160} />
        </Group>
        {offer && !typed && <Chosen offer={offer} room={place(offer)} zone={zone} />}
        {act.facts.slot && <Textarea label={t('field.plan.move_reason')} value={moved} onChange={(e) => setMoved(e.currentTarget.value)} autosize minRows={1} />}
        {isLate && (
          <Stack gap={6} className="offer">
            <Text size="sm" fw={600} className="late">{t('plan.late')}</Text>
            <Textarea label={t('field.plan.late_reason')} value={late} onChange={(e) => setLate(e.currentTarget.value)} autosize minRows={2} />
            {!agreed && <Group><Button variant="default" size="xs" disabled={late.trim().length < 2} loading={doStep.isPending} onClick={ask} data-step="ask-later">{t('step.ask-later')}</Button><LaterState act={act} /></Group>}
          </Stack>
        )}
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={startMs === null || blocked || (isLate && !agreed)} loading={doStep.isPending} data-step="plan">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
    {none && <div className="offer"><Text size="sm" fw={600} mb={6}>{t('step.no-slot')}</Text><StepForm act={act} step="no-slot" label={t('step.no-slot')} onDone={onDone} /></div>}
    </Stack>
  );
}

function SlotCard({ one, room, zone }: { one: SlotOffer; room: string; zone: string }) {
  const { t } = useTranslation();
  return (
    <Radio.Card value={keyOf(one)} className="slot-card" data-slot={one.start_ms} aria-label={`${longDay(one.start_ms, zone)} ${timeOf(one.start_ms, zone)}, ${room}`}>
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <Radio.Indicator mt={3} />
        <div>
          <Text size="sm" fw={600}>{longDay(one.start_ms, zone)} <span className="num">{timeOf(one.start_ms, zone)}–{timeOf(one.end_ms, zone)}</span></Text>
          <Text size="xs" c="dimmed">{room}{one.arrive_ms < one.start_ms ? ` · ${t('plan.arrive', { time: timeOf(one.arrive_ms, zone) })}` : ''}</Text>
        </div>
      </Group>
    </Radio.Card>
  );
}

/* Every quarter of an hour of the day: free ones to be pressed, the others say why not. */
function DayGrid({ slots, day, onDay, chosen, onChoose }: { slots: Slots; day: string; onDay: (day: string) => void; chosen: string | null; onChoose: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <DateInput label={t('plan.ofDay')} valueFormat="DD/MM/YYYY" nextLabel={t('common.later')} previousLabel={t('common.earlier')} value={day} onChange={(value) => value && onDay(value)} maw={200} />
      {slots.rooms.map((room) => {
        const all = slots.slots.filter((one) => one.room_id === room.id);
        return (
          <div key={room.id}>
            <Text size="xs" c="dimmed">{room.name} · {t('plan.length', { count: room.minutes })}{room.calendar ? '' : ` · ${t('plan.noCalendar')}`}</Text>
            {all.length === 0 && <Text size="sm">{t('plan.nothingLeft')}</Text>}
            <div className="slot-grid" role="group" aria-label={room.name} tabIndex={-1}>
              {all.map((one) => (
                <button key={one.start_ms} type="button" className={`slot-cell${one.possible ? '' : ' slot-not'}${one.late ? ' slot-late' : ''}`} aria-pressed={chosen === keyOf(one)}
                  aria-label={`${timeOf(one.start_ms, slots.zone)}, ${room.name}${one.possible ? '' : `, ${t('plan.notPossible')}`}`} title={one.missing[0]?.text} onClick={() => onChoose(keyOf(one))}>
                  <span className="num">{timeOf(one.start_ms, slots.zone)}</span>
                </button>
              ))}
            </div>
          </div>
        );
      })}
    </Stack>
  );
}

function Chosen({ offer, room, zone }: { offer: SlotOffer; room: string; zone: string }) {
  const { t } = useTranslation();
  const duty = ([['technologist', offer.technologist], ['local', offer.local], ['imager', offer.imager]] as const).map(([key, names]) => `${t(`plan.duty.${key}`)}${colon()}${names.join(', ') || t('plan.duty.nobody')}`);
  return (
    <div className="offer" aria-live="polite">
      <Text size="sm" fw={600}>{longDay(offer.start_ms, zone)} {timeOf(offer.start_ms, zone)} · {room}</Text>
      {offer.possible ? <Text size="sm">{duty.join(' · ')}</Text> : <MissingList missing={offer.missing} />}
      <MissingList missing={offer.warnings} />
    </div>
  );
}

/* Who has validated the later slot again. */
export function LaterState({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { later } = act.facts;
  if (!later) return null;
  const said = (party: 'requester' | 'imager') => `${t(`role.${party}`)}${colon()}${later[party] ? t(`later.${later[party].decision}`) : t('later.waiting')}`;
  return <Text size="sm">{said('requester')} · {said('imager')}</Text>;
}
