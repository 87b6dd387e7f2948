/*
 * Accounts being recovered: opened by one with how the identity was verified, confirmed by another, who alone sees the password. X1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Box, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Recovery, useCancelRecovery, useConfirmRecovery, useOpenRecovery, useRecoveries } from '@/shared/api/requests/recoveries';
import { dayAndTime } from '@/shared/format/dates';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { OneTime } from './OneTime';

export function Recoveries() {
  const { t } = useTranslation();
  const open = useRecoveries();
  const [password, setPassword] = useState<string | null>(null);
  return (
    <>
      <Refusal error={open.error} />
      {(open.data ?? []).length > 0 && (
        <Box mb="md"><Section title={t('recovery.open')} icon="key">
          <Stack gap="xs">{open.data?.map((one) => <Open key={one.id} one={one} onPassword={setPassword} />)}</Stack>
        </Section></Box>
      )}
      <OneTime password={password} onClose={() => setPassword(null)} />
    </>
  );
}

function Open({ one, onPassword }: { one: Recovery; onPassword: (password: string) => void }) {
  const { t } = useTranslation();
  const confirm = useConfirmRecovery(), cancel = useCancelRecovery();
  return (
    <div className="offer">
      <Stack gap="xs">
        <Text fw={600} size="sm">{one.person.name}</Text>
        <Text size="sm">« {one.verified} »</Text>
        <Text size="xs" c="dimmed">{t('recovery.by', { name: one.opened_by, when: dayAndTime(one.opened_at_ms), until: dayAndTime(one.until_ms) })}</Text>
        <Text size="sm">{t(one.may_confirm ? 'recovery.confirmText' : 'recovery.waits')}</Text>
        <Refusal error={confirm.error ?? cancel.error} />
        <Group gap="xs">
          {one.may_confirm && (
            <Button size="xs" loading={confirm.isPending} aria-label={`${t('recovery.confirm')}, ${one.person.name}`}
              onClick={() => confirm.mutate(one.id, { onSuccess: (answer) => onPassword(answer.one_time_password) })}>{t('recovery.confirm')}</Button>
          )}
          <Button size="xs" variant="default" loading={cancel.isPending} aria-label={`${t('recovery.cancel')}, ${one.person.name}`} onClick={() => cancel.mutate(one.id)}>{t('recovery.cancel')}</Button>
        </Group>
      </Stack>
    </div>
  );
}

export function OpenRecovery({ person }: { person: { id: number; name: string } }) {
  const { t } = useTranslation();
  const open = useOpenRecovery();
  const [asked, setAsked] = useState(false);
  const [verified, setVerified] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open.mutate({ person_id: person.id, verified }, { onSuccess: () => { setAsked(false); setVerified(''); } });
  };
  return (
    <>
      <Button size="xs" variant="default" flex="none" aria-label={`${t('recovery.start')}, ${person.name}`} onClick={() => { open.reset(); setAsked(true); }}>{t('recovery.start')}</Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('recovery.ask', { name: person.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <form onSubmit={submit}>
          <Stack>
            <Alert className="offer" icon={<Icon name="info" />}>{t('recovery.text')}</Alert>
            <Textarea label={t('recovery.verified')} description={t('recovery.verifiedHint')} autosize minRows={2} maxLength={400} value={verified} onChange={(e) => setVerified(e.currentTarget.value)} data-autofocus />
            <Refusal error={open.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsked(false)}>{t('common.cancel')}</Button>
              <Button type="submit" loading={open.isPending}>{t('recovery.do')}</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
