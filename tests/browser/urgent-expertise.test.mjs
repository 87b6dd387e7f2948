// An urgent opinion, at the page: a refusal told to who asked, the next expert on duty asked and answering on a telephone, the patient reading it once informed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST } from '../exam.mjs';
import { Opinion, QUESTION } from '../opinion.mjs';
import { Ward } from './visit.mjs';

const MINUTE = 60000, TELEPHONE = { width: 390, height: 844 };
const ward = new Ward();
let exam, second, refused, urgent, requester, telephone, patient;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  exam = await Exam.open(house, { patient: 'LEM', born: '1958-03-28' });
  second = await house.person('imageur2');
  await exam.consent();
  await exam.ask({ ...REQUEST, pregnancy: 'no' });
  await exam.accept();
  await exam.plan();
  await exam.prepare();
  await exam.start();
  exam.scan(['--most', '8']);
  const { images } = (await exam.requester.get(`/api/acts/${exam.id}`)).json;
  const world = { house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: second.me.memberships[0].organisation.id, priority: 'emergency',
    series: images.series.map((one) => ({ study_uid: images.study_uid, series_uid: one.uid })) };
  const head = await house.person('responsable');
  const week = (await head.get(`/api/roster?organisation=${world.imaging_id}&from=${house.now() - 1440 * MINUTE}&to=${house.now() + 7 * 1440 * MINUTE}`)).json;
  for (const id of new Set(week.duties.filter((one) => one.role === 'imager' && !one.ended).map((one) => one.shift_id))) assert.equal((await head.send('DELETE', `/api/roster/shifts/${id}`)).status, 200);
  const shift = await head.post('/api/roster/shifts', { organisation_id: world.imaging_id, person_id: second.me.person.id, role: 'imager', from_ms: house.now() - 60 * MINUTE, to_ms: house.now() + 540 * MINUTE });
  assert.equal(shift.status, 200, String(shift.bytes));
  refused = await Opinion.open(world);
  urgent = await Opinion.open(world);
  await house.advance(exam.requester, 31000); // the codes just used are refused until the next step
  requester = await ward.signedIn('demandeur', TELEPHONE);
});
after(async () => { await ward.close(); });

