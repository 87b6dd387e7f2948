// Two windows of one exam, for two monitors: they move together, a hanging fills both, what is seen in either counts, closing one keeps everything.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { studyOf, Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let pacs, page, view, study, second, there;
before(async () => {
  Object.assign(ward, await Ward.open());
  study = studyOf(ward.house, 'petct', 931);
});
after(async () => { await ward.close(); });
const seriesIn = async (of, id) => /\/series\/([\d.]+)\//.exec((await of.frame(id)).imageId)[1];
const ledger = () => page.evaluate((uid) => fetch(`/api/studies/${uid}/ledger`).then((one) => one.json()), study);
async function openSecond(press = () => view.key('o')) {
  await page.bringToFront();
  const [popup] = await Promise.all([pacs.context.waitForEvent('page'), press()]);
  popup.on('pageerror', (e) => pacs.faults.push(String(e)));
  const visit = { page: popup };
  await popup.getByTestId('second-screen').and(popup.locator('[data-present="true"]')).waitFor();
  const other = new Viewing(visit);
  await other.drawn('left');
  return [popup, other];
}

ward.story('E25 a key opens a second window of the exam: another series, moved and windowed together, the cursor and reference in both', async () => {
  pacs = await ward.signedIn('pacs', { width: 1100, height: 800 });
  page = pacs.page;
  view = new Viewing(pacs);
  await view.open(`/archive/${study}/view`);
  [second, there] = await openSecond();
  assert.notEqual(await seriesIn(there, 'left'), await seriesIn(view, 'left'), 'the second shows what the first does not');
  assert.equal(await second.locator('.shell-bar').count(), 0, 'images alone');
  await second.getByText('FANTOME').first().waitFor();
  // a step here is a step there: both are of one space
  await view.press('left', [120, 120]);
  const [a, b] = [(await view.state('left')).shown, (await there.state('left')).shown];
  for (let i = 0; i < 3; i += 1) await view.key('ArrowDown');
  await view.drawn('left', a + 3);
  await there.drawn('left', b + 3);
  await there.press('left', [60, 60]); // now somebody works over there
  for (let i = 0; i < 2; i += 1) await there.key('ArrowUp');
  await there.drawn('left', b + 1);
  await view.drawn('left', a + 1);
  // unlinked in one: unlinked in both
  await there.key('y');
  await until(async () => (await page.getByRole('button', { name: /\(Y\)$/ }).getAttribute('aria-pressed')) === 'false', 'the link is off here too');
  await there.key('ArrowUp');
  await there.drawn('left', b);
  assert.equal((await view.state('left')).shown, a + 1, 'and nothing moves');
  await view.key('y');
  // the patient's point
  await view.key('u');
  await view.press('left', [100, 100]);
  await second.locator('.mark-cursor').first().waitFor();
  await view.key('w');
  // the same series in both: one window
  const own = await seriesIn(view, 'left');
  await second.locator(`.series-one[data-series="${own}"]`).click();
  await until(async () => (await seriesIn(there, 'left').catch(() => '')) === own, 'the same series there');
  await there.drawn('left');
  await view.press('left', [120, 120]);
  await view.key('2');
  await until(async () => Math.abs((await there.state('left')).window.center + 600) < 1, 'lung there too');
});

ward.story('E25 a measure drawn in one window stands in the other; what is seen in either counts for the reading', async () => {
  await view.key('l');
  await view.drag('left', [80, 100], [140, 100]);
  await until(async () => (await view.words('left')).length === 1, 'drawn here');
  await view.key('w');
  await there.key('y'); // alone, to the slice of the measure
  const at = (await view.state('left')).shown, away = at - (await there.state('left')).shown;
  for (let i = Math.abs(away); i > 0; i -= 1) await there.key(away > 0 ? 'ArrowDown' : 'ArrowUp');
  await there.drawn('left', at);
  await until(async () => (await there.words('left')).length === 1, 'and there');
  assert.deepEqual(await there.words('left'), await view.words('left'));
  await there.page.keyboard.press('l');
  await there.drag('left', [80, 140], [150, 140]);
  await until(async () => (await view.words('left')).length === 2, 'the other way too');
  await there.key('w');

  // images that only the second window has shown
  const seen = new Set();
  for (const key of ['Home', 'ArrowDown', 'ArrowDown']) { await there.key(key); await until(async () => (await there.state('left')).full && (await there.state('left')).shown === (await there.state('left')).wanted, 'there'); seen.add((await there.frame('left')).sop); await second.waitForTimeout(300); }
  const before = (await ledger()).seen;
  await page.waitForTimeout(5500); // as often as a window tells
  await until(async () => (await ledger()).seen >= Math.max(before, 3), 'counted');
  const told = await ledger();
  assert.ok(told.seen >= seen.size && told.full_ms > 0, JSON.stringify(told));
  await there.key('y');
});

