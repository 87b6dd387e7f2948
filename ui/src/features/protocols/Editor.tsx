/*
 * Writing a protocol: what is acquired and done line by line, what is injected, for whom, with which doses. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { type ProtocolVersion, type ProtocolWrite, useWriteProtocol } from '@/shared/api/requests/protocols';
import type { Contrast, Doses } from '@/shared/api/types';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { type DoseName, dosesOf, linesOf, MODALITIES } from './content';
import { LinesInput } from './LinesInput';
import { KeepDraft } from './VersionFrame';

const CONTRASTS = ['none', 'iodinated', 'gadolinium', 'radiopharmaceutical'] as const;
export type How = 'new' | 'draft' | 'version' | 'variant';

/* An age in years, or in months below two years. */
function AgeInput({ label, months, onChange }: { label: string; months: number; onChange: (months: number) => void }) {
  const { t } = useTranslation();
  const [inMonths, setInMonths] = useState(months > 0 && months % 12 !== 0);
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <NumberInput flex={1} label={label} min={0} max={inMonths ? 1800 : 150} allowDecimal={false} placeholder="—" value={months ? (inMonths ? months : months / 12) : ''} onChange={(n) => onChange(n === '' ? 0 : Number(n) * (inMonths ? 1 : 12))} />
      <Select w={96} aria-label={`${label}${colon()}${t('protocols.ageUnit')}`} data={[{ value: 'years', label: t('protocols.unitYears') }, { value: 'months', label: t('protocols.unitMonths') }]} value={inMonths ? 'months' : 'years'} allowDeselect={false}
        onChange={(unit) => { setInMonths(unit === 'months'); if (months) onChange(unit === 'months' ? Math.round(months / 12) : months * 12); }} />
    </Group>
  );
}

const clean = (doses: Doses) => Object.fromEntries(Object.entries(doses).filter(([, value]) => value)) as Doses;

