// A professional shows a card from the sign-in page and comes in; without one the page says what is missing; a stale list is told beside the button. X1.
// SPDX-License-Identifier: Apache-2.0
import { after, before } from 'node:test';
import { Cards } from '../cards.mjs';
import { freePort } from '../house.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let cards, port, rpps;
before(async () => {
  cards = new Cards();
  cards.writeLists({ from: Date.now() - 48 * 3600000, until: Date.now() - 2 * 3600000 });
  port = await freePort();
  Object.assign(ward, await Ward.open({ config: cards.config(port, { 'card-grace-hours': 6 }) }));
  rpps = (await ward.house.person('imageur')).me.person.rpps;
});
after(async () => { await ward.close(); cards.close(); });

ward.story('X1 with a card: one button, and in; the list that is out of date is told', async () => {
  const { cert, key } = cards.person(rpps);
  const holder = await ward.come('imageur', { certificates: [{ origin: `https://localhost:${port}`, cert: Buffer.from(cert), key: Buffer.from(key) }] });
  const { page } = holder;
  await page.goto('/');
  await page.getByText(/liste des cartes révoquées est périmée/).waitFor();
  await holder.accessible('sign-in with a card');
  await holder.shot('card-1-sign-in');
  await page.getByRole('button', { name: 'Se connecter avec ma carte CPS' }).click();
  await page.getByRole('button', { name: /Jeanne MARTIN/ }).waitFor();
});

ward.story('X1 without a card the page says what is missing and offers another way, on a telephone too', async () => {
  const nobody = await ward.come('personne', { width: 390, height: 844 });
  const { page } = nobody;
  await page.goto('/');
  await page.getByRole('button', { name: 'Se connecter avec ma carte CPS' }).click();
  await page.getByText(/Aucune carte n’a été présentée/).waitFor();
  await nobody.accessible('no card');
  await nobody.shot('card-2-none-390');
  await page.getByRole('link', { name: 'Se connecter autrement' }).click();
  await page.getByLabel('Identifiant').waitFor();
});
