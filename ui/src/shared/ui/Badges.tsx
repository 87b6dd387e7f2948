/*
 * State, urgency, identity status: always a word, the colour only repeats it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ActState, Patient, Priority } from '../api/types';
import { useText } from '../i18n/useText';

const STATE_TONE: Record<ActState, 'quiet' | 'wait' | 'live' | 'good' | 'stop'> = {
  draft: 'quiet', asked: 'wait', 'info-asked': 'wait', validated: 'wait', planned: 'wait', running: 'live', gone: 'stop', released: 'live', left: 'live',
  signed: 'good', delivered: 'good', acknowledged: 'good', closed: 'quiet', refused: 'stop', cancelled: 'stop', 'not-done': 'stop',
};

export function StateBadge({ state, size = 'md' }: { state: ActState; size?: 'sm' | 'md' | 'lg' }) {
  const text = useText();
  return <Badge className={`tone tone-${STATE_TONE[state] ?? 'quiet'}`} size={size} tt="none" radius="sm">{text('state', state)}</Badge>;
}

const PRIORITY_TONE: Record<Priority, string> = { emergency: 'alarm', urgent: 'urgent', routine: 'quiet' };

export function PriorityBadge({ priority, size = 'md' }: { priority: Priority; size?: 'sm' | 'md' | 'lg' }) {
  const text = useText();
  return <Badge className={`tone tone-${PRIORITY_TONE[priority] ?? 'quiet'}`} size={size} tt="none" radius="sm">{text('priority', priority)}</Badge>;
}

export function IdentityBadge({ patient }: { patient: Patient }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <>
      <Badge className={`tone tone-${patient.status === 'QUAL' ? 'good' : 'quiet'}`} size="sm" tt="none" radius="sm" title={text('identity.hint', patient.status)}>
        {text('identity', patient.status)}
      </Badge>
      {patient.attributes.map((attribute) => (
        <Badge key={attribute} className="tone tone-soon" size="sm" tt="none" radius="sm">{t(`identity.${attribute}`)}</Badge>
      ))}
    </>
  );
}
