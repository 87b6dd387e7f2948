/*
 * What is looked for: name first, the rest beside it; days by one press. Enter searches, '/' comes here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, Group, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BirthDateInput } from '@/shared/ui/BirthDateInput';
import { Icon } from '@/shared/ui/Icon';
import { useText } from '@/shared/i18n/useText';
import { isNarrowed, MODALITIES, NO_SEARCH, type Period, PERIODS, type Search } from './search';

/* On a telephone the name stands alone until more is asked for. */
const narrow = () => matchMedia('(max-width: 760px)').matches;

export function SearchForm({ search, go }: { search: Search; go: (search: Search) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [typed, setTyped] = useState(search);
  const [wide, setWide] = useState(!!(search.description || search.referring || search.from || search.to || (narrow() && (search.id || search.accession || search.modality))));
  const first = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => first.current?.focus()]]);
  const set = (part: Partial<Search>) => setTyped((was) => ({ ...was, ...part }));
  const submit = (event: FormEvent) => { event.preventDefault(); go({ ...typed, page: 0 }); };
  const field = (key: 'name' | 'id' | 'accession' | 'description' | 'referring') => ({ label: t(`archive.${key}`), value: typed[key], maxLength: 64, onChange: (e: { currentTarget: { value: string } }) => set({ [key]: e.currentTarget.value }) });
  const now = (part: Partial<Search>) => { set(part); go({ ...typed, ...part, page: 0 }); };
  return (
    <form onSubmit={submit} className="section archive-form" data-wide={wide} role="search" aria-label={t('archive.search')}>
      <div className="archive-fields">
        <TextInput ref={first} {...field('name')} leftSection={<Icon name="search" size={16} />} autoComplete="off" />
        <TextInput {...field('id')} autoComplete="off" />
        <TextInput {...field('accession')} autoComplete="off" />
        <NativeSelect label={t('archive.modality')} value={typed.modality} onChange={(e) => now({ modality: e.currentTarget.value })}
          data={[{ value: '', label: t('archive.anyModality') }, ...MODALITIES.map((code) => ({ value: code as string, label: text('modality', code) === code ? code : `${code} · ${text('modality', code)}` }))]} />
        {wide && <TextInput {...field('description')} />}
        {wide && <TextInput {...field('referring')} />}
        {wide && <BirthDateInput label={t('archive.from')} value={typed.from || null} defaultLevel="month" onChange={(day) => set({ from: day ?? '', period: day || typed.to ? '' : 'all' })} />}
        {wide && <BirthDateInput label={t('archive.to')} value={typed.to || null} defaultLevel="month" onChange={(day) => set({ to: day ?? '', period: day || typed.from ? '' : 'all' })} />}
      </div>
      <Group gap="sm" align="center">
        <SegmentedControl size="xs" aria-label={t('archive.period')} value={typed.period || 'none'} onChange={(value) => now({ period: value as Period, from: '', to: '' })}
          data={PERIODS.map((one) => ({ value: one, label: t(`archive.period.${one}`) }))} />
        <Checkbox size="sm" label={t('archive.loose')} title={t('archive.looseText')} checked={!typed.exact} onChange={(e) => set({ exact: !e.currentTarget.checked })} />
        <Button size="xs" variant="subtle" aria-expanded={wide} onClick={() => setWide(!wide)}>{t(wide ? 'archive.less' : 'archive.more')}</Button>
        <span className="grow" />
        {isNarrowed(search) && <Button size="xs" variant="default" onClick={() => go(NO_SEARCH)}>{t('archive.clear')}</Button>}
        <Button size="xs" type="submit">{t('common.search')}</Button>
      </Group>
      <Text size="xs" c="dimmed" className="archive-keys">{t('archive.keys')}</Text>
    </form>
  );
}
