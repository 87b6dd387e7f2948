/*
 * What was prescribed and given in the act, what the images tell of it, and the technologist's own acts. S5, L2, L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Group, Stack, Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act, Drug, PreparedDose } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { Section } from '@/shared/ui/Blocks';
import { SeenCard } from './DrugSeen';
import { offerOf, StepAction } from './StepAction';

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <div><Text size="xs" c="dimmed" tt="uppercase" fw={600} mb={4} component="h3">{title}</Text><Stack gap={8}>{children}</Stack></div>;
}

/* What the pharmacy prepared: how much at which hour, until when, who answers for it, what became of it. */
function DoseCard({ act, dose, amount }: { act: Act; dose: PreparedDose; amount: string }) {
  const { t } = useTranslation();
  const open = !dose.given && !dose.set_aside;
  const state = dose.given ? 'given' : dose.set_aside ? 'aside' : dose.released ? 'released' : 'waits';
  const zone = act.site.time_zone;
  return (
    <div className="drug" data-dose={dose.id}>
      <Group gap={8}>
        <Text size="sm" fw={600}>{[dose.product, dose.calibrated_at_ms ? t('drugs.at', { amount, when: dayAndTime(dose.calibrated_at_ms, zone) }) : amount].filter(Boolean).join(' · ')}</Text>
        <Badge size="sm" tt="none" radius="sm" className={`tone tone-${{ given: 'quiet', aside: 'quiet', released: 'good', waits: 'soon' }[state]}`}>{t(`drugs.dose.${state}`)}</Badge>
      </Group>
      <Text size="xs" c="dimmed">{[t('drugs.batch', { batch: dose.batch }), t('drugs.expires', { when: dayAndTime(dose.expires_at_ms, zone) }), t('drugs.preparedBy', { name: dose.by.name, when: dayAndTime(dose.at_ms, zone) }),
        dose.released && t('drugs.releasedBy', { name: dose.released.by.name, when: dayAndTime(dose.released.at_ms, zone) }), dose.given && t('drugs.gaveBy', { name: dose.given.by.name, when: dayAndTime(dose.given.at_ms, zone) }),
        dose.set_aside && t('drugs.asideBy', { name: dose.set_aside.by.name, reason: dose.set_aside.reason })].filter(Boolean).join(' · ')}</Text>
      {open && (
        <Group gap={6} mt={4}>
          {!dose.released && <StepAction act={act} step="release-dose" size="xs" preset={{ id: String(dose.id) }} withMissing={false} />}
          <StepAction act={act} step="set-dose-aside" size="xs" quiet preset={{ id: String(dose.id) }} withMissing={false} />
        </Group>
      )}
    </div>
  );
}

export function DrugsSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const { prescriptions = [], drugs = [], drugs_seen: seen = [], prepared_doses: doses = [], technologist_acts: acts = [] } = act.facts;
  const offered = ['prescribe', 'prepare-dose', 'give-drug', 'technologist-act'].filter((step) => offerOf(act, step));
  if (!prescriptions.length && !drugs.length && !seen.length && !doses.length && !acts.length && !offered.length) return null;
  const number = (n: number) => n.toLocaleString(i18n.language);
  const amount = (one: Pick<Drug, 'activity_mbq' | 'radionuclide' | 'dose' | 'unit'>) => (one.activity_mbq ? `${one.radionuclide ?? ''} ${number(one.activity_mbq)} MBq` : one.dose ? `${number(one.dose)} ${text('unit', one.unit)}` : '');
  return (
    <Section title={t('act.drugs')} icon="document" aside={offered.length > 0 && <Group gap={6}>{offered.map((step) => <StepAction key={step} act={act} step={step} size="xs" quiet withMissing={false} />)}</Group>}>
      <Stack gap="md">
        {!prescriptions.length && !drugs.length && !doses.length && !seen.length && <Text size="sm" c="dimmed">{t('drugs.none')}</Text>}
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
        {doses.length > 0 && (
          <Part title={t('drugs.prepared')}>
            {doses.map((one) => <DoseCard key={one.id} act={act} dose={one} amount={amount(one)} />)}
          </Part>
        )}
        {drugs.length > 0 && (
          <Part title={t('drugs.given')}>
            {drugs.map((one) => (
              <div key={one.id} data-replaced={!!one.replaced_by} className="drug">
                <Text size="sm" fw={600} td={one.replaced_by ? 'line-through' : undefined}>{[one.product, amount(one), text('route', one.route)].filter(Boolean).join(' · ')}</Text>
                <Text size="xs" c="dimmed">{[t('drugs.batch', { batch: one.batch }), dayAndTime(one.given_at_ms), t('drugs.givenBy', { name: one.by.name, prescriber: one.prescriber.name }), one.prepared_mbq !== undefined && t('drugs.heldThen', { activity: number(Math.round(one.prepared_mbq * 10) / 10) }), one.source === 'images' && t('drugs.fromImages'), one.replaced_by && t('drugs.replaced')].filter(Boolean).join(' · ')}</Text>
                {one.difference_reason && <Text size="xs" className="late">{t('drugs.difference', { reason: one.difference_reason })}</Text>}
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
