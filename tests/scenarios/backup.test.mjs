// Copied while four senders are at work, killed, made again elsewhere: every acknowledged image and the signed report are there, bit for bit.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { catalogue, filesOf, folder, nothingFromSanitizers, phantoms, readSent, retrieve, sameDataset } from '../dicom.mjs';
import { Exam, sha256 } from '../exam.mjs';

let house, pacs, exam, pdf, backups, sets;
const byUid = new Map();
const acknowledged = new Set();

before(async () => {
  house = await House.start();
  await pacsSignsIn();
  backups = folder(house, 'backups');
  const made = filesOf(phantoms(house, 'made', 'mr', [300])).map((f) => [path.basename(f, '.dcm'), fs.readFileSync(f, 'latin1')]);
  sets = [0, 1, 2, 3].map((set) => { // four senders, each its own images
    const at = folder(house, `set${set}`);
    for (let n = 0; n < 8; n++)
      for (const [uid, bytes] of made) {
        const other = `${uid.slice(0, -3)}${set + 1}${String(n + 10)}`, file = path.join(at, `${other}.dcm`);
        if (other.length !== uid.length || byUid.has(other)) continue;
        fs.writeFileSync(file, bytes.replaceAll(uid, other), 'latin1');
        byUid.set(other, file);
      }
    return at;
  });
  assert.ok(byUid.size >= 100, `${byUid.size} images`);
});
after(async () => { await house?.close(); });

const program = () => path.join(house.data, 'program/beclere');
function sender(at) {
  const s = { text: '' };
  s.process = spawn(program(), ['demo', 'send', at, '--config', house.config], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const o of [s.process.stdout, s.process.stderr]) o.on('data', (d) => { s.text += d; });
  s.ended = new Promise((done) => s.process.on('exit', done));
  s.stored = () => readSent(s.text).filter((l) => l.status === '0000').map((l) => l.uid);
  return s;
}
function backup(...args) {
  const r = house.run(['backup', backups, ...args, '--config', house.config]);
  const m = /backup (\d+) made: (\d+) files, (\d+) bytes; (\d+) copied \((\d+) bytes\); (\d+) missing, (\d+) altered/.exec(r.stdout);
  assert.ok(m, r.stdout + r.stderr);
  return { ...r, number: +m[1], files: +m[2], copied: +m[4], copiedBytes: +m[5], missing: +m[6], altered: +m[7] };
}
// The house goes on living in another data folder.
async function moveTo(home) {
  const config = fs.readFileSync(house.config, 'utf8').replace(/^data = .*$/m, `data = ${home}`);
  house.config = path.join(house.data, `${path.basename(home)}.conf`);
  fs.writeFileSync(house.config, config);
  fs.chmodSync(house.config, 0o644);
  await house.serve();
  house.offsetMs = 0;
  await pacsSignsIn();
}
// A moved clock is forgotten by a restart, the codes used are not: somebody else moves it on, so that the next code is a new one.
let signedIn = 0;
async function pacsSignsIn() {
  const wait = (signedIn + 1) * 30000 - house.now();
  if (wait > 0) await house.advance(await house.person('admin'), wait + 50);
  pacs = await house.person('pacs');
  signedIn = Math.floor(house.now() / 30000); // after: the code may have been the next step's
}
function verified() {
  const r = house.run(['verify', '--archive', '--config', house.config]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /0 missing, 0 altered/);
  assert.match(r.stdout, /trace: \d+ lines, whole/);
}

test('E30 an exam is read and signed', async () => {
  exam = await Exam.open(house);
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await exam.consent();
  await exam.prepare();
  await exam.start();
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.sign(await exam.read());
  await exam.until('delivered');
  pdf = (await exam.requester.get(`/api/acts/${exam.id}/report.pdf`)).bytes;
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
});

let first, snapshot;
test('E30 X5 a backup is taken while four associations store; what was acknowledged before it began is in it', async () => {
  const senders = sets.map(sender);
  for (const end = Date.now() + 60000; senders.some((s) => s.stored().length < 3) && Date.now() < end;) await sleep(5);
  snapshot = new Set(senders.flatMap((s) => s.stored()));
  assert.ok(snapshot.size >= 12, `${snapshot.size} acknowledged`);
  first = backup('--with-keys');
  assert.equal(first.status, 0, first.stdout);
  assert.equal(first.number, 1);
  assert.equal(first.copied, first.files);
  await Promise.all(senders.map((s) => s.ended));
  for (const s of senders) for (const uid of s.stored()) acknowledged.add(uid);
  assert.equal(acknowledged.size, byUid.size);
});

