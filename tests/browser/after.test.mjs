// After the report, at the page: recipients, a one-time access opened on a telephone, an announcement, follow-up, what is still due.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Visit, Ward } from './visit.mjs';

const ward = new Ward();
let exam, requester, imager, handed;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.delivered(ward.house);
  await ward.house.advance(exam.requester, 31000);
});
after(async () => { await ward.close(); });

ward.story('E31 T6 a recipient designated by the patient gets a one-time access, shown once', async () => {
  requester = await ward.signedIn('demandeur');
  await requester.page.goto(`/acts/${exam.id}`);
  const section = requester.section('Remise du compte rendu');
  await requester.press('Ajouter un destinataire désigné par le patient', section);
  await requester.write('Nom', 'Dr Paul LENOIR', requester.dialog());
  await requester.write('Rôle dans la prise en charge', 'Chirurgien', requester.dialog());
  await requester.press('Ajouter un destinataire désigné par le patient', requester.dialog());
  const line = section.getByRole('group', { name: 'Dr Paul LENOIR' });
  await requester.press('Remettre un accès', line);
  await requester.press('Créer l’accès', requester.dialog());
  await requester.dialog().getByText('ils ne seront plus affichés', { exact: false }).waitFor();
  handed = { link: await requester.dialog().getByLabel('Lien', { exact: true }).inputValue(), code: await requester.dialog().getByLabel('Code, par un autre moyen').inputValue() };
  await requester.shot('after-handed');
  await requester.accessible('access handed over');
  await requester.dialog().getByRole('button', { name: 'Fermer' }).last().click();
  await line.getByText('accès remis le', { exact: false }).waitFor();
});

ward.story('E31 T6 without an account, on a telephone: the code, then the report and nothing else', async () => {
  const guest = new Visit(ward, 'guest');
  await guest.open({ width: 390, height: 844 });
  ward.visits.push(guest);
  await guest.page.goto(handed.link.replace(/#.*/, '#abc'));
  await guest.page.getByText('Ce lien est incomplet', { exact: false }).waitFor();
  await guest.page.goto('about:blank');
  await guest.page.goto(handed.link);
  await guest.page.getByLabel('Code à huit chiffres').fill(handed.code === '00000000' ? '11111111' : '00000000');
  await guest.press('Ouvrir le compte rendu');
  await guest.page.getByRole('alert').getByText('n’ouvrent rien', { exact: false }).waitFor();
  await guest.shot('after-guest-refused-390');
  await guest.accessible('access of a recipient');
  await guest.page.getByLabel('Code à huit chiffres').fill(handed.code);
  await guest.press('Ouvrir le compte rendu');
  const [download] = await Promise.all([guest.page.waitForEvent('download'), guest.page.getByRole('link', { name: 'Enregistrer' }).click()]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  assert.equal(Buffer.concat(parts).subarray(0, 5).toString(), '%PDF-');
  await guest.shot('after-guest-390');
  const wide = await guest.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways, but ${wide} px`);
  assert.equal(await guest.page.evaluate(async () => (await fetch('/api/me')).status), 401, 'no session comes of it');
  await requester.section('Remise du compte rendu').getByRole('group', { name: 'Dr Paul LENOIR' }).getByText('Ouvert', { exact: true }).waitFor();
});

ward.story('E27 an announcement asked for withholds the report from the patient until it is recorded', async () => {
  imager = await ward.signedIn('imageur');
  await imager.page.goto(`/acts/${exam.id}`);
  await imager.press('Ce diagnostic demande une annonce');
  await imager.write('Pourquoi une annonce', 'Lésion suspecte du foie', imager.dialog());
  await imager.press('Ce diagnostic demande une annonce', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await imager.press('Noter ce qui est convenu');
  await imager.select('Qui annonce', 'Le demandeur', imager.dialog());
  await imager.choose('Comment', 'En personne', imager.dialog());
  await imager.write('Ce que l’imageur et le demandeur se sont dit', 'Annonce demain en consultation.', imager.dialog());
  await imager.press('Noter ce qui est convenu', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  const { page } = requester;
  await page.getByText('le compte rendu n’est pas ouvert au patient', { exact: false }).first().waitFor();
  assert.equal(await requester.button('Le patient est informé').isDisabled(), true);
  await requester.shot('after-withheld');
  await requester.accessible('act, announcement due');
  await requester.press('L’annonce est faite');
  await requester.select('Qui annonce', 'Le demandeur', requester.dialog());
  await requester.choose('Comment', 'En personne', requester.dialog());
  await requester.write('Ce qui a été dit, et qui était présent', 'Annoncé avec son épouse.', requester.dialog());
  await requester.press('L’annonce est faite', requester.dialog());
  await requester.dialog().waitFor({ state: 'hidden' });
  await page.getByText('Annonce faite').first().waitFor();
});

ward.story('E30 E33 E35 L10 what is still due is on one page, for each his own', async () => {
  const { page } = requester;
  await requester.press('Voir les cinq éléments');
  await requester.dialog().getByText('Aucun incident').waitFor();
  await requester.shot('after-entry');
  await requester.accessible('entry of the record');
  await page.keyboard.press('Escape');
  await page.goto('/duties');
  await page.getByRole('heading', { name: 'Suites à donner' }).waitFor();
  await page.getByText('Dossier et DMP à vérifier', { exact: false }).waitFor();
  await page.getByText('Destinataire à joindre', { exact: false }).waitFor();
  await requester.shot('after-duties');
  await requester.accessible('duties');
  await page.setViewportSize({ width: 390, height: 844 });
  await requester.shot('after-duties-390');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways, but ${wide} px`);
});

ward.story('E28 what could not be interpreted is asked for again; each act leads to the other', async () => {
  await ward.house.advance(exam.requester, 31000); // the codes just used are refused until the next step
  const again = await Exam.started(ward.house);
  await again.ok(again.imager, 'open-reading');
  await again.ok(again.imager, 'not-interpretable', { reason_code: 'motion', reason: 'Flou cinétique', procedure: 'P12', follow_up: 'Refaire demain' });
  const { page } = requester;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`/acts/${again.id}`);
  const section = requester.section('Examen à refaire');
  await section.getByText('Procédure de la convention', { exact: false }).waitFor();
  await section.scrollIntoViewIfNeeded();
  await requester.shot('after-repeat');
  await requester.accessible('act, exam to be repeated');
  await requester.press('Redemander cet examen', section);
  await page.waitForURL(/\/acts\/\d+\/request$/);
  await page.goto(page.url().replace('/request', ''));
  await requester.section('Examen à refaire').getByRole('link', { name: again.number }).click();
  await page.waitForURL(new RegExp(`/acts/${again.id}$`));
  await requester.section('Examen à refaire').getByText('Refait par', { exact: false }).waitFor();
});
