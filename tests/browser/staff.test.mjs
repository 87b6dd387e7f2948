// Files, procedures, register and meetings in the browser: what blocks is read, mended and signed by the people whose work it is.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
const day = (n) => new Date(ward.house.now() + n * 86400000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
let manip, imager, quality;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

const part = (visit, role) => visit.page.locator(`[data-part="${role}"]`);

ward.story('S5 an imager withdraws an insurance, records the new one with its document; it counts once the responsible has verified it', async () => {
  imager = await ward.signedIn('imageur');
  await imager.page.goto('/staff/me');
  await imager.page.getByRole('heading', { name: 'Mon dossier', level: 1 }).waitFor();
  await part(imager, 'imager').getByText('Apte', { exact: true }).waitFor();
  await imager.accessible('my file');
  await imager.shot('staff-me');
  await imager.press('Retirer : Assurance professionnelle couvrant les actes à distance');
  await imager.write('Motif', 'Contrat remplacé', imager.dialog());
  await imager.press('Confirmer', imager.dialog());
  await part(imager, 'imager').getByText('Bloqué', { exact: true }).waitFor();
  await part(imager, 'imager').getByText('L’assurance professionnelle couvrant les actes à distance manque', { exact: false }).waitFor();
  await imager.press('Ajouter une pièce');
  await imager.select('Type', 'Assurance professionnelle couvrant les actes à distance');
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().getByText('Saisissez la date de fin de validité.').waitFor();
  await imager.write('Délivré par', 'Mutuelle de l’Orbe', imager.dialog());
  await imager.write('Valable jusqu’au', day(300), imager.dialog());
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().getByText('Donnez la preuve', { exact: false }).waitFor();
  await imager.accessible('my file, new item refused');
  await imager.shot('staff-item');
  await imager.page.locator('input[type="file"]').setInputFiles({ name: 'attestation.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 attestation') });
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await imager.page.locator('[data-item="insurance"]').getByText('À vérifier', { exact: true }).waitFor();

  const responsible = await ward.signedIn('responsable');
  await responsible.page.goto('/staff/people');
  const row = responsible.page.getByRole('table', { name: 'Personnes' }).getByRole('row').filter({ hasText: 'Jeanne MARTIN' });
  await row.getByText('Bloqué', { exact: true }).waitFor();
  await responsible.accessible('people');
  await responsible.shot('staff-people');
  await row.getByRole('link', { name: 'Jeanne MARTIN' }).click();
  await responsible.press('Vérifier', responsible.page.locator('[data-item="insurance"]'));
  await part(responsible, 'imager').getByText('Apte', { exact: true }).waitFor();
  await imager.page.reload();
  await part(imager, 'imager').getByText('Apte', { exact: true }).waitFor();
});

ward.story('S5 my file is read and mended on a telephone', async () => {
  await imager.page.setViewportSize({ width: 390, height: 844 });
  await imager.page.goto('/staff/me');
  await part(imager, 'imager').getByText('Apte', { exact: true }).waitFor();
  const wide = await imager.page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > 390) throw new Error(`the page is ${wide} px wide on a telephone of 390`);
  await imager.accessible('my file, narrow');
  await imager.shot('staff-me-390');
  await imager.press('Ajouter une pièce');
  await imager.dialog().getByLabel('Type', { exact: false }).first().waitFor();
  await imager.accessible('my file, new item, narrow');
  await imager.shot('staff-item-390');
  await imager.page.keyboard.press('Escape');
});

