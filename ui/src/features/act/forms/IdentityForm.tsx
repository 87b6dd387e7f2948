/*
 * The identity check at the site: asked openly, what is said or read is typed anew, never copied from the request. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { BirthInput } from '@/shared/identity/BirthInput';
import { CODES } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

export function IdentityForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const [asked, setAsked] = useState('');
  const [answered, setAnswered] = useState('');
  const [document, setDocument] = useState<string | null>(null);
  const [wristband, setWristband] = useState('');
  const [name, setName] = useState('');
  const [given, setGiven] = useState('');
  const [birth, setBirth] = useState<string | null>(null);
  const [sex, setSex] = useState('');
  const [place, setPlace] = useState('');
  const [used, setUsed] = useState('');
  const alike = act.patient.attributes.includes('HOMO') || act.patient.attributes.includes('DOUT');
  const whole = asked && document && name.trim() && given.trim() && birth && sex && (!alike || place.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!whole) return;
    doStep.mutate({ step: 'check-identity', data: { asked, asked_text: answered.trim(), birth_name: name.trim(), first_given: given.trim(), birth_date: birth, sex, document, wristband, birth_place: place.trim(), used_name: used.trim() } }, { onSuccess: onDone });
  };
  const choices = (codes: readonly string[], group: string) => codes.map((code) => ({ value: code, label: text(group, code) }));
  const optional = (label: string) => `${label} (${t('common.optional')})`;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {alike && <Alert className="refusal" icon={<Icon name="warning" />} p="xs"><Text size="sm" fw={600}>{t('identity.homonymWarning')}</Text></Alert>}
        <Text size="sm" c="dimmed">{t('identity.checkHint')}</Text>
        <ChoiceInput label={t('field.asked')} description={t('asked.hint')} value={asked} onChange={setAsked} codes={choices(CODES.asked, 'asked')} />
        {(asked === 'relative' || asked === 'unable') && <TextInput label={t(asked === 'relative' ? 'asked.relativeName' : 'asked.unableWhy')} value={answered} onChange={(e) => setAnswered(e.currentTarget.value)} autoComplete="off" />}
        <Select label={t('field.check-identity.document')} data={choices(CODES.document, 'document')} value={document} onChange={setDocument} allowDeselect={false} />
        <ChoiceInput label={optional(t('field.wristband'))} value={wristband} onChange={setWristband} codes={choices(CODES.wristband, 'wristband')} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('field.birth_name')} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="off" />
          <TextInput label={t('field.first_given')} value={given} onChange={(e) => setGiven(e.currentTarget.value)} autoComplete="off" />
          <BirthInput label={t('field.birth_date')} value={birth} onChange={(iso) => setBirth(iso)} />
          <ChoiceInput label={t('field.sex')} value={sex} onChange={setSex} codes={['F', 'M', 'U'].map((code) => ({ value: code, label: text('sex', code) }))} />
          <TextInput label={alike ? t('identity.birthPlace') : optional(t('identity.birthPlace'))} value={place} onChange={(e) => setPlace(e.currentTarget.value)} autoComplete="off" />
          <TextInput label={optional(t('identity.usedNameAsked'))} value={used} onChange={(e) => setUsed(e.currentTarget.value)} autoComplete="off" />
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
