/*
 * My line, tested before an act: what it is good for in plain words, kept in the act. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { Refusal } from '@/shared/ui/Blocks';
import { download, jitterOf, median, throughRelay, upload } from './lineTest';
import { type RoomLine, useRooms } from './RoomProvider';
import type { RelayAccess, RoomMessage } from './session';

const PINGS = 10, WAIT_MS = 5000;

/* One question over the socket, one answer. */
function ask<T>(line: RoomLine, message: object, take: (answer: RoomMessage) => T | undefined): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => { stop(); fail(new Error('silent')); }, WAIT_MS);
    const stop = line.listen((answer) => {
      const taken = take(answer);
      if (taken === undefined) return;
      clearTimeout(timer);
      stop();
      done(taken);
    });
    if (!line.send(message)) { clearTimeout(timer); stop(); fail(new Error('offline')); }
  });
}

async function pings(line: RoomLine): Promise<number[]> {
  const rtts: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const at = performance.now();
    await ask(line, { type: 'room-ping', at: i }, (m) => (m.type === 'room-pong' && m.at === i ? true : undefined));
    rtts.push(performance.now() - at);
  }
  return rtts;
}

const relayOf = (line: RoomLine) => ask<{ relay: RelayAccess | null }>(line, { type: 'room-relay' }, (m) => (m.type === 'room-relay' ? { relay: m.relay } : undefined));

export function LineTest({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { line } = useRooms();
  const me = useMe();
  const keep = useDoStep(act.id);
  const [part, setPart] = useState(0); // 0: not running; else percent
  const [failed, setFailed] = useState(false);
  const mine = (act.facts.line_tests ?? []).filter((one) => one.by.id === me.data?.person.id).at(-1);

  const run = async () => {
    setFailed(false);
    try {
      setPart(5);
      const rtts = await pings(line);
      setPart(25);
      const { relay } = await relayOf(line);
      const through = relay ? await throughRelay(relay).catch(() => null) : null;
      setPart(55);
      const down = await download();
      setPart(78);
      const up = await upload(me.data?.csrf ?? '');
      setPart(98);
      const jitter = jitterOf(through?.rtts.length ? through.rtts : rtts);
      await keep.mutateAsync({ step: 'line-test', data: { rtt_ms: Math.round(median(rtts)), jitter_ms: Math.round(jitter), ...(through && { loss_permille: Math.round(through.lost * 10) }),
        down_kbps: Math.round(down * 8 / 1000), up_kbps: Math.round(up * 8 / 1000) } });
    } catch {
      setFailed(true);
    }
    setPart(0);
  };
  return (
    <div>
      <Group gap={8}>
        <Button size="xs" variant="default" loading={part > 0} onClick={() => void run()}>{t('step.line-test')}</Button>
        {mine && !part && (
          <Text size="sm" role="status">{t(`lineVerdict.${mine.verdict}`)} <Text span size="xs" c="dimmed">
            {t('room.lineFacts', { rtt: mine.rtt_ms, jitter: mine.jitter_ms, down: (mine.down_kbps / 1000).toFixed(1), up: (mine.up_kbps / 1000).toFixed(1) })}{mine.loss_permille === undefined ? '' : ` · ${t('room.lineLoss', { loss: mine.loss_permille / 10 })}`} · {dayAndTime(mine.at_ms, act.site.time_zone)}
          </Text></Text>
        )}
      </Group>
      {part > 0 && <Progress mt={6} value={part} aria-label={t('room.testing')} />}
      {failed && (keep.error ? <Refusal error={keep.error} /> : <Text size="sm" role="alert">{t('room.testFailed')}</Text>)}
    </div>
  );
}
