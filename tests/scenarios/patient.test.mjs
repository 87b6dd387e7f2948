// The patient's own access and page: a paper handed at the site, activation, two factors, only one's own record, only once informed, who looked.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fromBase32, House, Person, totp } from '../house.mjs';
import { Exam, register } from '../exam.mjs';

const PHRASE = 'Un long chemin de halage en 1934';
const PAPER = { holder: 'patient', document: 'id-card' };
let house, exam, other, holder, admin, paper;

const hand = (person, data = PAPER, act = exam.id) => person.post(`/api/acts/${act}/patient-access`, data);
const accesses = async (person = exam.technologist, act = exam.id) => (await person.get(`/api/acts/${act}/patient-access`)).json.accesses;
const lines = async (what) => (await admin.get('/api/audit?limit=200')).json.lines.filter((one) => one.what.includes(what));

// Somebody at home: no session yet.
class Holder extends Person {
  constructor() { super(house, 'nobody'); }
  activate(code, { birth_name = exam.patient.birth_name, birth_date = exam.patient.birth_date, passkey = false } = {}) {
    return this.post('/api/patient/activate', { code, birth_name, birth_date, passkey });
  }
  // The account set up as the page does: a password, then the code application.
  async enrol(login) {
    this.login = login;
    await this.refresh();
    let a = await this.post('/api/me/password', { current: '', wanted: PHRASE });
    assert.equal(a.status, 200, String(a.bytes));
    a = await this.post('/api/me/totp/start');
    assert.equal(a.status, 200, String(a.bytes));
    this.key = fromBase32(a.json.secret);
    a = await this.post('/api/me/totp/confirm', { code: totp(this.key, house.now()) });
    assert.equal(a.status, 200, String(a.bytes));
    await this.refresh();
  }
  async come() {
    let a = await this.post('/api/sign-in/password', { login: this.login, password: PHRASE });
    if (a.status !== 200) return a;
    assert.equal(a.json.next, 'totp', 'a password alone opens nothing');
    await this.refresh();
    a = await this.post('/api/sign-in/totp', { code: totp(this.key, house.now()) });
    if (a.status === 200) await this.refresh();
    return a;
  }
  static async of(given, traits) {
    const h = new Holder();
    const a = await h.activate(given.code, traits);
    assert.equal(a.status, 200, String(a.bytes));
    await h.enrol(given.login);
    return h;
  }
}

before(async () => {
  house = await House.start();
  admin = await house.person('admin');
  exam = await Exam.open(house);
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await exam.consent();
  await exam.prepare();
  await exam.start();
});
after(async () => { await house?.close(); });

test('E34 the paper is handed by people of the site, for an identified patient, to somebody whose identity was seen', async () => {
  assert.equal((await hand(exam.imager)).status, 403, 'no role at the site');
  assert.equal((await hand(await house.person('demandeur2'))).status, 404, 'a stranger to the act');
  assert.equal((await exam.technologist.step(exam.id, 'hand-patient-access', PAPER)).status, 409, 'not by the name of its step');
  for (const [data, code] of [[{ holder: 'patient' }, 'document'], [{ document: 'id-card' }, 'holder'], [{ holder: 'parent', name: 'Mme Zoé BRUN', relation: 'mère', document: 'id-card' }, 'holder-parent'],
    [{ holder: 'guardian', document: 'passport' }, 'holder-name']]) {
    const a = await hand(exam.technologist, data);
    assert.equal(a.status, 409, String(a.bytes));
    assert.ok(a.json.error.missing.some((one) => one.code === code), `${code} in ${a.bytes}`);
  }
  assert.equal((await hand(exam.technologist, { holder: 'patient', document: 'wristband' })).status, 400, 'not an identity document');
  const handed = await hand(exam.technologist);
  assert.equal(handed.status, 200, String(handed.bytes));
  paper = handed.json;
  assert.match(paper.code, /^[a-z2-9]{5}(-[a-z2-9]{5}){2}$/);
  assert.match(paper.login, /^p-[a-z2-9]{5}-[a-z2-9]{5}$/);
  assert.match(paper.qr_svg, /^<svg/);
  const [one] = await accesses();
  assert.deepEqual([one.state, one.holder, one.activated_at_ms, one.handed_by], ['handed', 'patient', null, exam.technologist.me.person.name]);
  const told = JSON.stringify((await exam.requester.get(`/api/acts/${exam.id}/events`)).json) + JSON.stringify(await accesses());
  assert.ok(!told.includes(paper.code), 'the code is kept nowhere');
  assert.ok(told.includes('hand-patient-access'));
  const trace = await lines('step hand-patient-access');
  assert.deepEqual([...new Set(trace.map((line) => line.outcome))].sort(), ['ok', 'refused']);
});

