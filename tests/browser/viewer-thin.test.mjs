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
  const other = studyOf(ward.house, 'cr', 860);
  ct = studyOf(ward.house, 'ct', 861);
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
  cdp = await pacs.context.newCDPSession(page);
  await cdp.send('Network.enable');
  await view.open(`/archive/${other}/view`); // the viewer's own files are here from now on
});
after(async () => { await ward.close(); });

ward.story('E25 on a thin line an image is drawn while it comes, coarse first, in its place; it says so until it is whole', async () => {
  await line(60_000);
  await pacs.turn(`/archive/${ct}/view`);
  await page.locator('.pane .corner-sw').getByText(/Image \d+\/128/).waitFor();
  await view.drawn('left');
  await watch();
  await view.key('Home');
  await page.locator('[data-testid="fidelity"][data-full="false"]').waitFor();
  await pacs.shot('viewer-thin-1-coming');
  await view.drawn('left', 0);
  await page.locator('.corner-se').getByText('Fidélité complète').waitFor();
  const first = (await states()).filter((one) => one.shown === 0), coarse = first.filter((one) => !one.full), whole = first.find((one) => one.full);
  assert.ok(coarse.length >= 1, `drawn before it was whole: ${JSON.stringify(first)}`);
  for (const one of coarse) assert.ok(Math.hypot(one.x - whole.x, one.y - whole.y) < 3 && Math.abs(one.zoom - whole.zoom) < 0.01, `in its place and size from the beginning: ${JSON.stringify([one, whole])}`);
  assert.equal(whole.columns, 512);
  await pacs.shot('viewer-thin-2-whole');
});

ward.story('E25 what is still coming is not measured; whole, it is, and every value is the stored one', async () => {
  await line(30_000);
  await view.key('End');
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.shown === 127 && !s.full; });
  assert.equal(await view.pixel('left', 256, 256), undefined, 'no value is told of an image that is not whole');
  await view.key('l');
  await view.press('left', [200, 200]);
  await page.locator('.viewer-note').getByText(/pas encore complète|en cours/).waitFor();
  await pacs.shot('viewer-thin-3-refused');
  await free();
  await view.drawn('left', 127);
  await view.drag('left', [200, 200], [300, 200]);
  await until(async () => (await view.words()).length === 1, 'a length');
  const frame = await view.frame();
  const stored = Buffer.from(await (await page.context().request.get(frame.imageId.slice(7), { headers: { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1' } })).body());
  const pixels = stored.subarray(stored.indexOf('\r\n\r\n') + 4);
  for (const [column, row] of [[256, 256], [100, 300], [300, 180], [0, 0], [511, 511]]) {
    assert.equal(await view.pixel('left', column, row), pixels.readInt16LE(2 * (row * 512 + column)) + Number(frame.instance['00281052'].Value[0]), `value at ${column},${row}`);
  }
});

ward.story('E25 the image that is looked at goes before those fetched ahead; a line that breaks in the middle of one says so, and it is asked again', async () => {
  await pacs.turn('/archive');
  await line(100_000);
  const asked = [];
  page.on('request', (one) => { const frame = /instances\/([0-9.]+)\/frames/.exec(one.url()); if (frame) asked.push(frame[1]); });
  await pacs.turn(`/archive/${ct}/view`);
  await view.drawn('left');
  await page.waitForTimeout(1500);
  const before = asked.length;
  assert.ok(before <= 12, `${before} frames are on their way, not the whole series`);
  const wanted = await page.evaluate(() => window.__viewer.pane('left').frames()[3].imageId);
  await page.evaluate((cut) => { // the browser holds what has come: the answer itself ends in the middle, once
    const whole = window.fetch;
    window.fetch = async (url, options) => {
      const answer = await whole(url, options);
      if (!cut.includes(String(url))) return answer;
      window.fetch = whole;
      const reader = answer.body.getReader();
      let got = 0;
      const body = new ReadableStream({ start(to) { window.__cut = () => to.error(new TypeError('network error')); }, async pull(to) { const { value } = await reader.read(); got += value.length; if (got < 60000) to.enqueue(value); } });
      return new Response(body, { status: answer.status, headers: answer.headers });
    };
    void window.__viewer.pane('left').goTo(3);
  }, wanted);
  await until(async () => asked.some((uid) => wanted.includes(uid)), 'the image that is looked at is asked for');
  await page.waitForFunction(() => { const s = window.__viewer.pane('left').current(); return s.shown === 3 && !s.full; });
  await page.evaluate(() => window.__cut());
  await page.getByText('L’image 4 n’a pas pu être affichée.').waitFor();
  await pacs.shot('viewer-thin-4-cut');
  await free();
  await pacs.press('Réessayer', page.locator('.pane-note'));
  await view.drawn('left', 3);
  assert.deepEqual(pacs.faults.splice(0).filter((one) => !/network error/.test(one)), [], 'the loader writes the broken line to the console, nothing else');
});
