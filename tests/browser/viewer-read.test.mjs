// Reading in the viewer: layouts, windows, turns and mirrors with their letters, cine at its rate, panes that move together; by hand and from the keyboard.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Viewing, studyOf } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let pacs, view, page, petct, us;
before(async () => {
  Object.assign(ward, await Ward.open());
  petct = studyOf(ward.house, 'petct', 831);
  us = studyOf(ward.house, 'us', 832);
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
});
after(async () => { await ward.close(); });

const slots = () => page.locator('.slot');

ward.story('E25 the first image tells who, what, where and how; a true scale bar and the letters of its sides', async () => {
  await view.open(`/archive/${petct}/view`);
  await page.locator('.pane .corner-nw strong').first().waitFor();
  await page.locator('.corner-se').getByText('Fidélité complète').waitFor();
  assert.match(await page.locator('.corner-sw').innerText(), /Image \d+\/48/);
  assert.deepEqual(await view.edges(), { right: 'G', left: 'D', top: 'A', bottom: 'P' });
  const bar = page.locator('.scale');
  const [length, pixels] = [Number(await bar.getAttribute('data-length')), Number(await bar.getAttribute('data-pixels'))];
  // Columns under the bar's length, by the spacing the phantom is made with: 440 mm over 256.
  const [a, b] = [await view.spot('left', [0, 0]), await view.spot('left', [100, 0])];
  assert.ok(Math.abs((pixels / (b[0] - a[0])) * 100 * (440 / 256) - length) < 0.01, `${length} mm in ${pixels} pixels`);
  await pacs.shot('viewer-1-first');
  await pacs.accessible('viewer, one pane');
});

ward.story('E25 windows have their keys; turned and mirrored, the letters follow; reset gives everything back', async () => {
  await view.key('2');
  await page.locator('.corner-se').getByText('C -600 · L 1 500').or(page.locator('.corner-se').getByText(/C .600 · L 1.500/)).first().waitFor();
  await view.key('r');
  assert.deepEqual(await view.edges(), { right: 'A', left: 'P', top: 'D', bottom: 'G' }, 'a quarter turn clockwise: the top goes right');
  const [x0, y0] = await view.spot('left', [0, 0]), [x1, y1] = await view.spot('left', [200, 0]);
  assert.ok(Math.abs(x1 - x0) < 1 && y1 > y0, 'a row runs down');
  await view.key('m');
  assert.deepEqual(await view.edges(), { right: 'P', left: 'A', top: 'D', bottom: 'G' }, 'left and right of the screen exchanged');
  await page.locator('.corner-se').getByText(/Tournée de \d+° · Miroir/).waitFor();
  await pacs.shot('viewer-2-turned');
  await view.key('i');
  await view.key('x');
  assert.deepEqual(await view.edges(), { right: 'G', left: 'D', top: 'A', bottom: 'P' });
  const state = await view.state();
  assert.deepEqual([state.rotation, state.flipped, state.tumbled, state.inverted], [0, false, false, false]);
  await view.key('Shift+M');
  assert.deepEqual(await view.edges(), { right: 'G', left: 'D', top: 'P', bottom: 'A' });
  await view.key('x');
});

ward.story('E25 two panes: the second series beside the first, both at the same place of the patient; a series is dragged to a pane', async () => {
  await page.getByRole('button', { name: /^Disposition/ }).click();
  await page.getByRole('menuitem', { name: '1 × 2 (lignes × colonnes)' }).click();
  await view.drawn('right');
  await view.key('Home');
  await view.drawn('left', 0);
  await view.drawn('right', 0);
  for (let i = 0; i < 7; i++) await view.key('ArrowDown');
  await view.drawn('left', 7);
  await view.drawn('right', 7);
  const places = await page.evaluate(() => ['left', 'right'].map((id) => { const p = window.__viewer.pane(id); return p.frameAt(p.current().shown).position[2]; }));
  assert.deepEqual(places, [165 - 56, 165 - 56]);
  await view.key('y');
  await view.key('End');
  await view.drawn('left', 47);
  assert.equal((await view.state('right')).shown, 7, 'not linked: the other stays');
  await view.key('y');
  await view.drawn('right', 47);
  await page.locator('.series-one').nth(1).dragTo(slots().nth(0));
  await view.drawn('left');
  assert.equal(await slots().nth(0).locator('.pane').getAttribute('aria-label'), await slots().nth(1).locator('.pane').getAttribute('aria-label'), 'the same series in both');
  await pacs.shot('viewer-3-two');
  await pacs.accessible('viewer, two panes');
});

