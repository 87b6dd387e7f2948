/*
 * Writing a preparation sheet: for which exams, and its text line by line in French and in English. E19, E11, E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Select, SimpleGrid, Stack, Tabs, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { type Said, type SheetText, type SheetVersion, type SheetWrite, useWriteSheet } from '@/shared/api/requests/preparation';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { MODALITIES, SHEET_PARTS } from './content';
import { LinesInput } from './LinesInput';
import { KeepDraft } from './VersionFrame';

const LANGS = ['fr', 'en'] as const;
const SAID: Said[] = ['any', 'yes', 'no'];
const EMPTY: SheetText = { title: '', before: [''], day: [''], bring: [''], after: [''] };
const opened = (one: SheetText): SheetText => ({ title: one.title, ...Object.fromEntries(SHEET_PARTS.map((part) => [part, one[part]?.length ? one[part] : ['']])) });
const kept = (one: SheetText): SheetText => ({ title: one.title.trim(), ...Object.fromEntries(SHEET_PARTS.map((part) => [part, (one[part] ?? []).map((line) => line.trim()).filter(Boolean)])) });

export function SheetEditor({ from, how, onDone, onCancel }: { from?: SheetVersion; how: 'new' | 'draft' | 'version'; onDone: (id: number) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const me = useMe().data;
  const sites = (useOrganisations().data ?? []).filter((one) => one.kind === 'site');
  const write = useWriteSheet();
  const groups = (me?.memberships ?? []).filter((one) => one.roles.includes('imager')).map((one) => one.organisation);
  const [p, setP] = useState({ imaging_id: from?.imaging_id ?? groups[0]?.id ?? 0, site_id: from?.site_id ?? 0, modality: from?.modality ?? 'CT', region: from?.region ?? '', contrast: from?.contrast ?? 'any' as Said, child: from?.child ?? 'any' as Said });
  const [content, setContent] = useState({ fr: opened(from?.content.fr ?? EMPTY), en: opened(from?.content.en ?? EMPTY) });
  const set = <K extends keyof typeof p>(name: K, value: (typeof p)[K]) => setP({ ...p, [name]: value });
  const fixed = how !== 'new';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body: SheetWrite = { ...p, region: p.region.trim(), content: { fr: kept(content.fr), en: kept(content.en) }, ...(how === 'version' && from ? { replaces: from.id } : {}) };
    write.mutate({ ...(how === 'draft' && from ? { id: from.id } : {}), body }, { onSuccess: (made) => onDone(made.id) });
  };
  const said = (name: 'contrast' | 'child') => ({ label: t(`sheets.${name}`), allowDeselect: false, value: p[name], data: SAID.map((value) => ({ value, label: t(`sheets.${name}Said.${value}`) })), onChange: (value: string | null) => value && set(name, value as Said) });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select label={t('protocols.modality')} disabled={fixed} data={MODALITIES.map((code) => ({ value: code, label: text('modality', code) }))} value={p.modality} allowDeselect={false} onChange={(code) => code && set('modality', code)} />
          <Select label={t('protocols.where')} data={[{ value: '0', label: t('protocols.everySite') }, ...sites.map((one) => ({ value: String(one.id), label: one.name }))]} value={String(p.site_id)} allowDeselect={false} onChange={(id) => set('site_id', Number(id ?? 0))} />
          <TextInput label={t('field.region')} description={t('sheets.regionHint')} value={p.region} onChange={(e) => set('region', e.currentTarget.value)} />
          {groups.length > 1 && <Select label={t('protocols.group')} disabled={fixed} data={groups.map((one) => ({ value: String(one.id), label: one.name }))} value={String(p.imaging_id)} allowDeselect={false} onChange={(id) => id && set('imaging_id', Number(id))} />}
          <Select {...said('contrast')} />
          <Select {...said('child')} />
        </SimpleGrid>
        <Tabs defaultValue="fr" keepMounted>
          <Tabs.List aria-label={t('field.language')}>{LANGS.map((lang) => <Tabs.Tab key={lang} value={lang}>{text('language', lang)}</Tabs.Tab>)}</Tabs.List>
          {LANGS.map((lang) => (
            <Tabs.Panel key={lang} value={lang} pt="md">
              <Stack gap="md">
                <TextInput label={`${t('sheets.name')} (${text('language', lang)})`} lang={lang} value={content[lang].title} onChange={(e) => setContent({ ...content, [lang]: { ...content[lang], title: e.currentTarget.value } })} />
                {SHEET_PARTS.map((part) => <LinesInput key={part} label={`${t(`sheet.${part}`)} (${text('language', lang)})`} add={t('sheets.addLine')} value={content[lang][part] ?? ['']} onChange={(lines) => setContent({ ...content, [lang]: { ...content[lang], [part]: lines } })} />)}
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
        <Refusal error={write.error} />
        <KeepDraft pending={write.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}
