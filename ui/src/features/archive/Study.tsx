/*
 * One study of the archive: whose it is, what is wrong or missing, how it is kept, its series, what can be done with it. E30
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './archive.css';
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type FoundStudy, type StudyFacts, useSeriesOfStudy, useStudy, useStudyFacts } from '@/shared/api/requests/archive';
import { useMe } from '@/shared/api/requests/me';
import { birthDate, dayAndTime } from '@/shared/format/dates';
import { whoText } from '@/shared/format/people';
import { dicomDay, dicomMoment, dicomName } from '@/shared/format/dicom';
import { useText } from '@/shared/i18n/useText';
import { ExportStudy } from '@/shared/media/ExportStudy';
import { Empty, Facts, Loaded, Refusal, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { SendButton, Sends } from './Send';
import { SeriesTable } from './SeriesTable';
import { Storage } from './Storage';

export function ArchiveStudyPage() {
  const { t } = useTranslation();
  const { uid = '' } = useParams({ strict: false }) as { uid?: string };
  const known = /^[0-9.]{1,64}$/.test(uid);
  const study = useStudy(known ? uid : '0');
  return (
    <>
      <Button component={Link} to="/archive" size="xs" variant="default" mb="sm">{t('study.back')}</Button>
      <Loaded query={study} rows={6} height={60}>{(found) => (found ? <OneStudy key={uid} study={found} /> : <Empty icon="search" title={t('study.missing')} />)}</Loaded>
    </>
  );
}

function OneStudy({ study }: { study: FoundStudy }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const archive = !!me?.permissions.includes('archive'), view = !!me?.permissions.includes('view');
  const facts = useStudyFacts(study.uid, archive);
  const series = useSeriesOfStudy(study.uid);
  return (
    <Stack gap="md">
      <header className="section archive-head">
        <div>
          <Title order={1} size="h3">{dicomName(study.name) || t('archive.noName')}</Title>
          <Text size="sm" className="num">{[dicomDay(study.birth), study.sex, study.patientId].filter(Boolean).join(' · ')}</Text>
          <Text size="sm" mt={4}>{[study.modalities.join(', '), study.description, dicomMoment(study.date, study.time)].filter(Boolean).join(' · ')}</Text>
          {facts.data && <Badges facts={facts.data} />}
        </div>
        <Group gap="xs">
          {view && <Button component={Link} to="/archive/$uid/view" params={{ uid: study.uid } as never} size="xs" leftSection={<Icon name="eye" size={14} />}>{t('study.view')}</Button>}
          {archive && <SendButton parts={[{ study_uid: study.uid }]} />}
          {series.data && <ExportStudy studyUid={study.uid} series={series.data.map((one) => ({ ...one, number: one.number ?? 0 }))} />}
        </Group>
        {facts.data && <Manage facts={facts.data} />}
      </header>
      <Refusal error={facts.error} />
      {facts.data && <Lacks facts={facts.data} />}
      <Section title={t('study.facts')} icon="person"><StudyWords study={study} facts={facts.data} /></Section>
      <Section title={t('study.seriesList')} icon="images"><Loaded query={series} rows={3}>{(list) => <SeriesTable study={study.uid} series={list} kept={facts.data?.series} archive={archive} view={view} />}</Loaded></Section>
      {facts.data && <Storage facts={facts.data} />}
      {archive && <Sends study={study.uid} />}
    </Stack>
  );
}

function Badges({ facts }: { facts: StudyFacts }) {
  const { t } = useTranslation();
  const lacking = facts.performed_missing + facts.gaps.reduce((sum, one) => sum + one.missing, 0);
  const going = facts.corrections.some((one) => one.state === 'doing' || one.state === 'undoing');
  const all: [show: boolean, tone: string, text: string][] = [
    [facts.wrong_patient, 'stop', t('study.badge.wrong')],
    [!facts.patient, 'stop', t('study.badge.nobody')],
    [facts.asides > 0, 'stop', t('study.badge.asides', { count: facts.asides })],
    [facts.faults > 0, 'stop', t('study.badge.faults', { count: facts.faults })],
    [lacking > 0, 'soon', t('study.badge.incomplete', { count: lacking })],
    [going, 'live', t('study.badge.correcting')],
    [!going && facts.corrections.some((one) => one.state === 'done'), 'wait', t('study.badge.corrected')],
    [!!facts.accepted, 'quiet', t('study.badge.accepted')],
    [!!facts.prior, 'quiet', t('study.badge.prior', { origin: facts.prior?.origin ?? '' })],
    [!!facts.hold, 'wait', t('study.badge.hold')],
  ];
  const shown = all.filter(([show]) => show);
  if (!shown.length) return null;
  return <Group gap={6} mt={8}>{shown.map(([, tone, text]) => <Badge key={text} size="sm" tt="none" className={`tone tone-${tone}`}>{text}</Badge>)}</Group>;
}

/* The pages where it is done, with this study filled in. */
function Manage({ facts }: { facts: StudyFacts }) {
  const { t } = useTranslation();
  const to = (path: string, search: Record<string, string>, text: string) => <Button component={Link} to={path} search={search as never} size="xs" variant="default">{text}</Button>;
  return (
    <Group gap="xs" role="group" aria-label={t('study.actions')} className="archive-manage">
      {to('/admin/corrections', { study: facts.uid, open: 'correct' }, t('study.correct'))}
      {to('/admin/quarantine', { assign: String(facts.id), ipp: facts.patient?.ipp ?? '', accession: facts.accession }, t('study.assign'))}
      {facts.patient && !facts.hold && to('/admin/retention', { hold: facts.patient.ipp }, t('study.hold'))}
      {to('/admin/corrections', { study: facts.uid, open: 'remove' }, t('study.remove'))}
    </Group>
  );
}

