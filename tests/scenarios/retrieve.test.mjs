// C-MOVE and C-GET: every level, byte for byte, in a syntax that the receiver takes; who may, who may not, what went wrong, and the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, freePort, sleep } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { ending, makeObject, peer, receiver, sql, storeAll, SYNTAX } from '../dimse.mjs';

let house, dest, objects, rle, ct;
const kept = new Map(); // SOP Instance UID → file that was sent
const uidOf = (file) => /\(0008,0018\) UI \[?([0-9.]+)/.exec(dcmtk('dcmdump', ['-q', '-s', '+P', '0008,0018', file]).stdout)[1];

before(async () => {
  house = await House.start();
  const at = folder(house, 'objects'), study = '1.2.826.0.1.3680043.9.7133.500';
  const made = [1, 2, 3, 4].map((n) => makeObject(at, { '0010,0010': ['PN', 'DUPONT^JEANNE'], '0010,0020': ['LO', 'P-500'], '0008,0020': ['DA', '20260302'], '0008,0030': ['TM', '101500'],
    '0020,000d': ['UI', n < 4 ? study : `${study}.9`], '0020,000e': ['UI', `${study}.${n < 3 ? 1 : n}`], '0009,0010': ['LO', 'A MAKER'], '0009,1001': ['LO', 'its own'] }));
  for (const o of made) kept.set(o.uid, o.file);
  objects = made;
  const compressed = makeObject(folder(house, 'plain'), { '0010,0010': ['PN', 'COMPRESSED'], '0010,0020': ['LO', 'P-RLE'] });
  rle = { ...compressed, file: path.join(folder(house, 'rle'), 'rle.dcm') };
  assert.equal(dcmtk('dcmcrle', [compressed.file, rle.file]).status, 0);
  kept.set(rle.uid, rle.file);
  storeAll(house, at);
  storeAll(house, path.dirname(rle.file));
  const phantom = phantoms(house, 'ct', 'ct', [5]);
  storeAll(house, phantom);
  ct = { study: sql(house, "SELECT uid FROM study ORDER BY id DESC LIMIT 1"), files: filesOf(phantom) };
  peer(house, 'MOVER', ['query', 'retrieve']);
  peer(house, 'GETTER', ['query', 'get']);
  dest = await receiver(house, 'DEST', await freePort(), ['+B', '+xa']);
  peer(house, 'DEST', ['receive'], { port: dest.port });
});
after(async () => { await dest?.close(); await house?.close(); nothingFromSanitizers(house); });

const keysOf = (level, keys) => [...(level ? [`0008,0052=${level}`] : []), ...keys].flatMap((k) => ['-k', k]);
const model = { patient: '-P', study: '-S', only: '-O' };
function move(level, keys, { to = 'DEST', as = 'MOVER', root = 'study', args = [] } = {}) {
  const r = dcmtk('movescu', ['-d', model[root], '-aet', as, '-aec', 'BECLERE', '-aem', to, ...args, ...keysOf(level, keys), '127.0.0.1', String(house.dicomPort)], { maxBuffer: 1 << 28 });
  const text = r.stdout + r.stderr;
  return { ...ending(text), text };
}
let got = 0;
function get(level, keys, { as = 'GETTER', root = 'study', args = [] } = {}) {
  const at = folder(house, `got-${++got}`);
  const r = dcmtk('getscu', ['-d', model[root], '-aet', as, '-aec', 'BECLERE', '-od', at, '+B', ...args, ...keysOf(level, keys), '127.0.0.1', String(house.dicomPort)], { maxBuffer: 1 << 28 });
  const text = r.stdout + r.stderr;
  return { ...ending(text), text, files: filesOf(at) };
}
// Each received file has the data set that was sent, byte for byte.
function same(files) {
  for (const f of files) {
    const own = kept.get(uidOf(f));
    assert.ok(own && dataset(fs.readFileSync(own)).equals(dataset(fs.readFileSync(f))), `${f}: other bytes`);
  }
}
const study = () => objects[0].study;
const CASES = [
  ['patient', 'PATIENT', () => ['0010,0020=P-500'], 4],
  ['only', 'PATIENT', () => ['0010,0020=P-500'], 4],
  ['patient', 'STUDY', () => ['0010,0020=P-500', `0020,000d=${study()}`], 3],
  ['only', 'STUDY', () => [`0020,000d=${study()}`], 3],
  ['study', 'STUDY', () => [`0020,000d=${study()}`], 3],
  ['study', 'STUDY', () => [`0020,000d=${study()}\\${objects[3].study}`], 4],
  ['study', 'SERIES', () => [`0020,000d=${study()}`, `0020,000e=${objects[0].series}`], 2],
  ['patient', 'SERIES', () => ['0010,0020=P-500', `0020,000d=${study()}`, `0020,000e=${objects[0].series}\\${objects[2].series}`], 3],
  ['study', 'IMAGE', () => [`0020,000d=${study()}`, `0020,000e=${objects[0].series}`, `0008,0018=${objects[1].uid}`], 1],
  ['study', 'IMAGE', () => [`0008,0018=${objects[1].uid}\\${objects[2].uid}`], 2],
];
for (const [root, level, keys, n] of CASES) {
  test(`C-MOVE ${root} ${level}: ${n} objects arrive byte for byte`, () => {
    dest.empty();
    const r = move(level, keys(), { root });
    assert.deepEqual([r.status, r.completed, r.failed, r.warning], ['0000', n, 0, 0], r.text.slice(-800));
    assert.equal(dest.files().length, n);
    same(dest.files());
  });
  test(`C-GET ${root} ${level}: ${n} objects arrive byte for byte`, () => {
    const r = get(level, keys(), { root });
    assert.deepEqual([r.status, r.completed, r.failed, r.warning], ['0000', n, 0, 0], r.text.slice(-800));
    assert.equal(r.files.length, n);
    same(r.files);
  });
}

test('identifiers that ask for nothing definite do not match the SOP class', () => {
  for (const [root, level, keys] of [['study', 'STUDY', []], ['study', 'STUDY', ['0020,000d']], ['study', 'STUDY', ['0020,000d=1.2.*']], ['study', 'PATIENT', ['0010,0020=P-500']],
    ['patient', 'PATIENT', ['0010,0020=P*']], ['only', 'SERIES', [`0020,000e=${objects[0].series}`]], ['study', '', [`0020,000d=${study()}`]], ['study', 'SERIES', [`0020,000d=${study()}`]]]) {
    assert.equal(move(level, keys, { root }).status, 'a900', `C-MOVE ${root} ${level} ${keys}`);
    assert.equal(get(level, keys, { root }).status, 'a900', `C-GET ${root} ${level} ${keys}`);
  }
});

test('nothing found is success without sub-operations', () => {
  for (const r of [move('STUDY', ['0020,000d=1.2.3.4']), get('STUDY', ['0020,000d=1.2.3.4'])]) assert.deepEqual([r.status, r.completed, r.failed], ['0000', 0, 0]);
});

const last = (n = 1) => sql(house, `SELECT event, outcome, actor, what, object FROM audit_line WHERE actor LIKE 'peer:%' ORDER BY id DESC LIMIT ${n}`).split('\n');

test('every study that leaves has its line, before it leaves', () => {
  move('PATIENT', ['0010,0020=P-500'], { root: 'patient' });
  assert.deepEqual(last(2).sort(), [objects[0].study, objects[3].study].map((s) => `send|ok|peer:MOVER|C-MOVE to DEST|${s}`).sort());
  get('STUDY', [`0020,000d=${study()}`]);
  assert.deepEqual(last(), [`send|ok|peer:GETTER|C-GET|${study()}`]);
});

test('who may not, and where to one may not', () => {
  const keys = [`0020,000d=${study()}`];
  assert.equal(move('STUDY', keys, { as: 'GETTER' }).status, '0124');
  assert.match(last()[0], /^send\|refused\|peer:GETTER\|C-MOVE\|DEST/);
  assert.equal(get('STUDY', keys, { as: 'MOVER' }).status, '0124');
  assert.match(last()[0], /^send\|refused\|peer:MOVER\|C-GET\|/);
  assert.equal(move('STUDY', keys, { to: 'NOWHERE' }).status, 'a801');
  peer(house, 'NOPORT', ['receive']);
  peer(house, 'SLEEPING', ['receive'], { port: dest.port, enabled: 0 });
  peer(house, 'UNASKED', ['store'], { port: dest.port });
  assert.equal(move('STUDY', keys, { to: 'NOPORT' }).status, 'a801');
  assert.equal(move('STUDY', keys, { to: 'SLEEPING' }).status, 'a801');
  assert.equal(move('STUDY', keys, { to: 'UNASKED' }).status, '0124');
  peer(house, 'ELSEWHERE', ['retrieve', 'get'], { like: 'MODALITY6' });
  assert.deepEqual([move('STUDY', keys, { as: 'ELSEWHERE' }), get('STUDY', keys, { as: 'ELSEWHERE' })].map((r) => [r.status, r.completed]), [['0000', 0], ['0000', 0]], 'of another site: as if it were not there');
});

test('a destination that is not there, or that breaks off, is told and traced', async () => {
  peer(house, 'ABSENT', ['receive'], { port: await freePort() });
  const away = move('PATIENT', ['0010,0020=P-500'], { root: 'patient', to: 'ABSENT' });
  assert.deepEqual([away.status, away.completed, away.failed], ['a702', 0, 4]);
  assert.match(last()[0], /^send\|failed\|peer:MOVER\|C-MOVE\|ABSENT/);
  for (const o of objects) assert.ok(away.text.includes(o.uid), 'the list of those that failed');
  const rude = await receiver(house, 'RUDE', await freePort(), ['--abort-after']);
  peer(house, 'RUDE', ['receive'], { port: rude.port });
  const broken = move('PATIENT', ['0010,0020=P-500'], { root: 'patient', to: 'RUDE' });
  assert.equal(broken.failed + broken.completed, 4);
  assert.ok(broken.failed > 0 && ['a702', 'b000'].includes(broken.status), broken.status);
  await rude.close();
  assert.equal(move('PATIENT', ['0010,0020=P-500'], { root: 'patient' }).status, '0000');
});

test('a receiver without the stored syntax is sent the same in one it takes', async () => {
  const plain = await receiver(house, 'PLAIN', await freePort(), ['+xi', '+B']);
  peer(house, 'PLAIN', ['receive'], { port: plain.port });
  const r = move('STUDY', [`0020,000d=${study()}`], { to: 'PLAIN' });
  assert.deepEqual([r.status, r.completed], ['0000', 3]);
  const json = (f) => JSON.parse(dcmtk('dcm2json', ['-fc', f], { maxBuffer: 1 << 26 }).stdout);
  for (const f of plain.files()) {
    assert.match(dcmtk('dcmdump', ['-q', '+P', '0002,0010', f]).stdout, /LittleEndianImplicit/);
    const { '00090010': _a, '00091001': _b, ...own } = json(kept.get(uidOf(f))), { '00090010': _c, '00091001': _d, ...theirs } = json(f);
    assert.equal(own['7FE00010'].InlineBinary, theirs['7FE00010'].InlineBinary);
    delete own['7FE00010']; delete theirs['7FE00010']; // OB becomes OW in implicit little endian
    assert.deepEqual(theirs, own);
  }
  plain.empty();
  await plain.close();
});

test('compressed objects leave as they are where that is taken, decoded where it is not', async () => {
  dest.empty();
  const keys = [`0020,000d=${rle.study}`];
  assert.equal(move('STUDY', keys).status, '0000');
  same(dest.files());
  const pixels = (f) => JSON.parse(dcmtk('dcm2json', ['-fc', f], { maxBuffer: 1 << 26 }).stdout)['7FE00010'].InlineBinary;
  const plain = path.join(house.data, 'plain', path.basename(fs.readdirSync(path.join(house.data, 'plain')).find((n) => n.endsWith('.dcm'))));
  const only = await receiver(house, 'ONLY', await freePort(), ['+xi', '+B']);
  peer(house, 'ONLY', ['receive'], { port: only.port });
  const r = move('STUDY', keys, { to: 'ONLY' });
  assert.deepEqual([r.status, r.completed, r.failed], ['0000', 1, 0], r.text.slice(-600));
  const [f] = only.files();
  assert.match(dcmtk('dcmdump', ['-q', '+P', '0002,0010', f]).stdout, /LittleEndianImplicit/);
  assert.equal(pixels(f), pixels(plain), 'pixel for pixel');
  await only.close();
  const g = get('STUDY', keys);
  assert.deepEqual([g.status, g.completed], ['0000', 1]);
  assert.equal(pixels(g.files[0]), pixels(plain));
  const wanted = get('STUDY', keys, { args: ['+xr'] });
  assert.deepEqual([wanted.status, wanted.completed], ['0000', 1]);
});

test('C-CANCEL in the middle: the counts say what was sent, what was not stays', () => {
  dest.empty();
  for (const r of [move('STUDY', [`0020,000d=${ct.study}`], { args: ['--cancel', '5'] }), get('STUDY', [`0020,000d=${ct.study}`], { args: [] })]) {
    if (r.status === '0000') assert.equal(r.completed, ct.files.length, 'too late, or not cancelled');
    else { assert.equal(r.status, 'fe00'); assert.ok(r.completed >= 5 && r.completed < ct.files.length && r.remaining > 0); }
  }
  assert.ok(dest.files().length >= 5);
});

test('several at once, each with its own association and its own counts', async () => {
  dest.empty();
  const many = await receiver(house, 'MANY', await freePort(), ['--fork', '+B']);
  peer(house, 'MANY', ['receive'], { port: many.port });
  const one = () => new Promise((done) => {
    const p = spawn('movescu', ['-d', '-S', '-aet', 'MOVER', '-aec', 'BECLERE', '-aem', 'MANY', '-k', '0008,0052=STUDY', '-k', `0020,000d=${ct.study}`, '127.0.0.1', String(house.dicomPort)], { env: { ...process.env, TCP_NODELAY: '1' } });
    let text = '';
    for (const s of [p.stdout, p.stderr]) s.on('data', (d) => { text += d; });
    p.on('exit', () => done(ending(text)));
  });
  for (const r of await Promise.all([one(), one(), one(), one()])) assert.deepEqual([r.status, r.completed, r.failed], ['0000', ct.files.length, 0]);
  await many.close();
});

test('500 CT move without a wait for each', async () => {
  storeAll(house, phantoms(house, 'ct4', 'ct', [11, 12, 13]));
  const uids = sql(house, 'SELECT uid FROM study WHERE instance_count > 100').split('\n');
  const quick = await receiver(house, 'QUICK', await freePort(), ['--ignore']);
  peer(house, 'QUICK', ['receive'], { port: quick.port });
  const began = Date.now();
  const r = move('STUDY', [`0020,000d=${uids.join('\\')}`], { to: 'QUICK' });
  const ms = Date.now() - began;
  await quick.close();
  assert.equal(r.status, '0000');
  assert.ok(r.completed >= 500, `${r.completed} objects`);
  assert.ok(ms < r.completed * 20, `${r.completed} objects in ${ms} ms`);
});
