// A patient's earlier exams in other archives, by the page's API: searched with the record's own traits, fetched with progress, cancelled, resumed, and in the record only when the identity agrees or somebody says why. E5, E15, E25.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { folder, nothingFromSanitizers } from '../dicom.mjs';
import { makeObject, peer, sql } from '../dimse.mjs';
import { Exam } from '../exam.mjs';
import { dcmqrscp, load, noOrthanc, orthanc, slowLine, stopAll } from '../archives.mjs';

const SAME = { '0010,0010': ['PN', 'DUPONT-MOREAU^JEAN-BAPTISTE'], '0010,0030': ['DA', '19711102'], '0010,0040': ['CS', 'M'], '0010,0020': ['LO', 'CHU-77'] };
const STUDY = '1.2.826.0.1.3680043.9.7133.800';
const of = (n, more = {}) => ({ ...SAME, '0008,0020': ['DA', '20230405'], '0008,0030': ['TM', '101500'], '0008,1030': ['LO', 'Abdomen'], '0008,0050': ['SH', `ELSE-${n}`], '0020,000d': ['UI', `${STUDY}.${n}`], '0020,000e': ['UI', `${STUDY}.${n}.1`], ...more });
const MANY = 40;
let house, manip, secretary, admin, patient, exam, qr, mover, line;

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  [manip, secretary, admin] = [exam.technologist, await house.person('secretaire'), await house.person('admin')];
  patient = exam.patient;
  const at = folder(house, 'elsewhere');
  for (let i = 0; i < 3; i++) makeObject(at, of(1));
  makeObject(at, of(2, { '0010,0010': ['PN', 'DUPONT MOREAU^JB'], '0010,0040': ['CS', 'F'] })); // written otherwise there
  makeObject(at, of(3, { '0010,0010': ['PN', 'DUPONT-MOREAU^PAUL'], '0010,0030': ['DA', '19500101'] })); // somebody else
  for (let i = 0; i < MANY; i++) makeObject(at, of(4));
  qr = await dcmqrscp(house, 'QR');
  mover = await dcmqrscp(house, 'MOVES', { get: false });
  line = await slowLine(qr.port, 0);
  load(qr, at);
  const moved = folder(house, 'moved');
  for (let i = 0; i < 3; i++) makeObject(moved, of(5));
  load(mover, moved);
  peer(house, 'QR', ['store', 'ask'], { port: line.port });
  peer(house, 'MOVES', ['store', 'ask'], { port: mover.port });
  peer(house, 'STORAGE', ['store'], { port: qr.port });
});
after(async () => { await stopAll(); await house?.close(); nothingFromSanitizers(house); });

const search = (body, person = manip) => person.post(`/api/patients/${patient.id}/elsewhere`, { peer: 'QR', ...body });
const fetchIt = (n, body = {}, person = manip) => person.post(`/api/patients/${patient.id}/fetches`, { peer: 'QR', study_uid: `${STUDY}.${n}`, label: `Examen ${n}`, ...body });
const fetchOf = async (n) => (await manip.get(`/api/patients/${patient.id}/fetches`)).json.fetches.find((f) => f.study_uid === `${STUDY}.${n}`);
const here = (n) => Number(sql(house, `SELECT COALESCE(SUM(instance_count), 0) FROM study WHERE uid = '${STUDY}.${n}'`));
const priors = async () => (await manip.get(`/api/patients/${patient.id}/priors`)).json.priors.map((p) => p.study_uid);
async function until(n, ...states) {
  for (let i = 0; i < 120; i++) {
    const one = await fetchOf(n);
    if (states.includes(one?.state)) return one;
    await sleep(150);
  }
  assert.fail(`fetch ${n} is ${JSON.stringify(await fetchOf(n))}\n${house.log()}`);
}
const step = (one, what, body = {}, person = manip) => person.post(`/api/fetches/${one.id}/${what}`, body);

