/*
 * Writing a template section by section, a phrase or a word; whose it is; the fields that the act fills. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Aid, type AidKind, AID_PARTS, type AidWrite, type Foreign, useWriteAid } from '@/shared/api/requests/reportAids';
import { useText } from '@/shared/i18n/useText';
import { FIELD_NAMES } from '@/shared/report/fieldNames';
import { Refusal } from '@/shared/ui/Blocks';

const MODALITIES = ['CT', 'MR', 'DX', 'CR', 'US', 'NM', 'PT', 'PT/CT', 'NM/CT', 'MG', 'RF', 'XA'];

export function AidEditor({ kind, from, copy = false, foreign, own, share, onDone }: { kind: AidKind; from?: Aid; copy?: boolean; foreign?: Foreign; own: boolean; share: { id: number; name: string }[]; onDone: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const write = useWriteAid();
  const changing = !!from && !copy;
  const [owner, setOwner] = useState(changing ? from.organisation_id : own ? 0 : share[0]?.id ?? 0);
  const start = from ?? foreign?.template;
  const [name, setName] = useState(start?.name ?? (kind === 'phrase' ? ';' : ''));
  const [modality, setModality] = useState(start?.modality ?? '');
  const [region, setRegion] = useState(start?.region ?? '');
  const [texts, setTexts] = useState(start?.content.texts ?? {});
  const [phrase, setPhrase] = useState(start?.content.text ?? '');
  const last = useRef<HTMLTextAreaElement | null>(null);
  const owners = [...(own ? [{ value: '0', label: t('aids.own') }] : []), ...share.map((one) => ({ value: String(one.id), label: t('aids.shared', { name: one.name }) }))];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const content = kind === 'template' ? { texts: Object.fromEntries(Object.entries(texts).filter(([, one]) => one?.trim())) } : kind === 'phrase' ? { text: phrase } : {};
    const body: AidWrite = { kind, name: name.trim(), modality, region: region.trim(), content, ...(changing ? { version: from.version } : owner ? { organisation_id: owner } : {}) };
    write.mutate({ ...(changing ? { id: from.id } : {}), body }, { onSuccess: onDone });
  };
  const put = (field: string) => {
    last.current?.focus();
    document.execCommand('insertText', false, `{{${field}}}`);
  };
  const heed = (event: { currentTarget: HTMLTextAreaElement }) => void (last.current = event.currentTarget);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput data-autofocus label={t(`aids.name.${kind}`)} description={kind === 'phrase' ? t('aids.triggerHint') : undefined} value={name} onChange={(e) => setName(e.currentTarget.value)} />
          {owners.length > 1 && <Select label={t('aids.whose')} description={kind === 'phrase' ? t('aids.whoseHint') : undefined} disabled={changing} allowDeselect={false} data={owners} value={String(owner)} onChange={(id) => setOwner(Number(id ?? 0))} />}
          {kind === 'template' && <Select label={t('protocols.modality')} placeholder={t('aids.anyModality')} clearable data={MODALITIES.map((code) => ({ value: code, label: text('modality', code) }))} value={modality || null} onChange={(code) => setModality(code ?? '')} />}
          {kind === 'template' && <TextInput label={t('field.region')} value={region} onChange={(e) => setRegion(e.currentTarget.value)} />}
        </SimpleGrid>
        {kind === 'template' && AID_PARTS.map((part) => <Textarea key={part} label={t(`report.part.${part}`)} lang="fr" autosize minRows={part === 'results' ? 5 : 1} maxRows={24} value={texts[part] ?? ''} onFocus={heed} onChange={(e) => setTexts({ ...texts, [part]: e.currentTarget.value })} />)}
        {kind === 'phrase' && <Textarea label={t('aids.text')} lang="fr" autosize minRows={3} maxRows={24} value={phrase} onFocus={heed} onChange={(e) => setPhrase(e.currentTarget.value)} />}
        {kind !== 'word' && (
          <section aria-label={t('aids.fields')}>
            <Text size="sm" fw={600}>{t('aids.fields')}</Text>
            <Text size="xs" c="dimmed" mb={6}>{t('aids.fieldsHint')}</Text>
            <Group gap={6}>{FIELD_NAMES.map((one) => <Button key={one} size="compact-xs" variant="default" onMouseDown={(event) => event.preventDefault()} onClick={() => put(one)}>{t(`aids.field.${one}`)}</Button>)}</Group>
          </section>
        )}
        <Refusal error={write.error} />
        <Group justify="flex-end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button type="submit" loading={write.isPending}>{t('common.save')}</Button></Group>
      </Stack>
    </form>
  );
}
