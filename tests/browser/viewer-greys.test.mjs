// The tables of grey levels of an image, on the screen: the same greys as the server's own rendering, pixel for pixel; chosen beside the windows; values after the table of the modality.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { CORPUS, filesOf, folder, phantoms, send } from '../dicom.mjs';
import { dcmtk } from '../house.mjs';
import { readPng } from '../pictures.mjs';
import { Viewing } from './viewing.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
const CORPUS_FILES = ['pixels/mlut_18.dcm', 'pixels/vlut_04.dcm'].map((one) => path.join(CORPUS, one)).filter((one) => fs.existsSync(one));
let pacs, person, view, page, made;
const modified = (file, changes) => { const r = dcmtk('dcmodify', ['-nb', '-imt', ...changes, file]); assert.equal(r.status, 0, r.stderr); };
const valueOf = (file, tag) => dcmtk('dcmdump', ['+P', tag, file]).stdout.match(/[\[ ](\d[\d.]*)[\]\s]/)[1];
const uids = (file) => ['0020,000d', '0020,000e', '0008,0018'].map((tag) => valueOf(file, tag));

before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward, at = phantoms(house, 'greys', 'dx', [861]), [file] = filesOf(at), work = folder(house, 'greys-tables');
  // Two tables of the view: a curve, and its negative; a table of the modality in thousandths of optical density.
  const most = 65536, table = (name, grey) => {
    const to = path.join(work, name), bytes = Buffer.alloc(2 * most);
    for (let i = 0; i < most; i++) bytes.writeUInt16LE(grey(i), 2 * i);
    fs.writeFileSync(to, bytes);
    return to;
  };
  const stored = Number(valueOf(file, '0028,0101')), whole = 2 ** stored, curve = (x) => Math.round(4095 * Math.sqrt(Math.min(x, 4095) / 4095));
  modified(file, ['-ea', '(0028,1050)', '-ea', '(0028,1051)', '-ea', '(0028,1055)', '-ea', '(0028,1052)', '-ea', '(0028,1053)', '-ea', '(0028,1054)', '-ea', '(0028,3010)',
    '-i', '(0028,3000)[0].(0028,3002)=0\\0\\16', '-i', '(0028,3000)[0].(0028,3004)=OD', '-if', `(0028,3000)[0].(0028,3006)=${table('od', (x) => Math.round((Math.min(x, whole - 1) * 4095) / (whole - 1)))}`,
    '-i', '(0028,3010)[0].(0028,3002)=0\\0\\12', '-i', '(0028,3010)[0].(0028,3003)=COURBE', '-if', `(0028,3010)[0].(0028,3006)=${table('curve', curve)}`,
    '-i', '(0028,3010)[1].(0028,3002)=0\\0\\12', '-i', '(0028,3010)[1].(0028,3003)=NEGATIF', '-if', `(0028,3010)[1].(0028,3006)=${table('negative', (x) => 4095 - curve(x))}`]);
  made = file;
  const sent = send(house, at);
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
  if (CORPUS_FILES.length) {
    const from = folder(house, 'greys-corpus');
    for (const one of CORPUS_FILES) fs.copyFileSync(one, path.join(from, path.basename(one)));
    const kept = send(house, from);
    assert.equal(kept.status, 0, kept.stdout + kept.stderr);
  }
  pacs = await ward.signedIn('pacs', { width: 1300, height: 1000 });
  person = await house.person('pacs');
  ({ page } = pacs);
  view = new Viewing(pacs);
});
after(async () => { await ward.close(); });

