/*
 * What the page asks for at a step is what the server takes: its own tables are read. A field under the wrong step would never be asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { expect, test } from 'vitest';
import { STEP_FIELDS } from './fields';

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