test('E34 no paper on an identity that is not validated', async () => {
  await register(exam.requester, { birth_name: 'PROVISOIRE', first_given: 'ALIX', birth_date: '1980-02-03', sex: 'M', birth_place_code: '75114', organisation_id: exam.site.id, document: 'none' });
  const unknown = await Exam.open(house, { patient: 'PRO', born: '1980-02-03', like: exam });
  await unknown.ask();
  const a = await hand(exam.requester, PAPER, unknown.id);
  assert.equal(a.status, 409, String(a.bytes));
  assert.ok(a.json.error.missing.some((one) => one.code === 'identity-trusted'), String(a.bytes));
  assert.match(a.json.error.text, /identité du patient n’est pas validée/);
});

test('E34 X1 activation: one answer for all that is wrong, five wrong answers end the paper, a new paper ends the last', async () => {
  const stranger = new Holder();
  const wrong = await stranger.activate('aaaaa-bbbbb-ccccc');
  assert.equal(wrong.status, 403);
  for (let i = 0; i < 5; i++) {
    const a = await stranger.activate(paper.code, { birth_date: '1971-11-03' });
    assert.equal(a.status, 403);
    assert.equal(a.json.error.text, wrong.json.error.text, 'the same words: nothing is learned');
  }
  assert.equal((await stranger.activate(paper.code)).status, 403, 'locked, even with the right traits');
  assert.equal((await accesses())[0].state, 'locked');
  const second = (await hand(exam.requester)).json;
  const third = (await hand(await house.person('secretaire'))).json;
  assert.equal((await stranger.activate(second.code)).status, 403, 'replaced');
  assert.deepEqual((await accesses()).map((one) => one.state), ['handed', 'closed', 'closed']);
  paper = third;
  const trace = await lines('own access, code');
  assert.deepEqual([...new Set(trace.map((line) => line.detail))].sort(), ['ended', 'locked', 'unknown code', 'wrong traits']);
  assert.ok(trace.every((line) => line.outcome === 'refused'));
});

test('X1 E34 two factors are set up before anything opens; the code then serves no more', async () => {
  holder = new Holder();
  const a = await holder.activate(` ${paper.code.toUpperCase().replaceAll('-', ' ')} `, { birth_name: exam.patient.birth_name.toLowerCase().replace('-', ' ') });
  assert.equal(a.status, 200, String(a.bytes));
  await holder.refresh();
  assert.deepEqual([holder.me.full, holder.me.must_enrol, holder.me.holder, holder.me.permissions], [false, true, true, []].map((one, i) => (i === 3 ? holder.me.permissions : one)));
  assert.equal((await holder.get('/api/patient')).status, 401, 'nothing before the second factor');
  // interrupted: the same code begins anew
  const again = new Holder();
  assert.equal((await again.activate(paper.code, { passkey: true })).status, 200);
  await again.refresh();
  assert.equal((await again.post('/api/me/totp/start')).status, 409, 'a code alone is one factor');
  assert.equal((await holder.get('/api/me')).status, 401, 'the session before it has ended');
  assert.equal((await holder.activate(paper.code)).status, 200);
  await holder.enrol(paper.login);
  assert.equal(holder.me.full, true);
  assert.deepEqual(holder.me.permissions.sort(), ['anyone', 'own-record', 'sign-in']);
  assert.deepEqual(holder.me.memberships, []);
  assert.equal((await new Holder().activate(paper.code)).status, 403, 'used');
  const [one] = await accesses();
  assert.equal(one.state, 'active');
  assert.ok(one.activated_at_ms && one.seen_at_ms);
  await house.advance(admin, 31000);
  assert.equal((await holder.post('/api/sign-out')).status, 200);
  assert.equal((await holder.come()).status, 200);
});

