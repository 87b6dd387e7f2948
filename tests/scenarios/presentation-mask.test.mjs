// Mask subtraction by presentation states of X-ray angiography (and grey ones): frames averaged, moved by parts of a pixel, taken away; compared with values worked out here.
// PS3.3 §C.7.6.10, §C.11.13; PS3.4 §N.2. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { STORAGE, dumped, reference, sequence, window } from '../dumps.mjs';
import { folder, nothingFromSanitizers, partsOf, stow } from '../dicom.mjs';
import { readPng } from '../pictures.mjs';
import { xaHead, XA, XA_STATE, xaState } from '../xa.mjs';

const ROWS = 32, COLUMNS = 48, FRAMES = 6, ROOT = '1.2.826.0.1.3680043.10.12', show = process.env.BECLERE_SHOW;
let house, pacs, work, image, n = 0;
before(async () => { house = await House.start(); pacs = await house.person('pacs'); work = folder(house, 'masks'); image = await kept(cine('cine')); });
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const uids = (name) => ({ name, study: `${ROOT}.1`, series: `${ROOT}.2.${++n}`, uid: `${ROOT}.3.${n}`, n });
// A body that is the same in all frames; from the fourth on a vessel, a little darker each time.
const body = (x, y) => 1000 + 20 * x + ((x * 7 + y * 13) % 11) * 30;
const vessel = (x, y, f) => (f >= 3 && y >= 14 && y < 18 ? 300 + 100 * (f - 3) : 0);
const stored = (x, y, f) => body(x, y) - vessel(x, y, f) + f; // each frame a little lighter, so that averages show
function cine(name, { colour = false } = {}) {
  const u = { ...uids(name), sop: XA }, raw = path.join(work, `${name}.raw`), data = Buffer.alloc(ROWS * COLUMNS * FRAMES * (colour ? 3 : 2));
  for (let f = 0; f < FRAMES && !colour; f++) for (let y = 0; y < ROWS; y++) for (let x = 0; x < COLUMNS; x++) data.writeUInt16LE(stored(x, y, f), ((f * ROWS + y) * COLUMNS + x) * 2);
  fs.writeFileSync(raw, data);
  u.file = dumped(work, name, `${xaHead(u, XA, 'XA')}(0028,0002) US ${colour ? 3 : 1}\n(0028,0004) CS ${colour ? 'RGB' : 'MONOCHROME2'}\n${colour ? '(0028,0006) US 0\n' : ''}(0028,0008) IS ${FRAMES}\n(0028,0010) US ${ROWS}\n(0028,0011) US ${COLUMNS}\n(0028,0100) US ${colour ? 8 : 16}\n(0028,0101) US ${colour ? 8 : 12}\n(0028,0102) US ${colour ? 7 : 11}\n(0028,0103) US 0\n(7fe0,0010) ${colour ? 'OB' : 'OW'} =${raw}\n`);
  return u;
}
async function kept(u) {
  const s = await stow(pacs, [fs.readFileSync(u.file)]);
  assert.equal(s.status, 200, String(s.bytes));
  u.at = s.stored[0];
  return u;
}
const W = [0, 1001]; // a grey a step of about four
const state = (name, masks, { of = image, sop = XA_STATE, more = '', frames, voi = window(...W) } = {}) => {
  const u = { ...uids(name), sop };
  u.file = dumped(work, name, xaState(u, of, { masks, more: `${voi}${more}`, rows: ROWS, columns: COLUMNS, frames }));
  return kept(u);
};
const picture = (bytes, name) => {
  if (show) fs.writeFileSync(path.join(show, `${name}.png`), bytes);
  return readPng(bytes);
};
async function frameUnder(u, frame) {
  const [image_, state_] = [image, u], a = await pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${image_.study}&seriesUID=${image_.series}&objectUID=${image_.uid}&frameNumber=${frame}&contentType=image/png&presentationUID=${state_.uid}&presentationSeriesUID=${state_.series}`);
  assert.equal(a.status, 200, `${u.name}: ${a.bytes}`);
  return picture(a.bytes, `${u.name}-${frame}`);
}
const linear = (v, [c, w] = W) => Math.max(0, Math.min(255, ((v - (c - 0.5)) / (w - 1) + 0.5) * 255)); // PS3.3 §C.11.2.1.2.1
const clamp = (v, most) => Math.max(0, Math.min(most, v));
// A place between pixels of a frame, its edge going on.
function between(f, x, y) {
  const i = Math.floor(x), j = Math.floor(y), [dx, dy] = [x - i, y - j], at = (a, b) => stored(clamp(a, COLUMNS - 1), clamp(b, ROWS - 1), f);
  return (at(i, j) * (1 - dx) + at(i + 1, j) * dx) * (1 - dy) + (at(i, j + 1) * (1 - dx) + at(i + 1, j + 1) * dx) * dy;
}
function compare(p, wanted, what) {
  assert.deepEqual([p.width, p.height, p.channels], [COLUMNS, ROWS, 1], what);
  for (let y = 0; y < ROWS; y++)
    for (let x = 0; x < COLUMNS; x++) {
      const seen = p.at[y * COLUMNS + x], value = wanted(x, y);
      assert.ok(Math.abs(seen - value) <= 1, `${what} at ${x},${y}: ${seen} for ${value}`);
    }
}
const mean = (list, of) => list.reduce((sum, one) => sum + of(one), 0) / list.length;
const AVERAGE = '(0028,6101) CS AVG_SUB\n(0028,6102) US 4\\6\n(0028,6110) US 1\\2\\3\n(0028,6112) US 1\n(0028,9416) US 1\n';

test('X5 the averaged mask is taken away within its range: the vessel alone is left; other frames are as they are', async () => {
  const u = await state('average', AVERAGE);
  for (const frame of [4, 6]) compare(await frameUnder(u, frame), (x, y) => linear(stored(x, y, frame - 1) - mean([0, 1, 2], (f) => stored(x, y, f))), `frame ${frame}`);
  compare(await frameUnder(u, 2), (x, y) => linear(stored(x, y, 1)), 'a frame of the mask');
  const parts = partsOf(await pacs.get(`${u.at}/rendered`, { Accept: 'multipart/related; type="image/png"' }));
  assert.equal(parts.length, FRAMES);
  const small = readPng((await pacs.get(`${u.at}/thumbnail`, { Accept: 'image/png' })).bytes);
  assert.deepEqual([small.width, small.height], [COLUMNS, ROWS]);
});
test('X5 contrast frames are averaged too; the mask is moved by parts of a pixel, downwards and to the right', async () => {
  const u = await state('moved', `${AVERAGE.replace('(0028,6112) US 1', '(0028,6112) US 2')}(0028,6114) FL 1.25\\-0.5\n`);
  compare(await frameUnder(u, 5), (x, y) => linear(mean([4, 5], (f) => stored(x, y, f)) - mean([0, 1, 2], (f) => between(f, x + 0.5, y - 1.25))), 'moved');
});
test('X5 time intervals: the frame before, and reversed', async () => {
  const tid = await state('tid', '(0028,6101) CS TID\n(0028,6120) SS 2\n(0028,9416) US 1\n'), back = await state('rev-tid', '(0028,6101) CS REV_TID\n(0028,6102) US 4\\6\n(0028,6120) SS 1\n(0028,9416) US 1\n');
  compare(await frameUnder(tid, 4), (x, y) => linear(stored(x, y, 3) - stored(x, y, 1)), 'TID');
  compare(await frameUnder(tid, 1), (x, y) => linear(stored(x, y, 0)), 'no frame before');
  compare(await frameUnder(back, 6), (x, y) => linear(stored(x, y, 5) - stored(x, y, 0)), '2 × 4 − 6 − 1 = 1');
});
test('X5 a region with its own shift; mask visibility; display filter; shutters by frame', async () => {
  const region = sequence('0028,9501', `(0028,9416) US 1\n${sequence('0028,9502', '(0028,6114) FL 0\\1\n(0028,9503) SS 1\\1\\1\\25\\33\\25\\33\\1\n')}`);
  compare(await frameUnder(await state('region', AVERAGE, { more: region }), 4), (x, y) => linear(stored(x, y, 3) - mean([0, 1, 2], (f) => between(f, x < 24 ? x - 1 : x, y))), 'region');
  compare(await frameUnder(await state('visible', AVERAGE, { more: '(0028,9478) FL 25\n', voi: window(500, 2001) }), 4), (x, y) => linear(stored(x, y, 3) - 0.75 * mean([0, 1, 2], (f) => stored(x, y, f)), [500, 2001]), 'visible');
  const left = (x, y) => stored(clamp(x, COLUMNS - 1), clamp(y, ROWS - 1), 3) - mean([0, 1, 2], (f) => stored(clamp(x, COLUMNS - 1), clamp(y, ROWS - 1), f));
  const around = (x, y) => mean([-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy])), ([dx, dy]) => left(x + dx, y + dy));
  compare(await frameUnder(await state('sharp', AVERAGE, { more: '(0028,9411) FL 50\n' }), 4), (x, y) => linear(left(x, y) + 0.5 * (left(x, y) - around(x, y))), 'sharp');
  const shutter = sequence('0018,9472', `${reference(image, '4')}(0018,1600) CS RECTANGULAR\n(0018,1602) IS 11\n(0018,1604) IS 40\n(0018,1606) IS 1\n(0018,1608) IS 32\n(0018,1622) US 65535\n`), shut = await state('shut', AVERAGE, { more: shutter });
  compare(await frameUnder(shut, 4), (x, y) => (x >= 10 && x < 40 ? linear(left(x, y)) : 255), 'shutter of frame 4');
  compare(await frameUnder(shut, 2), (x, y) => linear(stored(x, y, 1)), 'none of frame 2');
});
test('X5 logarithms of linear samples before the subtraction; viewing mode NAT subtracts nothing; a grey state may have a mask too', async () => {
  const log = (v) => Math.round(4095 * (Math.log(v + 1) / Math.log(4096))), table = path.join(work, 'log.raw');
  fs.writeFileSync(table, Buffer.from(Uint16Array.from({ length: 4096 }, (_, i) => log(i)).buffer));
  const logs = await state('log', AVERAGE, { more: sequence('0028,9422', `(0028,3002) US 4096\\0\\16\n(0028,3006) OW =${table}\n(0028,9474) CS TO_LOG\n`) });
  compare(await frameUnder(logs, 5), (x, y) => linear(log(stored(x, y, 4)) - mean([0, 1, 2], (f) => log(stored(x, y, f)))), 'logarithms');
  compare(await frameUnder(await state('native', AVERAGE, { more: '(0028,1090) CS NAT\n' }), 5), (x, y) => linear(stored(x, y, 4)), 'NAT');
  compare(await frameUnder(await state('grey', AVERAGE, { sop: `${STORAGE}11.1` }), 5), (x, y) => linear(stored(x, y, 4) - mean([0, 1, 2], (f) => stored(x, y, f))), 'a grey state');
  const unsaid = await frameUnder(await state('whole-range', AVERAGE, { voi: '' }), 5); // no window: both signs of the whole range, nothing in the middle
  compare(unsaid, (x, y) => ((stored(x, y, 4) - mean([0, 1, 2], (f) => stored(x, y, f))) / (2 * 4095) + 0.5) * 255, 'whole range');
});
test('X5 a mask that names no frame, one that is not there, too many, an image of colours: refused in words', async () => {
  for (const [name, masks, why] of [['nameless', '(0028,6101) CS AVG_SUB\n', /masque .* abîmé/], ['beyond', '(0028,6101) CS AVG_SUB\n(0028,6110) US 7\n', /masque .* abîmé/], ['unknown', '(0028,6101) CS MAGIC\n', /masque .* abîmé/], ['many', '(0028,6101) CS AVG_SUB\n(0028,6110) US 1\n(0028,6112) US 65\n', /64/]]) {
    const a = await pacs.get(`${(await state(name, masks)).at}/rendered`, { Accept: 'image/png' });
    assert.equal(a.status, name === 'many' ? 413 : 400, `${name}: ${a.bytes}`);
    assert.match(JSON.stringify(a.json.error), why, name);
  }
  const rgb = await kept(cine('rgb', { colour: true })), a = await pacs.get(`${(await state('of-rgb', '(0028,6101) CS TID\n(0028,6120) SS -1\n', { of: rgb })).at}/rendered`, { Accept: 'image/png' });
  assert.equal(a.status, 400);
  assert.match(JSON.stringify(a.json.error), /niveaux de gris/);
});
test('X5 the states of these tests are what dciodvfy takes for grey states with a mask', async () => {
  const u = await state('checked', AVERAGE, { sop: `${STORAGE}11.1` }), r = dcmtk('dciodvfy', [u.file]);
  assert.doesNotMatch(r.stdout + r.stderr, /^Error/m);
});
