// Presentation states in the viewer, ours and anybody's: the screen beside the server's picture of the same state; masks of angiography taken away and given back; turns, displayed area, shutters, colours.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { folder, stow } from '../dicom.mjs';
import { STORAGE, dumped, reference, sequence, window } from '../dumps.mjs';
import { readPng } from '../pictures.mjs';
import { XA, xaHead, xaState, XA_STATE } from '../xa.mjs';
import { Viewing } from './viewing.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward(), ROOT = '1.2.826.0.1.3680043.10.13', ROWS = 40, COLUMNS = 60, FRAMES = 6;
let pacs, person, view, page, work, image, n = 0;
const uids = (name, sop) => ({ name, sop, study: `${ROOT}.1`, series: `${ROOT}.2.${++n}`, uid: `${ROOT}.3.${n}`, n });
// Smooth, so that places between pixels say little: a slope, a vessel from the fourth frame on.
const stored = (x, y, f) => 800 + 20 * x + 8 * y - (f >= 3 && y >= 16 && y < 24 && x > 8 ? 400 : 0) + 3 * f;
async function kept(u, body) {
  u.file = dumped(work, u.name, body);
  const s = await stow(person, [fs.readFileSync(u.file)]);
  assert.equal(s.status, 200, String(s.bytes));
  u.at = s.stored[0];
  return u;
}
const head = (u, label, turn = '') => `(0008,0005) CS ISO_IR 192\n(0008,0016) UI ${u.sop}\n(0008,0018) UI ${u.uid}\n(0008,0020) DA 20260104\n(0008,0060) CS PR\n(0010,0010) PN MASQUE^IMAGE\n(0010,0020) LO PS-3\n(0010,0030) DA 19700101\n(0010,0040) CS F\n(0020,000d) UI ${u.study}\n(0020,000e) UI ${u.series}\n(0020,0011) IS ${u.n}\n(0020,0013) IS ${u.n}\n(0070,0080) CS ${label}\n(0070,0081) LO ${label}\n(0070,0082) DA 20260104\n(0070,0083) TM 1200\n(0070,0084) PN AUTRE^LECTEUR\n${sequence('0008,1115', `${reference(image)}(0020,000e) UI ${image.series}\n`)}${turn}`;
const area = (from = '1\\1', to = `${COLUMNS}\\${ROWS}`) => sequence('0070,005a', `(0070,0052) SL ${from}\n(0070,0053) SL ${to}\n(0070,0100) CS SCALE TO FIT\n(0070,0102) IS 1\\1\n`);
const lut = (name, grey, bits = 16) => {
  const to = path.join(work, `${name}.raw`);
  fs.writeFileSync(to, Buffer.from(Uint16Array.from({ length: 4096 }, (_, i) => grey(i)).buffer));
  return `(0028,3002) US 4096\\0\\${bits}\n(0028,3006) OW =${to}\n`;
};
const state = (label, body, { sop = `${STORAGE}11.1`, turn } = {}) => { const u = uids(label, sop); return kept(u, `${head(u, label, turn)}${body}`); };
const IDENTITY = '(2050,0020) CS IDENTITY\n', all = {};

