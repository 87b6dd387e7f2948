/*
 * What each person has to do in this act, as one clear panel per side.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act, PerformedStep } from '@/shared/api/types';
import { dayAndTime } from '@/shared/format/dates';
import { phoneText } from '@/shared/format/people';
import { colon } from '@/shared/format/typography';
import { useText } from '@/shared/i18n/useText';
import { ExportStudy } from '@/shared/media/ExportStudy';
import { Elapsed } from '@/shared/ui/Countdown';
import { MissingList, Section } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Phone } from '@/shared/ui/Phone';
import { CheckRow } from './CheckRow';
import { CompletenessNote, PerformedNote } from './CompletenessNote';
import { useStamp } from './Dossier';
import { VerdictForm } from './forms/VerdictForm';
import { IdentityDifferences } from './IdentityDifferences';
import { isInjected, isNuclear, type Lens, localIsThere, stepsToShow } from './lens';
import { AskerPanel, askerIsAwaited, ExpertPanel } from './Opinion';
import { ChannelRow, LocalAwaited, NuclearRow, PatientRows, PresenceAlerts } from './Presence';
import { offerOf, StepAction } from './StepAction';

/* What the modality says it made (MPPS), all steps together; 0 when it says nothing. */
const madeBySteps = (steps: PerformedStep[] | undefined) => (steps ?? []).reduce((sum, one) => sum + one.objects, 0);

export function ImagesSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { images } = act;
  const arriving = act.state === 'running' || act.state === 'gone';
  const made = arriving ? act.facts.acquisition?.ended?.made : undefined; // afterwards the report itself is one more object
  if (!images.instances && !act.facts.acquisition) return null;
  const reports = images.series.filter((one) => one.modality === 'DOC').reduce((sum, one) => sum + one.instances, 0); // the signed report is kept among them, and is no image
  const short = made !== undefined && images.instances < made;
  return (
    <Section title={t('act.images')} icon="images"
      aside={images.instances > 0 && (
        <Group gap={6}>
          {images.study_uid && images.series.length > 0 && <ExportStudy studyUid={images.study_uid} series={images.series} />}
          <Button component={Link} to="/acts/$id/read" params={{ id: String(act.id) } as never} size="xs" variant="default">{t('act.seeImages')}</Button>
        </Group>
      )}>
      <Group align="flex-end" gap="lg">
        <div aria-live="polite">
          <span className="big-count num">{images.instances - reports}</span> {made !== undefined && <Text span c="dimmed" className="num">/ {t('act.announced', { count: made })}</Text>}
        </div>
        {arriving && images.last_at_ms && <Text size="sm" c="dimmed">{t('act.lastImage')} <Elapsed sinceMs={images.last_at_ms} /></Text>}
      </Group>
      {short && <Text size="sm" className="countdown-soon" mt={6}>{t('act.imagesMissing', { count: made - images.instances })}</Text>}
      <PerformedNote act={act} />
      <CompletenessNote act={act} />
      {images.wrong_patient.length > 0 && <Alert mt="sm" className="refusal" icon={<Icon name="warning" />} role="alert">{t('act.wrongPatient', { count: images.wrong_patient.length })}</Alert>}
      {images.series.length > 0 && (
        <ul className="series">
          {images.series.map((one) => <li key={one.uid}><span>{one.number}. {one.description || one.modality}</span><span className="num">{one.instances}</span></li>)}
        </ul>
      )}
    </Section>
  );
}

/* ---- the site: a checklist, then the exam, then the one question: may the patient leave? ---- */
const SITE_STEPS = ['record-information', 'record-consent', 'check-identity', 'name-local-physician', 'confirm-local-presence', 'acknowledge-protocol', 'test-channel', 'explain-device', 'prepare-patient', 'start',
  'end-acquisition', 'patient-left', 'patient-gone', 'plan', 'cancel-slot', 'ask-later'];

