// An urgent finding: a message only summons; told with read-back, acted on, called again by itself also after a restart.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, REQUEST } from '../exam.mjs';

let house, exam, id;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
});
after(async () => { await house?.close(); });
const finding = async () => (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts.urgent[0];
const lines = async () => (await (await house.person('admin')).get(`/api/audit?act=${exam.id}`)).json.lines;

test('E26 the imager raises it; the site cannot, and no action closes what nobody was told', async () => {
  await exam.refused(exam.technologist, 'report-urgent', { category: 'immediate', text: 'Pneumothorax' }, 403);
  await exam.refused(exam.imager, 'report-urgent', { category: 'immediate', text: '' }, 409, 'text');
  const act = await exam.ok(exam.imager, 'report-urgent', { category: 'immediate', text: 'Pneumothorax compressif droit.' });
  id = act.facts.urgent[0].id;
  await exam.refused(exam.physician, 'act-on-urgent', { id, text: 'Drainage' }, 409, 'urgent-told');
});

test('E26 unanswered, it is called again by a clock of the house', async () => {
  await house.advance(exam.imager, (await finding()).due_ms - house.now() + 60000);
  for (const one of [exam.requester, exam.imager, exam.technologist, exam.physician]) await one.signIn(); // longer than a session lives idle
  for (let left = 100; left > 0 && !(await finding()).escalations; left -= 1) await sleep(200);
  assert.ok((await finding()).escalations >= 1);
});

test('E26 told by voice with read-back; then the local physician’s action closes it; all times are kept', async () => {
  const told = { id, to: 'Dr Paul NGUYEN', how: 'voice', repeated: 'Pneumothorax compressif droit, à drainer', told_at_ms: house.now() };
  await exam.refused(exam.imager, 'tell-urgent', { ...told, how: 'message' }, 409, 'spoken');
  await exam.refused(exam.imager, 'tell-urgent', { ...told, repeated: 'ok' }, 409, 'read-back');
  await exam.refused(exam.physician, 'tell-urgent', told, 403);
  await exam.ok(exam.imager, 'tell-urgent', told);
  await exam.refused(exam.technologist, 'act-on-urgent', { id, text: 'Drainage' }, 409, 'urgent-mine');
  await exam.ok(exam.physician, 'act-on-urgent', { id, text: 'Drainage pleural posé à 22 h 10.' });
  const one = await finding();
  assert.ok(one.at_ms < one.told[0].at_ms && one.told[0].at_ms <= one.action.at_ms);
  const said = await lines();
  for (const [what, outcome] of [['step report-urgent', 'ok'], ['step tell-urgent', 'refused'], ['step tell-urgent', 'ok'], ['step escalate-urgent', 'ok'], ['step act-on-urgent', 'refused'], ['step act-on-urgent', 'ok']])
    assert.ok(said.some((line) => line.what === what && line.outcome === outcome), `${what} ${outcome} is in the trace`);
});

test('E26 E29 the report of an act with an urgent finding bears the mention: without it it is not complete', async () => {
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const plain = await exam.read({ urgent: false });
  assert.match(plain.missing.find((one) => one.code === 'report-urgent')?.text ?? '', /porte la mention « résultat urgent »/);
  await house.advance(exam.imager, 31000);
  await exam.refused(exam.imager, 'sign', { revision: plain.revision, sha256: plain.sha256, proof: { kind: 'totp', code: exam.imager.code() } }, 409, 'report-urgent');
  const said = await exam.read();
  assert.deepEqual(said.missing, []);
  await exam.sign(said);
});

test('S7 E31 the requester who is the treating physician gets one report, and nobody else waits for it', async () => {
  const own = await Exam.open(house, { like: exam });
  await own.consent();
  await own.ask({ ...REQUEST, treating_physician: { name: exam.requester.me.person.name, rpps: exam.requester.me.person.rpps } });
  await own.examined();
  await own.ok(own.technologist, 'patient-left');
  await own.sign(await own.read());
  assert.deepEqual((await own.until('delivered')).facts.deliveries.map((one) => one.to), ['requester', 'patient']);
});
