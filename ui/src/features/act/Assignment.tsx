/*
 * To whom the act is assigned, why, and what one may do about it; delays that have passed and who was called. O2 E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { offerOf, StepAction } from './StepAction';

/* Why this person, in words: each number that was weighed, as the roster saw it then. */
function useWhy() {
  const { t } = useTranslation();
  const text = useText();
  return ({ urgency, pressure, competence, load }: { urgency: number; pressure: number; competence: number; load: number }) => t('assignment.why', {
    skill: t(`assignment.skill.${competence >= 100 ? 'theirs' : competence > 30 ? 'unsaid' : 'other'}`), load: t('assignment.load', { count: load }),
    priority: text('priority', urgency >= 3 ? 'emergency' : urgency === 2 ? 'urgent' : 'routine'),
    delay: t(`assignment.delay.${pressure <= 0 ? 'begins' : pressure >= 100 ? 'over' : 'runs'}`, { pressure }),
  });
}

export function AssignmentSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const why = useWhy();
  const one = act.facts.assignment;
  const waits = act.state === 'asked' || act.state === 'info-asked';
  const offers = ['take', 'give-back', 'assign'].filter((step) => offerOf(act, step));
  if (!one && !offers.length) return null;
  return (
    <Section title={t('assignment.title')} icon="people">
      <Stack gap="xs">
        {one?.name && <Text size="sm">{[t('assignment.to', { name: one.name }), one.taken_at_ms ? t('assignment.taken') : waits ? t('assignment.waiting') : ''].filter(Boolean).join(' · ')}</Text>}
        {one?.explanation && <Text size="xs" c="dimmed">{why(one.explanation)}</Text>}
        {one?.nobody_at_ms && <Text size="sm" className="late">{t('assignment.nobody', { names: (one.called ?? []).map((who) => `${who.name} (${who.phone})`).join(', ') })}</Text>}
        <Group gap="xs">{offers.map((step) => <StepAction key={step} act={act} step={step} quiet size="xs" withMissing={false} />)}</Group>
      </Stack>
    </Section>
  );
}
