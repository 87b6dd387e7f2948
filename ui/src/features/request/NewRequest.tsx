/*
 * A new request: the patient by birth date first, then the exam, when a convention covers it. E15 S3
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConventions } from '@/shared/api/requests/conventions';
import { useCreateAct } from '@/shared/api/requests/createAct';
import type { Me, Modality, Patient, Priority } from '@/shared/api/types';
import { delayText } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { FindPatient } from '@/shared/identity/FindPatient';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { IdentityBadge } from '@/shared/ui/Badges';
import { Empty, Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { PatientLine } from '@/shared/ui/PatientLine';
import { offersOf } from './offers';

export function NewRequestPage({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [patient, setPatient] = useState<Patient | null>(null);
  const organisations = me.memberships.filter((one) => one.roles.includes('requester')).map((one) => one.organisation);
  return (
    <Stack maw={940} mx="auto">
      <PageHead title={t('nav.newRequest')} text={t('request.lead')} />
      {patient === null ? <FindPatient organisationId={organisations[0]?.id ?? 0} onFound={setPatient} /> : (
        <>
          <Section title={t('request.patient')} icon="person" aside={<Button size="xs" variant="default" onClick={() => setPatient(null)}>{t('request.otherPatient')}</Button>}>
            <Group><PatientLine patient={patient} withIpp /><IdentityBadge patient={patient} /></Group>
          </Section>
          <ChooseExam patient={patient} organisations={organisations} />
        </>
      )}
    </Stack>
  );
}

function ChooseExam({ patient, organisations }: { patient: Patient; organisations: Me['memberships'][number]['organisation'][] }) {
  const { t } = useTranslation();
  const text = useText();
  const navigate = useNavigate();
  const conventions = useConventions();
  const create = useCreateAct();
  const [requester, setRequester] = useState<string | null>(organisations[0] ? String(organisations[0].id) : null);
  const [site, setSite] = useState<string | null>(null);
  const [modality, setModality] = useState('');
  const [priority, setPriority] = useState('');
  const [imaging, setImaging] = useState<string | null>(null);
  const [region, setRegion] = useState('');
  const [kind, setKind] = useState('remote-exam');
  const opinion = kind !== 'remote-exam';
  const offers = useMemo(() => offersOf(conventions.data ?? [], Number(requester), kind), [conventions.data, requester, kind]);
  const theSite = site ?? (offers.sites.length === 1 ? String(offers.sites[0]!.id) : null);
  const theImaging = imaging ?? (offers.imaging.length === 1 ? String(offers.imaging[0]!.id) : null);
  const modalities = offers.modalities(Number(theSite));
  const priorities = offers.priorities(Number(theSite), modality as Modality);
  const whole = requester && theSite && theImaging && modality && priority && region.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!whole) return;
    create.mutate({
      kind, patient_id: patient.id, requester_org_id: Number(requester), site_id: Number(theSite), imaging_id: Number(theImaging),
      modality: modality as Modality, priority: priority as Priority, region: region.trim(),
    }, { onSuccess: (act) => void navigate({ to: '/acts/$id/request', params: { id: String(act.id) } as never }) });
  };
  const named = (list: { id: number; name: string }[]) => list.map((one) => ({ value: String(one.id), label: one.name }));
  return (
    <Section title={t('request.exam')} icon="images" tone="work">
      <Loaded query={conventions} rows={3}>
        {() => (
          <form onSubmit={submit}>
            <Stack>
              <ChoiceInput label={t('request.kind')} description={t('request.notHere')} value={kind} onChange={(code) => { setKind(code); setModality(''); setPriority(''); }}
                codes={['remote-exam', 'tele-expertise', 'tele-assistance'].map((code) => ({ value: code, label: t(`actKind.${code}`) }))} />
              <SimpleGrid cols={{ base: 1, sm: 3 }}>
                {organisations.length > 1 && <Select label={t('request.for')} data={named(organisations)} value={requester} onChange={setRequester} allowDeselect={false} />}
                <Select label={t('request.site')} data={named(offers.sites)} value={theSite} onChange={setSite} allowDeselect={false} />
                <Select label={t('request.imaging')} data={named(offers.imaging)} value={theImaging} onChange={setImaging} allowDeselect={false} />
              </SimpleGrid>
              {requester && !offers.sites.length && <Empty icon="document" title={t('convention.none')} text={t('convention.noneText')} />}
              {theSite && <ChoiceInput label={t('field.modality')} value={modality} onChange={(code) => { setModality(code); setPriority(''); }} codes={modalities.map((code) => ({ value: code, label: text('modality', code) }))} />}
              {modality && <ChoiceInput label={t('field.priority')} value={priority} onChange={setPriority} codes={priorities.map(({ code, exam_min }) => ({ value: code, label: `${text('priority', code)}${exam_min && !opinion ? ` · ${t('request.within', { time: delayText(exam_min) })}` : ''}` }))} />}
              <TextInput label={t('field.region')} placeholder={t('request.regionExample')} value={region} onChange={(e) => setRegion(e.currentTarget.value)} maxLength={64} />
              <Refusal error={create.error} />
              <Group><Button type="submit" disabled={!whole} loading={create.isPending}>{t('request.begin')}</Button></Group>
            </Stack>
          </form>
        )}
      </Loaded>
    </Section>
  );
}
