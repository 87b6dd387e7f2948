/*
 * The draft of a convention: head, parties, six sections, what stays on site, who is called, clauses with every delay, documents. S2 S3 O1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Checkbox, FileInput, Group, Input, Modal, MultiSelect, NativeSelect, NumberInput, Select, SimpleGrid, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/shared/api/requests/organisations';
import { type Paper, type PaperClause, type PaperContent, type Terms, useAttach, useSavePaper } from '@/shared/api/requests/papers';
import { useText } from '@/shared/i18n/useText';
import { Refusal } from '@/shared/ui/Blocks';
import { hoursOf, hoursText } from './hours';

const SECTIONS = ['scope', 'benefits', 'commitments', 'organisation', 'roles', 'rules'];
const PARTS = ['requester', 'site', 'imaging'];
const REASONS = ['no-imager-on-site', 'out-of-hours', 'speciality', 'continuity', 'other'];
const CALLED = ['imager', 'responsible-imaging', 'responsible-site', 'responsible-requester', 'requester', 'local-physician', 'technologist'];
const KINDS = ['remote-exam', 'tele-expertise'];
const MODALITIES = ['CT', 'MR', 'DX', 'CR', 'US', 'NM', 'PT', 'PT/CT', 'NM/CT', 'MG', 'RF', 'XA'];
const PRIORITIES = ['emergency', 'urgent', 'routine'];
const DELAYS = ['assign_min', 'verdict_min', 'information_min', 'planning_min', 'exam_min', 'presence_min', 'report_min', 'final_min', 'urgent_min', 'delivery_min', 'acknowledge_min', 'patient_min', 'record_min'];
const DOCUMENTS = ['medical-project', 'protocol', 'insurance', 'other'];
const lines = (text: string) => text.split('\n').map((one) => one.trim()).filter(Boolean);
const words = (text: string) => text.split(',').map((one) => one.trim()).filter(Boolean);

export function PaperEditor({ paper, onClose }: { paper: Paper; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const organisations = useOrganisations().data ?? [];
  const save = useSavePaper();
  const [c, setC] = useState<PaperContent>(paper.content);
  const put = (part: Partial<PaperContent>) => setC((all) => ({ ...all, ...part }));
  const terms = (part: Partial<Terms>) => setC((all) => ({ ...all, terms: { ...all.terms, ...part } }));
  const chain = c.terms.escalation ?? [];
  return (
    <Modal opened onClose={onClose} size="90%" title={t('paper.edit')} closeButtonProps={{ 'aria-label': t('common.close') }} closeOnClickOutside={false}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('paper.number')} value={c.number} onChange={(e) => put({ number: e.currentTarget.value })} />
          <TextInput label={t('paper.name')} value={c.title} onChange={(e) => put({ title: e.currentTarget.value })} />
          <TextInput type="date" label={t('paper.from')} value={c.valid_from} onChange={(e) => put({ valid_from: e.currentTarget.value })} />
          <TextInput type="date" label={t('paper.until')} value={c.valid_until} onChange={(e) => put({ valid_until: e.currentTarget.value })} />
        </SimpleGrid>
        {PARTS.map((part) => (
          <MultiSelect key={part} label={`${t('paper.parties')} · ${text('organisationKind', part)}`} data={organisations.map((one) => ({ value: String(one.id), label: one.name }))}
            value={c.parties.filter((one) => one.part === part).map((one) => String(one.id))}
            onChange={(ids) => put({ parties: [...c.parties.filter((one) => one.part !== part), ...ids.map((id) => ({ id: Number(id), part }))] })} />
        ))}
        {SECTIONS.map((name) => (
          <Textarea key={name} autosize minRows={2} label={t(`convention.section.${name}`)} value={c.sections[name] ?? ''} onChange={(e) => put({ sections: { ...c.sections, [name]: e.currentTarget.value } })} />
        ))}
        <Textarea autosize minRows={2} label={t('paper.onSite')} defaultValue={(c.terms.on_site ?? []).join('\n')} onBlur={(e) => terms({ on_site: lines(e.currentTarget.value) })} />
        <MultiSelect label={t('paper.reasons')} data={REASONS.map((value) => ({ value, label: text('distanceReason', value) }))} value={c.reasons} onChange={(reasons) => put({ reasons })} />
        <TextInput label={t('paper.answers')} value={c.terms.answers ?? ''} onChange={(e) => terms({ answers: e.currentTarget.value })} />
        <TextInput label={t('paper.languages')} defaultValue={(c.terms.languages ?? []).join(', ')} onBlur={(e) => terms({ languages: words(e.currentTarget.value) })} />
        {(['bad_news', 'not_interpretable', 'fallback'] as const).map((name) => (
          <Textarea key={name} autosize minRows={2} label={t(`paper.${name}`)} value={c.terms.procedures?.[name] ?? ''} onChange={(e) => terms({ procedures: { ...c.terms.procedures, [name]: e.currentTarget.value } })} />
        ))}
        <Checkbox label={t('paper.finalByAnother')} checked={c.terms.final_by_another ?? false} onChange={(e) => terms({ final_by_another: e.currentTarget.checked })} />
        <Text fw={600} size="sm">{t('paper.escalation')}</Text>
        {chain.map((link, n) => (
          <Group key={n} align="flex-end" gap="xs">
            <Select aria-label={t('paper.escalation')} data={CALLED.map((value) => ({ value, label: text('called', value) }))} value={link.to} allowDeselect={false}
              onChange={(to) => to && terms({ escalation: chain.map((one, k) => (k === n ? { ...one, to } : one)) })} />
            <NumberInput aria-label={t('paper.afterMin')} min={0} w={120} value={link.after_min} onChange={(value) => terms({ escalation: chain.map((one, k) => (k === n ? { ...one, after_min: Number(value) || 0 } : one)) })} />
            <Button size="xs" variant="subtle" onClick={() => terms({ escalation: chain.filter((_, k) => k !== n) })}>{t('paper.remove')}</Button>
          </Group>
        ))}
        <Group><Button size="xs" variant="default" onClick={() => terms({ escalation: [...chain, { to: 'responsible-imaging', after_min: 15 }] })}>{t('paper.addLink')}</Button></Group>
        <Clauses clauses={c.clauses} onChange={(clauses) => put({ clauses })} />
        <Documents paper={paper} />
        <Refusal error={save.error} />
        <Group><Button loading={save.isPending} onClick={() => save.mutate({ id: paper.id, revision: paper.revision, content: c }, { onSuccess: onClose })}>{t('common.save')}</Button></Group>
      </Stack>
    </Modal>
  );
}

function Clauses({ clauses, onChange }: { clauses: PaperClause[]; onChange: (clauses: PaperClause[]) => void }) {
  const { t } = useTranslation();
  const now = useRef({ clauses, onChange });
  useEffect(() => { now.current = { clauses, onChange }; });
  const [keys, setKeys] = useState(() => clauses.map((_, n) => n)); // of the rows: one that is removed takes what was typed in it along
  const set = useCallback((n: number, part: Partial<PaperClause> | null) => {
    now.current.onChange(now.current.clauses.flatMap((one, k) => (k !== n ? [one] : part ? [{ ...one, ...part }] : [])));
    if (!part) setKeys((known) => known.filter((_, k) => k !== n));
  }, []);
  const add = () => {
    onChange([...clauses, { kind: 'remote-exam', modality: 'CT', priority: 'urgent', regions: [], hours: [] }]);
    setKeys([...keys, Math.max(-1, ...keys) + 1]);
  };
  return (
    <>
      <Text fw={600} size="sm">{t('paper.clauses')}</Text>
      <Text size="xs" c="dimmed">{t('paper.hoursHint')}</Text>
      <Table.ScrollContainer minWidth={1800} mah={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing={2} stickyHeader>
          <Table.Thead><Table.Tr>{['convention.exam', 'paper.modality', 'convention.priority', ...DELAYS.map((one) => `delay.${one}`), 'paper.regions', 'paper.hours', 'paper.remove'].map((key) => <Table.Th key={key}>{t(key)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {clauses.map((clause, n) => (
              <ClauseRow key={keys[n]} n={n} clause={clause} set={set} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group><Button size="xs" variant="default" onClick={add}>{t('paper.addClause')}</Button></Group>
    </>
  );
}

/* A convention has some thirty clauses of a dozen delays each: a row is drawn again only when it changes itself, and its inputs are the lightest there are. */
const ClauseRow = memo(function ClauseRow({ n, clause, set }: { n: number; clause: PaperClause; set: (n: number, part: Partial<PaperClause> | null) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const choices = (values: string[], group: string) => values.map((value) => ({ value, label: text(group, value) }));
  return (
    <Table.Tr data-clause={`${clause.kind} ${clause.modality} ${clause.priority}`}>
      <Table.Td><NativeSelect size="xs" w={150} aria-label={t('convention.exam')} data={choices(KINDS, 'paperKind')} value={clause.kind} onChange={(e) => set(n, { kind: e.currentTarget.value })} /></Table.Td>
      <Table.Td><NativeSelect size="xs" w={140} aria-label={t('paper.modality')} data={choices(MODALITIES, 'modality')} value={clause.modality} onChange={(e) => set(n, { modality: e.currentTarget.value })} /></Table.Td>
      <Table.Td><NativeSelect size="xs" w={130} aria-label={t('convention.priority')} data={choices(PRIORITIES, 'priority')} value={clause.priority} onChange={(e) => set(n, { priority: e.currentTarget.value })} /></Table.Td>
      {DELAYS.map((delay) => (
        <Table.Td key={delay}><Input size="xs" w={80} inputMode="numeric" aria-label={t(`delay.${delay}`)} value={typeof clause[delay] === 'number' ? clause[delay] : ''} onChange={(e) => set(n, { [delay]: minutes(e.currentTarget.value) })} /></Table.Td>
      ))}
      <Table.Td><Input size="xs" w={130} aria-label={t('paper.regions')} defaultValue={(clause.regions ?? []).join(', ')} onBlur={(e) => set(n, { regions: words(e.currentTarget.value) })} /></Table.Td>
      <Table.Td><HoursInput clause={clause} onChange={(hours) => set(n, { hours })} /></Table.Td>
      <Table.Td><Button size="compact-xs" variant="subtle" onClick={() => set(n, null)}>{t('paper.remove')}</Button></Table.Td>
    </Table.Tr>
  );
});

/* What is typed, without what is no digit: undefined when nothing is left. */
const minutes = (typed: string) => Number(typed.replace(/\D/g, '').slice(0, 6)) || undefined;

function HoursInput({ clause, onChange }: { clause: PaperClause; onChange: (hours: NonNullable<PaperClause['hours']>) => void }) {
  const { t } = useTranslation();
  const [words_, setWords] = useState(hoursText(clause.hours));
  const read = hoursOf(words_);
  return <TextInput size="xs" w={180} aria-label={t('paper.hours')} value={words_} error={read === null ? t('paper.hoursHint') : undefined} onChange={(e) => setWords(e.currentTarget.value)} onBlur={() => read && onChange(read)} />;
}

function Documents({ paper }: { paper: Paper }) {
  const { t } = useTranslation();
  const attach = useAttach();
  const [kind, setKind] = useState('medical-project');
  const [title, setTitle] = useState('');
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select label={t('paper.documentKind')} data={DOCUMENTS.map((value) => ({ value, label: t(`paper.doc.${value}`) }))} value={kind} allowDeselect={false} onChange={(value) => value && setKind(value)} />
        <TextInput label={t('paper.name')} value={title} onChange={(e) => setTitle(e.currentTarget.value)} />
        <FileInput label={t('paper.document')} accept="application/pdf" value={file} onChange={setFile} />
      </SimpleGrid>
      <Refusal error={attach.error} />
      <Group><Button size="xs" variant="default" disabled={!file || title.trim().length < 2} loading={attach.isPending} onClick={() => file && attach.mutate({ id: paper.id, kind, title, file })}>{t('paper.attach')}</Button></Group>
    </>
  );
}
