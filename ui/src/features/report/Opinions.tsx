/*
 * What the other experts signed for themselves, beside the report that takes it up: as it was signed, by whom and when. T5, R.6316-1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';

/* 'of': one person's alone; 'hint': said to who writes the report. */
export function Opinions({ act, of, hint }: { act: Act; of?: number; hint?: boolean }) {
  const { t } = useTranslation();
  const list = (act.facts.opinions ?? []).filter((one) => of === undefined || one.by.id === of);
  if (!list.length) return null;
  return (
    <section aria-label={t('opinion.given')}>
      <Text size="sm" fw={600}>{t(of === undefined ? 'opinion.given' : 'opinion.mine')}</Text>
      {hint && <Text size="xs" c="dimmed">{t('opinion.givenHint')}</Text>}
      <Stack gap="xs" mt={6}>
        {list.map((one) => (
          <div key={one.id} className="quoted" lang="fr">
            <Text size="xs" c="dimmed">{t('opinion.signedBy', { name: one.by.name, time: dayAndTime(one.at_ms) })}</Text>
            <Text size="sm" className="words">{one.results}</Text>
            <Text size="sm" fw={600} className="words">{one.conclusion}</Text>
          </div>
        ))}
      </Stack>
    </section>
  );
}