test('X1 who may not ask other archives does not, and is traced; who may sees whom to ask', async () => {
  assert.equal((await secretary.get('/api/elsewhere')).status, 403);
  assert.equal((await search({}, admin)).status, 403);
  assert.match(sql(house, "SELECT outcome || what FROM audit_line ORDER BY id DESC LIMIT 1"), /^refusedPOST .*elsewhere/);
  const { peers } = (await manip.get('/api/elsewhere')).json;
  assert.deepEqual(peers.map((p) => p.ae_title).filter((t) => ['QR', 'MOVES', 'STORAGE'].includes(t)), ['MOVES', 'QR']);
  assert.equal(peers[0].address, undefined);
});

test('E15 the search is by the record: name written otherwise is found, another birth date is not shown', async () => {
  const a = await search({});
  assert.equal(a.status, 200, String(a.bytes));
  assert.deepEqual(a.json.studies.map((s) => s.study_uid).sort(), [1, 2, 4].map((n) => `${STUDY}.${n}`));
  const one = a.json.studies.find((s) => s.study_uid === `${STUDY}.1`), other = a.json.studies.find((s) => s.study_uid === `${STUDY}.2`);
  assert.deepEqual([one.differences, one.here, one.in_record, one.date, one.description], [[], 0, false, '20230405', 'Abdomen']);
  assert.deepEqual(other.differences.map((d) => d.trait), ['first_given', 'sex']);
  assert.match(sql(house, "SELECT actor || '|' || patient_id || '|' || detail FROM audit_line WHERE what = 'C-FIND at QR' ORDER BY id DESC LIMIT 1"), new RegExp(`^manip\\|${patient.id}\\|3 answers$`));
  const byAccession = await search({ by: 'accession', value: 'ELSE-3' });
  assert.deepEqual([byAccession.json.studies, byAccession.json.withheld], [[], 1], 'somebody else’s is counted, not shown');
  assert.equal((await search({ by: 'identifier', value: 'CHU-77' })).json.studies.length, 3);
  assert.equal((await search({ by: 'identifier', value: 'CHU-77', from: '2024-01-01' })).json.studies.length, 0);
  assert.equal((await search({ by: 'identifier', value: '*' })).status, 400);
  assert.equal((await search({ by: 'accession' })).status, 400);
  assert.equal((await search({ peer: 'STORAGE' })).status, 403);
  assert.equal((await search({ peer: 'NOBODY' })).status, 404);
  assert.equal((await manip.post('/api/patients/99999/elsewhere', { peer: 'QR' })).status, 404);
});

test('a study that agrees is fetched and stands among the earlier exams, for the viewer too', async () => {
  const a = await fetchIt(1);
  assert.equal(a.status, 200, String(a.bytes));
  const done = await until(1, 'done', 'failed', 'differs');
  assert.deepEqual([done.state, done.held, done.there, done.stored, done.refused, done.peer], ['done', 3, 0, 3, 0, 'QR'], JSON.stringify(done));
  assert.ok((await priors()).includes(`${STUDY}.1`));
  const series = await exam.requester.get(`/dicom-web/studies/${STUDY}.1/series`);
  assert.equal(series.json.length, 1, 'one who sees the patient sees the prior');
  assert.match(sql(house, `SELECT actor || '|' || patient_id || '|' || detail FROM audit_line WHERE what = 'fetch from QR' AND object = '${STUDY}.1'`), new RegExp(`^manip\\|${patient.id}\\|3 held, 0 here before, 3 stored`));
  assert.equal((await search({})).json.studies.find((s) => s.study_uid === `${STUDY}.1`).in_record, true);
});

test('E15 another identity joins the record only with a reason', async () => {
  assert.equal((await fetchIt(2)).status, 200);
  const one = await until(2, 'differs', 'done', 'failed');
  assert.equal(one.state, 'differs');
  assert.deepEqual(one.differences.map((d) => d.trait), ['first_given', 'sex']);
  assert.ok(!(await priors()).includes(`${STUDY}.2`));
  const shown = async () => (await exam.requester.get('/dicom-web/studies')).json?.some((s) => s['0020000D'].Value[0] === `${STUDY}.2`) ?? false;
  assert.equal(await shown(), false, 'not shown before');
  assert.equal((await step(one, 'attach', { reason: '  ' })).status, 400);
  assert.equal((await step(one, 'attach', { reason: 'x' }, secretary)).status, 403);
  assert.equal((await step(one, 'cancel')).status, 409);
  const a = await step(one, 'attach', { reason: 'Prénom abrégé et sexe mal saisi, vérifié avec le patient' });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal((await fetchOf(2)).state, 'done');
  assert.ok((await priors()).includes(`${STUDY}.2`));
  assert.equal(await shown(), true);
});

