// Multi-frame images of a maker that writes other UIDs into the groups of its frames: the header stays that of the object, its picture is found, its views are counted.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { CORPUS, folder, send } from '../dicom.mjs';
import { Viewing } from './viewing.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward(), FILE = path.join(CORPUS, 'enhanced/emr-philips-dti.dcm'), STUDY = '1.2.826.0.1.3680043.8.498.1725697665093567298248316836', SOP = '1.2.826.0.1.3680043.8.498.1725697665093567298248332473';
const absent = !fs.existsSync(FILE);
before(async () => {
  if (absent) return;
  Object.assign(ward, await Ward.open());
  const at = folder(ward.house, 'enhanced');
  fs.copyFileSync(FILE, path.join(at, 'enhanced.dcm'));
  const sent = send(ward.house, at);
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
});
after(async () => { await ward.close?.(); });

ward.story('E25 an enhanced MR keeps its own UID while its frames are shown; the list shows its picture and says how many views it has', async (t) => {
  if (absent) return t.skip('no corpus here');
  const pacs = await ward.signedIn('pacs'), view = new Viewing(pacs), { page } = pacs;
  await view.open(`/archive/${STUDY}/view`);
  for (const index of [3, 30]) {
    await page.evaluate((to) => window.__viewer.pane('left').goTo(to), index);
    await view.drawn('left', index);
    const frame = await view.frame();
    assert.deepEqual([frame.sop, frame.instance['00080018'].Value[0]], [SOP, SOP]);
  }
  await page.locator(`.series-picture img[src*="${SOP}"]`).waitFor();
  await page.waitForFunction(() => document.querySelector('.series-picture img').naturalWidth > 0);
  assert.match(await page.locator('.series-sub').first().textContent(), /32 vues/);
});