test('X2 E34 a holder is refused by every professional route', async () => {
  const { routes } = (await admin.get('/api/routes')).json;
  assert.ok(routes.length > 150, `${routes.length} routes`);
  const OWN = ['anyone', 'sign-in', 'own-record'];
  const professional = routes.filter((one) => !one.permissions.some((name) => OWN.includes(name)));
  assert.ok(professional.length > 140, `${professional.length} professional routes`);
  const faults = [];
  for (const one of professional) {
    const path = one.path.replace(/\{[a-z]+\}/g, '1');
    const a = await holder.send(one.method, path, one.method === 'GET' || one.method === 'OPTIONS' ? undefined : '{}');
    if (![403, 404].includes(a.status)) faults.push(`${one.method} ${path}: ${a.status}`);
  }
  assert.deepEqual(faults, []);
  const own = routes.filter((one) => one.permissions.includes('own-record'));
  for (const one of own) {
    const path = one.path.replace(/\{[a-z]+\}/g, '1');
    const a = await exam.imager.send(one.method, path, one.method === 'GET' ? undefined : '{}');
    assert.equal(a.status, 403, `${one.method} ${path} is for holders alone: ${a.status}`);
  }
});

test('S4 X2 a holder is no colleague: in no list of people, not changed by an administrator', async () => {
  const id = holder.me.person.id;
  for (const person of [admin, exam.requester]) assert.ok(!(await person.get('/api/people')).json.people.some((one) => one.id === id || /LEMAÎTRE|DUPONT-MOREAU/.test(one.name)));
  assert.equal((await admin.put(`/api/people/${id}`, { active: true, memberships: [{ organisation_id: exam.site.id, roles: ['imager'] }] })).status, 404);
  assert.equal((await admin.post('/api/recoveries', { person_id: id, verified: 'Vu en personne, avec sa pièce d’identité.' })).status, 404);
});

test('E34 E27 before the patient is informed the page says how far it is, and nothing of the result', async () => {
  let record = (await holder.get('/api/patient')).json;
  assert.equal(record.patient.birth_date, '1971-11-02');
  assert.deepEqual(record.acts.map((one) => [one.id, one.state]), [[exam.id, 'under-way']]);
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const report = await exam.read();
  await exam.ok(exam.imager, 'mark-bad-news', { reason: 'Lésion suspecte du foie' });
  await exam.sign(report);
  await exam.until('delivered');
  record = (await holder.get('/api/patient')).json;
  assert.equal(record.acts[0].state, 'waiting');
  const whole = (await holder.get(`/api/patient/acts/${exam.id}`)).json;
  assert.deepEqual([whole.report, whole.images], ['waiting', 'waiting']);
  assert.ok(!JSON.stringify([record, whole]).match(/annonc|bad|withh|Lésion|appendic/i), 'never the reason');
  assert.equal(whole.preparation, 'Fiche de préparation 2026-1');
  const study = (await exam.images()).series[0];
  for (const path of ['report', 'report.pdf', 'series', `series/${study.uid}/images/1.2.3/frames/1`]) {
    const a = await holder.get(`/api/patient/acts/${exam.id}/${path}`);
    assert.equal(a.status, 409, `${path}: ${a.status}`);
    assert.match(a.json.error.text, /Votre médecin vous en parle d’abord/);
  }
  assert.equal((await holder.post(`/api/patient/acts/${exam.id}/exports`)).status, 409);
  // announced, but the patient not yet recorded as informed: the very same answer
  await exam.ok(exam.requester, 'agree-announcement', { who: 'requester', how: 'in-person', planned_at_ms: house.now() + 3600000, text: 'Le demandeur annonce.' });
  await exam.ok(exam.requester, 'record-announcement', { who: 'requester', how: 'in-person', told_at_ms: house.now(), text: 'Annoncé.' });
  assert.equal((await holder.get(`/api/patient/acts/${exam.id}/report`)).status, 409);
  assert.deepEqual((await holder.get(`/api/patient/acts/${exam.id}`)).json, whole, 'one answer for both reasons');
});