async function rendered(file) {
  const [study, series, sop] = uids(file), a = await person.get(`/dicom-web/studies/${study}/series/${series}/instances/${sop}/rendered`, { Accept: 'image/png' });
  assert.equal(a.status, 200, String(a.bytes));
  return readPng(a.bytes);
}
// Some thousands of pixels of the image around this one, each as large as ten of the screen or more.
async function closeUp(middle) {
  await page.evaluate((to) => { const p = window.__viewer.pane('left'); p.stand({ ...p.stood(), reach: { middle: to, span: [60, 60] } }); }, middle);
  await page.waitForTimeout(250);
  return readPng(await page.screenshot());
}
// The greys on the screen beside those that the server makes, in the middle of pixels, where the screen mixes in little of their neighbours.
async function same(file, what, { levelsMin }) {
  const theirs = await rendered(file), at = (column, row) => theirs.at[(row * theirs.width + column) * theirs.channels], levels = new Set();
  let seen = 0, worst = 0;
  for (const part of [0.25, 0.4, 0.5, 0.6, 0.75]) for (const down of [0.35, 0.6]) {
    const shot = await closeUp([Math.round(part * theirs.width), Math.round(down * theirs.height)]), box = await page.getByTestId('image-left').boundingBox();
    const spots = await page.evaluate(() => {
      const p = window.__viewer.pane('left'), [w, h] = p.size(), [c0, r0] = p.toPixel(w * 0.3, h * 0.3), [c1, r1] = p.toPixel(w * 0.7, h * 0.7), found = [];
      for (let r = Math.ceil(r0); r <= r1; r++) for (let c = Math.ceil(c0); c <= c1; c++) found.push([c, r, ...p.toScreen([c, r])]);
      return found;
    });
    for (const [c, r, x, y] of spots) {
      const i = (Math.floor(box.y + y) * shot.width + Math.floor(box.x + x)) * shot.channels, near = [-1, 0, 1].flatMap((dr) => [-1, 0, 1].map((dc) => at(c + dc, r + dr)));
      const spread = Math.max(...near) - Math.min(...near), off = Math.abs(shot.at[i] - at(c, r));
      if (spread > 12) continue;
      assert.ok(shot.at[i] === shot.at[i + 1] && shot.at[i] === shot.at[i + 2], 'grey');
      seen++;
      levels.add(at(c, r));
      worst = Math.max(worst, off);
    }
  }
  assert.ok(seen > 1000 && levels.size >= levelsMin, `${seen} pixels of ${levels.size} levels compared`);
  assert.ok(worst <= 1, `${what}: ${worst} levels off`);
  return { seen, levels: levels.size, worst };
}
const corner = async () => (await page.getByTestId('grey').textContent()).replace(/[\u00a0\u202f]/g, ' ');

ward.story('E25 a table of the view without a window is what the screen shows, as the server renders it; its explanation is said', async () => {
  await view.open(`/archive/${uids(made)[0]}/view`);
  assert.equal(await corner(), 'Table de l’image : COURBE');
  assert.equal((await view.state()).window, null);
  await pacs.shot('greys-table');
  const found = await same(made, 'curve', { levelsMin: 40 });
  console.log('made', found);
  assert.equal(await page.getByText('non appliquée').count(), 0);
  await pacs.accessible('tables of grey levels');
});

ward.story('E25 values are those after the table of the modality, in its unit', async () => {
  await view.key('x');
  const value = await view.pixel('left', 400, 500), unit = await page.evaluate(() => window.__viewer.pane('left').current().full);
  assert.ok(unit);
  const theirs = await rendered(made), grey = theirs.at[(500 * theirs.width + 400) * theirs.channels];
  assert.equal(Math.min(255, Math.floor((Math.round(4095 * Math.sqrt(Math.min(value, 4095) / 4095)) * 255) / 4095 + 0.5)), grey, 'the value gives the grey of the table');
  await page.mouse.move(...await view.spot('left', [400, 500]));
  const shown = page.locator('.probe');
  await shown.waitFor();
  assert.match((await shown.textContent()).replace(/[\u00a0\u202f]/g, ' '), /OD$/);
  assert.ok(Math.abs(Number(await shown.getAttribute('data-value')) - value / 1000) < 0.01, 'thousandths of an optical density');
});

ward.story('E25 tables are offered with the windows, by menu and digit; a hand on the window leaves the table', async () => {
  await page.getByRole('button', { name: 'Niveaux de gris' }).click();
  await page.getByRole('menuitem', { name: /NEGATIF/ }).click();
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.table === 1 && s.full; });
  assert.equal(await corner(), 'Table de l’image : NEGATIF');
  await pacs.shot('greys-negative');
  const dark = readPng(await page.screenshot());
  await page.locator('.viewer').focus();
  await view.key('1');
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.table === 0 && s.full; });
  assert.ok(!dark.at.equals(readPng(await page.screenshot()).at));
  await view.key('w');
  await view.drag('left', [300, 400], [340, 430], [400, 500]);
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.table === null && s.window && s.full; });
  await view.key('x');
  await page.waitForFunction(() => window.__viewer.pane('left').current().table === 0);
});

ward.story('E25 files of others with tables of the modality and of the view', async (t) => {
  if (!CORPUS_FILES.length) return t.skip('no corpus here');
  for (const file of CORPUS_FILES) {
    await view.open(`/archive/${uids(file)[0]}/view`);
    console.log(path.basename(file), await same(file, path.basename(file), { levelsMin: 10 }));
  }
});
