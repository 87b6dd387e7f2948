/*
 * Parts that a request for an exam and a request for an opinion share: fields, consents, the answer to a question, the mark of saving.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Badge, Button, Checkbox, Group, Input, NumberInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import type { Act, RequestFacts } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { dayAndTime } from '@/shared/format/dates';
import { operationText } from '@/shared/format/operations';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { ChoiceInput, StepForm } from '@/shared/steps/StepForm';
import { MissingList, Section } from '@/shared/ui/Blocks';
import { DelayInput } from '@/shared/ui/DelayInput';
import { Icon } from '@/shared/ui/Icon';
import type { RequestField } from './sections';
import type { SaveState } from './useAutosave';

export function AnswerQuestion({ act, onDone }: { act: Act; onDone: () => void }) {
  const { t } = useTranslation();
  const offer = act.steps.find((one) => one.step === 'answer-information');
  const open = act.facts.questions?.filter((one) => !one.answered_at_ms) ?? [];
  if (!offer) return null;
  return (
    <Stack gap="sm">
      {open.map((one) => <Text key={one.id} className="quoted" size="sm">{one.by.name}{colon()}{one.text}</Text>)}
      <StepForm act={act} step="answer-information" label={t('step.answer-information')} onDone={onDone} />
    </Stack>
  );
}

export function SaveMark({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} role="status">
      <Badge className={`tone tone-${state === 'saved' ? 'good' : state === 'failed' ? 'stop' : 'quiet'}`} tt="none" radius="sm">{t(`save.${state}`)}</Badge>
      {state === 'failed' && <Button size="xs" variant="default" onClick={onRetry}>{t('common.retry')}</Button>}
    </Group>
  );
}

export function RequestInput({ field, values, set }: { field: RequestField; values: RequestFacts; set: <K extends keyof RequestFacts>(name: K, value: RequestFacts[K]) => void }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const me = useMe().data?.person;
  const value = values[field.name];
  const hint = `hint.${field.name}`;
  const label = <>{t(field.label ?? `field.${field.name}`)} {field.why && <span className="why">{field.why}</span>}</>;
  const common = { label, description: i18n.exists(hint) ? t(hint) : undefined };
  const change = (next: unknown) => set(field.name, next as never);
  const codes = (field.codes ?? []).map((code) => ({ value: code, label: text(field.group ?? '', code) }));
  switch (field.kind) {
    case 'line':
      return <TextInput {...common} value={String(value ?? '')} onChange={(e) => change(e.currentTarget.value)} />;
    case 'text':
      return <Textarea {...common} autosize minRows={2} maxRows={12} value={String(value ?? '')} onChange={(e) => change(e.currentTarget.value)} />;
    case 'number':
      return <NumberInput {...common} value={value === undefined || value === null ? '' : Number(value)} min={1} max={field.name === 'weight_kg' ? 400 : 1_000_000} decimalScale={field.name === 'weight_kg' || field.name === 'renal_value' ? 1 : 0} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} onChange={(n) => change(n === '' ? null : Number(n))} w={220} />;
    case 'delay':
      return <DelayInput {...common} unitLabel={t('delay.unit')} value={value === undefined || value === null ? null : Number(value)} onChange={change} />;
    case 'date':
      return <TextInput {...common} type="date" value={String(value ?? '')} max={new Date(serverNow()).toISOString().slice(0, 10)} onChange={(e) => change(e.currentTarget.value)} w={220} />;
    case 'choice':
      return <ChoiceInput label={t(`field.${field.name}`)} description={common.description} codes={codes} value={String(value ?? '')} onChange={change} />;
    case 'select':
      return <Select {...common} data={codes} value={typeof value === 'string' ? value : null} onChange={change} allowDeselect={false} maw={460} />;
    case 'operations':
      return <Operations label={common.label} description={common.description} list={values.operations ?? []} set={(list) => set('operations', list)} />;
    case 'treating': {
      const doctor = values.treating_physician ?? {}, mine = !!me && doctor.name === me.name && (doctor.rpps ?? '') === (me.rpps ?? '');
      return (
        <Stack gap="xs">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('field.treating_physician')} disabled={doctor.none} value={doctor.name ?? ''} onChange={(e) => set('treating_physician', { name: e.currentTarget.value, rpps: doctor.rpps ?? '' })} />
            <TextInput label={t('account.rpps')} disabled={doctor.none} value={doctor.rpps ?? ''} inputMode="numeric" maxLength={11} onChange={(e) => set('treating_physician', { name: doctor.name ?? '', rpps: e.currentTarget.value })} />
          </SimpleGrid>
          {me && !doctor.none && <Checkbox label={t('request.iAmTreating')} checked={mine} onChange={(e) => set('treating_physician', e.currentTarget.checked ? { name: me.name, rpps: me.rpps ?? '' } : {})} />}
          <Checkbox label={t('request.noTreating')} checked={doctor.none ?? false} onChange={(e) => set('treating_physician', e.currentTarget.checked ? { none: true } : {})} />
        </Stack>
      );
    }
  }
}

/* Operations of the past, one a line; a line without a name is not sent. E5 */
function Operations({ label, description, list, set }: { label: ReactNode; description?: string; list: { what: string; when: string }[]; set: (list: { what: string; when: string }[]) => void }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(list);
  const [typed, setTyped] = useState({ what: '', when: '' });
  const keep = (next: typeof rows) => { setRows(next); set(next); };
  const year = typed.when.trim();
  const fits = /^(\d{4}(-\d{2}(-\d{2})?)?)?$/.test(year);
  const ready = typed.what.trim().length >= 2 && fits; // what is typed and left is kept too
  const add = () => { keep([...rows, { what: typed.what.trim(), when: year }]); setTyped({ what: '', when: '' }); };
  return (
    <Input.Wrapper label={label} description={description} role="group" aria-label={t('field.operations')}>
      <Stack gap={6} mt={6}>
        {rows.map((one, n) => (
          <Group key={`${n} ${one.what}`} gap="xs" justify="space-between" wrap="nowrap" className="operation">
            <Text size="sm">{operationText(one)}</Text>
            <Button size="compact-sm" variant="default" aria-label={t('operations.remove', { what: one.what })} onClick={() => keep(rows.filter((_, at) => at !== n))}>{t('operations.drop')}</Button>
          </Group>
        ))}
        <Group gap="xs" align="flex-end" onBlur={(e) => { if (ready && !e.currentTarget.contains(e.relatedTarget)) add(); }}>
          <TextInput label={t('operations.what')} value={typed.what} maxLength={150} onChange={(e) => { const { value } = e.currentTarget; setTyped((all) => ({ ...all, what: value })); }} flex="1 1 220px" />
          <TextInput label={t('operations.when')} placeholder="2019" value={typed.when} error={!fits && t('operations.whenHow')} onChange={(e) => { const { value } = e.currentTarget; setTyped((all) => ({ ...all, when: value })); }} w={150} />
          <Button variant="default" disabled={!ready} onClick={add}>{t('operations.add')}</Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

/* Information first, then each consent by itself; an emergency is attested instead. E3 L8 */
export function Consents({ act, number, opinion = false }: { act: Act; number: number; opinion?: boolean }) {
  const { t } = useTranslation();
  const text = useText();
  const { information, information_act, information_distance, consent_act, consent_distance, emergency_exception } = act.facts;
  const [open, setOpen] = useState<string | null>(null);
  const offered = (step: string) => act.steps.find((one) => one.step === step);
  const rows: { key: string; step: string; done: boolean; detail: string; preset?: Record<string, string>; hide?: string[] }[] = [
    { key: 'information', step: 'record-information', done: !!information || (!!information_act && !!information_distance), detail: information ? `${dayAndTime(information.at_ms)} · ${information.by.name}` : '' },
    { key: 'act', step: 'record-consent', done: !!consent_act && !consent_act.withdrawn_at_ms, detail: consent_act ? `${text('consentHow', consent_act.how)} · ${dayAndTime(consent_act.at_ms)}` : '', preset: { subject: 'act' }, hide: ['subject'] },
    { key: 'distance', step: 'record-consent', done: !!consent_distance && !consent_distance.withdrawn_at_ms, detail: consent_distance ? `${text('consentHow', consent_distance.how)} · ${dayAndTime(consent_distance.at_ms)}` : '', preset: { subject: 'distance' }, hide: ['subject'] },
    { key: 'protectionOf', step: 'record-protection', done: !!act.facts.protection, detail: act.facts.protection ? [text('protection', act.facts.protection.measure), act.facts.protection.holder_name].filter(Boolean).join(' · ') : '' },
    { key: 'exception', step: 'emergency-exception', done: !!emergency_exception, detail: emergency_exception?.reason ?? '' },
  ];
  const asked = rows.filter((row) => !opinion || row.key !== 'distance'); // an opinion is at a distance by what it is
  const extra = (key: string) => key === 'exception' || key === 'protectionOf';
  const whole = asked.filter((row) => !extra(row.key)).every((row) => row.done);
  const shown = asked.filter((row) => row.done || (row.key === 'protectionOf' ? !!offered(row.step) && !whole : row.key !== 'exception' || !whole));
  return (
    <Section title={`${number}. ${t('request.section.consents')}`} id="consents">
      <Text size="sm" c="dimmed">{t('request.consentsHint')}</Text>
      {act.represented && <Text size="sm" fw={600}>{t(`consent.${act.represented}`)}</Text>}
      <ul className="check-list">
        {shown.map((row) => {
          const offer = offered(row.step);
          return (
            <li key={row.key} className="check-row">
              {extra(row.key) && !row.done ? <span /> : <span className="check-mark" data-done={row.done}><Icon name="check" size={16} /></span>}
              <div>
                <Text fw={extra(row.key) && !row.done ? 400 : 600}>{t(`consent.${row.key}`)}{extra(row.key) && !row.done && <Text span size="sm" c="dimmed"> ({t('consent.ifAny')})</Text>}</Text>
                {row.detail && <Text size="sm" c="dimmed">{row.detail}</Text>}
                {open === row.key && offer && <div className="inline-form"><StepForm act={act} step={row.step} label={t('common.save')} preset={row.preset} hide={row.hide} onDone={() => setOpen(null)} onCancel={() => setOpen(null)} /></div>}
                {offer && !offer.allowed && !row.done && <MissingList missing={offer.missing} />}
              </div>
              {!row.done && open !== row.key && offer && <Button size="sm" variant="default" disabled={!offer.allowed} onClick={() => setOpen(row.key)}>{t('consent.record')}</Button>}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
