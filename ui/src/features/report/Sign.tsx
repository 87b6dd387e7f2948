/*
 * Signing: what is signed (version, digest, conclusion), then a fresh proof made for exactly this. Passkey first, code second. E16 E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Code, Divider, Modal, PinInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePasskeys } from '@/shared/api/requests/myPasskeys';
import type { Act } from '@/shared/api/types';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';
import { type Report, shortDigest } from './content';
import { passkeyProof, type Proof, useSign } from './requests';

export function SignDialog({ act, report, onClose, onSigned }: { act: Act; report: Report; onClose: () => void; onSigned: () => void }) {
  const { t } = useTranslation();
  const passkeys = usePasskeys();
  const sign = useSign(act.id);
  const [code, setCode] = useState('');
  const go = (prove: () => Promise<Proof> | Proof) => sign.mutate({ report, prove }, { onSuccess: onSigned, onError: () => setCode('') });
  const none = passkeys.data?.length === 0;
  const note = act.facts.outcome === 'not-interpretable';
  return (
    <Modal opened onClose={onClose} title={t(note ? 'report.sign.titleNote' : 'report.sign.title')} closeButtonProps={{ 'aria-label': t('common.close') }} closeOnClickOutside={!sign.isPending}>
      <Stack gap="sm">
        <PatientLine patient={act.patient} withIpp />
        <div>
          <Text size="xs" c="dimmed">{t('report.part.conclusion')}</Text>
          <Text size="sm" className="quoted sign-words" lang="fr">{note ? act.facts.not_interpretable?.reason : report.content.conclusion}</Text>
        </div>
        <Text size="sm">
          {t('report.sign.what', { revision: report.revision })} <Code title={report.sha256} className="num" data-digest={report.sha256}>{shortDigest(report.sha256)}</Code>
        </Text>
        <Text size="xs" c="dimmed">{t('report.sign.final')}</Text>
        {sign.error instanceof DOMException
          ? <Alert className="refusal" icon={<Icon name="warning" />} p="xs" role="alert"><Text size="sm">{t('signIn.noPasskey')}</Text></Alert>
          : <Refusal error={sign.error} />}
        <Button size="md" leftSection={<Icon name="key" />} data-autofocus={!none} variant={none ? 'default' : 'filled'} disabled={none} loading={sign.isPending && !code}
          onClick={() => go(() => passkeyProof(act.id, report.sha256))}>{t('report.sign.passkey')}</Button>
        {none && <Text size="xs" c="dimmed">{t('report.sign.noPasskey')} <Anchor href="/account" target="_blank" size="xs">{t('report.sign.addPasskey')}</Anchor></Text>}
        <Divider label={t('report.sign.or')} />
        <div>
          <Text size="sm" fw={500} id="sign-code">{t('report.sign.code')}</Text>
          <Text size="xs" c="dimmed" mb={8}>{t('report.sign.codeHint')}</Text>
          <PinInput length={6} type="number" inputMode="numeric" oneTimeCode value={code} onChange={setCode} disabled={sign.isPending} aria-label={t('report.sign.code')}
            getInputProps={() => ({ 'aria-labelledby': 'sign-code' })} onComplete={(whole) => go(() => ({ kind: 'totp', code: whole }))} />
        </div>
      </Stack>
    </Modal>
  );
}
