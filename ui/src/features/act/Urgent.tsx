/*
 * Urgent findings: how long is left, who was told and what they repeated, the action taken. E26.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act, UrgentFinding } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Countdown } from '@/shared/ui/Countdown';
import { Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Phone } from '@/shared/ui/Phone';
import { offerOf, StepAction } from './StepAction';

export function UrgentSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const findings = act.facts.urgent ?? [];
  if (!findings.length && !offerOf(act, 'report-urgent')) return null;
  return (
    <Section title={t('act.urgent')} icon="bell" id="urgent" aside={<StepAction act={act} step="report-urgent" quiet size="xs" withMissing={false} />}>
      <Stack gap="sm">
        {!findings.length && <Text size="sm" c="dimmed">{t('urgent.none')}</Text>}
        {[...findings].reverse().map((one) => <FindingCard key={one.id} act={act} finding={one} />)}
      </Stack>
    </Section>
  );
}

function FindingCard({ act, finding }: { act: Act; finding: UrgentFinding }) {
  const { t } = useTranslation();
  const text = useText();
  const told = finding.told ?? [];
  const open = !finding.action;
  const preset = { id: finding.id };
  const { imager } = act.people;
  return (
    <Alert className={open ? 'refusal' : 'offer'} icon={<Icon name="warning" />} p="xs" role={open ? 'alert' : undefined}
      title={`${text('urgent', finding.category)} · ${dayAndTime(finding.at_ms)} · ${finding.by.name}`}>
      <Text size="sm" fw={600} className="pre">{finding.text}</Text>
      {open && (
        <Group gap="xs">
          <Text size="sm">{t(told.length ? 'urgent.waitsAction' : 'urgent.waitsVoice')}</Text>
          <Countdown deadline={{ what: 'acknowledge', at_ms: finding.first_due_ms }} withWhat={false} />
        </Group>
      )}
      {open && !told.length && imager?.phone && !offerOf(act, 'tell-urgent') && (
        <Group gap="xs"><Text size="sm" fw={600}>{t('urgent.call', { name: imager.name })}</Text><Phone number={imager.phone} /></Group>
      )}
      {finding.escalations ? <Text size="sm">{t('incident.escalated', { count: finding.escalations })}</Text> : null}
      {told.map((one) => (
        <Text key={one.told_at_ms} size="sm">{t('urgent.told', { name: one.to, how: t(`urgent.by.${one.how}`), when: dayAndTime(one.told_at_ms), repeated: one.repeated })}</Text>
      ))}
      {finding.delegate && <Text size="sm">{t('urgent.delegate', { name: finding.delegate.name, by: finding.delegate.by.name })}</Text>}
      {finding.action && <Text size="sm">{t('urgent.action', { name: finding.action.by.name, when: dayAndTime(finding.action.at_ms) })} {finding.action.text}</Text>}
      {open && (
        <Group gap="xs" mt={6}>
          <StepAction act={act} step="tell-urgent" size="xs" preset={preset} hide={['id']} withMissing={false} quiet={told.length > 0} />
          {told.length > 0 && <StepAction act={act} step="act-on-urgent" size="xs" preset={preset} hide={['id']} withMissing={false} />}
          <DelegateAction act={act} preset={preset} />
        </Group>
      )}
    </Alert>
  );
}

const DelegateAction = ({ act, preset }: { act: Act; preset: { id: number } }) =>
  <StepAction act={act} step="delegate-urgent" size="xs" quiet preset={preset} hide={['id']} withMissing={false} />;
