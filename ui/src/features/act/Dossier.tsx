/*
 * What is known of the act, in the order of its life; what is not there yet is left out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Alert, Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Act, Stamp } from '@/shared/api/types';
import { documentPath } from '@/shared/api/requests/documents';
import { useWorklistEntry } from '@/shared/api/requests/worklist';
import { dayAndTime, delayText } from '@/shared/format/dates';
import { operationText } from '@/shared/format/operations';
import { dicomDay } from '@/shared/format/dicom';
import { useText } from '@/shared/i18n/useText';
import { Facts, Section } from '@/shared/ui/Blocks';
import { renalValue } from './forms/EarlierDose';
import { IdentityDifferences } from './IdentityDifferences';
import { ShownImages } from './Shown';
import { offerOf, StepAction } from './StepAction';
import { signedVersions } from './versions';
import { Icon } from '@/shared/ui/Icon';
import { useMe } from '@/shared/api/requests/me';
import { colon } from '@/shared/format/typography';
import { ReportMarks } from '@/shared/ui/ReportMarks';

export function useStamp() {
  const { t } = useTranslation();
  return (stamp: Stamp | undefined | null) => (stamp ? `${dayAndTime(stamp.at_ms)} ${t('common.by', { name: stamp.by.name })}` : '');
}

export function RequestSection({ act }: { act: Act }) {
  const { t, i18n } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const r = act.facts.request ?? {};
  const doctor = r.treating_physician;
  return (
    <Section title={t('act.request')} icon="document" aside={<Text size="xs" c="dimmed">{stamp(act.facts.signed_request)}</Text>}>
      {!Object.keys(r).length && <Text size="sm" c="dimmed">{t('act.requestEmpty')}</Text>}
      <Facts items={[
        [t(act.kind === 'tele-expertise' ? 'opinion.questionTo' : 'field.question'), r.question], [t('field.context'), r.context], [t('field.reason'), r.reason], [t('field.purpose'), r.purpose], [t('field.circumstances'), r.circumstances],
        [t('field.pregnancy'), text('pregnancy', r.pregnancy)], [t('field.earlier_exams'), r.earlier_exams], [t('field.optimisation'), r.optimisation],
        [t('field.allergies'), r.allergies], [t('renal.title'), renalValue(r, t)], [t('field.metformin'), text('known', r.metformin)], [t('field.diabetes'), text('known', r.diabetes)], [t('field.breastfeeding'), text('known', r.breastfeeding)], [t('field.anticoagulants'), text('known', r.anticoagulants)],
        [t('earlier.ticked'), r.priors?.map((one) => [one.date && dicomDay(one.date), one.modalities, one.description].filter(Boolean).join(' ')).join(' ; ')],
        [t('mri.title'), MRI_ITEMS.filter((item) => r[item] && r[item] !== 'no').map((item) => `${t(`field.${item}`)}${colon()}${text('known', r[item])}`).join(' · ') || (r.mri_pacemaker ? t('mri.nothing') : '')], [t('field.implants'), r.implants],
        [t('field.weight_kg'), r.weight_kg ? `${Number(r.weight_kg).toLocaleString(i18n.language)} kg` : ''], [t('field.medication'), r.medication], [t('field.operations'), r.operations?.map(operationText).join('\n')],
        [t('field.relevance'), r.relevance], [t('field.guideline'), r.guideline],
        [t('field.benefit_code'), [text('benefit', r.benefit_code), r.benefit].filter(Boolean).join(colon())],
        [t('field.distance_reason_code'), [text('distanceReason', r.distance_reason_code), r.distance_reason].filter(Boolean).join(colon())],
        [t('field.pathway'), text('pathway', r.pathway)], [t('field.exam_within_min'), r.exam_within_min && delayText(r.exam_within_min)], [t('field.answer_within_min'), r.answer_within_min && delayText(r.answer_within_min)],
        [t('field.treating_physician'), doctor?.none ? t('request.noTreating') : [doctor?.name, doctor?.rpps].filter(Boolean).join(' · ')],
      ]} />
    </Section>
  );
}

const MRI_ITEMS = ['mri_pacemaker', 'mri_neurostimulator', 'mri_cochlear', 'mri_clip', 'mri_metal_in_eye', 'mri_pump', 'mri_valve_stent', 'mri_prosthesis', 'mri_claustrophobia'] as const;

export function ConsentSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const f = act.facts;
  /* Who else was asked, and what the patient who is represented says. */
  const consentDetail = (one: NonNullable<typeof f.consent_act>): [string, string][] => ([
    [t('field.other_holder'), [text('otherHolder', one.other_holder), one.other_holder_name].filter(Boolean).join(', ')], [t('field.heard'), [text('heard', one.heard), one.heard_text].filter(Boolean).join(', ')],
    [t('field.able'), text('able', one.able)], [t('field.minor_exception'), [text('minorAlone', one.minor_exception), one.exception_text].filter(Boolean).join(', ')], [t('field.accompanied_by'), one.accompanied_by ?? ''],
  ] as [string, string][]).filter(([, words]) => words);
  const consent = (one: typeof f.consent_act) => one && (
    <>
      {text('consentHow', one.how)}{one.representative_name && `${colon()}${one.representative_name} (${text('qualityOf', one.representative_quality)})`} · {stamp(one)}
      {consentDetail(one).map(([label, words]) => <span key={label} className="sub">{label}{colon()}{words}</span>)}
      {one.document && ` · ${one.document}`}
      {one.document_id && <> · <Anchor href={documentPath(act.id, one.document_id)} target="_blank" rel="noreferrer">{t('document.open')}</Anchor></>}
      {one.withdrawn_at_ms && <Badge ml={6} size="sm" className="tone tone-stop" tt="none">{t('consent.withdrawn', { when: dayAndTime(one.withdrawn_at_ms) })}</Badge>}
    </>
  );
  const told = (one: typeof f.information) => one && `${stamp(one)} · ${one.version} · ${text('language', one.language)}${one.interpreter ? ` (${one.interpreter})` : ''}`;
  const exception = f.emergency_exception;
  if (!f.information && !f.information_act && !f.information_distance && !f.consent_act && !f.consent_distance && !exception && !f.objections?.length) return null;
  return (
    <Section title={t('act.consents')} icon="shield">
      <Facts items={[
        [t('consent.information'), told(f.information)], [t('consent.informationAct'), told(f.information_act)], [t('consent.informationDistance'), told(f.information_distance)],
        [t('consent.protectionOf'), f.protection && [text('protection', f.protection.measure), f.protection.holder_name, f.protection.contact, f.protection.decision].filter(Boolean).join(' · ')],
        [t('consent.act'), consent(f.consent_act)], [t('consent.distance'), consent(f.consent_distance)],
        [t('consent.exception'), exception && `${exception.reason} (${exception.consulted}) · ${stamp(exception)}`],
        [t('consent.review'), exception && (exception.review ? `${text('justified', exception.review.verdict)}${colon()}${exception.review.text} · ${stamp(exception.review)}` : t('consent.notReviewed'))],
      ]} />
      {f.objections?.map((one) => (
        <Alert key={one.id} mt="xs" p="xs" className={one.lifted_at_ms ? 'offer' : 'refusal'} icon={<Icon name="shield" />} title={`${t('consent.objection')}${colon()}${text('deliveryTo', one.to)}`}>
          {one.text} · {stamp(one)}{one.lifted_at_ms && ` · ${t('consent.lifted', { when: dayAndTime(one.lifted_at_ms) })}`}
        </Alert>
      ))}
    </Section>
  );
}

