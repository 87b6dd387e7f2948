// Query and retrieve for scenarios: peers, objects made from a few attributes, DCMTK's tools as the other side.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { dcmtk, sleep } from './house.mjs';
import { folder } from './dicom.mjs';

// Bits of guard/access/peer.h.
export const MAY = { store: 1, worklist: 2, query: 4, retrieve: 8, get: 256, echo: 512, all: 1024, receive: 2048, ask: 65536 };
export const ROOT = { patient: '1.2.840.10008.5.1.4.1.2.1', study: '1.2.840.10008.5.1.4.1.2.2', only: '1.2.840.10008.5.1.4.1.2.3' };
export const SYNTAX = { implicit: '1.2.840.10008.1.2', explicit: '1.2.840.10008.1.2.1', rle: '1.2.840.10008.1.2.5', lossless: '1.2.840.10008.1.2.4.70', jpegls: '1.2.840.10008.1.2.4.80' };

// A statement on the house's own database, as its user.
export function sql(house, text) {
  const args = ['-cmd', '.timeout 10000', path.join(house.data, 'beclere.db'), text];
  const r = process.getuid() === 0
    ? execFileSync('setpriv', ['--reuid', 'beclere', '--regid', 'beclere', '--init-groups', 'sqlite3', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
    : execFileSync('sqlite3', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return r.trim();
}

// A peer with these rights, at the site of another one of the demonstration (or of none).
export function peer(house, title, may, { port = 0, like = 'STORESCU', enabled = 1 } = {}) {
  const bits = may.reduce((all, m) => all | MAY[m], 0);
  const site = like ? `(SELECT organisation_id FROM peer WHERE ae_title = '${like}')` : 'NULL';
  sql(house, `INSERT INTO peer (ae_title, address, port, organisation_id, may, enabled, description)
    VALUES ('${title}', '127.0.0.1', ${port}, ${site}, ${bits}, ${enabled}, 'test')
    ON CONFLICT (ae_title, address) DO UPDATE SET may = ${bits}, port = ${port}, organisation_id = ${site}, enabled = ${enabled};`);
}

// A small image from attributes: {'0010,0010': ['PN', 'A^B'], ...}; 'latin1' bytes unless the character set is UTF-8.
let made = 0;
export function makeObject(at, attributes) {
  const uid = `1.2.826.0.1.3680043.9.7133.${++made}`;
  const all = {
    '0008,0016': ['UI', '1.2.840.10008.5.1.4.1.1.7'], '0008,0018': ['UI', uid], '0008,0060': ['CS', 'OT'], '0008,0064': ['CS', 'WSD'],
    '0020,000d': ['UI', `${uid}.1`], '0020,000e': ['UI', `${uid}.2`], '0020,0010': ['SH', 'S1'], '0020,0011': ['IS', '1'], '0020,0013': ['IS', String(made)],
    '0028,0002': ['US', '1'], '0028,0004': ['CS', 'MONOCHROME2'], '0028,0010': ['US', '8'], '0028,0011': ['US', '8'],
    '0028,0100': ['US', '8'], '0028,0101': ['US', '8'], '0028,0102': ['US', '7'], '0028,0103': ['US', '0'],
    '7fe0,0010': ['OB', Array.from({ length: 64 }, (_, i) => ((i * 7) & 255).toString(16).padStart(2, '0')).join('\\')], ...attributes,
  };
  const lines = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, [vr, value]]) => dumpLine(tag, vr, value));
  const utf8 = /192/.test(all['0008,0005']?.[1] ?? '');
  const text = path.join(at, `${made}.txt`), file = path.join(at, `${made}.dcm`);
  fs.writeFileSync(text, Buffer.from(`${lines.join('\n')}\n`, utf8 ? 'utf8' : 'latin1'));
  const r = dcmtk('dump2dcm', ['-q', '+te', '+l', '1048576', text, file]);
  assert.equal(r.status, 0, r.stderr);
  fs.rmSync(text);
  return { file, uid: all['0008,0018'][1], study: all['0020,000d'][1], series: all['0020,000e'][1] };
}
function dumpLine(tag, vr, value) {
  if (vr !== 'SQ') return `(${tag}) ${vr} ${['US', 'OB', 'OW'].includes(vr) ? value : `[${value}]`}`;
  const items = value.map((item) => ['(fffe,e000) na', ...Object.entries(item).map(([t, [v, x]]) => dumpLine(t, v, x)), '(fffe,e00d) na'].join('\n'));
  return [`(${tag}) SQ`, ...items, '(fffe,e0dd) na'].join('\n');
}

// Sends files or a folder with DCMTK.
export function storeAll(house, what, { as = 'STORESCU' } = {}) {
  const r = dcmtk('dcmsend', ['+sd', '-nuc', '-aet', as, '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), what].flat());
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

const status = (text) => {
  const all = [...text.matchAll(/DIMSE Status\s*:\s*0x([0-9a-f]{4})/g)].map((m) => m[1]);
  return { last: all.at(-1) ?? '', all };
};

// One C-FIND with findscu: {status, pending, rows}; rows as the DICOM JSON model.
let asked = 0;
export function find(house, level, keys, { as = 'FINDSCU', root = 'study', file = null, args = [] } = {}) {
  const at = folder(house, `find-${++asked}`);
  const list = [...(level ? [`0008,0052=${level}`] : []), ...keys].flatMap((k) => ['-k', k]);
  const model = { patient: '-P', study: '-S', only: '-O' }[root];
  const r = dcmtk('findscu', ['-d', model, '-aet', as, '-aec', 'BECLERE', '-X', '-od', at, ...args, ...list, '127.0.0.1', String(house.dicomPort), ...(file ? [file] : [])], { encoding: 'latin1', maxBuffer: 1 << 28 });
  const text = r.stdout + r.stderr, said = status(text);
  const rows = fs.readdirSync(at).sort().map((n) => JSON.parse(dcmtk('dcm2json', ['-fc', path.join(at, n)], { maxBuffer: 1 << 26 }).stdout));
  fs.rmSync(at, { recursive: true });
  return { status: said.last, all: said.all, rows, text };
}
export const valueOf = (row, tag) => { const v = row[tag]?.Value?.[0]; return v?.Alphabetic ?? v; };

// A storage peer of DCMTK that keeps what it is sent in a folder.
export async function receiver(house, title, port, args = []) {
  const at = folder(house, `received-${title}-${port}`);
  const said = path.join(house.data, `${title}-${port}.log`), log = fs.openSync(said, 'w'); // a pipe would fill while a tool is waited for
  const p = spawn('storescp', ['-d', '-aet', title, '-od', at, ...args, String(port)], { env: { ...process.env, TCP_NODELAY: '1' }, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  const r = { at, port, process: p, text: () => fs.readFileSync(said, 'latin1') };
  const ended = new Promise((done) => p.on('exit', done));
  await sleep(300);
  r.files = () => fs.readdirSync(at).map((n) => path.join(at, n));
  r.empty = () => { for (const f of r.files()) fs.rmSync(f); };
  r.close = async () => { p.kill(); await ended; };
  return r;
}

// The counts and status of the last answer of movescu or getscu.
export function ending(text) {
  const s = status(text);
  const number = (name) => Number([...text.matchAll(new RegExp(`${name}\\s*Suboperations\\s*:\\s*(\\d+)`, 'gi'))].at(-1)?.[1] ?? NaN);
  return { status: s.last, all: s.all, remaining: number('Remaining'), completed: number('Completed'), failed: number('Failed'), warning: number('Warning') };
}