test('E34 T7 once informed: report as text and PDF, images and the whole exam; the act says that the patient opened it', async () => {
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Expliqué.' });
  const whole = (await holder.get(`/api/patient/acts/${exam.id}`)).json;
  assert.deepEqual([whole.state, whole.report, whole.images], ['ready', 'open', 'open']);
  assert.match(whole.requester.name, /DUBOIS/);
  const report = await holder.get(`/api/patient/acts/${exam.id}/report`);
  assert.equal(report.status, 200, String(report.bytes));
  assert.match(report.json.text.conclusion, /appendicite/);
  const pdf = await holder.get(`/api/patient/acts/${exam.id}/report.pdf`);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  const theirs = await exam.requester.get(`/api/acts/${exam.id}/report.pdf`);
  assert.deepEqual(pdf.bytes, theirs.bytes, 'the very report that was signed');
  const { facts } = (await exam.requester.get(`/api/acts/${exam.id}`)).json;
  assert.ok(facts.patient_opened.at_ms);
  assert.equal(facts.deliveries.find((one) => one.to === 'patient').status, 'opened');

  const { series } = (await holder.get(`/api/patient/acts/${exam.id}/series`)).json;
  assert.ok(series.length && series[0].images.length > 1, JSON.stringify(series));
  const picture = await holder.get(`/api/patient/acts/${exam.id}/series/${series[0].uid}/images/${series[0].images[0].uid}/frames/1?width=512`);
  assert.equal(picture.status, 200, String(picture.bytes.subarray(0, 300)));
  assert.equal(picture.headers['content-type'], 'image/jpeg');
  assert.deepEqual([...picture.bytes.subarray(0, 2)], [0xff, 0xd8]);
  assert.equal((await holder.get(`/api/patient/acts/${exam.id}/series/${series[0].uid}/images/${series[0].images[0].uid}/frames/9`)).status, 404);
  const pictureWith = (how) => holder.get(`/api/patient/acts/${exam.id}/series/${series[0].uid}/images/${series[0].images[0].uid}/frames/1?${how}`);
  const lung = await pictureWith('width=512&window=-600,1500,linear');
  assert.equal(lung.status, 200, String(lung.bytes.subarray(0, 300)));
  assert.ok(!lung.bytes.equals(picture.bytes), 'another window is another picture');
  for (const how of ['window=wide', 'window=40,0,linear', 'width=5000', 'width=1']) assert.equal((await pictureWith(how)).status, 400, how);
  assert.deepEqual((await holder.get(`/api/patient/acts/${exam.id}/series`)).json.first, [], 'a report that names no image shows none first');
  assert.ok(series[0].images[0].rows > 0 && series[0].images[0].columns > 0);
  const asked = await holder.post(`/api/patient/acts/${exam.id}/exports`);
  assert.equal(asked.status, 200, String(asked.bytes));
  const zip = await holder.get(`/api/patient/exports/${asked.json.id}/archive.zip`);
  assert.equal(zip.status, 200);
  assert.equal(zip.bytes.subarray(0, 2).toString(), 'PK');
  assert.ok(zip.bytes.includes('DICOMDIR'));
  const kept = path.join(house.data, 'own.zip');
  fs.writeFileSync(kept, zip.bytes);
  const names = spawnSync('python3', ['-c', 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))', kept], { encoding: 'utf8' }).stdout.trim().split('\n');
  const { files } = (await holder.get(`/api/patient/acts/${exam.id}/series`)).json;
  assert.equal(names.filter((one) => /^DICOM\/ST\d+\/SE\d+\/IM\d+$/.test(one)).length, files, 'the whole exam');
  assert.deepEqual(names.filter((one) => !one.startsWith('DICOM/')).sort(), ['DICOMDIR', 'LISEZMOI.TXT'], 'and how to open it');
  const trace = (await lines('/api/patient/')).filter((line) => line.person_id === holder.me.person.id && line.outcome === 'ok');
  for (const what of ['GET /api/patient/acts/{id}/report', 'GET /api/patient/acts/{id}/report.pdf', 'GET /api/patient/acts/{id}/series', 'GET /api/patient/acts/{id}/series/{series}/images/{image}/frames/{n}',
    'POST /api/patient/acts/{id}/exports', 'GET /api/patient/exports/{id}/archive.zip'])
    assert.ok(trace.some((line) => line.what === what && line.patient_id === exam.patient.id && line.act_id === exam.id), `X3 a line for ${what}`);
});

