// An access recovered by two people, on their pages and on that of the person. X1.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('X1 X2 an administrator opens the recovery of an access, the responsible confirms it and alone sees the password', async () => {
  const admin = await ward.signedIn('admin'), lost = await ward.signedIn('secretaire');
  await admin.page.goto('/admin/people');
  const row = admin.page.getByRole('row').filter({ hasText: 'secretaire' });
  await row.getByRole('button', { name: /^Rétablir l’accès/ }).click();
  const dialog = admin.dialog();
  await dialog.getByRole('button', { name: 'Demander la confirmation' }).click();
  await dialog.getByText(/Dites en une phrase/).waitFor();
  await dialog.getByLabel('Comment l’identité a-t-elle été vérifiée ?').fill('Vue en personne, avec son badge et sa carte.');
  await admin.accessible('opening a recovery');
  await admin.shot('recovery-1-open');
  await dialog.getByRole('button', { name: 'Demander la confirmation' }).click();
  await admin.page.getByText(/Une autre personne habilitée doit confirmer/).waitFor();
  assert.equal(await admin.page.getByRole('button', { name: /^Confirmer/ }).count(), 0, 'who opened has nothing to confirm');
  await admin.accessible('people with an open recovery');
  await admin.shot('recovery-2-waits');

  await lost.page.goto('/');
  await lost.page.getByText('Quelqu’un demande à rétablir votre accès').waitFor();
  await lost.accessible('home with an open recovery');
  await lost.shot('recovery-3-own');

  const head = await ward.signedIn('cheffe', { width: 390, height: 844 });
  await head.page.goto('/admin/rights');
  await head.page.getByText('Vue en personne, avec son badge et sa carte.').waitFor();
  assert.equal(await head.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing stands beside the page');
  await head.accessible('rights with an open recovery');
  await head.shot('recovery-4-confirm-390');
  await head.page.getByRole('button', { name: /^Confirmer/ }).click();
  assert.match(await head.page.locator('.one-time').innerText(), /^\S{23}$/);
  await head.accessible('the one-time password');
  assert.equal((await lost.page.request.get('/api/me')).status(), 401);
});
