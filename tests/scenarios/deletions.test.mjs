// Deletion in two steps, what is sent again, retention with its reviewed purge and certificate, holds. E30, R.1112-7.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';

let house, pacs, admin, requester, patient, seed = 700;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  admin = await house.person('admin');
  requester = await house.person('demandeur');
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const value = (set, tag) => { const v = set[tag]?.Value?.[0]; return v?.Alphabetic ?? v; };
const uidsOf = (url) => /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)$/.exec(url).slice(1);
const study = async (uid) => (await pacs.get(`/dicom-web/studies?StudyInstanceUID=${uid}`, { Accept: 'application/dicom+json' })).json?.[0];
async function sent() {
  const at = phantoms(house, `d${++seed}`, 'ct', [seed]), files = filesOf(at).slice(0, 4);
  const s = await stow(pacs, files.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  return { at, files, urls: s.stored, uid: uidsOf(s.stored[0])[0] };
}
const gone = (url, reason = 'Doublon envoyé par erreur') => pacs.send('DELETE', `${url}${reason === null ? '' : `?reason=${encodeURIComponent(reason)}`}`);
const state = async (id) => (await pacs.get('/api/archive/deletions')).json.deletions.find((d) => d.id === id);
const post = (who, path_, body) => who.post(path_, body);
const blobs = (uid) => execFileSync('find', [path.join(house.data, 'blobs'), '-path', `*${uid}*`, '-name', '*.dcm'], { encoding: 'utf8' }).split('\n').filter(Boolean);

test('E30 a deleted study is gone from every door at once, and comes back whole', async () => {
  const s = await sent(), before = await study(s.uid);
  const a = await gone(`/dicom-web/studies/${s.uid}`);
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(await study(s.uid), undefined);
  for (const url of [s.urls[0], `${s.urls[0]}/rendered`, `${s.urls[0]}/metadata`, `${s.urls[0]}/frames/1`, `/dicom-web/studies/${s.uid}`, `/dicom-web/studies/${s.uid}/metadata`])
    assert.equal((await pacs.get(url, {})).status, 404, url);
  assert.ok(blobs(s.uid).length >= 4, 'the files are kept meanwhile');
  const row = await state(a.json.id);
  assert.equal(row.state, 'hidden');
  assert.equal(row.instances, 4);
  assert.ok(row.until_ms - row.at_ms >= 29 * 86400e3);
  assert.equal((await post(pacs, `/api/archive/deletions/${a.json.id}/restore`, { reason: ' ' })).status, 400);
  const back = await post(pacs, `/api/archive/deletions/${a.json.id}/restore`, { reason: 'Supprimé à tort' });
  assert.equal(back.status, 200, String(back.bytes));
  const now = await study(s.uid);
  for (const tag of ['00100010', '00100020', '00201206', '00201208', '00080061', '00080020']) assert.deepEqual(now[tag], before[tag], tag);
  for (const url of s.urls) { const bytes = await retrieve(pacs, url); assert.ok(s.files.some((f) => sameDataset(fs.readFileSync(f), bytes)), url); }
  assert.equal((await post(pacs, `/api/archive/deletions/${a.json.id}/restore`, { reason: 'r' })).status, 409);
});
test('E30 a series or one image goes alone; the rest stays and is counted right', async () => {
  const s = await sent();
  const one = await gone(s.urls[1]);
  assert.equal(one.status, 200, String(one.bytes));
  assert.equal(value(await study(s.uid), '00201208'), 3);
  assert.equal((await pacs.get(s.urls[1], {})).status, 404);
  assert.equal((await retrieve(pacs, s.urls[0])).length > 0, true);
  const series = await gone(s.urls[0].replace(/\/instances\/.*/, ''));
  assert.equal(series.status, 200);
  assert.equal(await study(s.uid), undefined, 'nothing is left of it');
  for (const id of [one.json.id, series.json.id]) assert.equal((await post(pacs, `/api/archive/deletions/${id}/restore`, { reason: 'r' })).status, 200);
  assert.equal(value(await study(s.uid), '00201208'), 4);
});
test('E30 what was deleted and is sent again is refused, by both doors, until it is restored or let in', async () => {
  const s = await sent(), a = await gone(`/dicom-web/studies/${s.uid}`);
  const again = await stow(pacs, s.files.map((f) => fs.readFileSync(f)));
  assert.equal(again.status, 409);
  assert.equal(again.failed.length, 4);
  const told = send(house, s.at), refused = told.lines.filter((l) => s.urls.some((u) => u.endsWith(`/${l.uid}`)));
  assert.ok(refused.length === 4 && refused.every((l) => l.status !== '0000'), told.stdout + told.stderr);
  for (const url of s.urls) assert.equal((await pacs.get(url, {})).status, 404);
  assert.equal((await post(pacs, `/api/archive/deletions/${a.json.id}/lift`, { reason: 'r' })).status, 409, 'hidden: it can be restored');
  assert.equal((await post(pacs, `/api/archive/deletions/${a.json.id}/restore`, { reason: 'r' })).status, 200);
});
test('what may not go does not: no reason, no right, nobody’s study, a hold', async () => {
  const s = await sent(), url = `/dicom-web/studies/${s.uid}`;
  assert.equal((await gone(url, null)).status, 400);
  assert.equal((await gone(url, '  ')).status, 400);
  assert.equal((await gone('/dicom-web/studies/1.2.3')).status, 404);
  assert.equal((await requester.send('DELETE', `${url}?reason=r`)).status, 403);
  assert.ok(await study(s.uid));
  const moved = await pacs.post('/api/archive/corrections', { kind: 'move', study_uid: s.uid, ipp: patient.ipp, reason: 'r' });
  for (let i = 0; i < 100 && (await pacs.get(`/api/archive/corrections/${moved.json.id}`)).json.state !== 'done'; i++) await new Promise((r) => setTimeout(r, 100));
  const hold = await post(pacs, '/api/archive/holds', { ipp: patient.ipp, reason: 'Expertise judiciaire' });
  assert.equal(hold.status, 200, String(hold.bytes));
  const held = await gone(url);
  assert.equal(held.status, 409);
  assert.match(String(held.bytes), /gelé/);
  assert.equal((await pacs.send('DELETE', `/api/archive/holds/${hold.json.id}`)).status, 200);
  assert.equal((await gone(url)).status, 200);
  assert.equal((await pacs.send('DELETE', `/api/archive/holds/${hold.json.id}`)).status, 404);
});
test('R.1112-7 what is due is proposed by one, looked through, approved by another; then hidden', async () => {
  const s = await sent(), kept = await sent();
  const nothing = await post(pacs, '/api/archive/purges', {});
  assert.equal(nothing.status, 409, String(nothing.bytes));
  for (const one of [s, kept]) { // old exams of the register: the date is what the images say
    const moved = await pacs.post('/api/archive/corrections', { kind: 'move', study_uid: one.uid, ipp: patient.ipp, reason: 'r' });
    assert.equal(moved.status, 200, String(moved.bytes));
    for (let i = 0; i < 100 && (await pacs.get(`/api/archive/corrections/${moved.json.id}`)).json.state !== 'done'; i++) await new Promise((r) => setTimeout(r, 100));
  }
  assert.equal((await post(pacs, '/api/archive/purges', { as_of: 20990101 })).status, 400, 'a day to come');
  assert.equal((await post(pacs, '/api/archive/deaths', { ipp: patient.ipp, died_on: 'hier' })).status, 400);
  assert.equal((await post(pacs, '/api/archive/deaths', { ipp: 'PERSONNE', died_on: '2001-01-01' })).status, 404);
  // died 21 years ago (then the exam is as old as the clock says): ten years after death
  const sql = (text) => { const r = spawnSync('sqlite3', [path.join(house.data, fs.readdirSync(house.data).find((f) => /\.(db|sqlite)$/.test(f)) ?? 'db'), `PRAGMA busy_timeout=5000; ${text}`], { encoding: 'utf8' }); assert.equal(r.status, 0, r.stderr); return r.stdout; };
  await house.stop();
  sql(`UPDATE study SET study_date = '20010203', first_at_ms = 981158400000 WHERE uid IN ('${s.uid}', '${kept.uid}')`);
  await house.serve();
  const proposed = await post(pacs, '/api/archive/purges', {});
  assert.equal(proposed.status, 200, String(proposed.bytes));
  const id = proposed.json.id, list = (await pacs.get(`/api/archive/purges/${id}`)).json;
  assert.deepEqual(list.items.map((i) => i.study_uid).sort(), [s.uid, kept.uid].sort());
  for (const i of list.items) { assert.equal(i.due_on, '20210203'); assert.equal(i.rule, 'years'); }
  const item = list.items.find((i) => i.study_uid === kept.uid);
  assert.equal((await post(pacs, `/api/archive/purges/${id}/items/${item.id}`, { reason: 'Suivi oncologique' })).status, 200);
  assert.equal((await post(pacs, `/api/archive/purges/${id}/approve`, { reason: 'r' })).status, 403);
  assert.equal((await admin.get(`/api/archive/purges/${id}/certificate.pdf`)).status, 409, 'nothing was purged yet');
  const yes = await post(admin, `/api/archive/purges/${id}/approve`, { reason: 'Commission des archives du 12' });
  assert.equal(yes.status, 200, String(yes.bytes));
  assert.equal(yes.json.hidden, 1, JSON.stringify((await pacs.get(`/api/archive/purges/${id}`)).json.items));
  assert.equal((await post(admin, `/api/archive/purges/${id}/approve`, { reason: 'r' })).status, 409);
  assert.equal(await study(s.uid), undefined);
  assert.ok(await study(kept.uid));
  // the time of grace passes
  await house.stop();
  sql(`UPDATE deletion SET until_ms = 1 WHERE proposal_id = ${id}`);
  await house.serve();
  for (let i = 0; i < 100 && blobs(s.uid).length; i++) await new Promise((r) => setTimeout(r, 100));
  assert.deepEqual(blobs(s.uid), [], 'the files are gone, those before the correction too');
  const row = (await pacs.get('/api/archive/deletions')).json.deletions.find((d) => d.proposal_id === id);
  assert.equal(row.state, 'purged');
  assert.equal(row.dicom_name, '');
  const pdf = await admin.get(`/api/archive/purges/${id}/certificate.pdf`);
  assert.equal(pdf.status, 200, String(pdf.bytes.subarray(0, 200)));
  const file = path.join(folder(house, 'paper'), 'certificat.pdf');
  fs.writeFileSync(file, pdf.bytes);
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout.replace(/\s+/g, ' ');
  for (const words of ['Certificat de destruction', '1112-7', 'Thomas MOREL', 'Noé LEFÈVRE', 'Commission des archives du 12', '4 image']) assert.ok(text.includes(words), `${words}: ${text.slice(0, 1500)}`);
  assert.ok(text.replaceAll(' ', '').includes(s.uid), text);
  assert.equal((await post(pacs, `/api/archive/deletions/${row.id}/restore`, { reason: 'r' })).status, 409);
  // the same images come again: refused; let in: taken
  assert.equal((await stow(pacs, s.files.map((f) => fs.readFileSync(f)))).status, 409);
  assert.equal((await post(pacs, `/api/archive/deletions/${row.id}/lift`, { reason: 'Relecture demandée' })).status, 200);
  assert.equal((await stow(pacs, s.files.map((f) => fs.readFileSync(f)))).status, 200);
  await house.stop();
  const verify = house.run(['verify', '--config', house.config]);
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
  await house.serve();
});
