/*
 * What each step asks for: one row per field. The codes are those of the server's own tables.
 *
 * A step that is absent here asks for nothing; those that need a designed form of their own (verdict, slot, identity, local physician) have one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act } from '../api/types';
import { serverNow } from '../format/clock';
import { pregnancyAsked } from '../format/pregnancy';

export type Field = {
  name: string;
  kind: 'line' | 'text' | 'choice' | 'select' | 'number' | 'delay' | 'decimal' | 'moment' | 'check' | 'item' | 'file' | 'date';
  when?: (values: Values, act?: Act) => boolean; // asked for only then
  codes?: readonly string[];
  group?: string; // texts of the codes: `${group}.${code}`
  optional?: boolean;
  needed?: (act: Act) => boolean; // optional elsewhere, not in this act
  initial?: string | number | boolean;
  items?: (act: Act) => { value: string; label: string }[];
  given?: (act: Act, values: Values) => string | number | null | undefined; // what the act says already; follows the fields before it until somebody writes something else
  none?: boolean; // 'none of them' may be chosen too: then it is not sent
};

export const NONE = 'none';

export const CODES = {
  consentHow: ['oral', 'written', 'representative'],
  subject: ['act', 'distance'],
  informedOn: ['both', 'act', 'distance'],
  quality_of: ['parent', 'guardian', 'legal-representative', 'trusted-person', 'family', 'other'],
  minorAlone: ['secrecy', 'family-ties-broken', 'emancipated'],
  otherHolder: ['agrees', 'sole-holder', 'judge'],
  heard: ['agrees', 'refuses', 'not-able'],
  able: ['alone', 'assisted'],
  protection: ['none', 'safeguard', 'curatorship', 'guardianship-goods', 'guardianship-person', 'family-habilitation', 'mandate'],
  asked: ['open', 'relative', 'unable'],
  wristband: ['matches', 'differs', 'absent'],
  justified: ['justified', 'not-justified'],
  verdict: ['relevant', 'not-relevant'],
  refusal: ['not-indicated', 'other-exam', 'distance-unsuitable', 'information-missing', 'no-slot', 'contraindication', 'technical', 'other'],
  cancellation: ['patient-refused', 'patient-absent', 'clinical-change', 'no-slot', 'technical', 'adverse-effect', 'duplicate', 'other'],
  document: ['passport', 'id-card', 'residence-permit', 'wristband', 'family-book', 'birth-certificate', 'driving-licence', 'health-card', 'none'],
  orderTo: ['technologist', 'requester', 'local-physician', 'imager'],
  orderKind: ['information', 'protocol', 'more-images'], // a clinical examination has a form of its own
  incident: ['technical', 'adverse-effect', 'identity', 'other'],
  quality: ['sufficient', 'limited'],
  unreadable: ['motion', 'artefact', 'incomplete', 'positioning', 'exposure', 'transmission', 'other'],
  informedHow: ['in-person', 'phone', 'video', 'letter', 'representative'],
  copyHow: ['paper', 'secure-message', 'none-wanted'],
  review: ['stands', 'withdrawn'],
  dmp: ['present', 'none', 'opposed'],
  injection: ['none', 'contrast', 'radiopharmaceutical', 'other'],
  urgent: ['immediate', 'hours', 'days'],
  spoken: ['voice', 'video'],
  spokenWith: ['technologist', 'imager', 'patient', 'requester', 'local-physician', 'nuclear-physician', 'other'],
  deviceHow: ['explained', 'tried'],
  pregnancy: ['no', 'possible', 'yes', 'unknown', 'not-applicable'],
  drug: ['contrast', 'radiopharmaceutical', 'other'],
  examined: ['sign', 'measure', 'auscultation', 'neurological', 'biology', 'other'],
  examiners: ['requester', 'local-physician'],
  unit: ['ml', 'mg', 'g', 'ug', 'iu'],
  route: ['intravenous', 'intra-arterial', 'intra-articular', 'intramuscular', 'subcutaneous', 'oral', 'rectal', 'inhaled', 'other'],
  technologistAct: ['positioning', 'monitoring', 'image-processing', 'venous-line', 'blood-sample', 'oral-product', 'injection', 'stress-test', 'aerosol'],
  slotBack: ['machine', 'staff', 'patient', 'clinical', 'other'],
  later: ['accepted', 'refused'],
  sheetHow: ['paper', 'secure-message', 'phone', 'read-aloud'],
  sheetLanguage: ['fr', 'en'],
  means: ['telephone', 'other-video'],
  checkVerdict: ['sufficient', 'missing', 'not-needed'],
  checkItem: ['image-quality', 'earlier-images', 'identity', 'medical-information'],
  yesNo: ['yes', 'no'],
  objectionTo: ['treating-physician', 'designated', 'imaging', 'dmp', 'patient-page'],
  addendumKind: ['complement', 'correction', 'late-result'],
  deliveryHow: ['secure-message', 'paper', 'in-person', 'phone'],
  announcer: ['requester', 'imager', 'together', 'treating-physician', 'specialist'],
  announceHow: ['in-person', 'video', 'phone'],
  followUp: ['treatment', 'specialist', 'exam', 'other'],
  followUpOwner: ['requester', 'imaging', 'site'],
  followUpOutcome: ['done', 'not-needed', 'declined', 'taken-over'],
  language: ['fr', 'en', 'ar', 'es', 'pt', 'de', 'it', 'tr', 'ru', 'uk', 'zh', 'lsf', 'other'],
} as const;

const recipientsOf = (act: Act) => (act.facts.recipients ?? []).filter((one) => !one.revoked_at_ms).map((one) => ({ id: one.id, text: `${one.name}, ${one.part}` }));
const linesOf = (act: Act) => (act.facts.deliveries ?? []).filter((one) => one.to === 'treating-physician' || one.to === 'designated').map((one) => ({ id: one.id ?? 0, text: one.name }));
const shorten = (text: string) => (text.length > 70 ? `${text.slice(0, 67)}…` : text);
const openOf = (list: { id: number; text: string }[]) => list.map((one) => ({ value: String(one.id), label: shorten(one.text) }));

/* Prepared by the pharmacy, neither given nor set aside. */
const dosesOf = (act: Act, unreleased = false) => openOf((act.facts.prepared_doses ?? []).filter((one) => !one.given && !one.set_aside && (!unreleased || !one.released))
  .map((one) => ({ id: one.id, text: `${one.product} · ${one.batch}` })));

