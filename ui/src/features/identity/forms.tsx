/*
 * What may be done to an identity, each with its own small form: a document, corrected traits, the INS, an attribute. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { differencesOf, useIdentityAct } from '@/shared/api/requests/patients';
import type { Patient } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { ageAt } from '@/shared/format/dates';
import { bornText } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { BirthInput, type Known } from '@/shared/identity/BirthInput';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Facts, Refusal } from '@/shared/ui/Blocks';

interface Props { patient: Patient; done: () => void }
const HIGH_TRUST = ['passport', 'id-card', 'residence-permit'];
const OF_MINORS = ['birth-certificate', 'family-book'];
const LOW_TRUST = ['driving-licence', 'health-card'];
const SEXES = ['F', 'M', 'U'];
/* INS authorities by server: those of production, then those of test and demonstration. */
const OIDS = ['1.2.250.1.213.1.4.8', '1.2.250.1.213.1.4.9', '1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11'];
const OID_NAMES = ['INS-NIR', 'INS-NIA', 'INS-NIR (test)', 'INS-NIR (démonstration)'];

export function DocumentForm({ patient, done }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const identity = useIdentityAct(patient.id);
  const [kind, setKind] = useState<string | null>(null);
  const [holder, setHolder] = useState<string | null>(null);
  const [same, setSame] = useState(false);
  const minor = (ageAt(patient.birth_date, serverNow())?.years ?? 99) < 18;
  const options = (codes: string[]) => codes.map((code) => ({ value: code, label: text('document', code) }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind) identity.mutate({ act: 'document', kind, same, ...(holder && OF_MINORS.includes(kind) ? { holder_kind: holder } : {}) }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('identity.documentHint')}</Text>
        <Facts items={[[t('trait.birth_name'), patient.birth_name], [t('trait.given_names'), patient.given_names], [t('trait.birth_date'), bornText(t, patient)], [t('trait.sex'), text('sex', patient.sex)],
          [t('trait.birth_place'), [patient.birth_place_name, patient.birth_place_code].filter(Boolean).join(' · ')]]} />
        <Select label={t('field.document_seen')} data={options([...HIGH_TRUST, ...(minor ? OF_MINORS : []), ...LOW_TRUST])} value={kind} onChange={setKind} allowDeselect={false} />
        {kind && OF_MINORS.includes(kind) && <Select label={t('identity.holderDocument')} data={options(HIGH_TRUST)} value={holder} onChange={setHolder} allowDeselect={false} />}
        <Checkbox label={t('identity.same')} checked={same} onChange={(e) => setSame(e.currentTarget.checked)} />
        <Refusal error={identity.error} />
        <Button type="submit" disabled={!kind} loading={identity.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}

const NAMES = ['birth_name', 'first_given', 'given_names', 'used_name', 'birth_place_code', 'birth_place_name', 'phone'] as const;

export function ChangeForm({ patient, done }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const identity = useIdentityAct(patient.id);
  const [words, setWords] = useState(() => Object.fromEntries(NAMES.map((name) => [name, patient[name] ?? ''])) as Record<(typeof NAMES)[number], string>);
  const was = patient.birth_known === 'month' ? `${patient.birth_date.slice(0, 7)}-00` : patient.birth_known === 'year' || patient.birth_known === 'none' ? `${patient.birth_date.slice(0, 4)}-00-00` : patient.birth_date;
  const [birth, setBirth] = useState<string | null>(was);
  const [known, setKnown] = useState<Known>(patient.birth_known);
  const [sex, setSex] = useState<string>(patient.sex);
  const [document, setDocument] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changed = Object.fromEntries(NAMES.filter((name) => words[name].trim() && words[name] !== (patient[name] ?? '')).map((name) => [name, words[name].trim()]));
    identity.mutate({ act: 'change', version: patient.version, reason, ...changed, ...(birth && birth !== was ? { birth_date: birth } : {}), ...(known === 'none' ? { birth_known: 'none' } : {}),
      ...(sex !== patient.sex ? { sex } : {}), ...(document ? { document } : {}) }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('identity.changeHint')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {NAMES.map((name) => <TextInput key={name} label={t(`trait.${name}`)} value={words[name]} onChange={(e) => setWords({ ...words, [name]: e.currentTarget.value })} autoComplete="off" />)}
          <BirthInput label={t('trait.birth_date')} value={birth} onChange={(iso, how) => { setBirth(iso); setKnown(how); }} />
          <ChoiceInput label={t('trait.sex')} value={sex} onChange={setSex} codes={SEXES.map((code) => ({ value: code, label: text('sex', code) }))} />
          <Select label={`${t('field.document_seen')} (${t('common.optional')})`} data={HIGH_TRUST.map((code) => ({ value: code, label: text('document', code) }))} value={document} onChange={setDocument} clearable />
        </SimpleGrid>
        <Textarea label={t('identity.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} required withAsterisk={false} maxLength={500} />
        <Refusal error={identity.error} />
        <Button type="submit" loading={identity.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}

export function InsForm({ patient, done }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const identity = useIdentityAct(patient.id);
  const [value, setValue] = useState('');
  const [oid, setOid] = useState<string | null>(null);
  const [words, setWords] = useState({ birth_name: '', given_names: '', birth_place_code: '' });
  const [birth, setBirth] = useState<string | null>(null);
  const [sex, setSex] = useState('');
  const [reason, setReason] = useState('');
  const differences = differencesOf(identity.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (oid) identity.mutate({ act: 'ins', reason, ins: { value: value.replace(/\s/g, ''), oid }, ...words, birth_date: birth ?? '', sex }, { onSuccess: done });
  };
  const word = (name: keyof typeof words) => <TextInput label={t(`trait.${name}`)} value={words[name]} onChange={(e) => setWords({ ...words, [name]: e.currentTarget.value })} autoComplete="off" required withAsterisk={false} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('identity.insHint')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('identity.insValue')} value={value} onChange={(e) => setValue(e.currentTarget.value)} maxLength={21} autoComplete="off" />
          <Select label={t('identity.insOid')} data={OIDS.map((one, n) => ({ value: one, label: `${OID_NAMES[n]} · ${one}` }))} value={oid} onChange={setOid} allowDeselect={false} />
          {word('birth_name')}
          {word('given_names')}
          <BirthInput label={t('trait.birth_date')} value={birth} onChange={(iso) => setBirth(iso)} />
          <ChoiceInput label={t('trait.sex')} value={sex} onChange={setSex} codes={['F', 'M'].map((code) => ({ value: code, label: text('sex', code) }))} />
          {word('birth_place_code')}
          <TextInput label={t('identity.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        </SimpleGrid>
        <Refusal error={identity.error} />
        {differences.map((one) => <Text key={one.trait} size="sm">{t('identity.changed', { trait: t(`trait.${one.trait}`), before: one.expected || '—', after: one.found || '—' })} ({text('difference', one.kind)})</Text>)}
        <Button type="submit" disabled={!value || !oid || !birth || !sex} loading={identity.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}

export function ReasonForm({ patient, add, drop, done }: Props & { add?: Patient['attributes'][number]; drop?: Patient['attributes'][number] }) {
  const { t } = useTranslation();
  const identity = useIdentityAct(patient.id);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    identity.mutate({ act: 'attributes', reason, ...(add ? { add: [add] } : {}), ...(drop ? { drop: [drop] } : {}) }, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t(`trust.${add ?? drop ?? 'DOUT'}`)}</Text>
        <Textarea label={t('identity.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} required withAsterisk={false} maxLength={500} />
        <Refusal error={identity.error} />
        <Button type="submit" loading={identity.isPending}>{t('common.save')}</Button>
      </Stack>
    </form>
  );
}
