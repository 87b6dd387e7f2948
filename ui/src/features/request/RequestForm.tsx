/*
 * Writing the request: sections that fit the exam and the patient, the information and both consents, then what is missing, then send.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { Act, Me } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, MissingList, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { PatientLine } from '@/shared/ui/PatientLine';
import { IdentityBadge, PriorityBadge } from '@/shared/ui/Badges';
import { AssistanceForm } from './AssistanceForm';
import { Attached, EarlierChoice } from './Earlier';
import { OpinionForm } from './OpinionForm';
import { AnswerQuestion, Consents, RequestInput, SaveMark } from './parts';
import { fieldsFor, SECTIONS } from './sections';
import { useSending } from './useSending';

export function RequestFormPage({ id }: { id: number; me: Me }) {
  const { t } = useTranslation();
  const act = useAct(id);
  return (
    <Loaded query={act} rows={6} height={90}>
      {(data) => (data.steps.some((one) => one.step === 'edit-request') ? data.kind === 'tele-expertise' ? <OpinionForm act={data} /> : data.kind === 'tele-assistance' ? <AssistanceForm act={data} /> : <RequestForm act={data} /> : (
        <Empty icon="lock" title={t('request.notEditable')} action={<Button component={Link} to="/acts/$id" params={{ id: String(id) } as never} variant="default">{t('common.open')}</Button>} />
      ))}
    </Loaded>
  );
}

function RequestForm({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { draft, offer, error, sending, sendNow, toAct } = useSending(act);
  const now = serverNow();
  return (
    <Stack maw={980} mx="auto">
      <PageHead title={t('request.title')} text={act.number}>
        <SaveMark state={draft.state} onRetry={() => void draft.save().catch(() => undefined)} />
        <Button variant="default" onClick={toAct}>{t('request.toAct')}</Button>
      </PageHead>
      <Section title={`${text('modality', act.modality)} · ${act.region}`} icon="images" aside={<PriorityBadge priority={act.priority} />}>
        <Group justify="space-between"><Group gap="xs"><PatientLine patient={act.patient} withIpp /><IdentityBadge patient={act.patient} /><Link to="/identities/$id" params={{ id: String(act.patient.id) } as never} className="quiet-link">{t('identity.open')}</Link></Group><Text size="sm" c="dimmed">{act.site.name} → {act.imaging.name}</Text></Group>
      </Section>
      <Refusal error={draft.error} />
      {SECTIONS.map((section, i) => (
        <Section key={section.name} title={`${i + 1}. ${t(`request.section.${section.name}`)}`} id={section.name}>
          <SimpleGrid cols={{ base: 1, sm: section.name === 'safety' ? 2 : 1 }} spacing="md">
            {fieldsFor(section, act, now).map((field) => <RequestInput key={field.name} field={field} values={draft.values} set={draft.set} />)}
          </SimpleGrid>
        </Section>
      ))}
      <EarlierChoice act={act} ticked={draft.values.priors ?? []} onChange={(priors) => draft.set('priors', priors)} />
      <Attached act={act} />
      <Consents act={act} number={SECTIONS.length + 1} />
      <Section title={`${SECTIONS.length + 2}. ${t('request.review')}`} icon="check" tone="work">
        <Stack gap="sm">
          {draft.state !== 'saved' && <Text size="sm" c="dimmed">{t(`save.${draft.state}`)}</Text>}
          {offer && offer.missing.length > 0 && (
            <div>
              <Text size="sm" fw={600}>{t('request.missing', { count: offer.missing.length })}</Text>
              <MissingList missing={offer.missing} />
            </div>
          )}
          {offer?.allowed && <Text size="sm">{t('ask.send')}</Text>}
          <Refusal error={error} />
          {offer && <Group><Button size="md" disabled={!offer.allowed && draft.state === 'saved'} loading={sending} onClick={() => void sendNow()} data-step="send">{t('step.send')}</Button></Group>}
          {!offer && act.state === 'info-asked' && <AnswerQuestion act={act} onDone={toAct} />}
        </Stack>
      </Section>
    </Stack>
  );
}
