// A line that is cut in the middle of every upload and transfer, at many places: nothing half-received is shown, nothing acknowledged is lost, the next try is whole.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { catalogue, datasetAt, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';
import { peer } from '../dimse.mjs';

const CUTS = [1, 60, 300, 5000, 40000, 150000, 400000]; // bytes let through
let house, pacs, files;
const acknowledged = new Map();
const uidOf = (file) => path.basename(file, '.dcm');
const ENV = { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' };

// Lets 'up' bytes towards the server and 'down' bytes back, then cuts both sides without a word.
async function cutting(to, { up = Infinity, down = Infinity }) {
  const open = new Set(), p = { cuts: 0 };
  const server = net.createServer((c) => {
    const s = net.connect(to, '127.0.0.1');
    const cut = () => { p.cuts++; c.resetAndDestroy(); s.resetAndDestroy(); };
    const pass = (from, into, most) => {
      let left = most;
      from.on('data', (d) => {
        if (into.destroyed) return;
        into.write(d.subarray(0, Math.min(d.length, left)), () => { if (left <= 0) cut(); });
        left -= d.length;
      });
      from.on('end', () => into.end());
      from.on('error', () => into.destroy());
      from.on('close', () => { open.delete(from); into.destroy(); });
      open.add(from);
    };
    pass(c, s, up);
    pass(s, c, down);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  p.port = server.address().port;
  p.close = () => new Promise((done) => { for (const o of open) o.destroy(); server.close(done); });
  return p;
}
// A tool to its end, while this process goes on passing bytes.
function tool(program, args) {
  return new Promise((done) => {
    const p = spawn(program, args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const s of [p.stdout, p.stderr]) s.on('data', (d) => { text += d; });
    p.on('close', (code) => done({ code, text }));
  });
}
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
// All acknowledged are served whole, and what else is shown is whole too.
async function allServedWhole() {
  const there = await catalogue(pacs);
  for (const uid of acknowledged.keys()) assert.ok(there.has(uid), `${uid} was acknowledged and is gone`);
  for (const [uid, url] of there) assert.ok(sameDataset(await retrieve(pacs, url), fs.readFileSync(files.find((f) => uidOf(f) === uid))), uid);
  return there;
}

before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  files = filesOf(phantoms(house, 'made', 'ct', [420])).slice(0, 24);
  assert.equal(files.length, 24);
});
after(async () => { await house?.close(); });

test('X5 C-STORE cut at many places', async () => {
  const at = folder(house, 'some');
  for (const f of files.slice(0, 8)) fs.copyFileSync(f, path.join(at, path.basename(f)));
  for (const way of ['up', 'down'])
    for (const bytes of way === 'up' ? [...CUTS, 1000000, 2000000] : [1, 60, 200, 400, 700]) {
      const line = await cutting(house.dicomPort, { [way]: bytes });
      const r = await tool('storescu', ['-v', '+sd', '-to', '5', '-ta', '5', '-td', '5', '-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(line.port), at]);
      await line.close();
      for (const uid of storescuStored(r.text)) acknowledged.set(uid);
      assert.ok(line.cuts > 0, `${way} ${bytes}: ${r.text.slice(-300)}`);
      await allServedWhole();
    }
  assert.ok(acknowledged.size > 0, 'some came through');
});

// One request written by hand over TLS through the line: what came back before the end.
function raw(port, head, body) {
  return new Promise((done) => {
    const s = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, () => { s.write(head); for (const b of body) s.write(b); });
    const got = [];
    s.on('data', (d) => got.push(d));
    s.on('error', () => {});
    s.on('close', () => done(Buffer.concat(got)));
  });
}
const cookies = (person) => `Host: localhost:${house.port}\r\nOrigin: ${house.url}\r\nCookie: ${person.cookie}\r\nX-CSRF: ${person.csrf}\r\n`;

test('X5 STOW-RS cut at many places', async () => {
  const list = files.slice(8, 12).map((f) => fs.readFileSync(f));
  const parts = [...list.flatMap((f) => [Buffer.from('--cut\r\nContent-Type: application/dicom\r\n\r\n'), f, Buffer.from('\r\n')]), Buffer.from('--cut--\r\n')];
  const length = parts.reduce((n, p) => n + p.length, 0);
  const head = `POST /dicom-web/studies HTTP/1.1\r\n${cookies(pacs)}Content-Type: multipart/related; type="application/dicom"; boundary=cut\r\nAccept: application/dicom+json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
  for (const bytes of [...CUTS, length >> 1, length - 2000]) {
    const line = await cutting(house.port, { up: bytes });
    const got = (await raw(line.port, head, parts)).toString('latin1');
    await line.close();
    assert.ok(line.cuts > 0, `cut at ${bytes}`);
    assert.doesNotMatch(got, /^HTTP\/1.1 200/, 'what was cut is not acknowledged');
    await sleep(100);
    await allServedWhole();
  }
  const whole = await stow(pacs, list);
  assert.equal(whole.status, 200, String(whole.bytes));
  for (const f of files.slice(8, 12)) acknowledged.set(uidOf(f));
  await allServedWhole();
});

test('X5 WADO-RS cut at many places: a reader can tell, and the next answer is whole', async () => {
  const there = await allServedWhole(), [uid, url] = [...there].find(([u]) => acknowledged.has(u));
  const right = fs.readFileSync(files.find((f) => uidOf(f) === uid));
  for (const accept of ['application/dicom; transfer-syntax=*', 'multipart/related; type="application/dicom"; transfer-syntax=*'])
    for (const bytes of [3000, 20000, Math.floor(right.length * 0.8)]) {
      const line = await cutting(house.port, { down: bytes });
      const got = await raw(line.port, `GET ${url} HTTP/1.1\r\n${cookies(pacs)}Accept: ${accept}\r\nConnection: close\r\n\r\n`, []);
      await line.close();
      const end = got.indexOf('\r\n\r\n'), said = /content-length: (\d+)/i.exec(got.subarray(0, Math.max(end, 0)).toString('latin1'));
      assert.ok(line.cuts > 0, `${accept} ${bytes}`);
      assert.ok(end < 0 || (said ? got.length - end - 4 < Number(said[1]) : !got.subarray(-5).equals(Buffer.from('0\r\n\r\n'))), 'a cut answer is not taken for a whole one');
      assert.ok(sameDataset(await retrieve(pacs, url), right));
    }
});

test('X5 C-GET and C-MOVE cut at many places: the next one brings all', async () => {
  const study = /studies\/([^/]+)/.exec([...(await catalogue(pacs)).values()][0])[1];
  const expected = [...(await catalogue(pacs)).values()].filter((u) => u.includes(study)).length;
  const get = (port, at) => tool('getscu', ['-S', '-to', '5', '-ta', '10', '-td', '10', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-od', at, '-k', '0008,0052=STUDY', '-k', `0020,000d=${study}`, '127.0.0.1', String(port)]);
  peer(house, 'FINDSCU', ['echo', 'query', 'retrieve', 'get', 'all']);
  for (const bytes of [...CUTS, 1500000]) {
    const line = await cutting(house.dicomPort, { down: bytes }), at = folder(house, `get-${bytes}`);
    await get(line.port, at);
    await line.close();
    assert.ok(line.cuts > 0, `C-GET ${bytes}`);
  }
  const at = folder(house, 'get-whole'), whole = await get(house.dicomPort, at);
  assert.equal(fs.readdirSync(at).length, expected, whole.text.slice(-500));

  const port = house.dicomPort + 1 > 65000 ? house.dicomPort - 7 : house.dicomPort + 7, kept = folder(house, 'moved');
  const store = spawn('storescp', ['-aet', 'CUTSCP', '-od', kept, String(port)], { env: ENV, stdio: 'ignore' });
  try {
    await sleep(300);
    const move = () => tool('movescu', ['-d', '-S', '-to', '5', '-ta', '20', '-td', '20', '-aet', 'FINDSCU', '-aem', 'CUTSCP', '-aec', 'BECLERE', '-k', '0008,0052=STUDY', '-k', `0020,000d=${study}`, '127.0.0.1', String(house.dicomPort)]);
    for (const bytes of [300, 40000, 700000]) {
      const line = await cutting(port, { up: bytes });
      peer(house, 'CUTSCP', ['receive', 'echo'], { port: line.port });
      const r = await move();
      await line.close();
      assert.ok(line.cuts > 0, `C-MOVE ${bytes}`);
      const last = [...r.text.matchAll(/DIMSE Status\s*:\s*0x([0-9a-f]{4})/g)].at(-1)?.[1];
      assert.ok(last && last !== '0000', `what was cut is told: ${last}`);
    }
    for (const f of fs.readdirSync(kept)) fs.rmSync(path.join(kept, f));
    peer(house, 'CUTSCP', ['receive', 'echo'], { port });
    const r = await move();
    assert.equal(fs.readdirSync(kept).length, expected, r.text.slice(-800));
  } finally { store.kill(); }
  assert.ok(datasetAt(fs.readFileSync(path.join(kept, fs.readdirSync(kept)[0]))) > 0);
});

test('E15 X5 the page\'s upload of a disc cut at many places: nothing half-received is held, and the page is told what to send again', async () => {
  const technologist = await house.person('manip'), [patient] = (await technologist.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  const { id } = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json;
  const file = fs.readFileSync(files[0]), sha256 = crypto.createHash('sha256').update(file).digest('hex');
  const known = async () => (await technologist.post(`/api/imports/${id}/known`, { files: [{ path: 'CD/IM1', sha256, bytes: file.length }] })).json.have;
  const head = `POST /api/imports/${id}/files?path=CD%2FIM1 HTTP/1.1\r\n${cookies(technologist)}Content-Type: application/octet-stream\r\nContent-Length: ${file.length}\r\nConnection: close\r\n\r\n`;
  const held = () => fs.readdirSync(path.join(house.data, 'blobs', 'import', String(id)));
  for (const bytes of [...CUTS, file.length - 2000]) {
    const line = await cutting(house.port, { up: bytes });
    const got = (await raw(line.port, head, [file])).toString('latin1');
    await line.close();
    assert.ok(line.cuts > 0, `cut at ${bytes}`);
    assert.doesNotMatch(got, /^HTTP\/1.1 200/, 'what was cut is not acknowledged');
  }
  await sleep(200);
  assert.deepEqual(fs.existsSync(path.join(house.data, 'blobs', 'import', String(id))) ? held() : [], []);
  assert.deepEqual(await known(), []);
  assert.equal((await technologist.get(`/api/imports/${id}`)).json.studies.length, 0);
  const whole = await technologist.send('POST', `/api/imports/${id}/files?path=CD%2FIM1`, file, { 'Content-Type': 'application/octet-stream' });
  assert.equal(whole.status, 200, String(whole.bytes));
  assert.equal((await technologist.get(`/api/imports/${id}`)).json.studies.length + (whole.json.state === 'already' ? 1 : 0), 1, JSON.stringify(whole.json));
});

test('X5 afterwards: all sent again is there, the archive is verified, nothing is left over', async () => {
  const at = folder(house, 'all');
  for (const f of files) { fs.copyFileSync(f, path.join(at, path.basename(f))); fs.chmodSync(path.join(at, path.basename(f)), 0o644); }
  const r = send(house, at);
  assert.ok(r.lines.length === files.length && r.lines.every((l) => l.status === '0000'), r.stdout.slice(0, 500));
  assert.equal((await allServedWhole()).size, files.length);
  const v = house.run(['verify', '--archive', '--config', house.config]);
  assert.match(v.stdout, /0 missing, 0 altered/);
  const kept = fs.readdirSync(path.join(house.data, 'blobs'), { recursive: true }).filter((n) => /^\d{4}\/.*\.dcm$/.test(n));
  assert.equal(kept.length, files.length, 'no file without a row');
  nothingFromSanitizers(house);
});