export function DecisionSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const { verdict, protocol, refusal, cancellation, abandonment, alternative, questions } = act.facts;
  if (!verdict && !refusal && !cancellation && !abandonment && !questions?.length) return null;
  const stop = refusal ?? cancellation ?? abandonment;
  const held = (verdict ?? refusal)?.requester_opinion; // kept where the imager decided otherwise: L3
  return (
    <Section title={t('act.decision')} icon="check" aside={<Text size="xs" c="dimmed">{stamp(verdict ?? stop)}</Text>}>
      <Stack gap="sm">
        {stop && (
          <Alert className="refusal" icon={<Icon name="warning" />} title={t(refusal ? 'act.refused' : cancellation ? 'act.cancelled' : 'act.notDone')}>
            {text(refusal ? 'refusal' : 'cancellation', stop.code)}{colon()}{stop.text}
            {refusal?.other_exam && <Text size="sm">{t('act.otherExam')}{colon()}{[text('modality', refusal.other_modality), refusal.other_exam].filter(Boolean).join(' · ')}</Text>}
          </Alert>
        )}
        <Facts items={[
          [t('field.accept.indication'), [text('verdict', verdict?.indication ?? refusal?.indication), verdict?.indication_reason].filter(Boolean).join(colon())],
          [t('field.accept.distance'), [text('verdict', verdict?.distance ?? refusal?.distance), verdict?.distance_reason].filter(Boolean).join(colon())],
          [t('act.requesterHeld'), held && [held.relevance, held.guideline, held.benefit].filter(Boolean).join(' · ')],
          [t('field.pregnancy_decision'), verdict?.pregnancy_decision], [t('field.mri_decision'), verdict?.mri_decision], [t('field.renal_waiver'), verdict?.renal_waiver],
          [t('act.askedAtFirst'), verdict?.asked && [text('modality', verdict.asked.modality), verdict.asked.region].filter(Boolean).join(' · ')],
          [t('act.changedTo'), verdict?.change && [text('modality', verdict.change.modality), verdict.change.region, verdict.change.reason].filter(Boolean).join(' · ')],
          [t('field.protocol.name'), protocol && [protocol.name, protocol.version && `v${protocol.version}`].filter(Boolean).join(' ')],
          [t('field.protocol.phases'), protocol?.phases], [t('protocol.steps'), protocol?.steps],
          [t('protocol.contrast'), protocol?.contrast && [text('contrast', protocol.contrast.kind), protocol.contrast.product, protocol.contrast.dose_rule].filter(Boolean).join(' · ')], [t('field.protocol.injection'), text('injection', protocol?.injection)], [t('field.protocol.dose_note'), protocol?.dose_note], [t('field.protocol.optimisation'), protocol?.optimisation],
          [t('act.protocolRead'), stamp(act.facts.protocol_acknowledged)], [t('mri.check'), act.facts.mri_check && `${text('safe', act.facts.mri_check.result)} · ${stamp(act.facts.mri_check)}`],
          [t('act.alternative'), alternative && `${alternative.offered}${alternative.offered_by ? ` (${alternative.offered_by})` : ''} · ${t('act.patientTold', { when: dayAndTime(alternative.patient_told_at_ms) })} · ${alternative.answer}`],
        ]} />
        {questions?.map((one) => (
          <div key={one.id} className="quoted">
            <Text size="sm" fw={600}>{one.by.name}{colon()}{one.text}</Text>
            <Text size="sm">{one.answer ? `${one.answered_by?.name ?? ''}${colon()}${one.answer}` : t('act.waitingAnswer')}</Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}

export function ExamSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const text = useText();
  const stamp = useStamp();
  const { slot, acquisition, quality, release, departure, identity } = act.facts;
  const entry = useWorklistEntry(act.id, !!slot && (act.state === 'planned' || act.state === 'running'));
  if (!slot && !acquisition) return null;
  return (
    <Section title={t('act.exam')} icon="calendar">
      <Stack gap="sm">
        <Facts items={[
          [t('act.slot'), slot && `${dayAndTime(slot.start_ms, act.site.time_zone)} · ${slot.room} · ${slot.minutes} min`], [t('field.plan.late_reason'), slot?.late_reason],
          [t('act.accession'), slot?.accession && <code>{slot.accession}</code>], [t('act.ae'), slot?.ae_title && <code>{slot.ae_title}</code>],
          [t('act.identityCheck'), identity && <>{[t(`identity.${identity.result}`), identity.asked && text('asked', identity.asked), text('document', identity.document), stamp(identity)].filter(Boolean).join(' · ')}<IdentityDifferences identity={identity} /></>],
          [t('act.started'), acquisition && dayAndTime(acquisition.started_at_ms)],
          [t('act.ended'), acquisition?.ended && t('act.endedCount', { when: dayAndTime(acquisition.ended.at_ms), count: acquisition.ended.made })],
          [t('act.quality'), quality && [text('quality', quality.verdict), quality.comment].filter(Boolean).join(colon())],
          [t('act.released'), stamp(release)], [t('act.departed'), departure && `${stamp(departure)}${departure.released ? '' : ` · ${t('act.withoutRelease')}`}`],
        ]} />
        {entry.data && (
          <details>
            <summary>{t('act.worklist')}</summary>
            <pre className="raw">{JSON.stringify(entry.data, null, 2)}</pre>
          </details>
        )}
      </Stack>
    </Section>
  );
}

export function ReportSection({ act }: { act: Act }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const text = useText();
  const stamp = useStamp();
  const { signature, acknowledged, patient_informed, patient_copy, dmp, outcome, not_interpretable } = act.facts;
  const { preliminary, addendum_draft } = act.facts;
  const versions = signedVersions(act.facts);
  if (!signature && !not_interpretable && !preliminary) return null;
  return (
    <Section title={t('act.report')} icon="document"
      aside={(signature || preliminary) && <Anchor href={`/api/acts/${act.id}/report.pdf`} target="_blank" rel="noreferrer" fw={600}>{t('act.openReport')}</Anchor>}>
      <Stack gap="sm">
        <ReportMarks act={act} />
        {preliminary && !signature && (
          <Alert className="refusal" icon={<Icon name="clock" />} title={t('report.kind.preliminary')}>{t('report.preliminaryOut', { name: preliminary.by.name, when: dayAndTime(preliminary.at_ms), due: dayAndTime(preliminary.final_due_ms) })}</Alert>
        )}
        {versions.length > 1 && (
          <ol className="act-versions" aria-label={t('report.versions')}>
            {[...versions].reverse().map((one) => (
              <li key={one.revision}>
                <Text size="sm"><b>{t('report.versionTag', { version: one.version })}</b> · {one.addendum ? text('addendumKind', one.addendum) : t(`report.kind.${one.kind}`)} · {stamp(one)} · <Anchor href={`/api/acts/${act.id}/report.pdf?revision=${one.revision}`} target="_blank" rel="noreferrer" underline="always" aria-label={`PDF, ${t('report.versionTag', { version: one.version })}`}>PDF</Anchor></Text>
                {one.difference?.significant && <Text size="sm" className="countdown-late">{t('report.difference.title').replace(/ ?\?$/, '')}{colon()}{one.difference.what}</Text>}
              </li>
            ))}
          </ol>
        )}
        {addendum_draft && <Text size="sm" c="dimmed">{t('report.addendum.busy', { name: addendum_draft.by.name, when: dayAndTime(addendum_draft.at_ms) })}</Text>}
        {signature && offerOf(act, 'open-addendum') && <Group gap="xs"><StepAction act={act} step="open-addendum" quiet size="xs" withMissing={false} /></Group>}
        {addendum_draft && <Group gap="xs">{addendum_draft.by.id === me?.person.id && <Button component={Link} to="/acts/$id/read" params={{ id: String(act.id) } as never} size="xs">{t('report.addendum.continue')}</Button>}<StepAction act={act} step="drop-addendum" quiet size="xs" withMissing={false} /></Group>}
        {outcome === 'not-interpretable' && not_interpretable && (
          <Alert className="refusal" icon={<Icon name="warning" />} title={t('act.notInterpretable')}>{text('unreadable', not_interpretable.reason_code)}{colon()}{not_interpretable.reason}. {not_interpretable.follow_up}</Alert>
        )}
        <Facts items={[
          [t('act.signed'), signature && `${stamp(signature)} · ${t(`proof.${signature.proof}`)}`],
          [t('act.acknowledged'), stamp(acknowledged)],
          [t('act.patientInformed'), patient_informed && `${text('informedHow', patient_informed.how)} · ${stamp(patient_informed)}`],
          [t('act.patientCopy'), patient_copy && `${text('copyHow', patient_copy.how)} · ${stamp(patient_copy)}`],
          [t('act.dmp'), dmp && `${text('dmp', dmp.dmp)} · ${stamp(dmp)}`],
        ]} />
        <ShownImages act={act} />
      </Stack>
    </Section>
  );
}
