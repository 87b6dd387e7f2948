// A blending presentation state: slices of one series in colours over those of another, resampled in space; compared with values worked out here from the positions in the patient.
// PS3.3 §A.33.4, §C.11.14; PS3.4 §N.2.4. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { STORAGE, dumped, reference, sequence, window } from '../dumps.mjs';
import { folder, nothingFromSanitizers, partsOf, stow } from '../dicom.mjs';
import { differ, readPng } from '../pictures.mjs';

const ROOT = '1.2.826.0.1.3680043.10.11', SPACE = `${ROOT}.50`, BLEND = `${STORAGE}11.4`, PADDING = 4095, show = process.env.BECLERE_SHOW;
let house, pacs, work, n = 0, below, above;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  work = folder(house, 'blend');
  below = await series('ct', CT);
  above = await series('pt', PT);
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

// Two stacks in one space: pixels of other sizes, slices elsewhere, the upper one turned by a half about its normal.
const CT = { columns: 60, rows: 40, at: [-30, -20], row: [1, 0, 0], column: [0, 1, 0], rowsMm: 1, columnsMm: 1, z: [0, 5, 10], value: (x, y, k) => 300 + x * 40 + (y >= 20 ? 500 : 0) + k * 100 };
const PT = { columns: 16, rows: 12, at: [25, 16], row: [-1, 0, 0], column: [0, -1, 0], rowsMm: 2.5, columnsMm: 3, z: [-1.5, 2, 5.5], value: (x, y, k) => (x === 5 && y === 6 ? PADDING : 200 + x * 100 + y * 60 + k * 300) };
const uids = (study) => ({ study: study ?? `${ROOT}.1`, uid: `${ROOT}.3.${++n}`, sop: `${STORAGE}7` });
const head = (u, sop, modality) => `(0008,0005) CS ISO_IR 192\n(0008,0016) UI ${sop}\n(0008,0018) UI ${u.uid}\n(0008,0020) DA 20260103\n(0008,0060) CS ${modality}\n(0010,0010) PN FUSION^IMAGE\n(0010,0020) LO PS-2\n(0020,000d) UI ${u.study}\n(0020,000e) UI ${u.series}\n(0020,0013) IS ${n}\n`;
function slice(name, s, k, { study, series: of, space = SPACE, row = s.row, column = s.column, colour = false, placed = true } = {}) {
  const u = { ...uids(study), series: of }, raw = path.join(work, `${name}${k}.raw`), data = Buffer.alloc(s.rows * s.columns * (colour ? 3 : 2));
  for (let y = 0; y < s.rows && !colour; y++) for (let x = 0; x < s.columns; x++) data.writeUInt16LE(s.value(x, y, k), (y * s.columns + x) * 2);
  fs.writeFileSync(raw, data);
  const bits = colour ? 8 : 16, place = `(0020,0032) DS ${s.at.join('\\')}\\${s.z[k]}\n(0020,0037) DS ${[...row, ...column].join('\\')}\n(0028,0030) DS ${s.rowsMm}\\${s.columnsMm}\n(0020,0052) UI ${space}\n`;
  u.file = dumped(work, `${name}${k}`, `${head(u, u.sop, 'OT')}(0008,0064) CS WSD\n${placed ? place : ''}(0028,0002) US ${colour ? 3 : 1}\n(0028,0004) CS ${colour ? 'RGB' : 'MONOCHROME2'}\n${colour ? '(0028,0006) US 0\n' : ''}(0028,0010) US ${s.rows}\n(0028,0011) US ${s.columns}\n(0028,0100) US ${bits}\n(0028,0101) US ${colour ? 8 : 12}\n(0028,0102) US ${colour ? 7 : 11}\n(0028,0103) US 0\n${colour ? '' : `(0028,0120) US ${PADDING}\n`}(7fe0,0010) ${colour ? 'OB' : 'OW'} =${raw}\n`);
  return u;
}
async function kept(u) {
  const s = await stow(pacs, [fs.readFileSync(u.file)]);
  assert.equal(s.status, 200, String(s.bytes));
  u.at = s.stored[0];
  return u;
}
async function series(name, s, how = {}) {
  const of = `${ROOT}.2.${++n}`, all = [];
  for (let k = 0; k < s.z.length; k++) all.push(await kept(slice(name, s, k, { ...how, series: of })));
  return all;
}
const words = (f) => Array.from({ length: 256 }, (_, i) => (f(i) << 8).toString(16).padStart(4, '0')).join('\\');
const COLOURS = { red: (i) => i, green: (i) => i >> 1, blue: (i) => 255 - i };
const PALETTE = `(0028,1101) US 256\\0\\16\n(0028,1102) US 256\\0\\16\n(0028,1103) US 256\\0\\16\n(0028,1201) OW ${words(COLOURS.red)}\n(0028,1202) OW ${words(COLOURS.green)}\n(0028,1203) OW ${words(COLOURS.blue)}\n`;
const LOW = [1500, 2800], HIGH = [1300, 2400], AREA = sequence('0070,005a', `(0070,0052) SL 1\\1\n(0070,0053) SL ${CT.columns}\\${CT.rows}\n(0070,0100) CS SCALE TO FIT\n(0070,0102) IS 1\\1\n`);
const set = (position, of, [c, w], study = of[0].study) => `(0070,0405) CS ${position}\n(0020,000d) UI ${study}\n${sequence('0008,1115', `${reference(of)}(0020,000e) UI ${of[0].series}\n`)}(0028,1052) DS -100\n(0028,1053) DS 1\n(0028,1054) LO US\n${window(c - 100, w)}`;
async function state(name, { under = below, over = above, opacity = 0.4, palette = PALETTE, sets, more = '' } = {}) {
  const u = { ...uids(), series: `${ROOT}.2.${++n}`, name };
  const both = sets ?? [set('UNDERLYING', under, LOW), set('SUPERIMPOSED', over, HIGH)];
  u.file = dumped(work, name, `${head(u, BLEND, 'PR')}(0070,0080) CS TEST\n(0070,0082) DA 20260103\n(0070,0083) TM 1200\n${sequence('0070,0402', ...both)}${opacity === null ? '' : `(0070,0403) FL ${opacity}\n`}${AREA}${palette}${more}`);
  return kept(u);
}
async function rendered(u, rest = '') {
  const a = await pacs.get(`${u.at}/rendered${rest}`, { Accept: 'image/png' });
  assert.equal(a.status, 200, `${u.name}: ${a.bytes}`);
  if (show) fs.writeFileSync(path.join(show, `${u.name}.png`), a.bytes);
  return readPng(a.bytes);
}
const at = (p, x, y) => [...p.at.subarray((y * p.width + x) * p.channels, (y * p.width + x + 1) * p.channels)];
const clamp = (v, least, most) => Math.max(least, Math.min(most, v));
const voi = (v, [c, w]) => clamp(((v - (c - 0.5)) / (w - 1) + 0.5) * 255, 0, 255); // PS3.3 §C.11.2.1.2.1; the rescale moves both by 100

