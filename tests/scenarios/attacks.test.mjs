// Attacks on the doors, that no other file tries (bombs: sizes; rudeness: slowness; refusals, permissions, sign-in: people): UIDs that are paths, requests within requests, headers that only the edge may set, XML that reaches out, markup sent back.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { sql } from '../dimse.mjs';
import { House, freePort, sleep } from '../house.mjs';
import { nothingFromSanitizers, stow } from '../dicom.mjs';
import { Exam } from '../exam.mjs';

const MARK = '<script>window.hurt=1</script>', SECRET = 'secret-of-the-house';
let house, exam, pacs, quality, decoy, asked = 0, decoyPort;
before(async () => {
  decoyPort = await freePort();
  decoy = http.createServer((q, a) => { asked += 1; a.end('<!ENTITY x "reached">'); }).listen(decoyPort, '127.0.0.1'); // whatever XML would fetch
  house = await House.start();
  exam = await Exam.left(house);
  [pacs, quality] = [await house.person('pacs'), await house.person('qualite')];
  fs.writeFileSync(path.join(house.data, 'secret.txt'), SECRET);
  fs.chmodSync(path.join(house.data, 'secret.txt'), 0o644);
});
after(async () => { decoy?.close(); await house?.close(); nothingFromSanitizers(house); });

