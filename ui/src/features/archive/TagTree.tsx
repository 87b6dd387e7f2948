/*
 * The attributes of one instance as a tree: looked through, sequences closed and opened, values copied, bulk values fetched.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Badge, Button, CopyButton, Group, Text, TextInput, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributes, useDictionary } from '@/shared/api/requests/archive';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { asText, closedAtFirst, type Line, linesOf, shownOf, tagText } from './tags';

const SHOWN_AT_ONCE = 400;

export function TagTree({ study, series, instance }: { study: string; series: string; instance: string }) {
  const attributes = useAttributes(study, series, instance);
  const dictionary = useDictionary();
  return <Loaded query={attributes} rows={8} height={26}>{(set) => <Tree key={instance} lines={linesOf(set, dictionary.data)} />}</Loaded>;
}

function Tree({ lines }: { lines: Line[] }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(lines));
  const [room, setRoom] = useState(SHOWN_AT_ONCE);
  const shown = useMemo(() => shownOf(lines, words, closed), [lines, words, closed]);
  const turn = (path: string) => setClosed((was) => {
    const now = new Set(was);
    if (!now.delete(path)) now.add(path);
    return now;
  });
  return (
    <section className="archive-tags" aria-label={t('study.tags')}>
      <Group justify="space-between" align="end" gap="sm" mb={6}>
        <Title order={3} size="h6">{t('study.tags')}</Title>
        <Group gap="xs" align="center">
          <Text size="sm" role="status" className="num">{t('study.tagsCount', { shown: shown.length, total: lines.length })}</Text>
          <TextInput size="xs" aria-label={t('study.tagsFilter')} placeholder={t('study.tagsFilter')} value={words} onChange={(e) => { setWords(e.currentTarget.value); setRoom(SHOWN_AT_ONCE); }} leftSection={<Icon name="search" size={14} />} w={260} />
          <CopyButton value={asText(shown)}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{t(copied ? 'common.copied' : 'study.copyAll')}</Button>}</CopyButton>
        </Group>
      </Group>
      {!shown.length ? <Empty icon="search" title={t('study.tagsNone')} /> : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t('study.tags')}>
          <table className="archive-tree">
            <thead><tr>{['study.tag', 'study.vr', 'study.attribute', 'study.value'].map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
            <tbody>{shown.slice(0, room).map((line) => <TagLine key={line.path} line={line} isClosed={closed.has(line.path) && !words} turn={turn} />)}</tbody>
          </table>
        </div>
      )}
      {shown.length > room && <Button mt="xs" size="xs" variant="default" onClick={() => setRoom(room + SHOWN_AT_ONCE)}>{t('common.more')}</Button>}
    </section>
  );
}

function TagLine({ line, isClosed, turn }: { line: Line; isClosed: boolean; turn: (path: string) => void }) {
  const { t } = useTranslation();
  const called = line.keyword || tagText(line.tag);
  const indent = { paddingLeft: `${8 + line.depth * 14}px` };
  if (line.kind === 'item') return <tr className="archive-item"><td colSpan={4} style={indent}>{t('study.item', { n: line.under })}</td></tr>;
  return (
    <tr data-tag={line.tag}>
      <td style={indent} className="num nowrap"><code>{tagText(line.tag)}</code></td>
      <td><code>{line.vr}</code></td>
      <td>
        {line.kind === 'sequence' && line.under > 0 && (
          <ActionIcon variant="subtle" color="gray" size="sm" className={isClosed ? 'archive-closed' : undefined} aria-expanded={!isClosed} aria-label={t(isClosed ? 'study.openSequence' : 'study.closeSequence', { name: called })} onClick={() => turn(line.path)}>
            <Icon name="chevron" size={14} />
          </ActionIcon>
        )}
        {line.name || (!line.isPrivate && '—')} {line.isPrivate && <Badge size="xs" tt="none" className="tone tone-quiet">{t('study.private')}</Badge>}
        {line.keyword && <span className="sub"><code>{line.keyword}</code></span>}
      </td>
      <td className="archive-value">
        {line.kind === 'sequence' && t('study.items', { count: line.under })}
        {line.kind === 'bulk' && line.bulk && <a href={bulkHref(line.bulk)} download={`${called}.bin`}>{t('study.bulk')}</a>}
        {line.kind === 'value' && line.value && (
          <>
            <span>{line.value}</span>
            <CopyButton value={line.value}>
              {({ copied, copy }) => <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={t(copied ? 'common.copied' : 'study.copyValue', { name: called })}><Icon name={copied ? 'check' : 'copy'} size={12} /></ActionIcon>}
            </CopyButton>
          </>
        )}
      </td>
    </tr>
  );
}

/* Only of this house, whatever the data set names; as plain bytes. */
function bulkHref(uri: string): string {
  const url = new URL(uri, location.origin);
  return url.origin === location.origin ? `${url.pathname}?accept=application/octet-stream` : '#';
}
