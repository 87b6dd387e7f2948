/*
 * A tele-assistance on the page of its act: what was advised, and what came of it. L7 L10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Section } from '@/shared/ui/Blocks';

export function AssistanceSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { advice, assistance_ended } = act.facts;
  if (!advice?.length && !assistance_ended) return null;
  return (
    <Section title={t('assistance.advice')} icon="message">
      <Stack gap="xs">
        {advice?.map((one) => <Text key={one.id} size="sm" className="quoted">{dayAndTime(one.at_ms)} · {one.by.name}{colon()}{one.text}</Text>)}
        {assistance_ended && (
          <div className="quoted">
            <Text size="sm" fw={600}>{t('assistance.summary')} · {assistance_ended.by.name}, {dayAndTime(assistance_ended.at_ms)}</Text>
            <Text size="sm" className="words">{assistance_ended.summary}</Text>
            <Text size="sm">{assistance_ended.incidents}</Text>
          </div>
        )}
      </Stack>
    </Section>
  );
}
