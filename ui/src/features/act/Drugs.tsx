/*
 * What was prescribed and given in the act, what the images tell of it, and the technologist's own acts. S5, L2, L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack, Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act, Drug } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { SeenCard } from './DrugSeen';
import { offerOf, StepAction } from './StepAction';

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <div><Text size="xs" c="dimmed" tt="uppercase" fw={600} mb={4} component="h3">{title}</Text><Stack gap={8}>{children}</Stack></div>;
}

export function DrugsSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const { prescriptions = [], drugs = [], drugs_seen: seen = [], technologist_acts: acts = [] } = act.facts;
  const offered = ['prescribe', 'give-drug', 'technologist-act'].filter((step) => offerOf(act, step));
  if (!prescriptions.length && !drugs.length && !seen.length && !acts.length && !offered.length) return null;
  const number = (n: number) => n.toLocaleString(i18n.language);
  const amount = (one: Drug) => (one.activity_mbq ? `${one.radionuclide ?? ''} ${number(one.activity_mbq)} MBq` : one.dose ? `${number(one.dose)} ${text('unit', one.unit)}` : '');
  return (
    <Section title={t('act.drugs')} icon="document" aside={offered.length > 0 && <Group gap={6}>{offered.map((step) => <StepAction key={step} act={act} step={step} size="xs" quiet withMissing={false} />)}</Group>}>
      <Stack gap="md">
        {!prescriptions.length && !drugs.length && !seen.length && <Text size="sm" c="dimmed">{t('drugs.none')}</Text>}
        {prescriptions.length > 0 && (
          <Part title={t('drugs.prescriptions')}>
            {prescriptions.map((one) => (
              <div key={one.id}>
                <Text size="sm" fw={600} className="pre">{one.text}</Text>
                <Text size="xs" c="dimmed">{[text('injection', one.kind), one.by.name, dayAndTime(one.at_ms)].join(' · ')}</Text>
              </div>
            ))}
          </Part>
        )}
        {drugs.length > 0 && (
          <Part title={t('drugs.given')}>
            {drugs.map((one) => (
              <div key={one.id} data-replaced={!!one.replaced_by} className="drug">
                <Text size="sm" fw={600} td={one.replaced_by ? 'line-through' : undefined}>{[one.product, amount(one), text('route', one.route)].filter(Boolean).join(' · ')}</Text>
                <Text size="xs" c="dimmed">{[t('drugs.batch', { batch: one.batch }), dayAndTime(one.given_at_ms), t('drugs.givenBy', { name: one.by.name, prescriber: one.prescriber.name }), one.source === 'images' && t('drugs.fromImages'), one.replaced_by && t('drugs.replaced')].filter(Boolean).join(' · ')}</Text>
              </div>
            ))}
          </Part>
        )}
        {seen.length > 0 && <Part title={t('drugs.images')}>{seen.map((one) => <SeenCard key={one.id} act={act} seen={one} />)}</Part>}
        {acts.length > 0 && (
          <Part title={t('drugs.acts')}>
            {acts.map((one) => <Text key={one.id} size="sm">{[text('technologistAct', one.act), one.text].filter(Boolean).join(' · ')} <Text span size="xs" c="dimmed">{one.by.name} · {dayAndTime(one.at_ms)}</Text></Text>)}
          </Part>
        )}
      </Stack>
    </Section>
  );
}
