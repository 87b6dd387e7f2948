/*
 * What was prescribed and given in the act, and the technologist's own acts. S5, L2, L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Act, Drug } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { offerOf, StepAction } from './StepAction';

export function DrugsSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const { prescriptions = [], drugs = [], technologist_acts: acts = [] } = act.facts;
  const offered = ['prescribe', 'give-drug', 'technologist-act'].filter((step) => offerOf(act, step));
  if (!prescriptions.length && !drugs.length && !acts.length && !offered.length) return null;
  const number = (n: number) => n.toLocaleString(i18n.language);
  const amount = (one: Drug) => (one.activity_mbq ? `${one.radionuclide ?? ''} ${number(one.activity_mbq)} MBq` : one.dose ? `${number(one.dose)} ${text('unit', one.unit)}` : '');
  return (
    <Section title={t('act.drugs')} icon="document">
      <Stack gap="xs">
        {!prescriptions.length && !drugs.length && <Text size="sm" c="dimmed">{t('drugs.none')}</Text>}
        {prescriptions.map((one) => <Text key={one.id} size="sm">{t('drugs.prescribed', { kind: text('injection', one.kind), name: one.by.name, when: dayAndTime(one.at_ms) })} {one.text}</Text>)}
        {drugs.map((one) => (
          <Text key={one.id} size="sm" fw={600}>
            {[one.product, amount(one), text('route', one.route), t('drugs.batch', { batch: one.batch }), dayAndTime(one.given_at_ms), t('drugs.givenBy', { name: one.by.name, prescriber: one.prescriber.name })].filter(Boolean).join(' · ')}
          </Text>
        ))}
        {acts.map((one) => <Text key={one.id} size="sm">{[text('technologistAct', one.act), one.text, one.by.name, dayAndTime(one.at_ms)].filter(Boolean).join(' · ')}</Text>)}
        <Group gap="xs">{offered.map((step) => <StepAction key={step} act={act} step={step} size="xs" quiet withMissing={false} />)}</Group>
      </Stack>
    </Section>
  );
}
