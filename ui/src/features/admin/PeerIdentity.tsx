/*
 * What a DICOM peer must say of itself: a user name, and perhaps a passcode, which is never shown again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Peer, useSetIdentity } from '@/shared/api/requests/peers';
import { Refusal } from '@/shared/ui/Blocks';

export function PeerIdentity({ peer }: { peer: Peer }) {
  const { t } = useTranslation();
  const set = useSetIdentity();
  const [username, setUsername] = useState(peer.identity?.username ?? '');
  const [passcode, setPasscode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate({ id: peer.id, wanted: { username: username.trim(), passcode } }, { onSuccess: () => setPasscode('') });
  };
  const forget = () => set.mutate({ id: peer.id, wanted: { username: '', passcode: '' } }, { onSuccess: () => { setUsername(''); setPasscode(''); } });
  return (
    <form onSubmit={submit} aria-label={t('peers.identity')}>
      <Stack gap="xs" mt="lg" mb="md">
        <Title order={3} size="h5">{t('peers.identity')}</Title>
        <Text size="sm" c="dimmed">{peer.identity ? t(peer.identity.passcode ? 'peers.identityPasscode' : 'peers.identityName', { name: peer.identity.username }) : t('peers.identityNone')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('peers.username')} maxLength={64} autoComplete="off" value={username} onChange={(e) => setUsername(e.currentTarget.value)} />
          <PasswordInput label={t('peers.passcode')} description={t('peers.passcodeText')} maxLength={64} autoComplete="new-password" value={passcode} onChange={(e) => setPasscode(e.currentTarget.value)} />
        </SimpleGrid>
        <Refusal error={set.error} />
        <Group>
          <Button type="submit" size="xs" variant="default" disabled={!username.trim()} loading={set.isPending}>{t('peers.identitySave')}</Button>
          {peer.identity && <Button size="xs" variant="default" disabled={set.isPending} onClick={forget}>{t('peers.identityForget')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
