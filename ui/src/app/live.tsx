/*
 * The push link in React: caches fed, people told, and the state that the header shows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Me, PushMessage } from '@/shared/api/types';
import { meKey } from '@/shared/api/requests/me';
import { useNow } from '@/shared/format/clock';
import { RoomProvider } from '@/shared/room/RoomProvider';
import { duration } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { applyNews, toldOf } from './news';
import { type Link, Push } from './push';

const LinkContext = createContext<Push | null>(null);

export function LiveLink({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const tell = useRef<(message: PushMessage) => void>(() => undefined);

  tell.current = (message) => {
    applyNews(client, message);
    if (message.type === 'session') {
      notifications.show({ id: 'session', color: 'yellow', message: t('shell.sessionEnds') });
      void client.invalidateQueries({ queryKey: meKey });
      return;
    }
    const told = message.type === 'event' ? toldOf(message.event, me) : null;
    if (!told) return;
    const { event } = told;
    const text = event.data?.text; // 'why' names a requirement: nothing to read aloud
    notifications.show({
      id: `event-${event.id}`,
      color: told.alarm ? 'red' : 'cyan',
      autoClose: told.alarm ? false : 8000,
      title: t(`told.${told.step}`, { defaultValue: t(`event.${told.step}`, { defaultValue: told.step }) }),
      message: (
        <Stack gap={6} align="flex-start">
          <Text size="sm">{[event.by.name, typeof text === 'string' && told.step !== 'send' ? text : ''].filter(Boolean).join(colon())}</Text>
          <Button size="compact-xs" variant="default" onClick={() => {
            notifications.hide(`event-${event.id}`);
            void navigate({ to: '/acts/$id', params: { id: String(event.act_id) } });
          }}>{t('told.open')}</Button>
        </Stack>
      ),
    });
  };

  const push = useMemo(() => new Push((message) => tell.current(message), () => void client.invalidateQueries()), [client]);
  useEffect(() => {
    push.start();
    return () => push.stop();
  }, [push]);
  return <LinkContext.Provider value={push}><RoomProvider line={push.room}>{children}</RoomProvider></LinkContext.Provider>;
}

export function useLink(): Link {
  const push = useContext(LinkContext);
  if (!push) throw new Error('useLink outside LiveLink');
  return useSyncExternalStore(push.watch, push.current);
}

export function LinkBadge() {
  const { t } = useTranslation();
  const link = useLink();
  const now = useNow();
  const age = duration(now - link.freshAtMs);
  const text = link.state === 'live' ? t('shell.live') : link.state === 'connecting' ? t('shell.connecting')
    : link.state === 'offline' ? t('shell.offlineShort') : t(now - link.freshAtMs < 10_000 ? 'shell.connecting' : 'shell.reconnecting', { age });
  return (
    <span className={`link-state link-${link.state}`} role="status" title={text}>
      <span className="link-dot" aria-hidden="true" />
      <span className="link-text">{text}</span>
    </span>
  );
}

export function OfflineBand() {
  const { t } = useTranslation();
  const link = useLink();
  const now = useNow();
  if (link.state !== 'offline') return null;
  return <div className="offline" role="alert">{t('shell.offline', { age: duration(now - link.freshAtMs) })}</div>;
}
