/*
 * State, urgency, identity status: always a word, the colour only repeats it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ActState, Patient, Priority } from '../api/types';
import { stateGroup } from '../format/states';
import { useText } from '../i18n/useText';

const STATE_TONE: Record<ActState, 'quiet' | 'wait' | 'live' | 'good' | 'stop'> = {
  draft: 'quiet', asked: 'wait', 'info-asked': 'wait', validated: 'wait', planned: 'wait', running: 'live', gone: 'stop', released: 'live', left: 'live',
  signed: 'good', delivered: 'good', acknowledged: 'good', closed: 'quiet', refused: 'stop', cancelled: 'stop', 'not-done': 'stop',
};

export function StateBadge({ state, kind, size = 'md' }: { state: ActState; kind?: string; size?: 'sm' | 'md' | 'lg' }) {
  const text = useText();
  const words = text(stateGroup(state, kind), state);
  return <Badge className={`tone tone-${STATE_TONE[state] ?? 'quiet'}`} size={size} tt="none" radius="sm">{words}</Badge>;
}

/* A report is out, but not the final one. */
export function PreliminaryBadge() {
  const { t } = useTranslation();
  return <Badge className="tone tone-soon" size="sm" tt="none" radius="sm">{t('report.preliminaryTag')}</Badge>;
}

const PRIORITY_TONE: Record<Priority, string> = { emergency: 'alarm', urgent: 'urgent', routine: 'quiet' };

export function PriorityBadge({ priority, size = 'md' }: { priority: Priority; size?: 'sm' | 'md' | 'lg' }) {
  const text = useText();
  return <Badge className={`tone tone-${PRIORITY_TONE[priority] ?? 'quiet'}`} size={size} tt="none" radius="sm">{text('priority', priority)}</Badge>;
}

/* What is unusual of an identity, where only that is shown: lists. */
export function IdentityMarks({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  return patient.attributes.map((attribute) => (
    <Badge key={attribute} className={`tone tone-${attribute === 'HOMO' ? 'soon' : 'stop'}`} size="sm" tt="none" radius="sm" title={t(`trust.${attribute}`)}>{t(`identity.${attribute}`)}</Badge>
  ));
}

const TRUST_TONE: Record<Patient['status'], string> = { QUAL: 'good', VALI: 'good', RECUP: 'wait', PROV: 'quiet' };

/* Status and attributes, each with what it means and allows. E15 */
export function IdentityBadge({ patient, size = 'sm' }: { patient: Patient; size?: 'sm' | 'md' }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <>
      <Badge className={`tone tone-${TRUST_TONE[patient.status]}`} size={size} tt="none" radius="sm" title={`${text('identity.hint', patient.status)}. ${t(`trust.allows.${patient.status}`)}`}>
        {text('identity', patient.status)}
      </Badge>
      <IdentityMarks patient={patient} />
    </>
  );
}
