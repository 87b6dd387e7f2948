/*
 * A new password, typed twice. The server judges its strength.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangePassword } from '../api/requests/myPassword';
import { Refusal } from '../ui/Blocks';

export function PasswordForm({ first, without, onDone }: { first?: boolean; without?: boolean /* there is none yet */; onDone: () => void }) {
  const { t } = useTranslation();
  const change = useChangePassword();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const different = again !== '' && again !== wanted;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === again)
      change.mutate({ current, wanted }, { onSuccess: () => { setCurrent(''); setWanted(''); setAgain(''); onDone(); } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {!without && <PasswordInput label={t(first ? 'enrol.current' : 'enrol.currentAccount')} value={current} onChange={(e) => setCurrent(e.currentTarget.value)}
          autoComplete="current-password" required withAsterisk={false} />}
        <PasswordInput label={t('enrol.wanted')} description={t('enrol.wantedHint')} value={wanted} onChange={(e) => setWanted(e.currentTarget.value)}
          autoComplete="new-password" minLength={12} required withAsterisk={false} />
        <PasswordInput label={t('enrol.repeat')} value={again} onChange={(e) => setAgain(e.currentTarget.value)} autoComplete="new-password" required
          withAsterisk={false} error={different ? t('enrol.different') : undefined} />
        <Refusal error={change.error} />
        <Button type="submit" disabled={(!current && !without) || !wanted || wanted !== again} loading={change.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}
