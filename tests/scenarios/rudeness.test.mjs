// What the DICOM door must bear: noise, half-open and slow connections by the hundred, wrong lengths; those who speak are served meanwhile.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, ROOT, sleep } from '../house.mjs';
import { folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { find, makeObject, sql, storeAll } from '../dimse.mjs';

let house, object, pid;
before(async () => {
  house = await House.start({ config: { 'dicom-timeout': 20 } });
  const at = folder(house, 'objects');
  object = makeObject(at, { '0010,0010': ['PN', 'DUPONT^JEANNE'], '0010,0020': ['LO', 'R-1'] });
  storeAll(house, at);
  pid = house.process.pid;
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const echo = () => new Promise((done) => { const p = spawn('echoscu', ['-to', '8', '-ta', '8', '-td', '8', '-aet', 'ECHOSCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort)], { env: { ...process.env, TCP_NODELAY: '1' } }); p.on('exit', (code) => done(code)); });
const connect = () => new Promise((done) => { const c = net.connect(house.dicomPort, '127.0.0.1', () => done(c)); c.on('error', () => done(c)); c.on('data', () => {}); });
const hundreds = async (n, make) => { const all = []; for (let i = 0; i < n; i += 50) all.push(...await Promise.all(Array.from({ length: Math.min(50, n - i) }, () => make()))); return all; };
const drop = (all) => { for (const c of all) c.destroy(); };
// Those who speak are served at once, whatever the others do.
async function served(what, ms = 3000) {
  const began = Date.now();
  assert.equal(await echo(), 0, `${what}: C-ECHO`);
  assert.ok(Date.now() - began < ms, `${what}: ${Date.now() - began} ms for an echo`);
  assert.equal(find(house, 'STUDY', ['0010,0020=R-1']).rows.length, 1, `${what}: C-FIND`);
}
const request = fs.readFileSync(path.join(ROOT, 'tests/fuzz/corpus/scp/find_study')); // an association request, then a C-FIND
const wish = request.subarray(0, 6 + request.readUInt32BE(2));
const as = (title) => { const w = Buffer.from(wish); w.write(title.padEnd(16), 26, 'latin1'); return w; };

test('500 connections that say nothing take no place from those who speak', async () => {
  await served('before');
  const before = residentMb(), silent = await hundreds(500, connect);
  await served('500 silent');
  assert.ok(residentMb() - before < 150, `${residentMb() - before} MB for 500 connections`);
  drop(silent);
});

test('500 connections that dribble a request byte by byte', async () => {
  const slow = await hundreds(500, connect);
  let at = 0;
  const drip = setInterval(() => { for (const c of slow) if (!c.destroyed && at < wish.length) c.write(wish.subarray(at, at + 1)); at++; }, 50);
  await sleep(500);
  await served('500 dribbling');
  clearInterval(drip);
  drop(slow);
});

test('noise, wrong lengths and cut messages end their own connection alone', async () => {
  const long = (type, n) => { const b = Buffer.alloc(6); b[0] = type; b.writeUInt32BE(n, 2); return b; };
  const cases = [() => crypto.randomBytes(64 + crypto.randomInt(60000)), () => long(1, 0xffffffff), () => long(4, 0x7fffffff), () => long(9, 4), () => Buffer.concat([long(1, 68), crypto.randomBytes(68)]),
    () => Buffer.concat([wish, long(4, 0xfffffff0)]), () => Buffer.concat([wish, long(4, 6), Buffer.from([0, 0, 255, 255, 1, 3])]), () => Buffer.concat([wish, crypto.randomBytes(2000)]), () => wish.subarray(0, 100),
    () => request.subarray(0, request.length - 20), () => Buffer.concat([wish, Buffer.from('GET / HTTP/1.1\r\n\r\n')]), () => { const b = Buffer.from(request); for (let i = 0; i < 8; i++) b[crypto.randomInt(b.length)] = crypto.randomInt(256); return b; }];
  for (let round = 0; round < 25; round++)
    for (const make of cases) {
      const c = await connect();
      c.write(make());
      if (round % 3 === 0) c.destroy();
      else setTimeout(() => c.destroy(), 300);
    }
  await served('after noise');
});

test('half-open associations of a known peer: the others are served, and the ceiling is told', async () => {
  const open = await hundreds(40, connect);
  for (const c of open) c.write(as('FINDSCU'));
  await sleep(500);
  await served('40 associations held open');
  const more = await hundreds(60, connect);
  const answers = more.map((c) => new Promise((done) => { c.once('data', (d) => done(d[0])); c.once('close', () => done(0)); setTimeout(() => done(-1), 5000); }));
  for (const c of more) c.write(as('FINDSCU'));
  const said = await Promise.all(answers);
  assert.ok(said.includes(2), 'some came in');
  assert.ok(said.includes(3), 'the others were told to come back later');
  assert.ok(!said.includes(-1), 'nobody was left without an answer');
  drop([...open, ...more]);
  await sleep(500);
  await served('after they left');
});

test('a peer that does not read its answers holds nobody else up', async () => {
  storeAll(house, phantoms(house, 'ct', 'ct', [5]));
  const deaf = await hundreds(10, connect);
  for (const c of deaf) { c.pause(); c.write(request); c.write(request.subarray(wish.length)); }
  await served('10 that do not read');
  drop(deaf);
});

test('an object cut anywhere leaves nothing, and the next one is kept', async () => {
  const store = fs.readFileSync(path.join(ROOT, 'tests/fuzz/corpus/scp/store'));
  const ask = Buffer.from(store);
  ask.write('STORESCU'.padEnd(16), 26, 'latin1');
  const count = () => sql(house, 'SELECT COUNT(*) FROM instance');
  const before = count();
  for (let cut = 20; cut < ask.length - 40; cut += 613) {
    const c = await connect();
    c.write(ask.subarray(0, cut));
    await sleep(15);
    c.destroy();
  }
  await sleep(300);
  assert.equal(count(), before);
  const next = makeObject(folder(house, 'next'), { '0010,0010': ['PN', 'NEXT^ONE'] });
  assert.equal(dcmtk('storescu', ['-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), next.file]).status, 0);
  assert.equal(Number(count()), Number(before) + 1);
  assert.ok(object.uid);
});
