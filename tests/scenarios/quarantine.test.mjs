// What contradicts waits in the quarantine room and is settled by a person; what was altered on the disk is found and not served.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, ROOT, dcmtk, sleep } from '../house.mjs';
import { catalogue, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';

let house, pacs, quality, files;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  quality = await house.person('qualite');
  const at = phantoms(house, 'made', 'mr', [310]);
  assert.equal(send(house, at).status, 0);
  files = filesOf(at);
});
after(async () => { await house?.close(); });

const room = async () => {
  const a = await pacs.get('/api/archive/quarantine');
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
};
const uidOf = (file) => path.basename(file, '.dcm');
const urlOf = async (uid) => (await catalogue(pacs)).get(uid);

test('E30 other bytes under a known UID: both are kept, and a person with the right and a reason says which is shown', async () => {
  const first = fs.readFileSync(files[0]), uid = uidOf(files[0]);
  const other = Buffer.from(first);
  other[other.length - 10] ^= 1;
  const at = folder(house, 'other');
  fs.writeFileSync(path.join(at, path.basename(files[0])), other);
  assert.notEqual(send(house, at).lines[0].status, '0000');
  const url = await urlOf(uid);
  const waiting = (await room()).asides;
  assert.equal(waiting.length, 1);
  assert.equal(waiting[0].uid, uid);
  assert.equal(waiting[0].settled_at_ms, null);
  const settle = `/api/archive/asides/${waiting[0].id}/settle`;
  assert.equal((await pacs.post(settle, { settlement: 'show-other', reason: '' })).status, 400, 'a reason is required');
  assert.equal((await pacs.post(settle, { settlement: 'erase', reason: 'x' })).status, 400);
  const imager = await house.person('imageur');
  assert.equal((await imager.post(settle, { settlement: 'show-other', reason: 'x' })).status, 403);
  assert.equal((await imager.get('/api/archive/quarantine')).status, 403);

  const shown = await pacs.post(settle, { settlement: 'show-other', reason: 'Reconstruction corrigée par le site' });
  assert.equal(shown.status, 200, String(shown.bytes));
  assert.ok(sameDataset(await retrieve(pacs, url), other), 'the other version is served');
  const settled = (await room()).asides[0];
  assert.equal(settled.settlement, 'show-other');
  assert.equal(settled.settled_by, 'pacs');
  assert.equal(settled.settled_by_name, 'Thomas MOREL', 'who it was, by name');
  assert.equal(settled.actor_name, settled.actor.includes(':') ? null : 'Thomas MOREL', 'what sent it is no person');
  const back = await pacs.post(settle, { settlement: 'show-other', reason: 'Erreur : la première était la bonne' });
  assert.equal(back.status, 200, String(back.bytes));
  assert.ok(sameDataset(await retrieve(pacs, url), first), 'and back: nothing was lost');
  assert.equal((await pacs.post(settle, { settlement: 'keep-first', reason: 'La première est la bonne' })).status, 200);
  const audit = (await quality.get('/api/audit')).json.lines.filter((l) => l.object === uid && l.event === 'change');
  assert.equal(audit.length, 3);
  assert.match(house.run(['verify', '--archive', '--config', house.config]).stdout, /0 missing, 0 altered/);
});

test('E15 a study of nobody is attached to a patient whose identity differs: flagged, accepted with a reason, detached again', async () => {
  const study = (await room()).studies.find((s) => !s.patient);
  assert.ok(study, 'the exam belongs to nobody yet');
  const requester = await house.person('demandeur');
  const patient = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients[0];
  const to = `/api/archive/studies/${study.id}/assign`;
  assert.equal((await pacs.post(to, { ipp: 'NOBODY', reason: 'x' })).status, 404);
  assert.equal((await pacs.post(to, { ipp: patient.ipp, accession: 'NOT-PLANNED', reason: 'x' })).status, 409);
  const a = await pacs.post(to, { ipp: patient.ipp, reason: 'Appel du site' });
  assert.equal(a.status, 200, String(a.bytes));
  const flagged = (await room()).studies.find((s) => s.id === study.id);
  assert.equal(flagged.wrong_patient, true);
  assert.ok(flagged.differences.length > 0);
  assert.equal((await pacs.post(to, { ipp: patient.ipp, accept_differences: true, reason: 'Identité vérifiée avec le site' })).status, 200);
  assert.ok(!(await room()).studies.some((s) => s.id === study.id), 'settled');
  assert.equal((await pacs.post(to, { ipp: '', reason: 'Rattaché à tort' })).status, 200);
  assert.ok((await room()).studies.some((s) => s.id === study.id && !s.patient), 'and back');
});

