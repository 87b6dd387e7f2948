/*
 * Calling somebody of the act, on its page: whom, what became of it, what I missed. E13, E20.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, Me } from '@/shared/api/types';
import { timeOf } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { useRoom, useRooms } from './RoomProvider';
import type { Seat } from './session';
import { askToNotify } from './ring';

const CALLED = ['imager', 'technologist', 'local-physician', 'nuclear-physician', 'requester'] as const;
const RECENT_MS = 15 * 60_000;

export function CallLines({ act, me, seats }: { act: Act; me: Me; seats: Seat[] }) {
  const { t } = useTranslation();
  const text = useText();
  const { enter } = useRooms();
  const room = useRoom();
  const doStep = useDoStep(act.id);
  const offered = act.steps.find((one) => one.step === 'call');
  const calls = act.facts.calls ?? [];
  const now = Date.now();
  const shown = calls.filter((one) => one.by.id === me.person.id && (one.state === 'ringing' || now - (one.ended_at_ms ?? 0) < RECENT_MS)).slice(-2);
  const missed = calls.filter((one) => one.missed.some((who) => who.person_id === me.person.id)).slice(-3);
  const call = async (to: string) => {
    askToNotify();
    await doStep.mutateAsync({ step: 'call', data: { to } }).catch(() => undefined);
    if (seats[0] && room?.act !== act.id) enter(act.id, seats[0]); // who calls waits in the room
  };
  const whom = CALLED.filter((one) => one !== seats[0] && (one !== 'nuclear-physician' || ['NM', 'PT', 'PT/CT', 'NM/CT'].includes(act.modality)));
  return (
    <Stack gap={6}>
      {offered && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target><Button size="xs" variant="default" w="fit-content" leftSection={<Icon name="phone" size={14} />} loading={doStep.isPending}>{t('call.call')}</Button></Menu.Target>
          <Menu.Dropdown>{whom.map((one) => <Menu.Item key={one} onClick={() => void call(one)}>{t(`call.to.${one}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      )}
      {shown.map((one) => (
        <Group key={one.id} gap={8} role="status">
          <Text size="sm">{one.state === 'ringing' ? t('call.rings', { who: one.rings.map((who) => who.name).join(', ') }) : one.state === 'answered' ? t('call.answered', { who: one.answered_by?.name }) : t(`call.${one.state}`, { who: text('role', one.to) })}</Text>
          {one.state === 'ringing' && <Button size="compact-xs" variant="default" onClick={() => doStep.mutate({ step: 'call-ended', data: { id: one.id } })}>{t('step.call-ended')}</Button>}
        </Group>
      ))}
      {missed.map((one) => (
        <Group key={one.id} gap={8} className="room-problem">
          <Text size="sm">{t('call.missedOf', { who: one.by.name, time: timeOf(one.at_ms, act.site.time_zone) })}</Text>
          <Button size="compact-xs" variant="default" onClick={() => doStep.mutate({ step: 'call-seen', data: { id: one.id } })}>{t('step.call-seen')}</Button>
        </Group>
      ))}
      <Refusal error={doStep.error} />
    </Stack>
  );
}
