// Pixels leave without identities: boxes and ultrasound regions made black and said so, overlays in unused bits gone, what cannot be cleaned left out; faces refused by name. E22
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';

const ROWS = 30, COLUMNS = 40, STUDY = '1.2.826.0.1.3680043.77.630';
const there = spawnSync('sh', ['-c', 'command -v dump2dcm dcmcrle dcmdrle']).status === 0;
const skip = there ? false : 'skipped: DCMTK is not there';
let house, folder, pacs;
const run = (program, args) => {
  const did = spawnSync(program, args, { encoding: 'latin1', timeout: 120000, env: { ...process.env, DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' } });
  assert.equal(did.status, 0, `${program}: ${did.stderr}`);
  return did.stdout;
};

/* A grey image of 16 bits, 12 of them stored, a chequered overlay in bit 12; 'changed' attributes are put in, 'n' tells it from others. */
function made(n, { rows = ROWS, modality = 'US', burned = 'YES', more = '', rle = false } = {}) {
  const pixels = Buffer.alloc(rows * COLUMNS * 2);
  for (let i = 0; i < rows * COLUMNS; i++) pixels.writeUInt16LE(((i * 37) & 0xfff) | (i % 3 === 0 ? 0x1000 : 0), i * 2);
  const raw = path.join(folder, `${n}.raw`), text = path.join(folder, `${n}.txt`), file = path.join(folder, `${n}.dcm`);
  fs.writeFileSync(raw, pixels);
  fs.writeFileSync(text, `(0002,0010) UI =LittleEndianExplicit
(0008,0016) UI =CTImageStorage
(0008,0018) UI [${STUDY}.1.${n}]
(0008,0060) CS [${modality}]
(0010,0010) PN [KERVELLA^MAEL]
(0010,0020) LO [KM630]
(0020,000d) UI [${STUDY}]
(0020,000e) UI [${STUDY}.1]
(0020,0011) IS [1]
(0020,0013) IS [${n}]
${more}
(0028,0002) US 1
(0028,0004) CS [MONOCHROME2]
(0028,0010) US ${rows}
(0028,0011) US ${COLUMNS}
(0028,0100) US 16
(0028,0101) US 12
(0028,0102) US 11
(0028,0103) US 0
(0028,0301) CS [${burned}]
(6000,0010) US ${rows}
(6000,0011) US ${COLUMNS}
(6000,0022) LO [VU PAR LE DR KERVELLA]
(6000,0040) CS [G]
(6000,0050) SS 1\\1
(6000,0100) US 16
(6000,0102) US 12
(7fe0,0010) OW =${raw}
`);
  run('dump2dcm', ['-q', text, file]);
  if (rle) { run('dcmcrle', [file, `${file}.rle`]); return `${file}.rle`; }
  return file;
}

before(async () => {
  if (skip) return;
  house = await House.start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-pixels-'));
  pacs = await house.person('pacs');
  const region = `(0018,6011) SQ
(fffe,e000) -
(0018,6018) UL 4
(0018,601a) UL 5
(0018,601c) UL 30
(0018,601e) UL 25
(fffe,e00d) -
(fffe,e0dd) -`;
  const files = [made(1), made(2, { rle: true }), made(3, { rows: 20 }), made(4, { modality: 'CT', burned: 'NO', rows: 20 }), made(5, { more: region }), made(6, { more: '(0028,0302) CS [YES]' })];
  for (const f of files) {
    const body = Buffer.concat([Buffer.from('--part\r\nContent-Type: application/dicom\r\n\r\n'), fs.readFileSync(f), Buffer.from('\r\n--part--\r\n')]);
    const a = await pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=part' });
    assert.equal(a.status, 200, String(a.bytes));
  }
});
after(async () => {
  await house?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const ask = (options) => pacs.post('/api/exports', { parts: [{ study_uid: STUDY }], purpose: 'research', reason: 'Protocole 63', deidentified: true, options });
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));

/* By instance number: what left, its dump and its samples; and the list of what stayed. */
async function fetched(options, name) {
  const asked = await ask(options);
  assert.equal(asked.status, 200, String(asked.bytes));
  const zip = await pacs.get(`/api/exports/${asked.json.id}/archive.zip`);
  assert.equal(zip.status, 200);
  const to = path.join(folder, name);
  fs.mkdirSync(to);
  fs.writeFileSync(`${to}.zip`, zip.bytes);
  run('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]);
  const left = new Map();
  for (const f of fs.existsSync(path.join(to, 'DICOM')) ? filesUnder(path.join(to, 'DICOM')) : []) {
    const dump = run('dcmdump', ['-q', '+L', f]), raw = path.join(folder, `${name}-raw`);
    fs.rmSync(raw, { recursive: true, force: true });
    fs.mkdirSync(raw);
    run('dcmdump', ['-q', '+W', raw, f]);
    left.set(Number(/\(0020,0013\) IS \[(\d+)/.exec(dump)[1]), { dump, pixels: fs.readFileSync(path.join(raw, fs.readdirSync(raw)[0])) });
  }
  const told = path.join(to, 'ECARTES.TXT');
  return { left, told: fs.existsSync(told) ? fs.readFileSync(told, 'utf8') : '', row: (await pacs.get(`/api/exports/${asked.json.id}`)).json };
}
function expectSamples({ pixels }, black) {
  for (let i = 0; i < pixels.length / 2; i++)
    assert.equal(pixels.readUInt16LE(i * 2), black(i % COLUMNS, Math.floor(i / COLUMNS)) ? 0 : (i * 37) & 0xfff, `sample ${i}`);
}
const BOX = { rows: ROWS, columns: COLUMNS, left: 2, top: 0, width: 8, height: 3 };
const inBox = (x, y) => x >= 2 && x < 10 && y < 3;

test('without cleaning only what declares no inscription leaves, and no overlay is left in its bits', { skip }, async () => {
  const { left, told, row } = await fetched({ pixels_checked: true }, 'plain');
  assert.deepEqual([...left.keys()], [4]);
  assert.equal(row.files_left_out, 5);
  expectSamples(left.get(4), () => false);
  assert.doesNotMatch(left.get(4).dump, /\(6000,|KERVELLA|113101/);
  assert.equal((told.match(/^DICOM\//gm) ?? []).length, 5);
});

test('boxes make black what they cover, compressed or not, and the file says so; other sizes and faces stay', { skip }, async () => {
  const { left, told } = await fetched({ pixels_checked: true, clean_pixels: { boxes: [BOX] } }, 'boxes');
  assert.deepEqual([...left.keys()].sort(), [1, 2, 4, 5]);
  for (const n of [1, 2, 5]) {
    expectSamples(left.get(n), inBox);
    assert.match(left.get(n).dump, /\[113101\]/);
    assert.match(left.get(n).dump, /\(0028,0301\) CS \[NO/);
    assert.match(left.get(n).dump, /\(0002,0010\) UI =LittleEndianExplicit/);
  }
  expectSamples(left.get(4), () => false);
  assert.doesNotMatch(left.get(4).dump, /113101/); // it declares no inscription, and nothing was made black
  assert.match(told, /aucun cadre/);
  assert.match(told, /traits reconnaissables/);
});

test('all outside the ultrasound regions is made black on request; an image without regions stays', { skip }, async () => {
  const { left } = await fetched({ clean_pixels: { outside_regions: true } }, 'regions');
  assert.deepEqual([...left.keys()].sort(), [4, 5]);
  expectSamples(left.get(5), (x, y) => x < 4 || y < 5 || x > 30 || y > 25);
  assert.match(left.get(5).dump, /\[113101\]/);
});

test('many boxes are kept whole; a box over the edge, nothing to clean and faces are refused in words', { skip }, async () => {
  assert.equal((await ask({ clean_pixels: { boxes: Array.from({ length: 256 }, (_, i) => ({ ...BOX, rows: 60000, columns: 60000, left: i, top: i, width: 10000, height: 10000 })) } })).status, 200);
  assert.equal((await ask({ clean_pixels: { boxes: Array(257).fill(BOX) } })).status, 413);
  for (const [options, words] of [
    [{ clean_pixels: { boxes: [{ ...BOX, left: 39 }] } }, /dépasse le bord/],
    [{ clean_pixels: {} }, /Tracez au moins un cadre/],
    [{ clean_recognizable_features: true }, /visages ne peuvent pas être effacés.*Clean Recognizable Visual Features/],
  ]) {
    const refused = await ask(options);
    assert.equal(refused.status, 400, JSON.stringify(options).slice(0, 80));
    assert.match(String(refused.bytes), words);
  }
});
