// The register of security incidents at the page: opened, assessed, a notice noted, what is still due is said, closed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
let quality;
before(async () => { Object.assign(ward, await Ward.open()); quality = await ward.signedIn('qualite'); });
after(async () => { await ward.close(); });
const send = () => quality.dialog().locator('button[type="submit"]').click();
const gone = () => quality.dialog().waitFor({ state: 'hidden' });

ward.story('X7 an incident is opened; a form that says too little is refused in plain words, and keeps what was typed', async () => {
  const { page } = quality;
  await page.goto('/admin/security');
  await quality.sees('Aucun incident au registre');
  await quality.accessible('empty register');
  await quality.press('Ouvrir un incident');
  await quality.write('Incident', 'Poste de lecture volé', quality.dialog());
  await send();
  await quality.dialog().getByRole('alert').getByText('dites en quelques mots ce qui s’est passé', { exact: false }).waitFor();
  assert.equal(await quality.dialog().getByLabel('Incident', { exact: true }).inputValue(), 'Poste de lecture volé');
  await quality.write('Ce qui s’est passé', 'Un poste portable non chiffré a disparu du service.', quality.dialog());
  await send();
  await gone();
  await quality.section('Poste de lecture volé').getByText('À évaluer').waitFor();
});

ward.story('X7 once assessed the page says whom to tell, until when; it closes after the notices and a measure', async () => {
  const { page } = quality, incident = quality.section('Poste de lecture volé');
  const press = (name) => incident.getByRole('button', { name: `${name}, Poste de lecture volé` }).click();
  await press('Évaluer');
  await quality.dialog().getByLabel('Violation de données personnelles').check();
  await quality.choose('Risque pour les personnes concernées', 'Un risque', quality.dialog());
  await quality.write('Données concernées', 'Comptes rendus et identités', quality.dialog());
  await quality.write('Conséquences possibles', 'Divulgation de comptes rendus.', quality.dialog());
  await quality.shot('security-assess');
  await quality.accessible('assessment of an incident');
  await send();
  await gone();
  await incident.getByText(/CNIL.*notification due avant le/).waitFor();
  await incident.getByText('Notification à faire').waitFor();
  await press('Clore l’incident');
  await quality.write('Conclusion', 'Poste retrouvé, disque effacé.', quality.dialog());
  await send();
  await quality.dialog().getByRole('alert').getByText('Aucune mesure n’est notée', { exact: false }).waitFor();
  await quality.page.keyboard.press('Escape');
  await gone();
  await press('Noter une mesure');
  await quality.write('Ce qui a été fait', 'Chiffrement de tous les portables.', quality.dialog());
  await send();
  await gone();
  await press('Noter une notification');
  await quality.write('Référence de la notification', 'CNIL-2026-118', quality.dialog());
  await send();
  await gone();
  await incident.getByText(/CNIL.*notification faite le/).waitFor();
  await incident.locator('summary').click();
  await quality.shot('security-register');
  await quality.accessible('register');
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways, but ${wide} px`);
  await quality.shot('security-register-390');
  await page.setViewportSize({ width: 1280, height: 800 });
  await press('Clore l’incident');
  await quality.write('Conclusion', 'Poste retrouvé, disque effacé.', quality.dialog());
  await send();
  await gone();
  await incident.getByText('Clos', { exact: true }).first().waitFor();
  assert.equal(await incident.getByRole('button').count(), 0, 'nothing follows');
});
