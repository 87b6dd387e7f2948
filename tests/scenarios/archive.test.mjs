// What the archive's staff see of it: totals, arrivals, what waits, how one study is kept; and who is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { filesOf, folder, phantoms, send } from '../dicom.mjs';

let house, pacs, imager, quality, files;
before(async () => {
  house = await House.start();
  [pacs, imager, quality] = await Promise.all(['pacs', 'imageur', 'qualite'].map((login) => house.person(login)));
});
after(async () => { await house?.close(); });

const overview = async () => {
  const a = await pacs.get('/api/archive/overview');
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
};
const studies = async (query = '') => (await pacs.get(`/dicom-web/studies?limit=100${query}`)).json ?? [];
const uidOf = (set) => set['0020000D'].Value[0];

test('E30 the overview counts what comes and what goes, and says when the last came', async () => {
  const before = await overview();
  assert.ok(before.disk.free > 0 && before.disk.size >= before.disk.free);
  const at = phantoms(house, 'made', 'mr', [410, 411]);
  files = filesOf(at);
  assert.equal(send(house, at).status, 0);
  const now = await overview(), bytes = files.reduce((sum, f) => sum + fs.statSync(f).size, 0);
  assert.equal(now.studies - before.studies, 2);
  assert.equal(now.objects - before.objects, files.length);
  assert.ok(now.series > before.series);
  assert.ok(Math.abs(now.bytes - before.bytes - bytes) < files.length * 1024, `${now.bytes - before.bytes} for ${bytes}`);
  assert.equal(now.arrivals.today - before.arrivals.today, files.length);
  assert.equal(now.arrivals.hour - before.arrivals.hour, files.length);
  assert.equal(now.arrivals.more, false);
  assert.ok(house.now() - now.arrivals.last_at_ms < 60000);
  assert.equal(now.quarantine.studies - before.quarantine.studies, 2, 'of nobody known here');
  assert.ok(now.ahead.waiting >= 0);
  assert.equal(now.faults, 0);
  const gone = uidOf((await studies('&StudyDescription=*&includefield=all')).find((one) => one['00201208'].Value[0] === files.length / 2));
  assert.equal((await pacs.send('DELETE', `/dicom-web/studies/${gone}?reason=essai`)).status, 200);
  const after = await overview();
  assert.equal(after.studies, now.studies - 1);
  assert.ok(after.objects < now.objects && after.bytes < now.bytes);
});

test('E30 one study: who sent it, in which syntax, its series, what differs; the reading is traced', async () => {
  const [one] = await studies('&limit=1');
  const uid = uidOf(one);
  const a = await pacs.get(`/api/archive/studies/${uid}`);
  assert.equal(a.status, 200, String(a.bytes));
  const s = a.json;
  assert.equal(s.uid, uid);
  assert.equal(s.objects, one['00201208'].Value[0]);
  assert.equal(s.series.reduce((sum, each) => sum + each.objects, 0), s.objects);
  assert.equal(s.from.length, 1);
  assert.match(s.from[0].actor, /^peer:/);
  assert.equal(s.from[0].objects, s.objects);
  assert.equal(s.syntaxes[0].objects, s.objects);
  assert.ok(s.syntaxes[0].name.length > 5);
  assert.equal(s.patient, null);
  assert.equal(s.act, null);
  assert.equal(s.hold, null);
  assert.equal(s.asides, 0);
  assert.equal(s.faults, 0);
  assert.deepEqual(s.gaps, []);
  assert.ok(s.ready.wanted >= s.ready.there);
  const line = (await quality.get('/api/audit')).json.lines.find((l) => l.object === uid && l.what === 'GET /api/archive/studies/{uid}');
  assert.equal(line?.event, 'read');
  assert.equal((await pacs.get('/api/archive/studies/1.2.3.4.5')).status, 404);
});

test('E22 E30 a study with a hole in its numbers says so', async () => {
  const made = filesOf(phantoms(house, 'holes', 'mr', [412])), at = folder(house, 'some'), known = new Set((await studies()).map(uidOf));
  for (const f of made.filter((_, n) => n !== 3)) {
    fs.copyFileSync(f, path.join(at, path.basename(f)));
    fs.chmodSync(path.join(at, path.basename(f)), 0o644);
  }
  assert.equal(send(house, at).status, 0);
  const uid = (await studies()).map(uidOf).find((one) => !known.has(one));
  const s = (await pacs.get(`/api/archive/studies/${uid}`)).json;
  assert.equal(s.objects, made.length - 1);
  assert.equal(s.gaps.reduce((sum, each) => sum + each.missing, 0), 1, JSON.stringify(s.gaps));
});

test('X2 E30 who has no right to the archive sees neither overview nor storage; a description is found in any case when asked loosely', async () => {
  for (const at of ['/api/archive/overview', '/api/archive/studies/1.2.3']) assert.equal((await imager.get(at)).status, 403, at);
  assert.equal((await house.request({ path: '/api/archive/overview' })).status, 401);
  const [one] = (await studies('&includefield=StudyDescription')).filter((each) => each['00081030']?.Value?.[0]);
  const words = one['00081030'].Value[0], other = words === words.toLowerCase() ? words.toUpperCase() : words.toLowerCase();
  assert.notEqual(other, words);
  assert.equal((await studies(`&StudyDescription=${encodeURIComponent(`*${other}*`)}`)).length, 0, 'exact: case counts');
  const loose = await studies(`&fuzzymatching=true&StudyDescription=${encodeURIComponent(`*${other}*`)}`);
  assert.ok(loose.some((each) => uidOf(each) === uidOf(one)));
  assert.equal((await studies('&fuzzymatching=true&StudyDescription=*nothing-like-this*')).length, 0);
});

test('the names of attributes and UIDs, for who is signed in', async () => {
  const a = await imager.get('/api/dicom/dictionary');
  assert.deepEqual(a.json.tags['00100010'], ['PatientName', 'Patient’s Name'.replace('’', "'")]);
  assert.equal(a.json.uids['1.2.840.10008.5.1.4.1.1.2'], 'CT Image Storage');
  assert.equal((await house.request({ path: '/api/dicom/dictionary' })).status, 401);
});
