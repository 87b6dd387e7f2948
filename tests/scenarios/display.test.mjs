// O4: the screen one reads on is checked with a test pattern, at the interval set, before reading and signing; the server asks, judges, keeps, refuses.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { checkDisplay, greyPng, look, SCREEN } from '../eye.mjs';
import { Exam } from '../exam.mjs';
import { Opinion, separately } from '../opinion.mjs';

const DAY = 86400000, KEY = '__Host-beclere-workstation';
let house, exam, second;
before(async () => {
  house = await House.start({ config: { 'display-check-days': 7, 'session-idle': 7200 } });
  exam = await Exam.open(house);
  second = await house.person('imageur2');
  await exam.consent();
  await exam.ask();
  await exam.examined();
});
after(async () => { await house?.close(); });

const here = async (person) => (await person.get('/api/display')).json;
const offer = async (person, step, id = exam.id) => (await person.get(`/api/acts/${id}`)).json.steps.find((one) => one.step === step);
async function unchecked(person, step, data = {}, id = exam.id) {
  const a = await person.step(id, step, data);
  assert.equal(a.status, 409, `${step}: ${a.status} ${a.bytes}`);
  const said = a.json.error.missing.find((one) => one.code === 'display-unchecked');
  assert.ok(said, `${step}: ${a.bytes}`);
  assert.match(said.text, /ouvrez « Contrôle de l’écran »/, 'it says what to do');
  assert.equal(said.why, 'O4');
  return said.text;
}

test('O4 no reading begins on a screen that was never checked: refused, with what to do; the act says so before it is tried', async () => {
  assert.deepEqual(await here(exam.imager), { days: 7, state: 'none', workstation: null, last: null, may_see_all: false });
  const open = await offer(exam.imager, 'open-reading');
  assert.equal(open.allowed, false);
  assert.deepEqual(open.missing.map((one) => one.code), ['display-unchecked']);
  assert.match(await unchecked(exam.imager, 'open-reading'), /n’a pas été contrôlé/);
});

test('O4 on a scaled page no check begins, and none is judged: its lines would say nothing', async () => {
  for (const [ratio, zoom] of [[1.25, 1], [1, 1.5], [0.9, 1]]) {
    const a = await exam.imager.post('/api/display/checks', { name: 'Poste 2', screen: { ...SCREEN, ratio, zoom } });
    assert.equal(a.status, 409);
    assert.deepEqual(a.json.error.missing.map((one) => [one.code, one.why]), [['display-scaled', 'O4']]);
    assert.match(a.json.error.text, /Ctrl\+0/);
  }
  assert.equal((await here(exam.imager)).workstation, null, 'nothing was made of it');
  const begun = (await exam.imager.post('/api/display/checks', { name: 'Poste 2', screen: SCREEN })).json;
  const seen = look(greyPng((await exam.imager.get(`/api/display/checks/${begun.id}/picture`)).bytes));
  const a = await exam.imager.post(`/api/display/checks/${begun.id}/answer`, { ...seen, screen: { ...SCREEN, ratio: 1.1 } });
  assert.equal(a.status, 409);
  assert.equal(a.json.error.missing[0].code, 'display-scaled');
  assert.equal((await here(exam.imager)).state, 'none');
});

