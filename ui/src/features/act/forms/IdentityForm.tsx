/*
 * The identity check at the site: what is read on the document is typed anew, never copied from the request. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { CODES } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Refusal } from '@/shared/ui/Blocks';

export function IdentityForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const [document, setDocument] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [given, setGiven] = useState('');
  const [birth, setBirth] = useState<string | null>(null);
  const [sex, setSex] = useState('');
  const whole = document && name.trim() && given.trim() && birth && sex;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!whole) return;
    doStep.mutate({ step: 'check-identity', data: { birth_name: name.trim(), first_given: given.trim(), birth_date: birth, sex, document } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('identity.checkHint')}</Text>
        <Select label={t('field.check-identity.document')} data={CODES.document.map((code) => ({ value: code, label: text('document', code) }))} value={document}
          onChange={setDocument} allowDeselect={false} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('field.birth_name')} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="off" />
          <TextInput label={t('field.first_given')} value={given} onChange={(e) => setGiven(e.currentTarget.value)} autoComplete="off" />
          <BirthDateInput label={t('field.birth_date')} value={birth} onChange={setBirth} />
          <ChoiceInput label={t('field.sex')} value={sex} onChange={setSex} codes={['F', 'M', 'U'].map((code) => ({ value: code, label: text('sex', code) }))} />
        </SimpleGrid>
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" disabled={!whole} loading={doStep.isPending} data-step="check-identity">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
