/*
 * A patient nobody knows yet: the five strict traits, the document seen, and the look-alikes before a second one is made. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { homonymsOf, useCreatePatient } from '@/shared/api/requests/createPatient';
import type { Patient, Sex } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { PatientLine } from '@/shared/ui/PatientLine';

const DOCUMENTS = ['passport', 'id-card', 'residence-permit', 'none'];

export function PatientForm({ birthDate, organisationId, onDone, onCancel }: { birthDate: string | null; organisationId: number; onDone: (patient: Patient) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const create = useCreatePatient();
  const [birth, setBirth] = useState(birthDate);
  const [sex, setSex] = useState('');
  const [document, setDocument] = useState('none');
  const [words, setWords] = useState({ birth_name: '', first_given: '', given_names: '', used_name: '', birth_place_code: '', birth_place_name: '', phone: '' });
  const line = (name: keyof typeof words, required: boolean) => ({
    label: t(`field.${name}`) + (required ? '' : ` (${t('common.optional')})`), value: words[name], required, withAsterisk: false, autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => setWords({ ...words, [name]: event.currentTarget.value }),
  });
  const alike = homonymsOf(create.error);
  const send = (confirm_new: boolean) => {
    if (!birth || !sex) return;
    const { used_name, birth_place_name, phone, ...strict } = words;
    create.mutate({
      ...strict, given_names: words.given_names || words.first_given, organisation_id: organisationId, birth_date: birth, sex: sex as Sex, document,
      ...(used_name ? { used_name } : {}), ...(birth_place_name ? { birth_place_name } : {}), ...(phone ? { phone } : {}), ...(confirm_new ? { confirm_new } : {}),
    }, { onSuccess: onDone });
  };
  return (
    <Section title={t('request.newPatient')} icon="person" tone="work">
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); send(false); }}>
        <Stack>
          <Text size="sm" c="dimmed">{t('request.strictTraits')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...line('birth_name', true)} autoFocus />
            <TextInput {...line('first_given', true)} />
            <BirthDateInput label={t('field.birth_date')} value={birth} onChange={setBirth} />
            <ChoiceInput label={t('field.sex')} value={sex} onChange={setSex} codes={['F', 'M', 'U'].map((code) => ({ value: code, label: text('sex', code) }))} />
            <TextInput {...line('birth_place_code', true)} description={t('request.placeHint')} maxLength={5} />
            <TextInput {...line('birth_place_name', false)} />
            <TextInput {...line('given_names', false)} />
            <TextInput {...line('used_name', false)} />
            <TextInput {...line('phone', false)} type="tel" />
            <Select label={t('field.document_seen')} value={document} onChange={(code) => code && setDocument(code)} allowDeselect={false} data={DOCUMENTS.map((code) => ({ value: code, label: text('document', code) }))} />
          </SimpleGrid>
          {alike ? (
            <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={create.error?.message}>
              <Stack gap="xs">
                {alike.elsewhere > 0 && <Text size="sm">{t('request.alikeElsewhere', { count: alike.elsewhere })}</Text>}
                {alike.seen.map((one) => (
                  <Group key={one.id} justify="space-between"><PatientLine patient={one} withIpp /><Button size="xs" variant="default" onClick={() => onDone(one)}>{t('request.thisPatient')}</Button></Group>
                ))}
                <Group><Button size="xs" variant="default" onClick={() => send(true)} loading={create.isPending}>{t('request.reallyNew')}</Button></Group>
              </Stack>
            </Alert>
          ) : <Refusal error={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} disabled={!birth || !sex || !words.birth_name.trim() || !words.first_given.trim()}>{t('request.createPatient')}</Button>
            <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
