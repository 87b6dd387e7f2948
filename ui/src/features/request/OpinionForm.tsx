/*
 * Asking for an opinion: the question, the images, the experts, the patient's consent, then what is missing, then send. T1 T2 T4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useExperts, usePatientSeries } from '@/shared/api/requests/expertise';
import type { Act, ChosenSeries } from '@/shared/api/types';
import { dicomDay } from '@/shared/format/dicom';
import { useText } from '@/shared/i18n/useText';
import { BringExams } from '@/shared/media/Priors';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { IdentityBadge, PriorityBadge } from '@/shared/ui/Badges';
import { Empty, Loaded, MissingList, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { PatientLine } from '@/shared/ui/PatientLine';
import { AnswerQuestion, Consents, RequestInput, SaveMark } from './parts';
import type { RequestField } from './sections';
import { useSending } from './useSending';

const QUESTION: RequestField[] = [
  { name: 'question', kind: 'text', why: 'T1', label: 'opinion.questionTo' },
  { name: 'context', kind: 'text', why: 'T1' },
  { name: 'earlier_exams', kind: 'text' },
  { name: 'allergies', kind: 'line' },
  { name: 'medication', kind: 'line' },
];
const PATHWAY: RequestField[] = [
  { name: 'pathway', kind: 'choice', codes: ['coordinated', 'emergency', 'direct'], group: 'pathway', why: 'S7' },
  { name: 'treating_physician', kind: 'treating', why: 'S7' },
  { name: 'answer_within_min', kind: 'delay', why: 'T4' },
];

export function OpinionForm({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { draft, offer, error, sending, sendNow, toAct } = useSending(act);
  const fields = (list: RequestField[]) => <SimpleGrid cols={1} spacing="md">{list.map((field) => <RequestInput key={field.name} field={field} values={draft.values} set={draft.set} />)}</SimpleGrid>;
  return (
    <Stack maw={980} mx="auto">
      <PageHead title={t('opinion.title')} text={act.number}>
        <SaveMark state={draft.state} onRetry={() => void draft.save().catch(() => undefined)} />
        <Button variant="default" onClick={toAct}>{t('request.toAct')}</Button>
      </PageHead>
      <Section title={`${text('modality', act.modality)} · ${act.region}`} icon="images" aside={<PriorityBadge priority={act.priority} />}>
        <Group justify="space-between"><Group gap="xs"><PatientLine patient={act.patient} withIpp /><IdentityBadge patient={act.patient} /><Link to="/identities/$id" params={{ id: String(act.patient.id) } as never} className="quiet-link">{t('identity.open')}</Link></Group><Text size="sm" c="dimmed">{act.requester_org.name} → {act.imaging.name}</Text></Group>
      </Section>
      <Refusal error={draft.error} />
      <Section title={`1. ${t('opinion.question')}`} id="question">{fields(QUESTION)}</Section>
      <Images act={act} />
      <Experts act={act} />
      <Section title={`4. ${t('request.section.pathway')}`} id="pathway">{fields(PATHWAY)}</Section>
      <Consents act={act} number={5} opinion />
      <Section title={`6. ${t('request.review')}`} icon="check" tone="work">
        <Stack gap="sm">
          {draft.state !== 'saved' && <Text size="sm" c="dimmed">{t(`save.${draft.state}`)}</Text>}
          {offer && offer.missing.length > 0 && (
            <div>
              <Text size="sm" fw={600}>{t('request.missing', { count: offer.missing.length })}</Text>
              <MissingList missing={offer.missing} />
            </div>
          )}
          <Refusal error={error} />
          {offer && <Group><Button size="md" disabled={!offer.allowed && draft.state === 'saved'} loading={sending} onClick={() => void sendNow()} data-step="send">{t('step.send')}</Button></Group>}
          {!offer && act.state === 'info-asked' && <AnswerQuestion act={act} onDone={toAct} />}
        </Stack>
      </Section>
    </Stack>
  );
}

const studiesOf = (series: ChosenSeries[]) => [...new Set(series.map((one) => one.study_uid))].map((uid) => series.filter((one) => one.study_uid === uid));

/* Each box is saved as it is ticked: the server keeps the choice, with the draft. */
function Images({ act }: { act: Act }) {
  const { t } = useTranslation();
  const known = usePatientSeries(act.id);
  const doStep = useDoStep(act.id);
  const chosen = act.facts.chosen_images;
  const wanted = doStep.isPending ? doStep.variables.data?.series as { series_uid: string }[] : chosen?.series; // ticked at once, kept when the server has it
  const uids = new Set(wanted?.map((one) => one.series_uid));
  const [reason, setReason] = useState(chosen?.none_reason ?? '');
  const save = (series: ChosenSeries[], none: string) =>
    doStep.mutate({ step: 'choose-images', data: { series: series.map(({ study_uid, series_uid }) => ({ study_uid, series_uid })), ...(none.trim() ? { none_reason: none.trim() } : {}) } });
  return (
    <Section title={`2. ${t('opinion.images')}`} id="images" icon="images">
      <Loaded query={known} rows={3}>
        {(list) => (
          <Stack gap="sm">
            {!list.length && <Empty icon="images" title={t('opinion.noImages')} text={t('opinion.noImagesText')} />}
            <BringExams act={act} />
            {studiesOf(list).map((study) => (
              <fieldset key={study[0]!.study_uid} className="plain-set">
                <legend><Text size="sm" fw={600}>{[dicomDay(study[0]!.study_date), study[0]!.study].filter(Boolean).join(' · ') || t('opinion.study')}</Text></legend>
                <Stack gap={4}>
                  {study.map((one) => (
                    <Checkbox key={one.series_uid} checked={uids.has(one.series_uid)} disabled={doStep.isPending} label={`${one.number}. ${one.description || one.modality} · ${t('prior.images', { count: one.instances })}`}
                      onChange={(e) => save(e.currentTarget.checked ? list.filter((s) => uids.has(s.series_uid) || s === one) : list.filter((s) => uids.has(s.series_uid) && s !== one), reason)} />
                  ))}
                </Stack>
              </fieldset>
            ))}
            {!uids.size && <Textarea label={t('opinion.noneReason')} description={t('opinion.noneReasonHint')} autosize minRows={1} value={reason} onChange={(e) => setReason(e.currentTarget.value)} onBlur={() => reason !== (chosen?.none_reason ?? '') && save([], reason)} />}
            <Refusal error={doStep.error} />
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function Experts({ act }: { act: Act }) {
  const { t } = useTranslation();
  const known = useExperts(act.id);
  const doStep = useDoStep(act.id);
  const asked = act.facts.experts;
  const ids = doStep.isPending ? doStep.variables.data?.experts as number[] : (asked?.list ?? []).map((one) => one.person_id);
  const save = (experts: number[], mode: string) => doStep.mutate({ step: 'invite-experts', data: { experts, mode } });
  return (
    <Section title={`3. ${t('opinion.experts')}`} id="experts" icon="person">
      <Loaded query={known} rows={3}>
        {(list) => (
          <Stack gap="sm">
            {!list.length && <Empty icon="person" title={t('opinion.noExpert')} />}
            <Stack gap={4}>
              {list.map((one) => (
                <Checkbox key={one.person_id} label={`${one.name} · ${[one.speciality, one.organisation].filter(Boolean).join(' · ')}`} checked={ids.includes(one.person_id)}
                  disabled={doStep.isPending || (ids.length === 1 && ids[0] === one.person_id)}
                  onChange={(e) => save(e.currentTarget.checked ? [...ids, one.person_id] : ids.filter((id) => id !== one.person_id), asked?.mode ?? 'joint')} />
              ))}
            </Stack>
            {ids.length > 1 && <ChoiceInput label={t('opinion.mode')} value={asked?.mode ?? 'joint'} onChange={(mode) => save(ids, mode)} codes={['joint', 'separate'].map((code) => ({ value: code, label: t(`expertiseMode.${code}`) }))} />}
            <Refusal error={doStep.error} />
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}
