/* The story of an act in plain words. SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import type { ActEvent } from '@/shared/api/types';
import { detailsOf, eventKey, folded, inPart, toneOf } from './timeline';

const event = (step: string, data: Record<string, unknown> = {}, id = 1): ActEvent =>
  ({ id, act_id: 1, seq: id, at_ms: 0, step, from: null, to: 'asked', by: { id: 1, name: 'Dr Jeanne MARTIN', role: 'imager' }, data, hash: '' }) as unknown as ActEvent;
const told = (one: ActEvent) => detailsOf(one, (group, code) => (code ? `${group}:${code}` : ''), { deadline: (what) => `délai ${what}`, when: () => '10/01/2026 14:30', images: (count) => `${count} images`, named: (key, said) => `${key} : ${said}`, number: String });

describe('the story of an act', () => {
  it('says a refusal with its reason, as a word and as it was written', () =>
    expect(told(event('refuse', { code: 'not-indicated', text: 'Échographie suffisante.' }))).toEqual(['refusal:not-indicated', 'Échographie suffisante.']));
  it('E14 says why the video was lost in words', () => expect(told(event('media-lost', { reason: 'left' }))).toEqual(['videoLost:left']));
  it('names each verdict, so that two that are alike are not confused', () =>
    expect(told(event('accept', { indication: 'relevant', distance: 'relevant' }))).toEqual(['indication : verdict:relevant', 'distance : verdict:relevant']));
  it('L5 tells what was given as it is said: product, how much, by which way, which batch', () =>
    expect(told(event('give-drug', { kind: 'contrast', product: 'Ioméprol 400', batch: 'B1224', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: 1 })))
      .toEqual(['injection:contrast', 'Ioméprol 400 · 90 unit:ml · route:intravenous', 'batch : B1224']));
  it('T1 names the experts who are asked; an expert accepts, an imager validates', () => {
    expect(told(event('invite-experts', { list: [{ person_id: 3, name: 'Dr Karim HADDAD' }], mode: 'separate' }))).toEqual(['Dr Karim HADDAD']);
    expect(told(event('invite-experts', { list: [{ person_id: 3, name: 'Dr Karim HADDAD' }, { person_id: 4, name: 'Dr Jeanne MARTIN' }], added: ['Dr Jeanne MARTIN'] }))).toEqual(['Dr Jeanne MARTIN']);
    expect([eventKey('accept', 'tele-expertise'), eventKey('accept', 'remote-exam'), eventKey('sign', 'tele-expertise')]).toEqual(['opinion.event.accept', 'event.accept', 'event.sign']);
  });
  it('never shows a bare code', () => {
    for (const one of [event('order', { to: 'technologist', kind: 'protocol', text: 'Coupes fines' }), event('report-incident', { kind: 'technical', text: 'Panne' }), event('judge-quality', { verdict: 'limited', comment: 'Flou' })])
      for (const line of told(one)) expect(line).toMatch(/:|[A-Z]/);
  });
  it('marks refusals, deviations and alerts, and an identity that does not match', () => {
    expect([event('refuse'), event('patient-gone'), event('overdue'), event('sign')].map(toneOf)).toEqual(['stop', 'deviation', 'alarm', 'plain']);
    expect(toneOf(event('check-identity', { result: 'mismatch' }))).toBe('deviation');
    expect(toneOf(event('check-identity', { result: 'match' }))).toBe('plain');
  });
  it('names whom a delay has called, and which', () =>
    expect(told(event('escalate', { what: 'verdict', people: [{ name: 'Pr Hélène ROUSSEL' }] }))).toEqual(['délai verdict', 'Pr Hélène ROUSSEL']));
  it('folds what a machine says again and again, and nothing else', () =>
    expect(folded([event('images-counted', {}, 3), event('images-counted', {}, 2), event('message', {}, 1), event('message', {}, 4)]).map((one) => one.times)).toEqual([2, 1, 1]));
  it('a message is an exchange, a verdict a decision, everything is in all', () => {
    expect(inPart(event('message'), 'talk')).toBe(true);
    expect(inPart(event('message'), 'decisions')).toBe(false);
    expect(inPart(event('accept'), 'decisions')).toBe(true);
    expect(inPart(event('anything-new'), 'all')).toBe(true);
  });
});
