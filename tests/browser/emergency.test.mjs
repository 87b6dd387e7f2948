// Access outside care on the page: asked by a physician elsewhere, judged by the responsible of the patient's site.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, doctor, head;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('X2 a physician opens a patient of elsewhere with a reason, reads the act, and closes it again', async () => {
  exam = await Exam.delivered(ward.house);
  doctor = await ward.signedIn('demandeur2');
  const { page } = doctor;
  await page.goto('/emergency');
  await page.getByRole('heading', { name: 'Accès d’urgence', level: 1 }).waitFor();
  await page.getByLabel('Identifiant (IPP)').fill(exam.patient.ipp);
  await page.getByLabel('Urgence vitale').check();
  await page.getByLabel('Raison').fill('Trop court');
  await doctor.press('Ouvrir le dossier');
  await page.getByText(/écrivez la raison/).waitFor();
  await doctor.accessible('emergency');
  await doctor.shot('emergency-ask');
  await page.getByLabel('Raison').fill('Détresse respiratoire, antériorités indispensables avant transfert.');
  await doctor.press('Ouvrir le dossier');
  await page.getByText(/ouvert jusqu’au/).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing stands beside the page');
  await doctor.accessible('emergency, narrow');
  await doctor.shot('emergency-narrow');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('link', { name: new RegExp(exam.number) }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  assert.match(page.url(), new RegExp(`/acts/${exam.id}$`));
  await page.getByText(exam.number).first().waitFor();
});

ward.story('X2 the responsible of the site finds it among what is to be done, and judges it', async () => {
  head = await ward.signedIn('cheffe');
  const { page } = head;
  await page.goto('/home');
  await page.getByRole('link', { name: /Accès d’urgence à examiner/ }).click();
  await page.getByText('Dr Yves LE GOFF').waitFor();
  await head.accessible('emergency, review');
  await head.shot('emergency-review');
  await head.press('Non justifié');
  await page.getByText(/écrivez ce qui a été constaté/).waitFor();
  await page.getByLabel('Constat').fill('Appel du centre 15 confirmé.');
  await head.press('Justifié');
  await page.getByText('Appel du centre 15 confirmé.').waitFor();
  await doctor.page.goto('/emergency');
  await doctor.press('Refermer maintenant');
  await doctor.page.getByText(/ouvert jusqu’au/).waitFor({ state: 'detached' });
});
