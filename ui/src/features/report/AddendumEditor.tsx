/*
 * An addendum being written: the sections that it concerns beside what is signed, whether it matters for the care, then the signature. E29
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/api/requests/me';
import type { Act } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { useText } from '@/shared/i18n/useText';
import { MissingList, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Area } from './Area';
import { CitedUnder } from './Cited';
import { Conflict } from './Conflict';
import { DifferenceField, TextDiff } from './Changes';
import { type Addendum, type Content, type Part, PARTS, type Report, type SignedBefore } from './content';
import { DictationButton, DictationStatus } from './dictation/Dictation';
import { useDictation } from './dictation/useDictation';
import { LanguageReason, Missing, SaveMark } from './Editor';
import { useReportKeys, useSignByKey } from './keys';
import { pdfOf, saveAddendum } from './requests';
import { SignDialog } from './Sign';
import { nextDoubt, Spelling } from './spelling/Spelling';
import { useCitations } from './useCitations';
import { useDraft } from './useDraft';
import { useHelping } from './useHelping';

/* The report as the addendum's own draft: what its author wrote of it, or nothing yet. */
export function addendumOf(act: Act, report: Report): Report {
  const mine = report.status === 'draft' && report.kind === 'addendum' ? report.content : {};
  const { kind = act.facts.addendum_draft?.kind, reason = '', sections = {} } = mine.addendum ?? {};
  const content: Content = { addendum: { kind, reason, sections }, ...(mine.places ? { places: mine.places } : {}), ...(mine.difference ? { difference: mine.difference } : {}), ...(mine.language_reason ? { language_reason: mine.language_reason } : {}) };
  return { ...report, revision: report.last_revision, content };
}

const baseOf = (report: Report): SignedBefore | null =>
  report.before ?? (report.signed ? { revision: report.revision, version: report.version, kind: report.kind, content: report.content, signed: report.signed } : null);

