/*
 * The report being written, part by part; what is missing is the server's own list, and leads to the field.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Checkbox, Group, Kbd, Modal, Radio, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDoStep } from '@/shared/api/requests/doStep';
import { useMe } from '@/shared/api/requests/me';
import { AID_PARTS } from '@/shared/api/requests/reportAids';
import type { Act } from '@/shared/api/types';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { StepForm } from '@/shared/steps/StepForm';
import { Facts, MissingList, Refusal } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Area } from './Area';
import { CitedUnder } from './Cited';
import { Conflict } from './Conflict';
import { Changes, DifferenceField } from './Changes';
import { beforeOf, type Content, doseToTake, fieldOf, measured, NOTE_PARTS, offered, type Part, type Report, type Said } from './content';
import { DictationButton, DictationStatus } from './dictation/Dictation';
import { useDictation } from './dictation/useDictation';
import { DoseField } from './Dose';
import type { SaveState } from './draft';
import { Earlier, EarlierText, type Opened } from './Earlier';
import { fieldFrom } from './fields';
import { useReportKeys, useSignByKey } from './keys';
import { Opinions } from './Opinions';
import { pdfOf } from './requests';
import { SignDialog } from './Sign';
import { nextDoubt, Spelling } from './spelling/Spelling';
import { TemplateDialog } from './Templates';
import { useCitations } from './useCitations';
import { useDraft } from './useDraft';
import { useHelping } from './useHelping';
import { recordedOf } from './values';

const PARTS: { part: Part; rows: number; optional?: boolean }[] = [
  { part: 'indication', rows: 2 }, { part: 'technique', rows: 2 }, { part: 'comparison', rows: 1, optional: true }, { part: 'results', rows: 7 }, { part: 'conclusion', rows: 3 },
];

export function Editor({ act, report, personId }: { act: Act; report: Report; personId: number }) {
  const { t } = useTranslation();
  const { draft, state } = useDraft(act.id, personId, report);
  const [signing, setSigning] = useState<Report | null>(null);
  const [busy, setBusy] = useState(false);
  const supplied = useMemo(() => measured(report.measured_dose ?? act.images.dose), [report.measured_dose, act.images.dose]);
  const note = act.facts.outcome === 'not-interpretable';
  const opinion = act.kind === 'tele-expertise';
  const words = useMemo(() => offered(act), [act]);
  const [preliminary, setPreliminary] = useState<Report | null>(null);
  const before = beforeOf(report);
  const [choosing, setChoosing] = useState(false);
  const [earlier, setEarlier] = useState<Opened | null>(null);

  // The equipment's dose goes into the report by itself, and follows when a later dose report arrives.
  const content = state?.content;
  const doseTaken = content && state.state !== 'conflict' ? doseToTake(content, supplied) : null;
  useEffect(() => {
    if (draft && doseTaken) draft.set('dose', doseTaken);
  }, [draft, doseTaken]);

  // An urgent finding of the act: the report bears the mention unless somebody takes it away, and says so. E26
  const mention = content && state.state !== 'conflict' && content.urgent === undefined && !!act.facts.urgent?.some((one) => one.category !== 'days');
  useEffect(() => {
    if (draft && mention) draft.set('urgent', true);
  }, [draft, mention]);
  const { i18n } = useTranslation();
  const recorded = useMemo(() => recordedOf(act, i18n.getFixedT('fr')), [act, i18n]);

  useCitations(act.id, () => draft && draft.current().state !== 'conflict' ? {
    results: draft.current().content.results ?? '', places: draft.current().content.places ?? [],
    put: (results, places) => {
      draft.set('results', results);
      draft.set('places', places);
    },
  } : null);
  const help = useHelping(act, content?.dose ?? supplied);
  const sign = act.steps.find((one) => one.step === 'sign');
  const settled = report.status === 'draft' && state?.state === 'saved' && report.revision === draft?.lastRevision();
  const blocked = opinion ? (sign?.missing ?? []).filter((one) => !/^(report|dose)/.test(one.code)) : []; // of the report itself the list above knows newer
  const signByKey = useSignByKey(draft, settled, !!sign && !report.missing.length && !blocked.length, () => setSigning(report));
  const dictating = useDictation(act.id), mayDictate = !!useMe().data?.dictation;
  useReportKeys({ template: () => setChoosing(true), spelling: nextDoubt, dictate: mayDictate ? dictating.toggle : undefined, sign: signByKey });

  if (!draft || !state || !content) return null;
  const text = (part: Part, rows: number) => (
    <Area key={part} part={part} rows={rows} value={content[part] ?? ''} offered={words[part]} help={help} beside={earlier && <EarlierText opened={earlier} part={part} current={content[part] ?? ''} onChange={(value) => draft.set(part, value)} />} below={<CitedUnder actId={act.id} text={content[part]} places={content.places} />} onChange={(value) => draft.set(part, value)} />
  );
  const ready = async (then: () => void) => {
    setBusy(true);
    if (await draft.flush()) then();
    setBusy(false);
  };
  const missing = report.missing;
  const shown = (part: Part) => (!note || NOTE_PARTS.has(part)) && !(opinion && part === 'technique');
  const take = (texts: Partial<Record<Part, string>>) => {
    setChoosing(false);
    for (const part of AID_PARTS) if (texts[part]) draft.set(part, texts[part]);
    const first = AID_PARTS.find((part) => fieldFrom(texts[part] ?? '', 0));
    if (first) setTimeout(() => { // once the dialog has given the focus back
      const area = document.querySelector<HTMLTextAreaElement>(`#report-${first}`), field = area && fieldFrom(area.value, 0);
      area?.focus();
      if (field) area?.setSelectionRange(field.from, field.to);
    }, 250);
  };

  return (
    <>
      {state.state === 'conflict' && state.theirs && (
        <Conflict mine={content} theirs={state.theirs} reader={act.facts.reading?.by.name ?? ''} onTheirs={() => draft.takeTheirs()} onMine={() => draft.takeMine()} />
      )}
      {state.restored && state.state !== 'conflict' && <Text size="xs" className="countdown-soon" role="status">{t('report.restored')}</Text>}
      {state.state === 'failed' && <Refusal error={state.error} />}
      {note && <NoteBox act={act} />}
      <Group gap="xs" justify="space-between" className="report-tools">
        <Group gap="xs">
          <Button size="compact-sm" variant="default" leftSection={<Icon name="document" size={14} />} rightSection={<Kbd size="xs">F2</Kbd>} onClick={() => setChoosing(true)}>{t('report.template')}</Button>
          {mayDictate && <DictationButton dictating={dictating} />}
        </Group>
        <Anchor component={Link} to="/report-aids" size="xs">{t('aids.title')}</Anchor>
      </Group>
      <Opinions act={act} hint />
      <Earlier actId={act.id} opened={earlier} comparison={shown('comparison') ? content.comparison ?? '' : null} onOpen={setEarlier} onCompare={(value) => draft.set('comparison', value)} />
      <Checkbox id="report-urgent" label={t('report.urgent')} description={t('report.urgentHint')} checked={content.urgent ?? false} onChange={(e) => draft.set('urgent', e.currentTarget.checked)} />
      {PARTS.filter(({ part }) => shown(part)).map(({ part, rows }) => text(part, rows))}
      {!note && !opinion && (
        <section id="report-dose" tabIndex={-1} aria-label={t('report.dose')}>
          <Text size="sm" fw={600} mb={4}>{t('report.dose')}</Text>
          <DoseField modality={act.modality} given={act.facts.drugs} dose={content.dose} supplied={supplied} editable onChange={(dose) => draft.set('dose', dose)} />
        </section>
      )}
      <SaidField part="incidents" value={content.incidents} recorded={recorded.incidents} onChange={(value) => draft.set('incidents', value)} />
      <SaidField part="prescriptions" value={content.prescriptions} recorded={recorded.prescriptions} onChange={(value) => draft.set('prescriptions', value)} />
      {text('follow_up', 1)}
      {text('contact', 1)}
      <Spelling content={content} onReplace={(part, from, to, word) => draft.set(part, `${(content[part] ?? '').slice(0, from)}${word}${(content[part] ?? '').slice(to)}`)} />
      {before && <Changes before={before} content={content} />}
      {before && <DifferenceField before={before} value={content.difference} onChange={(value) => draft.set('difference', value)} />}
      <LanguageReason content={content} missing={report.missing} onChange={(value) => draft.set('language_reason', value)} />
      <Missing missing={missing} fresh={settled} />
      <div className="report-foot">
        {mayDictate && <DictationStatus dictating={dictating} />}
        <Group justify="space-between" gap="xs">
          <SaveMark state={state.state} />
          <Group gap="xs">
            {!before && <NotInterpretable act={act} note={note} />}
            <Button size="xs" variant="default" leftSection={<Icon name="document" size={15} />} loading={busy} disabled={report.status === 'none' && !draft.unsaved()}
              onClick={() => void ready(() => window.open(pdfOf(act.id), '_blank', 'noopener'))}>{t('report.preview')}</Button>
            {act.steps.some((one) => one.step === 'sign-preliminary') && (
              <Button size="xs" variant="default" data-step="sign-preliminary" loading={busy} disabled={!settled || missing.length > 0 || blocked.length > 0} onClick={() => void ready(() => setPreliminary(report))}>{t('report.sign.preliminary')}</Button>
            )}
            <Button size="xs" leftSection={<Icon name="key" size={15} />} data-step="sign" loading={busy} disabled={!sign || !settled || missing.length > 0 || blocked.length > 0}
              onClick={() => void ready(() => setSigning(report))}>{t(note ? 'report.sign.note' : 'report.sign')}</Button>
          </Group>
        </Group>
        {blocked.length > 0 && <MissingList missing={blocked} />}
        {!sign && act.state !== 'left' && <Text size="xs" c="dimmed" mt={4}>{t('report.notYet')}</Text>}
      </div>
      {choosing && <TemplateDialog modality={act.modality} region={act.region} content={content} parts={AID_PARTS.filter(shown)} values={help.values} onTake={take} onClose={() => setChoosing(false)} />}
      {preliminary && <SignDialog act={act} report={preliminary} step="sign-preliminary" onClose={() => setPreliminary(null)} onSigned={() => setPreliminary(null)} />}
      {signing && <SignDialog act={act} report={signing} onClose={() => setSigning(null)} onSigned={() => setSigning(null)} />}
    </>
  );
}

/* Said or not said: nothing is chosen in advance, and an empty field is no answer. What the act noted is taken by one touch. */
function SaidField({ part, value, recorded, onChange }: { part: 'incidents' | 'prescriptions'; value: Said | undefined; recorded: string; onChange: (value: Said) => void }) {
  const { t } = useTranslation();
  const choice = value?.none ? 'none' : value?.text !== undefined ? 'some' : null;
  return (
    <div id={`report-${part}`} tabIndex={-1}>
      <Radio.Group label={t(`report.part.${part}`)} value={choice} onChange={(next) => onChange(next === 'none' ? { none: true } : { text: value?.text ?? '' })} labelProps={{ fw: 600 }}>
        <Group gap="md" mt={4}>
          <Radio value="none" label={t(`report.${part}.none`)} />
          <Radio value="some" label={t(`report.${part}.some`)} />
          {recorded && !value?.text && <Anchor component="button" type="button" size="xs" onClick={() => onChange({ text: recorded })}>{t('report.takeRecorded')}</Anchor>}
        </Group>
      </Radio.Group>
      {choice === 'some' && (
        <Textarea mt={6} className="report-text" aria-label={t(`report.part.${part}`)} autosize minRows={2} lang="fr" spellCheck value={value?.text ?? ''} onChange={(e) => onChange({ text: e.currentTarget.value })} />
      )}
    </div>
  );
}