ward.story('E25 the 3D cursor leads the other pane to the same point of the patient', async () => {
  await page.locator('.series-one').nth(0).dragTo(slots().nth(0));
  await view.drawn('left');
  await view.key('Home');
  await view.drawn('left', 0);
  await view.key('y'); // not linked: only the cursor moves the other
  for (let i = 0; i < 20; i++) await view.key('ArrowDown');
  await view.drawn('left', 20);
  await view.key('u');
  await view.press('left', [150, 120]);
  await view.drawn('right', 20);
  const there = await page.getByTestId('marks-right').locator('.mark-cursor').getAttribute('d');
  const [x, y] = /^M([\d.]+) ([\d.]+)h16/.exec(there).slice(1).map(Number);
  // The point in millimetres from the CT's columns, then in columns of the PET: 576 mm over 144, the same corner rule.
  const mm = [-220 + 440 / 512 + 150 * (440 / 256), -220 + 440 / 512 + 12 + 120 * (440 / 256)];
  const pet = [(mm[0] + 288 - 2) / 4, (mm[1] + 288 - 2 - 12) / 4];
  const want = await page.evaluate((p) => window.__viewer.pane('right').toScreen(p), pet);
  assert.ok(Math.hypot(x + 22 - want[0], y - want[1]) < 1.5, `${x + 22},${y} is not ${want}`);
  await pacs.shot('viewer-4-cursor');
  await view.key('y');
});

ward.story('E25 from the keyboard alone: layout, pane, series, windows, sheet of keys', async () => {
  for (let i = 0; i < 3; i++) await view.key('v');
  await page.locator('.panes[data-layout="2 × 2"]').waitFor();
  assert.equal(await slots().count(), 4);
  assert.equal(await page.getByText('Choisissez ou glissez une série ici').count(), 2);
  const activeSlot = () => page.locator('.slot').evaluateAll((all) => all.findIndex((one) => one.dataset.active === 'true'));
  const before = await activeSlot();
  await view.key('c');
  assert.equal(await activeSlot(), (before + 1) % 4);
  await view.key('c');
  await page.locator('.series-one').nth(0).focus();
  await view.key('Enter');
  await view.drawn('third');
  await view.key('?');
  await pacs.dialog().getByText('Quart de tour à droite, à gauche').waitFor();
  await pacs.shot('viewer-5-keys');
  await pacs.accessible('keys of the viewer');
  await view.key('Escape');
  await pacs.dialog().waitFor({ state: 'hidden' });
  await pacs.shot('viewer-6-four');
  await pacs.accessible('viewer, four panes');
});

ward.story('E25 an ultrasound plays at the rate of its frames, and stops', async () => {
  await view.open(`/archive/${us}/view`);
  assert.deepEqual(await view.edges(), {}, 'an image that says no orientation has no letters');
  await page.getByTestId('viewer').focus();
  await view.key('Space');
  await page.locator('.corner-se').getByText(/25 images\/s \(réel [\d,]+\)/).waitFor();
  await until(async () => (await view.state()).loaded === 36, 'all frames loaded');
  await pacs.shot('viewer-7-cine');
  const took = await page.evaluate(async () => {
    const pane = window.__viewer.pane('left'), seen = [];
    await new Promise((done) => { const off = pane.subscribe(() => { const { shown } = pane.current(); if (seen.at(-1)?.[0] !== shown) seen.push([shown, performance.now()]); if (seen.length > 30) { off(); done(); } }); });
    return { each: (seen.at(-1)[1] - seen[1][1]) / (seen.length - 2), steps: seen.slice(1).map(([n], i) => (n - seen[i][0] + 36) % 36) };
  });
  assert.ok(took.steps.every((step) => step === 1), `no frame left out: ${took.steps}`);
  assert.ok(took.each > 38, `never faster than the object says: ${took.each} ms`);
  await view.key('Space');
  const { shown } = await view.state();
  await new Promise((done) => setTimeout(done, 300));
  assert.equal((await view.state()).shown, shown);
});
