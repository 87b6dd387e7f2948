// What the doors behind TLS must bear: handshakes that never end, peers and browsers that dribble, by the hundred; those who speak are served at their usual pace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { House, ROOT, sleep } from '../house.mjs';
import { filesOf, folder, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';
import { peer, sql } from '../dimse.mjs';

const freePort = () => new Promise((done) => { const s = net.createServer(); s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
let house, pacs, tlsPort, at, series;
const pem = (name) => path.join(at, `${name}.pem`), key = (name) => path.join(at, `${name}-key.pem`);
before(async () => {
  tlsPort = await freePort();
  at = fs.mkdtempSync('/tmp/beclere-rude-');
  for (const name of ['ours', 'modality']) execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', key(name), '-out', pem(name)], { stdio: 'pipe' });
  fs.chmodSync(at, 0o755);
  for (const f of fs.readdirSync(at)) fs.chmodSync(path.join(at, f), 0o644);
  house = await House.start({ config: { 'dicom-timeout': 20, 'dicom-tls-listen': `127.0.0.1:${tlsPort}`, 'dicom-tls-certificate': pem('ours'), 'dicom-tls-key': key('ours') } });
  peer(house, 'SECRET', ['store', 'echo']);
  const sha256 = new crypto.X509Certificate(fs.readFileSync(pem('modality'))).fingerprint256.replaceAll(':', '').toLowerCase();
  sql(house, `INSERT INTO peer_certificate (peer_id, sha256, added_at_ms) SELECT id, '${sha256}', 0 FROM peer WHERE ae_title = 'SECRET'`);
  pacs = await house.person('pacs');
  series = filesOf(phantoms(house, 'ct', 'ct', [81]));
});
after(async () => { await house?.close(); nothingFromSanitizers(house); if (at) fs.rmSync(at, { recursive: true, force: true }); });

const tool = (program, args) => new Promise((done) => {
  const p = spawn(program, args, { env: { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const s of [p.stdout, p.stderr]) s.on('data', (d) => { text += d; });
  p.on('close', (code) => done({ code, text }));
});
// Ten images by storescu, in clear and over TLS, and a search by the page: how long each took.
let sent = 0;
async function pace(what) {
  const took = {};
  const timed = async (name, work) => { const began = Date.now(); await work(); took[name] = Date.now() - began; };
  for (const [name, port, args] of [['clear', house.dicomPort, ['-aet', 'STORESCU']], ['TLS', tlsPort, ['+tls', key('modality'), pem('modality'), '+cf', pem('ours'), '-aet', 'SECRET']]]) {
    const to = folder(house, `send-${++sent}`);
    for (const f of series.splice(0, 10)) fs.copyFileSync(f, path.join(to, path.basename(f)));
    await timed(name, async () => { const r = await tool('storescu', [...args, '-aec', 'BECLERE', '+sd', '127.0.0.1', String(port), to]); assert.equal(r.code, 0, `${what}, ${name}: ${r.text.slice(-600)}`); });
  }
  await timed('page', async () => { for (let i = 0; i < 10; i++) assert.equal((await pacs.get('/dicom-web/studies?limit=5', { Accept: 'application/dicom+json' })).status, 200, what); });
  return took;
}
let usual;
// Never much slower than when nobody is rude: three times, and two seconds for the noise of a machine.
async function sameAsUsual(what) {
  usual ??= await pace('at first');
  const now = await pace(what);
  for (const [name, ms] of Object.entries(now)) assert.ok(ms < 3 * usual[name] + 2000, `${what}: ${name} took ${ms} ms, usually ${usual[name]}`);
}

const plain = (port) => new Promise((done) => { const c = net.connect(port, '127.0.0.1', () => done(c)); c.on('error', () => done(c)); c.on('data', () => {}); });
const secret = (port, options) => new Promise((done) => { const c = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, ...options }, () => done(c)); c.on('error', () => done(c)); c.on('data', () => {}); });
const hundreds = async (n, make) => { const all = []; for (let i = 0; i < n; i += 50) all.push(...await Promise.all(Array.from({ length: Math.min(50, n - i) }, make))); return all; };
const drop = (all) => { for (const c of all) c.destroy(); };
const request = fs.readFileSync(path.join(ROOT, 'tests/fuzz/corpus/scp/find_study'));
const wish = request.subarray(0, 6 + request.readUInt32BE(2));
const identity = () => ({ key: fs.readFileSync(key('modality')), cert: fs.readFileSync(pem('modality')) });
// The first flight of a TLS handshake: a ClientHello, taken from a client of our own.
const hello = () => new Promise((done) => { const s = net.createServer((c) => c.once('data', (d) => { done(d); c.destroy(); s.close(); })).listen(0, '127.0.0.1', () => tls.connect({ port: s.address().port, host: '127.0.0.1' }).on('error', () => {})); });

test('500 handshakes that stop half way on the TLS port, and 500 silent ones on the clear port', async () => {
  const first = await hello();
  usual = await pace('at first');
  const half = await hundreds(500, () => plain(tlsPort));
  half.forEach((c, i) => { if (i % 4) c.write(first.subarray(0, i % 4 === 1 ? 3 : i % 4 === 2 ? first.length - 1 : first.length)); });
  const silent = await hundreds(500, () => plain(house.dicomPort));
  await sameAsUsual('1000 half-open connections');
  drop([...half, ...silent]);
});

test('noise, renegotiation of nothing, and other protocols on the TLS port end their own connection alone', async () => {
  const first = await hello();
  for (const bytes of [crypto.randomBytes(5000), wish, Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from([22, 3, 1, 255, 255]), Buffer.concat([first, crypto.randomBytes(3000)]), Buffer.concat([first.subarray(0, 5), Buffer.alloc(60000)])])
    for (let i = 0; i < 5; i++) { const c = await plain(tlsPort); c.write(bytes); setTimeout(() => c.destroy(), 500); }
  await sameAsUsual('noise on the TLS port');
});

test('peers with a certificate that dribble inside TLS, and some that never end their request', async () => {
  const slow = await hundreds(150, () => secret(tlsPort, identity()));
  assert.ok(slow.filter((c) => !c.destroyed).length > 100, 'they are connected');
  let n = 0;
  const drip = setInterval(() => { for (const c of slow) if (!c.destroyed && n < wish.length) c.write(wish.subarray(n, n + 1)); n++; }, 100);
  await sleep(300);
  await sameAsUsual('150 dribbling inside TLS');
  clearInterval(drip);
  drop(slow);
});

// ---- the edge ----

const http = (method, target, more, person = pacs) => `${method} ${target} HTTP/1.1\r\nHost: localhost:${house.port}\r\nOrigin: ${house.url}\r\nCookie: ${person.cookie}\r\nX-CSRF: ${person.csrf}\r\n${more}`;
const answerTo = (bytes, ms = 8000) => new Promise((done) => {
  const c = tls.connect({ host: '127.0.0.1', port: house.port, servername: 'localhost', rejectUnauthorized: false }, () => c.write(bytes));
  let text = '';
  const end = () => { c.destroy(); done(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)); };
  c.on('data', (d) => { text += d; if (text.includes('\r\n\r\n')) end(); });
  c.on('error', end); c.on('close', end);
  setTimeout(end, ms).unref();
});

test('300 idle browsers and 100 whose requests dribble', async () => {
  const idle = await hundreds(300, () => secret(house.port)), slow = await hundreds(100, () => secret(house.port));
  const ask = Buffer.from(http('GET', '/dicom-web/studies', 'Accept: */*\r\n\r\n'));
  let n = 0;
  const drip = setInterval(() => { for (const c of slow) if (!c.destroyed && n < ask.length) c.write(ask.subarray(n, n + 1)); n++; }, 100);
  await sameAsUsual('300 idle and 100 dribbling at the edge');
  clearInterval(drip);
  drop([...idle, ...slow]);
});

test('60 uploads by STOW-RS whose bodies hardly move take nothing from the others, and leave nothing', async () => {
  const count = sql(house, 'SELECT COUNT(*) FROM instance');
  const slow = await hundreds(60, () => secret(house.port)), body = fs.readFileSync(series[0]);
  for (const c of slow) c.write(`${http('POST', '/dicom-web/studies', `Content-Type: multipart/related; type="application/dicom"; boundary=slow\r\nContent-Length: ${body.length + 200}\r\n\r\n`)}--slow\r\nContent-Type: application/dicom\r\n\r\n`);
  let n = 0;
  const drip = setInterval(() => { for (const c of slow) if (!c.destroyed) c.write(body.subarray(n * 100, n * 100 + 100)); n++; }, 100);
  await sleep(500);
  await sameAsUsual('60 slow uploads');
  clearInterval(drip);
  drop(slow);
  await sleep(300);
  assert.equal(Number(sql(house, 'SELECT COUNT(*) FROM instance')), Number(count) + 20, 'the twenty of those who were served');
});

test('headers, addresses and bodies beyond all measure are refused by name', async () => {
  assert.equal(await answerTo(http('GET', '/dicom-web/studies', `X-Long: ${'a'.repeat(70000)}\r\n\r\n`)), 400);
  assert.equal(await answerTo(http('GET', '/dicom-web/studies', `${Array.from({ length: 3000 }, (_, i) => `X-${i}: 1`).join('\r\n')}\r\n\r\n`)), 400);
  assert.equal(await answerTo(http('GET', `/dicom-web/studies?PatientName=${'a'.repeat(70000)}`, '\r\n')), 414);
  assert.ok([400, 413].includes(await answerTo(http('POST', '/api/imports', 'Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n'))));
  assert.equal(await answerTo(http('GET', '/dicom-web/studies', 'Accept: */*\r\n\r\n')), 200);
  const a = await stow(pacs, [fs.readFileSync(series[0])]);
  assert.equal(a.status, 200);
});