// What is seen of the upper stack at a point of the patient: between eight pixels of it; null: nothing of it lies there.
function upper([px, py, pz]) {
  const u = (PT.at[0] - px) / PT.columnsMm, v = (PT.at[1] - py) / PT.rowsMm; // its rows run to the left, its columns upwards
  const hits = PT.z.map((z, k) => ({ k, off: Math.abs(z - pz) })).filter((h) => h.off < 3.5), whole = hits.length === 1;
  if (!hits.length || (whole && hits[0].off > 1.75) || u < -0.5 || v < -0.5 || u >= PT.columns - 0.5 || v >= PT.rows - 0.5) return null;
  let sum = 0, weight = 0;
  for (const h of hits)
    for (const i of [Math.floor(u), Math.floor(u) + 1])
      for (const j of [Math.floor(v), Math.floor(v) + 1]) {
        const value = PT.value(clamp(i, 0, PT.columns - 1), clamp(j, 0, PT.rows - 1), h.k);
        const w = (whole ? 1 : 1 - h.off / 3.5) * (1 - Math.abs(u - i)) * (1 - Math.abs(v - j));
        if (value === PADDING) continue;
        sum += w * voi(value, HIGH);
        weight += w;
      }
  return weight > 0.5 + 1e-9 ? sum / weight : weight < 0.5 - 1e-9 ? null : undefined; // undefined: on the edge
}
function compare(p, k, opacity, name) {
  let coloured = 0, plain = 0;
  for (let y = 0; y < CT.rows; y++)
    for (let x = 0; x < CT.columns; x++) {
      const grey = voi(CT.value(x, y, k), LOW), over = upper([CT.at[0] + x, CT.at[1] + y, CT.z[k]]);
      if (over === undefined) continue;
      const place = over === null ? 0 : Math.floor(over);
      const wanted = ['red', 'green', 'blue'].map((c) => (over === null ? grey : COLOURS[c](place) * opacity + grey * (1 - opacity)));
      const seen = at(p, x, y);
      assert.ok(seen.every((v, c) => Math.abs(v - wanted[c]) <= 2), `${name} at ${x},${y}: ${seen} for ${wanted}`);
      if (over === null) plain++; else coloured++;
    }
  return { coloured, plain };
}

