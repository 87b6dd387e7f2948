// A disc comes: its files are held apart, what is there is not sent again, and nothing enters a record before a person has said whose it is.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { dcmtk, House, ROOT, sleep } from '../house.mjs';
import { sql } from '../dimse.mjs';

const DISC = path.join(ROOT, '../shared/data/dicom/dicomdir');
const skip = fs.existsSync(DISC) ? false : 'skipped: ../shared is not there';
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));
const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
let house, folder, technologist, patient, disc, own;
before(async () => {
  if (skip) return;
  house = await House.start();
  technologist = await house.person('manip');
  [patient] = (await technologist.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-import-'));
  disc = ['77654033', '98892001', '98892003'].flatMap((d) => filesUnder(path.join(DISC, d))).map((f) => ({ path: `CD/${path.relative(DISC, f)}`, bytes: fs.readFileSync(f) }));
  // the same kind of images, of the patient of the record
  own = filesUnder(path.join(DISC, '98892003')).slice(0, 3).map((f, i) => {
    const to = path.join(folder, `own${i}`);
    fs.copyFileSync(f, to);
    const r = dcmtk('dcmodify', ['-nb', '-imt', '-i', '(0010,0010)=DUPONT-MOREAU^JEAN-BAPTISTE', '-i', '(0010,0030)=19711102', '-i', '(0010,0040)=M', '-i', '(0010,0020)=H77', '-i', '(0020,000d)=1.2.826.0.1.77.1', '-i', '(0020,000e)=1.2.826.0.1.77.2', '-i', `(0008,0018)=1.2.826.0.1.77.3.${i}`, to]);
    assert.equal(r.status, 0, r.stderr);
    return { path: `sien/image ${i}.dcm`, bytes: fs.readFileSync(to) };
  });
});
after(async () => {
  await house?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const begin = async (person = technologist) => person.post('/api/imports', { patient_id: patient.id, origin: 'CD remis par le patient' });
const put = (id, f, person = technologist) => person.send('POST', `/api/imports/${id}/files?path=${encodeURIComponent(f.path)}`, f.bytes, { 'Content-Type': 'application/octet-stream' });
const state = async (id) => (await technologist.get(`/api/imports/${id}`)).json;
const known = async (id, files) => (await technologist.post(`/api/imports/${id}/known`, { files: files.map((f) => ({ path: f.path, sha256: digest(f.bytes), bytes: f.bytes.length })) })).json.have;
const held = () => (fs.existsSync(path.join(house.data, 'blobs', 'import')) ? filesUnder(path.join(house.data, 'blobs', 'import')).length : 0);
async function decide(id, study, body) {
  for (;;) {
    const a = await technologist.post(`/api/imports/${id}/studies/${study}`, body);
    if (a.status !== 200 || !a.json.left) return a;
  }
}

let id;
test('a disc is received: its DICOMDIR says what there is, what is no image is named and not kept', { skip }, async () => {
  const made = await begin();
  assert.equal(made.status, 200, String(made.bytes));
  id = made.json.id;
  assert.equal((await put(id, { path: 'CD/DICOMDIR', bytes: fs.readFileSync(path.join(DISC, 'DICOMDIR')) })).json.why, 'directory');
  assert.equal((await state(id)).counts.announced, 31);
  const junk = await put(id, { path: 'CD/AUTORUN.INF', bytes: Buffer.from('[autorun]\r\nopen=viewer.exe\r\n') });
  assert.equal(junk.json.state, 'skipped', String(junk.bytes));
  assert.equal((await put(id, { path: 'CD/VIEWER.EXE', bytes: crypto.randomBytes(5000) })).json.state, 'skipped');
  for (const f of disc.slice(0, 10)) assert.equal((await put(id, f)).json.state, 'waiting', f.path);
  assert.equal(held(), 10);
  const studies = (await technologist.get('/dicom-web/studies')).json ?? [];
  assert.equal(studies.length, 0, 'nothing is in a record yet');
});

test('the line is cut and the server killed: what was acknowledged is here, the rest is asked for', { skip }, async () => {
  house.process.kill('SIGKILL');
  await house.ended;
  const place = path.join(house.data, 'blobs', 'import', String(id)), two = new Date(Date.now() - 2 * 3600e3);
  for (const f of filesUnder(place)) fs.utimesSync(f, two, two);
  fs.writeFileSync(path.join(place, 'cut-off'), 'half a file');
  fs.utimesSync(path.join(place, 'cut-off'), two, two);
  await house.serve();
  assert.equal(held(), 10, 'what no row names went, what was acknowledged stays');
  await technologist.refresh();
  const have = await known(id, disc);
  assert.deepEqual(have, [...Array(10).keys()]);
  for (const f of disc.slice(10)) assert.equal((await put(id, f)).status, 200);
  const now = await state(id);
  assert.equal(now.missing.length, 0, JSON.stringify(now.missing));
  assert.equal(now.counts.waiting, disc.length);
  assert.ok(now.skipped.some((f) => f.path === 'CD/AUTORUN.INF'));
  assert.equal((await known(id, disc)).length, disc.length);
});

test('E15 another patient on the disc: refused without a reason, attached with one and its own identity shown', { skip }, async () => {
  const { studies } = await state(id);
  assert.ok(studies.length > 1);
  const [one, two] = studies;
  assert.ok(one.differences.some((d) => d.trait === 'birth_name'), JSON.stringify(one));
  const bare = await technologist.post(`/api/imports/${id}/studies/${one.study_uid}`, { decision: 'attach' });
  assert.equal(bare.status, 409, String(bare.bytes));
  assert.match(bare.json.error.text, /désigne un autre patient/);
  const done = await decide(id, one.study_uid, { decision: 'attach', reason: 'Nom d’épouse sur le CD, pièce d’identité vérifiée' });
  assert.equal(done.status, 200, String(done.bytes));
  const { priors } = (await technologist.get(`/api/patients/${patient.id}/priors`)).json;
  assert.equal(priors.length, 1);
  assert.equal(priors[0].study_uid, one.study_uid);
  assert.equal(priors[0].instances, one.files);
  assert.equal(priors[0].dicom_name, one.patient.name);
  assert.ok(priors[0].differences.length > 0 && /épouse/.test(priors[0].reason));
  assert.equal((await technologist.post(`/api/imports/${id}/studies/${two.study_uid}`, { decision: 'refuse' })).status, 400);
  const refused = await decide(id, two.study_uid, { decision: 'refuse', reason: 'Autre patient' });
  assert.equal(refused.status, 200, String(refused.bytes));
  assert.equal(held(), disc.length - one.files - two.files);
  for (const s of studies.slice(2)) assert.equal((await decide(id, s.study_uid, { decision: 'refuse', reason: 'Autre patient' })).status, 200);
  assert.equal(held(), 0);
  assert.equal((await state(id)).state, 'done');
  const quality = await house.person('qualite');
  const lines = (await quality.get('/api/audit?limit=300')).json.lines.filter((l) => l.object === one.study_uid || l.object === two.study_uid);
  assert.ok(lines.some((l) => /prior attached, identity of the medium differs/.test(l.detail)) && lines.some((l) => /import refused/.test(l.detail)), JSON.stringify(lines));
});

test('the right patient is attached without a question, byte for byte, and seen by those who may see the patient', { skip }, async () => {
  const made = (await begin()).json;
  for (const f of own) assert.equal((await put(made.id, f)).json.state, 'waiting');
  const [study] = (await state(made.id)).studies;
  assert.deepEqual(study.differences, []);
  assert.equal((await decide(made.id, study.study_uid, { decision: 'attach' })).status, 200);
  const requester = await house.person('demandeur');
  const priors = (await requester.get(`/api/patients/${patient.id}/priors`)).json.priors;
  assert.ok(priors.some((p) => p.study_uid === '1.2.826.0.1.77.1' && p.instances === own.length));
  const again = (await begin()).json;
  assert.equal((await known(again.id, own)).length, own.length, 'brought a second time, nothing is sent');
  const kept = filesUnder(path.join(house.data, 'blobs')).map((f) => digest(fs.readFileSync(f)));
  for (const f of own) assert.ok(kept.includes(digest(f.bytes)));
});

test('a study that stands in another record is not attached; two patients in one study neither; strangers see nothing', { skip }, async () => {
  const [other] = (await technologist.get('/api/patients?birth_date=1958-03-28&name=LEM')).json.patients;
  const made = (await technologist.post('/api/imports', { patient_id: other.id, origin: 'CD' })).json;
  for (const f of own) await put(made.id, f);
  const taken = await technologist.post(`/api/imports/${made.id}/studies/1.2.826.0.1.77.1`, { decision: 'attach', reason: 'x' });
  assert.equal(taken.status, 409, String(taken.bytes));
  assert.match(taken.json.error.text, /autre dossier/);
  const mixed = path.join(folder, 'mixed');
  fs.writeFileSync(mixed, own[0].bytes);
  assert.equal(dcmtk('dcmodify', ['-nb', '-i', '(0010,0010)=AUTRE^NOM', '-i', '(0020,000d)=1.2.826.0.1.78.1', '-imt', '-i', '(0008,0018)=1.2.826.0.1.78.2', mixed]).status, 0);
  const two = fs.readFileSync(mixed);
  assert.equal(dcmtk('dcmodify', ['-nb', '-i', '(0010,0010)=ENCORE^AUTRE', '-imt', '-i', '(0008,0018)=1.2.826.0.1.78.3', mixed]).status, 0);
  await put(made.id, { path: 'a', bytes: two });
  await put(made.id, { path: 'b', bytes: fs.readFileSync(mixed) });
  const torn = await technologist.post(`/api/imports/${made.id}/studies/1.2.826.0.1.78.1`, { decision: 'attach', reason: 'x' });
  assert.equal(torn.status, 409);
  assert.match(torn.json.error.text, /plusieurs patients/);
  const stranger = await house.person('manip2');
  assert.equal((await stranger.get(`/api/imports/${made.id}`)).status, 404);
  assert.equal((await put(made.id, { path: 'c', bytes: two }, stranger)).status, 404);
  assert.equal((await (await house.person('imageur')).post('/api/imports', { patient_id: patient.id, origin: 'CD' })).status, 403);
  assert.equal((await technologist.post('/api/imports', { patient_id: patient.id, origin: '  ' })).status, 400);
});

test('an import that was begun and left is closed after its days: its files go, what was attached stays, and the trace says so', { skip }, async () => {
  const left = (await begin()).json.id, fresh = (await begin()).json.id;
  for (const f of disc.slice(0, 3)) assert.equal((await put(left, f)).json.state, 'waiting', f.path);
  assert.equal((await put(fresh, disc[3])).json.state, 'waiting');
  const held_before = held();
  sql(house, `UPDATE import SET created_at_ms = created_at_ms - 31 * 86400000 WHERE id = ${left}`);
  sql(house, "UPDATE job SET run_at_ms = 0 WHERE kind = 'archive.import-expire'");
  for (let i = 0; i < 50 && (await state(left)).state === 'open'; i++) await sleep(200);
  for (let i = 0; i < 50 && (await state(left)).counts.waiting; i++) await sleep(100);
  const closed = await state(left);
  assert.deepEqual([closed.state, closed.counts.waiting ?? 0, closed.counts.refused], ['expired', 0, 3]);
  assert.equal(held(), held_before - 3);
  assert.equal((await state(fresh)).state, 'open');
  assert.equal((await put(left, disc[4])).status, 409);
  assert.ok(!(await technologist.get(`/api/imports?patient=${patient.id}`)).json.imports.some((i) => i.id === left));
  assert.equal(sql(house, `SELECT event || '|' || what FROM audit_line WHERE object = 'import ${left}' AND actor = 'system:imports'`), 'delete|import left open');
  assert.equal(sql(house, "SELECT COUNT(*) FROM job WHERE kind = 'archive.import-expire' AND run_at_ms > 0"), '1', 'and again tomorrow');
});

test('E5 an upload without the right to it is refused before its body has travelled', { skip }, async () => {
  const imager = await house.person('medecin');
  const mine = (await begin()).json.id;
  const stop = 64 << 20; // as much would be sent; the answer must come before
  const sent = await new Promise((done, fail) => {
    const s = tls.connect({ host: '127.0.0.1', port: house.port, servername: 'localhost', rejectUnauthorized: false }, () => {
      s.write(`POST /api/imports/${mine}/files?path=big HTTP/1.1\r\nHost: localhost:${house.port}\r\nOrigin: ${house.url}\r\nCookie: ${imager.cookie}\r\nX-CSRF: ${imager.csrf}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${stop}\r\n\r\n`);
    });
    s.on('data', (d) => { done(String(d)); s.destroy(); });
    s.on('error', fail);
    s.setTimeout(10000, () => fail(new Error('no answer without the body')));
  });
  assert.match(sent, /^HTTP\/1\.1 403/);
});
