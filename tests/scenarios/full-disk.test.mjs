// A real small disk: full while images arrive by C-STORE and STOW, turned read-only, full under the database and under a backup. Told, refused, and the service resumes.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { dcmtk, House } from '../house.mjs';
import { catalogue, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';

// Mounts are made in a mount namespace of our own, so that none is left behind whatever happens.
const SELF = fileURLToPath(import.meta.url);
const can = process.getuid() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
if (!can) test('a full disk', { skip: 'root and unshare are needed to mount a small disk' }, () => {});
else if (!process.env.BECLERE_OWN_MOUNTS)
  test('the small disk, in a mount namespace of its own', () => {
    const env = { ...process.env, BECLERE_OWN_MOUNTS: '1' };
    delete env.NODE_TEST_CONTEXT;
    const r = spawnSync('unshare', ['-m', process.execPath, '--test-reporter=tap', SELF], { env, encoding: 'utf8', timeout: 600000, maxBuffer: 1 << 26 });
    assert.equal(r.status, 0, r.stdout.slice(-8000) + r.stderr.slice(-2000));
  });
else scenario();

function scenario() {
  let technologist, patient, house, pacs, quality, disk, blobs, first, files;
  const acknowledged = new Map(); // uid → file
  const mount = (at, size, mode) => execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=${mode}`, 'tmpfs', at]);
  const remount = (at, how) => execFileSync('mount', ['-o', `remount,${how}`, at]);
  // To the last page; returns how to give the room back.
  const fill = (at) => {
    const names = [];
    for (const step of [1 << 20, 4096]) { // at the end page by page
      const name = path.join(at, `filler-${step}`), fd = fs.openSync(name, 'w');
      names.push(name);
      try { for (;;) if (fs.writeSync(fd, Buffer.alloc(step)) < step) break; } catch (e) { assert.equal(e.code, 'ENOSPC'); }
      fs.closeSync(fd);
    }
    return () => names.forEach((n) => fs.rmSync(n));
  };
  const uidOf = (file) => path.basename(file, '.dcm');
  const readable = (file, at) => { const to = path.join(at, path.basename(file)); fs.copyFileSync(file, to); fs.chmodSync(to, 0o644); };
  const batch = (name, list) => { const at = folder(house, name); for (const f of list) readable(f, at); return at; };
  async function allServedWhole() {
    const there = await catalogue(pacs);
    for (const [uid, file] of acknowledged) {
      assert.ok(there.has(uid), `${uid} was acknowledged and is gone`);
      assert.ok(sameDataset(await retrieve(pacs, there.get(uid)), fs.readFileSync(file)), uid);
    }
    assert.equal(there.size, acknowledged.size, 'nothing else is shown');
  }
  const verified = () => { const r = house.run(['verify', '--archive', '--config', house.config]); assert.equal(r.status, 0, r.stdout + r.stderr); assert.match(r.stdout, /0 missing, 0 altered/); };
  const keep = (lines, list) => { for (const l of lines) if (l.status === '0000') acknowledged.set(l.uid, list.find((f) => uidOf(f) === l.uid)); };
  const echo = () => dcmtk('echoscu', ['-to', '5', '-aet', 'ECHOSCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort)]).status;

  before(async () => {
    disk = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-disk-'));
    mount(disk, '1g', '1777');
    process.env.TMPDIR = disk;
    house = await House.start();
    await house.stop();
    blobs = path.join(house.data, 'blobs');
    const aside = path.join(house.data, 'blobs-before');
    fs.cpSync(blobs, aside, { recursive: true, preserveTimestamps: true });
    mount(blobs, '64m', '0750');
    execFileSync('cp', ['-a', `${aside}/.`, blobs]);
    execFileSync('chown', ['-R', 'beclere:beclere', blobs]);
    await house.serve();
    pacs = await house.person('pacs');
    quality = await house.person('qualite');
    files = filesOf(phantoms(house, 'made', 'ct', [410])).concat(filesOf(phantoms(house, 'more', 'mr', [411])));
    assert.ok(files.length >= 40, `${files.length} images`);
    const before = await catalogue(pacs);
    assert.equal(before.size, 0, 'an empty archive');
    first = files.slice(0, 4);
    keep(send(house, batch('first', first)).lines, first);
    assert.equal(acknowledged.size, 4, house.log());
  });
  after(async () => {
    await house?.stop();
    execFileSync('umount', ['-l', blobs]);
    await house?.close();
    execFileSync('umount', ['-l', disk]);
    fs.rmdirSync(disk);
  });

  async function refusedAndResumes(list, what, giveBack) {
    const at = batch(what, list.slice(0, -2));
    const sent = send(house, at);
    assert.ok(sent.lines.length > 0 && sent.lines.every((l) => l.status === 'A700'), sent.stdout.slice(0, 600) + sent.stderr);
    const web = await stow(pacs, list.slice(-2).map((f) => fs.readFileSync(f)));
    assert.equal(web.status, what === 'read-only' ? 503 : 507, String(web.bytes));
    assert.ok(web.failed.length === 2 && web.failed.every((f) => f.reason === 0xA700), String(web.bytes));
    assert.equal(echo(), 0, 'C-ECHO is answered');
    await allServedWhole();
    assert.equal((await quality.get('/api/audit')).status, 200);
    giveBack();
    const again = send(house, batch(what, list));
    assert.ok(again.lines.length === list.length && again.lines.every((l) => l.status === '0000'), again.stdout.slice(0, 600));
    keep(again.lines, list);
    await allServedWhole();
    verified();
  }

  test('E30 X5 the disk of the images is full: A700 and 5xx, nothing half-kept is shown, and the service resumes with the room', async () => {
    await refusedAndResumes(files.slice(4, 12), 'full', fill(blobs));
  });

  test('E30 X5 the disk of the images becomes read-only: the same, and it resumes when it can be written again', async () => {
    remount(blobs, 'ro');
    await refusedAndResumes(files.slice(12, 20), 'read-only', () => remount(blobs, 'rw'));
  });

  test('E30 X5 the disk fills while images arrive: those acknowledged are there, the others were told', async () => {
    const list = files.slice(20, 36), bytes = fs.statSync(list[0]).size;
    const giveBack = fill(blobs);
    fs.truncateSync(path.join(blobs, 'filler-1048576'), Math.max(0, fs.statSync(path.join(blobs, 'filler-1048576')).size - Math.ceil(bytes * 5.5)));
    const sent = send(house, batch('filling', list));
    const stored = sent.lines.filter((l) => l.status === '0000').length;
    assert.ok(stored > 0 && stored < list.length, `${stored} of ${list.length}: ${sent.stdout.slice(0, 400)}`);
    assert.ok(sent.lines.every((l) => ['0000', 'A700'].includes(l.status)), sent.stdout.slice(0, 800));
    keep(sent.lines, list);
    await allServedWhole();
    giveBack();
    keep(send(house, batch('filling', list)).lines, list);
    assert.ok(list.every((f) => acknowledged.has(uidOf(f))));
    await allServedWhole();
    verified();
  });

  // Leaves 'percent' of the disk free.
  const fillTo = (at, percent) => {
    const s = fs.statfsSync(at), name = path.join(at, 'filler-percent');
    execFileSync('fallocate', ['-l', String(Math.floor((s.bavail - (s.blocks * percent) / 100) * s.bsize)), name]);
    return () => fs.rmSync(name);
  };
  for (const [what, where] of [['images', () => blobs], ['database', () => disk]])
    test(`X5 under 5 % free on the disk of the ${what} nothing new is taken by any door; what is there is served, and C-ECHO succeeds`, async () => {
      const list = files.slice(44, 46), free = fillTo(where(), 4), at = path.join(blobs, 'few');
      await house.stop();
      fs.writeFileSync(house.config, fs.readFileSync(house.config, 'utf8').replace('blob-min-free = 0', 'blob-min-free = 5'));
      await house.serve();
      try {
        const sent = send(house, batch('few', list));
        assert.ok(sent.lines.length === 2 && sent.lines.every((l) => l.status === 'A700'), sent.stdout + sent.stderr);
        const web = await stow(pacs, list.map((f) => fs.readFileSync(f)));
        assert.equal(web.status, 507, String(web.bytes));
        assert.ok(web.failed.length === 2 && web.failed.every((f) => f.reason === 0xA700));
        technologist ??= await house.person('manip');
        patient ??= (await (await house.person('demandeur')).get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients[0];
        const made = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json;
        const brought = await technologist.send('POST', `/api/imports/${made.id}/files?path=x`, fs.readFileSync(list[0]), { 'Content-Type': 'application/octet-stream' });
        assert.equal(brought.status, 507, String(brought.bytes));
        assert.match(brought.json.error.text, /presque plein/);
        assert.equal(echo(), 0, 'C-ECHO');
        await allServedWhole();
      } finally {
        free();
        await house.stop();
        fs.writeFileSync(house.config, fs.readFileSync(house.config, 'utf8').replace('blob-min-free = 5', 'blob-min-free = 0'));
        await house.serve();
        fs.rmSync(at, { recursive: true, force: true });
      }
    });

  test('E30 X5 the disk of the database is full: what is acknowledged is there, and the service resumes', async () => {
    let refusedAtTheDoor = false;
    const list = files.slice(36, 40), giveBack = fill(disk);
    const at = path.join(blobs, 'to-send'); // the other disk has room for what is sent
    fs.mkdirSync(at);
    for (const f of list) readable(f, at);
    fs.chmodSync(at, 0o755);
    try { // no trace can be written: an association may be refused for the moment (PS3.8 §9.3.4: result 2, source 3, reason 1), or the image be
      const sent = send(house, at);
      const refused = (l) => l.status === 'A700' || (l.status === '----' && /result 2 source 3 reason 1/.test(l.why));
      assert.ok(sent.lines.length > 0 && sent.lines.every((l) => l.status === '0000' || refused(l)), sent.stdout.slice(0, 800) + sent.stderr.slice(-500));
      assert.ok(sent.lines.some(refused), 'the disk was full');
      refusedAtTheDoor = sent.lines.some((l) => l.status === '----');
      keep(sent.lines, list);
      const web = await stow(pacs, [fs.readFileSync(list[0])]);
      assert.ok(web.status === 200 || web.status >= 500, `${web.status} ${web.bytes}`);
      if (web.status === 200) acknowledged.set(uidOf(list[0]), list[0]);
    } finally { giveBack(); }
    assert.equal(echo(), 0, 'C-ECHO is answered again, without a restart');
    if (refusedAtTheDoor) assert.ok((await quality.get('/api/audit?limit=200')).json.lines.some((l) => /^\d+ lines of the DICOM door could not be written before$/.test(l.detail)), 'that nobody could be let in is told afterwards');
    const again = send(house, at);
    assert.ok(again.lines.every((l) => l.status === '0000'), again.stdout.slice(0, 600));
    keep(again.lines, list);
    fs.rmSync(at, { recursive: true });
    await allServedWhole();
    verified();
  });

  test('E15 E30 X5 the disk fills while a disc is brought by the page: what was acknowledged is held, the rest is refused by name and asked for again', async () => {
    technologist ??= await house.person('manip');
    patient ??= (await (await house.person('demandeur')).get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients[0];
    const list = filesOf(phantoms(house, 'disc', 'mr', [412])).slice(0, 12), bytes = fs.statSync(list[0]).size;
    const { id } = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json;
    const put = (f) => technologist.send('POST', `/api/imports/${id}/files?path=${encodeURIComponent(`CD/${path.basename(f)}`)}`, fs.readFileSync(f), { 'Content-Type': 'application/octet-stream' });
    const digest = (f) => crypto.createHash('sha256').update(fs.readFileSync(f)).digest('hex');
    const known = async () => (await technologist.post(`/api/imports/${id}/known`, { files: list.map((f) => ({ path: `CD/${path.basename(f)}`, sha256: digest(f), bytes: fs.statSync(f).size })) })).json.have;
    const giveBack = fill(blobs), room = path.join(blobs, 'filler-1048576');
    fs.truncateSync(room, Math.max(0, fs.statSync(room).size - Math.ceil(bytes * 5.5)));
    const held = [];
    for (const f of list) {
      const a = await put(f);
      assert.ok(a.status === 200 || a.status === 507, `${a.status} ${a.bytes}`);
      if (a.status === 200) { assert.equal(a.json.state, 'waiting'); held.push(list.indexOf(f)); }
      else assert.ok(a.json.error.text.length > 10);
    }
    assert.ok(held.length > 0 && held.length < list.length, `${held.length} of ${list.length}`);
    assert.deepEqual(await known(), held, 'those and no others need not be sent again');
    await allServedWhole();
    giveBack();
    for (const [i, f] of list.entries()) if (!held.includes(i)) assert.equal((await put(f)).status, 200, f);
    assert.equal((await known()).length, list.length);
    const { studies: [study] } = (await technologist.get(`/api/imports/${id}`)).json;
    assert.equal(study.files, list.length);
    for (let left = 1; left;) {
      const a = await technologist.post(`/api/imports/${id}/studies/${study.study_uid}`, { decision: 'attach', reason: 'Pièce d’identité vérifiée' });
      assert.equal(a.status, 200, String(a.bytes));
      ({ left } = a.json);
    }
    for (const f of list) acknowledged.set(uidOf(f), f);
    await allServedWhole();
    verified();
  });

  test('E30 a backup onto a full disk fails by name, the one before stays good, and the next one is whole', async () => {
    const at = path.join(house.data, 'small');
    fs.mkdirSync(at);
    mount(at, '96m', '1777');
    const to = path.join(at, 'backup'), backup = () => house.run(['backup', to, '--config', house.config]);
    const one = backup();
    assert.equal(one.status, 0, one.stdout + one.stderr);
    const list = files.slice(40, 44);
    keep(send(house, batch('later', list)).lines, list);
    const giveBack = fill(at), two = backup();
    assert.notEqual(two.status, 0, two.stdout);
    assert.match(two.stdout + two.stderr, /full|plein|No space|space left/i);
    const good = house.run(['verify', '--backup', to, '--config', house.config]);
    assert.equal(good.status, 0, good.stdout + good.stderr);
    giveBack();
    const three = backup();
    assert.equal(three.status, 0, three.stdout + three.stderr);
    assert.equal(house.run(['verify', '--backup', to, '--config', house.config]).status, 0);
    execFileSync('umount', ['-l', at]);
    nothingFromSanitizers(house);
  });
}
