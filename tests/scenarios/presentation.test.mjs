// Images under a presentation state: /rendered of the state, WADO-URI that names one, its thumbnail; greys beside DCMTK's (dcmp2pgm) of the same state.
// PS3.18 §10.4, §9.1.2.2; PS3.4 annex N. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { STORAGE, dumped, reference, sequence, window } from '../dumps.mjs';
import { CORPUS, folder, nothingFromSanitizers, partsOf, stow } from '../dicom.mjs';
import { differ, readPng, readPnm } from '../pictures.mjs';

const ROWS = 40, COLUMNS = 60, ROOT = '1.2.826.0.1.3680043.10.9', show = process.env.BECLERE_SHOW;
const GREY = `${STORAGE}11.1`, COLOUR = `${STORAGE}11.2`, PSEUDO = `${STORAGE}11.3`;
let house, pacs, work, image, n = 0;
before(async () => { house = await House.start(); pacs = await house.person('pacs'); work = folder(house, 'states'); image = await kept(makeImage('plain')); });
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const made = (name, dump) => dumped(work, name, dump);
const uids = (name) => ({ name, study: `${ROOT}.1`, series: `${ROOT}.2.${++n}`, uid: `${ROOT}.3.${n}` });
const head = (u, sop, modality) => `(0008,0005) CS ISO_IR 192\n(0008,0016) UI ${sop}\n(0008,0018) UI ${u.uid}\n(0008,0020) DA 20260102\n(0008,0060) CS ${modality}\n(0010,0010) PN ETAT^PRESENTATION\n(0010,0020) LO PS-1\n(0020,000d) UI ${u.study}\n(0020,000e) UI ${u.series}\n(0020,0013) IS ${n}\n`;
// 12 bits: a slope from the left to the right, a step downwards. Rescaled to begin at -1024.
function makeImage(name, { frames = 1, colour = false, photometric = 'MONOCHROME2' } = {}) {
  const u = uids(name), raw = path.join(work, `${name}.raw`), data = Buffer.alloc(ROWS * COLUMNS * frames * (colour ? 3 : 2));
  for (let f = 0; f < frames; f++)
    for (let y = 0; y < ROWS; y++)
      for (let x = 0; x < COLUMNS; x++) {
        const i = (f * ROWS + y) * COLUMNS + x;
        if (colour) data.set([x * 4, y * 6, 90], i * 3);
        else data.writeUInt16LE(Math.min(4095, x * 60 + (y >= ROWS / 2 ? 400 : 0) + f * 50), i * 2);
      }
  fs.writeFileSync(raw, data);
  const bits = colour ? 8 : 16, stored = colour ? 8 : 12;
  u.file = made(name, `${head(u, `${STORAGE}7`, 'OT')}(0008,0064) CS WSD\n(0028,0002) US ${colour ? 3 : 1}\n(0028,0004) CS ${colour ? 'RGB' : photometric}\n${colour ? '(0028,0006) US 0\n' : ''}${frames > 1 ? `(0028,0008) IS ${frames}\n` : ''}(0028,0010) US ${ROWS}\n(0028,0011) US ${COLUMNS}\n(0028,0100) US ${bits}\n(0028,0101) US ${stored}\n(0028,0102) US ${stored - 1}\n(0028,0103) US 0\n${colour ? '' : '(0028,1052) DS -1024\n(0028,1053) DS 1\n'}(7fe0,0010) ${bits === 8 ? 'OB' : 'OW'} =${raw}\n`);
  return u;
}
const area = (more = '(0070,0102) IS 1\\1\n', from = '1\\1', to = `${COLUMNS}\\${ROWS}`) => sequence('0070,005a', `(0070,0052) SL ${from}\n(0070,0053) SL ${to}\n(0070,0100) CS SCALE TO FIT\n${more}`);
const RESCALE = '(0028,1052) DS -1024\n(0028,1053) DS 1\n(0028,1054) LO HU\n', IDENTITY = '(2050,0020) CS IDENTITY\n', INVERSE = '(2050,0020) CS INVERSE\n';
function makeState(name, of, body, { sop = GREY, frames } = {}) {
  const u = uids(name), all = Array.isArray(of) ? of : [of];
  const refers = sequence('0008,1115', ...all.map((i) => `${reference(i, frames)}(0020,000e) UI ${i.series}\n`));
  const lines = `${head(u, sop, 'PR')}${refers}(0070,0080) CS TEST\n(0070,0082) DA 20260102\n(0070,0083) TM 1200\n${body}`;
  u.file = made(name, lines);
  return u;
}
async function kept(u) {
  const s = await stow(pacs, [fs.readFileSync(u.file)]);
  assert.equal(s.status, 200, String(s.bytes));
  u.at = s.stored[0];
  return u;
}
async function rendered(u, rest = '', accept = 'image/png') {
  const a = await pacs.get(`${u.at}/rendered${rest}`, { Accept: accept });
  assert.equal(a.status, 200, `${u.name}: ${a.bytes}`);
  if (show) fs.writeFileSync(path.join(show, `${u.name}.png`), a.bytes);
  return readPng(a.bytes);
}
const state = async (name, of, body, how) => kept(makeState(name, of, body, how));
// DCMTK's picture of the image under the state.
function theirs(of, u) {
  const to = path.join(work, `${u.name}.pgm`), r = dcmtk('dcmp2pgm', ['-q', '-p', u.file, of.file, to]);
  assert.equal(r.status, 0, r.stderr);
  return readPnm(fs.readFileSync(to));
}
const close = (ours, other, what) => { const d = differ(ours, other); assert.ok(!d.size && d.most <= 1, `${what}: ${JSON.stringify(d)}`); };
const at = (p, x, y) => [...p.at.subarray((y * p.width + x) * p.channels, (y * p.width + x + 1) * p.channels)];
const same = (p, x, y, value, what) => assert.ok(at(p, x, y).every((v) => Math.abs(v - value) <= 1), `${what ?? ''} at ${x},${y}: ${at(p, x, y)} for ${value}`);

