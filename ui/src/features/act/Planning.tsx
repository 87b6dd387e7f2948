/*
 * What was asked of the slot besides its hour: a later one to be validated again, none in time. E10, E9
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Section } from '@/shared/ui/Blocks';
import { LaterState } from './forms/PlanForm';
import { offerOf, StepAction } from './StepAction';

export function LaterSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { later, no_slot: none } = act.facts;
  const open = act.state === 'validated' || act.state === 'planned';
  if (!open || (!later && !none)) return null;
  return (
    <Section title={t(none ? 'later.noneTitle' : 'later.title')} icon="clock" tone={offerOf(act, 'answer-later') || (none && offerOf(act, 'offer-alternative')) ? 'work' : undefined}>
      <Stack gap="xs">
        {later && (
          <>
            <Text size="sm">{t('later.asked', { name: later.by.name, when: dayAndTime(later.start_ms, act.site.time_zone) })} {later.text}</Text>
            <LaterState act={act} />
            {[later.requester, later.imager].map((one) => one?.text && <Text key={one.at_ms} size="sm" c="dimmed">{one.by.name}{colon()}{one.text}</Text>)}
            <StepAction act={act} step="answer-later" />
          </>
        )}
        {none && (
          <>
            <Text size="sm">{t('later.none', { name: none.by.name })} {none.text}</Text>
            {act.facts.alternative ? <Text size="sm" c="dimmed">{act.facts.alternative.offered}</Text> : <StepAction act={act} step="offer-alternative" />}
          </>
        )}
      </Stack>
    </Section>
  );
}