/* The dose that is taken, and the prescription it answers. */
const doseNamed = (act: Act, values: Values) => act.facts.prepared_doses?.find((one) => String(one.id) === values.prepared_id);
const KINDS: readonly string[] = CODES.drug;
const kindOf = (said: string | undefined) => (said && KINDS.includes(said) ? said : undefined);
const kindOfProtocol = (act: Act) => kindOf(act.facts.protocol?.injection) ?? (act.facts.protocol?.contrast ? 'contrast' : undefined);
/* Contrast, radiopharmaceutical or other: by the dose prepared, else the prescription, else the protocol of the act. */
const kindSaid = (act: Act, values: Values) => kindOf(doseNamed(act, values)?.kind)
  ?? kindOf(act.facts.prescriptions?.find((one) => String(one.id) === values.prescription_id)?.kind) ?? kindOfProtocol(act);

const openFindings = (act: Act) => openOf((act.facts.urgent ?? []).filter((one) => !one.action));
/* Who is known in this act, for a delegate. */
const peopleOf = (act: Act) => {
  const known = [act.people.technologist, act.people.requester].flatMap((one) => (one ? [{ id: one.id, text: one.name }] : []));
  const there = (act.facts.nuclear_presence?.people ?? []).map((one) => ({ id: one.person_id, text: one.name }));
  const local = act.facts.local_physician;
  const all = [...known, ...there, ...(local?.person_id ? [{ id: local.person_id, text: local.name }] : [])];
  return openOf([...new Map(all.map((one) => [one.id, one])).values()]);
};

/* The representative who gave the other consent a moment ago, asked for the second one too. */
const saidBefore = ({ facts }: Act) => [facts.consent_act, facts.consent_distance].find((one) => one?.how === 'representative' && !one.withdrawn_at_ms);

/* Who consents: the patient, or somebody for a minor or for an adult who is represented. */
const alone = (values: Values) => values.how === 'oral' || values.how === 'written';
const represented = (values: Values, act?: Act) => values.how === 'representative' && !!act?.represented;
const byParent = (values: Values, act?: Act) => values.how === 'representative' && act?.represented === 'minor' && values.representative_quality === 'parent';

