/*
 * The preparation sheet of the patient: as approved, filled for this slot; printed, and noted as given. E3 E10
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreparation } from '@/shared/api/requests/preparation';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Loaded, Section } from '@/shared/ui/Blocks';
import { offerOf, StepAction } from './StepAction';

export function PreparationSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const [lang, setLang] = useState(i18n.language === 'en' ? 'en' : 'fr');
  const { slot, sheet_given: given } = act.facts;
  const sheet = usePreparation(act.id, lang, act.state === 'planned' && slot ? slot.start_ms : 0);
  if (act.state !== 'planned' || !slot) return null;
  const stale = !!given && given.slot_start_ms !== slot.start_ms;
  return (
    <Section title={t('sheet.title')} icon="document" tone={offerOf(act, 'give-sheet') && (!given || stale) ? 'work' : undefined}>
      <Stack gap="xs">
        {given && <Text size="sm" className={stale ? 'late' : undefined}>{t(stale ? 'sheet.stale' : 'sheet.given', { name: given.by.name, when: dayAndTime(given.at_ms), how: text('sheetHow', given.how) })}</Text>}
        <Loaded query={sheet} rows={2}>
          {(one) => (
            <details>
              <summary>{one.sheet.title} · {t('sheet.version', { version: one.version })}</summary>
              <Text size="sm" mt={6}>{t('sheet.arrive', { when: one.arrive })} · {one.room}, {one.site}{one.address && `, ${one.address}`}{one.phone && ` · ${t('trait.phone')} ${one.phone}`}</Text>
              <Part title={t('sheet.you')} lines={one.lines} /><Part title={t('sheet.before')} lines={one.sheet.before} /><Part title={t('sheet.day')} lines={one.sheet.day} />
              <Part title={t('sheet.bring')} lines={one.sheet.bring} /><Part title={t('sheet.after')} lines={one.sheet.after} />
            </details>
          )}
        </Loaded>
        <Group gap="xs" align="flex-start">
          <SegmentedControl size="xs" value={lang} onChange={setLang} aria-label={t('field.language')} data={['fr', 'en'].map((value) => ({ value, label: text('language', value) }))} />
          {sheet.data && <Button component="a" href={`/api/acts/${act.id}/preparation.pdf?lang=${lang}`} target="_blank" rel="noopener" size="xs" variant="default">{t('sheet.print')}</Button>}
          {sheet.data && <StepAction act={act} step="give-sheet" size="xs" quiet={!!given && !stale} preset={{ language: lang }} />}
        </Group>
      </Stack>
    </Section>
  );
}

function Part({ title, lines }: { title: string; lines?: string[] }) {
  if (!lines?.length) return null;
  return <><Text size="sm" fw={600} mt={6}>{title}</Text><ul className="gaps">{lines.map((line) => <li key={line}>{line}</li>)}</ul></>;
}
