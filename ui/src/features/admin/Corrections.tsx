/*
 * Corrections: a study is found, set right, and what was done can be followed and undone; two patients become one. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Anchor, Badge, Button, Group, Modal, Progress, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Correction, type FoundStudy, type Merge, FOUND_MOST, type Search, useCorrect, useCorrections, useFoundStudies } from '@/shared/api/requests/corrections';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { dicomDay, dicomName, dicomPerson } from '@/shared/format/dicom';
import { whoText } from '@/shared/format/people';
import { useRetain } from '@/shared/api/requests/retention';
import { colon } from '@/shared/format/typography';
import { Loaded, PageHead, Refusal, Section } from '@/shared/ui/Blocks';
import { Jumps } from '@/shared/ui/Jumps';
import { Lines } from '@/shared/ui/Lines';
import { Listed } from '@/shared/ui/Listed';
import { useAddress } from '@/shared/ui/useAddress';
import { CorrectionForm } from './CorrectionForm';
import { MergeForm } from './MergeForm';

const LISTED = 500; // at most, of each list, as the server gives them
const PAGE = 10;    // rows: two lists stand below the search

interface Undo { path: string; title: string }

export function CorrectionsPage() {
  const { t } = useTranslation();
  const corrections = useCorrections();
  const [study, setStudy] = useState<FoundStudy | null>(null);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [merging, setMerging] = useState(false);
  const [removing, setRemoving] = useState<FoundStudy | null>(null);
  return (
    <>
      <PageHead title={t('nav.corrections')} text={t('corrections.lead')} />
      <Stack gap="md">
        {corrections.data && <Jumps list={[
          { to: 'made', label: t('corrections.done'), count: corrections.data.corrections.length, more: corrections.data.corrections.length >= LISTED },
          { to: 'merges', label: t('corrections.merges'), count: corrections.data.merges.length, more: corrections.data.merges.length >= LISTED },
        ]} />}
        <Section title={t('corrections.find')} icon="search"><Find choose={setStudy} remove={setRemoving} version={(corrections.data?.corrections ?? []).map((one) => `${one.id}${one.state}`).join()} /></Section>
        <Loaded query={corrections}>
          {({ corrections: list, merges }) => (
            <Stack gap="md">
              <Section id="made" title={t('corrections.done')} icon="list"><History list={list} undo={setUndo} /></Section>
              <Section id="merges" title={t('corrections.merges')} icon="people" aside={<Button size="xs" variant="default" onClick={() => setMerging(true)}>{t('corrections.merge')}</Button>}><Merges list={merges} undo={setUndo} /></Section>
            </Stack>
          )}
        </Loaded>
      </Stack>
      <Modal size="lg" opened={!!study} onClose={() => setStudy(null)} title={study ? [dicomName(study.name) || t('archive.noName'), study.description || study.modalities, dicomDay(study.date)].filter(Boolean).join(' · ') : ''} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {study && <CorrectionForm study={study} done={() => setStudy(null)} />}
      </Modal>
      <Modal opened={!!undo} onClose={() => setUndo(null)} title={undo?.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {undo && <WithReason path={undo.path} text={t('corrections.undoText')} done={() => setUndo(null)} />}
      </Modal>
      <Modal opened={!!removing} onClose={() => setRemoving(null)} title={t('retention.remove')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {removing && <Remove study={removing} done={() => setRemoving(null)} />}
      </Modal>
      <Modal size="xl" opened={merging} onClose={() => setMerging(false)} title={t('corrections.merge')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <MergeForm done={() => setMerging(false)} />
      </Modal>
    </>
  );
}

const foundWords = (one: FoundStudy) => [dicomName(one.name), one.patientId, one.description, one.modalities, dicomDay(one.date), one.accession, one.uid];

function Find({ choose, remove, version }: { choose: (study: FoundStudy) => void; remove: (study: FoundStudy) => void; version: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Search>({ name: '', id: '', accession: '' });
  // Another page leads here with its study, and with what is to be done to it.
  const wanted = useAddress();
  const uid = typeof wanted.study === 'string' && /^[0-9.]{1,64}$/.test(wanted.study) ? wanted.study : '';
  const [asked, setAsked] = useState<Search | null>(uid ? { name: '', id: '', accession: '', uid } : null);
  const found = useFoundStudies(asked, version);
  const opened = useRef(false);
  const one = uid && found.data?.find((each) => each.uid === uid);
  useEffect(() => {
    if (!one || opened.current) return;
    opened.current = true;
    if (wanted.open === 'correct') choose(one);
    if (wanted.open === 'remove') remove(one);
  }, [one, wanted.open, choose, remove]);
  const submit = (event: FormEvent) => { event.preventDefault(); setAsked({ ...typed }); };
  return (
    <Stack gap="sm">
      <form onSubmit={submit}>
        <Group align="end" gap="sm">
          <TextInput label={t('corrections.byName')} value={typed.name} onChange={(e) => setTyped({ ...typed, name: e.currentTarget.value })} />
          <TextInput label={t('corrections.byId')} value={typed.id} onChange={(e) => setTyped({ ...typed, id: e.currentTarget.value })} />
          <TextInput label={t('quarantine.accession')} value={typed.accession} onChange={(e) => setTyped({ ...typed, accession: e.currentTarget.value })} />
          <Button type="submit" variant="default" loading={found.isFetching}>{t('corrections.search')}</Button>
        </Group>
      </form>
      {asked && (
        <Loaded query={found}>
          {(list) => (
            <Listed rows={list} words={foundWords} label={t('corrections.found')} none={t('corrections.nothing')} icon="search" size={PAGE} most={FOUND_MOST}>
              {(shown) => (
                <Lines label={t('corrections.found')} minWidth={720} head={['corrections.patient', 'quarantine.exam', 'corrections.images', 'quarantine.decide'].map((head) => t(head))}>
                  {shown.map((one) => (
                    <Table.Tr key={one.uid} data-found={one.uid}>
                      <Table.Td>{dicomName(one.name) || t('archive.noName')}<span className="sub">{dicomPerson(one.birth, one.sex, one.patientId)}</span></Table.Td>
                      <Table.Td><Anchor component={Link} to="/archive/$uid" params={{ uid: one.uid } as never} c="inherit" size="sm">{one.description || one.modalities || t('quarantine.exam')}</Anchor><span className="sub">{[dicomDay(one.date), one.description && one.modalities, one.accession].filter(Boolean).join(' · ') || '—'}</span></Table.Td>
                      <Table.Td className="num">{one.instances}</Table.Td>
                      <Table.Td><Group gap={6}><Button size="xs" variant="default" onClick={() => choose(one)}>{t('corrections.correct')}</Button><Button size="xs" variant="default" onClick={() => remove(one)}>{t('retention.remove')}</Button></Group></Table.Td>
                    </Table.Tr>
                  ))}
                </Lines>
              )}
            </Listed>
          )}
        </Loaded>
      )}
    </Stack>
  );
}

const TONES = { doing: 'wait', undoing: 'wait', done: 'good', undone: 'calm', failed: 'stop' } as const;

/* What a correction wrote, as people say it: names and days are not shown as the images spell them. */
const written = (field: string, value: string) => (field === 'PatientName' ? dicomName(value) : /Date$/.test(field) ? dicomDay(value) : value) || '—';

