/*
 * Enrolling a code application: read the picture, prove it with a code, keep the recovery codes. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Code, Group, PinInput, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTotpConfirm, useTotpStart } from '../api/requests/myTotp';
import { Refusal, Waiting } from '../ui/Blocks';

export function TotpSetup({ onCodes }: { onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation();
  const { mutate: begin, ...start } = useTotpStart();
  const confirm = useTotpConfirm();
  const [code, setCode] = useState('');
  useEffect(() => begin(), [begin]);

  if (start.error) return <Refusal error={start.error} />;
  if (!start.data) return <Waiting rows={2} height={90} />;
  const send = (whole: string) => confirm.mutate(whole, { onSuccess: (answer) => onCodes(answer.recovery_codes), onError: () => setCode('') });
  return (
    <Stack gap="sm">
      <Text size="sm">{t('enrol.scan')}</Text>
      <Group align="flex-start">
        <img className="qr" alt={t('enrol.qr')} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(start.data.qr_svg)}`} />
        <Code className="secret">{start.data.secret.replace(/(.{4})/g, '$1 ').trim()}</Code>
      </Group>
      <Text size="sm" fw={500} id="totp-label">{t('signIn.code')}</Text>
      <PinInput length={6} type="number" inputMode="numeric" oneTimeCode value={code} onChange={setCode} onComplete={send} disabled={confirm.isPending}
        aria-label={t('signIn.code')} getInputProps={() => ({ 'aria-labelledby': 'totp-label' })} />
      <Refusal error={confirm.error} />
      <Button onClick={() => send(code)} disabled={code.length < 6} loading={confirm.isPending}>{t('common.confirm')}</Button>
    </Stack>
  );
}
