/*
 * The imager's verdicts: the indication, then doing it at a distance; then the protocol and the optimisation. E2 E4 E6 E11 L3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { CODES } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { useProtocolsFor } from '@/shared/api/requests/protocols';
import { colon } from '@/shared/format/typography';
import { Refusal } from '@/shared/ui/Blocks';
import { DelayInput } from '@/shared/ui/DelayInput';
import { EarlierDose, renalText } from './EarlierDose';
import { FREE, injectedBy, type ProtocolDraft, protocolData, ProtocolInput } from './ProtocolInput';

const MODALITIES = ['CT', 'MR', 'DX', 'CR', 'US', 'NM', 'PT', 'PT/CT', 'NM/CT'];

export function VerdictForm({ act, label, onDone, onCancel }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const [indication, setIndication] = useState('');
  const [distance, setDistance] = useState('');
  const [benefit, setBenefit] = useState(false);
  const [within, setWithin] = useState<number | null>(null);
  const [changes, setChanges] = useState(false);
  const [change, setChange] = useState({ modality: act.modality as string, region: act.region, reason: '' });
  const [protocol, setProtocol] = useState<ProtocolDraft>(FREE);
  const [words, setWords] = useState({ indication_reason: '', distance_reason: '', renal_waiver: '', pregnancy_decision: '', mri_decision: '' });
  const said = (name: keyof typeof words) => (event: { currentTarget: { value: string } }) => setWords({ ...words, [name]: event.currentTarget.value });
  const library = useProtocolsFor(act.id);
  const injected = injectedBy(protocol, library.data?.find((one) => one.id === protocol.id));
  const verdicts = CODES.verdict.map((code) => ({ value: code, label: text('verdict', code) }));
  const request = act.facts.request;
  const pregnancyOpen = !!request?.pregnancy && !['no', 'not-applicable'].includes(request.pregnancy);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    doStep.mutate({ step: 'accept', data: { indication, distance, ...Object.fromEntries(Object.entries(words).filter(([, value]) => value.trim())), benefit_confirmed: benefit, ...(changes ? { change } : {}), ...(within ? { exam_within_min: within } : {}), protocol: protocolData(protocol) } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChoiceInput label={t('field.accept.indication')} description={request?.question} codes={verdicts} value={indication} onChange={setIndication} />
          <ChoiceInput label={t('field.accept.distance')} description={request?.distance_reason} codes={verdicts} value={distance} onChange={setDistance} />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Textarea autosize minRows={1} label={t('field.indication_reason')} value={words.indication_reason} onChange={said('indication_reason')} required withAsterisk={false} />
          <Textarea autosize minRows={1} label={t('field.accept.distance_reason')} value={words.distance_reason} onChange={said('distance_reason')} required withAsterisk={false} />
        </SimpleGrid>
        <Checkbox label={t('field.accept.benefit')} description={request?.benefit} checked={benefit} onChange={(e) => setBenefit(e.currentTarget.checked)} />
        <Checkbox label={t('field.accept.change')} checked={changes} onChange={(e) => setChanges(e.currentTarget.checked)} />
        {changes && (
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <Select label={t('field.modality')} data={MODALITIES.map((code) => ({ value: code, label: text('modality', code) }))} value={change.modality}
              onChange={(modality) => modality && setChange({ ...change, modality })} allowDeselect={false} />
            <TextInput label={t('field.region')} value={change.region} onChange={(e) => setChange({ ...change, region: e.currentTarget.value })} />
            <TextInput label={t('field.change.reason')} value={change.reason} required withAsterisk={false} onChange={(e) => setChange({ ...change, reason: e.currentTarget.value })} />
          </SimpleGrid>
        )}
        <EarlierDose act={act} />
        <ProtocolInput act={act} modality={changes ? change.modality : act.modality} value={protocol} onChange={setProtocol} />
        {injected && <Textarea autosize minRows={1} label={t('field.renal_waiver')} description={renalText(request, t)} value={words.renal_waiver} onChange={said('renal_waiver')} />}
        {pregnancyOpen && <Textarea autosize minRows={2} label={t('field.pregnancy_decision')} description={`${t('field.pregnancy')}${colon()}${text('pregnancy', request?.pregnancy)}`} value={words.pregnancy_decision} onChange={said('pregnancy_decision')} />}
        {act.modality === 'MR' && <Textarea autosize minRows={1} label={t('field.mri_decision')} description={t('hint.mri_decision')} value={words.mri_decision} onChange={said('mri_decision')} />}
        <DelayInput label={t('field.exam_within_min')} unitLabel={t('delay.unit')} description={t('hint.exam_within_min')} value={within} onChange={setWithin} />
        {(indication === 'not-relevant' || distance === 'not-relevant') && <Text size="sm" className="countdown-soon">{t('verdict.refuseInstead')}</Text>}
        <Refusal error={doStep.error} />
        <Group>
          <Button type="submit" loading={doStep.isPending} data-step="accept">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
