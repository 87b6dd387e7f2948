/*
 * A call that rings, over whatever page one is on: who, from which act, answer or not. E13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Paper, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actKey } from '@/shared/api/requests/act';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, Me } from '@/shared/api/types';
import { Refusal } from '@/shared/ui/Blocks';
import { useRooms } from './RoomProvider';
import { notice, ringAfter, type Ringing, ringTone } from './ring';

export function RingingCall({ me }: { me: Me }) {
  const { line } = useRooms();
  const client = useQueryClient();
  const [ringing, setRinging] = useState<Ringing | null>(null);
  const heard = useRef(new Map<string, { from: string; to: string }>());
  useEffect(() => line.onEvent((event) => {
    if (!event.step.startsWith('call')) return;
    if (event.step === 'call') heard.current.set(`${event.act_id}/${event.seq}`, { from: event.by.name, to: String(event.data?.to) });
    const known = (id: number) => heard.current.get(`${event.act_id}/${id}`)
      ?? client.getQueryData<Act>(actKey(event.act_id))?.facts.calls?.filter((one) => one.id === id).map((one) => ({ from: one.by.name, to: one.to }))[0];
    setRinging((was) => ringAfter(was, event, me.person.id, known));
  }), [line, client, me.person.id]);
  return ringing && <Rings key={`${ringing.act}/${ringing.id}`} call={ringing} over={() => setRinging(null)} />;
}

function Rings({ call, over }: { call: Ringing; over: () => void }) {
  const { t } = useTranslation();
  const { enter } = useRooms();
  const navigate = useNavigate();
  const doStep = useDoStep(call.act);
  const first = useRef<HTMLButtonElement>(null);
  const answer = async () => {
    await doStep.mutateAsync({ step: 'call-answered', data: { id: call.id } });
    enter(call.act, call.to);
    over();
    void navigate({ to: '/acts/$id', params: { id: String(call.act) } });
  };
  useEffect(() => {
    const stop = ringTone();
    const close = notice(t('call.from', { who: call.from }), t('call.inAct'), () => first.current?.focus());
    const before = document.activeElement as HTMLElement | null;
    if (!before || !['INPUT', 'TEXTAREA'].includes(before.tagName)) first.current?.focus(); // who writes is not torn away
    return () => { stop(); close(); };
  }, [call, t]);
  return (
    <Paper className="ringing" role="alertdialog" aria-labelledby="ringing-who" withBorder p="md">
      <Text fw={600} id="ringing-who">{t('call.from', { who: call.from })}</Text>
      <Text size="sm" c="dimmed">{call.text || t('call.inAct')}</Text>
      <Group mt="sm" gap="sm">
        <Button ref={first} onClick={() => void answer().catch(() => undefined)} loading={doStep.isPending}>{t('step.call-answered')}</Button>
        <Button variant="default" onClick={() => { doStep.mutate({ step: 'call-refused', data: { id: call.id } }); over(); }}>{t('step.call-refused')}</Button>
      </Group>
      <Refusal error={doStep.error} />
    </Paper>
  );
}
