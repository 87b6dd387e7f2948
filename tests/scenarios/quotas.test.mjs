// Room of the archive: counted as files come and go, a limit for a site and for everything, refused by every door, seen by people. E30, X5.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, sleep } from '../house.mjs';
import { filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';

let house, pacs, admin, technologist, requester, patient, quality, seed = 3800;
before(async () => {
  house = await House.start();
  [pacs, admin, technologist, requester, quality] = await Promise.all(['pacs', 'admin', 'manip', 'demandeur', 'qualite'].map((who) => house.person(who)));
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const room = async (who = pacs) => { const a = await who.get('/api/archive/quotas'); assert.equal(a.status, 200, String(a.bytes)); return a.json; };
const site = async (name) => (await room()).sites.find((s) => s.name === name || s.site_id === name);
const limit = (place, limit_bytes, extra = {}, who = pacs) => who.put(`/api/archive/quotas/${place}`, { limit_bytes, reason: 'Contrat de stockage', ...extra });
const set = async (place, bytes, extra) => { const a = await limit(place, bytes, extra); assert.equal(a.status, 200, String(a.bytes)); return a.json; };
const images = (n = 4) => filesOf(phantoms(house, `q${++seed}`, 'ct', [seed])).slice(0, n);
const sizes = (files) => files.reduce((sum, f) => sum + fs.statSync(f).size, 0);
const batch = (files) => { const at = folder(house, `b${++seed}`); for (const f of files) { fs.copyFileSync(f, path.join(at, path.basename(f))); fs.chmodSync(path.join(at, path.basename(f)), 0o644); } return at; };
const onDisk = () => { // every image file and what waits of imports, as the file system says
  const out = execFileSync('find', [path.join(house.data, 'blobs'), '-type', 'f', '(', '-name', '*.dcm', '-o', '-path', '*/import/*', ')', '-printf', '%s\n'], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean).reduce((sum, n) => sum + Number(n), 0);
};
async function exact(what) { // the counts are what lies on the disk, and what a recount of the rows says
  const { store, sites } = await room();
  assert.equal(store.bytes, onDisk(), what);
  assert.equal(sites.reduce((sum, s) => sum + s.bytes, 0), store.bytes, what);
  return store;
}
const traced = async (detail) => (await quality.get('/api/audit?limit=200')).json.lines.filter((l) => detail.test(l.detail ?? ''));
const uidsOf = (url) => /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)$/.exec(url).slice(1);

test('E30 what is kept is counted right after arrival, contradiction, deletion, restore, correction, import and purge', async () => {
  await exact('the demonstration region');
  const files = images(), s = await stow(pacs, files.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200);
  const uid = uidsOf(s.stored[0])[0], first = await exact('stored');
  assert.equal((await stow(pacs, [fs.readFileSync(files[0])])).status, 200);
  assert.equal((await exact('known already')).bytes, first.bytes);
  const other = fs.readFileSync(files[0]);
  other[other.length - 1] ^= 1;
  assert.equal((await stow(pacs, [other])).status, 409);
  const aside = await exact('kept aside');
  assert.equal(aside.aside_bytes - first.aside_bytes, other.length);
  const one = (await pacs.get('/api/archive/quarantine')).json.asides[0];
  assert.equal((await pacs.post(`/api/archive/asides/${one.id}/settle`, { settlement: 'show-other', reason: 'La seconde est la bonne' })).status, 200);
  await exact('settled');
  const c = (await pacs.post('/api/archive/corrections', { kind: 'identity', study_uid: uid, values: { PatientName: 'LONGUE-IDENTITE^CORRIGEE' }, reason: 'Nom' })).json.id;
  for (let i = 0; (await pacs.get(`/api/archive/corrections/${c}`)).json.state !== 'done'; i++) { assert.ok(i < 100); await sleep(50); }
  assert.ok((await exact('corrected')).kept_bytes >= sizes(files) - 1000);
  const d = (await pacs.send('DELETE', `/dicom-web/studies/${uid}?reason=Doublon`)).json.id;
  const hidden = await exact('deleted');
  assert.equal((await pacs.post(`/api/archive/deletions/${d}/restore`, { reason: 'Non' })).status, 200);
  assert.equal((await exact('restored')).bytes, hidden.bytes);
  const made = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json, disc = images(2);
  for (const f of disc) assert.equal((await technologist.send('POST', `/api/imports/${made.id}/files?path=${path.basename(f)}`, fs.readFileSync(f), { 'Content-Type': 'application/octet-stream' })).status, 200);
  const brought = await exact('brought');
  assert.equal(brought.brought_bytes, sizes(disc));
  const waiting = (await technologist.get(`/api/imports/${made.id}`)).json.studies[0].study_uid;
  for (let left = 1, n = 0; left && n < 20; n++) {
    const a = await technologist.post(`/api/imports/${made.id}/studies/${waiting}`, { decision: 'attach', reason: 'Même patient' });
    assert.equal(a.status, 200, String(a.bytes));
    left = a.json.left;
  }
  assert.equal((await exact('let in')).brought_bytes, 0);
  const v = house.run(['verify', '--config', house.config]);
  assert.equal(v.status, 0, v.stdout + v.stderr);
  assert.match(v.stdout, /room: \d+ files, \d+ bytes; the counts agree/);
});

test('E30 the limit of a site: C-STORE A700 in words, other sites go on, what is known stays a success', async () => {
  const files = images(4), before = new Map((await room()).sites.map((s) => [s.site_id, s.bytes]));
  assert.ok(send(house, batch(files.slice(0, 1))).lines.every((l) => l.status === '0000'));
  const mine = (await room()).sites.find((s) => s.bytes > before.get(s.site_id)), bytes = fs.statSync(files[0]).size;
  assert.ok(mine.site_id > 0, 'the site of the modality');
  await set(mine.site_id, mine.bytes + Math.ceil(bytes * 1.5), { warn_percent: 1 });
  const sent = send(house, batch(files));
  const got = (status) => sent.lines.filter((l) => l.status === status);
  assert.equal(got('0000').length, 2, sent.stdout);
  assert.equal(got('A700').length, 2, sent.stdout);
  const told = dcmtk('storescu', ['-d', '-aet', 'MODALITY1', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), path.join(batch(files), path.basename(files[3]))]);
  assert.match(told.stdout + told.stderr, /0xa700[^]*The limit of this site is reached/, 'in words (0000,0902)');
  const now = await site(mine.site_id);
  assert.ok(now.bytes <= now.limit_bytes, 'never above');
  await exact('refused images leave nothing');
  assert.equal((await stow(pacs, images(1).map((f) => fs.readFileSync(f)))).status, 200, 'another site');
  assert.ok(send(house, batch(files.slice(0, 1))).lines.every((l) => l.status === '0000'), 'known already');
  assert.equal((await traced(/^room of the archive: warned$/)).length, 1, 'told once');
  assert.equal((await traced(/^room of the archive: full$/)).length, 1, 'told once');
  await set(mine.site_id, 0);
  assert.ok(send(house, batch(files)).lines.every((l) => l.status === '0000'));
});

test('X5 the limit of everything: STOW 507 and A700 an image, the import says so in French and loses nothing', async () => {
  const { store } = await room(), files = images(3), disc = images(2);
  const put = (id, f) => technologist.send('POST', `/api/imports/${id}/files?path=${path.basename(f)}`, fs.readFileSync(f), { 'Content-Type': 'application/octet-stream' });
  const made = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json;
  assert.equal((await put(made.id, disc[0])).status, 200);
  await set('store', store.bytes + fs.statSync(disc[0]).size + 10);
  const all = await stow(pacs, files.map((f) => fs.readFileSync(f)));
  assert.equal(all.status, 507, String(all.bytes));
  assert.ok(all.failed.length === 3 && all.failed.every((f) => f.reason === 0xA700), String(all.bytes));
  assert.ok(send(house, batch(files)).lines.every((l) => l.status === 'A700'));
  const listed = (await pacs.get('/api/archive/quarantine', { 'Accept-Language': 'fr' })).json.refused.filter((r) => r.kind === 'full' && /ensemble de l’archive/.test(r.why));
  assert.deepEqual(listed.map((r) => [r.via, r.times, r.uid]).sort(), [['dimse', 3, ''], ['web', 3, '']], JSON.stringify(listed)); // one line a sender, that counts
  const refused = await put(made.id, disc[1]);
  assert.equal(refused.status, 507);
  assert.match(refused.json.error.text, /limite de l’ensemble de l’archive/);
  const waiting = (await technologist.get(`/api/imports/${made.id}`)).json;
  assert.equal(waiting.studies[0].waiting ?? waiting.studies[0].files ?? 1, 1, JSON.stringify(waiting));
  const attach = () => technologist.post(`/api/imports/${made.id}/studies/${waiting.studies[0].study_uid}`, { decision: 'attach', reason: 'Même patient' });
  assert.equal((await attach()).status, 507, 'not let in, not lost');
  await exact('nothing is left of what was refused');
  await set('store', 0);
  assert.equal((await put(made.id, disc[1])).status, 200);
  assert.equal((await attach()).status, 200);
  const again = await stow(pacs, files.map((f) => fs.readFileSync(f)));
  assert.equal(again.status, 200);
  for (const url of again.stored) { const bytes = await retrieve(pacs, url); assert.ok(files.some((f) => sameDataset(fs.readFileSync(f), bytes))); }
  // room for one of three: the rest is told image by image (PS3.18 table 10.5.3-1: 202)
  const more = images(3);
  await set('store', (await room()).store.bytes + Math.ceil(fs.statSync(more[0]).size * 1.5));
  const some = await stow(pacs, more.map((f) => fs.readFileSync(f)));
  assert.equal(some.status, 202, String(some.bytes));
  assert.equal(some.stored.length, 1);
  assert.ok(some.failed.length === 2 && some.failed.every((f) => f.reason === 0xA700));
  await set('store', 0);
});

test('E30 who may set a limit, why, and that it is written down', async () => {
  assert.equal((await limit('store', 1e12, {}, requester)).status, 403);
  assert.equal((await limit('store', 1e12, {}, admin)).status, 403, 'sees, does not set');
  assert.equal((await requester.get('/api/archive/quotas')).status, 403);
  assert.equal((await room(admin)).store.limit_bytes, 0);
  for (const bad of [{ reason: ' ' }, { warn_percent: 0 }, { warn_percent: 101 }, { limit_bytes: -1 }, { limit_bytes: '1' }])
    assert.equal((await limit('store', 1e12, bad)).status, 400, JSON.stringify(bad));
  assert.equal((await limit(999999, 1e12)).status, 404);
  assert.equal((await limit('nothing', 1e12)).status, 404);
  const now = await set('store', 1e12, { warn_percent: 80 });
  assert.equal(now.store.limit_bytes, 1e12);
  assert.equal(now.store.warn_percent, 80);
  assert.equal(now.store.level, 'ok');
  assert.ok(now.changes[0].actor && now.changes[0].reason === 'Contrat de stockage' && now.changes[0].limit_bytes === 1e12);
  assert.ok((await traced(/^limit 1000000000000 bytes/)).length === 1);
  assert.ok(now.disk.free_bytes > 0 && now.disk.bytes > now.disk.free_bytes);
});

test('E30 counts that drifted are found by verify and set right', async () => {
  await house.stop();
  const sql = (text) => execFileSync('sqlite3', [path.join(house.data, 'beclere.db'), text], { encoding: 'utf8' }).trim();
  sql("UPDATE archive_usage SET bytes = bytes + 4096 WHERE kind = 'shown'; DELETE FROM archive_usage WHERE kind = 'kept'");
  const found = house.run(['verify', '--config', house.config]);
  assert.equal(found.status, 3, found.stdout);
  assert.match(found.stdout, /COUNTS DIFFER/);
  const mended = house.run(['verify', '--mend', '--config', house.config]);
  assert.equal(mended.status, 0, mended.stdout + mended.stderr);
  assert.match(house.run(['verify', '--config', house.config]).stdout, /the counts agree/);
  execFileSync('chown', ['-R', '--reference', house.config, house.data]);
  await house.serve();
  await pacs.signIn().catch(() => {});
  pacs = await house.person('pacs').catch(() => pacs);
  await exact('after the mend');
});
