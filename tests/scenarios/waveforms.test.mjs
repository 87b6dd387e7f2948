// Waveforms as pictures: an electrocardiogram over millimetre paper, its scale, its thumbnail, what is refused. PS3.18 §10.4, PS3.3 §C.10.9.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { folder, nothingFromSanitizers, partsOf, stow } from '../dicom.mjs';
import { readPng } from '../pictures.mjs';

const HZ = 1000, PIXELS_PER_MM = 4, EDGE = 5, PULSE = 10, ROW = 20; // millimetres, as the sheet is laid out
let house, pacs, url;

// Two leads of 2 s: the first 1 mV high from 1 s on, the second flat.
function ecg(name, { seconds = 2, bytes = seconds * HZ * 2 * 2, form = 'SS', word = '9.1.1' } = {}) {
  const dir = folder(house, 'ecg'), dump = path.join(dir, `${name}.dump`), raw = path.join(dir, `${name}.raw`), file = path.join(dir, `${name}.dcm`), data = Buffer.alloc(bytes);
  for (let i = HZ; i < (seconds > 2 ? 9 : 2) * HZ && i * 4 + 2 <= bytes; i++) data.writeInt16LE(400, i * 4);
  fs.writeFileSync(raw, data);
  const channel = (label) => `(fffe,e000) na\n(003a,0203) SH ${label}\n(003a,0210) DS 2.5\n(003a,0211) SQ\n(fffe,e000) na\n(0008,0100) SH uV\n(0008,0102) SH UCUM\n(0008,0104) LO microvolt\n(fffe,e00d)\n(fffe,e0dd)\n(003a,0212) DS 1\n(003a,0213) DS 0\n(003a,021a) US 16\n(fffe,e00d)\n`;
  const uid = `1.2.826.0.1.3680043.10.1.${process.pid}.${name.length}.${Date.now()}`;
  fs.writeFileSync(dump, `(0008,0016) UI 1.2.840.10008.5.1.4.1.1.${word}\n(0008,0018) UI ${uid}.3\n(0008,0020) DA 20260102\n(0008,0060) CS ECG\n(0010,0010) PN ECG^TEST\n(0010,0020) LO ECG-1\n(0020,000d) UI ${uid}.1\n(0020,000e) UI ${uid}.2\n(0020,0013) IS 1\n(5400,0100) SQ\n(fffe,e000) na\n(003a,0004) CS ORIGINAL\n(003a,0005) US 2\n(003a,0010) UL ${seconds * HZ}\n(003a,001a) DS ${HZ}\n(003a,0200) SQ\n${channel('I')}${channel('II')}(fffe,e0dd)\n(5400,1004) US 16\n(5400,1006) CS ${form}\n(5400,1010) OW =${raw}\n(fffe,e00d)\n(fffe,e0dd)\n`);
  const r = dcmtk('dump2dcm', ['-q', '+te', dump, file]);
  assert.equal(r.status, 0, r.stderr);
  return fs.readFileSync(file);
}
const sent = async (bytes) => { const s = await stow(pacs, [bytes]); assert.equal(s.status, 200, String(s.bytes)); return s.stored[0]; };
const ask = (at, rest = '', accept = 'image/png') => pacs.get(`${at}${rest}`, { Accept: accept });

before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  url = await sent(ecg('good'));
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

