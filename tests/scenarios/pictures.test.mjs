// Rendered pictures beside DCMTK's of the same frames and windows: the project's phantoms, and the whole corpus. Every difference has its name below.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { corpus, CORPUS, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, stow } from '../dicom.mjs';
import { dcmtkPicture, differ, readPng } from '../pictures.mjs';

const files = corpus();
const absent = files ? false : 'skipped: ../shared is not there';
const show = process.env.BECLERE_SHOW; // a folder: all pictures and lines are put there
let house, pacs, work;
before(async () => { house = await House.start(); pacs = await house.person('pacs'); work = folder(house, 'pictures'); });
after(async () => { await house?.close(); });

// Why a picture differs from DCMTK's by more than rounding. Each row must be needed: one that no file needs is a failure.
const EXPLAINED = [
  { of: /(ct-phantom-ge-18|ct-3slice|wg04\/MR3_|CT1_UNC|693_J2KI).* up to/, why: 'padding is black here, DCMTK windows it (PS3.3 §C.7.5.1.1.2)' },
  { of: /CT0012.*jpeg_(ls|lossless).* up to/, why: 'the supplemental palette is in colour here, DCMTK shows greys (§C.7.6.19)' },
  { of: /iso2022-ir13.* up to/, why: 'DCMTK rounds values to whole numbers after a rescale by 0.001' },
  { of: /(emr-philips-dti|CT0012.*jpeg_baseline).* up to/, why: 'rescale and window of the functional groups, which DCMTK does not read (§C.7.6.16.2.9)' },
  { of: /(us\/US-cine-8f-jpeg-frag|us\/YBR_FULL-RLE|jpegxl-us).* colour: up to 2,/, why: 'DCMTK rounds each product of the conversion of YBR' },
  { of: /(highbit_eq_ba|pi_empty|sq_item_huge|SC_rgb_32bit|parametric_map).*: theirs/, why: 'DCMTK refuses: high bit, photometric or depth that it does not know, floating point' },
  { of: /TC0941_voi_lut_huge.* ours 400 .*table de correspondance/, why: 'the table has fewer entries than it says: refused' },
  { of: /TC0329_rgb_spp1.* ours 400 .*; neither/, why: 'RGB of one sample' },
  { of: /true_fractional.* frame 2 own: up to 255, 100.00/, why: 'one value only, above nothing: white here, black in DCMTK' },
  { of: /JPEG2000-embedded-sequence-delimiter.* ours 400 .*; neither/, why: 'the stream is cut: no decoder reads it' },
];

// Many files of the corpus hold the same picture under other headers: one of them stands for all, three for a series.
function oneOfEach(rows) {
  const seen = new Map();
  return rows.filter((r) => {
    const folder = /^(series|legacy-enhanced)\//.test(r.path) ? path.dirname(r.path) : r.path.startsWith('dicomdir/') ? 'dicomdir' : /^charset\/[^/]*$/.test(r.path) ? 'charset' : /fuzz\/(?!cat0[45]|cat1[128]|cat21)/.test(r.path) ? 'fuzz' : r.path;
    seen.set(folder, (seen.get(folder) ?? 0) + 1);
    return process.env.BECLERE_WHOLE_CORPUS || seen.get(folder) <= 3;
  });
}

const PIXELS = ['7FE00010', '7FE00008', '7FE00009'];
const one = (meta, tag) => meta[tag]?.Value?.[0];
const isGrey = (meta) => String(one(meta, '00280004') ?? 'MONOCHROME2').startsWith('MONOCHROME');

// The windows to compare under: the image's own (none: least to greatest value), and one of ours over half the range.
function windows(meta) {
  if (!isGrey(meta)) return [{ name: 'colour', ours: '', theirs: [] }];
  const bits = one(meta, '00280101') ?? 16, half = 2 ** (bits - 1), slope = Number(one(meta, '00281053') ?? 1), shift = Number(one(meta, '00281052') ?? 0);
  const center = Math.round((one(meta, '00280103') ? 0 : half) * slope + shift), width = Math.max(2, Math.round(half * Math.abs(slope)));
  const own = meta['00281050'] && meta['00281051'] ? ['+Wi', '1'] : meta['00283010'] ? ['+Wl', '1'] : ['+Wm'];
  return [{ name: 'own', ours: '', theirs: own }, { name: 'set', ours: `?window=${center},${width},linear`, theirs: ['+Ww', String(center), String(width), '+Wfl'] }];
}

