/*
 * What a line of an act's log says in plain words: which part of the story it belongs to, whether it is a deviation, what came with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActEvent } from '@/shared/api/types';
import { delayText } from '@/shared/format/dates';
import { STEP_FIELDS } from '@/shared/steps/fields';

export type Part = 'all' | 'images' | 'talk' | 'decisions';
export const PARTS: Part[] = ['all', 'images', 'talk', 'decisions'];

const IMAGES = new Set(['start', 'end-acquisition', 'performed-step', 'images-counted', 'more-images', 'judge-quality', 'release', 'patient-left', 'patient-gone', 'wrong-patient',
  'images-corrected', 'choose-images', 'open-reading', 'take-over-reading', 'not-interpretable', 'interpretable', 'check-mri-safety', 'give-drug']);
const TALK = new Set(['message', 'order', 'acknowledge-order', 'answer-order', 'escalate-order', 'escalate', 'ask-information', 'answer-information', 'ask-again', 'answer-again',
  'agree-delay', 'report-urgent', 'tell-urgent', 'delegate-urgent', 'escalate-urgent', 'report-incident', 'acknowledge-incident', 'escalate-incident', 'test-channel', 'note-call', 'line-test', 'line-changed', 'call', 'call-answered', 'call-refused', 'call-ended', 'call-passed', 'call-missed', 'room-entered', 'room-left', 'media-flows',
  'media-lost', 'ask-announcement', 'agree-announcement', 'record-announcement', 'deliver', 'hand-access', 'access-opened', 'try-delivery', 'acknowledge', 'inform-patient',
  'record-advice', 'ask-duty-expert', 'nobody-on-duty', 'overdue', 'duty-overdue']);
const DECISIONS = new Set(['send', 'accept', 'refuse', 'cancel', 'abandon', 'recall', 'plan', 'start', 'judge-quality', 'release', 'prescribe', 'change-protocol', 'decide-pregnancy',
  'emergency-exception', 'review-exception', 'record-consent', 'withdraw-consent', 'record-objection', 'lift-objection', 'offer-alternative', 'not-interpretable', 'interpretable', 'sign',
  'give-opinion', 'agree-report', 'review-report', 'act-on-urgent', 'agree-delay', 'agree-announcement', 'add-follow-up', 'close-follow-up', 'take', 'assign', 'assign-duty', 'give-back', 'close',
  'end-assistance', 'all-refused', 'invite-experts']);

export const inPart = (event: ActEvent, part: Part) =>
  part === 'all' || (part === 'images' ? IMAGES : part === 'talk' ? TALK : DECISIONS).has(event.step);

/* A stop is the end of a path; a deviation is what should not have happened; an alarm is what calls somebody. */
export type Tone = 'stop' | 'deviation' | 'alarm' | 'plain';
const TONES: Record<Exclude<Tone, 'plain'>, Set<string>> = {
  stop: new Set(['refuse', 'all-refused', 'cancel', 'abandon', 'withdraw-consent', 'record-objection', 'not-interpretable']),
  deviation: new Set(['patient-gone', 'imager-lost', 'local-leaves', 'nuclear-leaves', 'media-lost', 'wrong-patient', 'report-incident', 'emergency-exception', 'recall', 'images-corrected']),
  alarm: new Set(['report-urgent', 'overdue', 'escalate', 'escalate-order', 'escalate-urgent', 'escalate-incident', 'nobody-on-duty', 'duty-overdue']),
};
export function toneOf(event: ActEvent): Tone {
  if (event.step === 'check-identity') return event.data?.result === 'mismatch' ? 'deviation' : 'plain';
  if (event.step === 'report-incident' && event.data?.kind === 'adverse-effect') return 'alarm';
  if (event.step === 'plan') return event.data?.late_reason ? 'deviation' : 'plain';
  return (Object.keys(TONES) as (keyof typeof TONES)[]).find((tone) => TONES[tone].has(event.step)) ?? 'plain';
}

/* An expert accepts to answer; an imager validates an indication. */
export const eventKey = (step: string, kind: string) => (kind === 'tele-expertise' && step === 'accept' ? 'opinion.event.accept' : `event.${step}`);

