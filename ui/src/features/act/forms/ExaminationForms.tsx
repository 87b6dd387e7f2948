/*
 * A further clinical examination, asked line by line of a physician and answered line by line. E13 E20 L5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ActionIcon, Button, Checkbox, Group, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useMe } from '@/shared/api/requests/me';
import type { Act } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { CODES, type Values } from '@/shared/steps/fields';
import { ChoiceInput } from '@/shared/steps/StepForm';
import { Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';

type FormProps = { act: Act; label: string; onDone?: () => void; onCancel?: () => void; preset?: Values };
type Line = { key: number; kind: string; text: string; unit: string };

/* What is often asked together: one press writes the lines, each can still be changed. */
const OFTEN: Record<string, [kind: string, text: string, unit?: string][]> = {
  vital: [['measure', 'bloodPressure', 'mmHg'], ['measure', 'heartRate', '/min'], ['measure', 'saturation', '%'], ['measure', 'temperature', '°C']],
  abdomen: [['sign', 'guarding'], ['sign', 'rebound'], ['auscultation', 'bowel']],
  chest: [['auscultation', 'crackles'], ['measure', 'breathing', '/min']],
  neuro: [['measure', 'glasgow', '/15'], ['neurological', 'motor'], ['neurological', 'speech']],
};
let keys = 0;

