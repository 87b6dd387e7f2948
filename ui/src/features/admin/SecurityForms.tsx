/*
 * Forms of the register of security incidents: a new one, and each entry that may follow. X7
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SECURITY_RISKS, SECURITY_TO, type SecurityIncident, type SecurityStep, useOpenSecurity, useSecurityEntry } from '@/shared/api/requests/security';
import { serverNow } from '@/shared/format/clock';
import { msToZoned, zonedToMs, zoneOfPage } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Refusal } from '@/shared/ui/Blocks';

function Form({ label, busy, error, onSubmit, children }: { label: string; busy: boolean; error: unknown; onSubmit: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">{children}<Refusal error={error as Error | null} /><Group><Button type="submit" loading={busy}>{label}</Button></Group></Stack>
    </form>
  );
}

/* An hour on the wall of this page's place. */
function Moment({ label, hint, value, onChange }: { label: string; hint?: string; value: number; onChange: (ms: number) => void }) {
  const { t } = useTranslation();
  const zone = zoneOfPage(), wall = msToZoned(value, zone);
  return <DateTimePicker label={label} description={hint} valueFormat="DD/MM/YYYY HH:mm" nextLabel={t('common.later')} previousLabel={t('common.earlier')} maw={260} value={`${wall.day} ${wall.time}:00`}
    onChange={(moment) => moment && onChange(zonedToMs(moment.slice(0, 10), moment.slice(11, 16), zone))} />;
}

export function OpenForm({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const open = useOpenSecurity();
  const [said, setSaid] = useState({ title: '', what: '', known_at_ms: serverNow() });
  return (
    <Form label={t('security.open')} busy={open.isPending} error={open.error} onSubmit={() => open.mutate(said, { onSuccess: done })}>
      <TextInput label={t('security.title')} value={said.title} maxLength={180} onChange={(e) => setSaid({ ...said, title: e.currentTarget.value })} />
      <Textarea label={t('security.what')} autosize minRows={2} value={said.what} onChange={(e) => setSaid({ ...said, what: e.currentTarget.value })} />
      <Moment label={t('security.known')} hint={t('security.knownHint')} value={said.known_at_ms} onChange={(known_at_ms) => setSaid({ ...said, known_at_ms })} />
    </Form>
  );
}

type Said = Record<string, string | number | boolean>;

export function EntryForm({ one, step, done }: { one: SecurityIncident; step: SecurityStep; done: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const add = useSecurityEntry(one.id);
  const last = [...one.entries].reverse().find((entry) => entry.step === 'assess')?.data ?? {};
  const [said, setSaid] = useState<Said>((): Said => (step === 'assess'
    ? { breach: one.breach, serious: one.serious, risk: one.risk, people: Number(last.people ?? 0), data: String(last.data ?? ''), consequences: String(last.consequences ?? '') }
    : step === 'notify' ? { to: one.duties.find((duty) => duty.due_ms && !duty.told_ms)?.to ?? '', told_at_ms: serverNow(), reference: '', text: '' } : { text: '' }));
  const put = (name: string) => (value: string | number | boolean) => setSaid((known) => ({ ...known, [name]: value }));
  const words = (name: string, label: string) => <Textarea label={label} autosize minRows={2} value={String(said[name] ?? '')} onChange={(e) => put(name)(e.currentTarget.value)} />;
  return (
    <Form label={t(`securityStep.${step}`)} busy={add.isPending} error={add.error} onSubmit={() => add.mutate({ step, ...said }, { onSuccess: done })}>
      {step === 'assess' && (
        <>
          <Checkbox label={t('security.breach')} checked={said.breach === true} onChange={(e) => put('breach')(e.currentTarget.checked)} />
          <Checkbox label={t('security.serious')} checked={said.serious === true} onChange={(e) => put('serious')(e.currentTarget.checked)} />
          <ChoiceInput label={t('security.risk')} codes={SECURITY_RISKS.map((code) => ({ value: code, label: text('securityRisk', code) }))} value={String(said.risk ?? '')} onChange={put('risk')} />
          <NumberInput label={t('security.people')} min={0} allowDecimal={false} maw={260} value={Number(said.people ?? 0)} onChange={(n) => put('people')(Number(n) || 0)} />
          {words('data', t('security.data'))}
          {words('consequences', t('security.consequences'))}
        </>
      )}
      {step === 'notify' && (
        <>
          <Select label={t('security.to')} data={SECURITY_TO.map((code) => ({ value: code, label: text('securityTo', code) }))} value={String(said.to) || null} onChange={(to) => put('to')(to ?? '')} allowDeselect={false} />
          <Moment label={t('security.toldAt')} value={Number(said.told_at_ms)} onChange={put('told_at_ms')} />
          <TextInput label={t('security.reference')} value={String(said.reference ?? '')} onChange={(e) => put('reference')(e.currentTarget.value)} />
          {words('text', t('security.why'))}
        </>
      )}
      {(step === 'measure' || step === 'close') && words('text', t(step === 'measure' ? 'security.measure' : 'security.conclusion'))}
    </Form>
  );
}
