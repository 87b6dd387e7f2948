// Studies and series that a person sends to another archive: byte for byte, followed, stopped, tried again after a line that broke; who may not, and the trace. X3, X5.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, freePort, sleep } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { makeObject, peer, receiver as dcmtkReceiver, sql, storeAll } from '../dimse.mjs';

let house, pacs, dest, objects, ct;
const open = []; // receivers, closed at the end even where a test failed
const kept = new Map(); // SOP Instance UID → the data set that was sent to us
async function receiver(...args) { const r = await dcmtkReceiver(...args); open.push(r); return r; }
const uidOf = (file) => /\(0008,0018\) UI \[?([0-9.]+)/.exec(dcmtk('dcmdump', ['-q', '-s', '+P', '0008,0018', file]).stdout)[1];
const peerId = (title) => Number(sql(house, `SELECT id FROM peer WHERE ae_title = '${title}'`));
const study = () => objects[0].study;

before(async () => {
  house = await House.start();
  const at = folder(house, 'objects'), uid = '1.2.826.0.1.3680043.9.7133.700';
  objects = [1, 2, 3, 4].map((n) => makeObject(at, { '0010,0010': ['PN', 'DUPONT^JEANNE'], '0010,0020': ['LO', 'P-700'], '0008,0020': ['DA', '20260302'],
    '0020,000d': ['UI', n < 4 ? uid : `${uid}.9`], '0020,000e': ['UI', `${uid}.${n < 3 ? 1 : n}`] }));
  for (const o of objects) kept.set(o.uid, dataset(fs.readFileSync(o.file)));
  storeAll(house, at);
  const phantom = phantoms(house, 'ct', 'ct', [40]);
  storeAll(house, phantom);
  const uidCt = sql(house, 'SELECT uid FROM study ORDER BY id DESC LIMIT 1');
  ct = { study: uidCt, count: filesOf(phantom).length, images: Number(sql(house, `SELECT COUNT(*) FROM instance JOIN study ON study.id = study_id WHERE study.uid = '${uidCt}' AND frames > 0`)) };
  dest = await receiver(house, 'DEST', await freePort(), ['+B', '+xa']);
  peer(house, 'DEST', ['receive'], { port: dest.port });
  pacs = await house.person('pacs');
});
after(async () => { for (const r of open) await r.close(); await house?.close(); nothingFromSanitizers(house); });

const ask = (title, parts, more = {}, who = pacs) => who.post('/api/archive/sends', { peer_id: peerId(title), parts, ...more });
const one = async (id) => (await pacs.get('/api/archive/sends')).json.sends.find((s) => s.id === id);
async function until(id, wanted, ms = 20000) {
  for (let end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const s = await one(id);
    if (wanted(s)) return s;
  }
  assert.fail(`sending ${id}: ${JSON.stringify(await one(id))}`);
}
const over = (s) => ['done', 'partial', 'failed', 'cancelled'].includes(s.state);

const remoteSend = (...args) => house.run(['remote', 'send', ...args, '--config', house.config]);

test('X3 X5 a series is sent from the terminal, listed and traced as any other', async () => {
  dest.empty();
  const r = remoteSend('DEST', '--study', study(), '--series', `${study()}.1`, '--reason', 'Reprise du terminal');
  assert.equal(r.status, 0, r.stdout + r.stderr);
  const [id, said] = r.stdout.trim().split('\t');
  assert.equal(said, '2 queued');
  const s = await until(Number(id), over);
  assert.deepEqual([s.state, s.total, s.sent, s.reason, s.actor], ['done', 2, 2, 'Reprise du terminal', 'system:remote']);
  const came = dest.files().map((f) => [uidOf(f), dataset(fs.readFileSync(f))]);
  assert.equal(came.length, 2);
  for (const [uid, bytes] of came) assert.ok(bytes.equals(kept.get(uid)), uid);
  dest.empty();
  assert.notEqual(sql(house, "SELECT COUNT(*) FROM audit_line WHERE what = 'beclere remote send' AND actor = 'system:remote' AND outcome = 'ok'"), '0');
});

test('X3 the terminal may not send to whom may not receive, to nobody, what is not here, nor without saying what', () => {
  peer(house, 'TERMDEAF', ['query'], { port: 4242 });
  const sendings = () => sql(house, 'SELECT COUNT(*) FROM archive_send'), before = sendings();
  for (const [args, why] of [
    [['TERMDEAF', '--study', study()], /may not be sent objects|correspondant/],
    [['NOBODY', '--study', study()], /NOBODY|correspondant/],
    [['DEST', '--study', '1.2.3.4.5'], /No such study|examen n’existe pas/],
    [['DEST', '--study', 'not a uid'], /UID/],
    [['DEST', '--study', study(), '--reason', 'x'.repeat(300)], /reason|motif/i],
    [['DEST'], /which images|les images à envoyer/i],
  ]) {
    const r = remoteSend(...args);
    assert.notEqual(r.status, 0, args.join(' '));
    assert.match(r.stderr, why);
    assert.equal(r.stdout, '');
  }
  assert.equal(sendings(), before);
});

test('X5 a study is sent byte for byte, and the sending says so', async () => {
  const a = await ask('DEST', [{ study_uid: study() }], { reason: 'Deuxième lecture' });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(a.json.total, 3);
  assert.equal(a.json.peer.ae_title, 'DEST');
  assert.match(a.json.study.name, /DUPONT\^JEANNE/);
  const s = await until(a.json.id, over);
  assert.deepEqual([s.state, s.sent, s.failed, s.reason, s.actor], ['done', 3, 0, 'Deuxième lecture', 'pacs']);
  assert.equal(dest.files().length, 3);
  for (const f of dest.files()) assert.ok(kept.get(uidOf(f)).equals(dataset(fs.readFileSync(f))), `${f}: other bytes`);
  dest.empty();
  assert.equal(sql(house, `SELECT COUNT(*) FROM archive_send_taken WHERE send_id = ${s.id}`), '0');
});

test('a series of one study and the whole of another go in one sending', async () => {
  const a = await ask('DEST', [{ study_uid: study(), series_uid: objects[0].series }, { study_uid: objects[3].study }]);
  assert.equal(a.json.total, 3, String(a.bytes));
  assert.equal((await until(a.json.id, over)).state, 'done');
  assert.deepEqual(dest.files().map(uidOf).sort(), [objects[0].uid, objects[1].uid, objects[3].uid].sort());
  dest.empty();
  assert.deepEqual((await pacs.get(`/api/archive/sends?study=${objects[3].study}`)).json.sends.map((s) => s.id), [a.json.id]);
});

test('X3 each study that is sent is a line of the trace, and how it ended another', () => {
  const lines = sql(house, "SELECT outcome || '|' || actor || '|' || object || '|' || detail FROM audit_line WHERE what LIKE '%sending%' OR what LIKE '%/api/archive/sends%' ORDER BY id").split('\n');
  const [asked] = lines.flatMap((l) => [...l.matchAll(/^ok\|pacs\|(.*)\|sending (\d+) to DEST$/g)]).filter((m) => m[1] === study());
  assert.ok(asked, lines.join('\n'));
  assert.ok(lines.some((l) => l.includes(`|pacs|sending ${asked[2]}|done to DEST: 3 of 3 sent, 0 failed`)), lines.join('\n'));
});

test('X2 who may not: other roles, a peer that may not receive, one without a port, studies that are not there', async () => {
  for (const login of ['imageur', 'manip', 'admin']) {
    const p = await house.person(login);
    assert.equal((await ask('DEST', [{ study_uid: study() }], {}, p)).status, 403, login);
    assert.equal((await p.get('/api/archive/sends')).status, 403, login);
  }
  peer(house, 'NEVER', ['query'], { port: dest.port });
  peer(house, 'NOPORT', ['receive'], { port: 0 });
  const refused = [['NEVER', [{ study_uid: study() }], 403], ['NOPORT', [{ study_uid: study() }], 409], ['DEST', [{ study_uid: '1.2.3.4.5' }], 404],
    ['DEST', [{ study_uid: study(), series_uid: '1.2.3' }], 404], ['DEST', [], 400], ['DEST', [{ study_uid: 'no uid' }], 400]];
  for (const [title, parts, status] of refused) {
    const a = await ask(title, parts);
    assert.equal(a.status, status, `${title} ${JSON.stringify(parts)}: ${a.bytes}`);
    assert.ok(a.json.error.text.length > 10);
  }
  assert.equal((await pacs.post('/api/archive/sends', { peer_id: 999999, parts: [{ study_uid: study() }] })).status, 404);
  assert.equal(dest.files().length, 0);
});

test('X5 a peer that is away is tried again; a person can have it tried at once, or stopped', async () => {
  const port = await freePort();
  peer(house, 'AWAY', ['receive'], { port });
  const a = await ask('AWAY', [{ study_uid: study() }]);
  const waits = await until(a.json.id, (s) => s.why !== '');
  assert.equal(waits.state, 'waiting');
  assert.ok(waits.next_try_at_ms > Date.now() && waits.next_try_at_ms < Date.now() + 15000);
  const back = await receiver(house, 'AWAY', port, ['+B', '+xa']);
  assert.equal((await pacs.post(`/api/archive/sends/${a.json.id}/retry`)).status, 200);
  assert.equal((await until(a.json.id, over)).state, 'done');
  assert.equal(back.files().length, 3);
  await back.close();
  const again = await pacs.post(`/api/archive/sends/${a.json.id}/retry`);
  assert.equal(again.status, 409);
  assert.match(again.json.error.text, /étape/);
  const b = await ask('AWAY', [{ study_uid: study() }]);
  await until(b.json.id, (s) => s.why !== '');
  assert.equal((await pacs.post(`/api/archive/sends/${b.json.id}/cancel`)).json.state, 'cancelled');
  assert.equal((await pacs.post(`/api/archive/sends/${b.json.id}/cancel`)).status, 409);
});

test('X5 a line that breaks in the middle: only what the peer has not taken is sent again', async () => {
  const port = await freePort();
  peer(house, 'BREAKS', ['receive'], { port });
  const rude = await receiver(house, 'BREAKS', port, ['+B', '+xa', '--sleep-after', '1', '--abort-after']);
  const a = await ask('BREAKS', [{ study_uid: ct.study }]);
  assert.equal(a.json.total, ct.count);
  const cut = await until(a.json.id, (s) => s.why !== '');
  assert.equal(cut.state, 'waiting');
  await rude.close();
  const good = await receiver(house, 'BREAKS', port, ['+B', '+xa']);
  good.empty();
  assert.equal((await pacs.post(`/api/archive/sends/${a.json.id}/retry`)).status, 200);
  const s = await until(a.json.id, over);
  assert.deepEqual([s.state, s.sent], ['done', ct.count]);
  assert.equal(good.files().length, ct.count - cut.sent);
  await good.close();
});

test('what a peer does not take is named, and the rest is sent', async () => {
  const files = filesOf(phantoms(house, 'us', 'us', [1]));
  storeAll(house, path.dirname(files[0]));
  const us = sql(house, 'SELECT uid FROM study ORDER BY id DESC LIMIT 1');
  const cfg = path.join(house.data, 'ct-only.cfg');
  fs.writeFileSync(cfg, '[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = LittleEndianExplicit\n[[PresentationContexts]]\n[CT]\nPresentationContext1 = CTImageStorage\\Plain\n[[Profiles]]\n[Default]\nPresentationContexts = CT\n');
  const only = await receiver(house, 'CTONLY', await freePort(), ['-xf', cfg, 'Default']);
  peer(house, 'CTONLY', ['receive'], { port: only.port });
  const a = await ask('CTONLY', [{ study_uid: ct.study }, { study_uid: us }]);
  const s = await until(a.json.id, over);
  assert.deepEqual([s.state, s.sent, s.failed], ['partial', ct.images, a.json.total - ct.images]);
  assert.match(s.why, /n’accepte pas|ne prend pas|type d’objet/i);
  assert.equal(only.files().length, ct.images);
  await only.close();
});

test('X5 a server that is killed goes on with the sending when it starts again', async () => {
  const port = await freePort();
  peer(house, 'SLOW', ['receive'], { port });
  const slow = await receiver(house, 'SLOW', port, ['+B', '+xa', '--sleep-during', '1']);
  const a = await ask('SLOW', [{ study_uid: ct.study }]);
  await until(a.json.id, (s) => s.state === 'running');
  house.process.kill('SIGKILL');
  await house.ended;
  await slow.close();
  const good = await receiver(house, 'SLOW', port, ['+B', '+xa']);
  good.empty();
  await house.serve();
  await pacs.refresh();
  const s = await until(a.json.id, over, 60000);
  assert.deepEqual([s.state, s.sent, s.total], ['done', ct.count, ct.count]);
  assert.ok(good.files().length >= 1 && good.files().length <= ct.count);
  await good.close();
});
