// The first remote exam: asked, accepted, planned, done, released, read, signed, delivered, acknowledged; and its trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dcmtk, House } from '../house.mjs';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';

let house, exam;
before(async () => { house = await House.start(); });
after(async () => { await house?.close(); });

test('E2 E4 E5 L4 S7 a request with its five items is sent; one missing is named', async () => {
  exam = await Exam.open(house);
  await exam.refused(exam.requester, 'send', {}, 409, 'reason');
  await exam.ok(exam.requester, 'edit-request', { ...REQUEST, purpose: '' });
  await exam.refused(exam.requester, 'send', {}, 409, 'purpose');
  const act = await exam.ask();
  assert.equal(act.state, 'asked');
});

test('E4 E6 the imager accepts with both verdicts; one alone is refused', async () => {
  await exam.refused(exam.imager, 'accept', { ...VERDICT, distance: 'not-relevant' }, 409);
  const act = await exam.accept();
  assert.equal(act.state, 'validated');
});

test('E10 the slot is planned and served by the modality worklist', async () => {
  await exam.plan();
  const found = dcmtk('findscu', ['-W', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-k', '0010,0010', '-k', '0008,0050', '-k', '0040,1001', '-k', '(0040,0100)[0].Modality=CT', '127.0.0.1', String(house.dicomPort)]);
  const said = found.stdout + found.stderr;
  assert.match(said, /DUPONT[- ]MOREAU/, said);
});

test('E1 E3 E15 E19 E23 the exam starts only with consents, identity, imager, physician and protocol', async () => {
  await exam.refused(exam.technologist, 'start', {}, 409, 'consent-act', 'consent-distance', 'identity', 'imager-present', 'local-physician');
  await exam.refused(exam.requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'information');
  await exam.consent();
  await exam.prepare();
  const act = await exam.start();
  assert.equal(act.state, 'running');
});

test('E18 E22 images arrive, are counted, and the patient leaves only after the release', async () => {
  await exam.refused(exam.imager, 'release', {}, 409, 'quality');
  exam.scan(['--most', '20']);
  const images = await exam.images();
  assert.equal(images.instances, 20);
  await exam.refused(exam.technologist, 'patient-left', {}, 409);
  exam.scan(); // the same again, and the rest with its dose report
  assert.equal((await exam.images()).instances, 129);
  const act = await exam.release();
  assert.equal(act.state, 'released');
  assert.equal((await exam.ok(exam.technologist, 'patient-left')).state, 'left');
});

let report;
test('E29 L6 the report has its dose from the images and names what is missing', async () => {
  report = await exam.read({ conclusion: '' });
  assert.ok(report.missing.length > 0, 'an empty conclusion is named');
  report = await exam.read();
  assert.deepEqual(report.missing, []);
  assert.ok(report.content.dose.dlp_mgycm > 100, JSON.stringify(report.content.dose));
});

test('E16 E29 the signature needs a fresh second factor and this very report', async () => {
  const a = await exam.imager.step(exam.id, 'sign', { revision: report.revision, sha256: report.sha256, proof: { kind: 'totp', code: '000000' } });
  assert.ok([401, 403].includes(a.status), `${a.status} ${a.bytes}`);
  await exam.refused(exam.imager, 'sign', { revision: report.revision, sha256: '0'.repeat(64), proof: { kind: 'totp', code: exam.imager.code() } }, 409);
  await exam.sign(report);
});

test('E31 E34 E35 delivered to the requester, acknowledged, patient informed, record checked, closed', async () => {
  await exam.until('delivered');
  const pdf = await exam.requester.get(`/api/acts/${exam.id}/report.pdf`);
  assert.equal(pdf.status, 200);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  const file = path.join(house.data, 'report.pdf');
  fs.writeFileSync(file, pdf.bytes);
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
  assert.match(text, /appendicite/);
  assert.match(text, /DUPONT/);
  await exam.ok(exam.requester, 'acknowledge');
  await exam.refused(exam.requester, 'patient-copy', { how: 'paper' }, 409, 'patient-informed');
  await exam.refused(exam.requester, 'close', {}, 409, 'patient-informed', 'dmp-checked');
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Résultat normal expliqué.' });
  await exam.ok(exam.requester, 'patient-copy', { how: 'paper' });
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'present', checked: 'Compte rendu présent au DMP' });
  await exam.refused(exam.requester, 'close', {}, 409, 'deliveries', 'site-check', 'records');
  await exam.finish();
  assert.equal((await exam.ok(exam.requester, 'close')).state, 'closed');
});

test('E30 the report is in the archive as a DICOM Encapsulated PDF', async () => {
  const uid = (await exam.images()).study_uid;
  const series = await exam.imager.get(`/dicom-web/studies/${uid}/series`, { Accept: 'application/dicom+json' });
  assert.equal(series.status, 200, String(series.bytes));
  assert.ok(series.json.some((s) => s['00080060'].Value[0] === 'DOC'), JSON.stringify(series.json.map((s) => s['00080060'])));
});

test('S2 X2 somebody of another organisation sees neither the act nor the images', async () => {
  const stranger = await house.person('demandeur2');
  assert.ok([403, 404].includes((await stranger.get(`/api/acts/${exam.id}`)).status));
  const uid = (await exam.images()).study_uid;
  assert.ok([403, 404].includes((await stranger.get(`/dicom-web/studies/${uid}/metadata`, { Accept: 'application/dicom+json' })).status));
  const admin = await house.person('admin');
  assert.ok([403, 404].includes((await admin.get(`/api/acts/${exam.id}`)).status));
});

test('X3 the trace is whole; one byte flipped and the line is named', async () => {
  const whole = house.run(['verify', '--archive', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  assert.match(whole.stdout, /whole/);
  await house.stop();
  const db = path.join(house.data, 'beclere.db');
  const line = 7;
  const sql = spawnSync('sqlite3', [db, `UPDATE audit_line SET actor = 'x' || substr(actor, 2) WHERE id = ${line}; SELECT changes();`], { encoding: 'utf8' });
  assert.equal(sql.stdout.trim(), '1', sql.stderr);
  const broken = house.run(['verify', '--config', house.config]);
  assert.equal(broken.status, 3, broken.stdout + broken.stderr);
  assert.match(broken.stdout, new RegExp(`line ${line}:`));
});