function SitePanel({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const f = act.facts;
  const exception = !!f.emergency_exception;
  const told = !!f.information || (!!f.information_act && !!f.information_distance);
  const withdrawn = !!f.consent_act?.withdrawn_at_ms || !!f.consent_distance?.withdrawn_at_ms;
  const before = act.state === 'validated' || act.state === 'planned';
  const during = ['running', 'gone', 'released', 'left'].includes(act.state);
  return (
    <>
      {before && (
        <Section title={t('site.before')} icon="check" tone="work">
          <ul className="check-list">
            <CheckRow done={!!f.slot} title={t('site.slot')} why="E10" detail={f.slot && `${dayAndTime(f.slot.start_ms, act.site.time_zone)} · ${f.slot.room} · ${f.slot.minutes} min`}>
              <Group gap={6}>
                <StepAction act={act} step="plan" quiet={!!f.slot} size="sm" label={f.slot ? t('plan.move') : undefined} />
                <StepAction act={act} step="cancel-slot" quiet size="sm" />
              </Group>
            </CheckRow>
            <CheckRow done={!!f.protocol_acknowledged && !offerOf(act, 'acknowledge-protocol')} title={t('site.protocol')} why="E19"
              detail={f.protocol && [f.protocol.name, f.protocol.phases, f.protocol.dose_note, f.protocol.optimisation].filter(Boolean).join(' · ')}>
              <StepAction act={act} step="acknowledge-protocol" />
            </CheckRow>
            <CheckRow done={(told && !!f.consent_act && !!f.consent_distance && !withdrawn) || exception} bad={withdrawn} title={t('site.consents')} why="E3"
              detail={exception ? t('consent.exception') : [told && t('consent.information'), f.consent_act && t('consent.act'), f.consent_distance && t('consent.distance')].filter(Boolean).join(' · ') || t('site.noConsent')}>
              {act.represented && <Text size="sm">{t(`consent.${act.represented}`)}</Text>}
              <Group gap={6}>
                {!told && <StepAction act={act} step="record-information" />}
                {(!f.consent_act || !f.consent_distance) && <StepAction act={act} step="record-consent" quiet={!told} preset={{ subject: f.consent_act ? 'distance' : 'act' }} />}
              </Group>
            </CheckRow>
            <CheckRow done={!!f.local_physician && (!isInjected(act) || localIsThere(f))} title={t(isInjected(act) ? 'site.localInjected' : 'site.local')} why="E23"
              detail={f.local_physician && [f.local_physician.name, phoneText(f.local_physician.phone ?? ''), t(localIsThere(f) ? 'local.confirmed' : f.local_physician.left_at_ms ? 'local.left' : 'local.notConfirmed')].filter(Boolean).join(' · ')}>
              <Group gap={6}>
                <StepAction act={act} step="name-local-physician" quiet={!!f.local_physician} label={f.local_physician ? t('common.edit') : undefined} />
                {!localIsThere(f) && offerOf(act, 'confirm-local-presence')?.allowed && <StepAction act={act} step="confirm-local-presence" />}
              </Group>
            </CheckRow>
            <CheckRow done={f.identity?.result === 'match'} bad={f.identity?.result === 'mismatch'} title={t('site.identity')} why="E15"
              detail={f.identity && `${t(`identity.${f.identity.result}`)} · ${text('document', f.identity.document)} · ${stamp(f.identity)}`}>
              {f.identity && <IdentityDifferences identity={f.identity} />}
              <StepAction act={act} step="check-identity" quiet={f.identity?.result === 'match'} label={f.identity ? t('site.checkAgain') : undefined} />
            </CheckRow>
            <CheckRow done={!!f.imager_presence?.present} title={t('site.imagerThere')} why="E1"
              detail={f.imager_presence?.present ? <>{f.imager_presence.by.name} · <Elapsed sinceMs={f.imager_presence.since_ms} /></> : t('site.imagerAway')} />
            {isNuclear(act) && <NuclearRow act={act} />}
            <ChannelRow act={act} />
            <PatientRows act={act} />
          </ul>
          <div className="start"><StepAction act={act} step="start" size="lg" /></div>
        </Section>
      )}
      {during && (
        <Section title={t('site.during')} icon="clock" tone="work" aside={f.acquisition && <Text size="sm" c="dimmed">{t('site.since')} <Elapsed sinceMs={f.acquisition.started_at_ms} /></Text>}>
          <Stack>
            <Gate act={act} />
            {act.state === 'running' && !f.imager_presence?.present && (
              <Alert className="refusal" icon={<Icon name="warning" />} role="alert" title={t('site.imagerLost')}>
                {t('site.imagerLostText')} {act.people.imager?.phone && <Phone number={act.people.imager.phone} />}
              </Alert>
            )}
            <PresenceAlerts act={act} />
            <Group align="flex-start">
              {!f.acquisition?.ended && <StepAction act={act} step="end-acquisition" size="md" preset={{ made: madeBySteps(f.performed) || act.images.instances || null }} />}
              <StepAction act={act} step="patient-left" size="lg" />
              <StepAction act={act} step="patient-gone" quiet />
              <StepAction act={act} step="name-local-physician" quiet label={t('site.changeLocal')} />
              <StepAction act={act} step="test-channel" quiet />
            </Group>
          </Stack>
        </Section>
      )}
    </>
  );
}

/* May the patient leave? Only the imager's release opens. E18 */
function Gate({ act }: { act: Act }) {
  const { t } = useTranslation();
  const stamp = useStamp();
  const open = act.state === 'released' || act.state === 'left';
  const gone = act.state === 'gone';
  return (
    <div className="gate" data-open={open} role="status">
      <Icon name={open ? 'unlock' : 'lock'} size={40} />
      <div>
        <strong>{t(act.state === 'left' ? 'gate.left' : open ? 'gate.open' : gone ? 'gate.gone' : 'gate.locked')}</strong>
        <span>{open ? stamp(act.facts.release) : t(gone ? 'gate.goneText' : 'gate.lockedText')}</span>
      </div>
    </div>
  );
}

/* ---- the imager: the verdict, then presence, images, quality, release, reading ---- */
const IMAGER_STEPS = ['accept', 'imager-present', 'imager-absent', 'judge-quality', 'release', 'more-images', 'open-reading', 'sign', 'ask-information', 'refuse'];

function ImagerPanel({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const f = act.facts;
  const accept = offerOf(act, 'accept');
  const unfit = accept?.missing.filter((one) => /^(staff|workplace)/.test(one.code)) ?? []; // said before the form is filled
  if (act.state === 'asked' || act.state === 'info-asked')
    return (
      <Section title={t('imager.verdict')} icon="check" tone="work"
        aside={<Group gap="xs"><StepAction act={act} step="ask-information" quiet size="xs" /><StepAction act={act} step="refuse" quiet size="xs" /></Group>}>
        {unfit.length > 0 && <Alert className="refusal" mb="md" icon={<Icon name="warning" />} role="alert" title={t('act.fileBlocks')}><MissingList missing={unfit} /><Anchor component={Link} to="/staff/me" size="sm" underline="always">{t('staff.me')}</Anchor></Alert>}
        {accept ? <VerdictForm act={act} label={t('step.accept')} /> : <Text size="sm" c="dimmed">{t(act.state === 'info-asked' ? 'imager.waitingInfo' : 'act.notMine')}</Text>}
      </Section>
    );
  if (!['planned', 'running', 'gone', 'released', 'left'].includes(act.state)) return null;
  const present = !!f.imager_presence?.present;
  return (
    <Section title={t('imager.supervise')} icon="eye" tone="work"
      aside={act.images.study_uid && <Button component={Link} to="/acts/$id/read" params={{ id: String(act.id) } as never} size="sm" variant={f.reading ? 'filled' : 'default'}>{t(f.reading ? 'act.read' : 'act.seeImages')}</Button>}>
      <ul className="check-list">
        <CheckRow done={present} bad={act.state === 'running' && !present} title={t(present ? 'imager.here' : 'imager.away')} why="E1"
          detail={f.imager_presence && <Elapsed sinceMs={f.imager_presence.since_ms} />}>
          {present ? <StepAction act={act} step="imager-absent" quiet /> : <StepAction act={act} step="imager-present" />}
        </CheckRow>
        {act.state !== 'planned' && (
          <>
            <CheckRow done={!!f.quality} title={t('imager.quality')} why="E18" detail={f.quality && [text('quality', f.quality.verdict), f.quality.comment].filter(Boolean).join(colon())}>
              <CompletenessNote act={act} />
              <Group gap={6}>
                <StepAction act={act} step="judge-quality" quiet={!!f.quality} label={f.quality ? t('common.edit') : undefined} />
                <StepAction act={act} step="more-images" quiet />
              </Group>
            </CheckRow>
            <CheckRow done={!!f.release} title={t('imager.release')} why="E18" detail={f.release && dayAndTime(f.release.at_ms)}>
              {!f.release && <StepAction act={act} step="release" />}
            </CheckRow>
            <CheckRow done={!!f.reading} title={t('imager.reading')} why="E25" detail={f.reading && `${f.reading.by.name} · ${dayAndTime(f.reading.at_ms)}`}>
              {f.reading ? <StepAction act={act} step="sign" label={t('imager.toReport')} withMissing={false} /> : <StepAction act={act} step="open-reading" />}
            </CheckRow>
          </>
        )}
      </ul>
    </Section>
  );
}

/* ---- the requester: finish the request, then the duties after the report ---- */
const REQUESTER_STEPS = ['acknowledge', 'inform-patient', 'patient-copy', 'check-dmp', 'send'];

function RequesterPanel({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const f = act.facts;
  if (act.state === 'draft')
    return (
      <Section title={t('request.unfinished')} icon="edit" tone="work">
        <Text size="sm" mb="sm">{t('request.unfinishedText')}</Text>
        <Button component={Link} to="/acts/$id/request" params={{ id: String(act.id) } as never}>{t('request.continue')}</Button>
      </Section>
    );
  if (!f.signature || !['delivered', 'acknowledged', 'closed'].includes(act.state)) return null;
  return (
    <Section title={t('request.after')} icon="check" tone="work">
      <ul className="check-list">
        <CheckRow done={!!f.acknowledged} title={t('request.read')} why="E31" detail={f.acknowledged && dayAndTime(f.acknowledged.at_ms)}>
          <Group gap={6}>
            <Button component="a" href={`/api/acts/${act.id}/report.pdf`} target="_blank" rel="noreferrer" variant="default">{t('act.openReport')}</Button>
            <StepAction act={act} step="acknowledge" />
          </Group>
        </CheckRow>
        <CheckRow done={!!f.patient_informed} title={t('request.informed')} why="E34" detail={f.patient_informed && text('informedHow', f.patient_informed.how)}>
          {!f.patient_informed && <StepAction act={act} step="inform-patient" />}
        </CheckRow>
        <CheckRow done={!!f.patient_copy || !!f.patient_opened} title={t('request.copy')} why="E34" detail={f.patient_copy ? text('copyHow', f.patient_copy.how) : f.patient_opened && t('patientAccess.opened', { when: dayAndTime(f.patient_opened.at_ms) })}>
          {!f.patient_copy && !f.patient_opened && <StepAction act={act} step="patient-copy" />}
        </CheckRow>
        <CheckRow done={!!f.dmp} title={t('request.dmp')} why="E35" detail={f.dmp && text('dmp', f.dmp.dmp)}>
          {!f.dmp && <StepAction act={act} step="check-dmp" />}
        </CheckRow>
      </ul>
    </Section>
  );
}

const PANELS: Record<Lens, { panel: (props: { act: Act }) => ReactNode; shows: (act: Act) => string[] }> = {
  technologist: { panel: SitePanel, shows: (act) => (['validated', 'planned', 'running', 'gone', 'released', 'left'].includes(act.state) ? SITE_STEPS : []) },
  'local-physician': { panel: (props) => <><LocalAwaited {...props} /><PresenceAlerts {...props} /></>, shows: () => [] },
  'nuclear-physician': { panel: PresenceAlerts, shows: () => [] },
  imager: { panel: ImagerPanel, shows: (act) => (['asked', 'info-asked', 'planned', 'running', 'gone', 'released', 'left'].includes(act.state) ? IMAGER_STEPS : []) },
  requester: { panel: RequesterPanel, shows: (act) => (['delivered', 'acknowledged'].includes(act.state) ? REQUESTER_STEPS : act.state === 'draft' ? ['send'] : []) },
};

/* A tele-expertise has no site: two sides of its own. */
const EXPERT_STEPS = ['accept', 'refuse', 'ask-information', 'check-item', 'sign', 'agree-report', 'give-opinion'];
const NOTHING = { panel: () => null, shows: () => [] };
const OPINION_PANELS: typeof PANELS = {
  technologist: NOTHING, 'local-physician': NOTHING, 'nuclear-physician': NOTHING,
  imager: { panel: ExpertPanel, shows: (act) => (['asked', 'info-asked', 'validated'].includes(act.state) ? EXPERT_STEPS : []) },
  requester: { panel: (props) => <><AskerPanel {...props} /><RequesterPanel {...props} /></>, shows: (act) => [...PANELS.requester.shows(act), 'agree-delay', 'answer-information', 'choose-images', 'invite-experts'] },
};

/* Steps with a place of their own further down that do not wait. */
const PRESSING = new Set(['acknowledge-incident', 'record-care', 'tell-urgent', 'act-on-urgent', 'acknowledge-order', 'answer-order', 'answer-examination', 'answer-later', 'answer-again', 'settle-drug',
  'prepare-dose', 'release-dose', 'confirm-site', 'confirm-record', 'try-delivery', 'agree-announcement', 'record-announcement', 'close-follow-up', 'review-report', 'review-exception']);
/* Nothing for this person: what the act waits for, so that nobody wonders whether it is them. */
const waits = ({ kind, state }: Act) => (kind === 'tele-expertise' && ['asked', 'info-asked', 'validated', 'signed', 'delivered', 'acknowledged'].includes(state) ? `opinion.waits.${state}`
  : kind === 'remote-exam' && ['asked', 'info-asked', 'validated', 'planned', 'running', 'gone', 'released', 'left', 'signed', 'delivered', 'acknowledged'].includes(state) ? `act.waits.${state}` : null);

export function WorkPanels({ act, lens }: { act: Act; lens: Lens | undefined }) {
  const { t } = useTranslation();
  const side = lens ? (act.kind === 'tele-expertise' ? OPINION_PANELS : PANELS)[lens] : undefined;
  const { forward, other } = stepsToShow(act, side?.shows(act) ?? []);
  const Panel = side?.panel;
  const busy = lens === 'requester' && act.kind === 'tele-expertise' ? PANELS.requester.shows(act).length > 0 || askerIsAwaited(act) : !!side?.shows(act).length;
  const idle = !forward.length && !busy && !act.steps.some((one) => one.allowed && PRESSING.has(one.step));
  const below = ['confirm-site', 'confirm-record'].filter((step) => offerOf(act, step)?.allowed); // all that is left to this person stands far down the page
  const alarm = (act.state === 'running' || act.state === 'released') && offerOf(act, 'report-incident'); // while the patient is there, one action and no fold (E21)
  return (
    <>
      {Panel && <Panel act={act} />}
      {forward.length > 0 && (
        <Section title={t('act.todo')} icon="check" tone="work">
          <Group align="flex-start" gap="sm">{forward.map((step) => <StepAction key={step} act={act} step={step} />)}</Group>
        </Section>
      )}
      {!forward.length && below.length > 0 && (
        <Text size="sm" className="act-idle">{t('act.below')}{colon()}{below.map((step, i) => <span key={step}>{i > 0 && ' · '}<Anchor href="#after" underline="always">{t(`step.${step}`)}</Anchor></span>)}</Text>
      )}
      {idle && waits(act) && <Text size="sm" className="act-idle" role="status">{t('act.idle')} {t(waits(act)!)}</Text>}
      {alarm && <Group><StepAction act={act} step="report-incident" quiet size="sm" /></Group>}
      {(other.length > 0 || offerOf(act, 'report-incident')) && (
        <details className="others">
          <summary>{t('act.others')}</summary>
          <Group align="flex-start" gap="xs" mt="sm">
            {other.map((step) => <StepAction key={step} act={act} step={step} quiet size="xs" />)}
            {!alarm && <StepAction act={act} step="report-incident" quiet size="xs" />}
            {act.facts.incidents?.some((one) => !one.resolved_at_ms) && <StepAction act={act} step="resolve-incident" quiet size="xs" withMissing={false} />}
          </Group>
        </details>
      )}
    </>
  );
}
