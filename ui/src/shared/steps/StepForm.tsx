/*
 * The form of one step, made from its row of fields; the refusal of the server stands beside the button.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, Input, NumberInput, Radio, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '../api/requests/doStep';
import type { Act } from '../api/types';
import { serverNow } from '../format/clock';
import { msToZoned, zonedToMs } from '../format/dates';
import { useText } from '../i18n/useText';
import { Refusal } from '../ui/Blocks';
import { DelayInput } from '../ui/DelayInput';
import { DocumentInput } from './DocumentInput';
import { ASKED_FIRST, dataOf, emptyFields, type Field, firstValues, NONE, STEP_FIELDS, type Values, withGiven } from './fields';

export function StepForm({ act, step, label, onDone, onCancel, preset, hide }: {
  act: Act; step: string; label: string; onDone?: () => void; onCancel?: () => void; preset?: Values; hide?: string[];
}) {
  const { t } = useTranslation();
  const fields = STEP_FIELDS[step] ?? [];
  const [values, setValues] = useState<Values>(() => withGiven(fields, { ...firstValues(fields, act, serverNow()), ...preset }, act));
  const [shown, setShown] = useState(false);
  const doStep = useDoStep(act.id);
  const empty = emptyFields(fields, values, act);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (!empty.length) doStep.mutate({ step, data: dataOf(fields, values, act) }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {fields.filter((field) => !hide?.includes(field.name) && (field.when?.(values, act) ?? true)).map((field) => (
          <StepField key={field.name} step={step} field={field} act={act} value={values[field.name] ?? null}
            error={shown && empty.includes(field.name) ? t('common.required') : undefined}
            onChange={(value) => setValues((known) => withGiven(fields, { ...known, [field.name]: value }, act, known))} />
        ))}
        {ASKED_FIRST.has(step) && <Text size="sm" c="dimmed">{t(`ask.${step}`)}</Text>}
        <Refusal error={doStep.error} />
        <Group gap="xs">
          <Button type="submit" loading={doStep.isPending}>{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}

function StepField({ step, field, act, value, error, onChange }: {
  step: string; field: Field; act: Act; value: string | number | boolean | null; error?: string; onChange: (value: string | number | boolean | null) => void;
}) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const key = `field.${step}.${field.name}`;
  const label = (i18n.exists(key) ? t(key) : t(`field.${field.name}`)) + (field.optional && !field.needed?.(act) ? ` (${t('common.optional')})` : '');
  const common = { label, error };
  const codes = (field.codes ?? []).map((code) => ({ value: code, label: text(field.group ?? '', code) }));
  switch (field.kind) {
    case 'line':
      return <TextInput {...common} value={String(value ?? '')} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'text':
      return <Textarea {...common} autosize minRows={2} maxRows={10} value={String(value ?? '')} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'number':
      return <NumberInput {...common} min={0} allowDecimal={false} allowNegative={false} maw={200} value={value === null ? '' : Number(value)}
        onChange={(n) => onChange(n === '' ? null : Number(n))} />;
    case 'delay':
      return <DelayInput {...common} unitLabel={t('delay.unit')} value={value === null || value === '' ? null : Number(value)} onChange={onChange} />;
    case 'decimal':
      return <NumberInput {...common} min={0} allowNegative={false} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} allowedDecimalSeparators={[',', '.']} maw={200} value={value === null ? '' : Number(value)}
        onChange={(n) => onChange(n === '' ? null : Number(n))} />;
    case 'choice':
      return <ChoiceInput {...common} codes={codes} value={String(value ?? '')} onChange={onChange} />;
    case 'select':
      return <Select {...common} data={codes} value={String(value ?? '') || null} onChange={onChange} allowDeselect={false} comboboxProps={{ withinPortal: true }} />;
    case 'item': {
      const listed = field.items?.(act) ?? [], items = field.none ? [...listed, { value: NONE, label: t(`${key}.none`) }] : listed;
      return items.length === 1 ? <Text size="sm" className="quoted">{items[0]?.label}</Text>
        : <Select {...common} data={items} value={String(value ?? '') || null} onChange={onChange} allowDeselect={false} />;
    }
    case 'moment': { // the hour on the site's wall, wherever the one who types is
      const zone = act.site.time_zone ?? 'Europe/Paris';
      const wall = value ? msToZoned(Number(value), zone) : null;
      return <DateTimePicker {...common} valueFormat="DD/MM/YYYY HH:mm" nextLabel={t('common.later')} previousLabel={t('common.earlier')} maw={260} value={wall && `${wall.day} ${wall.time}:00`}
        onChange={(moment) => onChange(moment ? zonedToMs(moment.slice(0, 10), moment.slice(11, 16), zone) : null)} />;
    }
    case 'file':
      return <DocumentInput act={act} label={label} value={value === null || value === '' ? null : Number(value)} onChange={onChange} />;
    case 'date':
      return <TextInput {...common} type="date" value={String(value ?? '')} onChange={(e) => onChange(e.currentTarget.value)} maw={220} />;
    case 'check':
      return <Checkbox label={label} error={error} checked={value === true} onChange={(e) => onChange(e.currentTarget.checked)} />;
  }
}

/* A few codes side by side: all can be read before choosing, nothing is chosen in advance. */
export function ChoiceInput({ label, codes, value, onChange, error, description }: {
  label: string; codes: { value: string; label: string }[]; value: string; onChange: (value: string) => void; error?: string; description?: string;
}) {
  return (
    <Radio.Group label={label} description={description} value={value} onChange={onChange} error={error}>
      <Group gap="xs" mt={6}>
        {codes.map((code) => (
          <Radio.Card key={code.value} value={code.value} className="choice" radius="sm">
            <Group gap={8} wrap="nowrap"><Radio.Indicator size="xs" /><Input.Label component="span" className="choice-text">{code.label}</Input.Label></Group>
          </Radio.Card>
        ))}
      </Group>
    </Radio.Group>
  );
}
