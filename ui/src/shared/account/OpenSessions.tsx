/*
 * Open sessions, each with how and from where it was opened, and its end. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEndSession, useSessions } from '../api/requests/sessions';
import type { OpenSession } from '../api/types';
import { dayAndTime } from '../format/dates';
import { factorsText } from '../format/factors';
import { Loaded, Refusal } from '../ui/Blocks';

function Row({ one, busy, onEnd }: { one: OpenSession; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const opened = t('sessions.opened', { when: dayAndTime(one.signed_in_at_s * 1000) });
  return (
    <div className="offer">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text fw={600} size="sm">{one.here ? t('sessions.here') : t('sessions.from', { address: one.address })}</Text>
          <Text size="xs" c="dimmed">{[opened, t('sessions.seen', { when: dayAndTime(one.seen_at_s * 1000) }), factorsText(t, one.factors)].filter(Boolean).join(' · ')}</Text>
        </div>
        {!one.here && <Button size="xs" variant="default" flex="none" loading={busy} aria-label={t('sessions.endThis', { when: opened })} onClick={onEnd}>{t('sessions.end')}</Button>}
      </Group>
    </div>
  );
}

export function OpenSessions({ person }: { person: number | 'me' }) {
  const { t } = useTranslation();
  const sessions = useSessions(person);
  const end = useEndSession(person);
  return (
    <Loaded query={sessions} rows={1}>
      {(list) => (
        <Stack gap="xs">
          {list.length ? list.map((one) => <Row key={one.id} one={one} busy={end.isPending && end.variables === one.id} onEnd={() => end.mutate(one.id)} />) : <Text size="sm" c="dimmed">{t('sessions.none')}</Text>}
          <Refusal error={end.error} />
        </Stack>
      )}
    </Loaded>
  );
}
