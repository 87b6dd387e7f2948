// What was acknowledged is there: the program is killed at the worst moments and ends in order at others; the network says no by name.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dcmtk, House, sleep } from '../house.mjs';
import { catalogue, dataset, filesOf, folder, nothingFromSanitizers, phantoms, readSent, retrieve, sameDataset, send, stow } from '../dicom.mjs';

const IMAGES = 500;
const ENV = { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' };
let house, pacs, at, byUid;

before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  const made = filesOf(phantoms(house, 'made', 'mr', [300, 301, 302])).map((f) => [path.basename(f, '.dcm'), fs.readFileSync(f, 'latin1')]);
  at = folder(house, 'images');
  byUid = new Map();
  for (let n = 100; byUid.size < IMAGES; n++) // the same pixels under other UIDs: making noise takes long
    for (const [uid, bytes] of made.slice(0, IMAGES - byUid.size)) {
      const other = uid.slice(0, -3) + n, file = path.join(at, `${other}.dcm`);
      fs.writeFileSync(file, bytes.replaceAll(uid, other), 'latin1');
      byUid.set(other, file);
    }
  assert.equal(fs.readdirSync(at).length, IMAGES);
});
after(async () => { await house?.close(); });

// A sender that is still at work; 'text' grows, 'ended' when it gives up or is done.
function working(program, args) {
  const w = { text: '' };
  w.process = spawn(program, args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const s of [w.process.stdout, w.process.stderr]) s.on('data', (d) => { w.text += d; });
  w.ended = new Promise((done) => w.process.on('exit', done));
  return w;
}
const ours = () => working(path.join(house.data, 'program/beclere'), ['demo', 'send', at, '--config', house.config]);
const oursStored = (text) => readSent(text).filter((l) => l.status === '0000').map((l) => l.uid);
const storescu = () => working('storescu', ['-v', '+sd', '-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), at]);
// DCMTK says "I: Sending file: PATH", later "I: Received Store Response (Success)" about it.
function storescuStored(text) {
  const stored = [];
  let current = null;
  for (const line of text.split('\n')) {
    const file = /Sending file: (\S+)/.exec(line);
    if (file) current = path.basename(file[1], '.dcm');
    if (/Received Store Response \(Success\)/.test(line)) stored.push(current);
  }
  return stored;
}

async function whenStored(sender, count, readStored) {
  for (const end = Date.now() + 120000; Date.now() < end; await sleep(5)) {
    if (readStored(sender.text).length >= count) return;
    assert.equal(sender.process.exitCode, null, `the sender ended early: ${sender.text.slice(-500)}`);
  }
  assert.fail(`the sender is too slow: ${sender.text.slice(-500)}`);
}

// Each of these is served with its bytes, and whatever else is served is a whole image too.
async function servedWhole(acknowledged) {
  const there = await catalogue(pacs);
  for (const uid of acknowledged) assert.ok(there.has(uid), `${uid} was acknowledged and is gone`);
  for (const [uid, url] of there) assert.ok(sameDataset(await retrieve(pacs, url), fs.readFileSync(byUid.get(uid))), `${uid} has other bytes`);
  return there.size;
}
function verified() {
  const r = house.run(['verify', '--archive', '--config', house.config]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /0 missing, 0 altered/);
}

const acknowledged = new Set();
const kills = [[ours, oursStored, 0.05, 0.2], [storescu, storescuStored, 0.3, 0.5], [ours, oursStored, 0.6, 0.8]];
for (const [make, readStored, from, to] of kills)
  test(`kill -9 after ${from * 100} to ${to * 100} % of the images: nothing acknowledged is lost, nothing half-written is served`, async () => {
    const sender = make();
    await whenStored(sender, Math.floor(IMAGES * (from + Math.random() * (to - from))), readStored);
    await sleep(Math.random() * 20);
    assert.equal((await house.stop('SIGKILL')).signal, 'SIGKILL');
    await sender.ended;
    const stored = readStored(sender.text);
    assert.ok(stored.length > 0 && stored.length < IMAGES, `${stored.length} acknowledged before the kill`);
    stored.forEach((uid) => acknowledged.add(uid));
    await house.serve();
    await pacs.refresh();
    const served = await servedWhole(acknowledged);
    assert.ok(served >= acknowledged.size && served <= acknowledged.size + kills.length, `${served} served, ${acknowledged.size} acknowledged`);
    verified();
  });

test('SIGTERM while images arrive: ends with code 0, nothing acknowledged is lost', async () => {
  const sender = ours();
  await whenStored(sender, acknowledged.size + 15, oursStored);
  assert.deepEqual(await house.stop(), { code: 0, signal: null }, house.output.slice(-2000));
  await sender.ended;
  oursStored(sender.text).forEach((uid) => acknowledged.add(uid));
  await house.serve();
  await servedWhole(acknowledged);
  verified();
});

test('all sent again: success for each, and each is there once', async () => {
  const again = send(house, at);
  assert.equal(again.status, 0, again.stdout.slice(-500) + again.stderr);
  assert.equal(again.lines.filter((l) => l.status === '0000').length, IMAGES);
  assert.equal(await servedWhole([...byUid.keys()]), IMAGES);
  verified();
});

test('other bytes under a UID that is there: a failure, and the first bytes stay', async () => {
  const [uid, file] = [...byUid][7];
  const other = Buffer.from(fs.readFileSync(file));
  other[other.length - 10] ^= 1;
  const where = folder(house, 'other');
  fs.writeFileSync(path.join(where, `${uid}.dcm`), other);
  const sent = send(house, where);
  assert.equal(sent.lines[0].status, '0110', sent.stdout);
  assert.equal((await stow(pacs, [other])).status, 409);
  const by = dcmtk('storescu', ['-v', '-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), path.join(where, `${uid}.dcm`)]);
  assert.doesNotMatch(by.stdout + by.stderr, /Response \(Success\)/);
  const there = await catalogue(pacs);
  assert.ok(dataset(await retrieve(pacs, there.get(uid))).equals(dataset(fs.readFileSync(file))));
  assert.equal(there.size, IMAGES);
  verified();
});

test('who is not known, or calls somebody else, is refused with the reason', async () => {
  const port = String(house.dicomPort);
  const known = dcmtk('echoscu', ['-v', '-aet', 'ECHOSCU', '-aec', 'BECLERE', '127.0.0.1', port]);
  assert.equal(known.status, 0, known.stdout + known.stderr);
  const stranger = dcmtk('echoscu', ['-v', '-aet', 'STRANGER', '-aec', 'BECLERE', '127.0.0.1', port]);
  assert.notEqual(stranger.status, 0);
  assert.match(stranger.stdout + stranger.stderr, /Calling AE Title Not Recognized/);
  const elsewhere = dcmtk('echoscu', ['-v', '-aet', 'ECHOSCU', '-aec', 'ORTHANC', '127.0.0.1', port]);
  assert.notEqual(elsewhere.status, 0);
  assert.match(elsewhere.stdout + elsewhere.stderr, /Called AE Title Not Recognized/);
  const mayNot = send(house, at, ['--calling', 'ECHOSCU']);
  assert.ok(mayNot.lines.length > 0 && mayNot.lines.every((l) => l.status === '0124'), mayNot.stdout.slice(0, 300));
  nothingFromSanitizers(house);
});
