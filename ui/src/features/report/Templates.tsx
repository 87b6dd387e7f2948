/*
 * Choosing a template by keyboard: those that fit this exam first, read before it is taken; what is written is never replaced without asking. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Aid, AID_PARTS, type AidPart, useAids } from '@/shared/api/requests/reportAids';
import { useText } from '@/shared/i18n/useText';
import { Empty, Loaded } from '@/shared/ui/Blocks';
import type { Content } from './content';
import { fill, inOrder, type Values } from './fields';

type Texts = Partial<Record<AidPart, string>>;
type Choice = 'keep' | 'after' | 'replace';
const bare = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/* What the template says for these sections, its known fields filled. */
export const textsOf = (template: Aid, parts: readonly AidPart[], values: Values): Texts =>
  Object.fromEntries(parts.flatMap((part) => (template.content.texts?.[part] ? [[part, fill(template.content.texts[part], values)]] : [])));
/* The sections that hold other words already. */
export const written = (content: Content, texts: Texts): AidPart[] => AID_PARTS.filter((part) => texts[part] && content[part]?.trim() && content[part] !== texts[part]);

export function TemplateDialog({ modality, region, content, parts, values, onTake, onClose }: {
  modality: string; region: string; content: Content; parts: readonly AidPart[]; values: Values; onTake: (texts: Texts) => void; onClose: () => void;
}) {
  const { t } = useTranslation();
  const aids = useAids();
  const [asking, setAsking] = useState<Texts | null>(null);
  const take = (template: Aid) => {
    const texts = textsOf(template, parts, values);
    if (written(content, texts).length) setAsking(texts);
    else onTake(texts);
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={t(asking ? 'report.template.asking' : 'report.template.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {asking ? <Asking content={content} texts={asking} onTake={onTake} onCancel={() => setAsking(null)} />
        : <Loaded query={aids} rows={4}>{(known) => <Choosing templates={inOrder(known.aids.filter((one) => one.kind === 'template'), modality, region)} onTake={take} />}</Loaded>}
    </Modal>
  );
}

function Choosing({ templates, onTake }: { templates: Aid[]; onTake: (template: Aid) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const id = useId();
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const found = templates.filter((one) => bare(words).split(/\s+/).every((word) => bare(`${one.name} ${one.region} ${one.modality} ${text('modality', one.modality)}`).includes(word)));
  const chosen = found[Math.min(at, found.length - 1)];
  const key = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setAt(Math.max(0, Math.min(found.length - 1, at + by)));
    else if (event.key === 'Enter' && chosen) onTake(chosen);
    else return;
    event.preventDefault();
  };
  if (!templates.length) return <Empty icon="document" title={t('report.template.none')} text={t('report.template.noneText')} action={<Button component={Link} to="/report-aids" variant="default" size="xs">{t('aids.title')}</Button>} />;
  return (
    <Stack gap="sm">
      <TextInput type="search" role="combobox" data-autofocus label={t('report.template.find')} description={t('report.template.keys')} value={words} onKeyDown={key} aria-expanded aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined} onChange={(e) => {
          setWords(e.currentTarget.value);
          setAt(0);
        }} />
      <div className="template-choice">
        <ul id={`${id}-list`} role="listbox" aria-label={t('report.template.title')} className="template-list">
          {found.map((one, n) => (
            <li key={one.id} id={`${id}-${one.id}`} role="option" aria-selected={one === chosen} onMouseEnter={() => setAt(n)} onClick={() => onTake(one)}>
              <Text size="sm" fw={600}>{one.name}</Text>
              <Text size="xs" className="template-of">{[one.modality ? text('modality', one.modality) : t('aids.anyModality'), one.region, one.shared ? one.organisation : t('aids.own')].filter(Boolean).join(' · ')}</Text>
            </li>
          ))}
        </ul>
        <div className="template-shown" lang="fr" aria-live="polite">
          {chosen ? AID_PARTS.filter((part) => chosen.content.texts?.[part]).map((part) => <p key={part}><strong>{t(`report.part.${part}`)}</strong><br />{chosen.content.texts?.[part]}</p>) : <Text size="sm" c="dimmed">{t('report.template.notFound')}</Text>}
        </div>
      </div>
    </Stack>
  );
}

/* Section by section, what becomes of the words that stand there: they stay unless something else is chosen. */
function Asking({ content, texts, onTake, onCancel }: { content: Content; texts: Texts; onTake: (texts: Texts) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const held = written(content, texts);
  const [choices, setChoices] = useState<Partial<Record<AidPart, Choice>>>({});
  const choiceOf = (part: AidPart) => choices[part] ?? 'keep';
  const done = () => onTake(Object.fromEntries(AID_PARTS.flatMap((part) => {
    const put = texts[part];
    if (!put || (held.includes(part) && choiceOf(part) === 'keep')) return [];
    return [[part, held.includes(part) && choiceOf(part) === 'after' ? `${content[part]?.trimEnd()}\n${put}` : put]];
  })));
  return (
    <Stack gap="md">
      <Text size="sm">{t('report.template.askingText')}</Text>
      {held.map((part) => (
        <Radio.Group key={part} label={t(`report.part.${part}`)} labelProps={{ fw: 600 }} value={choiceOf(part)} onChange={(choice) => setChoices({ ...choices, [part]: choice as Choice })}>
          <Text size="sm" className="quoted" lang="fr">{content[part]}</Text>
          <Group gap="md" mt={4}>{(['keep', 'after', 'replace'] as const).map((one) => <Radio key={one} value={one} label={t(`report.template.${one}`)} />)}</Group>
        </Radio.Group>
      ))}
      <Group justify="flex-end"><Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button><Button data-autofocus onClick={done}>{t('report.template.take')}</Button></Group>
    </Stack>
  );
}
