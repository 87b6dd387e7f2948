/*
 * The head of an act: who, what, how urgent, how long, and how far it has come.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import type { Act, TraitsTold } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { birthDate } from '@/shared/format/dates';
import { ageText, patientName, sexText } from '@/shared/format/people';
import { stateGroup } from '@/shared/format/states';
import { useText } from '@/shared/i18n/useText';
import { IdentityBadge, PriorityBadge, StateBadge } from '@/shared/ui/Badges';
import { Countdown } from '@/shared/ui/Countdown';
import { Icon } from '@/shared/ui/Icon';
import { progressOf } from './progress';

export function ActHead({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const { patient } = act;
  return (
    <header className="act-head">
      <div className="act-who">
        <Group gap={8}>
          <h1>{patientName(patient)}</h1>
          <IdentityBadge patient={patient} />
        </Group>
        <Text size="sm" className="num" c="dimmed">
          {sexText(t, patient, serverNow())} · {t(`patient.bornOn.${patient.sex}`, { date: birthDate(patient.birth_date) })} · {ageText(t, patient.birth_date, serverNow())} · {t('patient.ipp')} {patient.ipp}
          {patient.ins && ` · INS ${patient.ins.value}`}
          {' · '}<Link to="/identities/$id" params={{ id: String(patient.id) } as never} className="quiet-link">{t('identity.open')}</Link>
        </Text>
        <Warnings act={act} />
      </div>
      <div>
        <Text fw={650}>{text('modality', act.modality)} · {act.region}</Text>
        <Text size="sm" c="dimmed" className="num">{act.number} · {act.kind === 'tele-expertise' ? t('opinion.kind') : act.kind === 'tele-assistance' ? t('assistance.kind') : act.site.name}</Text>
      </div>
      <Group gap={8}><PriorityBadge priority={act.priority} /><StateBadge state={act.state} kind={act.kind} /></Group>
      {act.deadline && <Countdown deadline={act.deadline} />}
      <Progress act={act} />
    </header>
  );
}

/* Namesake, doubt, an identity that changed since: said at the head of every act, in words. E15 */
function Warnings({ act }: { act: Act }) {
  const { t } = useTranslation();
  const corrected = act.facts.identity_corrections?.at(-1);
  const { merged } = act.facts;
  const named = (one: { birth_name: string; first_given: string }) => `${one.birth_name} ${one.first_given}`;
  const traits = (one: TraitsTold) => [one.birth_name, one.first_given, one.birth_date, one.sex].join();
  const changed = corrected && traits(corrected.before) !== traits(corrected.after);
  return (
    <>
      {act.patient.attributes.map((one) => <Text key={one} size="sm" className="countdown-soon"><Icon name="warning" size={14} /> {t(`trust.${one}`)}</Text>)}
      {changed && <Text size="sm" className="countdown-soon"><Icon name="history" size={14} /> {t('act.identityCorrected', { name: named(corrected.before), birth: birthDate(corrected.before.birth_date) })}</Text>}
      {merged && <Text size="sm" c="dimmed"><Icon name="people" size={14} /> {t('act.mergedFrom', { name: named(merged.before), ipp: merged.before.ipp })}</Text>}
    </>
  );
}

const Progress = ({ act }: { act: Act }) => {
  const { t } = useTranslation();
  const { path, at, stopped } = progressOf(act.state, act.facts, act.kind);
  return (
    <ol className="stepper" aria-label={t('act.progress')}>
      {path.map((one, i) => (
        <li key={one} data-done={i < at} data-stop={stopped === i} aria-current={i === at ? 'step' : undefined}>
          <span>{t(`${stateGroup(one, act.kind)}.${one}`)}</span>
        </li>
      ))}
    </ol>
  );
};
