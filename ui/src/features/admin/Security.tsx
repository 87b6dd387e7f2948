/*
 * The register of security incidents and breaches: opened, assessed, told in time, closed. X7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SecurityIncident, type SecurityStep, useSecurity } from '@/shared/api/requests/security';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded, PageHead, Section } from '@/shared/ui/Blocks';
import { EntryForm, OpenForm } from './SecurityForms';

export function SecurityPage() {
  const { t } = useTranslation();
  const register = useSecurity();
  const [opening, setOpening] = useState(false);
  return (
    <>
      <PageHead title={t('nav.security')} text={t('security.lead')}><Button onClick={() => setOpening(true)}>{t('security.open')}</Button></PageHead>
      <Loaded query={register} rows={4}>{({ incidents }) => (incidents.length
        ? <Stack gap="md">{incidents.map((one) => <Incident key={one.id} one={one} />)}</Stack>
        : <Empty icon="shield" title={t('security.none')} text={t('security.noneText')} />)}
      </Loaded>
      <Modal opened={opening} onClose={() => setOpening(false)} title={t('security.open')} closeButtonProps={{ 'aria-label': t('common.close') }}><OpenForm done={() => setOpening(false)} /></Modal>
    </>
  );
}

const stateOf = (one: SecurityIncident) => (one.closed ? 'closed' : one.duties.some((duty) => duty.overdue) ? 'late' : !one.assessed ? 'toAssess' : one.duties.some((duty) => duty.due_ms && !duty.told_ms) ? 'toTell' : 'open');
const TONE = { closed: 'quiet', late: 'stop', toTell: 'soon', toAssess: 'soon', open: 'wait' } as const;

function Incident({ one }: { one: SecurityIncident }) {
  const { t } = useTranslation();
  const text = useText();
  const [step, setStep] = useState<SecurityStep | null>(null);
  const state = stateOf(one);
  const steps: SecurityStep[] = one.closed ? [] : one.assessed ? ['notify', 'measure', 'assess', 'close'] : ['assess', 'measure'];
  return (
    <Section title={one.title} icon="shield" aside={<Badge tt="none" className={`tone tone-${TONE[state]}`}>{t(`security.state.${state}`)}</Badge>}>
      <Stack gap="sm">
        <Group gap="xs">
          <Text size="sm">{t('security.known')}{colon()}<span className="num">{dayAndTime(one.known_at_ms)}</span></Text>
          {one.breach && <Badge size="sm" tt="none" className="tone tone-stop">{t('security.breach')}</Badge>}
          {one.serious && <Badge size="sm" tt="none" className="tone tone-stop">{t('security.seriousTag')}</Badge>}
          {one.risk && <Badge size="sm" tt="none" className="tone tone-quiet">{t('security.risk')}{colon()}{text('securityRisk', one.risk)}</Badge>}
        </Group>
        {one.duties.length > 0 && (
          <ul className="check-list">
            {one.duties.map((duty) => (
              <li key={duty.to} className={duty.overdue ? 'late' : undefined}>
                <Text size="sm"><b>{text('securityTo', duty.to)}</b> · {duty.told_ms ? t('security.told', { when: dayAndTime(duty.told_ms) }) : t('security.due', { when: dayAndTime(duty.due_ms ?? one.known_at_ms) })}</Text>
              </li>
            ))}
          </ul>
        )}
        <details>
          <summary>{t('security.history')} ({one.entries.length})</summary>
          <Stack gap={6} mt={6}>{one.entries.map((entry) => <Entry key={entry.seq} entry={entry} />)}</Stack>
        </details>
        {steps.length > 0 && <Group gap="xs">{steps.map((name, n) => <Button key={name} size="xs" variant={n ? 'default' : 'filled'} aria-label={`${t(`securityStep.${name}`)}, ${one.title}`} onClick={() => setStep(name)}>{t(`securityStep.${name}`)}</Button>)}</Group>}
      </Stack>
      <Modal opened={step !== null} onClose={() => setStep(null)} title={step && t(`securityStep.${step}`)} closeButtonProps={{ 'aria-label': t('common.close') }}>{step && <EntryForm one={one} step={step} done={() => setStep(null)} />}</Modal>
    </Section>
  );
}

function Entry({ entry: { at_ms, by, step, data } }: { entry: SecurityIncident['entries'][number] }) {
  const { t } = useTranslation();
  const text = useText();
  const said = [
    data.to && `${text('securityTo', String(data.to))}${data.told_at_ms ? `, ${dayAndTime(Number(data.told_at_ms))}` : ''}`, data.reference, step === 'assess' && data.breach && t('security.breach'), data.risk && `${t('security.risk')}${colon()}${text('securityRisk', String(data.risk))}`,
    step === 'assess' && data.serious && t('security.seriousTag'), Number(data.people) > 0 && `${t('security.people').split(',')[0]}${colon()}${data.people}`, data.data, data.consequences, data.what, data.text,
  ].filter(Boolean).map(String);
  return (
    <div>
      <Text size="xs" c="dimmed"><span className="num">{dayAndTime(at_ms)}</span> · {by} · {t(`securityDone.${step}`)}</Text>
      {said.map((one) => <Text key={one} size="sm" className="pre">{one}</Text>)}
    </div>
  );
}
