// The roster: shifts, swaps, absences; an act goes to somebody on duty, with its reasons, or the responsible is called.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, admin, head, day, night, group;
const HOUR = 3600000;
before(async () => {
  house = await House.start();
  [admin, head, day, night] = [await house.person('admin'), await house.person('responsable'), await house.person('imageur'), await house.person('imageur2')];
  group = head.me.memberships[0].organisation.id;
});
after(async () => { await house?.close(); });

const week = (person = head, organisation = group) => person.get(`/api/roster?organisation=${organisation}&from=${house.now() - 24 * HOUR}&to=${house.now() + 7 * 24 * HOUR}`);
const onDuty = async () => (await week()).json.now.filter((d) => d.role === 'imager').map((d) => d.person_id);
const shift = (person, who, extra = {}) => person.post('/api/roster/shifts', { organisation_id: group, person_id: who.me.person.id, role: 'imager', from_ms: house.now() - HOUR, to_ms: house.now() + 9 * HOUR, ...extra });
const seen = async (e) => (await e.requester.get(`/api/acts/${e.id}`)).json;
async function until(look, what) {
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) { const found = await look(); if (found) return found; }
  return assert.fail(`never: ${what}`);
}
async function asked(extra = {}) {
  await house.advance(admin, 31000);
  const e = await Exam.open(house, { priority: 'urgent', ...extra });
  await e.consent();
  await e.ask();
  return e;
}
const assigned = (e) => until(async () => { const a = await seen(e); return (a.facts.assignment?.person_id || a.facts.assignment?.nobody_at_ms) && a; }, 'assigned');
// Whatever the hour: the roster of the demonstration is taken off, so that each test says who is on duty.
async function clear() {
  for (const id of new Set((await week()).json.duties.filter((d) => !d.ended).map((d) => d.shift_id))) {
    const a = await head.send('DELETE', `/api/roster/shifts/${id}`);
    assert.equal(a.status, 200, String(a.bytes));
  }
}

test('O2 somebody is on duty at any time in the demonstration, with a telephone number', async () => {
  const { json } = await week();
  assert.ok(json.now.length >= 1 && json.now[0].phone, JSON.stringify(json.now));
  assert.equal(json.may_edit, true);
  assert.ok(json.duties.length >= 14);
});

test('O2 the roster is kept by those who may; others and impossible shifts are refused and traced', async () => {
  await clear();
  assert.equal((await shift(day, day)).status, 403);
  assert.equal((await shift(head, admin)).status, 400, 'no imager');
  assert.equal((await shift(head, day, { to_ms: house.now() - 2 * HOUR })).status, 400);
  assert.equal((await week(day, group + 100)).status, 403);
  const made = await shift(head, day, { contact: '0199999999' });
  assert.equal(made.status, 200, String(made.bytes));
  assert.deepEqual(await onDuty(), [day.me.person.id]);
  assert.equal((await week()).json.now[0].phone, '0199999999');
  const { id } = made.json, back = (person) => person.post(`/api/roster/shifts/${id}/back`, {});
  assert.equal((await head.send('DELETE', `/api/roster/shifts/${id}`)).status, 200);
  assert.deepEqual([(await onDuty()).length, (await head.send('DELETE', `/api/roster/shifts/${id}`)).status, (await back(day)).status], [0, 404, 403]);
  assert.deepEqual([(await back(head)).status, (await back(head)).status], [200, 200], 'put on again as it was, twice is once');
  assert.deepEqual(await onDuty(), [day.me.person.id]);
  const lines = (await admin.get('/api/audit')).json.lines.filter((l) => /roster\/shifts/.test(l.what));
  assert.ok(lines.some((l) => l.outcome === 'ok') && lines.some((l) => l.outcome === 'refused'));
});

test('O2 a weekly shift that is taken off ends from then on: what was on duty stays on the roster, and is nobody’s to swap', async () => {
  const past = await shift(head, night, { from_ms: house.now() - 21 * 24 * HOUR - HOUR, to_ms: house.now() - 21 * 24 * HOUR + 9 * HOUR, weeks: 1 });
  assert.equal(past.status, 200, String(past.bytes));
  const { id } = past.json, over = async () => (await head.get(`/api/roster?organisation=${group}&from=${house.now() - 30 * 24 * HOUR}&to=${house.now() + 14 * 24 * HOUR}`)).json.duties.filter((d) => d.shift_id === id);
  assert.equal((await over()).length, 6, 'three that were, one that is, two to come');
  assert.ok((await onDuty()).includes(night.me.person.id));
  assert.equal((await head.send('DELETE', `/api/roster/shifts/${id}`)).status, 200);
  assert.ok(!(await onDuty()).includes(night.me.person.id));
  const left = await over();
  assert.equal(left.length, 4, 'those to come are gone');
  assert.ok(left.every((d) => d.ended && d.to_ms <= house.now()), 'and the one that was running stopped then');
  assert.equal((await night.post('/api/roster/swaps', { shift_id: id, from_ms: left.at(-1).from_ms, person_id: day.me.person.id })).status, 404);
});