async function look(visit, name) {
  const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: nothing to scroll sideways, but ${wide} px`);
  await visit.shot(`urgent-${name}`);
  await visit.accessible(name);
}
const lines = (visit) => visit.page.locator('a.home-link').filter({ hasText: 'LEMAITRE' });

ward.story('T3 an expert who cannot answer says why, by a code and in words; whoever asked is told on their own page', async () => {
  const expert = await ward.signedIn('imageur');
  await refused.ask([exam.imager, second]);
  await expert.page.goto(`/acts/${refused.id}`);
  await expert.page.locator('button[data-step="refuse"]').click();
  const form = expert.dialog();
  await form.locator('button[type="submit"]').click();
  assert.equal(await form.getByText('À remplir.').count(), 2, 'neither code nor words');
  await expert.shot('urgent-1-refusal-empty');
  await expert.accessible('refusal of an expert');
  assert.equal((await expert.step(refused.id, 'refuse', { text: 'Images illisibles.' })).status, 409, 'nor on the server');
  await expert.select('Raison', 'Raison technique', form);
  await form.getByLabel('Raison du refus, pour le demandeur').fill('Images illisibles sur ce format.');
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: 'hidden' });
  const line = lines(requester).filter({ hasText: 'Un expert a refusé' });
  await line.getByText('Images illisibles sur ce format.').waitFor();
  await look(requester, '2-told-390');
  await line.click();
  const experts = requester.section('Les experts');
  await experts.getByText('Dr Jeanne MARTIN : Raison technique. Images illisibles sur ce format.').waitFor();
  await experts.getByText('A refusé', { exact: true }).waitFor();
  await experts.scrollIntoViewIfNeeded();
  await look(requester, '3-refusal-390');
  await refused.ok(second, 'refuse', { code: 'other', text: 'Hors de ma compétence.' });
  await requester.state('Refusé');
  await requester.page.goto('/home');
  await lines(requester).filter({ hasText: 'prise en charge' }).first().waitFor();
  await expert.page.close();
});

ward.story('T4 nobody answers an urgent request in time: the next expert on duty is asked on their telephone, and whoever asked sees it', async () => {
  telephone = await ward.signedIn('imageur2', TELEPHONE);
  await telephone.page.getByRole('heading', { name: 'À faire' }).first().waitFor();
  await urgent.ask([exam.imager], 'joint', { ...QUESTION, question: 'Hémorragie active ?', answer_within_min: 12 });
  await requester.page.goto(`/acts/${urgent.id}`);
  await requester.page.locator('.act-head').getByText('pour la première réponse d’un expert').waitFor();
  await look(requester, '4-waiting-390');
  assert.equal((await telephone.step(urgent.id, 'accept')).status, 404, 'on duty is not asked');
  await ward.house.advance(exam.requester, 4 * MINUTE + 2000);
  await lines(telephone).filter({ hasText: 'Répondre à une demande de télé-expertise' }).first().waitFor();
  const experts = requester.section('Les experts');
  await experts.getByText(/de garde, sollicité le \d\d\/\d\d\/\d{4} \d\d:\d\d faute de réponse/).waitFor();
  await experts.scrollIntoViewIfNeeded();
  await look(requester, '5-next-expert-390');
});

ward.story('T4 T5 on a telephone the expert accepts, checks, looks at the images, writes and signs, within the delay', async () => {
  const { page } = telephone;
  await look(telephone, '6-asked-390');
  for (const told = page.locator('.mantine-Notification-closeButton').first(); await told.isVisible();) await told.click({ timeout: 2000 }).catch(() => undefined); // read; some go by themselves
  await lines(telephone).filter({ hasText: 'Répondre à une demande de télé-expertise' }).first().click();
  await telephone.press('Accepter de répondre');
  await telephone.press('Accepter de répondre', telephone.dialog());
  await telephone.state('Accepté');
  for (let i = 0; i < 4; i++) {
    await page.getByRole('button', { name: 'Contrôler', exact: true }).first().click();
    await telephone.press('Contrôler', telephone.dialog());
    await telephone.dialog().waitFor({ state: 'hidden' });
  }
  await look(telephone, '7-checked-390');
  await page.getByRole('link', { name: 'Images et compte rendu' }).click();
  await page.locator('canvas').first().waitFor();
  await page.getByText('Chargement de l’image').waitFor({ state: 'hidden' });
  await look(telephone, '8-images-390');
  const report = page.getByTestId('report');
  for (const [label, words] of [['Indication', 'Douleur de l’hypochondre droit.'], ['Résultats', 'Pas d’extravasation de produit de contraste.'], ['Conclusion', 'Pas d’hémorragie active.'], ['Où joindre l’imageur', 'Groupe d’imagerie de l’Orbe, 01 00 00 00 04.']])
    await telephone.write(label, words, report);
  await report.getByLabel('Aucun incident').check();
  await report.getByLabel('Aucun acte ni prescription').check();
  await report.getByText('Le compte rendu est complet').waitFor();
  const sign = report.getByRole('button', { name: 'Signer', exact: true });
  await sign.scrollIntoViewIfNeeded();
  await look(telephone, '9-written-390');
  await ward.house.advance(exam.requester, 31000);
  await sign.and(page.locator(':enabled')).click();
  await telephone.giveCode(await telephone.freshCode(), telephone.dialog());
  await page.getByText(/Signé par Dr Karim HADDAD/).first().waitFor();
  await look(telephone, '10-signed-390');
  await requester.state('Compte rendu remis');
  const { facts, asked_at_ms } = await urgent.act();
  assert.ok(facts.signature.at_ms < asked_at_ms + 12 * MINUTE);
});

ward.story('T7 the opinion reaches the patient’s page once the patient is informed, and not before', async () => {
  patient = await ward.come('patiente', TELEPHONE);
  const { page } = patient;
  await page.goto('/patient');
  await patient.giveTwoFactors();
  const mine = page.getByRole('link', { name: /Avis d’un spécialiste/ });
  await mine.filter({ hasText: 'Votre médecin vous en parle d’abord' }).click();
  await page.getByText('Votre médecin souhaite d’abord vous parler', { exact: false }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Compte rendu' }).count(), 0);
  await look(patient, '11-patient-waiting-390');
  assert.equal(await page.evaluate(async (id) => (await fetch(`/api/patient/acts/${id}/report`)).status, urgent.id), 409);
  await requester.press('Le patient est informé');
  const form = requester.dialog();
  await requester.select('Comment', 'Par téléphone', form);
  await requester.write('Ce qui a été dit', 'Avis expliqué : pas d’hémorragie.', form);
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('Pas d’hémorragie active.').waitFor();
  await look(patient, '12-patient-opinion-390');
  const [pdf] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Enregistrer le compte rendu' }).click()]);
  const parts = [];
  for await (const part of await pdf.createReadStream()) parts.push(part);
  assert.equal(Buffer.concat(parts).subarray(0, 5).toString(), '%PDF-');
  await requester.section('Remise du compte rendu').getByRole('group', { name: 'Patient' }).getByText('Ouvert', { exact: true }).waitFor();
});