export function AskExaminationForm({ act, label, onDone, onCancel }: FormProps) {
  const { t } = useTranslation();
  const text = useText();
  const doStep = useDoStep(act.id);
  const [to, setTo] = useState(act.facts.local_physician ? 'local-physician' : 'requester');
  const [lines, setLines] = useState<Line[]>([{ key: ++keys, kind: 'sign', text: '', unit: '' }]);
  const [why, setWhy] = useState('');
  const [due, setDue] = useState<number | string>(15);
  const change = (key: number, part: Partial<Line>) => setLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const add = (more: Line[]) => setLines([...lines.filter((line) => line.text.trim()), ...more].slice(0, 12));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const items = lines.filter((line) => line.text.trim()).map(({ kind, text: what, unit }) => ({ kind, text: what.trim(), ...(unit.trim() ? { unit: unit.trim() } : {}) }));
    doStep.mutate({ step: 'order-examination', data: { to, items, text: why.trim(), due_min: Number(due) || 15 } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ChoiceInput label={t('examination.to')} description={t('examination.toHint')} codes={CODES.examiners.map((code) => ({ value: code, label: text('role', code) }))} value={to} onChange={setTo} />
        <Group gap={6}>
          <Text size="sm" c="dimmed">{t('examination.often')}</Text>
          {Object.entries(OFTEN).map(([name, rows]) => (
            <Button key={name} size="compact-xs" variant="default" onClick={() => add(rows.map(([kind, what, unit]) => ({ key: ++keys, kind, text: t(`examination.line.${what}`), unit: unit ?? '' })))}>{t(`examination.set.${name}`)}</Button>
          ))}
        </Group>
        {lines.map((line, n) => (
          <div key={line.key} className="examined-row">
            <Select label={t('examination.kind')} labelProps={n ? { className: 'narrow-label' } : undefined} data={CODES.examined.map((code) => ({ value: code, label: text('examined', code) }))} value={line.kind} allowDeselect={false} onChange={(kind) => kind && change(line.key, { kind })} />
            <TextInput label={t('examination.what')} labelProps={n ? { className: 'narrow-label' } : undefined} value={line.text} onChange={(e) => change(line.key, { text: e.currentTarget.value })} />
            {line.kind === 'measure' ? <TextInput label={t('examination.unit')} labelProps={n ? { className: 'narrow-label' } : undefined} value={line.unit} onChange={(e) => change(line.key, { unit: e.currentTarget.value })} /> : <span />}
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('examination.remove', { n: n + 1 })} disabled={lines.length === 1} onClick={() => setLines(lines.filter((one) => one.key !== line.key))}><Icon name="cross" size={16} /></ActionIcon>
          </div>
        ))}
        <Group><Button size="compact-sm" variant="subtle" leftSection={<Icon name="plus" size={14} />} disabled={lines.length >= 12} onClick={() => setLines([...lines, { key: ++keys, kind: 'sign', text: '', unit: '' }])}>{t('examination.add')}</Button></Group>
        <Textarea autosize minRows={2} label={t('examination.why')} value={why} onChange={(e) => setWhy(e.currentTarget.value)} />
        <NumberInput label={t('field.due_min')} min={1} max={10080} allowDecimal={false} maw={220} value={due} onChange={setDue} />
        <Refusal error={doStep.error} />
        <Group gap="xs">
          <Button type="submit" loading={doStep.isPending} data-step="order-examination">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}

type Found = { value: number | string; text: string; not_done: string; skipped: boolean };
const NOTHING: Found = { value: '', text: '', not_done: '', skipped: false };

export function AnswerExaminationForm({ act, label, onDone, onCancel, preset }: FormProps) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const me = useMe();
  const doStep = useDoStep(act.id);
  const order = act.facts.orders?.find((one) => one.id === Number(preset?.id));
  const [found, setFound] = useState<Record<number, Found>>({});
  const [examiner, setExaminer] = useState(me.data?.person.name ?? '');
  const [at, setAt] = useState<number | null>(serverNow());
  const [words, setWords] = useState('');
  if (!order?.items) return null;
  const of = (id: number) => found[id] ?? NOTHING;
  const change = (id: number, part: Partial<Found>) => setFound({ ...found, [id]: { ...of(id), ...part } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const results = (order.items ?? []).map((line) => {
      const one = of(line.id);
      if (one.skipped) return { item: line.id, not_done: one.not_done.trim() };
      return { item: line.id, ...(one.value !== '' ? { value: Number(one.value) } : {}), ...(one.text.trim() ? { text: one.text.trim() } : {}) };
    });
    doStep.mutate({ step: 'answer-examination', data: { id: order.id, results, examiner: examiner.trim(), ...(at ? { examined_at_ms: at } : {}), text: words.trim() } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" className="quoted">{order.by.name}{colon()}{order.text}</Text>
        {order.items.map((line) => {
          const one = of(line.id);
          return (
            <div key={line.id} className="examined-answer">
              {one.skipped ? <TextInput label={`${line.text}${colon()}${t('examination.whyNot')}`} value={one.not_done} onChange={(e) => change(line.id, { not_done: e.currentTarget.value })} />
                : line.kind === 'measure' ? <NumberInput label={`${line.text} (${line.unit ?? ''})`} decimalSeparator={i18n.language === 'fr' ? ',' : '.'} allowedDecimalSeparators={[',', '.']} maw={260} value={one.value} onChange={(value) => change(line.id, { value })} />
                  : <Textarea autosize minRows={1} label={line.text} description={text('examined', line.kind)} value={one.text} onChange={(e) => change(line.id, { text: e.currentTarget.value })} />}
              <Checkbox mt={6} size="xs" label={t('examination.skip')} aria-label={`${t('examination.skip')}${colon()}${line.text}`} checked={one.skipped} onChange={(e) => change(line.id, { skipped: e.currentTarget.checked })} />
            </div>
          );
        })}
        <TextInput label={t('examination.examiner')} value={examiner} onChange={(e) => setExaminer(e.currentTarget.value)} />
        <DateTimePicker label={t('examination.at')} valueFormat="DD/MM/YYYY HH:mm" nextLabel={t('common.later')} previousLabel={t('common.earlier')} maw={260} value={at ? dayjs(at).format('YYYY-MM-DD HH:mm:ss') : null} onChange={(moment) => setAt(moment ? dayjs(moment).valueOf() : null)} />
        <Textarea autosize minRows={1} label={`${t('examination.words')} (${t('common.optional')})`} value={words} onChange={(e) => setWords(e.currentTarget.value)} />
        <Refusal error={doStep.error} />
        <Group gap="xs">
          <Button type="submit" loading={doStep.isPending} data-step="answer-examination">{label}</Button>
          {onCancel && <Button variant="default" onClick={onCancel}>{t('common.cancel')}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
