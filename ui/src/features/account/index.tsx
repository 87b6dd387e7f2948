/*
 * My account: who I am here, my factors, my sessions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OpenSessions } from '@/shared/account/OpenSessions';
import { PasskeyForm } from '@/shared/account/PasskeyForm';
import { PasswordForm } from '@/shared/account/PasswordForm';
import { RecoveryCodes } from '@/shared/account/RecoveryCodes';
import { TotpSetup } from '@/shared/account/TotpSetup';
import { usePasskeys, useRemovePasskey } from '@/shared/api/requests/myPasskeys';
import { signOutEverywhere } from '@/shared/api/requests/signOut';
import type { Me, Passkey } from '@/shared/api/types';
import { dayAndTime, dayOf } from '@/shared/format/dates';
import { professionOf } from '@/shared/format/situation';
import { useText } from '@/shared/i18n/useText';
import { Facts, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';

function PasskeyRow({ one }: { one: Passkey }) {
  const { t } = useTranslation();
  const remove = useRemovePasskey();
  const [asked, setAsked] = useState(false);
  return (
    <div className="offer">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{one.label}</Text>
          <Text size="xs" c="dimmed">
            {t('account.created', { date: dayOf(one.created_at_s * 1000) })} · {one.last_used_at_s ? t('account.used', { date: dayAndTime(one.last_used_at_s * 1000) }) : t('account.neverUsed')}
          </Text>
          <Text size="xs" c="dimmed">{t(one.backed_up ? 'account.keyCopied' : one.backup_eligible ? 'account.keyCopyable' : 'account.keyBound')}</Text>
        </div>
        <Button size="xs" variant="default" onClick={() => setAsked(true)}>{t('common.remove')}</Button>
      </Group>
      <Refusal error={remove.error} />
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('account.removeAsk', { label: one.label })}>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsked(false)}>{t('common.cancel')}</Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(one.id, { onSettled: () => setAsked(false) })}>{t('common.remove')}</Button>
        </Group>
      </Modal>
    </div>
  );
}

export function AccountPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const passkeys = usePasskeys();
  const [totp, setTotp] = useState<'closed' | 'setup' | string[]>('closed');
  const everywhere = useMutation({ mutationFn: signOutEverywhere, onSuccess: () => location.assign('/') });
  return (
    <>
      <PageHead title={t('account.title')} text={me.person.login} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Section title={t('account.who')} icon="person">
          <Facts columns={2} items={[
            [t('signIn.login'), me.person.login], [t('field.name'), me.person.name],
            [t('account.rpps'), me.person.rpps],
            [t('account.situation'), me.situation && [professionOf(t, me.situation.profession), me.situation.structure, me.situation.structure_id].filter(Boolean).join(' · ')],
            ...me.memberships.map((one): [string, string] => [one.organisation.name, one.roles.map((role) => text('role', role)).join(', ')]),
          ]} />
        </Section>
        <Section title={t('account.passkeys')} icon="key">
          <Stack>
            <Loaded query={passkeys} rows={1}>
              {(list) => (list.length ? <Stack gap="xs">{list.map((one) => <PasskeyRow key={one.id} one={one} />)}{list.length === 1 && <Text size="sm">{t('account.secondKey')}</Text>}</Stack>
                : <Text size="sm" c="dimmed">{t('account.noPasskey')}</Text>)}
            </Loaded>
            <PasskeyForm onAdded={() => notifications.show({ message: t('common.saved') })} />
          </Stack>
        </Section>
        <Section title={t('account.totp')} icon="phone">
          {totp === 'closed' && (
            <Stack gap="sm" align="flex-start">
              <Text size="sm">{t('account.totpText')}</Text>
              <Button variant="default" onClick={() => setTotp('setup')}>{t('account.totpStart')}</Button>
            </Stack>
          )}
          {totp === 'setup' && <TotpSetup onCodes={setTotp} />}
          {Array.isArray(totp) && <RecoveryCodes codes={totp} doneText={t('common.close')} onDone={() => setTotp('closed')} />}
        </Section>
        <Section title={t('account.password')} icon="lock">
          <PasswordForm onDone={() => notifications.show({ message: t('account.passwordChanged') })} />
        </Section>
        <Section title={t('account.sessions')} icon="shield">
          <OpenSessions person="me" />
          <Stack gap="sm" align="flex-start" mt="md">
            <Text size="sm">{t('account.sessionsText')}</Text>
            <Refusal error={everywhere.error} />
            <Button variant="default" loading={everywhere.isPending} onClick={() => everywhere.mutate()}>{t('account.everywhere')}</Button>
          </Stack>
        </Section>
      </SimpleGrid>
    </>
  );
}
