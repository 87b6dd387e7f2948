/*
 * The live room on the page of its act: who sits there, which places are mine, the test of my line, calls by telephone. E12, E13, E14, O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Act, Me, Role } from '@/shared/api/types';
import { dayAndTime, timeOf } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { CallLines } from './CallLines';
import { DevicesDialog } from './DevicesDialog';
import { LineTest } from './LineTest';
import { useRoom, useRooms } from './RoomProvider';
import { chooseDevices, type Seat } from './session';
import './room.css';

const PLACES: [seat: Seat, at: (act: Act) => number, role: Role][] = [
  ['imager', (act) => act.imaging.id, 'imager'],
  ['technologist', (act) => act.site.id, 'technologist'],
  ['patient', (act) => act.site.id, 'technologist'],
  ['local-physician', (act) => act.site.id, 'local-physician'],
  ['nuclear-physician', (act) => act.site.id, 'nuclear-physician'],
  ['requester', (act) => act.requester_org.id, 'requester'],
];
const OVER = new Set(['draft', 'signed', 'delivered', 'acknowledged', 'refused', 'cancelled', 'not-done', 'closed']);

export const seatsOf = (act: Act, me: Pick<Me, 'memberships'>): Seat[] =>
  PLACES.filter(([, at, role]) => me.memberships.some((one) => one.organisation.id === at(act) && one.roles.includes(role))).map(([seat]) => seat);

export function RoomSection({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const { enter } = useRooms();
  const room = useRoom();
  const [devices, devicesDo] = useDisclosure(false);
  const seats = seatsOf(act, me);
  const there = act.facts.room ?? [];
  const calls = act.facts.phone_calls ?? [];
  if (OVER.has(act.state) || !seats.length) return null;
  const mine = room?.act === act.id && room.phase === 'in' ? room.seat : null;
  return (
    <Section title={t('room.title')} icon="camera" id="room">
      <Stack gap="xs">
        {there.length
          ? <ul className="room-there">{there.map((one) => <li key={one.seat}><strong>{one.name}</strong> {t(`seat.${one.seat}`)}, {t('room.since', { time: timeOf(one.since_ms, act.site.time_zone) })}{one.level && one.level !== 'none' ? ` · ${t(`line.${one.level}`)}` : ''}</li>)}</ul>
          : <Text size="sm" c="dimmed">{t('room.nobody')}</Text>}
        <Group gap={6}>
          {seats.map((seat, i) => (
            <Button key={seat} size="xs" variant={i === 0 && !mine ? 'filled' : 'default'} disabled={mine === seat} leftSection={<Icon name="camera" size={14} />}
              onClick={() => enter(act.id, seat)}>{t(`room.enter.${seat}`)}</Button>
          ))}
          <Button size="xs" variant="subtle" onClick={devicesDo.open}>{t('room.try')}</Button>
        </Group>
        <CallLines act={act} me={me} seats={seats} />
        <LineTest act={act} />
        {calls.length > 0 && <ul className="room-there">{calls.map((one) => <li key={one.id}>{t('room.called', { who: text('seat', one.with), number: one.number, by: one.by.name })} · {dayAndTime(one.from_ms, act.site.time_zone)}</li>)}</ul>}
      </Stack>
      <DevicesDialog opened={devices} onClose={devicesDo.close} onChosen={chooseDevices} />
    </Section>
  );
}
