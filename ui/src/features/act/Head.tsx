/*
 * The head of an act: who, what, how urgent, how long, and how far it has come.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { birthDate } from '@/shared/format/dates';
import { ageText, patientName } from '@/shared/format/people';
import { useText } from '@/shared/i18n/useText';
import { IdentityBadge, PriorityBadge, StateBadge } from '@/shared/ui/Badges';
import { Countdown } from '@/shared/ui/Countdown';
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
          {t(`sex.${patient.sex}`)} · {t(`patient.bornOn.${patient.sex}`, { date: birthDate(patient.birth_date) })} · {ageText(t, patient.birth_date, serverNow())} · {t('patient.ipp')} {patient.ipp}
          {patient.ins && ` · INS ${patient.ins.value}`}
        </Text>
      </div>
      <div>
        <Text fw={650}>{text('modality', act.modality)} · {act.region}</Text>
        <Text size="sm" c="dimmed" className="num">{act.number} · {act.kind === 'tele-expertise' ? t('opinion.kind') : act.kind === 'tele-assistance' ? t('assistance.kind') : act.site.name}</Text>
      </div>
      <Group gap={8}><PriorityBadge priority={act.priority} /><StateBadge state={act.state} /></Group>
      {act.deadline && <Countdown deadline={act.deadline} />}
      <Progress act={act} />
    </header>
  );
}

const Progress = ({ act }: { act: Act }) => {
  const { t } = useTranslation();
  const { path, at, stopped } = progressOf(act.state, act.facts, act.kind);
  return (
    <ol className="stepper" aria-label={t('act.progress')}>
      {path.map((one, i) => (
        <li key={one} data-done={i < at} data-stop={stopped === i} aria-current={i === at ? 'step' : undefined}>
          <span>{t(`state.${one}`)}</span>
        </li>
      ))}
    </ol>
  );
};
