// Where a person is signed in, and one session ended: on the account's page, and by an administrator. X1.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('X1 the account lists open sessions; one opened elsewhere is ended there', async () => {
  const elsewhere = await ward.house.person('imageur');
  const here = await ward.signedIn('imageur', { width: 390, height: 844 });
  const { page } = here;
  await page.goto('/account');
  await page.getByText('Cette session').waitFor();
  await page.getByText(/Depuis 127\.0\.0\.1/).waitFor();
  await here.accessible('open sessions');
  await page.getByText('Cette session').scrollIntoViewIfNeeded();
  await here.shot('sessions-1-390');
  await page.getByRole('button', { name: /Fermer la session ouverte/ }).click();
  await page.getByText(/Depuis 127\.0\.0\.1/).waitFor({ state: 'detached' });
  assert.equal((await elsewhere.get('/api/me')).status, 401);
});

ward.story('X1 an administrator ends the session of somebody else', async () => {
  const other = await ward.house.person('medecin');
  const admin = await ward.signedIn('admin');
  const { page } = admin;
  await page.getByRole('link', { name: 'Personnes' }).first().click();
  await page.getByRole('row', { name: /NGUYEN/ }).getByRole('button', { name: 'Sessions' }).click();
  const dialog = admin.dialog();
  await dialog.getByText(/Depuis 127\.0\.0\.1/).waitFor();
  await admin.accessible('sessions of a person');
  await admin.shot('sessions-2-admin');
  await dialog.getByRole('button', { name: /Fermer la session ouverte/ }).click();
  await dialog.getByText('Aucune session ouverte.').waitFor();
  assert.equal((await other.get('/api/me')).status, 401);
});