test('X2 E34 only one’s own: another patient’s act, report, images and export, and guessed ids, are not found', async () => {
  other = await house.person('patiente'); // the demonstration's patient, with a record of her own
  assert.equal((await other.get('/api/patient')).json.patient.birth_date, '1958-03-28');
  assert.deepEqual((await other.get('/api/patient')).json.acts, []);
  const { series } = (await holder.get(`/api/patient/acts/${exam.id}/series`)).json;
  const asked = (await holder.post(`/api/patient/acts/${exam.id}/exports`)).json;
  for (const path of [`acts/${exam.id}`, `acts/${exam.id}/report`, `acts/${exam.id}/report.pdf`, `acts/${exam.id}/series`, `acts/${exam.id}/series/${series[0].uid}/images/${series[0].images[0].uid}/frames/1`,
    `exports/${asked.id}/archive.zip`, 'acts/999999', 'acts/0', 'acts/-1', 'acts/1%20OR%201', 'exports/999999/archive.zip']) {
    const a = await other.get(`/api/patient/${path}`);
    assert.equal(a.status, 404, `${path}: ${a.status}`);
  }
  assert.equal((await other.post(`/api/patient/acts/${exam.id}/exports`)).status, 404);
  // one's own act as the way to an image that is none of it
  const hers = await Exam.open(house, { patient: 'LEM', born: '1958-03-28', like: exam });
  await hers.ask();
  assert.deepEqual((await other.get('/api/patient')).json.acts.map((one) => [one.id, one.state]), [[hers.id, 'asked']]);
  assert.ok([404, 409].includes((await other.get(`/api/patient/acts/${hers.id}/series/${series[0].uid}/images/${series[0].images[0].uid}/frames/1`)).status));
  assert.equal((await holder.get(`/api/patient/acts/${hers.id}`)).status, 404);
  const refused = (await lines('GET /api/patient/acts/{id}')).filter((line) => line.outcome === 'refused' && line.person_id === other.me.person.id);
  assert.ok(refused.length, 'each refusal leaves a line');
});

test('X3 E34 who looked: date, name, profession, organisation and purpose; oneself too, and nobody else’s record', async () => {
  const { readers } = (await holder.get('/api/patient/readers')).json;
  const of = (name, kind) => readers.find((one) => one.name.includes(name) && one.kind === kind);
  const report = of('DUBOIS', 'report');
  assert.ok(report, JSON.stringify(readers));
  assert.deepEqual([report.profession, report.purpose, report.number, report.you], ['physician', 'care', exam.number, false]);
  assert.ok(report.organisations.some((one) => one.includes('Val d’Orbe')));
  assert.ok(Math.abs(report.at_ms - house.now()) < 3600000);
  assert.ok(readers.some((one) => one.you && one.kind === 'report' && one.purpose === 'own'));
  assert.ok(readers.some((one) => one.you && one.kind === 'images'));
  assert.ok(!(await other.get('/api/patient/readers')).json.readers.some((one) => one.number === exam.number));
});