test('E30 the second backup copies only what is new, the third nothing', async () => {
  const second = backup('--with-keys');
  assert.equal(second.status, 0, second.stdout);
  assert.equal(second.copied, second.files - first.files);
  assert.ok(second.files >= byUid.size + 129);
  const third = backup();
  assert.equal(third.copied, 0);
  assert.equal(third.files, second.files);
  const whole = house.run(['verify', '--backup', backups]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
});

test('X5 killed, then restored elsewhere from the newest: every acknowledged image and the signed report, bit for bit', async () => {
  assert.equal((await house.stop('SIGKILL')).signal, 'SIGKILL');
  const home = path.join(folder(house, 'elsewhere'), 'home');
  const r = house.run(['restore', backups, '--to', home, '--number', '2', '--key', path.join(house.data, 'keys/backup.pub')]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  const again = house.run(['restore', backups, '--to', home]);
  assert.equal(again.status, 1, 'a home that is not empty is refused');
  assert.match(again.stderr, /vide|empty/);
  await moveTo(home);
  const there = await catalogue(pacs);
  for (const uid of acknowledged) {
    assert.ok(there.has(uid), `${uid} was acknowledged and is gone`);
    assert.ok(sameDataset(await retrieve(pacs, there.get(uid)), fs.readFileSync(byUid.get(uid))), `${uid} has other bytes`);
  }
  const requester = await house.person('demandeur');
  const back = await requester.get(`/api/acts/${exam.id}/report.pdf`);
  assert.equal(back.status, 200, String(back.bytes).slice(0, 300));
  assert.equal(sha256(back.bytes), sha256(pdf));
  assert.equal((await requester.get(`/api/acts/${exam.id}`)).json.state, 'delivered');
  verified();
});

test('X5 the first backup, taken in the middle, holds all that was acknowledged before it', async () => {
  await house.stop();
  const home = path.join(folder(house, 'middle'), 'home');
  const r = house.run(['restore', backups, '--to', home, '--number', '1']);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  await moveTo(home);
  const there = await catalogue(pacs);
  for (const uid of snapshot) assert.ok(there.has(uid), `${uid} was acknowledged before the backup and is not in it`);
  for (const [uid, url] of there)
    if (byUid.has(uid)) assert.ok(sameDataset(await retrieve(pacs, url), fs.readFileSync(byUid.get(uid))), uid);
  verified();
});

test('E30 a damaged or missing file of a backup is named, a list with a changed line or another key is refused', async () => {
  const list = path.join(backups, 'manifests/2.txt'), text = fs.readFileSync(list, 'utf8');
  const blobs = [...text.matchAll(/^blob ([0-9a-f]{64}) \d+ \d+ (\S+)$/gm)];
  const object = (m) => path.join(backups, 'objects', m[1].slice(0, 2), m[1]);
  const [hurt, gone] = [blobs[1], blobs[2]], kept = [hurt, gone].map((m) => fs.readFileSync(object(m)));
  const flipped = Buffer.from(kept[0]);
  flipped[flipped.length - 5] ^= 1;
  fs.writeFileSync(object(hurt), flipped);
  fs.unlinkSync(object(gone));
  const said = house.run(['verify', '--backup', backups, '--number', '2']);
  assert.equal(said.status, 3, said.stdout + said.stderr);
  assert.ok(said.stdout.includes(`altered: ${hurt[2]}`) && said.stdout.includes(`missing: ${gone[2]}`), said.stdout);
  const home = path.join(folder(house, 'damaged'), 'home');
  const restored = house.run(['restore', backups, '--to', home, '--number', '2']);
  assert.equal(restored.status, 3, restored.stdout);
  assert.ok(!fs.existsSync(path.join(home, 'blobs', hurt[2])), 'what is damaged is left out');
  assert.ok(fs.existsSync(path.join(home, 'beclere.db')));
  fs.writeFileSync(object(hurt), kept[0]);
  fs.writeFileSync(object(gone), kept[1]);
  fs.writeFileSync(list, text.replace(hurt[0], hurt[0].replace(/ \d+ /, ' 1 ')));
  const forged = house.run(['verify', '--backup', backups, '--number', '2']);
  assert.equal(forged.status, 1, forged.stdout);
  assert.match(forged.stderr, /sign/);
  fs.writeFileSync(list, text);
  assert.equal(house.run(['verify', '--backup', backups, '--number', '2']).status, 0);
});

test('X5 the database is lost: the start is refused, and rebuild finds every image from the files alone', async () => {
  const data = /^data = (.*)$/m.exec(fs.readFileSync(house.config, 'utf8'))[1];
  const before = await catalogue(pacs);
  await house.stop();
  for (const f of ['beclere.db', 'beclere.db-wal', 'beclere.db-shm']) fs.rmSync(path.join(data, f), { force: true });
  const start = house.run(['serve', '--config', house.config]);
  assert.equal(start.status, 1);
  assert.match(start.stderr, /rebuild/);
  const rebuilt = house.run(['rebuild', '--config', house.config]);
  assert.equal(rebuilt.status, 0, rebuilt.stdout + rebuilt.stderr);
  assert.match(rebuilt.stdout, new RegExp(`${before.size} added`));
  assert.match(house.run(['rebuild', '--config', house.config]).stdout, / 0 added, 0 aside/);
  assert.equal(house.run(['demo', 'load', '--config', house.config]).status, 0); // people to look at it
  house.offsetMs = 0; // the moved clock was in the lost database, as were the codes used
  await house.serve();
  pacs = await house.person('pacs');
  const there = await catalogue(pacs);
  assert.deepEqual([...there.keys()].sort(), [...before.keys()].sort());
  for (const [uid, url] of there)
    if (byUid.has(uid)) assert.ok(sameDataset(await retrieve(pacs, url), fs.readFileSync(byUid.get(uid))), uid);
  verified();
  nothingFromSanitizers(house);
});
