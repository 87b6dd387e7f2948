// The review of rights on the page. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });
ward.story('X2 O9 the responsible goes through the list of rights and signs it', async () => {
  const head = await ward.signedIn('cheffe'), { page } = head;
  await page.goto('/admin/rights');
  await page.getByRole('heading', { name: 'Habilitations', level: 1 }).waitFor();
  await page.getByText('Jamais revue.').first().waitFor();
  await head.accessible('rights');
  await head.shot('rights');
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing stands beside the page');
  await head.shot('rights-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: /Signer la liste, Centre hospitalier/ }).click();
  await page.getByText(/Revue le .* par/).waitFor();
  await page.getByText('À jour', { exact: true }).waitFor();
});