test('X5 a blending state: every slice below, with what lies there of the upper series in its colours, as worked out from the positions', async () => {
  const u = await state('blend'), parts = partsOf(await pacs.get(`${u.at}/rendered`, { Accept: 'multipart/related; type="image/png"' })).map((p) => readPng(p.body));
  assert.equal(parts.length, 3);
  const counts = parts.map((p, k) => compare(p, k, 0.4, `slice ${k}`));
  assert.ok(counts[0].coloured > 1000 && counts[0].plain > 500, JSON.stringify(counts)); // between -1.5 and 2 mm
  assert.ok(counts[1].coloured > 1000, JSON.stringify(counts)); // between 2 and 5.5 mm
  assert.equal(counts[2].coloured, 0, 'no upper slice reaches 10 mm');
  const hole = at(parts[0], 40, 21); // 10 and 1 mm: the pixel of the upper stack that is padding
  assert.ok(hole.every((v) => v === hole[0]), `padding lets through: ${hole}`);
  assert.equal(differ(await rendered(u), parts[0]).most, 0);
  const small = readPng((await pacs.get(`${u.at}/thumbnail`, { Accept: 'image/png' })).bytes);
  assert.equal(small.channels, 3, 'the thumbnail is the blended picture');
});
test('X5 opacity 0 leaves the picture below, 1 the colours alone; WADO-URI and a viewport show the same', async () => {
  compare(await rendered(await state('clear', { opacity: 0 })), 0, 0, 'clear');
  const full = await state('full', { opacity: 1 });
  compare(await rendered(full), 0, 1, 'full');
  const wado = (of) => pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${of.study}&seriesUID=${of.series}&objectUID=${of.uid}&contentType=image/png&presentationUID=${full.uid}&presentationSeriesUID=${full.series}`);
  const second = await wado(below[1]);
  assert.equal(second.status, 200, String(second.bytes));
  compare(readPng(second.bytes), 1, 1, 'by address');
  assert.equal((await wado(above[1])).status, 400, 'an upper image is not shown by itself');
  const large = await rendered(full, '?viewport=120,120');
  assert.deepEqual([large.width, large.height], [120, 80]);
});
test('X5 the upper series may be of another study of the patient, which the trace names', async () => {
  const study = `${ROOT}.9`, u = await state('other-study', { over: await series('prior', PT, { study }) });
  compare(await rendered(u), 0, 0.4, 'other study');
  const listed = await (await house.person('qualite')).get('/api/audit?limit=100');
  assert.match(String(listed.bytes), new RegExp(`blended with study ${study.replaceAll('.', '\\.')}`));
});
test('X5 what cannot be blended is refused in words: images that are not here, another space, a registration, a tilt, colours, a damaged state', async () => {
  const missing = [{ uid: `${ROOT}.99`, series: `${ROOT}.98`, study: `${ROOT}.1` }], tilt = Math.cos(Math.PI / 6);
  const cases = [
    ['no-upper', { over: missing }, 404, /images superposées de cet état de présentation ne sont pas ici/],
    ['no-lower', { under: missing }, 404, /images de cet état de présentation ne sont pas ici/],
    ['one-set', { sets: [set('UNDERLYING', below, LOW)] }, 400, /état de présentation est abîmé/],
    ['one-upper', { sets: [set('SUPERIMPOSED', above, HIGH)] }, 400, /état de présentation est abîmé/],
    ['no-opacity', { opacity: null }, 400, /état de présentation est abîmé/],
    ['too-opaque', { opacity: 1.5 }, 400, /état de présentation est abîmé/],
    ['no-palette', { palette: '' }, 400, /état de présentation est abîmé/],
    ['registered', { more: sequence('0070,0404', `(0020,000d) UI ${ROOT}.1\n`) }, 400, /recalage n’est pas fait ici/],
    ['elsewhere', { over: await series('elsewhere', PT, { space: `${ROOT}.51` }) }, 400, /pas parallèles dans un même repère/],
    ['tilted', { over: await series('tilted', PT, { column: [0, -tilt, 0.5] }) }, 400, /pas parallèles dans un même repère/],
    ['nowhere', { over: await series('nowhere', PT, { placed: false }) }, 400, /ne dit pas où elle se situe/],
    ['lower-nowhere', { under: await series('lower-nowhere', CT, { placed: false }) }, 400, /ne dit pas où elle se situe/],
    ['coloured', { over: await series('coloured', PT, { colour: true }) }, 400, /niveaux de gris se superposent/],
    ['lower-coloured', { under: await series('lower-coloured', CT, { colour: true }) }, 400, /niveaux de gris se superposent/],
  ];
  for (const [name, how, status, why] of cases) {
    const u = await state(name, how), a = await pacs.get(`${u.at}/rendered`, { Accept: 'image/png' });
    assert.equal(a.status, status, `${name}: ${a.bytes}`);
    assert.match(JSON.stringify(a.json.error), why, name);
    assert.equal((await pacs.get(`${u.at}/thumbnail`, { Accept: 'image/png' })).status, 200, `${name}: a card stands for it`);
  }
  const u = await state('windowed'), asked = await pacs.get(`${u.at}/rendered?window=1,2,linear`, { Accept: 'image/png' });
  assert.equal(asked.status, 400);
  assert.match(String(asked.bytes), /fixe le fenêtrage/);
  assert.ok((await (await house.person('demandeur')).get(`${u.at}/rendered`, { Accept: 'image/png' })).status >= 403, 'not for everybody');
});
