/* SPDX-License-Identifier: Apache-2.0 */
import { expect, test } from 'vitest';
import { toSay, withDetail } from './refusal';

const consent = { code: 'consent', text: 'Le consentement manque.', why: 'E3' };
const identity = { code: 'identity', text: 'L’identité n’est pas contrôlée.', why: 'E15' };

test('one missing item is the sentence: it is said once', () => {
  expect(toSay(consent.text, [consent])).toEqual({ lead: consent, items: [] });
});
test('several items: the list says them, a count stands above', () => {
  expect(toSay(consent.text, [consent, identity])).toEqual({ lead: 'count', items: [consent, identity] });
});
test('another sentence stays beside its items; alone it stays alone', () => {
  expect(toSay('Ce protocole ne peut être publié.', [consent])).toEqual({ lead: 'text', items: [consent] });
  expect(toSay('Accès refusé.', [])).toEqual({ lead: 'text', items: [] });
});
test('what it is about stands inside the full stop', () => {
  expect(withDetail({ ...consent, detail: 'Dr Jeanne MARTIN' })).toBe('Le consentement manque (Dr Jeanne MARTIN).');
  expect(withDetail(consent)).toBe('Le consentement manque.');
});
