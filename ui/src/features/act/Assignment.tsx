/*
 * To whom the act is assigned, why, and what one may do about it; delays that have passed and who was called. O2 E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { Section } from '@/shared/ui/Blocks';
import { offerOf, StepAction } from './StepAction';

export function AssignmentSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const one = act.facts.assignment;
  const offers = ['take', 'give-back', 'assign'].filter((step) => offerOf(act, step));
  if (!one && !offers.length) return null;
  return (
    <Section title={t('assignment.title')} icon="people">
      <Stack gap="xs">
        {one?.name && <Text size="sm">{t('assignment.to', { name: one.name })} · {t(one.taken_at_ms ? 'assignment.taken' : 'assignment.waiting')}</Text>}
        {one?.explanation && <Text size="xs" c="dimmed">{t('assignment.why', one.explanation)}</Text>}
        {one?.nobody_at_ms && <Text size="sm" className="late">{t('assignment.nobody', { names: (one.called ?? []).map((who) => `${who.name} (${who.phone})`).join(', ') })}</Text>}
        <Group gap="xs">{offers.map((step) => <StepAction key={step} act={act} step={step} quiet size="xs" withMissing={false} />)}</Group>
      </Stack>
    </Section>
  );
}
