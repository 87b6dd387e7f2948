// What we write ourselves, judged by dicom3tools' validator: objects transcoded into every syntax, corrected ones, those made of JSON; no error that the source had not.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { filesOf, folder, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';

const skip = spawnSync('dciodvfy', ['-h']).error ? 'skipped: dicom3tools is not installed' : false;
const SYNTAXES = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202'];
// HTJ2K is younger than the tool, which stops at its pixels: all before them is judged.
const YOUNGER = /Dicom dataset read failed|<PixelData>|illegal in non-encapsulated/;
const KINDS = ['ct', 'mr', 'us'];
let house, pacs, sources;
const errorsOf = (file) => spawnSync('dciodvfy', [file], { encoding: 'latin1' }).stderr.split('\n').filter((l) => l.startsWith('Error') && !(/4\.20[12]\.dcm$/.test(file) && YOUNGER.test(l)));
const save = (name, bytes) => { const f = path.join(folder(house, 'written'), name); fs.writeFileSync(f, bytes); return f; };
// Errors that the source has not.
const known = new Map();
function fresh(file, source) {
  if (!known.has(source)) known.set(source, new Set(errorsOf(source)));
  return errorsOf(file).filter((l) => !known.get(source).has(l));
}

before(async () => {
  if (skip) return;
  house = await House.start();
  pacs = await house.person('pacs');
  sources = [];
  for (const [i, kind] of KINDS.entries()) {
    const [file] = filesOf(phantoms(house, kind, kind, [130 + i])).slice(-1), s = await stow(pacs, [fs.readFileSync(file)]);
    assert.equal(s.status, 200, String(s.bytes));
    sources.push({ kind, file, url: s.stored[0] });
  }
});
after(async () => { await house?.close(); if (house) nothingFromSanitizers(house); });

test('every kind of image in every transfer syntax that we make', { skip }, async () => {
  const faults = [];
  let made = 0;
  for (const { kind, file, url } of sources)
    for (const syntax of SYNTAXES) {
      const a = await pacs.get(url, { Accept: `application/dicom; transfer-syntax=${syntax}` });
      if (a.status === 406) continue; // not made of such pixels
      assert.equal(a.status, 200, `${kind} ${syntax}: ${a.bytes.subarray(0, 200)}`);
      faults.push(...fresh(save(`${kind}-${syntax}.dcm`, a.bytes), file).map((l) => `${kind} ${syntax}: ${l}`));
      made++;
    }
  assert.deepEqual(faults, []);
  assert.ok(made >= KINDS.length * 6, `${made} made`);
});

test('an image whose identity was corrected, with its Original Attributes Sequence', { skip }, async () => {
  for (const { kind, file, url } of sources.slice(0, 2)) {
    const a = await pacs.post('/api/archive/corrections', { kind: 'identity', study_uid: /studies\/([^/]+)/.exec(url)[1], values: { PatientName: 'DURAND^PAULE', PatientBirthDate: '19700203' }, reason: 'Nom mal saisi à la console' });
    assert.equal(a.status, 200, String(a.bytes));
    for (let i = 0; i < 100 && (await pacs.get(`/api/archive/corrections/${a.json.id}`)).json.state !== 'done'; i++) await sleep(100);
    const now = await pacs.get(url, { Accept: 'application/dicom; transfer-syntax=*' });
    assert.equal(now.status, 200);
    assert.deepEqual(fresh(save(`corrected-${kind}.dcm`, now.bytes), file), [], kind);
    assert.ok(now.bytes.includes('DURAND^PAULE'), kind);
  }
});

test('an object put together from the metadata and bulk data that we handed out', { skip }, async () => {
  for (const { kind, file, url } of sources.slice(1)) {
    const [set] = (await pacs.get(`${url}/metadata`, { Accept: 'application/dicom+json' })).json;
    set['00080018'].Value = [`2.25.31337${Date.now()}`];
    const uris = [...JSON.stringify(set).matchAll(/"BulkDataURI":"([^"]+)"/g)].map((m) => m[1]), parts = [Buffer.from(`--b\r\nContent-Type: application/dicom+json\r\n\r\n${JSON.stringify([set])}\r\n`)];
    for (const uri of uris) parts.push(Buffer.from(`--b\r\nContent-Type: application/octet-stream\r\nContent-Location: ${uri}\r\n\r\n`), (await pacs.get(new URL(uri, 'https://here').pathname, { Accept: 'application/octet-stream' })).bytes, Buffer.from('\r\n'));
    const a = await pacs.send('POST', '/dicom-web/studies', Buffer.concat([...parts, Buffer.from('--b--\r\n')]), { 'Content-Type': 'multipart/related; type="application/dicom+json"; boundary=b', Accept: 'application/dicom+json' });
    assert.equal(a.status, 200, `${kind}: ${a.bytes}`);
    const back = await pacs.get(new URL(a.json['00081199'].Value[0]['00081190'].Value[0]).pathname, { Accept: 'application/dicom; transfer-syntax=*' });
    assert.deepEqual(fresh(save(`json-${kind}.dcm`, back.bytes), file), [], kind);
  }
});
