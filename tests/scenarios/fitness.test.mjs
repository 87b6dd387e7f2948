// S5, O5, O3: who takes part must be in rule and what is used must be fit: a paper withdrawn stops the step that needs it, and says what to do; put back, it goes on.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam, VERDICT } from '../exam.mjs';

let house, exam;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
});
after(async () => { await house?.close(); });

async function withdraw(by, of, kind) {
  const file = (await by.get(`/api/staff/people/${of.me.person.id}`)).json;
  for (const one of file.items.filter((i) => i.kind === kind && !i.withdrawn_at_ms)) {
    const a = await by.post(`/api/staff/items/${one.id}/withdraw`, { reason: 'Remplacée' });
    assert.equal(a.status, 200, String(a.bytes));
  }
}

test('S5 L5 no request, verdict or reading is taken by somebody whose insurance for remote acts is not there; each is told which paper', async () => {
  await exam.consent();
  await withdraw(exam.imager, exam.imager, 'insurance');
  await exam.ask();
  const act = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  const offer = act.steps.find((one) => one.step === 'accept');
  assert.equal(offer.allowed, false);
  assert.ok(offer.missing.some((m) => m.code === 'staff-insurance' && /assurance/i.test(m.text) && m.why === 'S5'), JSON.stringify(offer.missing));
  await exam.refused(exam.imager, 'accept', VERDICT, 409, 'staff-insurance');
  exam.second = await house.person('imageur2');
  assert.equal((await exam.ok(exam.second, 'accept', VERDICT)).state, 'validated', 'a colleague whose file is in order accepts');
});

test('O5 L1 L11 the technologist whose training is not assessed does not start the exam; the other conditions are named as before', async () => {
  await exam.plan();
  await exam.prepare();
  await withdraw(exam.technologist, exam.technologist, 'training-distance');
  await exam.refused(exam.technologist, 'start', {}, 409, 'staff-training-distance');
});

test('O3 S5 L13 a room whose zoning document is withdrawn is not used for an irradiating exam', async () => {
  const pcr = await house.person('pcr');
  const { rooms } = (await pcr.get('/api/staff/register')).json;
  const room = rooms.find((one) => one.equipment.some((e) => e.name === 'Scanner 1') && one.items.some((i) => i.kind === 'zoning'));
  const zoning = room.items.find((i) => i.kind === 'zoning' && !i.withdrawn_at_ms);
  const a = await pcr.post(`/api/staff/items/${zoning.id}/withdraw`, { reason: 'Zonage à refaire' });
  assert.equal(a.status, 200, String(a.bytes));
  await exam.refused(exam.technologist, 'start', {}, 409, 'room-zoning');
});