test('O2 a swap counts once it is accepted by the person asked; an absence takes off duty', async () => {
  const [duty] = (await week()).json.duties.filter((d) => !d.ended);
  const ask = (person, to) => person.post('/api/roster/swaps', { shift_id: duty.shift_id, from_ms: duty.from_ms, person_id: to.me.person.id });
  assert.equal((await ask(night, night)).status, 403, 'not his shift');
  const swap = (await ask(day, night)).json.id;
  assert.deepEqual(await onDuty(), [day.me.person.id], 'asked is not accepted');
  assert.equal((await day.post(`/api/roster/swaps/${swap}/answer`, { yes: true })).status, 403);
  assert.equal((await night.post(`/api/roster/swaps/${swap}/answer`, { yes: true })).status, 200);
  assert.equal((await night.post(`/api/roster/swaps/${swap}/answer`, { yes: false })).status, 409);
  assert.deepEqual(await onDuty(), [night.me.person.id]);
  assert.equal((await ask(day, night)).status, 403, 'it is no longer theirs to give');
  const yes = async (person, asked) => person.post(`/api/roster/swaps/${asked.json.id}/answer`, { yes: true });
  const [back, twice] = [await ask(night, day), await ask(night, day)];
  assert.equal(back.status, 200, 'whoever took it over may pass it on');
  assert.equal((await yes(day, back)).status, 200);
  const late = await yes(day, twice);
  assert.equal(late.status, 409, 'a duty passes on once');
  assert.match(late.json.error.text, /a repris cette garde/);
  assert.deepEqual(await onDuty(), [day.me.person.id]);
  assert.equal((await yes(night, await ask(day, night))).status, 200);
  assert.deepEqual(await onDuty(), [night.me.person.id]);
  const away = (person, who, reason = 'Formation') => person.post('/api/roster/absences', { organisation_id: group, person_id: who.me.person.id, from_ms: house.now() - HOUR, to_ms: house.now() + HOUR, reason });
  assert.equal((await away(day, night)).status, 403, 'of another person');
  assert.equal((await away(night, night, '')).status, 400);
  assert.equal((await away(night, night)).status, 200, 'their own');
  assert.deepEqual(await onDuty(), []);
});

test('O2 nobody on duty: the responsible is called, and the act says so', async () => {
  const e = await asked();
  const a = await assigned(e);
  assert.equal(a.facts.assignment.person_id, undefined);
  assert.match(a.facts.assignment.called[0].name, /ROUSSEL/);
  assert.ok(a.facts.assignment.called[0].phone);
  assert.deepEqual(a.assignment, { person_id: null, name: null, taken: false });
});

test('O2 the act goes to the competent and less busy of those on duty; the reasons are kept; take, give back, assign', async () => {
  await clear();
  await house.advance(admin, 2 * HOUR); // the absence is over
  for (const one of [admin, head, day, night]) await one.signIn();
  await shift(head, day);
  await shift(head, night);
  const skills = (person, who, list) => person.put(`/api/roster/skills/${who.me.person.id}`, { organisation_id: group, skills: list });
  assert.equal((await skills(day, day, [])).status, 403);
  assert.equal((await skills(head, night, [{ modality: 'CT', region: 'abdomen' }])).status, 200);
  const e = await asked();
  const first = (await assigned(e)).facts.assignment;
  assert.equal(first.person_id, night.me.person.id, 'reads this in particular');
  assert.equal(first.explanation.competence, 100);
  assert.equal(first.explanation.urgency, 2);
  assert.equal(first.considered.length, 2);
  const second = await asked();
  assert.equal((await assigned(second)).facts.assignment.person_id, day.me.person.id, 'the other has an act in hand');
  await e.refused(day, 'give-back', { reason: 'Pas le mien' }, 409, 'assignment-other');
  await e.ok(night, 'take');
  await e.refused(night, 'take', {}, 409, 'assignment-mine');
  await e.refused(night, 'give-back', {}, 409, 'reason');
  await e.ok(night, 'give-back', { reason: 'Urgence en cours au bloc.' });
  const again = await assigned(e);
  assert.equal(again.facts.assignment.person_id, day.me.person.id, 'not to the one who gave it back');
  await e.refused(day, 'assign', { person_id: head.me.person.id, reason: 'Avis du chef' }, 409, 'assignee');
  await e.ok(day, 'assign', { person_id: night.me.person.id, reason: 'Il connaît ce patient.' });
  assert.equal((await seen(e)).assignment.name.includes('HADDAD'), true);
  await e.refused(e.requester, 'take', {}, 403);
  const lines = (await admin.get(`/api/audit?act=${e.id}`)).json.lines;
  for (const [what, outcome] of [['step assign-duty', 'ok'], ['step take', 'ok'], ['step take', 'refused'], ['step assign', 'refused']]) assert.ok(lines.some((l) => l.what === what && l.outcome === outcome), what);
});

test('O2 E10 who does not answer in the delay is passed over, then the responsible is called', async () => {
  const e = await asked();
  const first = (await assigned(e)).facts.assignment.person_id;
  const delay = (await seen(e)).facts.delays.assign_min * 60000;
  const later = async () => { await house.advance(admin, delay + 1000); for (const one of [admin, e.requester]) await one.signIn(); };
  await later();
  const second = await until(async () => { const a = await seen(e); return a.facts.assignment.person_id !== first && a; }, 'the other is asked');
  assert.ok(second.facts.overdue.some((o) => o.what === 'assignment'));
  assert.deepEqual(second.facts.assignment.asked, [first]);
  await later();
  const last = await until(async () => { const a = await seen(e); return a.facts.assignment.nobody_at_ms && a; }, 'nobody is left');
  assert.match(last.facts.assignment.called[0].name, /ROUSSEL/);
});

test('O2 E23 who is on duty at the site is offered for the hour of the slot', async () => {
  await house.advance(await house.person('qualite'), 31000);
  await admin.signIn();
  const e = await asked();
  const { json } = await e.technologist.get(`/api/acts/${e.id}/duty`);
  assert.ok(json.site.some((d) => d.role === 'local-physician' && d.person_id === e.physician.me.person.id && d.phone));
  assert.equal((await (await house.person('demandeur2')).get(`/api/acts/${e.id}/duty`)).status, 404);
});