test('O4 a workstation is a key of the server that no script reads; without a name, or with answers that are not right, nothing is kept', async () => {
  const fresh = await house.person('responsable');
  const nameless = await fresh.post('/api/display/checks', { screen: SCREEN });
  assert.equal(nameless.status, 400);
  assert.match(nameless.json.error.text, /nom à ce poste/);
  const a = await fresh.post('/api/display/checks', { name: 'Bureau', screen: SCREEN });
  const cookie = a.headers['set-cookie'].find((one) => one.startsWith(KEY));
  for (const part of [/=[0-9a-f]{64};/, /HttpOnly/, /Secure/, /SameSite=Strict/, /Path=\//, /Max-Age=34560000/]) assert.match(cookie, part);
  assert.deepEqual(Object.keys(a.json).sort(), ['columns', 'height', 'id', 'minutes', 'rows', 'width'], 'the answer is not in the question');
  for (const [bad, status] of [[{ letters: ['ABC'] }, 400], [{ steps: 99 }, 400], [{ ambient: 'night' }, 400], [{ luminance_max: 400 }, 400]]) {
    const seen = look(greyPng((await fresh.get(`/api/display/checks/${a.json.id}/picture`)).bytes));
    assert.equal((await fresh.post(`/api/display/checks/${a.json.id}/answer`, { ...seen, ...bad, screen: SCREEN })).status, status);
  }
  for (const other of [exam.imager, second]) {
    assert.equal((await other.get(`/api/display/checks/${a.json.id}/picture`)).status, 404, 'the question of another workstation');
    assert.equal((await other.post(`/api/display/checks/${a.json.id}/answer`, { ...look(greyPng((await fresh.get(`/api/display/checks/${a.json.id}/picture`)).bytes)), screen: SCREEN })).status, 404);
  }
});

test('O4 who does not read the letters does not pass; each thing not seen is told, and the screen stays refused', async () => {
  const wrong = await checkDisplay(exam.imager, { change: ({ letters: [dark, ...rest] }) => ({ letters: ['------', ...rest], lines_left: 'grey', uniform: false }) });
  assert.equal(wrong.verdict, 'failed');
  assert.deepEqual(wrong.faults.map((one) => one.code), ['letters-dark', 'lines', 'uniformity']);
  assert.equal(wrong.letters.read, 12);
  assert.equal(wrong.until_ms, null);
  assert.match(wrong.faults[0].text, /fond sombre/);
  assert.equal((await here(exam.imager)).state, 'failed');
  assert.match(await unchecked(exam.imager, 'open-reading'), /n’a pas réussi son dernier contrôle/);
  const again = await exam.imager.post(`/api/display/checks/${wrong.id}/answer`, { ...wrong.seen, screen: SCREEN });
  assert.equal(again.status, 409, 'a check is answered once');
  const poor = await checkDisplay(exam.imager, { change: { luminance_max: 250, luminance_min: 1 } });
  assert.deepEqual(poor.faults.map((one) => one.code), ['luminance']);
});

test('O4 a screen that passes is read on; the same person on another workstation is refused, and so is a key that nobody made', async () => {
  const passed = await checkDisplay(exam.imager, { name: 'Poste de lecture 3', change: { luminance_max: 410, luminance_min: 1.1 } });
  assert.equal(passed.verdict, 'passed', JSON.stringify(passed));
  assert.deepEqual(passed.letters, { read: 18, of: 18 });
  const state = await here(exam.imager);
  assert.deepEqual([state.state, state.workstation.name, state.last.verdict, state.last.screen.width], ['valid', 'Poste de lecture 3', 'passed', 1920]);
  assert.ok(Math.abs(state.last.until_ms - house.now() - 7 * DAY) < 60000);
  const key = exam.imager.cookies.get(KEY);
  exam.imager.cookies.delete(KEY);
  await unchecked(exam.imager, 'open-reading');
  exam.imager.cookies.set(KEY, 'a'.repeat(64));
  await unchecked(exam.imager, 'open-reading');
  exam.imager.cookies.set(KEY, key);
  assert.equal((await offer(exam.imager, 'open-reading')).allowed, true);
  exam.report = await exam.read();
  await unchecked(second, 'take-over-reading', { reason: 'Relève' });
});

test('O4 neither the report nor a preliminary one is signed elsewhere than on a checked screen', async () => {
  const { revision, sha256, sha256_preliminary } = exam.report;
  const key = exam.imager.cookies.get(KEY);
  await exam.ok(exam.technologist, 'patient-left');
  exam.imager.cookies.delete(KEY);
  await house.advance(exam.imager, 31000);
  await unchecked(exam.imager, 'sign', { revision, sha256, proof: { kind: 'totp', code: exam.imager.code() } });
  await unchecked(exam.imager, 'sign-preliminary', { revision, sha256: sha256_preliminary ?? sha256, proof: { kind: 'totp', code: exam.imager.code() } });
  exam.imager.cookies.set(KEY, key);
  assert.equal((await exam.sign(exam.report)).state, 'signed');
});

test('O4 who answers for quality sees who checked which workstation, when, with which verdict, and for how long; an imager does not; all is traced', async () => {
  const quality = await house.person('qualite');
  const group = exam.imager.me.memberships[0].organisation.id;
  const list = await quality.get(`/api/display/checks?organisation=${group}`);
  assert.equal(list.status, 200, String(list.bytes));
  const mine = list.json.checks.filter((one) => one.by === exam.imager.me.person.name.replace(/^Dr /, '') || /Poste/.test(one.workstation));
  assert.deepEqual(mine.map((one) => [one.workstation, one.verdict, one.newest, one.state]),
    [['Poste de lecture 3', 'passed', true, 'valid'], ['Poste de lecture 2, écran gauche', 'failed', false, 'failed'], ['Poste de lecture 2, écran gauche', 'failed', false, 'failed']]);
  assert.deepEqual([mine[0].luminance_max, mine[0].luminance_min], [410, 1.1]);
  assert.equal((await exam.imager.get(`/api/display/checks?organisation=${group}`)).status, 403);
  const admin = await house.person('admin');
  const lines = [];
  for (let before = 0, page; !lines.some((one) => one.what === 'display-check-days'); lines.push(...page)) { // newest first, page by page
    page = (await admin.get(`/api/audit${before ? `?after=${before}` : ''}`)).json.lines;
    if (!page.length) break;
    before = page.at(-1).id;
  }
  assert.ok(lines.some((one) => one.what === 'POST /api/display/checks/{id}/answer' && one.outcome === 'ok' && one.detail === 'passed'), 'the verdict');
  assert.ok(lines.some((one) => one.what === 'step open-reading' && one.outcome === 'refused' && /display-unchecked/.test(one.detail)), 'the refusal');
  assert.ok(lines.some((one) => one.what === 'display-check-days'), 'the interval');
});

test('O4 T5 an expert answers on a checked screen alone', async () => {
  const { images } = (await exam.requester.get(`/api/acts/${exam.id}`)).json;
  const series = images.series.map((one) => ({ study_uid: images.study_uid, series_uid: one.uid }));
  const o = await Opinion.open({ house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: exam.imager.me.memberships[0].organisation.id, series });
  await o.ask([exam.imager, second], 'separate');
  await o.ok(exam.imager, 'accept');
  await o.ok(second, 'accept');
  await o.check(second);
  await house.advance(second, 31000);
  await unchecked(second, 'give-opinion', { ...separately('Lésion kystique simple.', 'Pas d’IRM.'), proof: { kind: 'totp', code: second.code() } }, o.id);
  await unchecked(second, 'sign', { revision: 1, sha256: 'x', proof: { kind: 'totp', code: '000000' } }, o.id);
  assert.equal((await checkDisplay(second, { name: 'Domicile' })).verdict, 'passed');
  await o.proved(second, 'give-opinion', separately('Lésion kystique simple.', 'Pas d’IRM.'));
});

test('O4 after the interval the check is over: told before, then refused; an addendum too; checked again, it goes on', async () => {
  await exam.until('delivered');
  await house.advance(exam.imager, 5.5 * DAY);
  await exam.imager.signIn();
  assert.equal((await here(exam.imager)).state, 'soon', 'warned close to the end');
  await exam.ok(exam.imager, 'open-addendum', { kind: 'complement' });
  await house.advance(exam.imager, 1.6 * DAY);
  await exam.imager.signIn();
  assert.equal((await here(exam.imager)).state, 'expired');
  assert.match(await unchecked(exam.imager, 'sign-addendum', { revision: 1, sha256: 'x', proof: { kind: 'totp', code: '000000' } }), /n’est plus valable/);
  const begun = (await exam.imager.post('/api/display/checks', { screen: SCREEN })).json;
  await house.advance(exam.imager, 31 * 60000);
  const late = await exam.imager.post(`/api/display/checks/${begun.id}/answer`, { ...look({ width: 864, height: 576, levels: greyPng((await checkPicture()).bytes).levels }), screen: SCREEN });
  assert.equal(late.status, 409, 'half an hour is enough');
  assert.equal((await checkDisplay(exam.imager)).verdict, 'passed');
  const said = await exam.imager.step(exam.id, 'sign-addendum', { revision: 1, sha256: 'x', proof: { kind: 'totp', code: '000000' } });
  assert.ok(!(said.json.error.missing ?? []).some((one) => one.code === 'display-unchecked'), String(said.bytes));
});
// A picture of a question that is open, to have answers of the right form.
async function checkPicture() {
  const { id } = (await exam.imager.post('/api/display/checks', { screen: SCREEN })).json;
  return exam.imager.get(`/api/display/checks/${id}/picture`);
}