ward.story('O6 a new version is published; the technologist is blocked, reads it and signs it by a code', async () => {
  quality = await ward.signedIn('qualite');
  await quality.page.goto('/staff/procedures');
  await quality.select('Établissement', 'Centre hospitalier du Val d’Orbe');
  await quality.page.getByRole('button', { name: 'TELE-01 · Organisation de la téléimagerie' }).click();
  await quality.press('Nouvelle version', quality.dialog());
  await quality.write('Texte', '1. La demande est écrite et signée.\n2. Le manipulateur relit l’identité à voix haute.', quality.dialog());
  await quality.write('En vigueur à partir du', day(0), quality.dialog());
  await quality.accessible('procedure, new version');
  await quality.press('Publier', quality.dialog());
  await quality.dialog().getByText('version 2', { exact: false }).first().waitFor();
  await quality.shot('staff-procedure');

  manip = await ward.signedIn('manip');
  await manip.page.goto('/staff/me');
  await part(manip, 'technologist').getByText('Des procédures en vigueur ne sont pas signées', { exact: false }).waitFor();
  await manip.page.getByRole('link', { name: 'Procédures', exact: true }).click();
  const row = manip.page.locator('[data-procedure="TELE-01"]');
  await row.getByText('À signer', { exact: true }).waitFor();
  await manip.accessible('procedures');
  await row.getByRole('button').focus(); // by the keyboard alone
  await manip.page.keyboard.press('Enter');
  await manip.dialog().getByText('Le manipulateur relit l’identité', { exact: false }).waitFor();
  await manip.button('J’ai lu : signer', manip.dialog()).focus();
  await manip.page.keyboard.press('Enter');
  await manip.accessible('procedure, signing');
  await manip.giveCode('000000', manip.dialog());
  await manip.dialog().getByRole('alert').waitFor();
  await ward.house.advance(await ward.house.person('admin'), 31000);
  await manip.giveCode(await manip.freshCode(), manip.dialog());
  await manip.dialog().getByText('Signé', { exact: true }).waitFor();
  await manip.shot('staff-signed');
});

ward.story('O3 the scanner is put out of service with a reason by the technologist, and back by the biomedical engineer', async () => {
  await manip.page.goto('/staff/register');
  const scanner = manip.page.locator('[data-equipment="Scanner 1"]');
  await scanner.getByText('Apte', { exact: true }).waitFor();
  await manip.press('Mettre hors service', scanner);
  await manip.write('Motif', 'Panne du statif', manip.dialog());
  await manip.press('Confirmer', manip.dialog());
  await scanner.getByText('Inapte', { exact: true }).waitFor();
  await scanner.getByText('L’équipement est hors service.').waitFor();
  await manip.accessible('register');
  await manip.shot('staff-register');
  const biomed = await ward.signedIn('biomed');
  await biomed.page.goto('/staff/register');
  await biomed.press('Remettre en service', biomed.page.locator('[data-equipment="Scanner 1"]'));
  await biomed.page.locator('[data-equipment="Scanner 1"]').getByText('Apte', { exact: true }).waitFor();
});

ward.story('L13 the radiation-protection officer sees their own kinds and records dosimetry', async () => {
  const pcr = await ward.signedIn('pcr');
  await pcr.page.goto('/staff/people');
  await pcr.page.getByRole('link', { name: 'Lucas PETIT' }).first().click();
  await pcr.page.locator('[data-item="dosimetry"]').first().waitFor();
  await pcr.press('Ajouter une pièce');
  await pcr.select('Type', 'Suivi dosimétrique');
  await pcr.write('Intitulé', '0,2 mSv sur douze mois', pcr.dialog());
  await pcr.write('Valable jusqu’au', day(90), pcr.dialog());
  await pcr.press('Enregistrer', pcr.dialog());
  await pcr.page.getByText('0,2 mSv sur douze mois', { exact: false }).waitFor();
  await pcr.shot('staff-pcr');
});

ward.story('O6 an imager checks a technologist’s knowledge of a protocol of the site, with result and next date', async () => {
  await imager.page.setViewportSize({ width: 1280, height: 800 });
  await imager.page.goto('/staff/people');
  await imager.select('Établissement', 'Centre hospitalier du Val d’Orbe');
  await imager.page.getByRole('link', { name: 'Lucas PETIT' }).first().click();
  await imager.press('Ajouter une pièce');
  await imager.select('Protocole', 'CT-ABDO · Scanner abdomen-pelvis sans injection');
  await imager.write('Date de l’évaluation', day(0), imager.dialog());
  await imager.select('Résultat', 'non conforme');
  await imager.write('Valable jusqu’au', day(180), imager.dialog());
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await part(imager, 'technologist').getByText('La connaissance d’un protocole n’a pas été vérifiée', { exact: false }).waitFor();
  await imager.page.locator('[data-item="knowledge"]').getByText('Non conforme', { exact: true }).waitFor();
  await imager.accessible('file of a technologist');
  await imager.shot('staff-knowledge');
});