/* The machine says each step several times: side by side, they are one line. */
export interface Told { event: ActEvent; times: number }
export function folded(events: ActEvent[]): Told[] {
  const told: Told[] = [];
  for (const event of events) {
    const last = told[told.length - 1];
    const quiet = (event.step === 'images-counted' || event.step === 'performed-step') && last?.event.step === event.step;
    if (quiet && last) last.times++;
    else told.push({ event, times: 1 });
  }
  return told;
}

/* Words that need more than a code. */
export interface Sayings { deadline: (what: string) => string; when: (ms: number) => string; images: (count: number) => string; named: (key: string, said: string) => string; number: (n: number) => string }
type Word = (group: string, code: string | null | undefined) => string;
const SAID = ['text', 'reason', 'offered', 'answer', 'comment', 'content_given', 'name', 'product', 'batch', 'repeated', 'summary', 'conclusion', 'outcome', 'other_exam', 'late_reason', 'where', 'title',
  'indication_reason', 'distance_reason', 'follow_up'];

/* What came with it: coded answers as words, then what somebody wrote. Names of fields and requirements are left to the proof file. */
/* An answer that says nothing without its question. */
const NAMED: Record<string, string> = { pregnancy: 'pregnancy', usual_act: 'usualAct', heard: 'heard', reached: 'reached' };
export function detailsOf(event: ActEvent, text: Word, say: Sayings): string[] {
  const data = event.data ?? {};
  const lines: string[] = [];
  const drug = event.step === 'give-drug';
  const word = (key: string) => (typeof data[key] === 'string' ? (data[key] as string).trim() : '');
  const fields = STEP_FIELDS[event.step] ?? [];
  for (const field of fields) {
    if (!field.codes || !field.group || !word(field.name)) continue;
    const { group } = field;
    const said = text(group, word(field.name));
    if (group === 'verdict' || (drug && (group === 'unit' || group === 'route'))) continue; // below, each in its place
    lines.push(group === 'role' ? `→ ${said}` : NAMED[field.name] ? say.named(NAMED[field.name]!, said) : said);
  }
  for (const key of ['indication', 'distance'])
    if ((event.step === 'accept' || event.step === 'refuse') && word(key)) lines.push(say.named(key, text('verdict', word(key))));
  if (drug) { // as it is said: product, how much, by which way
    const amount = typeof data.dose === 'number' ? `${say.number(data.dose)} ${text('unit', word('unit'))}`
      : typeof data.activity_mbq === 'number' ? `${word('radionuclide')} ${say.number(data.activity_mbq)} MBq` : '';
    lines.push([word('product'), amount, text('route', word('route'))].filter(Boolean).join(' · '), say.named('batch', word('batch')));
  }
  if (event.step === 'invite-experts' && Array.isArray(data.added) && data.added.length) lines.push(...(data.added as string[]));
  else if (event.step === 'invite-experts' && Array.isArray(data.list)) lines.push(...(data.list as { name?: string }[]).map((one) => one.name ?? '').filter(Boolean));
  if (event.step === 'accept' && typeof data.within_min === 'number') lines.push(delayText(data.within_min));
  if (event.step === 'plan' && typeof data.start_ms === 'number') lines.push(say.when(data.start_ms));
  if (event.step === 'end-acquisition' && typeof data.made === 'number') lines.push(say.images(data.made));
  if (event.step === 'check-identity') lines.push(text('identity', word('result')), text('document', word('document')));
  const lost = event.step === 'media-lost';
  if (lost && word('reason')) lines.push(text('videoLost', word('reason')));
  if (event.step === 'overdue' || event.step === 'escalate') lines.push(say.deadline(word('what')));
  if (event.step === 'duty-overdue') lines.push(text('duty', word('kind')));
  if (event.step === 'escalate' && Array.isArray(data.people)) lines.push(...(data.people as { name?: string }[]).map((one) => one.name ?? '').filter(Boolean));
  for (const key of SAID) {
    const said = word(key);
    if (said && !(lost && key === 'reason') && !(drug && (key === 'product' || key === 'batch')) && !lines.includes(said) && !fields.some((field) => field.name === key && field.codes)) lines.push(said);
  }
  return lines.filter(Boolean);
}