ward.story('E25 closing the second window keeps what it showed; opened again it shows it again; it says when the first is gone', async () => {
  await second.bringToFront();
  await there.key('v'); // 1 × 2 there
  await second.locator('[data-layout="1 × 2"]').waitFor();
  const was = [await seriesIn(there, 'left'), await seriesIn(there, 'right')];
  await second.waitForTimeout(300);
  await second.close();
  await until(async () => (await page.getByRole('button', { name: 'Deuxième écran (O)' }).count()) === 1, 'the first knows');
  await page.waitForTimeout(1500); // the browser gives a name that is being closed to the window that closes
  [second, there] = await openSecond();
  await second.locator('[data-layout="1 × 2"]').waitFor();
  await there.drawn('right');
  assert.deepEqual([await seriesIn(there, 'left'), await seriesIn(there, 'right')], was);
  // a reload of the first finds the second again
  await page.reload();
  await view.drawn('left');
  await page.getByRole('button', { name: 'Montrer le deuxième écran (O)' }).waitFor();
  await second.locator('[data-present="true"]').waitFor();
  await page.goto('/home');
  await second.getByText(/La fenêtre principale ne montre plus cet examen/).waitFor();
  assert.equal((await there.state('left')).full, true, 'the images stay');
});

ward.story('E25 a hanging that names a second screen fills both; another exam opened in the first is followed by the second', async () => {
  const other = studyOf(ward.house, 'petct', 932);
  const pane = { exam: 0, modality: 'CT', words: '', without: '', plane: '', contrast: '', weight: '', view: '', side: '', nth: 1, window: 'bone', fit: 'fit', link: 1, flip: '' };
  const made = await (await ward.house.person('pacs')).post('/api/hangings', { name: 'Deux moniteurs', content: { as: 'panes', begin: 'alone', rows: 1, columns: 1, when: { modality: 'PT/CT', region: '', side: '', series_min: 0, series_max: 0, prior: 'any', age_min: 0, age_max: 0 },
    panes: [pane], second: { rows: 2, columns: 1, panes: [{ ...pane, modality: 'PT', window: '' }, { ...pane, window: 'lung' }] } } });
  assert.equal(made.status, 200, String(made.bytes));
  await view.open(`/archive/${other}/view`, { hung: true });
  await second.waitForURL(`**/archive/${other}/screen*`);
  await second.locator('[data-layout="2 × 1"]').waitFor();
  await there.drawn('left');
  await there.drawn('right');
  await until(async () => Math.abs((await view.state('left')).window.center - 400) < 1, 'bone in the first');
  await until(async () => Math.abs((await there.state('right')).window.center + 600) < 1, 'lung in the second');
  assert.equal((await there.frame('left')).instance['00080060'].Value[0], 'PT');
  await view.press('left', [120, 120]);
  await view.key('1');
  await until(async () => Math.abs((await view.state('left')).window.center - 40) < 1, 'soft tissue in the first');
  assert.ok(Math.abs((await there.state('right')).window.center + 600) < 1, 'a pane that the hanging gave a window keeps it');
  await second.screenshot({ path: path.join(import.meta.dirname, 'shots', 'screens-second.png') });
  await pacs.shot('screens-first');
  await pacs.accessible('the first of two windows');
  await pacs.accessible.call({ page: second }, 'the second window');
  // from the second, the keys of hangings are the first's
  await there.key('g');
  await until(async () => (await page.getByTestId('hanging').innerText()).includes('simple'), 'plain in the first');
  await there.key('o');
  await until(() => second.isClosed(), 'a key closes it');
});

ward.story('E25 a refused window is told plainly; where the browser knows the monitors it stands on the other one', async () => {
  await page.evaluate(() => { window.kept = window.open; window.open = () => null; });
  await view.key('o');
  await page.getByText(/Le navigateur a bloqué la deuxième fenêtre/).waitFor();
  await page.evaluate(() => {
    window.open = (...all) => { const popup = window.kept(...all); window.moves = []; popup.moveTo = (x, y) => window.moves.push([x, y]); popup.resizeTo = (x, y) => window.moves.push([x, y]); return popup; };
    Object.defineProperty(screen, 'isExtended', { value: true, configurable: true });
    const here = { availLeft: 0, availTop: 0, availWidth: 1920, availHeight: 1080 };
    window.getScreenDetails = async () => ({ currentScreen: here, screens: [here, { availLeft: 1920, availTop: 20, availWidth: 2048, availHeight: 2500 }] });
  });
  [second, there] = await openSecond();
  await until(async () => (await page.evaluate(() => window.moves)).length === 2, 'moved');
  assert.deepEqual(await page.evaluate(() => window.moves), [[1920, 20], [2048, 2500]]);
  assert.equal(await page.getByText(/Le navigateur a bloqué/).count(), 0);
  await second.close();
  await page.waitForTimeout(1500);
  await page.evaluate(() => { window.getScreenDetails = () => Promise.reject(new DOMException('no', 'NotAllowedError')); });
  [second, there] = await openSecond();
  await page.getByText(/glissez-la sur l’autre écran/).waitFor();
});
