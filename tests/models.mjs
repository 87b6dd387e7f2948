// The DICOM JSON model of the same files as we, pydicom and DCMTK tell it, and its native XML; compared attribute by attribute.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { partsOf } from './dicom.mjs';
import { sql } from './dimse.mjs';
import { ROOT } from './house.mjs';
import { CLASSES, FAULTS, FRAGMENTS } from './model_differences.mjs';

const LONG = 136; // letters of base64: longer bytes are told by length and digest (models.py)
export const digest = (bytes) => `${bytes.length} ${crypto.createHash('sha256').update(bytes).digest('hex')}`;
export function shorten(model) {
  for (const a of Object.values(model)) {
    if (typeof a.InlineBinary === 'string' && a.InlineBinary.length > LONG && !a.InlineBinary.includes(' ')) a.InlineBinary = digest(Buffer.from(a.InlineBinary, 'base64'));
    if (a.vr === 'SQ') for (const item of a.Value ?? []) if (item) shorten(item);
  }
  return model;
}

function output(program, args, { input } = {}) {
  return new Promise((done, fail) => {
    const p = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: { ...process.env, DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' } });
    const parts = [], said = [];
    p.on('error', fail);
    p.stdout.on('data', (d) => parts.push(d));
    p.stderr.on('data', (d) => said.push(d));
    p.on('close', (code) => done({ code, text: Buffer.concat(parts).toString('utf8'), said: Buffer.concat(said).toString('latin1').split('\n').filter((l) => /^[EF]: /.test(l)).join('\n') }));
    if (input !== undefined) p.stdin.end(input);
  });
}
// 'files': Map of SOP Instance UID → path. Map of UID → {model, untold} or {fault}.
export async function pydicomModels(files) {
  const r = await output('/usr/bin/python3', [path.join(ROOT, 'tests/models.py')], { input: [...files].map(([uid, f]) => `${uid}\t${f}\n`).join('') });
  if (r.code !== 0) throw new Error(`pydicom: ${r.code} ${r.text.slice(-500)}`);
  return new Map(r.text.trimEnd().split('\n').map((l) => JSON.parse(l)).map((m) => [m.uid, m]));
}

// DCMTK has one process a file: as many at once as there are processors.
async function each(files, work) {
  const list = [...files], out = new Map();
  const one = async () => { for (let next; (next = list.pop());) out.set(next[0], await work(next[1])); };
  await Promise.all(Array.from({ length: os.availableParallelism() }, one));
  return out;
}
export const dcmtkModels = (files) => each(files, async (file) => {
  const r = await output('dcm2json', ['-ee', '-fc', file]);
  const text = r.said.includes('not supported for compressed pixel data') ? r.text.replace(/,}$/, '}') : r.text; // it stops there
  try { return { model: shorten(JSON.parse(text)) }; } catch { return { fault: r.said || `exit ${r.code}` }; }
});
export const dcmtkNative = (files) => each(files, async (file) => {
  const r = await output('dcm2xml', ['--native-format', '+Eb', '+U8', '+M', file]);
  try { return { model: shorten(nativeModel(r.text)) }; } catch { return { fault: r.said || `exit ${r.code}` }; }
});

// Native XML (PS3.19 annex A) as the JSON model, its values all texts. A small reader of well-formed XML: tags, attributes, text, five entities, numbers.
const TOKEN = /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|<[?!][^>]*>|([^<]+)/gy;
const plain = (s) => s.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, ten, hex, name) => (ten ? String.fromCodePoint(Number(ten)) : hex ? String.fromCodePoint(parseInt(hex, 16)) : { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] ?? all));
export function xmlTree(text) {
  const root = { name: '', attributes: {}, children: [], text: '' }, stack = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex, m = TOKEN.exec(text);
    if (!m) throw new Error(`XML at ${from}: ${JSON.stringify(text.slice(from, from + 60))}`);
    if (m[5] !== undefined) stack.at(-1).text += plain(m[5]);
    else if (m[2] === undefined) continue;
    else if (m[1]) { const ended = stack.pop(); if (ended.name !== m[2]) throw new Error(`XML: </${m[2]}> ends <${ended.name}>`); }
    else {
      const node = { name: m[2], attributes: Object.fromEntries([...m[3].matchAll(/([\w:]+)="([^"]*)"/g)].map((a) => [a[1], plain(a[2])])), children: [], text: '' };
      stack.at(-1).children.push(node);
      if (!m[4]) stack.push(node);
    }
  }
  if (stack.length !== 1) throw new Error(`XML: <${stack.at(-1).name}> does not end`);
  return root;
}
const PARTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];
function nameOf(node) {
  const out = {};
  for (const group of node.children) {
    const parts = PARTS.map((p) => group.children.find((c) => c.name === p)?.text ?? '');
    out[group.name] = parts.join('^').replace(/\^+$/, '');
  }
  return out;
}
function attributesOf(node) {
  const set = {};
  for (const one of node.children.filter((c) => c.name === 'DicomAttribute')) {
    const a = { vr: one.attributes.vr }, { keyword, privateCreator } = one.attributes;
    set[one.attributes.tag.toUpperCase() + (privateCreator ? ` of ${privateCreator}` : '')] = a;
    if (keyword) a.keyword = keyword;
    for (const v of one.children) {
      if (v.name === 'BulkData') a.BulkDataURI = v.attributes.uri ?? v.attributes.uuid;
      else if (v.name === 'InlineBinary') a.InlineBinary = v.text.replace(/\s/g, '');
      else (a.Value ??= [])[Number(v.attributes.number) - 1] = v.name === 'Item' ? attributesOf(v) : v.name === 'PersonName' ? nameOf(v) : v.text;
    }
    for (let i = 0; i < (a.Value ?? []).length; i++) a.Value[i] ??= null;
  }
  return set;
}
export const nativeModel = (xml) => attributesOf(xmlTree(xml).children[0]);

