// Terms of retention: what the law asks, what this platform sets, minors, deaths, acts without images; destruction before its time. E30, O8, R.1112-7.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, register } from '../exam.mjs';
import { filesOf, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';

let house, pacs, admin, requester, quality, exam, seed = 4200;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  ({ requester } = exam);
  [pacs, admin, quality] = [await house.person('pacs'), await house.person('admin'), await house.person('qualite')];
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const state = async () => (await pacs.get('/api/archive/deletions')).json;
const terms = async () => (await state()).terms;
const sql = (text) => execFileSync('sqlite3', [path.join(house.data, 'beclere.db'), `PRAGMA busy_timeout=5000; ${text}`], { encoding: 'utf8' });
const blobs = (uid) => execFileSync('find', [path.join(house.data, 'blobs'), '-path', `*${uid}*`, '-name', '*.dcm'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const person = (traits) => register(requester, { organisation_id: exam.site.id, ...traits });
// A study of that patient at that site, as old as 'day' says.
async function study(patient, day, site = exam.site.id) {
  const s = await stow(pacs, [fs.readFileSync(filesOf(phantoms(house, `r${++seed}`, 'ct', [seed]))[0])]);
  assert.equal(s.status, 200, String(s.bytes));
  const uid = /studies\/([^/]+)/.exec(s.stored[0])[1];
  const moved = await pacs.post('/api/archive/corrections', { kind: 'move', study_uid: uid, ipp: patient.ipp, reason: 'r' });
  for (let i = 0; (await pacs.get(`/api/archive/corrections/${moved.json.id}`)).json.state !== 'done'; i++) { assert.ok(i < 100); await sleep(50); }
  sql(`UPDATE study SET study_date = '${day}', first_at_ms = 1000, site_id = ${site} WHERE uid = '${uid}'`);
  return uid;
}
// What would be purged on that day: UID → item.
async function due(as_of) {
  const a = await pacs.post('/api/archive/purges', { as_of });
  if (a.status === 409) return new Map();
  assert.equal(a.status, 200, String(a.bytes));
  const list = (await pacs.get(`/api/archive/purges/${a.json.id}`)).json.items;
  assert.equal((await pacs.post(`/api/archive/purges/${a.json.id}/withdraw`, { reason: 'Essai' })).status, 200);
  return new Map(list.map((i) => [i.study_uid, i]));
}

test('R.1112-7 a minor’s file is kept until the 28th birthday, not a day less', async () => {
  const child = await person({ birth_name: 'LEROUX', first_given: 'EMMA', birth_date: '1996-03-15', sex: 'F' });
  const uid = await study(child, '20010203');
  assert.ok(!(await due(20240314)).has(uid), '20 years have passed long ago');
  const item = (await due(20240315)).get(uid);
  assert.equal(item.rule, 'minor');
  assert.equal(item.due_on, '20240315');
});
test('R.1112-7 a death within ten years of the last exam: ten years after it; a later one changes nothing', async () => {
  const soon = await person({ birth_name: 'MARCHAND', first_given: 'PAUL', birth_date: '1941-05-02', sex: 'M' });
  const late = await person({ birth_name: 'BARBIER', first_given: 'JEAN', birth_date: '1939-07-12', sex: 'M' });
  const one = await study(soon, '20080203'), other = await study(late, '20050203');
  for (const [p, day] of [[soon, '2012-02-29'], [late, '2016-01-01']]) assert.equal((await pacs.post('/api/archive/deaths', { ipp: p.ipp, died_on: day })).status, 200);
  assert.ok(!(await due(20220227)).has(one));
  const item = (await due(20220228)).get(one);
  assert.equal(item.rule, 'death');
  assert.equal(item.due_on, '20220228');
  assert.ok(!(await due(20250202)).has(other));
  assert.equal((await due(20250203)).get(other).rule, 'years');
  assert.equal((await pacs.post('/api/archive/deaths', { ipp: soon.ipp, died_on: '' })).status, 200);
  assert.ok(!(await due(20260101)).has(one), 'taken back: twenty years again');
});
test('R.1112-7 an act prolongs the file like an exam does, before it has any image; one that was only asked for does not', async () => {
  const uid = await study(exam.patient, '20010203'), elsewhere = await study(exam.patient, '20010203', (await requester.get('/api/organisations')).json.organisations.find((o) => o.kind === 'site' && o.id !== exam.site.id).id);
  await exam.consent();
  await exam.ask();
  await exam.accept();
  assert.ok((await due(20260101)).has(uid), 'only asked for and accepted');
  await exam.plan();
  await exam.prepare();
  await exam.start();
  const left = await due(20260101);
  assert.ok(!left.has(uid), 'care was given today');
  assert.ok(left.has(elsewhere), 'at another site nothing has changed');
});
test('O8 terms are set by an administrator, with a reason, never under the law; every version stays', async () => {
  const law = await terms(), wish = { keep_years: 30, until_age: 30, after_death_years: 12, grace_days: 60, reason: 'Décision de la commission médicale' };
  assert.deepEqual([law.version, law.keep_years, law.until_age, law.after_death_years, law.grace_days], [1, 20, 28, 10, 30]);
  assert.equal((await pacs.put('/api/archive/retention', wish)).status, 403);
  assert.equal((await requester.put('/api/archive/retention', wish)).status, 403);
  for (const bad of [{ keep_years: 19 }, { until_age: 27 }, { after_death_years: 9 }, { grace_days: 6 }, { keep_years: 151 }, { reason: ' ' }, { keep_years: 'vingt' }]) {
    const a = await admin.put('/api/archive/retention', { ...wish, ...bad });
    assert.equal(a.status, 400, JSON.stringify(bad));
  }
  assert.match((await admin.put('/api/archive/retention', { ...wish, keep_years: 19 })).json.error.text, /loi impose au moins 20 ans/);
  assert.equal((await terms()).version, 1, 'nothing was kept of the refused ones');
  const old = await person({ birth_name: 'CARON', first_given: 'LISE', birth_date: '1950-01-01', sex: 'F' }), uid = await study(old, '20010203');
  assert.ok((await due(20260101)).has(uid));
  // proposed under the old terms, approved under the new ones: judged again
  const waiting = (await pacs.post('/api/archive/purges', { as_of: 20260101 })).json.id;
  assert.equal((await admin.put('/api/archive/retention', wish)).status, 200);
  const now = await terms();
  assert.equal(now.version, 2);
  assert.equal(now.versions.length, 2);
  assert.deepEqual([now.versions[0].actor, now.versions[0].reason, now.versions[0].keep_years], ['admin', wish.reason, 30]);
  assert.ok(now.versions[0].at_ms > 0);
  const yes = await admin.post(`/api/archive/purges/${waiting}/approve`, { reason: 'Commission' });
  assert.equal(yes.status, 200, String(yes.bytes));
  const item = (await pacs.get(`/api/archive/purges/${waiting}`)).json.items.find((i) => i.study_uid === uid);
  assert.ok(item.kept_reason, 'kept: no longer due');
  assert.ok(!(await due(20260101)).has(uid));
  assert.ok((await quality.get('/api/audit?limit=100')).json.lines.some((l) => l.detail === 'retention: 30 years, until 30, 12 after death, 60 days of grace' && l.actor === 'admin'));
  const gone = await pacs.send('DELETE', `/dicom-web/studies/${uid}?reason=Doublon`);
  const row = (await state()).deletions.find((d) => d.id === gone.json.id);
  assert.equal(Math.round((row.until_ms - row.at_ms) / 86400e3), 60, 'the days of grace are those in force');
});
test('O8 what is hidden is destroyed before its time by another person only, with a reason and a certificate', async () => {
  const s = await stow(pacs, [fs.readFileSync(filesOf(phantoms(house, `r${++seed}`, 'ct', [seed]))[0])]), uid = /studies\/([^/]+)/.exec(s.stored[0])[1];
  const { id } = (await pacs.send('DELETE', `/dicom-web/studies/${uid}?reason=${encodeURIComponent('Images d’un non-patient')}`)).json;
  const destroy = (who, reason) => who.post(`/api/archive/deletions/${id}/purge`, { reason });
  assert.equal((await destroy(pacs, 'Demande')).status, 403, 'who deleted, and is no administrator');
  assert.equal((await destroy(requester, 'Demande')).status, 403);
  assert.equal((await destroy(admin, ' ')).status, 400);
  assert.ok(blobs(uid).length, 'nothing went');
  const done = await destroy(admin, 'Demande d’effacement acceptée par le délégué');
  assert.equal(done.status, 200, String(done.bytes));
  assert.deepEqual(blobs(uid), []);
  const row = (await state()).deletions.find((d) => d.id === id);
  assert.deepEqual([row.state, row.ended_by, row.ended_reason, row.dicom_name], ['purged', 'admin', 'Demande d’effacement acceptée par le délégué', '']);
  assert.equal((await destroy(admin, 'Encore')).status, 409);
  const pdf = await admin.get(`/api/archive/deletions/${id}/certificate.pdf`);
  assert.equal(pdf.status, 200);
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf.bytes, encoding: 'utf8' }).replace(/\s+/g, ' ');
  assert.match(text, /détruite .*avant le terme par une autre/);
  for (const login of ['pacs', 'admin']) assert.ok(text.includes(sql(`SELECT given || ' ' || family FROM person WHERE login = '${login}'`).trim().split('\n').at(-1)), `${login} by name: ${text}`);
  assert.doesNotMatch(text, /par pacs|par admin/);
  // an administrator who deleted may not destroy alone either: the person counts, not the role
  sql(`UPDATE deletion SET state = 'hidden', person_id = ${admin.me.person.id} WHERE id = ${id}`);
  assert.equal((await destroy(admin, 'Seul')).status, 403);
  sql(`UPDATE deletion SET state = 'purged' WHERE id = ${id}`);
});
