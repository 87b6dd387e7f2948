/*
 * After the paper's code: the two factors of a holder, a device alone or a password with a code application. X1, E34.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './patient.css';
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasswordForm } from '@/shared/account/PasswordForm';
import { RecoveryCodes } from '@/shared/account/RecoveryCodes';
import { TotpSetup } from '@/shared/account/TotpSetup';
import { useAddPasskey } from '@/shared/api/requests/myPasskeys';
import type { Me } from '@/shared/api/types';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { OwnFrame } from './parts';

export function PatientEnrolPage({ me, onDone }: { me: Me; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  return (
    <OwnFrame demo={me.mode === 'demonstration'}>
      <h1>{t('activate.enrolTitle')}</h1>
      <div className="own-card">
        {me.factors.includes('password') ? <ByPassword login={me.person.login} onDone={onDone} /> : <ByDevice onDone={onDone} />}
      </div>
      <p className="own-card"><a href="/patient/activer">{t('activate.otherWay')}</a></p>
    </OwnFrame>
  );
}

function ByDevice({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const add = useAddPasskey();
  return (
    <Stack>
      <p>{t('activate.enrolPasskey')}</p>
      {add.error instanceof DOMException ? <p role="alert"><strong>{t('activate.failed')}</strong></p> : <Refusal error={add.error} />}
      <Button leftSection={<Icon name="key" />} loading={add.isPending} onClick={() => add.mutate(t('activate.device'), { onSuccess: () => void onDone() })}>{t('activate.enrolNow')}</Button>
    </Stack>
  );
}

function ByPassword({ login, onDone }: { login: string; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  if (codes.length) return <RecoveryCodes codes={codes} doneText={t('activate.enter')} onDone={() => void onDone()} />;
  return (
    <Stack>
      <div>
        <div className="own-quiet">{t('activate.login')}</div>
        <div className="own-login">{login}</div>
        <div className="own-quiet">{t('activate.loginHint')}</div>
      </div>
      <h2>{t(chosen ? 'activate.chooseCode' : 'activate.choosePassword')}</h2>
      {chosen ? <TotpSetup onCodes={setCodes} /> : <PasswordForm first without onDone={() => setChosen(true)} />}
    </Stack>
  );
}