before(async () => {
  Object.assign(ward, await Ward.open());
  work = folder(ward.house, 'viewer-states');
  person = await ward.house.person('pacs');
  image = uids('cine', XA);
  const raw = path.join(work, 'cine.raw'), data = Buffer.alloc(ROWS * COLUMNS * FRAMES * 2);
  for (let f = 0; f < FRAMES; f++) for (let y = 0; y < ROWS; y++) for (let x = 0; x < COLUMNS; x++) data.writeUInt16LE(stored(x, y, f), ((f * ROWS + y) * COLUMNS + x) * 2);
  fs.writeFileSync(raw, data);
  await kept(image, `${xaHead(image, XA, 'XA')}(0028,0002) US 1\n(0028,0004) CS MONOCHROME2\n(0028,0008) IS ${FRAMES}\n(0028,0010) US ${ROWS}\n(0028,0011) US ${COLUMNS}\n(0028,0100) US 16\n(0028,0101) US 12\n(0028,0102) US 11\n(0028,0103) US 0\n(0028,1050) DS 1500\n(0028,1051) DS 2000\n(7fe0,0010) OW =${raw}\n`);
  const masked = uids('MASQUE', XA_STATE);
  all.MASQUE = await kept(masked, xaState(masked, image, { rows: ROWS, columns: COLUMNS, masks: '(0028,6101) CS AVG_SUB\n(0028,6102) US 4\\6\n(0028,6110) US 1\\2\n(0028,6112) US 1\n(0028,6114) FL 1.5\\-0.5\n(0028,9416) US 1\n', more: window(-100, 801) }).replace('(0070,0081) LO\n', '(0070,0081) LO MASQUE\n'));
  all.TABLES = await state('TABLES', `${sequence('0028,3110', sequence('0028,3010', lut('voi', (i) => Math.round(65535 * (i / 4095) ** 0.5))))}${area()}${sequence('2050,0010', lut('p', (i) => 65535 - i * 16))}`);
  all.TOURNE = await state('TOURNE', `${window(1500, 2000)}${area(`11\\${ROWS}`, `${COLUMNS}\\6`)}${IDENTITY}(0018,1600) CS RECTANGULAR\n(0018,1602) IS 20\n(0018,1604) IS 50\n(0018,1606) IS 1\n(0018,1608) IS 40\n(0018,1622) US 65535\n`, { turn: '(0070,0041) CS Y\n(0070,0042) US 90\n' });
  all.QUART = await state('QUART', `${window(1500, 2000)}${area()}${IDENTITY}`, { turn: '(0070,0041) CS N\n(0070,0042) US 90\n' });
  all.INVERSE = await state('INVERSE', `${window(1400, 1200)}${area()}(2050,0020) CS INVERSE\n`);
  const words = (f) => Array.from({ length: 256 }, (_, i) => (f(i) << 8).toString(16).padStart(4, '0')).join('\\');
  all.COULEURS = await state('COULEURS', `(0028,1101) US 256\\0\\16\n(0028,1102) US 256\\0\\16\n(0028,1103) US 256\\0\\16\n(0028,1201) OW ${words((i) => i)}\n(0028,1202) OW ${words((i) => i >> 1)}\n(0028,1203) OW ${words((i) => 255 - i)}\n${window(1500, 2000)}${area()}`, { sop: `${STORAGE}11.3` });
  pacs = await ward.signedIn('pacs', { width: 1300, height: 1000 });
  ({ page } = pacs);
  view = new Viewing(pacs);
  await view.open(`/archive/${image.study}/view`);
  await page.getByTestId('state').waitFor();
});
after(async () => { await ward.close(); });

const settle = () => page.waitForTimeout(400);
async function under(label) {
  await page.getByTestId('state').click();
  await page.getByRole('menuitem', { name: label === null ? /Sans état/ : new RegExp(label) }).click();
  await page.waitForFunction((wanted) => { const s = window.__viewer.pane('left').current(); return s.full && (wanted ? s.under?.key === wanted : !s.under); }, label && all[label].uid);
  await settle();
}
async function frameOf(number) {
  await page.evaluate((index) => window.__viewer.pane('left').goTo(index), number - 1);
  await view.drawn('left', number - 1);
  await settle();
}
async function theirs(label, frame) {
  const u = all[label], a = await person.get(`/dicom-web/wado?requestType=WADO&studyUID=${image.study}&seriesUID=${image.series}&objectUID=${image.uid}&frameNumber=${frame}&contentType=image/png&presentationUID=${u.uid}&presentationSeriesUID=${u.series}`);
  assert.equal(a.status, 200, `${label}: ${a.bytes}`);
  return readPng(a.bytes);
}
// The server's picture lies on the screen as the state stands: 'from' says where a pixel of the picture lies in the image.
async function same(label, frame, { from = (x, y) => [x, y], off = 2, least = 600 } = {}) {
  const other = await theirs(label, frame), spots = [];
  for (let y = 2; y < other.height - 2; y += 2) for (let x = 2; x < other.width - 2; x += 2) spots.push([x, y]);
  const box = await page.getByTestId('image-left').boundingBox();
  const at = await page.evaluate((list) => list.map((one) => window.__viewer.pane('left').toScreen(one)), spots.map(([x, y]) => from(x, y)));
  const hide = (hidden) => page.evaluate((to) => document.querySelectorAll('.corner, .edge, .laid-note, .state-menu, .pane-marks:not(.laid), .probe').forEach((one) => { one.style.visibility = to ? 'hidden' : ''; }), hidden);
  await hide(true);
  const shot = readPng(await page.screenshot());
  await hide(false);
  let worst = 0, seen = 0;
  const grey = (p, x, y, c) => p.at[(y * p.width + x) * p.channels + (p.channels === 1 ? 0 : c)];
  spots.forEach(([x, y], i) => {
    const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => grey(other, x + dx, y + dy, 0)));
    if (Math.max(...near) - Math.min(...near) > 30) return;
    seen++;
    for (let c = 0; c < 3; c++) worst = Math.max(worst, Math.abs(grey(shot, Math.round(box.x + at[i][0] - 0.5), Math.round(box.y + at[i][1] - 0.5), c) - grey(other, x, y, c)));
  });
  assert.ok(seen >= least / 2 && worst <= off, `${label} ${frame}: ${worst} levels off at ${seen} places`);
  return { label, seen, worst };
}