const el = (tag, vr, value) => {
  const long = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(vr), head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0); head.writeUInt16LE(parseInt(tag.slice(4), 16), 2); head.write(vr, 4);
  if (long) head.writeUInt32LE(value.length, 8); else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
};
const text = (tag, vr, value) => { const b = Buffer.from(value); return el(tag, vr, b.length % 2 ? Buffer.concat([b, Buffer.from(vr === 'UI' ? '\0' : ' ')]) : b); };
function file({ sop, study, series, name = 'ESSAI^UN' }) {
  const kind = '1.2.840.10008.5.1.4.1.1.7', meta = Buffer.concat([text('00020002', 'UI', kind), text('00020003', 'UI', sop), text('00020010', 'UI', '1.2.840.10008.1.2.1'), text('00020012', 'UI', '1.2.3')]), length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), el('00020000', 'UL', length), meta, text('00080005', 'CS', 'ISO_IR 192'), text('00080016', 'UI', kind), text('00080018', 'UI', sop), text('00100010', 'PN', name), text('00100020', 'LO', 'X1'), text('0020000D', 'UI', study), text('0020000E', 'UI', series)]);
}
// Raw bytes to the edge; all that comes back.
const raw = (bytes, ms = 4000) => new Promise((done) => {
  let said = '';
  const c = tls.connect({ host: '127.0.0.1', port: house.port, servername: 'localhost', rejectUnauthorized: false }, () => c.write(bytes));
  const end = () => { c.destroy(); done(said); };
  c.on('data', (d) => { said += d; }); c.on('error', end); c.on('close', end);
  setTimeout(end, ms).unref();
});
const statuses = (said) => [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((m) => Number(m[1]));
const head = (person, more = '') => `Host: localhost:${house.port}\r\nOrigin: ${house.url}\r\nCookie: ${person.cookie}\r\nX-CSRF: ${person.csrf}\r\n${more}`;

test('X5 a UID that is a path names no file: refused, or kept under a name of ours', async () => {
  const files = () => fs.readdirSync(house.data, { recursive: true }).map(String).filter((name) => /escaped|passwd|\.\./.test(name));
  for (const bad of ['../../../../tmp/escaped', '/tmp/escaped', '1.2/../../escaped', '..', '1.2.3/escaped', '1.2\\..\\escaped', 'escaped', '1.2.3;rm', `1.${'2'.repeat(90)}`])
    for (const where of ['sop', 'study', 'series']) {
      const a = await stow(pacs, [file({ sop: `2.25.71${bad.length}`, study: '2.25.72', series: '2.25.73', [where]: bad })]);
      assert.ok([400, 409].includes(a.status) || (bad.includes('\\') && a.stored.every((one) => !one.includes('escaped'))), `${where} ${bad}: ${a.status} ${a.bytes.subarray(0, 200)}`);
    }
  assert.deepEqual(files(), []);
  assert.ok(!fs.existsSync('/tmp/escaped'));
});

test('X2 no address leads out of its folder: encoded, doubled, mixed', async () => {
  const [ups, ways] = [['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '....//', '..;/', '%252e%252e%252f', '..%c0%af'], ['/', '/assets/', '/api/', '/dicom-web/studies/', '/api/acts/1/documents/', '/api/archive/studies/']];
  for (const way of ways)
    for (const up of ups)
      for (const target of ['secret.txt', 'beclere.conf', 'beclere.db', 'keys/trace.key']) {
        const said = await raw(`GET ${way}${up.repeat(6)}${path.relative('/', house.data)}/${target} HTTP/1.1\r\n${head(pacs)}Connection: close\r\n\r\n`, 1500);
        assert.ok(!said.includes(SECRET) && !/PRIVATE KEY|SQLite format|edge-key =/.test(said), `${way} ${up} ${target}`);
      }
});

test('X2 a request hidden in another is not carried out: lengths twice, length and chunks, folded and bare lines', async () => {
  const before = (await exam.imager.get(`/api/acts/${exam.id}`)).json.version;
  const hidden = `POST /api/acts/${exam.id}/steps/message HTTP/1.1\r\n${head(exam.imager)}Content-Type: application/json\r\nContent-Length: 31\r\n\r\n{"data":{"text":"par la bande"}}`;
  const first = `POST /api/me/totp/start HTTP/1.1\r\n${head(pacs, '').replace(/X-CSRF.*\r\n/, '')}Content-Type: application/json\r\n`;
  const ways = {
    'two lengths': `${first}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    'length and chunks': `${first}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    'chunks spelt oddly': `${first}Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\n0\r\n${hidden}`,
    'chunks, folded': `${first}Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n${hidden}`,
    'chunks behind a blank': `${first}Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n${hidden}`,
    'a line within a value': `GET /api/health HTTP/1.1\r\nHost: localhost:${house.port}\r\nX-A: a\nX-CSRF: ${exam.imager.csrf}\r\nContent-Length : 9\r\n\r\n`,
    'length with a sign': `${first}Content-Length: +0\r\n\r\n${hidden}`,
  };
  for (const [what, bytes] of Object.entries(ways)) {
    const said = await raw(bytes, 1500);
    const got = statuses(said);
    assert.ok(got.length >= 1 && !got.includes(500) && !got.includes(502), `${what}: ${got}`);
    if (!['length and chunks'].includes(what)) assert.ok(got[0] >= 400 || what === 'a line within a value', `${what}: ${got}`);
  }
  await sleep(200);
  const seen = (await exam.imager.get(`/api/acts/${exam.id}/events`)).json;
  assert.ok(!JSON.stringify(seen).includes('par la bande'), 'nothing was said by the way');
  assert.equal((await exam.imager.get(`/api/acts/${exam.id}`)).json.version, before);
});

test('X1 X3 what only the edge may say is not believed from a browser: address, certificate, permission of uploads, files of ours, another host', async () => {
  const liar = { 'X-Real-IP': '203.0.113.66', 'X-Forwarded-For': '203.0.113.66', 'X-Client-Cert': '-----BEGIN CERTIFICATE-----', 'X-Original-URI': '/api/health', 'X-Upload-Bytes': '0', 'X-Accel-Redirect': '/stored/x', 'X-Request-Id': 'forged', 'X-Forwarded-Host': 'evil.example' };
  assert.equal((await exam.requester.get('/api/patients/987654321', liar)).status, 404);
  const [line] = (await quality.get(`/api/audit?person=${exam.requester.me.person.id}`)).json.lines;
  assert.equal(line.what, 'GET /api/patients/{id}');
  assert.doesNotMatch(JSON.stringify(line), /203\.0\.113\.66/, 'the trace has the true address');
  const blob = sql(house, 'SELECT blob FROM instance LIMIT 1').trim();
  assert.ok(fs.existsSync(path.join(house.data, 'blobs', blob)), blob);
  for (const inside of [`/_blobs/${blob}`, `/_cache/${blob}`, '/_part_head', '/_card', `/_part1.2/_blobs/${blob}`, '/api/may-upload']) {
    const a = await pacs.get(inside, liar);
    assert.ok([404, 403].includes(a.status) || /<title>test/.test(String(a.bytes)), `${inside}: ${a.status}`); // what is no address of ours is the page's
  }
  const other = await raw(`GET /api/me HTTP/1.1\r\nHost: evil.example\r\nCookie: ${pacs.cookie}\r\nConnection: close\r\n\r\n`);
  assert.doesNotMatch(other, /evil\.example/, 'the name of another host comes back nowhere');
});

test('X5 XML reaches out to no file and no address, and does not grow: DICOM metadata, report templates', async () => {
  const entities = [`<!DOCTYPE x [<!ENTITY e SYSTEM "file://${house.data}/secret.txt">]>`, `<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:${decoyPort}/x.dtd">]>`, `<!DOCTYPE x SYSTEM "http://127.0.0.1:${decoyPort}/x.dtd" [<!ENTITY e "x">]>`, `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:${decoyPort}/p.dtd"> %p; <!ENTITY e "x">]>`,
    `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(100)}">${'cdefghijkl'.split('').map((c, i) => `<!ENTITY ${c} "${`&${'acdefghijk'[i]};`.repeat(10)}">`).join('')}<!ENTITY e "&l;">]>`];
  for (const doctype of entities) {
    const model = `<?xml version="1.0" encoding="UTF-8"?>${doctype}<NativeDicomModel xml:space="preserve"><DicomAttribute tag="00080016" vr="UI"><Value number="1">1.2.840.10008.5.1.4.1.1.7</Value></DicomAttribute><DicomAttribute tag="00080018" vr="UI"><Value number="1">2.25.9191</Value></DicomAttribute><DicomAttribute tag="0020000D" vr="UI"><Value number="1">2.25.9192</Value></DicomAttribute><DicomAttribute tag="0020000E" vr="UI"><Value number="1">2.25.9193</Value></DicomAttribute><DicomAttribute tag="00104000" vr="LT"><Value number="1">&e;</Value></DicomAttribute></NativeDicomModel>`;
    const body = Buffer.from(`--b\r\nContent-Type: application/dicom+xml; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n${model}\r\n--b--\r\n`), began = Date.now();
    const a = await pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': 'multipart/related; type="application/dicom+xml"; boundary=b', Accept: 'application/dicom+json' });
    assert.ok([400, 409, 415].includes(a.status), `${a.status} ${a.bytes.subarray(0, 200)}`);
    assert.ok(!String(a.bytes).includes(SECRET));
    const b = await exam.imager.post('/api/report-aids/import', Buffer.from(`${doctype}<html><head><title>Essai</title></head><body><section data-section-name="Results"><p>&e;</p></section></body></html>`), { 'Content-Type': 'text/html' });
    assert.ok(b.status < 500 && !String(b.bytes).includes(SECRET) && b.bytes.length < 100000, `${b.status}`);
    assert.ok(Date.now() - began < 5000);
  }
  assert.equal(asked, 0, 'nothing was fetched');
});

test('X2 markup in an address, a header or a field never comes back as a page', async () => {
  const enc = encodeURIComponent(MARK);
  for (const p of [`/api/${enc}`, `/api/acts/${enc}`, `/api/patients?name=${enc}&birth_date=1971-11-02`, `/api/audit?ipp=${enc}`, `/dicom-web/studies?PatientName=${enc}`, `/dicom-web/studies/${enc}`, `/dicom-web/wado?requestType=${enc}`, `/api/archive/studies/${enc}`, `/api/me?x=${enc}`])
    for (const accept of ['*/*', 'text/html', `text/html;x=${MARK}`]) {
      const a = await pacs.get(p, { Accept: accept, 'User-Agent': MARK, Referer: `https://x/${MARK}` });
      const type = a.headers['content-type'] ?? '';
      assert.ok(!/html|svg|xml/.test(type) || !String(a.bytes).includes('<script>window.hurt'), `${p}: ${type}`);
      if (/^\/(api|dicom-web)/.test(p) && a.status < 500) assert.match(a.headers['x-content-type-options'] ?? '', /^nosniff/, p);
    }
  const kept = await exam.requester.post(`/api/acts/${exam.id}/documents?name=${encodeURIComponent('a.html')}`, Buffer.from(`<html>${MARK}</html>`));
  if (kept.status === 200) {
    const a = await exam.imager.get(`/api/acts/${exam.id}/documents/${kept.json.id}`);
    assert.ok(/sandbox/.test(a.headers['content-security-policy'] ?? '') || !/html/.test(a.headers['content-type'] ?? ''), JSON.stringify(a.headers));
  } else assert.ok(kept.status >= 400 && kept.status < 500);
});
