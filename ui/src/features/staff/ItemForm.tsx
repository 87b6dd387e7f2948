/*
 * One new item of a file: only the kinds this role records, and for each only what it needs. S5, O5, O3, L13
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, FileInput, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepDocument, type Kind, useProtocols, useRules, useStaff } from '@/shared/api/requests/staff';
import { Refusal } from '@/shared/ui/Blocks';

const EMPTY = { kind: '', label: '', issuer: '', number: '', valid_from: '', valid_until: '', assessed_on: '', result: '', note: '', procedure_id: '' };
const MEASURES = ['luminance_max', 'luminance_min', 'grey_error', 'ambient_lux'] as const;

export function useRecordable(of: Kind['of'], roles: string[]): Kind[] {
  return (useRules().data?.kinds ?? []).filter((kind) => kind.of === of && !kind.needs.includes('signed') && kind.record.some((role) => roles.includes(role)));
}

export function ItemForm({ of, path, roles, organisations = [], only, done }: { of: Kind['of']; path: string; roles: string[]; organisations?: number[]; only?: (kind: Kind) => boolean; done: () => void }) {
  const { t } = useTranslation();
  const kinds = useRecordable(of, roles).filter((kind) => !only || only(kind));
  const staff = useStaff();
  const [typed, setTyped] = useState({ ...EMPTY, kind: kinds[0]?.code ?? '' });
  const [measured, setMeasured] = useState<Record<string, number>>({});
  const [file, setFile] = useState<File | null>(null);
  const [upload, setUpload] = useState<unknown>(null);
  const kind = kinds.find((one) => one.code === typed.kind) ?? kinds[0];
  const needs = (what: Kind['needs'][number]) => kind?.needs.includes(what) ?? false;
  const protocols = useProtocols(organisations, needs('protocol'));
  if (!kind) return <Text size="sm">{t('staff.nothingToRecord')}</Text>;
  const field = (name: keyof typeof EMPTY, extra: object = {}) => (
    <TextInput label={t(`staff.field.${name}`)} value={typed[name]} onChange={(e) => setTyped({ ...typed, [name]: e.currentTarget.value })} {...extra} />
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setUpload(null);
    try {
      const document_id = file ? (await keepDocument(file)).id : undefined;
      const { procedure_id, ...rest } = typed;
      const values = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''));
      staff.mutate({ path, body: { ...values, kind: kind.code, ...(procedure_id ? { procedure_id: Number(procedure_id) } : {}), ...(document_id ? { document_id } : {}), ...(needs('measured') ? measured : {}) } }, { onSuccess: done });
    } catch (error) {
      setUpload(error);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Select label={t('staff.kind')} data={kinds.map((one) => ({ value: one.code, label: one.label }))} value={kind.code} allowDeselect={false} onChange={(value) => value && setTyped({ ...typed, kind: value })} />
        <Text size="xs" c="dimmed">{kind.law}{kind.years_max > 0 && ` · ${t('staff.yearsMax', { count: kind.years_max })}`}</Text>
        {needs('protocol') && <Select label={t('staff.protocol')} data={protocols.map((one) => ({ value: String(one.id), label: `${one.code} · ${one.title}` }))} value={typed.procedure_id || null} onChange={(value) => setTyped({ ...typed, procedure_id: value ?? '' })} />}
        {field('label')}
        {field('issuer')}
        {needs('evidence') && field('number')}
        {needs('result') && field('assessed_on', { type: 'date' })}
        {needs('result') && !needs('measured') && (
          <Select label={t('staff.field.result')} data={['passed', 'failed'].map((one) => ({ value: one, label: t(`staff.result.${one}`) }))} value={typed.result || null} onChange={(value) => setTyped({ ...typed, result: value ?? '' })} />
        )}
        {needs('measured') && MEASURES.filter((one) => one === 'ambient_lux' || kind.code === 'display-control').map((one) => (
          <NumberInput key={one} label={t(`staff.field.${one}`)} min={0} decimalSeparator="," value={measured[one] ?? ''} onChange={(value) => setMeasured({ ...measured, [one]: Number(value) })} />
        ))}
        {!needs('result') && field('valid_from', { type: 'date' })}
        {(needs('until') || !needs('result')) && field('valid_until', { type: 'date' })}
        {needs('evidence') && <FileInput label={t('staff.document')} description={t('staff.documentText')} accept="application/pdf,image/png,image/jpeg,text/plain" clearable clearButtonProps={{ 'aria-label': t('staff.documentNone') }} value={file} onChange={setFile} />}
        <Textarea label={t('staff.field.note')} autosize minRows={2} maxLength={500} value={typed.note} onChange={(e) => setTyped({ ...typed, note: e.currentTarget.value })} />
        {needs('verified') && <Text size="xs" c="dimmed">{t('staff.verifiedText')}</Text>}
        <Refusal error={upload ?? staff.error} />
        <Button type="submit" loading={staff.isPending}>{t('staff.record')}</Button>
      </Stack>
    </form>
  );
}
