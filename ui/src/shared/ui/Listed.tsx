/*
 * A list that may be long: one row of it is found by its words, the rest is shown a page at a time, and how many there are is said.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from './Blocks';
import { Icon, type IconName } from './Icon';
import { Pager } from './Pager';
import { holdsWords, pageOf } from './rowsOf';

const PAGE = 20;

/*
 * 'words': what a row is found by. 'none', with 'icon': said when there is no row at all. 'most': how many rows the server gives at most; when there are as
 * many, the list says that older ones may be missing.
 */
export function Listed<T>({ rows, words, label, none, icon, most, size = PAGE, children }: {
  rows: T[]; words: (row: T) => (string | number | null | undefined)[]; label: string; none: string; icon?: IconName; most?: number; size?: number; children: (shown: T[]) => ReactNode;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState(0);
  const found = useMemo(() => (typed.trim() ? rows.filter((row) => holdsWords(words(row), typed)) : rows), [rows, typed, words]);
  if (!rows.length) return <Empty icon={icon} title={none} />;
  const { page, from, to, more } = pageOf(found.length, wanted, size);
  const clear = () => { setTyped(''); setWanted(0); };
  return (
    <Stack gap="xs">
      {rows.length > size && (
        <TextInput className="listed-find" size="sm" aria-label={t('listed.find', { list: label })} placeholder={t('listed.placeholder')} leftSection={<Icon name="search" size={14} />} value={typed} autoComplete="off"
          onChange={(e) => { setTyped(e.currentTarget.value); setWanted(0); }} />
      )}
      {found.length === 0
        ? <Empty icon="search" title={t('listed.nothing', { words: typed.trim() })} action={<Button size="xs" variant="default" onClick={clear}>{t('common.clear')}</Button>} />
        : children(found.slice(from, to))}
      {found.length > size && (
        <Pager label={t('listed.pages', { list: label })} page={page} more={more} turn={(by) => setWanted(page + by)}>{t('listed.rows', { from: from + 1, to, count: found.length })}</Pager>
      )}
      {found.length > 0 && found.length <= size && rows.length > size && <Text size="sm" role="status" className="num">{t('listed.found', { count: found.length, all: rows.length })}</Text>}
      {most !== undefined && rows.length >= most && <Text size="sm" c="dimmed">{t('listed.most', { count: most })}</Text>}
    </Stack>
  );
}