test('a fetch shows how far it is, is cancelled, keeps what came, and is resumed with only the rest', async () => {
  line.delayMs = 25;
  assert.equal((await fetchIt(4)).status, 200);
  assert.equal((await fetchIt(4)).status, 409, 'once at a time');
  let one;
  for (let i = 0; i < 200; i++) { one = await fetchOf(4); if (one.state === 'running' && one.stored >= 3) break; await sleep(50); }
  assert.ok(one.stored >= 3 && one.stored < MANY && one.held === MANY, JSON.stringify(one));
  assert.equal((await step(one, 'cancel')).status, 200);
  await sleep(1500);
  const kept = here(4);
  assert.ok(kept >= 3 && kept < MANY, `${kept} are here`);
  await sleep(500);
  assert.equal(here(4), kept, 'nothing more comes');
  assert.equal((await fetchOf(4)).state, 'cancelled');
  assert.ok(!(await priors()).includes(`${STUDY}.4`));
  line.delayMs = 0;
  assert.equal((await step(one, 'resume')).status, 200);
  const done = await until(4, 'done', 'failed');
  assert.deepEqual([done.state, done.held, done.there, done.stored], ['done', MANY, kept, MANY - kept], JSON.stringify(done));
  assert.equal((await step(one, 'resume')).status, 409);
});

test('a server that is stopped in the middle goes on by itself', async () => {
  const at = folder(house, 'stopped');
  for (let i = 0; i < MANY; i++) makeObject(at, of(6));
  load(qr, at);
  line.delayMs = 25;
  assert.equal((await fetchIt(6)).status, 200);
  for (let i = 0; i < 200 && here(6) < 3; i++) await sleep(50);
  house.process.kill('SIGKILL');
  await house.ended;
  line.delayMs = 0;
  await house.serve();
  const done = await until(6, 'done', 'failed');
  assert.equal(done.state, 'done');
  assert.equal(here(6), MANY);
});

test('a peer without C-GET moves to us; one that is away is tried again; one that has it not is said', async () => {
  assert.equal((await fetchIt(5, { peer: 'MOVES' })).status, 200);
  assert.deepEqual([(await until(5, 'done', 'failed')).state, here(5)], ['done', 3]);
  assert.equal((await fetchIt(77)).status, 200);
  const none = await until(77, 'failed');
  assert.match(none.why, /n’a pas cet examen|ne possède pas|pas d’examen|examen/);
  await mover.program.stop();
  assert.equal((await fetchIt(78, { peer: 'MOVES' })).status, 200);
  for (let i = 0; i < 60 && !(await fetchOf(78)).why; i++) await sleep(100);
  const waiting = await fetchOf(78);
  assert.deepEqual([waiting.state, waiting.why.length > 5], ['waiting', true]);
  assert.equal((await step(waiting, 'cancel')).status, 200);
  assert.equal((await fetchOf(78)).state, 'cancelled');
});

test('Orthanc is asked and gives its study', { skip: noOrthanc }, async () => {
  const o = await orthanc(house, 'ORTHANC');
  load(o, makeObject(folder(house, 'theirs'), of(9)).file);
  peer(house, 'ORTHANC', ['store', 'ask'], { port: o.port });
  const a = await search({ peer: 'ORTHANC' });
  assert.deepEqual(a.json.studies.map((s) => [s.study_uid, s.instances]), [[`${STUDY}.9`, 1]], String(a.bytes));
  assert.equal((await fetchIt(9, { peer: 'ORTHANC' })).status, 200);
  assert.equal((await until(9, 'done', 'failed', 'differs')).state, 'done');
  assert.ok((await priors()).includes(`${STUDY}.9`));
});

test('the trace is whole', () => {
  const r = house.run(['verify', '--config', house.config]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
});
