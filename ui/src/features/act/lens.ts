/*
 * Which side of the act a person stands on: the roles they hold at its organisations decide the panel they see first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Act, Facts, Me } from '@/shared/api/types';

export type Lens = 'imager' | 'technologist' | 'local-physician' | 'nuclear-physician' | 'requester';

const SIDES: [lens: Lens, at: (act: Act) => number, roles: string[]][] = [
  ['imager', (act) => act.imaging.id, ['imager']],
  ['technologist', (act) => act.site.id, ['technologist', 'secretary']],
  ['local-physician', (act) => act.site.id, ['local-physician']],
  ['nuclear-physician', (act) => act.site.id, ['nuclear-physician']],
  ['requester', (act) => act.requester_org.id, ['requester']],
];

export function lensesOf(act: Act, me: Pick<Me, 'memberships'>): Lens[] {
  return SIDES.filter(([, at, roles]) => me.memberships.some((one) => one.organisation.id === at(act) && one.roles.some((role) => roles.includes(role))))
    .map(([lens]) => lens);
}

/* Steps with a place of their own on the page: not repeated in the list of what may be done. */
const PLACED = new Set(['message', 'answer-later', 'give-sheet', 'order', 'acknowledge-order', 'answer-order', 'order-examination', 'pass-examination', 'answer-examination', 'settle-drug', 'report-incident', 'resolve-incident', 'edit-request', 'acknowledge-incident', 'record-care', 'report-urgent', 'tell-urgent', 'act-on-urgent', 'delegate-urgent', 'prescribe', 'give-drug', 'technologist-act',
  'prepare-dose', 'release-dose', 'set-dose-aside', 'line-test', 'call', 'call-answered', 'call-refused', 'call-ended', 'call-seen', 'designate-recipient', 'revoke-recipient', 'record-objection', 'lift-objection', 'hand-access', 'hand-patient-access', 'end-patient-access', 'revoke-access', 'try-delivery',
  'mark-bad-news', 'ask-announcement', 'agree-announcement', 'record-announcement', 'add-follow-up', 'close-follow-up', 'confirm-site', 'confirm-record', 'ask-again', 'open-addendum', 'drop-addendum', 'sign-addendum', 'sign-preliminary']);

/* The steps that move the act on, in the order of its life. The others stand under 'other actions'. */
const FORWARD = ['send', 'answer-information', 'accept', 'ask-information', 'refuse', 'record-information', 'record-consent', 'plan', 'name-local-physician',
  'confirm-local-presence', 'nuclear-present', 'acknowledge-protocol', 'check-identity', 'explain-device', 'prepare-patient', 'decide-pregnancy', 'imager-present', 'test-channel', 'start', 'end-acquisition', 'more-images', 'judge-quality', 'release',
  'patient-left', 'recall', 'open-reading', 'sign', 'review-report', 'answer-again', 'agree-delay', 'record-advice', 'end-assistance', 'acknowledge', 'inform-patient', 'patient-copy', 'check-dmp', 'offer-alternative', 'close'];

export const localIsThere = (facts: Facts) => !!facts.local_physician?.confirmed_at_ms && !facts.local_physician.left_at_ms;
export const isNuclear = (act: Act) => ['NM', 'PT', 'PT/CT', 'NM/CT'].includes(act.modality);
export const isInjected = (act: Act) => isNuclear(act) || !['none', undefined, ''].includes(act.facts.protocol?.injection);

/* Offered again although done: these go down to 'other actions' once the fact is there. */
const DONE: Record<string, (act: Act) => boolean> = {
  'record-information': ({ facts }) => !!facts.information,
  'record-consent': ({ facts, kind }) => !!facts.consent_act && (kind !== 'remote-exam' || !!facts.consent_distance),
  'name-local-physician': ({ facts }) => !!facts.local_physician,
  'confirm-local-presence': ({ facts }) => localIsThere(facts) && !facts.local_physician?.next,
  'explain-device': ({ facts }) => !!facts.device_explained,
  'prepare-patient': ({ facts }) => !!facts.preparation,
  'test-channel': ({ facts }) => !!facts.channel || !!facts.video?.both_ways,
  'acknowledge-protocol': ({ facts }) => !!facts.protocol_acknowledged,
  'check-identity': ({ facts }) => facts.identity?.result === 'match',
  'imager-present': ({ facts }) => !!facts.imager_presence?.present,
  'imager-absent': ({ facts }) => !facts.imager_presence?.present,
  'end-acquisition': ({ facts }) => !!facts.acquisition?.ended,
  'judge-quality': ({ facts }) => !!facts.quality,
  plan: ({ facts }) => !!facts.slot,
  'inform-patient': ({ facts }) => !!facts.patient_informed,
  'patient-copy': ({ facts }) => !!facts.patient_copy,
  'check-dmp': ({ facts }) => !!facts.dmp,
  'offer-alternative': ({ facts }) => !!facts.alternative,
  'open-reading': ({ facts }) => !!facts.reading,
};

export const isDone = (act: Act, step: string) => DONE[step]?.(act) ?? false;

/* What is to be done now, and what else may be done; 'shown' are those a panel already shows. */
export function stepsToShow(act: Act, shown: readonly string[]): { forward: string[]; other: string[] } {
  const offered = [...new Set(act.steps.map((one) => one.step))].filter((step) => !PLACED.has(step) && !shown.includes(step));
  const forward = FORWARD.filter((step) => offered.includes(step) && !isDone(act, step));
  return { forward, other: offered.filter((step) => !forward.includes(step) && !(step.startsWith('imager-') && isDone(act, step))) };
}
