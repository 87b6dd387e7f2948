// The viewer on a thin line: an image is drawn while it comes, says so, refuses to be measured, and is exact in the end; the one that is looked at goes before all others.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Viewing, studyOf } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let pacs, view, page, cdp, ct;
const line = (bytes, ms = 40) => cdp.send('Network.emulateNetworkConditions', { offline: bytes === 0, latency: ms, downloadThroughput: bytes || -1, uploadThroughput: -1 });
const free = () => cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
// Every state of the left pane from now on, as the page draws it.
const watch = () => page.evaluate(() => {
  const pane = window.__viewer.pane('left'), seen = [];
  window.__states = seen;
  const look = () => {
    const { shown, full, failed } = pane.current(), columns = pane.drawnColumns(), last = seen.at(-1);
    const [x, y] = shown === null ? [0, 0] : pane.toScreen([100, 60]);
    if (!last || last.shown !== shown || last.full !== full || last.columns !== columns || last.failed !== failed) seen.push({ shown, full, failed, columns, x, y, zoom: pane.current().zoom });
    requestAnimationFrame(look);
  };
  look();
});
const states = () => page.evaluate(() => window.__states);

before(async () => {
  Object.assign(ward, await Ward.open());
  ct = studyOf(ward.house, 'ct', 861);
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
  cdp = await pacs.context.newCDPSession(page);
  await cdp.send('Network.enable');
});
after(async () => { await ward.close(); });

ward.story('E25 on a thin line an image is drawn while it comes, coarse first, in its place; it says so until it is whole', async () => {
  await until(async () => (await ward.house.ready?.(ct)) ?? true, 'frames made in advance');
  await line(60_000);
  await view.open(`/archive/${ct}/view`);
  await watch();
  await view.key('Home');
  await page.getByTestId('fidelity').and(page.locator('[data-full="false"]')).waitFor();
  await pacs.shot('viewer-thin-1-coming');
  await view.press('left', [100, 100]);
  await view.drawn('left', 0);
  await page.locator('.corner-se').getByText('Fidélité complète').waitFor();
  const first = (await states()).filter((one) => one.shown === 0), coarse = first.filter((one) => !one.full);
  assert.ok(coarse.length >= 1, `drawn before it was whole: ${JSON.stringify(first)}`);
  const whole = first.find((one) => one.full);
  for (const one of coarse) assert.ok(Math.hypot(one.x - whole.x, one.y - whole.y) < 2.5, `in its place from the beginning: ${JSON.stringify([one, whole])}`);
  await pacs.shot('viewer-thin-2-whole');
});