// What DCMTK cannot decode it gets as we decode it: the samples are proven by the hashes of the corpus.
async function theirPicture(url, file, frame, options) {
  const direct = await dcmtkPicture(file, frame, options);
  if (!direct.why) return direct;
  const plain = `${file}.plain`;
  if (!fs.existsSync(plain)) {
    const a = await pacs.get(url, { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1' });
    if (a.status !== 200) return direct;
    const from = a.bytes.indexOf('\r\n\r\n') + 4, to = a.bytes.lastIndexOf('\r\n--');
    fs.writeFileSync(plain, a.bytes.subarray(from, to));
  }
  return dcmtkPicture(plain, frame, options);
}

// Lines of what differs, for one file.
async function compare(name, url, file) {
  const [meta] = (await pacs.get(`${url}/metadata`, { Accept: 'application/dicom+json' })).json;
  const frames = Number(one(meta, '00280008') ?? 1), lines = [];
  for (const frame of new Set([1, Math.ceil(frames / 2), frames]))
    for (const w of windows(meta)) {
      if (!PIXELS.some((tag) => meta[tag])) continue;
      const a = await pacs.get(`${url}/frames/${frame}/rendered${w.ours}`, { Accept: 'image/png' });
      const theirs = await theirPicture(url, file, frame, w.theirs);
      const at = `${name} frame ${frame} ${w.name}`;
      if (a.status !== 200) { lines.push(`${at}: ours ${a.status} ${a.json?.error?.text}${theirs.why ? '; neither' : ''}`); continue; }
      if (theirs.why) { lines.push(`${at}: theirs ${theirs.why}`); continue; }
      if (show) fs.writeFileSync(path.join(show, `${name.replaceAll('/', '_')}.${frame}.${w.name}.png`), a.bytes);
      const d = differ(readPng(a.bytes), theirs);
      if (d.size || d.most > 1) lines.push(`${at}: ${d.size ?? `up to ${d.most}, ${(100 * d.share).toFixed(2)} % of the samples`}`);
    }
  return lines;
}

async function compareAll(list) {
  const lines = [];
  let compared = 0;
  const queue = [...list];
  await Promise.all([0, 1, 2].map(async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const a = await stow(pacs, [next.bytes]);
      if (a.status !== 200) continue; // another file of the corpus has its UID: shown there
      const at = path.join(work, `${compared++}.dcm`);
      fs.writeFileSync(at, next.bytes);
      lines.push(...await compare(next.name, a.stored[0], at));
      fs.rmSync(at);
      fs.rmSync(`${at}.plain`, { force: true });
    }
  }));
  return { lines, compared };
}

test('phantoms of every modality are rendered as DCMTK renders them', async () => {
  const list = [];
  for (const [i, kind] of ['ct', 'mr', 'dx', 'cr', 'us', 'petct'].entries()) {
    const all = filesOf(phantoms(house, `picture-${kind}`, kind, [171 + i]));
    for (const n of [0, all.length >> 1]) list.push({ name: `${kind} ${n}`, bytes: fs.readFileSync(all[n]) });
  }
  const { lines, compared } = await compareAll(list);
  assert.ok(compared >= 10, `${compared} pictures`);
  assert.deepEqual(lines, []);
});

test('the corpus is rendered as DCMTK renders it, but for what is explained', { skip: absent }, async () => {
  const rows = oneOfEach(files.filter((r) => r.expected.startsWith('valid') && r.has_the_four_uids === 'yes' && r.rows));
  const { lines, compared } = await compareAll(rows.map((r) => ({ name: r.path, bytes: fs.readFileSync(path.join(CORPUS, r.path)) })));
  const used = new Set();
  const open = lines.filter((line) => { const why = EXPLAINED.find((e) => e.of.test(line)); if (why) used.add(why); return !why; });
  if (show) fs.writeFileSync(path.join(show, 'lines'), lines.sort().join('\n'));
  assert.ok(compared > 130, `${compared} files compared`);
  assert.deepEqual(open.sort(), []);
  assert.deepEqual(EXPLAINED.filter((e) => !used.has(e)).map((e) => e.why), [], 'explanations that nothing needs');
  nothingFromSanitizers(house);
});