test('X5 a grey state: its own rescale, window, shape, turns and shutters, as DCMTK applies them', async () => {
  const lut = `(0028,3002) US 256\\0\\16\n(0028,3006) OW ${Array.from({ length: 256 }, (_, i) => (Math.round((i / 255) ** 2 * 255) * 257).toString(16).padStart(4, '0')).join('\\')}\n`;
  const cases = {
    window: `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`,
    inverse: `${RESCALE}${window(200, 900)}${area()}${INVERSE}`,
    'no-window': `${RESCALE}${area()}${IDENTITY}`,
    'no-rescale': `${window(1000, 2000)}${area()}${IDENTITY}`,
    turned: `${RESCALE}${window(200, 900)}(0070,0041) CS N\n(0070,0042) US 90\n${area('(0070,0102) IS 1\\1\n', `1\\${ROWS}`, `${COLUMNS}\\1`)}${IDENTITY}`,
    'turned-and-flipped': `${RESCALE}${window(200, 900)}(0070,0041) CS Y\n(0070,0042) US 270\n${area('(0070,0102) IS 1\\1\n', `${COLUMNS}\\${ROWS}`, '1\\1')}${IDENTITY}`,
    'half-turn': `${RESCALE}${window(200, 900)}(0070,0041) CS N\n(0070,0042) US 180\n${area('(0070,0102) IS 1\\1\n', `${COLUMNS}\\${ROWS}`, '1\\1')}${IDENTITY}`,
    'presentation-lut': `${RESCALE}${window(200, 900)}${area()}${sequence('2050,0010', lut)}`,
  };
  for (const [name, body] of Object.entries(cases)) {
    const u = await state(name, image, body);
    const d = differ(await rendered(u), theirs(image, u)), most = name === 'presentation-lut' ? 2 : 1; // there the place in the table is cut, here rounded
    assert.ok(!d.size && d.most <= most, `${name}: ${JSON.stringify(d)}`);
  }
});
test('X5 the shutters of the state cover what is outside of them; inside is what DCMTK makes of it', async () => {
  const plain = theirs(image, await state('unshuttered', image, `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`)); // dcmp2pgm leaves the shutter to be drawn
  const cases = {
    rectangle: ['RECTANGULAR', '(0018,1602) IS 10\n(0018,1604) IS 50\n(0018,1606) IS 5\n(0018,1608) IS 30\n', (c, r) => c >= 10 && c <= 50 && r >= 5 && r <= 30],
    circle: ['CIRCULAR', '(0018,1610) IS 20\\30\n(0018,1612) IS 15\n', (c, r) => (c - 30) ** 2 + (r - 20) ** 2 <= 225],
    polygon: ['POLYGONAL', '(0018,1620) IS 5\\5\\5\\50\\35\\50\\35\\5\n', (c, r) => (c > 5 && c < 50 && r > 5 && r < 35) ? true : c < 5 || c > 50 || r < 5 || r > 35 ? false : null],
  };
  for (const [name, [shape, more, inside]] of Object.entries(cases)) {
    const p = await rendered(await state(name, image, `(0018,1600) CS ${shape}\n${more}(0018,1622) US 20000\n${RESCALE}${window(200, 900)}${area()}${IDENTITY}`));
    for (let y = 0; y < ROWS; y++)
      for (let x = 0; x < COLUMNS; x++) {
        const within = inside(x + 1, y + 1);
        if (within !== null) same(p, x, y, within ? at(plain, x, y)[0] : 20000 >> 8, name);
      }
  }
});
test('X5 a MONOCHROME1 image has the polarity that the state says, not its own', async () => {
  const mono1 = await kept(makeImage('mono1', { photometric: 'MONOCHROME1' }));
  for (const [name, shape] of [['mono1-identity', IDENTITY], ['mono1-inverse', INVERSE]]) {
    const u = await state(name, mono1, `${RESCALE}${window(200, 900)}${area()}${shape}`);
    close(await rendered(u), theirs(mono1, u), name);
  }
});
const pr = (name) => path.join(CORPUS, 'pr', name), absent = fs.existsSync(CORPUS) ? false : 'skipped: ../shared is not there';
test('X5 the corpus: scrambled modality, VOI and presentation tables, and six overlays of image and state', { skip: absent }, async () => {
  for (const [of, by] of [['imageForPrLUTs.dcm', 'prLUTs.dcm'], ['overlay.dcm', 'prOverlay.dcm']]) {
    const i = await kept({ name: of, file: pr(of) }), u = await kept({ name: by, file: pr(by) });
    const ours = await rendered(u), other = theirs(i, u); // without the overlays, which dcmp2pgm leaves to be drawn
    let white = 0;
    for (let k = 0; k < ours.at.length; k++) {
      if (Math.abs(ours.at[k] - other.at[k]) <= 1) continue;
      assert.equal(ours.at[k], 255, `${by}: pixel ${k}`);
      white++;
    }
    assert.ok(by === 'prLUTs.dcm' ? white === 0 : white > 3000 && white < 4500, `${by}: ${white}`);
  }
});
test('X5 the displayed area is cut out, with black beyond the image; pixels that are not square become so', async () => {
  const cut = await rendered(await state('cut', image, `${RESCALE}${window(200, 900)}${area(undefined, '11\\6', '30\\25')}${IDENTITY}`));
  assert.deepEqual([cut.width, cut.height], [20, 20]);
  const whole = await rendered(await state('uncut', image, `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`));
  assert.deepEqual(at(cut, 3, 4), at(whole, 13, 9));
  const wide = await rendered(await state('beyond', image, `${RESCALE}${window(200, 900)}${area(undefined, '-9\\-4', '70\\45')}${INVERSE}`));
  assert.deepEqual([wide.width, wide.height], [80, 50]);
  same(wide, 0, 0, 0, 'beyond');
  same(wide, 10, 5, 255, 'the first pixel');
  const tall = await rendered(await state('tall', image, `${RESCALE}${window(200, 900)}${area('(0070,0101) DS 2\\1\n')}${IDENTITY}`));
  assert.deepEqual([tall.width, tall.height], [60, 80]);
  assert.equal((await rendered(await state('large', image, `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`), '?viewport=120,120')).width, 120);
  const bad = await state('no-area', image, `${RESCALE}${window(200, 900)}${sequence('0070,005a', '(0070,0052) SL 1\\1\n(0070,0100) CS SCALE TO FIT\n')}${IDENTITY}`);
  const a = await pacs.get(`${bad.at}/rendered`, { Accept: 'image/png' });
  assert.equal(a.status, 400);
  assert.match(JSON.stringify(a.json.error), /état de présentation est abîmé/);
});
const layers = sequence('0070,0060', '(0070,0002) CS LOW\n(0070,0062) IS 1\n(0070,0066) US 65535\n', '(0070,0002) CS HIGH\n(0070,0062) IS 2\n(0070,0401) US 34952\\53000\\50000\n');
const graphic = (kind, data, more = '') => `(0070,0005) CS PIXEL\n(0070,0020) US 2\n(0070,0021) US ${data.length / 2}\n(0070,0022) FL ${data.join('\\')}\n(0070,0023) CS ${kind}\n${more}`;
test('X5 drawings and words stand where they are meant, in the grey or colour of their layer, also when the image is turned', async () => {
  const drawn = (turn) => `${RESCALE}${window(3000, 100)}${turn}${area()}${layers}${sequence('0070,0001',
    `(0070,0002) CS LOW\n${sequence('0070,0009', graphic('POLYLINE', [10, 10.5, 50, 10.5], '(0070,0024) CS N\n'))}`,
    `(0070,0002) CS HIGH\n${sequence('0070,0009', graphic('CIRCLE', [30, 25, 30, 33], '(0070,0024) CS Y\n'))}`)}${IDENTITY}`;
  const p = await rendered(await state('drawn', image, drawn('')));
  assert.equal(p.channels, 3);
  same(p, 30, 10, 255, 'the line');
  same(p, 30, 5, 0, 'beside it');
  const [r, g, b] = at(p, 30, 25);
  assert.ok(r > 150 && g < 130 && b < r, `the circle is reddish: ${[r, g, b]}`);
  const turned = await rendered(await state('drawn-turned', image, drawn('(0070,0041) CS N\n(0070,0042) US 90\n')));
  assert.deepEqual([turned.width, turned.height], [ROWS, COLUMNS]);
  same(turned, ROWS - 11, 30, 255, 'the line, turned');
  assert.deepEqual(at(turned, ROWS - 1 - 25, 30), [r, g, b]);
  const words = await rendered(await state('words', image, `${RESCALE}${window(3000, 100)}${area()}${layers}${sequence('0070,0001', `(0070,0002) CS LOW\n${sequence('0070,0008', '(0070,0003) CS DISPLAY\n(0070,0006) ST Lésion à revoir\n(0070,0010) FL 0.1\\0.1\n(0070,0011) FL 0.9\\0.4\n(0070,0012) CS LEFT\n')}`)}${IDENTITY}`), '?viewport=600,400');
  let ink = 0;
  for (let y = 0; y < words.height; y++) for (let x = 0; x < words.width; x++) if (at(words, x, y)[0] > 200) { ink++; assert.ok(y < words.height / 2, `words at ${x},${y}`); }
  assert.ok(ink > 100, `${ink} pixels of words`);
  const elsewhere = await kept(makeImage('elsewhere'));
  const one = await rendered(await state('one-of-two', [elsewhere, image], `${RESCALE}${window(3000, 100)}${area()}${layers}${sequence('0070,0001', `${reference(image)}(0070,0002) CS LOW\n${sequence('0070,0009', graphic('POLYLINE', [10, 10.5, 50, 10.5]))}`)}${IDENTITY}`));
  same(one, 30, 10, 0, 'a drawing of the other image');
});
test('X5 a colour image under a colour state, a grey one under a pseudo-colour state', async () => {
  const rgb = await kept(makeImage('rgb', { colour: true }));
  const p = await rendered(await state('colour', rgb, `(0018,1600) CS RECTANGULAR\n(0018,1602) IS 1\n(0018,1604) IS 30\n(0018,1606) IS 1\n(0018,1608) IS 40\n(0018,1622) US 0\n(0070,0041) CS Y\n(0070,0042) US 0\n${area()}`, { sop: COLOUR }));
  assert.deepEqual(at(p, COLUMNS - 1 - 10, 20), [40, 120, 90]);
  assert.deepEqual(at(p, 10, 20), [0, 0, 0]);
  const words = (f) => Array.from({ length: 256 }, (_, i) => (f(i) << 8).toString(16).padStart(4, '0')).join('\\');
  const pseudo = await rendered(await state('pseudo', image, `${RESCALE}(0028,1101) US 256\\0\\16\n(0028,1102) US 256\\0\\16\n(0028,1103) US 256\\0\\16\n(0028,1201) OW ${words((i) => i)}\n(0028,1202) OW ${words(() => 7)}\n(0028,1203) OW ${words((i) => 255 - i)}\n${window(200, 900)}${area()}`, { sop: PSEUDO }));
  const grey = await rendered(await state('pseudo-grey', image, `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`));
  for (const x of [0, 10, 20, 30, 59]) { const v = at(grey, x, 5)[0]; assert.deepEqual(at(pseudo, x, 5), [v, 7, 255 - v]); }
});
test('X5 all its frames as parts, those it names alone, the first as a thumbnail; what it cannot be asked is refused in words', async () => {
  const cine = await kept(makeImage('cine', { frames: 4 }));
  const u = await state('of-frames', cine, `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`, { frames: '2\\4' });
  const parts = partsOf(await pacs.get(`${u.at}/rendered`, { Accept: 'multipart/related; type="image/png"' })).map((p) => readPng(p.body));
  assert.equal(parts.length, 2);
  assert.ok(differ(parts[0], parts[1]).most > 10);
  assert.deepEqual(differ(await rendered(u), parts[0]).most, 0);
  const both = await state('of-two', [image, cine], `${RESCALE}${window(200, 900)}${area()}${IDENTITY}`);
  assert.equal(partsOf(await pacs.get(`${both.at}/rendered`, { Accept: 'multipart/related; type="image/jpeg"' })).length, 5);
  const small = readPng((await pacs.get(`${u.at}/thumbnail`, { Accept: 'image/png' })).bytes);
  assert.deepEqual([small.width, small.height], [COLUMNS, ROWS]);
  for (const [q, accept, status, why] of [['?window=1,2,linear', 'image/png', 400, /fixe le fenêtrage/], ['', 'application/pdf', 406, /./]]) {
    const a = await pacs.get(`${u.at}/rendered${q}`, { Accept: accept });
    assert.equal(a.status, status);
    assert.match(String(a.bytes), why);
  }
  const lone = await state('of-nothing', { uid: `${ROOT}.99`, series: `${ROOT}.98` }, `${RESCALE}${area()}${IDENTITY}`);
  const gone = await pacs.get(`${lone.at}/rendered`, { Accept: 'image/png' });
  assert.equal(gone.status, 404);
  assert.match(JSON.stringify(gone.json.error), /images de cet état de présentation ne sont pas ici/);
  assert.equal(readPng((await pacs.get(`${lone.at}/thumbnail`, { Accept: 'image/png' })).bytes).width, 128);
});
test('X5 WADO-URI shows an image under the state it names; one of another image, half a name, a window beside it are refused', async () => {
  const u = await state('by-uri', image, `${RESCALE}${window(200, 900)}${area()}${INVERSE}`), other = await kept(makeImage('by-uri-other'));
  const wado = (of, more) => pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${of.study}&seriesUID=${of.series}&objectUID=${of.uid}&contentType=image/png${more}`);
  const by = `&presentationUID=${u.uid}&presentationSeriesUID=${u.series}`;
  const a = await wado(image, by);
  assert.equal(a.status, 200, String(a.bytes));
  close(readPng(a.bytes), theirs(image, u), 'by-uri');
  for (const [of, more] of [[other, by], [image, `&presentationUID=${u.uid}`], [image, `&presentationSeriesUID=${u.series}`], [image, `${by}&windowCenter=1&windowWidth=2`]]) assert.equal((await wado(of, more)).status, 400, more);
  assert.equal((await wado(image, `&presentationUID=${ROOT}.77&presentationSeriesUID=${u.series}`)).status, 404);
  const sent = await house.person('demandeur');
  assert.equal((await sent.get(`${u.at}/rendered`, { Accept: 'image/png' })).status >= 403, true, 'not for everybody');
});
