/*
 * Incidents of an act: who has taken note, who is still silent, the care given. E21, E23.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, Incident, Me } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Countdown } from '@/shared/ui/Countdown';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { offerOf, StepAction } from './StepAction';

const MUST_KNOW = ['local-physician', 'imager'] as const;

const silentOf = (one: Incident) => (one.due_ms ? MUST_KNOW.filter((role) => !one.acknowledged?.[role]) : []);

export function IncidentsSection({ act, me }: { act: Act; me: Me }) {
  const { t } = useTranslation();
  const incidents = act.facts.incidents ?? [];
  if (!incidents.length) return null;
  return (
    <Section title={t('act.incidents')} icon="warning" id="incidents">
      <Stack gap="sm">{[...incidents].reverse().map((one) => <IncidentCard key={one.id} act={act} incident={one} me={me} />)}</Stack>
    </Section>
  );
}

function IncidentCard({ act, incident, me }: { act: Act; incident: Incident; me: Me }) {
  const { t } = useTranslation();
  const text = useText();
  const silent = silentOf(incident);
  const open = !incident.resolved_at_ms;
  const pressing = open && (silent.length > 0 || (incident.kind === 'adverse-effect' && !incident.care)); // somebody still has something to do about it now
  const mine = silent.some((role) => me.roles.includes(role)) && offerOf(act, 'acknowledge-incident');
  const preset = { id: incident.id };
  return (
    <Alert className={pressing ? 'refusal' : 'offer'} icon={<Icon name="warning" />} p="xs" role={mine ? 'alert' : undefined}
      title={`${text('incident', incident.kind)} · ${dayAndTime(incident.at_ms)} · ${incident.by.name}`}>
      <Text size="sm" className="pre">{incident.subject ? `${t(`deviation.${incident.subject}`)} ` : ''}{incident.text}</Text>
      {MUST_KNOW.map((role) => incident.acknowledged?.[role] && (
        <Text key={role} size="sm" className="sentence">{t('incident.known', { role: text('role', role), name: incident.acknowledged[role].by.name, when: dayAndTime(incident.acknowledged[role].at_ms) })}</Text>
      ))}
      {silent.length > 0 && (
        <Group gap="xs">
          <Text size="sm" fw={600}>{t('incident.silent', { roles: silent.map((role) => text('role', role)).join(', ') })}</Text>
          {incident.due_ms && <Countdown deadline={{ what: 'acknowledge', at_ms: incident.due_ms }} withWhat={false} />}
        </Group>
      )}
      {incident.escalations ? <Text size="sm">{t('incident.escalated', { count: incident.escalations })}</Text> : null}
      {incident.care && <Text size="sm">{t('incident.care', { name: incident.care.by.name, when: dayAndTime(incident.care.care_at_ms) })} {incident.care.text.replace(/\.$/, '')}. {t('incident.outcome')} {incident.care.outcome}</Text>}
      {!open && <Text size="sm">{t('act.resolved', { when: dayAndTime(incident.resolved_at_ms ?? 0) })} {incident.resolution}</Text>}
      <Group gap="xs" mt={6}>
        {mine && <Acknowledge act={act} id={incident.id} />}
        {incident.kind === 'adverse-effect' && !incident.care && <StepAction act={act} step="record-care" size="xs" preset={preset} hide={['id']} withMissing={false} />}
        {open && <StepAction act={act} step="resolve-incident" size="xs" quiet preset={preset} hide={['id']} withMissing={false} />}
      </Group>
    </Alert>
  );
}

function Acknowledge({ act, id }: { act: Act; id: number }) {
  const { t } = useTranslation();
  const doStep = useDoStep(act.id);
  return (
    <>
      <Button size="xs" loading={doStep.isPending} onClick={() => doStep.mutate({ step: 'acknowledge-incident', data: { id } })}>{t('step.acknowledge-incident')}</Button>
      <Refusal error={doStep.error} />
    </>
  );
}
