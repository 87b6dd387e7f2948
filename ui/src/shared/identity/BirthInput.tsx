/*
 * A date of birth, whole or as far as it is known: 1950-00-00 when only the year is. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BirthDateInput } from '../ui/BirthDateInput';

export type Known = 'day' | 'month' | 'year' | 'none';
const KNOWN: Known[] = ['day', 'month', 'year', 'none'];

const ofYear = (text: string) => (/^(18|19|20)\d{2}$/.test(text) ? `${text}-00-00` : null);
const ofMonth = (text: string) => {
  const [, month, year] = /^(0[1-9]|1[0-2])[/ -]?((?:18|19|20)\d{2})$/.exec(text) ?? [];
  return month && year ? `${year}-${month}-00` : null;
};

export function BirthInput({ label, value, onChange, autoFocus }: { label: string; value: string | null; onChange: (iso: string | null, known: Known) => void; autoFocus?: boolean }) {
  const { t } = useTranslation();
  const [known, setKnown] = useState<Known>(value?.endsWith('-00-00') ? 'year' : value?.endsWith('-00') ? 'month' : 'day');
  const [typed, setTyped] = useState(value && known !== 'day' ? (known === 'month' ? `${value.slice(5, 7)}/${value.slice(0, 4)}` : value.slice(0, 4)) : '');
  const say = (text: string, how: Known) => { setTyped(text); onChange(how === 'month' ? ofMonth(text) : ofYear(text), how); };
  return (
    <Stack gap={4}>
      {known === 'day' ? <BirthDateInput label={label} value={value} onChange={(iso) => onChange(iso, 'day')} autoFocus={autoFocus} />
        : <TextInput label={t(known === 'month' ? 'birth.monthLabel' : 'birth.yearLabel')} value={typed} maxLength={known === 'month' ? 7 : 4} inputMode="numeric"
            placeholder={t(known === 'month' ? 'birth.monthFormat' : 'birth.yearFormat')} onChange={(e) => say(e.currentTarget.value, known)} />}
      <NativeSelect size="xs" aria-label={t('trait.birth_known')} value={known} data={KNOWN.map((one) => ({ value: one, label: t(`birth.${one}`) }))}
        onChange={(e) => { const how = e.currentTarget.value as Known; setKnown(how); setTyped(''); onChange(null, how); }} />
    </Stack>
  );
}