function Lacks({ facts }: { facts: StudyFacts }) {
  const { t } = useTranslation();
  if (!facts.gaps.length && !facts.performed_missing && !facts.differences.length) return null;
  return (
    <Section title={t(facts.gaps.length || facts.performed_missing ? 'study.lacks' : 'study.badge.wrong')} icon="warning">
      <ul className="gaps">
        {facts.gaps.map((one) => <li key={one.uid}>{t('study.gap', { count: one.missing, series: [one.number, one.description].filter((part) => part !== null && part !== '').join(' ') })}</li>)}
        {facts.performed_missing > 0 && <li>{t('study.performed', { count: facts.performed_missing })}</li>}
        {facts.differences.map((one) => <li key={one.trait}>{t('study.differs', { trait: one.trait, expected: one.expected || '—', found: one.found || '—' })}</li>)}
      </ul>
    </Section>
  );
}

function StudyWords({ study, facts }: { study: FoundStudy; facts: StudyFacts | undefined }) {
  const { t } = useTranslation();
  const text = useText();
  const { data: me } = useMe();
  const patient = facts?.patient, act = facts?.act;
  const number = act && (me?.permissions.includes('act') ? <Link to="/acts/$id" params={{ id: String(act.id) } as never}>{act.number}</Link> : act.number);
  return (
    <Facts columns={3} items={[
      [t('study.images'), [dicomName(study.name), dicomDay(study.birth), study.sex, study.patientId && `${study.patientId}${study.issuer ? ` (${study.issuer})` : ''}`].filter(Boolean).join(' · ')],
      [t('study.patient'), facts && (patient ? `${patient.birth_name} ${patient.first_given} · ${birthDate(patient.birth_date)} · ${patient.ipp}` : t('quarantine.nobody'))],
      [t('study.act'), facts && (act ? <>{number} · {text('state', act.state)}</> : t('study.noAct'))],
      [t('archive.period'), dicomMoment(study.date, study.time)],
      [t('archive.accession'), study.accession],
      [t('archive.referring'), dicomName(study.referring)],
      [t('study.uid'), <code className="archive-uid" key="uid">{study.uid}</code>],
      [t('study.badge.hold'), facts?.hold && `${facts.hold.reason} · ${dayAndTime(facts.hold.at_ms)} · ${whoText(t, facts.hold.actor, facts.hold.actor_name)}`],
      [t('study.badge.accepted'), facts?.accepted && `${facts.accepted.reason} · ${dayAndTime(facts.accepted.at_ms)} · ${whoText(t, facts.accepted.by, facts.accepted.by_name)}`],
    ]} />
  );
}
