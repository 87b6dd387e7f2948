// Small files that want to become big, deep or somewhere else: by STOW-RS and brought on a disc. Refused or kept as they are; memory stays, nothing leaves its folder, the next file is served.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { filesOf, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';

let house, pacs, technologist, importId;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  technologist = await house.person('manip');
  const [patient] = (await technologist.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  importId = (await technologist.post('/api/imports', { patient_id: patient.id, origin: 'CD' })).json.id;
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);
const el = (tag, vr, value, length = value.length) => {
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0); head.writeUInt16LE(parseInt(tag.slice(4), 16), 2); head.write(vr, 4);
  if (LONG.has(vr)) head.writeUInt32LE(length, 8); else head.writeUInt16LE(length, 6);
  return Buffer.concat([head, value]);
};
const item = (tag, length = 0) => { const b = Buffer.alloc(8); b.writeUInt16LE(0xfffe, 0); b.writeUInt16LE(tag, 2); b.writeUInt32LE(length, 4); return b; };
const ui = (tag, uid) => el(tag, 'UI', Buffer.from(uid.length % 2 ? `${uid}\0` : uid));
let made = 0;
function file(more, { syntax = '1.2.840.10008.1.2.1', pack = (d) => d } = {}) {
  const uid = `2.25.4242${++made}`, sop = '1.2.840.10008.5.1.4.1.1.7';
  const meta = Buffer.concat([ui('00020002', sop), ui('00020003', uid), ui('00020010', syntax), ui('00020012', '1.2.3')]), length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const data = Buffer.concat([ui('00080016', sop), ui('00080018', uid), ui('0020000D', '2.25.4241'), ui('0020000E', '2.25.4243'), more]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), el('00020000', 'UL', length), meta, pack(data)]);
}
const zeros = (mib) => Buffer.alloc(mib << 20);
const ENDLESS = 0xffffffff;
const BOMBS = {
  'a deflated data set that grows a thousand times': () => file(el('00420011', 'OB', zeros(96)), { syntax: '1.2.840.10008.1.2.1.99', pack: (d) => zlib.deflateRawSync(d, { level: 9 }) }),
  'sequences within sequences, twenty thousand deep': () => { const one = Buffer.concat([el('00081140', 'SQ', Buffer.alloc(0), ENDLESS), item(0xe000, ENDLESS)]); return file(Buffer.concat(Array.from({ length: 20000 }, () => one))); },
  'a sequence of a million empty items': () => file(el('00081140', 'SQ', Buffer.concat(Array(1 << 20).fill(item(0xe000))))),
  'a sequence of items without end': () => file(el('00081140', 'SQ', Buffer.concat(Array(1 << 20).fill(item(0xe000, ENDLESS))), ENDLESS)),
  'pixel data of a million empty fragments': () => file(el('7FE00010', 'OB', Buffer.concat([item(0xe000), ...Array(1 << 20).fill(item(0xe000)), item(0xe0dd)]), ENDLESS), { syntax: '1.2.840.10008.1.2.4.50' }),
  'a value that claims four gigabytes': () => file(el('00420011', 'OB', Buffer.alloc(100), 0xfffffff0)),
  'file meta that claims more than the file': () => { const f = file(Buffer.alloc(0)); f.writeUInt32LE(0xfffffff0, 140); return f; },
  'a million elements': () => file(Buffer.concat(Array.from({ length: 200000 }, (_, i) => { const e = el('00210000', 'SH', Buffer.alloc(0)); e.writeUInt16LE(0x0021 + 2 * (i >> 16), 0); e.writeUInt16LE(i & 0xffff, 2); return e; }))),
};
const most = () => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${house.process.pid}/status`, 'utf8'))[1]) / 1024;
const put = (name, bytes) => technologist.send('POST', `/api/imports/${importId}/files?path=${encodeURIComponent(name)}`, bytes, { 'Content-Type': 'application/octet-stream' });

for (const [what, make] of Object.entries(BOMBS))
  test(what, async () => {
    const bytes = make(), before = most(), began = Date.now();
    const a = await stow(pacs, [bytes]);
    assert.ok([200, 409, 413].includes(a.status), `${a.status} ${a.bytes.subarray(0, 200)}`);
    const b = await put(`CD/${what}`, bytes);
    assert.ok(b.status === 200 && ['waiting', 'skipped', 'already'].includes(b.json.state), `${b.status} ${b.bytes}`);
    if (a.status === 200) for (const more of ['', '/metadata', '/rendered', '/frames/1']) assert.ok((await pacs.get(a.stored[0] + more, { Accept: '*/*' })).status < 500, more);
    assert.ok(most() - before < 700, `${most() - before} MB more`);
    assert.ok(Date.now() - began < 30000, `${Date.now() - began} ms`);
    assert.equal((await pacs.get('/api/health')).status, 200);
  });

test('names of files that lead elsewhere stay names', async () => {
  const [image] = filesOf(phantoms(house, 'mr', 'mr', [140])), bytes = fs.readFileSync(image), all = () => fs.readdirSync(house.data, { recursive: true }).length;
  const outside = ['/tmp/beclere-escaped', path.join(house.data, 'escaped'), path.join(path.dirname(house.data), 'escaped')];
  let n = all();
  for (const name of ['../../../../../../../tmp/beclere-escaped', '/tmp/beclere-escaped', '..\\..\\..\\escaped', 'CD/../../../../escaped', 'C:\\escaped', '~/escaped', './././escaped', 'a\u0001b', 'a\0b', '${HOME}', 'CON', '.', '..', 'é'.repeat(200)]) {
    const a = await put(name, bytes);
    assert.ok([200, 400].includes(a.status), `${name}: ${a.status} ${a.bytes}`);
    assert.ok(all() - n <= 3, `${name}: at most one file, in the import's folder`);
    n = all();
  }
  for (const name of ['', 'a'.repeat(600)]) assert.ok((await put(name, bytes)).status >= 400, JSON.stringify(name.slice(0, 10)));
  assert.deepEqual(outside.filter((f) => fs.existsSync(f)), []);
  for (const f of fs.readdirSync(path.join(house.data, 'blobs', 'import', String(importId)))) assert.match(f, /^[0-9a-f]+-[0-9a-f]+$/);
});