test('a lead is drawn at 25 mm/s and 10 mm/mV, beside a calibration of 1 mV', async () => {
  const a = await ask(url, '/rendered');
  assert.equal(a.status, 200, String(a.bytes));
  assert.match(a.headers['content-type'], /image\/png/);
  const p = readPng(a.bytes), px = (mm) => Math.round(mm * PIXELS_PER_MM);
  assert.deepEqual([p.width, p.height], [px(2 * EDGE + PULSE + 2 * 25), px(2 * EDGE + 2 * ROW + 8)]);
  const isInk = (x, y) => p.at[(y * p.width + x) * 3] < 200; // paper and grid have all of their red
  const lineAt = (x, from, to) => { const ys = []; for (let y = px(from); y < px(to); y++) if (isInk(px(x), y)) ys.push(y / PIXELS_PER_MM); return ys.length ? ys.reduce((m, v) => m + v, 0) / ys.length : null; };
  const zero = EDGE + ROW / 2, at = (s) => EDGE + PULSE + s * 25;
  assert.ok(Math.abs(lineAt(at(0.9), EDGE + 6, EDGE + ROW) - zero) < 0.4, 'flat before');
  assert.ok(Math.abs(lineAt(at(1.5), EDGE - 5, EDGE + 5) - (zero - 10)) < 0.4, '1 mV is 10 mm');
  assert.ok(Math.abs(lineAt(EDGE + 4.5, EDGE - 5, EDGE + 5) - (zero - 10)) < 0.4, 'and so is the calibration');
  assert.ok(Math.abs(lineAt(at(1.5), EDGE + ROW + 5, EDGE + 2 * ROW) - (zero + ROW)) < 0.4, 'the second lead is flat');
});
test('it is a JPEG too, small as a thumbnail, annotated and coloured as pictures are; a window or a part is refused', async () => {
  assert.equal((await ask(url, '/rendered', 'image/jpeg')).bytes.readUInt16BE(0), 0xffd8);
  const small = readPng((await ask(url, '/thumbnail')).bytes);
  assert.ok(small.width <= 128 && small.height <= 128 && Math.max(small.width, small.height) > 120, `${small.width} x ${small.height}`);
  const plain = (await ask(url, '/rendered')).bytes;
  assert.ok(!(await ask(url, '/rendered?annotation=patient')).bytes.equals(plain));
  assert.ok((await ask(url, '/rendered?iccprofile=srgb')).bytes.includes('iCCP'));
  for (const q of ['window=1,2,linear', 'viewport=10,10,0,0,5,5', 'annotation=x']) assert.equal((await ask(url, `/rendered?${q}`)).status, 400, q);
  assert.equal((await ask(url, '/rendered', 'application/pdf')).status, 406);
});
test('one that does not hold what it says is refused in words, and has a card for a thumbnail', async () => {
  const short = await sent(ecg('short', { bytes: 1000 })), law = await sent(ecg('mulaw0', { form: 'MB' }));
  for (const at of [short, law]) {
    const a = await ask(at, '/rendered');
    assert.equal(a.status, 400);
    assert.match(JSON.stringify(a.json.error), /courbe/);
    assert.equal(readPng((await ask(at, '/thumbnail')).bytes).width, 128);
  }
  assert.equal((await ask(await sent(ecg('a-sound', { word: '9.4.1' })), '/rendered')).status, 404, 'a sound is not drawn');
});
const sample = new URL('../../../shared/data/dicom/waveform/waveform_ecg.dcm', import.meta.url);
test('X5 a real electrocardiogram of twelve leads: the usual sheet first, then each lead whole, then its other groups; pages as frames or as parts', { skip: fs.existsSync(sample) ? false : 'skipped: ../shared is not there' }, async () => {
  const at = await sent(fs.readFileSync(sample)), show = process.env.BECLERE_SHOW, a = await ask(at, '/rendered');
  assert.equal(a.status, 200, String(a.bytes));
  const sheet = readPng(a.bytes);
  assert.deepEqual([sheet.width, sheet.height], [(20 + 250) * PIXELS_PER_MM, (10 + 4 * ROW + 8) * PIXELS_PER_MM]);
  const parts = partsOf(await ask(at, '/rendered', 'multipart/related; type="image/png"'));
  assert.ok(parts.length >= 3, `${parts.length} pages`);
  if (show) parts.forEach((p, i) => fs.writeFileSync(path.join(show, `ecg-${i + 1}.png`), p.body));
  assert.ok(parts[0].body.equals(a.bytes));
  const whole = await ask(at, '/frames/2/rendered');
  assert.ok(parts[1].body.equals(whole.bytes));
  const p = readPng(whole.bytes);
  assert.deepEqual([p.width, p.height], [(20 + 250) * PIXELS_PER_MM, (10 + 12 * ROW + 8) * PIXELS_PER_MM]);
  assert.equal((await ask(at, `/frames/${parts.length + 1}/rendered`)).status, 404);
  assert.equal((await ask(at, '/frames/1/rendered', 'multipart/related; type="image/png"')).status, 406);
});
test('X5 a long tracing is drawn in pages of ten seconds, the last one as long as it is', async () => {
  const at = await sent(ecg('long', { seconds: 25 })), parts = partsOf(await ask(at, '/rendered', 'multipart/related; type="image/png"')).map((p) => readPng(p.body));
  assert.deepEqual(parts.map((p) => p.width), [20 + 250, 20 + 250, 20 + 125].map((mm) => mm * PIXELS_PER_MM));
  const ink = (p, s) => { let n = 0; const x = Math.round((EDGE + PULSE + s * 25) * PIXELS_PER_MM); for (let y = 0; y < 5 * PIXELS_PER_MM; y++) n += p.at[(y * p.width + x) * 3] < 200; return n; };
  assert.ok(ink(parts[0], 5) > 0 && !ink(parts[1], 5) && !ink(parts[0], 0.5), 'the high part stands in the first page alone');
});