ward.story('E25 X5 the states of the image are offered with their author; one with a mask takes it away, as the server does, and gives it back', async () => {
  assert.match(await page.getByTestId('state').textContent(), /6 états de présentation/);
  await frameOf(5);
  await under('MASQUE');
  assert.match(await page.getByTestId('state').textContent(), /MASQUE/);
  assert.equal(await page.getByTestId('subtracted').getAttribute('aria-pressed'), 'true');
  await pacs.shot('states-mask');
  console.log(await same('MASQUE', 5));
  await frameOf(2); // of the mask: shown as it is
  console.log(await same('MASQUE', 2));
  await frameOf(5);
  await page.locator('.viewer').focus();
  await view.key('Shift+S');
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.full && s.under && !s.under.subtracted; });
  await settle();
  const value = await view.pixel('left', 30, 20);
  assert.equal(value, stored(30, 20, 4), 'values are those of the image');
  await view.key('Shift+S');
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.full && s.under?.subtracted; });
});

ward.story('E25 X5 tables, polarity and colours of states are on the screen as the server renders them', async () => {
  for (const label of ['TABLES', 'INVERSE', 'COULEURS']) {
    await under(label);
    await pacs.shot(`states-${label.toLowerCase()}`);
    console.log(await same(label, 5));
  }
});

ward.story('E25 X5 turned, flipped, cut to its displayed area, behind its shutter; without a state the image stands as it is', async () => {
  await under('TOURNE');
  await pacs.shot('states-turned');
  // Rotated by a quarter clockwise, then flipped: a pixel of the picture is one of the image, its area from 11, 6 on.
  console.log(await same('TOURNE', 5, { from: (x, y) => [10 + y, 5 + x], least: 300 }));
  const order = await page.evaluate(() => { const p = window.__viewer.pane('left'); return [p.toScreen([20, 10]), p.toScreen([30, 10]), p.toScreen([20, 20])]; });
  assert.ok(Math.abs(order[1][0] - order[0][0]) < 1 && order[1][1] > order[0][1], 'columns of the image run down');
  assert.ok(order[2][0] > order[0][0], 'after a quarter turn and the flip its rows run to the right');
  const [x0, y0] = await page.evaluate(() => window.__viewer.pane('left').toScreen([9.5, 4.5])), [x1, y1] = await page.evaluate(([c, r]) => window.__viewer.pane('left').toScreen([c - 0.5, r - 0.5]), [COLUMNS, ROWS]), [width, height] = await page.evaluate(() => window.__viewer.pane('left').size());
  assert.ok(Math.min(x0, x1) >= -1 && Math.max(x0, x1) <= width + 1 && Math.min(y0, y1) >= -1 && Math.max(y0, y1) <= height + 1, 'the whole area is in sight');
  assert.ok(Math.abs(Math.abs(x1 - x0) - width) < 2 || Math.abs(Math.abs(y1 - y0) - height) < 2, 'and fills the pane');
  await under('QUART');
  console.log(await same('QUART', 5, { from: (x, y) => [y, ROWS - 1 - x] }));
  const turned = await page.evaluate(() => { const p = window.__viewer.pane('left'); return [p.toScreen([20, 10]), p.toScreen([30, 10]), p.toScreen([20, 20])]; });
  assert.ok(turned[1][1] > turned[0][1] && turned[2][0] < turned[0][0], 'a quarter turn alone: rows run to the left');
  await under(null);
  const plain = await view.state();
  assert.deepEqual([plain.rotation, plain.flipped, plain.under], [0, false, null]);
  await pacs.accessible('presentation states');
});

ward.story('E25 on a telephone the states can be reached', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await view.open(`/archive/${image.study}/view`);
  await page.getByTestId('state').waitFor();
  await frameOf(5);
  await under('MASQUE');
  await pacs.shot('states-390');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing runs out of the page');
});