export function Missing({ missing, fresh }: { missing: Report['missing']; fresh: boolean }) {
  const { t } = useTranslation();
  if (!missing.length) return fresh ? <Text size="sm" className="report-complete"><Icon name="check" size={15} /> {t('report.complete')}</Text> : null;
  const go = (code: string) => {
    const field = code === 'report-fields' ? document.querySelector<HTMLElement>('textarea[data-fields]') : document.getElementById(`report-${fieldOf(code)}`);
    const target = field?.querySelector<HTMLElement>('textarea, input') ?? field; // the field itself when it holds none
    target?.focus();
    target?.scrollIntoView({ block: 'center' });
  };
  return (
    <section className="report-missing" aria-label={t('report.missing')} data-fresh={fresh}>
      <Text size="sm" fw={600}>{t('report.missing')}</Text>
      <ul>
        {missing.map((one) => (
          <li key={one.code}>
            <Anchor component="button" type="button" size="sm" ta="left" onClick={() => go(one.code)}>{one.text}</Anchor> {one.why && <span className="why">{one.why}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function SaveMark({ state }: { state: SaveState }) {
  const { t } = useTranslation();
  const alarm = state === 'failed' || state === 'conflict';
  return <span className={alarm ? 'save-mark save-alarm' : 'save-mark'} role="status" data-save={state}>{alarm && <Icon name="warning" size={14} />} {t(`report.save.${state}`)}</span>;
}

/* Written in another language than French: asked only when the server took it for one. E29 */
export function LanguageReason({ content, missing, onChange }: { content: Content; missing: Report['missing']; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  if (content.language_reason === undefined && !missing.some((one) => one.code === 'report-french')) return null;
  return <Textarea id="report-french" label={t('report.language')} autosize minRows={1} lang="fr" value={content.language_reason ?? ''} onChange={(e) => onChange(e.currentTarget.value)} />;
}

/* E28: the images cannot be interpreted: why, by which procedure, and what follows. */
function NotInterpretable({ act, note }: { act: Act; note: boolean }) {
  const { t } = useTranslation();
  const [opened, open] = useDisclosure(false);
  const back = useDoStep(act.id);
  const offer = act.steps.find((one) => one.step === (note ? 'interpretable' : 'not-interpretable'));
  if (!offer) return null;
  if (note)
    return (
      <>
        <Button size="xs" variant="default" loading={back.isPending} onClick={() => back.mutate({ step: 'interpretable' })}>{t('report.interpretable')}</Button>
        <Refusal error={back.error} />
      </>
    );
  return (
    <>
      <Button size="xs" variant="default" disabled={!offer.allowed} onClick={open.open} data-step="not-interpretable">{t('report.notInterpretable')}</Button>
      <Modal opened={opened} onClose={open.close} title={t('report.notInterpretable.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Text size="sm" c="dimmed" mb="sm">{t('report.notInterpretable.text')}</Text>
        <StepForm act={act} step="not-interpretable" label={t('common.confirm')} onDone={open.close} onCancel={open.close} />
      </Modal>
    </>
  );
}

export function NoteBox({ act }: { act: Act }) {
  const { t } = useTranslation();
  const code = useText();
  const note = act.facts.not_interpretable;
  if (!note) return null;
  return (
    <Alert className="note-box" icon={<Icon name="warning" />} title={t('report.note.title')}>
      <Facts columns={1} items={[
        [t('report.note.reason'), `${code('unreadable', note.reason_code)}${colon()}${note.reason}`],
        [t('report.note.procedure'), note.procedure],
        [t('report.note.follow_up'), note.follow_up],
      ]} />
    </Alert>
  );
}