export const STEP_FIELDS: Record<string, Field[]> = {
  'record-information': [
    { name: 'subject', kind: 'choice', codes: CODES.informedOn, group: 'informedOn', initial: 'both' },
    { name: 'version', kind: 'line', initial: '2026-1' },
    { name: 'language', kind: 'select', codes: CODES.language, group: 'language', initial: 'fr' },
    { name: 'interpreter', kind: 'line', optional: true },
  ],
  'record-consent': [
    { name: 'subject', kind: 'choice', codes: CODES.subject, group: 'subject' },
    { name: 'how', kind: 'choice', codes: CODES.consentHow, group: 'consentHow', given: (act) => (act.represented === 'minor' ? 'representative' : undefined) },
    { name: 'representative_name', kind: 'line', when: (values) => values.how === 'representative', given: (act) => saidBefore(act)?.representative_name },
    { name: 'representative_quality', kind: 'select', codes: CODES.quality_of, group: 'qualityOf', when: (values) => values.how === 'representative', given: (act) => saidBefore(act)?.representative_quality },
    { name: 'usual_act', kind: 'choice', codes: CODES.yesNo, group: 'yesNo', when: byParent },
    { name: 'other_holder', kind: 'choice', codes: CODES.otherHolder, group: 'otherHolder', when: (values, act) => byParent(values, act) && values.usual_act === 'no' },
    { name: 'other_holder_name', kind: 'line', when: (values, act) => byParent(values, act) && values.usual_act === 'no' },
    { name: 'heard', kind: 'choice', codes: CODES.heard, group: 'heard', when: represented },
    { name: 'heard_text', kind: 'text', when: (values, act) => represented(values, act) && values.heard === 'refuses' },
    { name: 'able', kind: 'choice', codes: CODES.able, group: 'able', when: (values, act) => alone(values) && act?.represented === 'protected' },
    { name: 'minor_exception', kind: 'select', codes: CODES.minorAlone, group: 'minorAlone', when: (values, act) => alone(values) && act?.represented === 'minor' },
    { name: 'exception_text', kind: 'text', when: (values, act) => alone(values) && act?.represented === 'minor' && !!values.minor_exception },
    { name: 'accompanied_by', kind: 'line', when: (values, act) => alone(values) && act?.represented === 'minor' && values.minor_exception === 'secrecy' },
    { name: 'document_id', kind: 'file', optional: true },
    { name: 'document', kind: 'line', optional: true },
  ],
  'record-protection': [
    { name: 'measure', kind: 'select', codes: CODES.protection, group: 'protection' },
    { name: 'holder_name', kind: 'line', when: (values) => !!values.measure && values.measure !== 'none' },
    { name: 'contact', kind: 'line', optional: true, when: (values) => !!values.measure && values.measure !== 'none' },
    { name: 'decision', kind: 'line', when: (values) => !!values.measure && values.measure !== 'none' },
  ],
  'withdraw-consent': [
    { name: 'subject', kind: 'choice', codes: CODES.subject, group: 'subject' },
    { name: 'reason', kind: 'text' },
  ],
  'emergency-exception': [
    { name: 'reason', kind: 'text' },
    { name: 'consulted', kind: 'line' },
  ],
  'review-exception': [
    { name: 'verdict', kind: 'choice', codes: CODES.justified, group: 'justified' },
    { name: 'text', kind: 'text' },
  ],
  'cancel-slot': [
    { name: 'code', kind: 'select', codes: CODES.slotBack, group: 'slotBack' },
    { name: 'text', kind: 'text' },
  ],
  'ask-later': [
    { name: 'start_ms', kind: 'moment', initial: '' },
    { name: 'text', kind: 'text' },
  ],
  'answer-later': [
    { name: 'decision', kind: 'choice', codes: CODES.later, group: 'later' },
    { name: 'text', kind: 'text' },
  ],
  'give-sheet': [
    { name: 'how', kind: 'choice', codes: CODES.sheetHow, group: 'sheetHow', initial: 'paper' },
    { name: 'language', kind: 'choice', codes: CODES.sheetLanguage, group: 'language' },
  ],
  'no-slot': [{ name: 'text', kind: 'text' }],
  'ask-information': [{ name: 'text', kind: 'text' }],
  'answer-information': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.questions ?? []).filter((one) => !one.answered_at_ms)) },
    { name: 'text', kind: 'text' },
  ],
  refuse: [
    { name: 'code', kind: 'select', codes: CODES.refusal, group: 'refusal' },
    { name: 'indication', kind: 'choice', codes: CODES.verdict, group: 'verdict' },
    { name: 'distance', kind: 'choice', codes: CODES.verdict, group: 'verdict' },
    { name: 'text', kind: 'text' },
    { name: 'other_modality', kind: 'select', codes: ['CT', 'MR', 'DX', 'US', 'NM', 'PT/CT'], group: 'modality', optional: true, when: (values) => values.code === 'other-exam' },
    { name: 'other_exam', kind: 'text', when: (values) => values.code === 'other-exam' },
  ],
  accept: [{ name: 'within_min', kind: 'delay', optional: true }],
  'agree-delay': [
    { name: 'answer', kind: 'choice', codes: CODES.yesNo, group: 'yesNo' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'check-item': [
    { name: 'item', kind: 'select', codes: CODES.checkItem, group: 'checkItem' },
    { name: 'verdict', kind: 'choice', codes: CODES.checkVerdict, group: 'check.verdict', initial: 'sufficient' },
    { name: 'comment', kind: 'text', optional: true },
  ],
  'record-advice': [{ name: 'text', kind: 'text' }],
  'take-over-assistance': [{ name: 'reason', kind: 'text' }],
  'end-assistance': [
    { name: 'summary', kind: 'text' },
    { name: 'incidents', kind: 'text', initial: 'Aucun incident.' },
  ],
  'open-addendum': [
    { name: 'kind', kind: 'choice', codes: CODES.addendumKind, group: 'addendumKind' },
    { name: 'instead', kind: 'text', optional: true },
  ],
  'drop-addendum': [{ name: 'reason', kind: 'text' }],
  'ask-again': [{ name: 'text', kind: 'text' }],
  'answer-again': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.second_questions ?? []).filter((one) => !one.answered_at_ms)) },
    { name: 'text', kind: 'text' },
  ],
  'record-renal': [
    { name: 'renal_value', kind: 'number' },
    { name: 'renal_unit', kind: 'select', codes: ['mL/min/1.73m2', 'mL/min', 'umol/L'], group: 'renalUnit', initial: 'mL/min/1.73m2' },
    { name: 'renal_date', kind: 'date' },
  ],
  'check-mri-safety': [
    { name: 'result', kind: 'choice', codes: ['safe', 'not-safe'], group: 'safe' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'offer-alternative': [
    { name: 'offered', kind: 'text' },
    { name: 'offered_by', kind: 'line', optional: true },
    { name: 'patient_told_at_ms', kind: 'moment' },
    { name: 'answer', kind: 'line' },
  ],
  cancel: [
    { name: 'code', kind: 'select', codes: CODES.cancellation, group: 'cancellation' },
    { name: 'text', kind: 'text' },
  ],
  abandon: [
    { name: 'code', kind: 'select', codes: CODES.cancellation, group: 'cancellation' },
    { name: 'text', kind: 'text' },
  ],
  order: [
    { name: 'to', kind: 'choice', codes: CODES.orderTo, group: 'role' },
    { name: 'kind', kind: 'select', codes: CODES.orderKind, group: 'orderKind', initial: 'information' },
    { name: 'text', kind: 'text' },
    { name: 'due_min', kind: 'number', initial: 15 },
  ],
  'report-incident': [
    { name: 'kind', kind: 'choice', codes: CODES.incident, group: 'incident' },
    { name: 'text', kind: 'text' },
  ],
  'resolve-incident': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.incidents ?? []).filter((one) => !one.resolved_at_ms)) },
    { name: 'text', kind: 'text' },
  ],
  'review-report': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.report_marks ?? []).filter((one) => !one.reviewed_at_ms && !one.undone_at_ms).map((one) => ({ id: one.id, text: one.reason }))) },
    { name: 'verdict', kind: 'choice', codes: CODES.review, group: 'review' },
    { name: 'text', kind: 'text' },
  ],
  'pass-examination': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.orders ?? []).filter((one) => one.items && !one.answered_at_ms)) },
    { name: 'to', kind: 'choice', codes: CODES.examiners, group: 'role' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'acknowledge-order': [{ name: 'id', kind: 'item', items: (act) => openOf((act.facts.orders ?? []).filter((one) => !one.acknowledged_at_ms)) }],
  'answer-order': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.orders ?? []).filter((one) => !one.answered_at_ms)) },
    { name: 'text', kind: 'text' },
  ],
  'test-channel': [
    { name: 'means', kind: 'choice', codes: CODES.means, group: 'means' },
    { name: 'number', kind: 'line' },
    { name: 'reason', kind: 'text' },
  ],
  'note-call': [
    { name: 'with', kind: 'select', codes: CODES.spokenWith, group: 'seat' },
    { name: 'number', kind: 'line' },
    { name: 'from_ms', kind: 'moment' },
    { name: 'to_ms', kind: 'moment' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'explain-device': [{ name: 'how', kind: 'choice', codes: CODES.deviceHow, group: 'deviceHow' }],
  'prepare-patient': [
    { name: 'sheet', kind: 'line' },
    { name: 'allergies', kind: 'text', optional: true, needed: ({ facts }) => !['none', '', undefined].includes(facts.protocol?.injection) },
    { name: 'renal_function', kind: 'line', optional: true, needed: ({ facts }) => facts.protocol?.injection === 'contrast' },
    { name: 'pregnancy', kind: 'select', codes: CODES.pregnancy, group: 'pregnancy', optional: true, when: (_, act) => !act || pregnancyAsked(act, serverNow()) },
  ],
  'decide-pregnancy': [{ name: 'text', kind: 'text' }],
  prescribe: [
    { name: 'kind', kind: 'choice', codes: CODES.drug, group: 'injection', given: kindOfProtocol },
    { name: 'text', kind: 'text' },
  ],
  'prepare-dose': [
    { name: 'prescription_id', kind: 'item', items: (act) => openOf(act.facts.prescriptions ?? []) },
    { name: 'kind', kind: 'choice', codes: CODES.drug, group: 'injection', given: kindSaid },
    { name: 'product', kind: 'line' },
    { name: 'batch', kind: 'line' },
    { name: 'radionuclide', kind: 'line', when: (values) => values.kind === 'radiopharmaceutical' },
    { name: 'activity_mbq', kind: 'decimal', when: (values) => values.kind === 'radiopharmaceutical' },
    { name: 'calibrated_at_ms', kind: 'moment', when: (values) => values.kind === 'radiopharmaceutical' },
    { name: 'dose', kind: 'decimal', when: (values) => !!values.kind && values.kind !== 'radiopharmaceutical' },
    { name: 'unit', kind: 'select', codes: CODES.unit, group: 'unit', initial: 'ml', when: (values) => !!values.kind && values.kind !== 'radiopharmaceutical' },
    { name: 'expires_at_ms', kind: 'moment', initial: '' },
  ],
  'release-dose': [{ name: 'id', kind: 'item', items: (act) => dosesOf(act, true) }],
  'set-dose-aside': [
    { name: 'id', kind: 'item', items: (act) => dosesOf(act) },
    { name: 'reason', kind: 'text' },
  ],
  'give-drug': [
    { name: 'prepared_id', kind: 'item', none: true, when: (_, act) => !!act && dosesOf(act).length > 0, items: (act) => dosesOf(act) },
    { name: 'prescription_id', kind: 'item', optional: true, items: (act) => openOf(act.facts.prescriptions ?? []) },
    { name: 'kind', kind: 'choice', codes: CODES.drug, group: 'injection', given: kindSaid },
    { name: 'product', kind: 'line', given: (act, values) => doseNamed(act, values)?.product ?? (values.kind === 'contrast' ? act.facts.protocol?.contrast?.product : undefined) },
    { name: 'batch', kind: 'line', given: (act, values) => doseNamed(act, values)?.batch },
    { name: 'dose', kind: 'decimal', when: (values) => !!values.kind && values.kind !== 'radiopharmaceutical' },
    { name: 'unit', kind: 'select', codes: CODES.unit, group: 'unit', initial: 'ml', when: (values) => !!values.kind && values.kind !== 'radiopharmaceutical' },
    { name: 'radionuclide', kind: 'line', when: (values) => values.kind === 'radiopharmaceutical', given: (act, values) => doseNamed(act, values)?.radionuclide },
    { name: 'activity_mbq', kind: 'decimal', when: (values) => values.kind === 'radiopharmaceutical' },
    { name: 'route', kind: 'select', codes: CODES.route, group: 'route' },
    { name: 'given_at_ms', kind: 'moment' },
    { name: 'difference_reason', kind: 'text', optional: true, when: (_, act) => !!act && dosesOf(act).length > 0 },
  ],
  'technologist-act': [
    { name: 'act', kind: 'select', codes: CODES.technologistAct, group: 'technologistAct' },
    { name: 'prescription_id', kind: 'item', optional: true, items: (act) => openOf(act.facts.prescriptions ?? []) },
    { name: 'text', kind: 'text', optional: true },
  ],
  'report-urgent': [
    { name: 'category', kind: 'choice', codes: CODES.urgent, group: 'urgent' },
    { name: 'text', kind: 'text' },
  ],
  'tell-urgent': [
    { name: 'id', kind: 'item', items: openFindings },
    { name: 'to', kind: 'line' },
    { name: 'how', kind: 'choice', codes: CODES.spoken, group: 'spoken' },
    { name: 'told_at_ms', kind: 'moment' },
    { name: 'repeated', kind: 'text' },
  ],
  'delegate-urgent': [
    { name: 'id', kind: 'item', items: openFindings },
    { name: 'person_id', kind: 'item', items: (act) => peopleOf(act) },
  ],
  'act-on-urgent': [
    { name: 'id', kind: 'item', items: openFindings },
    { name: 'text', kind: 'text' },
  ],
  'record-care': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.incidents ?? []).filter((one) => one.kind === 'adverse-effect' && !one.care)) },
    { name: 'care_at_ms', kind: 'moment' },
    { name: 'text', kind: 'text' },
    { name: 'outcome', kind: 'text' },
  ],
  'local-leaves': [{ name: 'reason', kind: 'text', optional: true }],
  'nuclear-leaves': [{ name: 'reason', kind: 'text', optional: true }],
  'end-acquisition': [{ name: 'made', kind: 'number' }],
  'more-images': [{ name: 'text', kind: 'text' }],
  'judge-quality': [
    { name: 'verdict', kind: 'choice', codes: CODES.quality, group: 'quality' },
    { name: 'comment', kind: 'text', optional: true },
  ],
  'patient-gone': [{ name: 'text', kind: 'text' }],
  recall: [{ name: 'text', kind: 'text' }],
  'give-back': [{ name: 'reason', kind: 'text' }],
  'take-over-reading': [{ name: 'reason', kind: 'text' }],
  'not-interpretable': [
    { name: 'reason_code', kind: 'select', codes: CODES.unreadable, group: 'unreadable' },
    { name: 'reason', kind: 'text' },
    { name: 'procedure', kind: 'line' },
    { name: 'follow_up', kind: 'text' },
  ],
  'inform-patient': [
    { name: 'how', kind: 'select', codes: CODES.informedHow, group: 'informedHow' },
    { name: 'content_given', kind: 'text' },
  ],
  'patient-copy': [{ name: 'how', kind: 'choice', codes: CODES.copyHow, group: 'copyHow' }],
  'designate-recipient': [
    { name: 'name', kind: 'line' },
    { name: 'part', kind: 'line' },
    { name: 'contact', kind: 'line', optional: true },
    { name: 'designated_at_ms', kind: 'moment' },
  ],
  'revoke-recipient': [
    { name: 'id', kind: 'item', items: (act) => openOf(recipientsOf(act)) },
    { name: 'reason', kind: 'line', optional: true },
  ],
  'record-objection': [
    { name: 'to', kind: 'choice', codes: CODES.objectionTo, group: 'deliveryTo' },
    { name: 'recipient_id', kind: 'item', initial: '', when: (values) => values.to === 'designated', items: (act) => openOf(recipientsOf(act)) },
    { name: 'text', kind: 'text' },
  ],
  'lift-objection': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.objections ?? []).filter((one) => !one.lifted_at_ms)) },
    { name: 'text', kind: 'text' },
  ],
  'revoke-access': [
    { name: 'id', kind: 'item', items: (act) => openOf(linesOf(act)) },
    { name: 'reason', kind: 'text' },
  ],
  'try-delivery': [
    { name: 'id', kind: 'item', items: (act) => openOf(linesOf(act)) },
    { name: 'how', kind: 'select', codes: CODES.deliveryHow, group: 'deliveryHow' },
    { name: 'reached', kind: 'choice', codes: CODES.yesNo, group: 'yesNo' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'mark-bad-news': [{ name: 'reason', kind: 'text' }],
  'ask-announcement': [{ name: 'reason', kind: 'text' }],
  'agree-announcement': [
    { name: 'who', kind: 'select', codes: CODES.announcer, group: 'announcer' },
    { name: 'how', kind: 'choice', codes: CODES.announceHow, group: 'announceHow' },
    { name: 'planned_at_ms', kind: 'moment' },
    { name: 'text', kind: 'text' },
  ],
  'record-announcement': [
    { name: 'who', kind: 'select', codes: CODES.announcer, group: 'announcer' },
    { name: 'how', kind: 'choice', codes: CODES.announceHow, group: 'announceHow' },
    { name: 'told_at_ms', kind: 'moment' },
    { name: 'text', kind: 'text' },
  ],
  'add-follow-up': [
    { name: 'kind', kind: 'choice', codes: CODES.followUp, group: 'followUp' },
    { name: 'text', kind: 'text' },
    { name: 'owner', kind: 'choice', codes: CODES.followUpOwner, group: 'followUpOwner' },
    { name: 'due_at_ms', kind: 'moment', initial: '' },
  ],
  'close-follow-up': [
    { name: 'id', kind: 'item', items: (act) => openOf((act.facts.follow_ups ?? []).filter((one) => !one.closed_at_ms)) },
    { name: 'outcome', kind: 'choice', codes: CODES.followUpOutcome, group: 'followUpOutcome' },
    { name: 'text', kind: 'text' },
  ],
  'confirm-site': [
    { name: 'report_kept', kind: 'check' },
    { name: 'incidents_kept', kind: 'check' },
    { name: 'images_archived', kind: 'check' },
    { name: 'text', kind: 'text', optional: true },
  ],
  'confirm-record': [{ name: 'where', kind: 'line' }],
  'check-dmp': [
    { name: 'record_checked', kind: 'check' },
    { name: 'dmp', kind: 'choice', codes: CODES.dmp, group: 'dmp' },
    { name: 'checked', kind: 'check', optional: true },
  ],
};

/* What is said before a step that cannot be taken back. */
export const ASKED_FIRST = new Set(['send', 'start', 'release', 'patient-left', 'close', 'acknowledge', 'patient-gone', 'cancel', 'abandon', 'refuse', 'withdraw-consent']);

export type Values = Record<string, string | number | boolean | null>;

/* First values of a step: what the table says (nothing for a moment to come: it is read off a label or agreed); the only open item; now for a moment past. */
export function firstValues(fields: Field[], act: Act, nowMs: number): Values {
  return Object.fromEntries(fields.map((field) => {
    const items = field.kind === 'item' ? field.items?.(act) ?? [] : [];
    if (items.length === 1) return [field.name, items[0]?.value ?? '']; // the only one is shown as chosen
    if (field.initial !== undefined) return [field.name, field.initial];
    if (field.kind === 'moment') return [field.name, nowMs];
    if (field.kind === 'check') return [field.name, false];
    if (field.kind === 'item') return [field.name, items[0]?.value ?? ''];
    return [field.name, field.kind === 'number' || field.kind === 'delay' || field.kind === 'decimal' || field.kind === 'file' ? null : ''];
  }));
}

/* What the act already says goes where nothing was written, or where what stands there is what the act said a moment ago. */
export function withGiven(fields: Field[], values: Values, act: Act, before?: Values): Values {
  const next = { ...values };
  for (const field of fields) {
    if (!field.given) continue;
    const said = field.given(act, next) ?? null, known = next[field.name] ?? '', was = before?.[field.name] ?? '';
    const untouched = before ? known === was && (was === '' || was === (field.given(act, before) ?? '')) : known === '';
    if (untouched && (said !== null || before)) next[field.name] = said ?? '';
  }
  return next;
}

/* Names of the fields that are still to be filled. */
export const emptyFields = (fields: Field[], values: Values, act?: Act) =>
  fields.filter((field) => (!field.optional || (!!act && field.needed?.(act))) && field.kind !== 'check' && (field.when?.(values, act) ?? true))
    .filter((field) => values[field.name] === null || values[field.name] === undefined || String(values[field.name]).trim() === '')
    .map((field) => field.name);

/* What is sent: ids and numbers as numbers, empty optional fields left out. */
export function dataOf(fields: Field[], values: Values, act?: Act): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value === null || value === undefined || value === '' || (field.none && value === NONE) || field.when?.(values, act) === false) continue;
    data[field.name] = field.kind === 'item' || field.kind === 'number' || field.kind === 'delay' || field.kind === 'decimal' || field.kind === 'moment' || field.kind === 'file' ? Number(value) : typeof value === 'string' ? value.trim() : value;
  }
  return data;
}