ward.story('L1 L11 S5 O6 the skills of a team on one page: filtered by role and by what ends, printed, a file one touch away', async () => {
  const { page } = quality;
  await page.goto('/staff/skills');
  await quality.select('Établissement', 'Centre hospitalier du Val d’Orbe');
  const row = page.getByRole('table', { name: 'Compétences' }).getByRole('row').filter({ hasText: 'Lucas PETIT' });
  await row.getByText(/contrôlé par .*MARTIN/).waitFor();
  await row.getByText('Non conforme', { exact: false }).waitFor();
  await quality.accessible('skills');
  await quality.shot('staff-skills');
  await page.locator('.skills-scroll').evaluate((one) => { one.scrollLeft = 4000; });
  await quality.shot('staff-skills-right');
  await quality.select('Rôle', 'manipulateur');
  await page.getByRole('columnheader', { name: /Assurance/ }).waitFor({ state: 'hidden' });
  await quality.select('Montrer', 'Ce qui manque aujourd’hui');
  await row.waitFor();
  await quality.select('Montrer', 'Échéance dans les 7 jours');
  await page.getByText('Personne dans ce cas').waitFor();
  await quality.select('Montrer', 'Tout le monde');
  await page.emulateMedia({ media: 'print' });
  const sheet = new URL('./shots/staff-skills.pdf', import.meta.url).pathname;
  await page.pdf({ path: sheet, preferCSSPageSize: true });
  await page.emulateMedia({ media: 'screen' });
  const printed = spawnSync('pdfinfo', [sheet], { encoding: 'utf8' }).stdout;
  assert.match(printed, /Pages: +1\n/, 'one sheet');
  assert.match(printed, /Page size: +84[12][\d.]* x 59[45]/, 'in landscape');
  await page.setViewportSize({ width: 390, height: 844 });
  await row.waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > 390) throw new Error(`the page is ${wide} px wide on a telephone of 390`);
  await quality.accessible('skills at 390');
  await quality.shot('staff-skills-390');
  await row.getByRole('link', { name: 'Lucas PETIT' }).press('Enter');
  await page.getByRole('heading', { name: /Lucas PETIT/, level: 1 }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  const biomed = ward.visits.find((one) => one.login === 'biomed');
  await biomed.page.goto('/staff/people');
  if (await biomed.page.getByRole('link', { name: 'Compétences' }).count()) throw new Error('offered to who does not answer for people');
  await biomed.page.goto('/staff/skills');
  await biomed.page.getByText('ceux qui en répondent', { exact: false }).waitFor();
});

ward.story('O6 a meeting is written and its chair signs the minutes', async () => {
  await imager.page.setViewportSize({ width: 1280, height: 800 });
  await imager.page.goto('/staff/meetings');
  await imager.press('Nouvelle réunion');
  await imager.write('Titre', 'Revue des protocoles', imager.dialog());
  await imager.dialog().getByRole('textbox', { name: 'Participants' }).or(imager.dialog().getByRole('combobox', { name: 'Participants' })).first().click();
  await imager.page.getByRole('option', { name: 'Dr Karim HADDAD' }).click();
  await imager.page.keyboard.press('Escape');
  await imager.write('Compte rendu', 'Le protocole abdominal passe à 100 kV.', imager.dialog());
  await imager.accessible('meeting, form');
  await imager.press('Enregistrer', imager.dialog());
  await imager.page.getByRole('button', { name: 'Revue des protocoles' }).click();
  await imager.press('Signer', imager.dialog());
  await ward.house.advance(await ward.house.person('admin'), 31000);
  await imager.giveCode(await imager.freshCode(), imager.dialog());
  await imager.page.getByRole('table', { name: 'Réunions' }).getByText('Signé', { exact: true }).waitFor();
  await imager.accessible('meetings');
  await imager.shot('staff-meetings');
  await imager.page.goto('/staff/rules');
  await imager.section('Équipements').waitFor();
  await imager.accessible('rules');
  await imager.shot('staff-rules');
});