export function AddendumEditor({ act, report, personId }: { act: Act; report: Report; personId: number }) {
  const { t } = useTranslation();
  const text = useText();
  const { draft, state } = useDraft(act.id, personId, report, { save: saveAddendum, adapt: (one) => addendumOf(act, one), key: `addendum-${act.facts.addendum_draft?.at_ms ?? 0}` });
  const [signing, setSigning] = useState<Report | null>(null);
  const [busy, setBusy] = useState(false);
  const [all, setAll] = useState(false);
  const before = baseOf(report);
  const section = (part: Part, value: string) => {
    const { addendum = {} } = draft?.current().content ?? {};
    draft?.set('addendum', { ...addendum, sections: { ...addendum.sections, [part]: value } });
  };
  const signedPlaces = before?.content.places ?? [];
  useCitations(act.id, () => draft && draft.current().state !== 'conflict' ? {
    results: draft.current().content.addendum?.sections?.results ?? '', places: [...signedPlaces, ...(draft.current().content.places ?? []).filter((one) => !signedPlaces.some((each) => each.mark === one.mark))],
    put: (results, places) => {
      section('results', results);
      draft.set('places', places.filter((one) => !signedPlaces.some((each) => each.mark === one.mark)));
    },
  } : null);
  const help = useHelping(act, before?.content.dose);
  const written = report.status === 'draft' && report.kind === 'addendum';
  const missing = written ? report.missing : [];
  const settled = written && state?.state === 'saved' && report.revision === draft?.lastRevision();
  const offer = act.steps.find((one) => one.step === 'sign-addendum');
  const blocked = (offer?.missing ?? []).filter((one) => !/^(report|dose|addendum)/.test(one.code));
  const signByKey = useSignByKey(draft, settled, !!offer && !missing.length && !blocked.length, () => setSigning(report));
  const dictating = useDictation(act.id), mayDictate = !!useMe().data?.dictation;
  useReportKeys({ spelling: nextDoubt, dictate: mayDictate ? dictating.toggle : undefined, sign: signByKey });
  if (!draft || !state || !before) return null;
  const { content } = state;
  const addendum: Addendum = content.addendum ?? {};
  const opened = act.facts.addendum_draft;
  const correction = addendum.kind === 'correction';
  const set = (part: Partial<Addendum>) => draft.set('addendum', { ...addendum, ...part });
  const shown = PARTS.filter((part) => all || part === 'results' || part === 'conclusion' || addendum.sections?.[part]);
  const ready = async (then: () => void) => {
    setBusy(true);
    if (await draft.flush()) then();
    setBusy(false);
  };
  return (
    <Stack gap="md" data-testid="addendum">
      <div>
        <Text fw={650}>{t('report.addendum.title', { kind: text('addendumKind', addendum.kind), version: before.version })}</Text>
        <Text size="sm" c="dimmed">{t('report.signedBy', { name: before.signed.by?.name ?? '', when: dayAndTime(before.signed.at_ms) })}</Text>
        {opened?.instead && <Text size="sm">{t('report.addendum.instead', { text: opened.instead })}</Text>}
      </div>
      {state.state === 'conflict' && state.theirs && <Conflict mine={content} theirs={state.theirs} reader={opened?.by.name ?? ''} onTheirs={() => draft.takeTheirs()} onMine={() => draft.takeMine()} />}
      {state.restored && state.state !== 'conflict' && <Text size="xs" className="countdown-soon" role="status">{t('report.restored')}</Text>}
      {state.state === 'failed' && <Refusal error={state.error} />}
      {mayDictate && <Group><DictationButton dictating={dictating} /></Group>}
      <div id="report-addendum" tabIndex={-1}>
        <Textarea label={t(correction ? 'report.addendum.reason' : 'report.addendum.why')} autosize minRows={1} lang="fr" value={addendum.reason ?? ''} onChange={(e) => set({ reason: e.currentTarget.value })} />
      </div>
      {shown.map((part) => {
        const said = before.content[part] ?? '', now = addendum.sections?.[part] ?? '';
        return (
          <Area key={part} part={part} rows={2} value={now} label={t(correction ? 'report.addendum.new' : 'report.addendum.add', { part: t(`report.part.${part}`) })} help={help} onChange={(value) => section(part, value)}
            above={said && <><Text size="xs" c="dimmed">{t('report.addendum.section', { part: t(`report.part.${part}`) })}</Text><Text size="sm" className="quoted words" lang="fr" mb={6}>{said}</Text></>}
            below={<><CitedUnder actId={act.id} text={now} places={[...signedPlaces, ...(content.places ?? [])]} />{correction && said && now.trim() && <TextDiff before={said} after={now} />}</>} />
        );
      })}
      {!all && <Group><Button size="xs" variant="default" onClick={() => setAll(true)}>{t('report.addendum.others')}</Button></Group>}
      <Spelling content={addendum.sections ?? {}} onReplace={(part, from, to, word) => section(part, `${(addendum.sections?.[part] ?? '').slice(0, from)}${word}${(addendum.sections?.[part] ?? '').slice(to)}`)} />
      <DifferenceField before={before} value={content.difference} onChange={(value) => draft.set('difference', value)} />
      <LanguageReason content={content} missing={missing} onChange={(value) => draft.set('language_reason', value)} />
      {written && <Missing missing={missing} fresh={settled} />}
      <div className="report-foot">
        {mayDictate && <DictationStatus dictating={dictating} />}
        <Group justify="space-between" gap="xs">
          <SaveMark state={state.state} />
          <Group gap="xs">
            <Button size="xs" variant="default" leftSection={<Icon name="document" size={15} />} loading={busy} disabled={!written && !draft.unsaved()} onClick={() => void ready(() => window.open(pdfOf(act.id), '_blank', 'noopener'))}>{t('report.preview')}</Button>
            <Button size="xs" leftSection={<Icon name="key" size={15} />} data-step="sign-addendum" loading={busy} disabled={!offer || !settled || missing.length > 0 || blocked.length > 0} onClick={() => void ready(() => setSigning(report))}>{t('step.sign-addendum')}</Button>
          </Group>
        </Group>
        {blocked.length > 0 && <MissingList missing={blocked} />}
      </div>
      {signing && <SignDialog act={act} report={signing} step="sign-addendum" onClose={() => setSigning(null)} onSigned={() => setSigning(null)} />}
    </Stack>
  );
}
