/*
 * The turns of a version of a library, protocols and preparation sheets alike: submitted, judged, sent back, approved, withdrawn. E19, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Modal, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryChange, LibraryStanding, LibraryTurn, useChangeProtocol } from '@/shared/api/requests/protocols';
import { dayAndTime } from '@/shared/format/dates';
import { colon } from '@/shared/format/typography';
import { Refusal, Section } from '@/shared/ui/Blocks';
import { ProtocolState } from './Words';

export type Version = LibraryStanding & { id: number; version: number };

/* What a turn asks for: words always, an opinion where it is the physicist's. */
const ASKS: Record<LibraryChange, 'nothing' | 'words'> = { submit: 'words', opinion: 'words', return: 'words', approve: 'words', retire: 'nothing', publish: 'nothing' };

export function Turn({ version: p, name, how, quiet, change, sheet }: { version: Version; name: string; how: Exclude<LibraryChange, 'publish'>; quiet?: boolean; change: ReturnType<typeof useChangeProtocol>; sheet?: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [opinion, setOpinion] = useState('favourable');
  const show = (shown: boolean) => { change.reset(); setOpen(shown); };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ id: p.id, how, body: { ...(words.trim() ? { text: words.trim() } : {}), ...(how === 'opinion' ? { opinion } : {}) } }, { onSuccess: () => setOpen(false) });
  };
  const label = t(`protocols.do.${how}`);
  return (
    <>
      <Button size="sm" variant={quiet ? 'default' : 'filled'} onClick={() => show(true)}>{label}</Button>
      <Modal opened={open} onClose={() => show(false)} title={label} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{t(`protocols.ask.${how}`, { name, version: p.version })}</Text>
            {how === 'opinion' && <SegmentedControl fullWidth aria-label={t('protocols.opinion')} value={opinion} onChange={setOpinion} data={['favourable', 'reserves', 'unfavourable'].map((value) => ({ value, label: t(`protocols.opinions.${value}`) }))} />}
            {ASKS[how] === 'words' && !(sheet && how === 'approve') && <Textarea autosize minRows={2} label={t(`protocols.words.${how}`)} value={words} onChange={(e) => setWords(e.currentTarget.value)} />}
            <Refusal error={change.error} />
            <Group gap="xs"><Button type="submit" loading={change.isPending}>{label}</Button><Button variant="default" onClick={() => show(false)}>{t('common.cancel')}</Button></Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/* Who had a hand in it is told who approves instead. */
export function AnotherApproves({ version: p }: { version: Version }) {
  const { t } = useTranslation();
  return p.inside && !p.approves && p.state === 'submitted' ? <Text size="sm" mt="sm">{t(p.alone ? 'protocols.partnerApproves' : 'protocols.anotherApproves')}</Text> : null;
}

export function Way({ version: p }: { version: Version }) {
  const { t } = useTranslation();
  const turns: [string, LibraryTurn | undefined][] = [['submitted', p.review.submitted], ['opinion', p.review.opinion], ['approved', p.review.approved]];
  return (
    <Stack gap={8}>
      <Text size="sm">{t('protocols.turn.made', { name: p.made_by ?? '', when: p.made_at_ms ? dayAndTime(p.made_at_ms) : '' })}</Text>
      {turns.map(([name, turn]) => turn && (
        <div key={name}>
          <Text size="sm">{t(`protocols.turn.${name}`, { name: turn.name, when: dayAndTime(turn.at_ms) })}{turn.opinion && `${colon()}${t(`protocols.opinions.${turn.opinion}`)}`}</Text>
          {turn.text && <Text size="sm" className="quoted">{turn.text}</Text>}
        </div>
      ))}
      {p.retired_at_ms && <Text size="sm">{t('protocols.turn.withdrawn', { when: dayAndTime(p.retired_at_ms) })}</Text>}
    </Stack>
  );
}

export function Versions({ versions, current, to }: { versions: Version[]; current: number; to: (id: number) => void }) {
  const { t } = useTranslation();
  return (
    <Section title={t('protocols.versions')} icon="list">
      <ul className="protocol-versions">
        {versions.map((one) => (
          <li key={one.id} aria-current={one.id === current || undefined}>
            <Button size="compact-sm" variant={one.id === current ? 'light' : 'subtle'} onClick={() => to(one.id)}>v{one.version}</Button> <ProtocolState state={one.state} />
            <Text size="xs" c="dimmed">{[one.approved_by ?? one.made_by, one.approved_at_ms ? dayAndTime(one.approved_at_ms) : one.made_at_ms ? dayAndTime(one.made_at_ms) : ''].filter(Boolean).join(' · ')}</Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
