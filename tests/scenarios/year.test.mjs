// Two months of a simulated region through the API: exams of all kinds, opinions, assistances; late, refused, absent, never answered. Nothing may be stuck at the end.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '../dimse.mjs';
import { House } from '../house.mjs';
import { Year, audit } from '../year.mjs';

const ACTS = Number(process.env.YEAR_ACTS ?? 150), DAYS = Number(process.env.YEAR_DAYS ?? 60);
let house, year;
before(async () => { house = await House.start(); });
after(async () => { await house?.close(); });

test('E10 E29 E31 two months of the region pass on a walking clock, and every story comes to its end', async () => {
  year = new Year(house, { acts: ACTS, days: DAYS });
  await year.run();
  assert.deepEqual(year.defects, []);
  for (const word of ['signed', 'refused', 'questions', 'closed after a report', 'absences', 'swaps', 'assistances', 'nuclear: blocked']) assert.ok(year.met.get(word) > 0, `${word}: ${JSON.stringify(Object.fromEntries(year.met))}`);
});

test('E10 O2 no act is stuck: all are closed, and each clock that passed was said and called by the convention’s chain', () => {
  const found = audit(house);
  assert.equal(found.acts, ACTS);
  assert.deepEqual(found.open, []);
  assert.deepEqual(found.silent, [], 'overdue clocks that nobody was called for');
  assert.ok(found.overdue > 0 && found.called > 0, JSON.stringify(found));
});

test('X3 the trace, the logs and their projections are whole after it', () => {
  const whole = house.run(['verify', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  assert.match(whole.stdout, new RegExp(`acts: ${ACTS} acts, \\d+ events, whole`));
});

test('X3 X4 projections of an older program are made again from the log: looked at, by command, by the next start', async () => {
  await house.stop();
  const older = () => sql(house, "UPDATE act SET facts = json_remove(facts, '$.refusal', '$.verdict'), deadline_what = 'old', deadline_at_ms = 1 WHERE id IN (SELECT id FROM act ORDER BY id LIMIT 3); UPDATE act_fold SET version = 0;");
  const verify = () => house.run(['verify', '--config', house.config]);
  older();
  const differs = verify();
  assert.equal(differs.status, 3);
  assert.match(differs.stdout, /projection differs/);
  assert.match(differs.stdout, /earlier version/);
  const looked = house.run(['acts', 'rebuild', '--look', '--config', house.config]);
  assert.equal(looked.status, 3, looked.stdout + looked.stderr);
  assert.match(looked.stdout, /3 differ/);
  assert.equal(verify().status, 3, 'looking changes nothing');
  const made = house.run(['acts', 'rebuild', '--config', house.config]);
  assert.equal(made.status, 0, made.stdout + made.stderr);
  assert.match(made.stdout, /3 made again, 0 BROKEN; folds 0 to \d+/);
  assert.equal(verify().status, 0);
  older();
  await house.serve();
  assert.equal(verify().status, 0, 'the start made them again');
  assert.equal(sql(house, "SELECT count(*) FROM audit_line WHERE what = 'rebuild acts'"), '2');
  assert.equal(house.run(['acts', 'forget', '--config', house.config]).status, 2);
});
