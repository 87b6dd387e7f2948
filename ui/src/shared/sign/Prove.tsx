/*
 * Passkey first, code second: the buttons under what is signed. E16
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Divider, PinInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePasskeys } from '../api/requests/myPasskeys';
import { Refusal } from '../ui/Blocks';
import { Icon } from '../ui/Icon';
import { passkeyProof, useProvedStep } from './useProvedStep';

export function Prove({ actId, step, data, onDone, onPending }: {
  actId: number; step: string; data: Record<string, unknown> & { sha256: string }; onDone: () => void; onPending?: (pending: boolean) => void;
}) {
  const { t } = useTranslation();
  const passkeys = usePasskeys();
  const sign = useProvedStep(actId);
  const [code, setCode] = useState('');
  const go = (prove: Parameters<typeof sign.mutate>[0]['prove']) => {
    onPending?.(true);
    sign.mutate({ step, data, prove }, { onSuccess: onDone, onError: () => setCode(''), onSettled: () => onPending?.(false) });
  };
  const none = passkeys.data?.length === 0;
  return (
    <>
      {sign.error instanceof DOMException
        ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert"><Text size="sm">{t('signIn.noPasskey')}</Text></Alert>
        : <Refusal error={sign.error} />}
      <Button size="md" leftSection={<Icon name="key" />} data-autofocus={!none} variant={none ? 'default' : 'filled'} disabled={none} loading={sign.isPending && !code}
        onClick={() => go(() => passkeyProof(actId, data.sha256))}>{t('report.sign.passkey')}</Button>
      {none && <Text size="xs" c="dimmed">{t('report.sign.noPasskey')} <Anchor href="/account" target="_blank" size="xs" underline="always">{t('report.sign.addPasskey')}</Anchor></Text>}
      <Divider label={t('report.sign.or')} />
      <div>
        <Text size="sm" fw={500} id="sign-code">{t('report.sign.code')}</Text>
        <Text size="xs" c="dimmed" mb={8}>{t('report.sign.codeHint')}</Text>
        <PinInput length={6} type="number" inputMode="numeric" oneTimeCode value={code} onChange={setCode} disabled={sign.isPending} aria-label={t('report.sign.code')}
          getInputProps={() => ({ 'aria-labelledby': 'sign-code' })} onComplete={(whole) => go(() => ({ kind: 'totp', code: whole }))} />
      </div>
    </>
  );
}
