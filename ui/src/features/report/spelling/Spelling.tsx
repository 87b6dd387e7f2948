/*
 * Words that the dictionary does not know, listed under what is written: F7 goes through them, each with suggestions. It never stops a signature. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Menu, Text } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAids, useWriteAid } from '@/shared/api/requests/reportAids';
import type { Content, Part } from '../content';
import { PARTS } from '../content';
import { suggestionsFor, unknownOf } from './dictionary';
import { addedWords, asked, wordsOf } from './words';

interface Doubt { part: Part; word: string; from: number; to: number }
const PAUSE_MS = 900;
const SHOWN_MAX = 40;

/* What is unknown in what is written now; null: not known yet, or the dictionary did not load. */
function useDoubts(content: Content): { doubts: Doubt[]; failed: boolean } {
  const aids = useAids();
  const known = useMemo(() => addedWords((aids.data?.aids ?? []).filter((one) => one.kind === 'word').map((one) => one.name)), [aids.data]);
  const [unknown, setUnknown] = useState<ReadonlySet<string>>(new Set());
  const [failed, setFailed] = useState(false);
  const texts = PARTS.map((part) => content[part] ?? '').join('\u0000');
  const words = useMemo(() => texts.split('\u0000').flatMap((text, n) => wordsOf(text).map((one) => ({ ...one, part: PARTS[n]! }))), [texts]);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(() => {
      unknownOf([...new Set(words.map((one) => asked(one.word)))]).then((list) => !over && setUnknown(new Set(list)), () => !over && setFailed(true));
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [words]);
  return { doubts: useMemo(() => words.filter((one) => unknown.has(asked(one.word)) && !known(one.word)), [words, unknown, known]), failed };
}

export function Spelling({ content, onReplace }: { content: Content; onReplace: (part: Part, from: number, to: number, word: string) => void }) {
  const { t } = useTranslation();
  const { doubts, failed } = useDoubts(content);
  const box = useRef<HTMLElement>(null);
  if (failed) return <Text size="xs" c="dimmed">{t('report.spelling.failed')}</Text>;
  const shown = doubts.filter((one, n) => doubts.findIndex((each) => each.word === one.word) === n).slice(0, SHOWN_MAX);
  if (!shown.length) return null;
  return (
    <section ref={box} className="report-spelling" aria-label={t('report.spelling')} lang="fr">
      <Text size="xs" fw={600} lang={undefined}>{t('report.spelling')}</Text>
      <Group gap={6} mt={4}>{shown.map((one) => <OneDoubt key={one.word} doubt={one} onReplace={onReplace} />)}</Group>
    </section>
  );
}

function OneDoubt({ doubt, onReplace }: { doubt: Doubt; onReplace: (part: Part, from: number, to: number, word: string) => void }) {
  const { t } = useTranslation();
  const write = useWriteAid();
  const share = useAids().data?.share ?? [];
  const add = (organisation_id?: number) => write.mutate({ body: { kind: 'word', name: asked(doubt.word), content: {}, ...(organisation_id ? { organisation_id } : {}) } });
  const [suggested, setSuggested] = useState<string[] | null>(null);
  const open = (opened: boolean) => {
    if (!opened) return;
    const area = document.querySelector<HTMLTextAreaElement>(`#report-${doubt.part}`);
    area?.setSelectionRange(doubt.from, doubt.to);
    area?.scrollIntoView({ block: 'nearest' });
    if (!suggested) suggestionsFor(asked(doubt.word)).then(setSuggested, () => setSuggested([]));
  };
  return (
    <Menu onChange={open} position="top-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target><Button size="compact-xs" variant="default" className="doubt">{doubt.word}</Button></Menu.Target>
      <Menu.Dropdown aria-label={t('report.spelling.suggested')}>
        {!suggested?.length && <Menu.Item disabled>{t(suggested ? 'report.spelling.noSuggestion' : 'common.loading')}</Menu.Item>}
        {suggested?.map((word) => <Menu.Item key={word} lang="fr" onClick={() => onReplace(doubt.part, doubt.from, doubt.to, word)}>{word}</Menu.Item>)}
        <Menu.Divider role="separator" />
        <Menu.Item onClick={() => add()}>{t('report.spelling.add')}</Menu.Item>
        {share.map((one) => <Menu.Item key={one.id} onClick={() => add(one.id)}>{t('report.spelling.addFor', { name: one.name })}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

/* F7: the first word in doubt, or the one after where the focus is. */
export function nextDoubt() {
  const all = [...document.querySelectorAll<HTMLElement>('.report-spelling .doubt')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[(at + 1) % Math.max(1, all.length)]?.focus();
}