function History({ list, undo }: { list: Correction[]; undo: (what: Undo) => void }) {
  const { t } = useTranslation();
  const words = (one: Correction) => [t(`corrections.${one.kind}`), t(`corrections.state.${one.state}`), dayAndTime(one.at_ms), whoText(t, one.actor, one.actor_name), one.reason, dicomName(one.before.name), one.before.id, ...Object.entries(one.values).map(([field, value]) => written(field, value)), one.study_uid, one.target_uid];
  return (
    <Listed rows={list} words={words} label={t('corrections.done')} none={t('corrections.none')} icon="check" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('corrections.done')} head={['corrections.kind', 'corrections.before', 'corrections.after', 'quarantine.state', 'quarantine.decide'].map((head) => t(head))}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-correction={one.id}>
              <Table.Td>{t(`corrections.${one.kind}`)}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span><span className="sub">{one.reason}</span></Table.Td>
              <Table.Td>{dicomName(one.before.name) || t('archive.noName')}<span className="sub">{dicomPerson(one.before.birth, '', one.before.id)}</span></Table.Td>
              <Table.Td>
                {Object.entries(one.values).filter(([field]) => field !== 'StudyInstanceUID').map(([field, value]) => <span key={field} className="sub">{t(`corrections.said.${field}`, { defaultValue: t(`corrections.field.${field}`, { defaultValue: field }) })}{colon()}{written(field, value)}</span>)}
                {one.target_uid !== one.study_uid && <span className="sub">{t('corrections.study')}{colon()}<code>{one.target_uid}</code></span>}
              </Table.Td>
              <Table.Td>
                <Badge size="sm" tt="none" className={`tone tone-${TONES[one.state]}`}>{t(`corrections.state.${one.state}`)}</Badge>
                {(one.state === 'doing' || one.state === 'undoing') && <Progress mt={6} value={one.total ? (100 * one.done) / one.total : 0} aria-label={t('corrections.progress')} />}
                <span className="sub">{one.done < one.total ? t('corrections.partDone', { done: one.done, count: one.total }) : t('quarantine.images', { count: one.done })}</span>
                {one.failure && <span className="sub">{one.failure}</span>}
                {one.undone_at_ms !== null && <span className="sub">{dayAndTime(one.undone_at_ms)} · {whoText(t, one.undone_by, one.undone_by_name)} · {one.undone_reason}</span>}
              </Table.Td>
              <Table.Td>{one.state === 'done' && one.merge_id === null && <Button size="xs" variant="default" onClick={() => undo({ path: `/api/archive/corrections/${one.id}/undo`, title: t('corrections.undo') })}>{t('corrections.undo')}</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function Merges({ list, undo }: { list: Merge[]; undo: (what: Undo) => void }) {
  const { t } = useTranslation();
  const words = (one: Merge) => [...[one.from, one.into].flatMap((who) => [who.birth_name, who.first_given, birthDate(who.birth_date), who.ipp]), one.reason, dayAndTime(one.at_ms), whoText(t, one.actor, one.actor_name), one.undone_reason];
  return (
    <Listed rows={list} words={words} label={t('corrections.merges')} none={t('corrections.noMerge')} icon="people" size={PAGE} most={LISTED}>
      {(shown) => (
        <Lines label={t('corrections.merges')} minWidth={640} head={['corrections.from', 'corrections.into', 'quarantine.reason', 'quarantine.decide'].map((head) => t(head))}>
          {shown.map((one) => (
            <Table.Tr key={one.id} data-merge={one.id}>
              {[one.from, one.into].map((who) => <Table.Td key={who.ipp}>{who.birth_name} {who.first_given}<span className="sub">{birthDate(who.birth_date)} · {who.sex} · {who.ipp}</span></Table.Td>)}
              <Table.Td>{one.reason}<span className="sub">{dayAndTime(one.at_ms)} · {whoText(t, one.actor, one.actor_name)}</span>{one.undone_at_ms !== null && <span className="sub">{[t('corrections.state.undone'), dayAndTime(one.undone_at_ms), whoText(t, one.undone_by, one.undone_by_name), one.undone_reason].join(' · ')}</span>}</Table.Td>
              <Table.Td>{one.undone_at_ms === null && <Button size="xs" variant="default" onClick={() => undo({ path: `/api/archive/merges/${one.id}/undo`, title: t('corrections.unmerge') })}>{t('corrections.unmerge')}</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Lines>
      )}
    </Listed>
  );
}

function WithReason({ path, text, done }: { path: string; text: string; done: () => void }) {
  const { t } = useTranslation();
  const correct = useCorrect();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => { event.preventDefault(); correct.mutate({ path, body: { reason } }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={correct.error} />
        <Button type="submit" loading={correct.isPending}>{t('quarantine.confirm')}</Button>
      </Stack>
    </form>
  );
}

function Remove({ study, done }: { study: FoundStudy; done: () => void }) {
  const { t } = useTranslation();
  const retain = useRetain();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => { event.preventDefault(); retain.mutate({ method: 'DELETE', path: `/dicom-web/studies/${study.uid}?reason=${encodeURIComponent(reason)}` }, { onSuccess: done }); };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm"><strong>{dicomName(study.name)}</strong> · {study.description || study.modalities} · {t('quarantine.images', { count: study.instances })}</Text>
        <Text size="sm">{t('retention.removeText')}</Text>
        <Textarea label={t('quarantine.reason')} value={reason} required withAsterisk={false} autosize minRows={2} maxLength={500} onChange={(e) => setReason(e.currentTarget.value)} />
        <Refusal error={retain.error} />
        <Button type="submit" loading={retain.isPending}>{t('retention.remove')}</Button>
      </Stack>
    </form>
  );
}
