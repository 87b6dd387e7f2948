/*
 * Questions on the report: who is on duty to talk about it now, what was asked, what was answered, who was called meanwhile. E32 E7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useActDuty } from '@/shared/api/requests/actDuty';
import type { Act } from '@/shared/api/types';
import { useNow } from '@/shared/format/clock';
import { dayAndTime, shortMoment } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Countdown } from '@/shared/ui/Countdown';
import { Section } from '@/shared/ui/Blocks';
import { Phone } from '@/shared/ui/Phone';
import { offerOf, StepAction } from './StepAction';

export function QuestionsSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const now = useNow();
  const questions = act.facts.second_questions ?? [];
  const reported = !!act.facts.signature || !!act.facts.preliminary;
  if (!reported && !questions.length) return null;
  return (
    <Section title={t('report.questions')} icon="message" aside={<StepAction act={act} step="ask-again" quiet size="xs" withMissing={false} />}>
      <Stack gap="sm">
        {act.kind === 'remote-exam' && <OnDuty act={act} />}
        {!questions.length && <Text size="sm" c="dimmed">{t('report.questionNone')}</Text>}
        {[...questions].reverse().map((one) => (
          <div key={one.id} className="offer" data-allowed={!one.answered_at_ms && !!offerOf(act, 'answer-again')}>
            <Group justify="space-between" gap={6}>
              <Text size="xs" c="dimmed">{one.by.name} · {shortMoment(one.at_ms, now)}</Text>
              {!one.answered_at_ms && one.first_due_ms ? <Countdown deadline={{ what: 'question', at_ms: one.first_due_ms }} withWhat={false} /> : null}
            </Group>
            <Text size="sm" className="pre">{one.text}</Text>
            {one.escalated_at_ms && <Text size="xs" className={one.answered_at_ms ? undefined : 'countdown-late'}>{t('report.questionCalled', { names: (one.called ?? []).map((person) => person.name).join(', '), when: dayAndTime(one.escalated_at_ms) })}</Text>}
            {one.answer ? <Text size="sm" className="quoted">{one.answered_by?.name}{colon()}{one.answer}</Text> : <Text size="xs" c="dimmed">{t('report.questionWaits')}</Text>}
            {!one.answered_at_ms && <StepAction act={act} step="answer-again" size="xs" preset={{ id: String(one.id) }} hide={['id']} withMissing={false} />}
          </div>
        ))}
      </Stack>
    </Section>
  );
}

function OnDuty({ act }: { act: Act }) {
  const { t } = useTranslation();
  const duty = useActDuty(act.id);
  if (!duty.data) return null;
  const imagers = duty.data.imaging.filter((one) => one.role === 'imager');
  return (
    <div>
      <Text size="xs" c="dimmed">{t('report.contactNow')}</Text>
      {!imagers.length && <Text size="sm">{t('report.contactNobody')}</Text>}
      {imagers.map((one) => (
        <Group key={one.shift_id} gap="xs">
          <Text size="sm" fw={600}>{one.name}</Text>
          {one.phone && <Phone number={one.phone} />}
          <Text size="xs" c="dimmed">{t('after.until', { when: dayAndTime(one.to_ms) })}</Text>
        </Group>
      ))}
    </div>
  );
}