test('E30 X5 a file altered on the disk is found by reading it again, told, and not served; put back, it is mended', async () => {
  const uid = uidOf(files[3]), url = await urlOf(uid), right = fs.readFileSync(files[3]);
  const find = (at) => fs.readdirSync(at, { recursive: true, withFileTypes: true }).find((f) => f.name === `${uid}.dcm`);
  const blobs = path.join(house.data, 'blobs'), entry = find(blobs), file = path.join(entry.parentPath ?? entry.path, entry.name);
  const kept = fs.readFileSync(file), hurt = Buffer.from(kept);
  hurt[hurt.length - 20] ^= 4;
  fs.writeFileSync(file, hurt);
  const readAgain = async (until) => {
    assert.equal((await pacs.post('/api/archive/recheck')).status, 200);
    for (const end = Date.now() + 60000; Date.now() < end; await sleep(200)) {
      const q = await room();
      if (until(q)) return q;
    }
    return assert.fail(JSON.stringify(await room()));
  };
  const found = await readAgain((q) => q.faults.length > 0);
  assert.equal(found.faults[0].uid, uid);
  assert.equal(found.faults[0].what, 'altered');
  await sleep(300);
  for (const accept of ['application/dicom; transfer-syntax=*', 'multipart/related; type="application/dicom"; transfer-syntax=*']) { // a stream is cut, a file is not there
    const gone = await pacs.get(url, { Accept: accept }).catch((e) => ({ status: e.message }));
    assert.notEqual(gone.status, 200, 'it is not served as if it were right');
  }
  assert.match(house.log(), /ALARM: a kept file is not what came in/);
  const trace = (await quality.get('/api/audit')).json.lines.find((l) => l.what === 'recheck' && l.object === uid);
  assert.equal(trace?.outcome, 'failed');
  assert.ok(fs.existsSync(path.join(blobs, 'damaged')), 'the damaged bytes are not thrown away');
  fs.writeFileSync(file, kept);
  fs.chmodSync(file, 0o644);
  for (const end = Date.now() + 60000; (await room()).recheck.began_at_ms && Date.now() < end;) await sleep(200);
  await readAgain((q) => q.faults[0].mended_at_ms);
  assert.ok(sameDataset(await retrieve(pacs, url), right));
  nothingFromSanitizers(house);
});
test('E30 X5 a damaged image that is sent again is whole again', async () => {
  const uid = uidOf(files[2]), url = await urlOf(uid), right = fs.readFileSync(files[2]);
  const blobs = path.join(house.data, 'blobs');
  const find = () => { const f = fs.readdirSync(blobs, { recursive: true, withFileTypes: true }).find((e) => e.name === `${uid}.dcm` && !(e.parentPath ?? e.path).includes('damaged')); return f && path.join(f.parentPath ?? f.path, f.name); };
  const file = find(), hurt = fs.readFileSync(file);
  hurt[hurt.length - 30] ^= 2;
  fs.writeFileSync(file, hurt);
  for (const end = Date.now() + 60000; (await room()).recheck.began_at_ms && Date.now() < end;) await sleep(200);
  assert.equal((await pacs.post('/api/archive/recheck')).status, 200);
  const fault = async () => (await room()).faults.find((f) => f.uid === uid);
  for (const end = Date.now() + 60000; !(await fault()) && Date.now() < end;) await sleep(200);
  assert.equal((await fault())?.mended_at_ms, null, 'found and not mended');
  const again = await stow(pacs, [right]);
  assert.equal(again.status, 200, String(again.bytes));
  assert.ok((await fault()).mended_at_ms, 'mended');
  assert.ok(sameDataset(await retrieve(pacs, url), right));
  const line = (await quality.get('/api/audit')).json.lines.find((l) => l.object === uid && /replaced/.test(l.detail));
  assert.ok(line, 'traced');
  assert.equal((await stow(pacs, [right])).status, 200);
  assert.ok(sameDataset(await retrieve(pacs, url), right), 'sent once more, nothing changes');
  assert.ok(fs.existsSync(find()));
});

