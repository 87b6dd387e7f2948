/*
 * Asking an imager to help during an act: which act, what help, the patient's consent, then send. L7 L8
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { PriorityBadge } from '@/shared/ui/Badges';
import { MissingList, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { PatientLine } from '@/shared/ui/PatientLine';
import { Consents, RequestInput, SaveMark } from './parts';
import type { RequestField } from './sections';
import { useSending } from './useSending';

const QUESTION: RequestField[] = [
  { name: 'reason', kind: 'text', why: 'L7' },
  { name: 'question', kind: 'text', why: 'L7' },
  { name: 'context', kind: 'text' },
  { name: 'allergies', kind: 'line' },
  { name: 'medication', kind: 'line' },
];
const PATHWAY: RequestField[] = [
  { name: 'pathway', kind: 'choice', codes: ['coordinated', 'emergency', 'direct'], group: 'pathway', why: 'S7' },
  { name: 'treating_physician', kind: 'treating', why: 'S7' },
];

export function AssistanceForm({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { draft, offer, error, sending, sendNow, toAct } = useSending(act);
  const fields = (list: RequestField[]) => <SimpleGrid cols={1} spacing="md">{list.map((field) => <RequestInput key={field.name} field={field} values={draft.values} set={draft.set} />)}</SimpleGrid>;
  return (
    <Stack maw={980} mx="auto">
      <PageHead title={t('assistance.title')} text={act.number}>
        <SaveMark state={draft.state} onRetry={() => void draft.save().catch(() => undefined)} />
        <Button variant="default" onClick={toAct}>{t('request.toAct')}</Button>
      </PageHead>
      <Section title={`${text('modality', act.modality)} · ${act.region}`} icon="images" aside={<PriorityBadge priority={act.priority} />}>
        <Group justify="space-between"><PatientLine patient={act.patient} withIpp /><Text size="sm" c="dimmed">{act.requester_org.name} → {act.imaging.name}</Text></Group>
      </Section>
      <Refusal error={draft.error} />
      <Section title={`1. ${t('assistance.question')}`} id="question">{fields(QUESTION)}</Section>
      <Section title={`2. ${t('request.section.pathway')}`} id="pathway">{fields(PATHWAY)}</Section>
      <Consents act={act} number={3} opinion />
      <Section title={`4. ${t('request.review')}`} icon="check" tone="work">
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
        </Stack>
      </Section>
    </Stack>
  );
}
