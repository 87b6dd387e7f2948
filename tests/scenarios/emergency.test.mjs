// Access outside care: with a reason, for some hours, to read only; the patient's site is told and judges it; everything in the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exam, stranger, head, quality, other, opened;
const WHY = { code: 'life', reason: 'Détresse respiratoire, patient inconscient, antériorités indispensables.' };
const traits = () => ({ birth_name: exam.patient.birth_name, first_given: exam.patient.first_given, birth_date: exam.patient.birth_date });
const open = (person, who = traits(), why = WHY) => person.post('/api/emergency-access', { ...who, ...why });
const said = (a, status, text) => { assert.equal(a.status, status, String(a.bytes)); if (text) assert.match(a.json.error.text, text); return a.json; };
const list = async (person) => (await person.get('/api/emergency-access')).json;
const waits = async (person) => (await person.get('/api/home')).json.items.find((one) => one.what === 'emergency-review');
const lines = async () => (await quality.get(`/api/audit?patient=${exam.patient.id}`)).json.lines.filter((one) => one.what.includes('emergency-access'));

before(async () => {
  house = await House.start();
  exam = await Exam.delivered(house);
  [stranger, head, quality, other] = [await house.person('demandeur2'), await house.person('cheffe'), await house.person('qualite'), await house.person('chef')];
});
after(async () => { await house?.close(); });

test('X2 L9 without a reason, an exact identity or the right role nothing is opened; who sees the patient needs none', async () => {
  said(await open(stranger, traits(), { code: 'life', reason: 'Urgence' }), 400, /raison/);
  said(await open(stranger, traits(), { ...WHY, code: 'curiosity' }), 400);
  said(await open(stranger, { birth_name: exam.patient.birth_name, birth_date: exam.patient.birth_date }), 400, /entier/);
  said(await open(stranger, { ...traits(), birth_name: exam.patient.birth_name.slice(0, 4) }), 404, /exactement/);
  said(await open(stranger, { ipp: 'B999999999' }), 404);
  for (const login of ['manip2', 'secretaire', 'pacs', 'admin']) said(await open(await house.person(login)), 403);
  said(await open(exam.requester), 409, /déjà ouvert/);
  assert.equal((await stranger.get(`/api/acts/${exam.id}`)).status, 404);
  assert.equal((await list(head)).review.length, 0);
});

test('X2 E16 a page that was left open opens nothing: within ten minutes of signing in, or not at all', async () => {
  const ms = 11 * 60000;
  said(await stranger.post('/api/demo/clock', { advance_ms: ms, keep_sessions: true }), 200);
  house.offsetMs += ms;
  const before = (await list(stranger)).mine;
  said(await open(stranger), 403, /dix minutes qui suivent la connexion/);
  said(await open(stranger, { ipp: 'B999999999' }), 403, /dix minutes/); // nor says who is a patient here
  assert.deepEqual((await list(stranger)).mine, before);
  stranger = await house.person('demandeur2');
});

test('X2 X3 with a reason the patient’s acts, report and images are open to read, to this person alone, and the trace says so', async () => {
  opened = said(await open(stranger), 200);
  assert.equal(opened.patient_id, exam.patient.id);
  assert.equal((await stranger.get(`/api/acts/${exam.id}`)).status, 200);
  assert.equal((await stranger.get(`/api/acts/${exam.id}/report.pdf`)).status, 200);
  const [{ acts, until_ms }] = (await list(stranger)).mine;
  assert.ok(acts.some((one) => one.id === exam.id) && until_ms > house.now() && until_ms <= house.now() + 4 * 3600 * 1000);
  assert.equal((await stranger.get(`/dicom-web/studies/${acts.find((one) => one.id === exam.id).study_uid}/metadata`)).status, 200);
  for (const step of ['message', 'edit-request', 'cancel', 'acknowledge']) assert.ok((await stranger.step(exam.id, step, { text: 'Bonjour', code: 'other' })).status >= 400, `${step} asks for a part in the act`);
  const [line] = (await lines()).filter((one) => one.outcome === 'ok');
  assert.deepEqual([line.actor, line.outcome, line.detail], ['demandeur2', 'ok', 'life']);
  const told = String((await quality.get(`/api/audit/messages?patient=${exam.patient.id}`)).bytes);
  assert.match(told, /csd-code="110127"[^>]*originalText="Emergency Override Started"/);
});

test('X2 the patient’s site is told and judges it, once; nobody else, nor oneself', async () => {
  for (const judge of [head, quality]) {
    const home = await waits(judge);
    assert.ok(home && home.count === 1 && home.due_ms, JSON.stringify(home));
    const [row] = (await list(judge)).review;
    assert.deepEqual([row.id, row.ipp, row.reason, row.reviewed_at_ms], [opened.id, exam.patient.ipp, WHY.reason, null]);
    assert.doesNotMatch(JSON.stringify(row), new RegExp(exam.patient.birth_name), 'the number, not the name: a judge need not see the patient');
  }
  assert.equal(await waits(other), undefined, 'a site that has no part in it');
  assert.equal((await list(other)).review.length, 0);
  said(await other.post(`/api/emergency-access/${opened.id}/review`, { verdict: 'justified' }), 404);
  said(await stranger.post(`/api/emergency-access/${opened.id}/review`, { verdict: 'justified' }), 403);
  said(await head.post(`/api/emergency-access/${opened.id}/review`, { verdict: 'not-justified' }), 400, /constaté/);
  said(await head.post(`/api/emergency-access/${opened.id}/review`, { verdict: 'justified', note: 'Appel du SMUR confirmé.' }), 200);
  said(await quality.post(`/api/emergency-access/${opened.id}/review`, { verdict: 'justified' }), 409, /déjà/);
  const [row] = (await list(quality)).review;
  assert.deepEqual([row.verdict, row.note, row.reviewer], ['justified', 'Appel du SMUR confirmé.', head.me.person.name.replace(/^(Dr|Pr) /, '')]);
  assert.equal(await waits(quality), undefined);
});

test('X2 L9 it ends when its person ends it, and by itself after four hours; a new one asks for a reason again, and is overdue when nobody judges it', async () => {
  said(await head.post(`/api/emergency-access/${opened.id}/end`), 403);
  said(await exam.requester.post(`/api/emergency-access/${opened.id}/end`), 404);
  said(await stranger.post(`/api/emergency-access/${opened.id}/end`), 200);
  said(await stranger.post(`/api/emergency-access/${opened.id}/end`), 409, /terminé/);
  assert.equal((await stranger.get(`/api/acts/${exam.id}`)).status, 404);
  stranger = await house.person('demandeur2');
  said(await open(stranger, { ipp: exam.patient.ipp }), 200);
  assert.equal((await stranger.get(`/api/acts/${exam.id}`)).status, 200);
  const keep = (ms) => stranger.post('/api/demo/clock', { advance_ms: ms, keep_sessions: true }).then((a) => { assert.equal(a.status, 200, String(a.bytes)); house.offsetMs += ms; });
  await keep(4 * 3600 * 1000 + 1000);
  assert.equal((await stranger.get(`/api/acts/${exam.id}`)).status, 404);
  const late = (await waits(head)).press;
  await keep(70 * 3600 * 1000);
  assert.notEqual((await waits(head)).press, late);
  assert.equal((await waits(head)).press, 'now');
});