// Every place where two models differ: {place, tag, ours, theirs}; an attribute that one lacks is undefined there. 'count' is told how many were looked at.
const sorted = (x) => (Array.isArray(x) ? x.map(sorted) : x && typeof x === 'object' ? Object.fromEntries(Object.keys(x).sort().map((k) => [k, sorted(x[k])])) : x);
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
export function differences(ours, theirs, count = () => {}, above = '') {
  const out = [];
  for (const tag of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const a = ours[tag], b = theirs[tag], place = above + tag;
    count();
    if (a?.vr === 'SQ' && b?.vr === 'SQ' && (a.Value ?? []).length === (b.Value ?? []).length) (a.Value ?? []).forEach((item, i) => out.push(...differences(item ?? {}, b.Value[i] ?? {}, count, `${place}/${i + 1}/`)));
    else if (!a || !b || !same(a, b)) out.push({ place, tag, ours: a, theirs: b });
  }
  return out;
}

// What the archive keeps: SOP Instance UID → {path, study, encapsulated}.
export function storedFiles(house) {
  const rows = sql(house, 'SELECT i.uid, blob, s.uid, syntax_uid FROM instance i JOIN study s ON s.id = i.study_id').split('\n').map((l) => l.split('|'));
  return new Map(rows.map(([uid, blob, study, syntax]) => [uid, { path: path.join(house.data, 'blobs', blob), study, encapsulated: /^1\.2\.840\.10008\.1\.2\.(4\.|5$|8\.1$|1\.98$)/.test(syntax) }]));
}
// Ours, study by study: {json, xml}, each SOP Instance UID → model.
export async function ourModels(person, files) {
  const json = new Map(), xml = new Map();
  for (const study of new Set([...files.values()].map((f) => f.study))) {
    const url = `/dicom-web/studies/${study}/metadata`;
    const a = await person.get(url, { Accept: 'application/dicom+json' }), b = await person.get(url, { Accept: 'multipart/related; type="application/dicom+xml"' });
    assert.deepEqual([a.status, b.status], [200, 200], study);
    for (const model of a.json) json.set(model['00080018'].Value[0], shorten(model));
    for (const part of partsOf(b)) { const model = shorten(nativeModel(part.body.toString('utf8'))); xml.set(model['00080018'].Value[0], model); }
  }
  assert.deepEqual([json.size, xml.size], [files.size, files.size]);
  return { json, xml };
}

// All of it: {unexplained: [text], unused: [class by whom], compared: attributes, bulk: values whose bytes were fetched}.
export async function compare(files, { json, xml }, person) {
  const paths = new Map([...files].map(([uid, f]) => [uid, f.path]));
  const [pydicom, ...dcmtk] = [await pydicomModels(paths), await dcmtkModels(paths), await dcmtkNative(paths)];
  const used = new Set(), unexplained = [], uris = new Map();
  let compared = 0;
  const explain = (list, by, what, told) => { const c = list.find(what); if (c) used.add(`${c.name}, ${by}`); else unexplained.push(`${by}: ${told}`); };
  for (const [by, ours, theirs] of [['pydicom', json, pydicom], ['DCMTK JSON', json, dcmtk[0]], ['DCMTK native XML', xml, dcmtk[1]]])
    for (const [uid, model] of ours) {
      const { model: other, fault, untold = {} } = theirs.get(uid), file = { uid, ...files.get(uid) };
      for (const f of [fault, ...Object.values(untold)].filter(Boolean)) explain(FAULTS, by, (c) => c.by.includes(by) && c.says.test(f), `${uid}: ${f}`);
      if (fault) continue;
      for (const d of differences(model, other, () => { compared++; })) {
        if (untold[d.tag]) continue;
        explain(CLASSES, by, (c) => c.by.includes(by) && c.is({ ...d, file }), `${uid} ${d.place} ${JSON.stringify(d.ours)?.slice(0, 200)} <> ${JSON.stringify(d.theirs)?.slice(0, 200)}`);
        if (by === 'pydicom' && d.ours?.BulkDataURI && d.theirs && !((file.encapsulated || uid.endsWith(FRAGMENTS)) && d.place === '7FE00010')) uris.set(d.ours.BulkDataURI, d.theirs.InlineBinary);
      }
    }
  for (const [uri, told] of uris) {
    const a = await person.get(uri, { Accept: 'application/octet-stream' });
    if (a.status !== 200 || ![digest(a.bytes), a.bytes.toString('base64')].includes(told)) unexplained.push(`bulk data: ${uri}: ${a.status} ${digest(a.bytes)} <> ${told}`);
  }
  const unused = [...CLASSES, ...FAULTS].flatMap((c) => c.by.map((by) => `${c.name}, ${by}`)).filter((n) => !used.has(n));
  return { unexplained, unused, compared, bulk: uris.size };
}
