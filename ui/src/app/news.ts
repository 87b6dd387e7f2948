/*
 * What a pushed message changes on this page: which lists are read again, and what is worth telling this person.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { QueryClient } from '@tanstack/react-query';
import type { Act, ActEvent, Me, PushMessage, Role } from '@/shared/api/types';
import { actKey } from '@/shared/api/requests/act';
import { actEventsKey } from '@/shared/api/requests/actEvents';
import { actsKey } from '@/shared/api/requests/acts';
import { homeKey } from '@/shared/api/requests/home';

/* Steps that concern someone at once, whoever takes them: step -> roles told. A step taken by oneself tells nothing. */
const CONCERNS: Record<string, Role[]> = {
  send: ['imager'],
  'ask-information': ['requester'],
  'answer-information': ['imager'],
  'ask-duty-expert': ['imager', 'requester'],
  accept: ['requester', 'technologist', 'secretary'],
  plan: ['requester', 'imager', 'technologist'],
  'cancel-slot': ['requester', 'imager', 'technologist'],
  'ask-later': ['requester', 'imager'],
  'answer-later': ['technologist', 'secretary'],
  'no-slot': ['requester', 'imager'],
  refuse: ['requester'],
  cancel: ['imager', 'technologist'],
  abandon: ['requester', 'technologist'],
  'imager-present': ['technologist'],
  'imager-absent': ['technologist'],
  'imager-lost': ['technologist', 'imager'],
  start: ['imager'],
  'report-urgent': ['local-physician', 'requester', 'technologist'],
  'tell-urgent': ['local-physician', 'requester'],
  'act-on-urgent': ['imager'],
  'escalate-urgent': ['imager', 'local-physician', 'requester'],
  'escalate-incident': ['imager', 'local-physician', 'technologist', 'requester'],
  'prepare-patient': ['imager'],
  prescribe: ['technologist'],
  'answer-examination': ['imager', 'technologist'],
  'answer-order': ['imager', 'technologist'],
  'drug-seen': ['technologist', 'imager'],
  'decide-pregnancy': ['technologist'],
  'local-leaves': ['technologist', 'imager'],
  'nuclear-present': ['technologist'],
  'nuclear-leaves': ['technologist', 'imager', 'local-physician'],
  'media-lost': ['technologist', 'imager'],
  'end-acquisition': ['imager'],
  'more-images': ['technologist'],
  release: ['technologist'],
  'patient-gone': ['imager', 'requester'],
  recall: ['technologist', 'requester'],
  'report-incident': ['imager', 'local-physician'],
  deliver: ['requester'],
  message: ['requester', 'imager', 'technologist', 'local-physician'],
  'not-interpretable': ['requester'],
  overdue: ['requester', 'imager', 'technologist'],
};

export type Told = { step: string; event: ActEvent; alarm: boolean } | null;

const ALARMS = new Set(['report-urgent', 'escalate-urgent', 'escalate-incident', 'local-leaves', 'nuclear-leaves', 'media-lost', 'refuse', 'imager-absent', 'imager-lost', 'patient-gone', 'report-incident', 'overdue', 'abandon']);

/* Pure: what a person with these roles should be told of this event. */
export function toldOf(event: ActEvent, me: Pick<Me, 'person' | 'roles'>): Told {
  if (event.by.id === me.person.id) return null;
  if (['order', 'order-examination', 'pass-examination', 'escalate-order'].includes(event.step)) {
    return me.roles.includes(event.data?.to as Role) ? { step: event.step, event, alarm: true } : null;
  }
  return CONCERNS[event.step]?.some((role) => me.roles.includes(role)) ? { step: event.step, event, alarm: ALARMS.has(event.step) } : null;
}

/* Caches after a pushed message. Images change the count in place; the rest is read again when it is on screen. */
export function applyNews(client: QueryClient, message: PushMessage) {
  if (message.type === 'images') {
    client.setQueryData<Act>(actKey(message.act_id), (act) => {
      if (!act) return act;
      const known = act.images.series.some((one) => one.uid === message.series_uid);
      const series = known
        ? act.images.series.map((one) => (one.uid === message.series_uid ? { ...one, instances: message.instances } : one))
        : [...act.images.series, { uid: message.series_uid, number: act.images.series.length + 1, modality: message.modality || act.modality, description: '', instances: message.instances }];
      return { ...act, images: { ...act.images, study_uid: message.study_uid, instances: message.total, series, last_at_ms: Date.now() } };
    });
    soon(client, message.act_id);
    return;
  }
  if (message.type === 'event') {
    const id = message.event.act_id;
    void client.invalidateQueries({ queryKey: actKey(id), exact: true });
    void client.invalidateQueries({ queryKey: actEventsKey(id) });
    void client.invalidateQueries({ queryKey: [...actKey(id), 'report'] });
    void client.invalidateQueries({ queryKey: actsKey });
    homeSoon(client);
  }
}

/* What there is to do changes with a step; several steps at once read it again once. */
let homeWaits: ReturnType<typeof setTimeout> | null = null;
function homeSoon(client: QueryClient) {
  homeWaits ??= setTimeout(() => {
    homeWaits = null;
    void client.invalidateQueries({ queryKey: homeKey });
  }, 300);
}

/* A burst of images reads the act again once, when it pauses. */
const pending = new Map<number, ReturnType<typeof setTimeout>>();
function soon(client: QueryClient, id: number) {
  const waiting = pending.get(id);
  if (waiting) clearTimeout(waiting);
  pending.set(id, setTimeout(() => {
    pending.delete(id);
    void client.invalidateQueries({ queryKey: actKey(id), exact: true });
    void client.invalidateQueries({ queryKey: actsKey });
  }, 1500));
}