export function Editor({ from, how, onDone, onCancel }: { from?: ProtocolVersion; how: How; onDone: (id: number) => void; onCancel: () => void }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const me = useMe().data;
  const organisations = useOrganisations().data ?? [];
  const write = useWriteProtocol();
  const groups = (me?.memberships ?? []).filter((one) => one.roles.includes('imager')).map((one) => one.organisation);
  const [p, setP] = useState({
    imaging_id: from?.imaging_id ?? groups[0]?.id ?? 0, site_id: from?.site_id ?? 0, modality: from?.modality as string ?? 'CT', region: from?.region ?? '', name: from ? (how === 'variant' ? `${from.name} ${t('protocols.childName')}` : from.name) : '',
    age_from_months: how === 'variant' ? 0 : from?.age_from_months ?? 0, age_to_months: how === 'variant' ? 192 : from?.age_to_months ?? 0, weight_from_kg: from?.weight_from_kg ?? 0, weight_to_kg: from?.weight_to_kg ?? 0,
    preparation: from?.preparation ?? '', optimisation: from?.optimisation ?? '', minutes: from?.minutes ?? 0,
  });
  const [phases, setPhases] = useState(linesOf(from?.phases).concat(from ? [] : ['']));
  const [steps, setSteps] = useState(linesOf(from?.steps).concat(from ? [] : ['']));
  const [contrast, setContrast] = useState<Contrast>(from?.contrast ?? { kind: 'none' });
  const [target, setTarget] = useState<Doses>(how === 'variant' ? {} : from?.dose_target ?? {});
  const [drl, setDrl] = useState<Doses>(how === 'variant' ? {} : from?.drl ?? {});
  const set = <K extends keyof typeof p>(name: K, value: (typeof p)[K]) => setP({ ...p, [name]: value });
  const line = (name: 'region' | 'name') => ({ value: p[name], onChange: (e: { currentTarget: { value: string } }) => set(name, e.currentTarget.value) });
  const decimal = { decimalSeparator: i18n.language === 'fr' ? ',' : '.', allowedDecimalSeparators: [',', '.'], min: 0, placeholder: '—' };
  const fixed = how === 'draft' || how === 'version';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const names = dosesOf(p.modality);
    const kept = (doses: Doses) => clean(Object.fromEntries(names.map((name) => [name, doses[name]])) as Doses);
    const body: ProtocolWrite = {
      ...p, phases: phases.map((one) => one.trim()).filter(Boolean).join('\n'), steps: steps.map((one) => one.trim()).filter(Boolean).join('\n'), dose_target: kept(target), drl: kept(drl),
      contrast: contrast.kind === 'none' ? { kind: 'none' } : contrast, ...(how === 'version' && from ? { replaces: from.id } : {}),
    };
    write.mutate({ ...(how === 'draft' && from ? { id: from.id } : {}), body }, { onSuccess: (made) => onDone(made.id) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('protocols.name')} {...line('name')} />
          <TextInput label={t('field.region')} {...line('region')} />
          <Select label={t('protocols.modality')} disabled={fixed} data={MODALITIES.map((code) => ({ value: code, label: text('modality', code) }))} value={p.modality} allowDeselect={false} onChange={(code) => code && set('modality', code)} />
          <Select label={t('protocols.where')} data={[{ value: '0', label: t('protocols.everySite') }, ...organisations.filter((one) => one.kind === 'site').map((one) => ({ value: String(one.id), label: one.name }))]} value={String(p.site_id)} allowDeselect={false} onChange={(id) => set('site_id', Number(id ?? 0))} />
          {groups.length > 1 && <Select label={t('protocols.group')} disabled={fixed} data={groups.map((one) => ({ value: String(one.id), label: one.name }))} value={String(p.imaging_id)} allowDeselect={false} onChange={(id) => id && set('imaging_id', Number(id))} />}
        </SimpleGrid>
        <Fieldset legend={t('protocols.for')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <AgeInput label={t('protocols.ageFrom')} months={p.age_from_months} onChange={(months) => set('age_from_months', months)} />
            <AgeInput label={t('protocols.ageTo')} months={p.age_to_months} onChange={(months) => set('age_to_months', months)} />
            <NumberInput label={t('protocols.weightFrom')} {...decimal} value={p.weight_from_kg || ''} onChange={(n) => set('weight_from_kg', Number(n) || 0)} />
            <NumberInput label={t('protocols.weightTo')} {...decimal} value={p.weight_to_kg || ''} onChange={(n) => set('weight_to_kg', Number(n) || 0)} />
          </SimpleGrid>
        </Fieldset>
        <LinesInput label={t('protocols.phases')} add={t('protocols.addPhase')} value={phases} onChange={setPhases} />
        <LinesInput label={t('protocol.steps')} add={t('protocols.addStep')} value={steps} onChange={setSteps} />
        <Fieldset legend={t('protocol.contrast')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select label={t('protocols.injected')} data={CONTRASTS.map((code) => ({ value: code, label: text('contrast', code) }))} value={contrast.kind} allowDeselect={false} onChange={(kind) => kind && setContrast({ ...contrast, kind: kind as Contrast['kind'] })} />
            {contrast.kind !== 'none' && <TextInput label={t('protocols.product')} value={contrast.product ?? ''} onChange={(e) => setContrast({ ...contrast, product: e.currentTarget.value })} />}
            {contrast.kind !== 'none' && <TextInput label={t('protocols.doseRule')} description={t('protocols.doseRuleHint')} value={contrast.dose_rule ?? ''} onChange={(e) => setContrast({ ...contrast, dose_rule: e.currentTarget.value })} />}
            {contrast.kind !== 'none' && <NumberInput label={t('protocols.renalDays')} description={t('protocols.renalDaysHint')} min={0} max={365} allowDecimal={false} value={contrast.renal_days ?? 0} onChange={(n) => setContrast({ ...contrast, renal_days: Number(n) || 0 })} />}
          </SimpleGrid>
        </Fieldset>
        {dosesOf(p.modality).length > 0 && (
          <Fieldset legend={t('protocols.dose')}>
            <Text size="sm" c="dimmed" mb="xs">{t('protocols.doseHint')}</Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {dosesOf(p.modality).flatMap((name: DoseName) => [
                <NumberInput key={`target ${name}`} label={`${t('protocols.target')}${colon()}${t(`protocols.doses.${name}`)}`} {...decimal} value={target[name] ?? ''} onChange={(n) => setTarget({ ...target, [name]: Number(n) || undefined })} />,
                <NumberInput key={`drl ${name}`} label={`${t('protocols.drl')}${colon()}${t(`protocols.doses.${name}`)}`} {...decimal} value={drl[name] ?? ''} onChange={(n) => setDrl({ ...drl, [name]: Number(n) || undefined })} />,
              ])}
            </SimpleGrid>
          </Fieldset>
        )}
        <Textarea autosize minRows={2} label={t('protocols.optimisation')} value={p.optimisation} onChange={(e) => set('optimisation', e.currentTarget.value)} />
        <Textarea autosize minRows={2} label={t('protocols.preparation')} value={p.preparation} onChange={(e) => set('preparation', e.currentTarget.value)} />
        <NumberInput label={t('protocols.minutesLabel')} min={0} max={600} allowDecimal={false} maw={220} value={p.minutes || ''} onChange={(n) => set('minutes', Number(n) || 0)} />
        <Refusal error={write.error} />
        <KeepDraft pending={write.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}