test('E30 what is refused is listed with its sender, its UID and the reason, once however often it comes; and traced', async () => {
  const at = folder(house, 'refused'), file = path.join(at, 'image.dcm'), uid = uidOf(files[1]);
  fs.copyFileSync(files[1], file);
  assert.equal(dcmtk('dcmodify', ['-nb', '-ea', '(0020,000d)', '-m', '(0010,0010)=SECRET^NAME', file]).status, 0);
  for (let i = 0; i < 2; i++)
    assert.match(dcmtk('storescu', ['-v', '-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), file]).stderr, /C000|Cannot understand|CannotUnderstand/i);
  const list = async (language) => (await pacs.get('/api/archive/quarantine', { 'Accept-Language': language })).json.refused;
  const mine = (await list('en')).filter((r) => r.uid === uid);
  assert.equal(mine.length, 1);
  assert.deepEqual({ via: mine[0].via, actor: mine[0].actor, address: mine[0].address, kind: mine[0].kind, times: mine[0].times }, { via: 'dimse', actor: 'peer:STORESCU', address: '127.0.0.1', kind: 'input', times: 2 });
  assert.equal(mine[0].sop_class, '1.2.840.10008.5.1.4.1.1.4');
  assert.equal(mine[0].why, 'The DICOM object has no valid study identifier.');
  assert.match(mine[0].detail, /0020,000d/);
  assert.match((await list('fr')).find((r) => r.uid === uid).why, /examen/);
  const junk = await stow(pacs, [Buffer.from('<html>no image</html>'.repeat(20))]);
  assert.equal(junk.status, 409);
  const web = (await list('en'))[0];
  assert.deepEqual([web.via, web.actor, web.uid, web.why], ['web', 'pacs', '', 'This is not a DICOM file.']);
  const kept = await stow(pacs, [fs.readFileSync(files[1])]);
  assert.equal(kept.status, 200);
  const other = await stow(pacs, [fs.readFileSync(files[1])], { to: '/dicom-web/studies/1.2.3' });
  assert.equal(other.failed[0].reason, 0xa900);
  assert.equal((await list('en'))[0].kind, 'conflict');
  assert.doesNotMatch(JSON.stringify(await list('fr')), /SECRET/, 'no patient in it');
  const traced = (await quality.get('/api/audit')).json.lines.filter((l) => l.object === uid && l.outcome === 'refused');
  assert.equal(traced.length, 1, 'the first time');
  assert.equal((await (await house.person('manip')).get('/api/archive/quarantine')).status, 403);
});

test('E30 what is refused before it is read is listed too: no right to store (one line that counts), another class, wrong lengths', async () => {
  const listed = async () => (await pacs.get('/api/archive/quarantine', { 'Accept-Language': 'fr' })).json.refused;
  const made = await pacs.post('/api/peers', { ae_title: 'SANSDROIT', address: '127.0.0.1', port: 0, organisation_id: null, may: ['echo'], enabled: true, description: 'Console de test' });
  assert.equal(made.status, 200, String(made.bytes));
  for (const f of files.slice(0, 2)) assert.notEqual(dcmtk('storescu', ['-aet', 'SANSDROIT', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), f]).status, 0);
  const denied = (await listed()).filter((r) => r.actor === 'peer:SANSDROIT');
  assert.equal(denied.length, 1, JSON.stringify(denied));
  assert.deepEqual([denied[0].kind, denied[0].times, denied[0].uid], ['denied', 2, '']);
  assert.match(denied[0].why, /pas le droit d’enregistrer/);

  const right = fs.readFileSync(path.join(ROOT, 'tests/fuzz/corpus/scp/store'));
  right.write('STORESCU'.padEnd(16), 26, 'latin1');
  const said = async (bytes) => {
    const before = new Set((await listed()).map((r) => `${r.id} ${r.times}`));
    const c = net.connect(house.dicomPort, '127.0.0.1');
    c.on('error', () => {}); c.on('data', () => {});
    c.write(bytes);
    setTimeout(() => c.end(), 1500).unref(); // after an abort it waits for us to close
    for (const end = Date.now() + 10000; Date.now() < end; await sleep(100)) {
      const fresh = (await listed()).filter((r) => !before.has(`${r.id} ${r.times}`));
      if (fresh.length) { c.destroy(); return fresh; }
    }
    return assert.fail('nothing was listed');
  };
  const other = Buffer.from(right), secondary = Buffer.from('1.2.840.10008.5.1.4.1.1.7');
  const command = other.indexOf(Buffer.from([0, 0, 2, 0, 26, 0, 0, 0])) + 8; // Affected SOP Class UID
  assert.equal(other.indexOf(secondary, command), command);
  other.write('2', command + secondary.length - 1, 'latin1');
  const [unlike] = await said(other);
  assert.deepEqual([unlike.actor, unlike.kind], ['peer:STORESCU', 'input'], JSON.stringify(unlike));
  assert.match(unlike.why, /autre classe/);
  assert.ok(unlike.uid.length > 4);

  const long = Buffer.from(right), data = long.indexOf(Buffer.from([4, 0, 0, 0, 1, 0x80, 0, 0, 1, 0x7c]));
  assert.ok(data > 0);
  long.writeUInt32BE(0xfff, data + 6);
  const [broken] = await said(long);
  assert.deepEqual([broken.actor, broken.kind, broken.uid], ['peer:STORESCU', 'input', unlike.uid], JSON.stringify(broken));
  nothingFromSanitizers(house);
});