test('L8 an act that the patient objects to is not on the page, and no paper is handed for it until the objection is lifted', async () => {
  await exam.ok(exam.requester, 'record-objection', { to: 'patient-page', text: 'Je ne veux pas que cet examen soit en ligne.' });
  assert.deepEqual((await holder.get('/api/patient')).json.acts, []);
  for (const path of ['', '/report', '/report.pdf', '/series']) assert.equal((await holder.get(`/api/patient/acts/${exam.id}${path}`)).status, 404);
  const blocked = await hand(exam.technologist);
  assert.equal(blocked.status, 409);
  assert.match(blocked.json.error.text, /s’oppose/);
  const objection = (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts.objections.at(-1);
  await exam.ok(exam.requester, 'lift-objection', { id: objection.id, text: 'D’accord finalement.' });
  assert.equal((await holder.get(`/api/patient/acts/${exam.id}/report`)).status, 200);
});

test('E34 records merged are one page, and part again when the merge is undone', async () => {
  const pacs = await house.person('pacs');
  await register(exam.requester, { birth_name: 'MOREAU', first_given: 'JEAN-BAPTISTE', birth_date: '1971-11-02', sex: 'M', birth_place_code: '75114', organisation_id: exam.site.id, document: 'none' });
  const twin = await Exam.open(house, { patient: 'MOR', born: '1971-11-02', like: exam });
  await twin.ask();
  await twin.ok(twin.imager, 'cancel', { code: 'other', text: 'Demandé en double.' });
  const mine = async () => (await holder.get('/api/patient')).json.acts.map((one) => `${one.id} ${one.state}`);
  assert.deepEqual(await mine(), [`${exam.id} ready`]);
  assert.equal((await holder.get(`/api/patient/acts/${twin.id}`)).status, 404, 'another record: not mine yet');
  const { seen } = (await pacs.get(`/api/archive/merges/compared?from=${twin.patient.ipp}&into=${exam.patient.ipp}`)).json;
  const merged = await pacs.post('/api/archive/merges', { from: twin.patient.ipp, into: exam.patient.ipp, sure: true, seen, reason: 'Doublon' });
  assert.equal(merged.status, 200, String(merged.bytes));
  assert.deepEqual(await mine(), [`${twin.id} not-done`, `${exam.id} ready`]);
  assert.equal((await holder.get(`/api/patient/acts/${twin.id}`)).status, 200);
  assert.equal((await holder.get(`/api/patient/acts/${exam.id}/report`)).status, 200);
  const undone = await pacs.post(`/api/archive/merges/${merged.json.id}/undo`, { reason: 'Erreur' });
  assert.equal(undone.status, 200, String(undone.bytes));
  assert.deepEqual(await mine(), [`${exam.id} ready`]);
  assert.equal((await holder.get(`/api/patient/acts/${twin.id}`)).status, 404);
});

test('E34 a child’s paper goes to who represents the child, ends with the 18th birthday; each representative has their own', async () => {
  const year = new Date(house.now()).getUTCFullYear();
  const born = `${year - 17}-12-31`;
  await register(exam.requester, { birth_name: 'PETIT', first_given: 'LOU', birth_date: born, sex: 'M', birth_place_code: '75114', organisation_id: exam.site.id, document: 'id-card' });
  const child = await Exam.open(house, { patient: 'PET', born, like: exam });
  await child.ask();
  const self = await hand(exam.requester, PAPER, child.id);
  assert.ok(self.json.error.missing.some((one) => one.code === 'holder-age'), String(self.bytes));
  const mother = (await hand(exam.requester, { holder: 'parent', name: 'Mme Inès PETIT', relation: 'mère, livret de famille vu', document: 'id-card' }, child.id)).json;
  const father = (await hand(exam.requester, { holder: 'parent', name: 'M. Hugo PETIT', relation: 'père, livret de famille vu', document: 'passport' }, child.id)).json;
  assert.deepEqual((await accesses(exam.requester, child.id)).map((one) => one.state), ['handed', 'handed']);
  const parent = await Holder.of(mother, { birth_name: 'PETIT', birth_date: born });
  const record = (await parent.get('/api/patient')).json;
  assert.deepEqual([record.holder.kind, record.holder.name, record.acts.map((one) => one.id)], ['parent', 'Mme Inès PETIT', [child.id]]);
  assert.equal(new Date(record.holder.until_ms).toISOString().slice(0, 10), `${year + 1}-12-31`);
  assert.equal((await hand(exam.requester, { holder: 'guardian', name: 'M. Luc RIVE', relation: 'tuteur, jugement vu', document: 'id-card' }, child.id)).status, 200);
  assert.ok(father.code);
});

test('E34 the site closes an access at once; the holder may close their own; neither opens again', async () => {
  const [mine] = (await accesses()).filter((one) => one.state === 'active');
  const end = (person, id, reason, act = exam.id) => person.post(`/api/acts/${act}/patient-access/${id}/end`, { reason });
  assert.equal((await end(exam.technologist, mine.id, '')).status, 409, 'with a reason');
  assert.equal((await end(exam.imager, mine.id, 'Perdu')).status, 403);
  assert.equal((await end(exam.technologist, 999999, 'Perdu')).status, 404);
  const hers = (await other.get('/api/patient')).json.acts[0].id;
  const [theirs] = await accesses(exam.requester, hers);
  assert.equal((await end(exam.technologist, theirs.id, 'Perdu')).status, 404, 'an access of another patient');
  const ended = await end(exam.technologist, mine.id, 'Téléphone perdu');
  assert.equal(ended.status, 200, String(ended.bytes));
  assert.equal((await holder.get('/api/patient')).status, 401, 'out at once');
  await house.advance(admin, 31000);
  assert.equal((await holder.come()).status, 401);
  assert.equal((await end(exam.technologist, mine.id, 'Encore')).status, 409);
  const anew = (await hand(exam.technologist)).json;
  const back = await Holder.of(anew);
  assert.equal((await back.get(`/api/patient/acts/${exam.id}/report`)).status, 200);
  assert.equal((await back.post('/api/patient/leave')).status, 200);
  assert.equal((await back.get('/api/patient')).status, 401);
  assert.deepEqual((await accesses()).slice(0, 2).map((one) => one.ended_why), ['own-wish', 'revoked']);
  const trace = await lines('step end-patient-access');
  assert.deepEqual([...new Set(trace.map((line) => line.outcome))].sort(), ['ok', 'refused']);
});

test('E34 a code that waits too long opens nothing', async () => {
  const late = (await hand(exam.technologist)).json;
  await house.advance(admin, 31 * 86400000);
  await exam.technologist.signIn();
  assert.equal((await new Holder().activate(late.code)).status, 403);
  const whole = house.run(['verify', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
});
