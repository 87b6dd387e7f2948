// DICOM for scenarios: phantoms in a folder, uploads, what the archive serves; just enough of Part 10 to compare data sets.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './house.mjs';

export const CORPUS = path.join(ROOT, '../shared/data/dicom');
const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV']);

// Where the data set begins: after preamble and file meta information (PS3.10 §7), when they are there.
export function datasetAt(file) {
  let at = file.subarray(128, 132).toString('latin1') === 'DICM' ? 132 : 0;
  if (file.readUInt16LE(at) > 2 && file.readUInt16LE(at + 2) === 0) { // a stray group length before the file meta
    const behind = file.subarray(at + 6, at + 8).readUInt16LE() === 0 ? at + 16 : at + 12;
    if (file.readUInt16LE(behind) === 2) at = behind;
  }
  while (at + 8 <= file.length && file.readUInt16LE(at) === 2) {
    const vr = file.subarray(at + 4, at + 6).toString('latin1');
    if (!/^[A-Z]{2}$/.test(vr)) at += 8 + file.readUInt32LE(at + 4);
    else at += LONG.has(vr) ? 12 + file.readUInt32LE(at + 8) : 8 + file.readUInt16LE(at + 6);
  }
  return at;
}
export const dataset = (file) => file.subarray(datasetAt(file));
export const sameDataset = (a, b) => dataset(a).equals(dataset(b));

// A folder in the house's data, for its user too.
export function folder(house, name) {
  const at = path.join(house.data, name);
  fs.mkdirSync(at, { recursive: true });
  fs.chmodSync(at, 0o777);
  return at;
}
export const filesOf = (at) => fs.readdirSync(at).sort().map((n) => path.join(at, n));

// Files of synthetic exams, one per seed.
export function phantoms(house, name, kind, seeds) {
  const at = folder(house, name);
  for (const seed of seeds) {
    const r = house.run(['demo', 'phantom', kind, at, '--seed', String(seed)]);
    assert.equal(r.status, 0, r.stdout + r.stderr);
  }
  return at;
}

// What `beclere demo send` said: [{status, uid, name}] and the whole text.
export function readSent(text) {
  return [...text.matchAll(/^([0-9A-F]{4}|----) (\S*) (\S+?)(:.*)?$/gm)].map((m) => ({ status: m[1], uid: m[2], name: m[3], why: m[4] ?? '' }));
}
export function send(house, at, args = []) {
  const r = house.run(['demo', 'send', at, '--config', house.config, ...args]);
  return { ...r, lines: readSent(r.stdout) };
}

// One STOW-RS request with these files; {status, stored: [url], failed: [{uid, reason}]}.
export async function stow(person, files, { to = '/dicom-web/studies', type = 'multipart/related; type="application/dicom"; boundary=' } = {}) {
  const boundary = 'part-of-a-scenario-4c1d';
  const parts = files.flatMap((f) => [Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`), f, Buffer.from('\r\n')]);
  const a = await person.send('POST', to, Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), { 'Content-Type': `${type}${boundary}`, Accept: 'application/dicom+json' });
  const items = (tag) => a.json?.[tag]?.Value ?? [];
  return {
    status: a.status, bytes: a.bytes,
    stored: items('00081199').map((i) => new URL(i['00081190'].Value[0]).pathname),
    failed: items('00081198').map((i) => ({ uid: i['00081155']?.Value[0], reason: i['00081197']?.Value[0] })),
  };
}

// The parts of a multipart answer.
export function partsOf(a) {
  const boundary = /boundary="?([^";]+)"?/.exec(a.headers['content-type'] ?? '')?.[1];
  assert.ok(boundary, `multipart: ${a.headers['content-type']}`);
  const mark = Buffer.from(`--${boundary}`);
  const out = [];
  for (let at = a.bytes.indexOf(mark); at >= 0;) {
    const next = a.bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), at + mark.length);
    if (next < 0) break;
    const head = a.bytes.indexOf('\r\n\r\n', at);
    out.push({ header: a.bytes.subarray(at + mark.length, head).toString('latin1'), body: a.bytes.subarray(head + 4, next) });
    at = next + 2;
  }
  return out;
}

// The file of one instance, by WADO-RS as multipart in its own syntax.
export async function retrieve(person, url) {
  const a = await person.get(url, { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' });
  assert.equal(a.status, 200, `${url}: ${a.status} ${a.bytes.subarray(0, 300)}`);
  const parts = partsOf(a);
  assert.equal(parts.length, 1, url);
  return parts[0].body;
}

const value = (item, tag) => item[tag]?.Value?.[0];
async function pages(person, url) {
  const all = [];
  for (;;) {
    const a = await person.get(`${url}?limit=100&offset=${all.length}`, { Accept: 'application/dicom+json' });
    assert.ok([200, 204].includes(a.status), `${url}: ${a.status} ${a.bytes.subarray(0, 300)}`);
    all.push(...(a.json ?? []));
    if ((a.json ?? []).length < 100) return all;
  }
}
// All that the archive tells by QIDO-RS: SOP Instance UID → address.
export async function catalogue(person) {
  const all = new Map();
  for (const study of await pages(person, '/dicom-web/studies')) {
    const uid = value(study, '0020000D');
    for (const i of await pages(person, `/dicom-web/studies/${uid}/instances`)) {
      const sop = value(i, '00080018');
      assert.ok(!all.has(sop), `${sop} is listed once`);
      all.set(sop, `/dicom-web/studies/${uid}/series/${value(i, '0020000E')}/instances/${sop}`);
    }
  }
  return all;
}

// Lines of the shared corpus, or null where it is absent.
export function corpus() {
  const list = path.join(CORPUS, 'MANIFEST.tsv');
  if (!fs.existsSync(list)) return null;
  const [head, ...lines] = fs.readFileSync(list, 'utf8').trimEnd().split('\n').map((l) => l.split('\t'));
  return lines.map((l) => Object.fromEntries(head.map((h, i) => [h, l[i] ?? ''])));
}

// A sanitizer's report in what the server printed is a failure, whatever else went well.
export function nothingFromSanitizers(house) {
  assert.doesNotMatch(house.output, /AddressSanitizer|LeakSanitizer|runtime error:/);
}
