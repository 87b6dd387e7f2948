// The button of Pro Santé Connect, the way there and back, the choice of a situation, a refusal in plain words, and the way out of both sessions. X1.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { exercise, TestProvider } from '../psc.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let provider, imager, rpps;
before(async () => {
  provider = await TestProvider.prepare();
  provider.pages = true;
  Object.assign(ward, await Ward.open({ config: provider.config() }));
  await provider.serve(ward.house);
  rpps = (await ward.house.person('imageur')).me.person.rpps;
});
after(async () => { await ward.close(); await provider.close(); });

const there = async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'S’identifier avec Pro Santé Connect' }).click();
  await page.getByRole('button', { name: 'Se connecter avec la carte CPS' }).click();
};

ward.story('X1 the sign-in page offers Pro Santé Connect; its answer opens the page, and the account names the situation', async () => {
  imager = await ward.come('imageur');
  provider.person('f:1:imager', rpps);
  const { page } = imager;
  await page.goto('/');
  await page.getByRole('button', { name: 'S’identifier avec Pro Santé Connect' }).waitFor();
  await imager.accessible('sign-in with Pro Santé Connect');
  await imager.shot('psc-1-sign-in');
  await there(imager);
  await page.getByRole('button', { name: /Jeanne MARTIN/ }).waitFor();
  assert.equal(new URL(page.url()).search, '', 'nothing of it stays in the address');
  await page.goto('/account');
  await page.getByText('Médecin · CENTRE HOSPITALIER DU VAL · F430000123').waitFor();
  await imager.shot('psc-2-account');
});

ward.story('X1 leaving ends the session here and leads to the one over there', async () => {
  const { page } = imager;
  await page.getByRole('button', { name: /Jeanne MARTIN/ }).click();
  await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
  await page.getByRole('button', { name: 'Fermer la session Pro Santé Connect' }).click();
  await page.getByRole('heading', { name: 'Connexion' }).waitFor();
  assert.equal(page.url(), `${ward.house.url}/`, 'and back');
  for (let i = 0; i < 20 && !provider.told; i++) await page.waitForTimeout(100);
  assert.equal(provider.told?.status, 200, 'the provider told us too');
});

ward.story('X1 two situations: one is chosen by keyboard, on a telephone too', async () => {
  provider.person('f:1:imager', rpps, { SubjectRefPro: { exercices: [exercise({}, [{}, { codeModeExercice: 'L', numeroFinessSite: '', numeroSiretSite: '12345678900011', raisonSocialeSite: 'CABINET DE RADIOLOGIE DE LA GARE' }])] } });
  const phone = await ward.come('imageur', { width: 390, height: 844 });
  const { page } = phone;
  await there(phone);
  await page.getByRole('heading', { name: 'Choisissez votre situation d’exercice' }).waitFor();
  await phone.accessible('choice of a situation');
  await phone.shot('psc-3-choice-390');
  await page.getByRole('button', { name: /CABINET DE RADIOLOGIE DE LA GARE.*Médecin.*libéral/s }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /Jeanne MARTIN|Compte/ }).first().waitFor();
});

ward.story('X1 who is not known here reads why and what to do', async () => {
  provider.person('f:1:nobody', rpps);
  provider.people.get('f:1:nobody').SubjectNameID = '0751234567';
  const stranger = await ward.come('personne');
  await there(stranger);
  await stranger.page.getByText(/n’est pas un numéro RPPS/).waitFor();
  await stranger.accessible('refused by Pro Santé Connect');
  await stranger.shot('psc-4-refused');
  await stranger.page.getByRole('link', { name: 'Se connecter autrement' }).click();
  await stranger.page.getByLabel('Identifiant').waitFor();
});
