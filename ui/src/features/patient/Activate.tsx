/*
 * First sign-in from the paper: the code, the patient's birth name and date, and how to sign in from then on. E34, X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './patient.css';
import { Button, Radio, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { activate } from '@/shared/api/requests/patient';
import { useHealth } from '@/shared/api/requests/health';
import { Refusal } from '@/shared/ui/Blocks';
import { OwnFrame } from './parts';

/* '5/3/1970' as '1970-03-05'; '' when it is no date. */
export function isoOf(typed: string): string {
  const found = /^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\s*$/.exec(typed);
  return found ? `${found[3]}-${(found[2] ?? '').padStart(2, '0')}-${(found[1] ?? '').padStart(2, '0')}` : '';
}

export function ActivatePage() {
  const { t } = useTranslation();
  const health = useHealth();
  const [code, setCode] = useState(() => (/^#[a-z0-9-]{17}$/.test(location.hash) ? location.hash.slice(1) : ''));
  const [name, setName] = useState('');
  const [born, setBorn] = useState('');
  const [way, setWay] = useState('passkey');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const iso = isoOf(born);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await activate({ code, birth_name: name.trim(), birth_date: iso, passkey: way === 'passkey' });
      location.replace('/patient');
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <OwnFrame demo={health.data?.mode === 'demonstration'}>
      <h1>{t('activate.title')}</h1>
      <p>{t('activate.lead')}</p>
      <form className="own-card" onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          <TextInput label={t('activate.code')} description={t('activate.codeHint')} value={code} onChange={(e) => setCode(e.currentTarget.value)} autoCapitalize="none" autoComplete="off" spellCheck={false} maxLength={40} />
          <TextInput label={t('activate.birthName')} description={t('activate.birthNameHint')} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="off" maxLength={120} />
          <TextInput label={t('activate.birthDate')} description={t('activate.birthDateHint')} value={born} onChange={(e) => setBorn(e.currentTarget.value)} autoComplete="off" maxLength={12}
            error={born.length > 7 && !iso ? t('activate.birthDateWrong') : undefined} />
          <Radio.Group label={t('activate.way')} value={way} onChange={setWay}>
            <Stack mt="sm" gap="sm">
              {(['passkey', 'password'] as const).map((one) => <Radio key={one} value={one} label={t(`activate.${one}`)} description={t(`activate.${one}Hint`)} />)}
            </Stack>
          </Radio.Group>
          <Refusal error={error} />
          <Button type="submit" loading={busy} disabled={!code.trim() || !name.trim() || !iso}>{t('activate.go')}</Button>
          <p className="own-quiet">{t('activate.private')}</p>
        </Stack>
      </form>
    </OwnFrame>
  );
}
