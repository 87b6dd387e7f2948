// Peers and readers that stop reading half way, or never answer, and half-made connections by the hundred at the edge: the others are served, and what was asked comes to its end.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { House, freePort, sleep } from '../house.mjs';
import { folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { find, makeObject, peer, receiver, sql, storeAll } from '../dimse.mjs';

const TIMEOUT = 6; // seconds that a peer may take
const ENV = { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' };
let house, pacs, study, count;
const open = [];
before(async () => {
  house = await House.start({ config: { 'dicom-timeout': TIMEOUT } });
  const at = folder(house, 'objects');
  makeObject(at, { '0010,0010': ['PN', 'DUPONT^JEANNE'], '0010,0020': ['LO', 'D-1'] });
  storeAll(house, at);
  storeAll(house, phantoms(house, 'ct', 'ct', [61]));
  study = sql(house, 'SELECT uid FROM study ORDER BY id DESC LIMIT 1');
  count = Number(sql(house, `SELECT instance_count FROM study WHERE uid = '${study}'`));
  peer(house, 'FINDSCU', ['echo', 'query', 'retrieve', 'get', 'all']);
  pacs = await house.person('pacs');
});
after(async () => { for (const o of open) await o.close(); await house?.close(); nothingFromSanitizers(house); });

function tool(program, args) {
  return new Promise((done) => {
    const p = spawn(program, args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] }), began = Date.now();
    let text = '';
    for (const s of [p.stdout, p.stderr]) s.on('data', (d) => { text += d; });
    p.on('close', (code) => done({ code, text, ms: Date.now() - began }));
  });
}
const move = (title) => tool('movescu', ['-d', '-S', '-to', '40', '-ta', '60', '-td', '60', '-aet', 'FINDSCU', '-aem', title, '-aec', 'BECLERE', '-k', '0008,0052=STUDY', '-k', `0020,000d=${study}`, '127.0.0.1', String(house.dicomPort)]);
const statusOf = (r) => [...r.text.matchAll(/DIMSE Status\s*:\s*0x([0-9a-f]{4})/g)].at(-1)?.[1];
async function served(what, ms = 4000) {
  const began = Date.now();
  assert.equal(find(house, 'STUDY', ['0010,0020=D-1']).rows.length, 1, `${what}: C-FIND`);
  const store = folder(house, `meanwhile-${what.replace(/\W/g, '')}`);
  makeObject(store, { '0010,0010': ['PN', 'MARTIN^PAUL'], '0010,0020': ['LO', 'D-2'] });
  storeAll(house, store);
  assert.equal((await pacs.get('/dicom-web/studies?limit=5', { Accept: 'application/dicom+json' })).status, 200, `${what}: QIDO`);
  assert.ok(Date.now() - began < ms, `${what}: ${Date.now() - began} ms`);
}
// A line to 'to' that lets so many bytes through, then reads nothing more and stays open. 'to' 0: nobody stands behind it.
async function stuck(to, most) {
  const all = new Set(), server = net.createServer((c) => {
    all.add(c);
    c.on('error', () => {});
    if (!to) return;
    const s = net.connect(to, '127.0.0.1');
    all.add(s);
    let left = most;
    s.on('error', () => {});
    s.on('data', (d) => c.write(d));
    c.on('data', (d) => { s.write(d); if ((left -= d.length) <= 0) c.pause(); });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const line = { port: server.address().port, close: () => new Promise((done) => { for (const c of all) c.destroy(); server.close(done); }) };
  open.push(line);
  return line;
}

test('X5 C-MOVE to a destination that never answers, and to ones that stop reading half way: told as failures in time, all others are served', async () => {
  const dest = await receiver(house, 'REAL', await freePort());
  open.push(dest);
  const lines = [['MUTE', await stuck(0, 0)], ['DEAF1', await stuck(dest.port, 100)], ['DEAF2', await stuck(dest.port, 30000)], ['DEAF3', await stuck(dest.port, 400000)]];
  for (const [title, line] of lines) peer(house, title, ['receive'], { port: line.port });
  const moves = lines.flatMap(([title]) => [1, 2, 3].map(() => move(title).then((r) => ({ title, ...r }))));
  await sleep(1500);
  await served('12 moves to deaf destinations');
  for (const r of await Promise.all(moves)) {
    assert.match(statusOf(r) ?? '', /^(a702|b000)$/, `${r.title}: ${statusOf(r)} ${r.text.slice(-300)}`);
    assert.ok(r.ms < (TIMEOUT + 20) * 1000, `${r.title}: ${r.ms} ms`);
  }
  await served('after the moves');
  for (const [, line] of lines) await line.close(); // storescp hears one at a time
  peer(house, 'REAL', ['receive'], { port: dest.port });
  dest.empty();
  const whole = await move('REAL');
  assert.equal(statusOf(whole), '0000', whole.text.slice(-500));
  assert.equal(dest.files().length, count);
});

test('X5 twenty peers that stop reading in the middle of their C-GET hold nobody up, and are let go', async () => {
  const deaf = [];
  // getscu behind a line that takes 100 kB of the answer
  const slow = net.createServer((c) => {
    const s = net.connect(house.dicomPort, '127.0.0.1');
    let left = 100000;
    for (const x of [c, s]) { x.on('error', () => {}); deaf.push(x); }
    c.on('data', (d) => s.write(d));
    s.on('data', (d) => { c.write(d); if ((left -= d.length) <= 0) s.pause(); });
    s.on('close', () => c.destroy());
    c.on('close', () => s.destroy());
  });
  await new Promise((done) => slow.listen(0, '127.0.0.1', done));
  const gets = Array.from({ length: 20 }, (_, i) => tool('getscu', ['-S', '-to', '5', '-ta', '15', '-td', '15', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-od', folder(house, `deaf-${i}`), '-k', '0008,0052=STUDY', '-k', `0020,000d=${study}`, '127.0.0.1', String(slow.address().port)]));
  await sleep(2000);
  await served('20 deaf C-GETs');
  await Promise.all(gets);
  for (const c of deaf) c.destroy();
  slow.close();
  const at = folder(house, 'heard'), whole = await tool('getscu', ['-S', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-od', at, '-k', '0008,0052=STUDY', '-k', `0020,000d=${study}`, '127.0.0.1', String(house.dicomPort)]);
  assert.equal(fs.readdirSync(at).length, count, whole.text.slice(-400));
});

// ---- the edge ----

const plain = () => new Promise((done) => { const c = net.connect(house.port, '127.0.0.1', () => done(c)); c.on('error', () => done(c)); c.on('data', () => {}); });
const secret = (rcv) => new Promise((done) => { const c = tls.connect({ host: '127.0.0.1', port: house.port, servername: 'localhost', rejectUnauthorized: false }, () => done(c)); c.on('error', () => done(c)); if (!rcv) c.on('data', () => {}); });
const hundreds = async (n, make) => { const all = []; for (let i = 0; i < n; i += 50) all.push(...await Promise.all(Array.from({ length: Math.min(50, n - i) }, () => make()))); return all; };
const hello = () => new Promise((done) => { const s = net.createServer((c) => c.once('data', (d) => { done(d); c.destroy(); s.close(); })).listen(0, '127.0.0.1', () => tls.connect({ port: s.address().port, host: '127.0.0.1' }).on('error', () => {})); });
const ask = (target, accept) => `GET ${target} HTTP/1.1\r\nHost: localhost:${house.port}\r\nCookie: ${pacs.cookie}\r\nX-CSRF: ${pacs.csrf}\r\nAccept: ${accept}\r\n\r\n`;

test('X5 500 handshakes that stop half way at the edge, and 500 whose requests dribble', async () => {
  const first = await hello(), half = await hundreds(500, plain);
  half.forEach((c, i) => { if (i % 4) c.write(first.subarray(0, [0, 3, first.length - 1, first.length][i % 4])); });
  await served('500 half handshakes');
  for (const c of half) c.destroy();
  const slow = await hundreds(500, secret), bytes = Buffer.from(ask('/dicom-web/studies', '*/*'));
  assert.ok(slow.filter((c) => !c.destroyed).length > 450, 'they are connected');
  let n = 0;
  const drip = setInterval(() => { for (const c of slow) if (!c.destroyed && n < bytes.length) c.write(bytes.subarray(n, n + 1)); n++; }, 200);
  await sleep(400);
  await served('500 dribbling requests');
  clearInterval(drip);
  for (const c of slow) c.destroy();
});

test('X5 eighty readers that stop reading a study half way, as objects, as a zip and as pictures', async () => {
  const readers = await hundreds(80, () => secret(true)), wants = ['multipart/related; type="application/dicom"', 'application/zip', 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80'];
  readers.forEach((c, i) => { c.pause(); c.write(i % 4 === 3 ? ask(`/dicom-web/studies/${study}/rendered`, 'multipart/related; type="image/png"') : ask(`/dicom-web/studies/${study}`, wants[i % 4])); });
  await sleep(2000);
  await served('80 deaf readers', 8000);
  for (const c of readers) c.destroy();
  await sleep(300);
  assert.equal((await pacs.get(`/dicom-web/studies/${study}`, { Accept: 'application/zip' })).status, 200);
});
