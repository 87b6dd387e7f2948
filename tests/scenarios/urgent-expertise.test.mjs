// An urgent tele-expertise: a short delay, the next expert on duty asked when nobody answers, the responsible when nobody is left, an urgent finding told live.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Opinion, QUESTION } from '../opinion.mjs';

const MINUTE = 60000;
let house, requester, first, second, head, patient, site, group;
const asks = (options) => Opinion.open({ house, requester, patient, site, imaging_id: group, priority: 'emergency', ...options });
const expertsOf = (act) => act.facts.experts.list.map((one) => [one.person_id, one.state, one.how ?? 'chosen']);
const home = async (person, o) => (await person.get('/api/home')).json.items.filter((one) => one.act?.id === o.id);

// Who is on duty now, and nobody else; the roster of the demonstration is taken off.
async function onDuty(...people) {
  const week = (await head.get(`/api/roster?organisation=${group}&from=${house.now() - 24 * 60 * MINUTE}&to=${house.now() + 7 * 24 * 60 * MINUTE}`)).json;
  for (const id of new Set(week.duties.filter((one) => one.role === 'imager' && !one.ended).map((one) => one.shift_id))) assert.equal((await head.send('DELETE', `/api/roster/shifts/${id}`)).status, 200);
  for (const one of people) {
    const a = await head.post('/api/roster/shifts', { organisation_id: group, person_id: one.me.person.id, role: 'imager', from_ms: house.now() - 60 * MINUTE, to_ms: house.now() + 9 * 60 * MINUTE });
    assert.equal(a.status, 200, String(a.bytes));
  }
}

before(async () => {
  house = await House.start();
  [requester, first, second, head] = [await house.person('demandeur'), await house.person('imageur'), await house.person('imageur2'), await house.person('responsable')];
  group = first.me.memberships[0].organisation.id;
  site = (await requester.get('/api/organisations')).json.organisations.find((one) => one.name.includes('Val d’Orbe'));
  [patient] = (await requester.get('/api/patients?birth_date=1958-03-28&name=LEM')).json.patients;
});
after(async () => { await house?.close(); });

test('T4 an urgent opinion has a short delay of its own for the first answer; what can wait has none', async () => {
  await onDuty(second);
  const o = await asks();
  const { asked_at_ms, deadline } = await o.ask([first], 'joint', { ...QUESTION, answer_within_min: 12 });
  assert.deepEqual([deadline.what, deadline.at_ms - asked_at_ms], ['expert', 4 * MINUTE], 'a third of the time the answer has');
  const plain = await (await asks()).ask([first]);
  assert.deepEqual([plain.deadline.what, plain.deadline.at_ms - plain.asked_at_ms], ['expert', 5 * MINUTE], 'what the convention says');
  const routine = await (await asks({ priority: 'routine' })).ask([first]);
  assert.equal(routine.deadline.what, 'verdict');
  await o.ok(first, 'accept');
  assert.equal((await o.act()).deadline.what, 'report', 'once somebody has accepted, nobody else is looked for');
});

test('T4 unanswered, the next expert on duty is asked as well: sees the act from then on, and the first may still answer', async () => {
  const o = await asks();
  const asked = await o.ask([first], 'joint', { ...QUESTION, answer_within_min: 12 });
  assert.equal((await second.get(`/api/acts/${o.id}`)).status, 404, 'on duty is not asked');
  await o.refused(second, 'accept', {}, 404);
  await house.advance(requester, 4 * MINUTE + 2000);
  const act = await o.when((one) => one.facts.experts.list.length === 2, 'a second expert');
  assert.deepEqual(expertsOf(act), [[first.me.person.id, 'asked', 'chosen'], [second.me.person.id, 'asked', 'duty']]);
  assert.equal(act.facts.overdue[0].what, 'expert', 'that nobody answered is recorded');
  assert.ok(act.deadline.at_ms > asked.deadline.at_ms, 'and the next one has a delay of their own');
  const event = (await requester.get(`/api/acts/${o.id}/events`)).json.events.find((one) => one.step === 'ask-duty-expert');
  assert.equal(event.data.person_id, second.me.person.id);
  assert.ok(event.data.considered.length >= 1, 'how the choice was made is kept');
  const [line] = await home(second, o);
  assert.deepEqual([line.what, line.mine], ['expertise-answer', true]);
  assert.equal((await head.get(`/api/acts/${o.id}`)).status, 404, 'nobody else of the group');

  await o.ok(second, 'accept');
  await o.check(second);
  const draft = await o.write(second, { urgent: true, conclusion: 'Hémorragie active du segment VI.' });
  const early = await o.proof(second, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.equal(early.status, 409, 'T5 E26 an urgent result is told live first');
  const found = await o.ok(second, 'report-urgent', { category: 'immediate', text: 'Hémorragie active du segment VI.' });
  const { id } = found.facts.urgent[0];
  await o.refused(second, 'tell-urgent', { id, to: 'Dr Camille DUBOIS', how: 'message', repeated: 'Hémorragie active du segment VI', told_at_ms: house.now() }, 409, 'spoken');
  await o.ok(second, 'tell-urgent', { id, to: 'Dr Camille DUBOIS', how: 'voice', repeated: 'Hémorragie active du segment VI, embolisation à demander', told_at_ms: house.now() });
  await o.proved(second, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  const done = await o.until('delivered');
  assert.ok(done.facts.signature.at_ms < done.asked_at_ms + 12 * MINUTE, 'in the time that was asked');
  assert.equal(done.facts.overdue.filter((one) => one.what === 'report').length, 0);
  await o.ok(requester, 'act-on-urgent', { id, text: 'Transfert en radiologie interventionnelle demandé.' });
});

test('T4 when those on duty have not answered either, the responsible is called, and the requester sees it', async () => {
  const o = await asks();
  await o.ask([first]);
  for (const [minutes, seen] of [[5, (act) => act.facts.experts.list.length === 2], [5, (act) => act.facts.assignment?.nobody_at_ms]]) {
    await house.advance(requester, minutes * MINUTE + 2000);
    await o.when(seen, `${minutes} minutes later`);
  }
  const act = await o.act();
  assert.equal(act.facts.experts.list.length, 2, 'nobody is asked twice');
  assert.ok(act.facts.assignment.called.some((one) => /ROUSSEL/.test(one.name) && one.phone));
  const [line] = await home(head, o);
  assert.deepEqual([line.what, line.act.patient], ['nobody-on-duty', null], 'called, without being shown the patient');
  await o.ok(first, 'accept'); // late, and still welcome
  assert.deepEqual(await home(head, o), []);
});

test('T4 nobody is asked for what was refused, cancelled or asked back meanwhile', async () => {
  const o = await asks();
  await o.ask([first]);
  await o.ok(requester, 'cancel', { code: 'clinical-change', text: 'Transféré.' });
  const refused = await asks();
  await refused.ask([first]);
  await refused.ok(first, 'refuse', { code: 'technical', text: 'Images illisibles.' });
  const question = await asks();
  await question.ask([first]);
  await question.ok(first, 'ask-information', { text: 'Quelle est la créatininémie ?' });
  await house.advance(requester, 5 * MINUTE + 2000);
  await new Promise((done) => setTimeout(done, 3000)); // the jobs have run
  for (const one of [o, refused, question]) assert.equal((await one.act()).facts.experts.list.length, 1);
  const asked = (await question.act()).facts.questions[0];
  await question.ok(requester, 'answer-information', { id: asked.id, text: '80 µmol/l.' });
  const again = await question.act();
  assert.ok(again.deadline.at_ms > house.now(), 'the time of the first answer counts anew from the answer to the question');
});
