/*
 * A fresh second factor for exactly what is shown: passkey, or a code. E16, O6
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, PinInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePasskeys } from '@/shared/api/requests/myPasskeys';
import { passkeyFor, type Proof, type Proved, useStaff } from '@/shared/api/requests/staff';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

export function Prove({ proved, path, body, done }: { proved: Proved; path: string; body: object; done: () => void }) {
  const { t } = useTranslation();
  const passkeys = usePasskeys();
  const staff = useStaff();
  const [code, setCode] = useState('');
  const go = (prove: () => Promise<Proof> | Proof) => staff.mutate({ path, body, prove }, { onSuccess: done, onError: () => setCode('') });
  return (
    <Stack gap="sm">
      <Text size="sm">{t('staff.proveText')}</Text>
      {staff.error instanceof DOMException
        ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert"><Text size="sm">{t('signIn.noPasskey')}</Text></Alert>
        : <Refusal error={staff.error} />}
      {!!passkeys.data?.length && <Button leftSection={<Icon name="key" />} loading={staff.isPending && !code} onClick={() => go(() => passkeyFor(proved))}>{t('report.sign.passkey')}</Button>}
      <div>
        <Text size="sm" fw={500} id="staff-code">{t('report.sign.code')}</Text>
        <PinInput length={6} type="number" inputMode="numeric" oneTimeCode value={code} onChange={setCode} disabled={staff.isPending} aria-label={t('report.sign.code')}
          getInputProps={() => ({ 'aria-labelledby': 'staff-code' })} onComplete={(whole) => go(() => ({ kind: 'totp', code: whole }))} />
      </div>
    </Stack>
  );
}
