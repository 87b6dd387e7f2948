/*
 * Passkey first, code second: the buttons under what is signed, and the refusal where it was typed. E16
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Divider, PinInput, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePasskeys } from '../api/requests/myPasskeys';
import { Refusal } from '../ui/Blocks';
import { Icon } from '../ui/Icon';
import { passkeyFor, type Prove, type Proved } from './proof';

/* 'sign' makes the call with the proof; its promise is refused with the server's answer, which the caller also gives as 'error'. */
export function SecondFactor({ what, sign, error, pending }: { what: Proved; sign: (prove: Prove) => Promise<unknown>; error: unknown; pending: boolean }) {
  const { t } = useTranslation();
  const passkeys = usePasskeys();
  const [code, setCode] = useState('');
  const label = useId();
  const go = (prove: Prove) => { sign(prove).catch(() => setCode('')); };
  const none = passkeys.data?.length === 0;
  return (
    <>
      {error instanceof DOMException
        ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert"><Text size="sm">{t('signIn.noPasskey')}</Text></Alert>
        : <Refusal error={error} />}
      <Button size="md" leftSection={<Icon name="key" />} data-autofocus={!none} variant={none ? 'default' : 'filled'} disabled={none} loading={pending && !code}
        onClick={() => go(() => passkeyFor(what))}>{t('report.sign.passkey')}</Button>
      {none && <Text size="xs" c="dimmed">{t('report.sign.noPasskey')} <Anchor href="/account" target="_blank" size="xs" underline="always">{t('report.sign.addPasskey')}</Anchor></Text>}
      <Divider label={t('report.sign.or')} />
      <div>
        <Text size="sm" fw={500} id={label}>{t('report.sign.code')}</Text>
        <Text size="xs" c="dimmed" mb={8}>{t('report.sign.codeHint')}</Text>
        <PinInput length={6} type="number" inputMode="numeric" oneTimeCode value={code} onChange={setCode} disabled={pending} aria-label={t('report.sign.code')}
          getInputProps={() => ({ 'aria-labelledby': label })} onComplete={(whole) => go(() => ({ kind: 'totp', code: whole }))} />
      </div>
    </>
  );
}
