/*
 * The protocol that is ordered: chosen from the library (the variants made for this patient first), or written for this patient. E11 E19.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Fieldset, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProtocolsFor } from '@/shared/api/requests/protocols';
import type { Act, LibraryProtocol } from '@/shared/api/types';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { CODES } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Icon } from '@/shared/ui/Icon';

export const FREE = { id: 0, name: '', version: '1', phases: '', injection: '', contrast: '', dose_note: '', optimisation: '', variant_reason: '' };
export type ProtocolDraft = typeof FREE;

/* What is sent: the id alone says what the library says; written for this patient, all of it is said. */
export const protocolData = ({ id, contrast, variant_reason, optimisation, ...free }: ProtocolDraft): Record<string, unknown> =>
  (id ? { id, optimisation, ...(variant_reason ? { variant_reason } : {}) } : { ...free, optimisation, ...(free.injection === 'contrast' && contrast ? { contrast } : {}) });

/* Limit by limit, why it is made for this patient or not. E11 */
function WhyFits({ protocol }: { protocol: LibraryProtocol }) {
  const { t, i18n } = useTranslation();
  const say = (what: string, n: number) => (what === 'weight' ? `${n.toLocaleString(i18n.language)} kg` : n % 12 ? t('protocols.months', { count: n }) : t('protocols.years', { count: n / 12 }));
  const value = (what: string, n: number) => (what === 'age' && n >= 24 ? t('protocols.years', { count: Math.floor(n / 12) }) : say(what, n));
  const band = (what: string, from: number, to: number) => (from && to ? t('protocols.band', { from: say(what, from), to: say(what, to) }) : from ? t('protocols.from', { from: say(what, from) }) : t('protocols.below', { to: say(what, to) }));
  const limits = protocol.fits_why ?? [];
  return (
    <ul className="fits-why">
      {protocol.elsewhere && <li data-fits="false"><Icon name="cross" size={14} /> {t('protocol.why.elsewhere', { region: protocol.region })}</li>}
      {!limits.length && <li data-fits="true"><Icon name="check" size={14} /> {t('protocol.why.nobody')}</li>}
      {limits.map((one) => <li key={one.what} data-fits={one.fits}><Icon name={one.fits ? 'check' : 'cross'} size={14} /> {t(`protocol.why.${one.what}`, { band: band(one.what, one.from, one.to), value: one.value === null ? t('protocol.why.unknown') : value(one.what, one.value) })}</li>)}
    </ul>
  );
}

export const injectedBy = (value: ProtocolDraft, library: LibraryProtocol | undefined) =>
  (library ? ['iodinated', 'gadolinium'].includes(library.contrast?.kind ?? 'none') : value.injection === 'contrast');

export function ProtocolInput({ act, modality, value, onChange }: { act: Act; modality: string; value: ProtocolDraft; onChange: (value: ProtocolDraft) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const library = useProtocolsFor(act.id);
  const offered = (library.data ?? []).filter((one) => one.modality === modality);
  const chosen = offered.find((one) => one.id === value.id);
  const line = (name: 'name' | 'version' | 'phases' | 'dose_note' | 'optimisation' | 'variant_reason', required = false) => ({
    label: t(`field.protocol.${name}`), value: value[name], required, withAsterisk: false,
    onChange: (event: { currentTarget: { value: string } }) => onChange({ ...value, [name]: event.currentTarget.value }),
  });
  return (
    <Fieldset legend={t('field.accept.protocol')}>
      <Stack gap="sm">
        {offered.length > 0 && (
          <Select label={t('protocol.fromLibrary')} data={[{ value: '0', label: t('protocol.forThisPatient') }, ...offered.map((one) => ({ value: String(one.id), label: `${one.name} · v${one.version} · ${t(!one.fits ? 'protocol.doesNotFit' : one.elsewhere ? 'protocol.elsewhere' : 'protocol.fits')}` }))]}
            value={String(value.id)} allowDeselect={false} onChange={(id) => onChange({ ...value, id: Number(id ?? 0) })} />
        )}
        {chosen ? (
          <>
            <WhyFits protocol={chosen} />
            <Text size="sm" className="quoted">{[chosen.phases, chosen.contrast && chosen.contrast.kind !== 'none' ? `${text('contrast', chosen.contrast.kind)}${colon()}${chosen.contrast.product} (${chosen.contrast.dose_rule})` : t('protocol.noContrast'), chosen.optimisation].filter(Boolean).join(' · ')}</Text>
            {!chosen.fits && <TextInput {...line('variant_reason', true)} />}
          </>
        ) : (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput {...line('name', true)} />
              <TextInput {...line('version')} />
              <TextInput {...line('phases')} />
              <TextInput {...line('dose_note')} />
            </SimpleGrid>
            <ChoiceInput label={t('field.protocol.injection')} codes={CODES.injection.map((code) => ({ value: code, label: text('injection', code) }))} value={value.injection} onChange={(injection) => onChange({ ...value, injection })} />
            {value.injection === 'contrast' && (
              <ChoiceInput label={t('protocol.contrast')} codes={['iodinated', 'gadolinium'].map((code) => ({ value: code, label: text('contrast', code) }))} value={value.contrast} onChange={(contrast) => onChange({ ...value, contrast })} />
            )}
          </>
        )}
        <Textarea autosize minRows={2} {...line('optimisation', true)} description={t('field.protocol.optimisationHint')} />
      </Stack>
    </Fieldset>
  );
}
