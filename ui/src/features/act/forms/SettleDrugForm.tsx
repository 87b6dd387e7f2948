/*
 * The images tell of a drug: do they count, does what was recorded, or neither? L2 S5 L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act } from '@/shared/api/types';
import { useText } from '@/shared/i18n/useText';
import { CODES, type Values } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Refusal } from '@/shared/ui/Blocks';
import { SeenLine } from '../SeenLine';

export function SettleDrugForm({ act, label, onDone, onCancel, preset }: { act: Act; label: string; onDone?: () => void; onCancel?: () => void; preset?: Values }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const seen = act.facts.drugs_seen?.find((one) => one.id === Number(preset?.id));
  const same = act.facts.drugs?.find((one) => one.id === seen?.drug_id);
  const prescriptions = (act.facts.prescriptions ?? []).filter((one) => one.kind === seen?.kind);
  const [decision, setDecision] = useState(seen?.state === 'unrecorded' ? 'take' : '');
  const [typed, setTyped] = useState({ reason: '', product: '', batch: same?.batch ?? '', radionuclide: '', route: same?.route ?? '', prescription: prescriptions[0] ? String(prescriptions[0].id) : '' });
  const [number, setNumber] = useState<number | string>('');
  const [at, setAt] = useState<number | null>(same?.given_at_ms ?? null);
  if (!seen) return null;
  const nuclear = seen.kind === 'radiopharmaceutical';
  const decisions = ['take', 'keep', 'set-aside'].filter((code) => (code === 'take' ? seen.state !== 'problem' : code === 'keep' ? seen.state === 'contradicts' : true));
  const line = (name: 'product' | 'batch' | 'radionuclide') => !seen[name] && <TextInput label={t(`field.${name}`)} value={typed[name]} onChange={(e) => setTyped({ ...typed, [name]: e.currentTarget.value })} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const data: Record<string, unknown> = { id: seen.id, decision, ...(typed.reason.trim() ? { reason: typed.reason.trim() } : {}) };
    if (decision === 'take') {
      for (const name of ['product', 'batch', 'radionuclide', 'route'] as const) if (!seen[name] && typed[name].trim()) data[name] = typed[name].trim();
      if (number !== '') data[nuclear ? 'activity_mbq' : 'dose'] = Number(number);
      if (!seen.given_at_ms && at) data.given_at_ms = at;
      if (typed.prescription) data.prescription_id = Number(typed.prescription);
    }
    doStep.mutate({ step: 'settle-drug', data }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SeenLine seen={seen} />
        <ChoiceInput label={t('drugs.decide')} codes={decisions.map((code) => ({ value: code, label: t(`drugs.decision.${code}`) }))} value={decision} onChange={setDecision} />
        {decision === 'take' && (
          <>
            {line('product')}
            {line('batch')}
            {nuclear && line('radionuclide')}
            {nuclear && seen.activity_mbq === undefined && <NumberInput label={t('field.activity_mbq')} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} allowedDecimalSeparators={[',', '.']} maw={200} value={number} onChange={setNumber} />}
            {!nuclear && seen.volume_ml === undefined && <NumberInput label={t('drugs.volume')} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} allowedDecimalSeparators={[',', '.']} maw={200} value={number} onChange={setNumber} />}
            {!seen.route && <Select label={t('field.route')} data={CODES.route.map((code) => ({ value: code, label: text('route', code) }))} value={typed.route || null} allowDeselect={false} onChange={(route) => route && setTyped({ ...typed, route })} />}
            {!seen.given_at_ms && <DateTimePicker label={t('field.given_at_ms')} valueFormat="DD/MM/YYYY HH:mm" nextLabel={t('common.later')} previousLabel={t('common.earlier')} maw={260} value={at ? dayjs(at).format('YYYY-MM-DD HH:mm:ss') : null} onChange={(moment) => setAt(moment ? dayjs(moment).valueOf() : null)} />}
            {!same && prescriptions.length > 0 && <Select label={t('field.prescription_id')} data={prescriptions.map((one) => ({ value: String(one.id), label: one.text.slice(0, 80) }))} value={typed.prescription || null} onChange={(id) => setTyped({ ...typed, prescription: id ?? '' })} />}
          </>
        )}
        {(decision !== 'take' || seen.state === 'contradicts') && <Textarea autosize minRows={2} label={t('drugs.why')} value={typed.reason} onChange={(e) => setTyped({ ...typed, reason: e.currentTarget.value })} />}
        <Refusal error={doStep.error} />
        <Group gap="xs">
          <Button type="submit" disabled={!decision} loading={doStep.isPending} data-step="settle-drug">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
