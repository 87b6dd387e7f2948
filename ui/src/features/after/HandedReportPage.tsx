/*
 * The page of a recipient without an account: the code, then the report, and nothing else. The link's secret stands behind '#': no server and no
 * other page ever reads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openHanded } from '@/shared/api/requests/after';
import { Icon } from '@/shared/ui/Icon';

export function HandedReportPage() {
  const { t } = useTranslation();
  const [link] = useState(() => (/^#[0-9a-f]{64}$/.test(location.hash) ? location.hash.slice(1) : ''));
  const [code, setCode] = useState('');
  const [pdf, setPdf] = useState('');
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => () => URL.revokeObjectURL(pdf), [pdf]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefusal('');
    try {
      setPdf(URL.createObjectURL(await openHanded(link, code.replace(/\D/g, ''))));
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : '');
    }
    setBusy(false);
  };
  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <Stack>
          <Title order={1} size="h3">{t('handed.title')}</Title>
          {!link && <Alert className="refusal" icon={<Icon name="warning" />} role="alert">{t('handed.noLink')}</Alert>}
          {link && !pdf && (
            <form onSubmit={(event) => void submit(event)} noValidate>
              <Stack>
                <Text>{t('handed.lead')}</Text>
                <TextInput label={t('handed.code')} inputMode="numeric" autoComplete="off" maxLength={12} size="lg" value={code} onChange={(e) => setCode(e.currentTarget.value)} data-autofocus />
                {refusal && <Alert className="refusal" icon={<Icon name="warning" />} role="alert">{refusal}</Alert>}
                <Button type="submit" size="lg" loading={busy} disabled={code.replace(/\D/g, '').length !== 8}>{t('handed.open')}</Button>
              </Stack>
            </form>
          )}
          {pdf && (
            <Stack role="status">
              <Text fw={600}>{t('handed.ready')}</Text>
              <Button component="a" href={pdf} target="_blank" size="lg">{t('handed.show')}</Button>
              <Button component="a" href={pdf} download="compte-rendu.pdf" variant="default">{t('handed.save')}</Button>
            </Stack>
          )}
          <Text size="sm" c="dimmed">{t('handed.private')}</Text>
        </Stack>
      </div>
    </main>
  );
}
