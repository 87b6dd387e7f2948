/*
 * A patient nobody knows yet: the five strict traits, the document seen, and the look-alikes side by side before a second one is made. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { homonymsOf, useCreatePatient } from '../api/requests/createPatient';
import { searchPatients } from '../api/requests/patients';
import type { Patient, Sex } from '../api/types';
import { bare } from '../format/people';
import { useText } from '../i18n/useText';
import { ChoiceInput } from '../steps/StepForm';
import { Refusal, Section } from '../ui/Blocks';
import { Icon } from '../ui/Icon';
import { PatientLine } from '../ui/PatientLine';
import { Decide, type Typed } from './Alike';
import { BirthInput, type Known } from './BirthInput';

const DOCUMENTS = ['passport', 'id-card', 'residence-permit', 'birth-certificate', 'family-book', 'driving-licence', 'health-card', 'none'];

export function PatientForm({ birthDate, known: knownFirst, letters, search, organisationId, onDone, onCancel }: {
  birthDate: string | null; known: Known; letters: string; search: string; organisationId: number; onDone: (patient: Patient) => void; onCancel: () => void;
}) {
  const { t } = useTranslation();
  const text = useText();
  const create = useCreatePatient();
  const [birth, setBirth] = useState(birthDate);
  const [known, setKnown] = useState<Known>(knownFirst);
  const [sex, setSex] = useState('');
  const [document, setDocument] = useState('none');
  const [words, setWords] = useState({ birth_name: '', first_given: '', given_names: '', used_name: '', birth_place_code: '', birth_place_name: '', phone: '' });
  const [searched, setSearched] = useState({ birth: birthDate, letters, token: search });
  const [others, setOthers] = useState<Patient[]>([]);
  const [failed, setFailed] = useState<unknown>(null);
  const line = (name: keyof typeof words, required: boolean) => ({
    label: t(`field.${name}`) + (required ? '' : ` (${t('common.optional')})`), value: words[name], required, withAsterisk: false, autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => setWords({ ...words, [name]: event.currentTarget.value }),
  });
  const alike = homonymsOf(create.error);
  const traits = () => {
    const { used_name, birth_place_name, phone, ...strict } = words;
    return {
      ...strict, given_names: words.given_names || words.first_given, organisation_id: organisationId, birth_date: birth ?? '', sex: sex as Sex, document, ...(known === 'none' ? { birth_known: 'none' } : {}),
      ...(used_name ? { used_name } : {}), ...(birth_place_name ? { birth_place_name } : {}), ...(phone ? { phone } : {}),
    };
  };
  const covers = [words.birth_name, words.used_name, words.first_given].some((name) => bare(name).startsWith(bare(searched.letters))) && searched.birth === birth;
  const typed: Typed = { ...words, birth_date: (birth ?? '').replace('-00-00', '-12-31').replace(/-00$/, '-01'), birth_known: known, sex: (sex || 'U') as Sex };
  const send = async (more: { decision?: 'homonym' | 'doubtful'; same?: number } = {}) => {
    if (!birth || !sex) return;
    let token = searched.token;
    setFailed(null);
    if (!covers) { // what is written is no longer what was searched: search again, and show whom that finds first
      try {
        const found = await searchPatients(birth, words.birth_name.slice(0, 3));
        token = found.search;
        setSearched({ birth, letters: words.birth_name.slice(0, 3), token });
        setOthers(found.patients);
        if (found.patients.length) return;
      } catch (error) {
        setFailed(error);
        return;
      }
    }
    create.mutate({ ...traits(), search: token, ...more, ...(more.decision && alike ? { alike: alike.list } : {}) }, { onSuccess: onDone });
  };
  return (
    <Section title={t('request.newPatient')} icon="person" tone="work">
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); void send(); }}>
        <Stack>
          <Text size="sm" c="dimmed">{t('request.strictTraits')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput {...line('birth_name', true)} autoFocus />
            <TextInput {...line('first_given', true)} />
            <BirthInput label={t('field.birth_date')} value={birth} onChange={(iso, how) => { setBirth(iso); setKnown(how); }} />
            <ChoiceInput label={t('field.sex')} value={sex} onChange={setSex} codes={['F', 'M', 'U'].map((code) => ({ value: code, label: text('sex', code) }))} />
            <TextInput {...line('birth_place_code', true)} description={t('request.placeHint')} maxLength={5} />
            <TextInput {...line('birth_place_name', false)} />
            <TextInput {...line('given_names', false)} />
            <TextInput {...line('used_name', false)} />
            <TextInput {...line('phone', false)} type="tel" />
            <Select label={t('field.document_seen')} value={document} onChange={(code) => code && setDocument(code)} allowDeselect={false} data={DOCUMENTS.map((code) => ({ value: code, label: text('document', code) }))} />
          </SimpleGrid>
          {!covers && words.birth_name.trim() && birth && <Text size="sm" c="dimmed">{t('search.again')}</Text>}
          {others.length > 0 && !alike && (
            <Alert className="refusal" icon={<Icon name="search" />} role="alert" title={t('alike.title')}>
              <ul className="check-list">
                {others.map((one) => <li key={one.id} className="person-row"><PatientLine patient={one} withIpp /><Button size="xs" variant="default" onClick={() => onDone(one)}>{t('request.thisPatient')}</Button></li>)}
              </ul>
            </Alert>
          )}
          {alike ? <Decide typed={typed} found={alike} busy={create.isPending} onSame={(one) => void send({ same: one.id })} onDecision={(decision) => void send({ decision })} />
            : <Refusal error={failed ?? create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} disabled={!birth || !sex || !words.birth_name.trim() || !words.first_given.trim()}>{t('request.createPatient')}</Button>
            <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
