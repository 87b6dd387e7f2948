/*
 * What the page asks for at a step is what the server takes: its own tables are read. A field under the wrong step would never be asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { expect, test } from 'vitest';
import type { Act } from '../api/types';
import { emptyFields, firstValues, STEP_FIELDS, withGiven } from './fields';

/* Steps with a designed form, or a button, of their own. */
const DESIGNED = new Set(['accept', 'acknowledge-incident', 'agree-report', 'sign-preliminary', 'sign-addendum', 'assign', 'change-protocol', 'check-identity', 'choose-images', 'edit-request', 'give-opinion', 'hand-access',
  'hand-patient-access', 'end-patient-access', 'call', 'call-answered', 'call-refused', 'call-ended', 'call-seen', 'line-test',
  'invite-experts', 'order-examination', 'answer-examination', 'settle-drug', 'message', 'name-local-physician', 'plan', 'sign']);

const TABLES = import.meta.glob<string>('../../../../server/clinic/workflow/*.c', { query: '?raw', import: 'default', eager: true });

function taken(): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const text of Object.values(TABLES))
    for (const [, step, field] of text.matchAll(/^\s*\{ "([a-z-]+)",\s*(?:NULL|"[^"]*"),\s*"([a-z_0-9]+)",\s*FIELD_/gm))
      if (step && field) fields.set(step, (fields.get(step) ?? new Set<string>()).add(field));
  return fields;
}

test('each field of a step is asked for at that step', () => {
  const server = taken();
  expect(server.size).toBeGreaterThan(60);
  const faults = [...server].filter(([step]) => !DESIGNED.has(step)).flatMap(([step, fields]) => {
    const asked = new Set((STEP_FIELDS[step] ?? []).map((one) => one.name));
    return [...[...fields].filter((one) => !asked.has(one)).map((one) => `${step} takes ${one}, which is not asked`),
      ...[...asked].filter((one) => !fields.has(one)).map((one) => `${step} asks ${one}, which the server does not take`)];
  });
  expect(faults).toEqual([]);
});

const act = (facts: object) => ({ facts }) as unknown as Act;
const opened = (of: Act) => withGiven(STEP_FIELDS['give-drug']!, firstValues(STEP_FIELDS['give-drug']!, of, 0), of);
const contrast = { kind: 'iodinated', product: 'Ioméprol 400' };

test('S5 L2 what is given comes filled from the dose prepared, else from its prescription, else from the protocol', () => {
  expect(opened(act({}))).toMatchObject({ kind: '', product: '' });
  expect(opened(act({ protocol: { name: 'TAP', injection: 'contrast', contrast } }))).toMatchObject({ kind: 'contrast', product: 'Ioméprol 400' });
  expect(opened(act({ protocol: { name: 'TAP', injection: 'none' } }))).toMatchObject({ kind: '', product: '' });
  expect(opened(act({ protocol: { name: 'TAP', injection: 'contrast', contrast }, prescriptions: [{ id: 3, kind: 'other', text: 'Butylscopolamine' }] }))).toMatchObject({ prescription_id: '3', kind: 'other', product: '' });
  expect(opened(act({ prescriptions: [{ id: 3, kind: 'radiopharmaceutical', text: 'FDG' }], prepared_doses: [{ id: 4, kind: 'radiopharmaceutical', product: 'FDG', batch: 'F18-1', radionuclide: 'F-18' }] })))
    .toMatchObject({ prepared_id: '4', kind: 'radiopharmaceutical', product: 'FDG', batch: 'F18-1', radionuclide: 'F-18', activity_mbq: null });
});

test('S5 another prescription brings its own kind; what somebody wrote stays', () => {
  const of = act({ prescriptions: [{ id: 1, kind: 'contrast', text: 'Ioméprol' }, { id: 2, kind: 'other', text: 'Furosémide' }], protocol: { name: 'TAP', contrast } });
  const fields = STEP_FIELDS['give-drug']!;
  const change = (known: ReturnType<typeof opened>, more: object) => withGiven(fields, { ...known, ...more }, of, known);
  const first = opened(of);
  expect(first).toMatchObject({ prescription_id: '1', kind: 'contrast', product: 'Ioméprol 400' });
  expect(change(first, { prescription_id: '2' })).toMatchObject({ kind: 'other', product: '' });
  expect(change(change(first, { product: 'Iohexol' }), { prescription_id: '2' })).toMatchObject({ kind: 'other', product: 'Iohexol' });
  expect(change(first, { kind: 'radiopharmaceutical' })).toMatchObject({ kind: 'radiopharmaceutical' });
  expect(change(first, { product: '' })).toMatchObject({ product: '' });
});

test('L2 a moment to come is not preset to now: the hour on the label of a dose is written by who reads it', () => {
  const fields = STEP_FIELDS['prepare-dose']!, known = firstValues(fields, act({ prescriptions: [{ id: 1, kind: 'radiopharmaceutical', text: 'FDG' }] }), 1000);
  expect(known).toMatchObject({ calibrated_at_ms: 1000, expires_at_ms: '' });
  expect(emptyFields(fields, { ...known, kind: 'radiopharmaceutical' })).toContain('expires_at_ms');
  for (const [step, field] of [['add-follow-up', 'due_at_ms'], ['ask-later', 'start_ms']] as const) expect(firstValues(STEP_FIELDS[step]!, act({}), 1000)[field]).toBe('');
});
