// What is refused, as people meet it: the page says what is missing, the server refuses as well, and nothing that was typed is lost.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REPORT, REQUEST } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, requester, imager, technologist;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await ward.house.advance(exam.requester, 31000); // the codes just used are refused until the next step
  requester = await ward.signedIn('demandeur');
  imager = await ward.signedIn('imageur');
  technologist = await ward.signedIn('manip');
});
after(async () => { await ward.close(); });

const start = () => technologist.page.locator('.start').getByRole('button', { name: 'Commencer l’examen' });
const missingToStart = () => technologist.page.locator('.start .missing');

ward.story('E5 R.1333-53 a request without its purpose is not sent; the item is named and the words stay', async () => {
  await exam.ok(exam.requester, 'edit-request', REQUEST);
  const { page } = requester;
  await page.goto(`/acts/${exam.id}/request`);
  const send = requester.button('Signer et envoyer la demande');
  await send.and(page.locator(':enabled')).waitFor();
  await page.getByLabel('Motif').fill('Douleur depuis ce matin, fièvre à 38,5 °C.');
  await page.getByLabel('Finalité de l’examen').fill('');
  await send.click();
  const refusal = requester.section('6. Relecture et envoi').getByRole('alert');
  await refusal.getByText(/finalité/i).first().waitFor();
  assert.equal(await page.getByLabel('Motif').inputValue(), 'Douleur depuis ce matin, fièvre à 38,5 °C.');
  assert.match(page.url(), /\/request$/, 'still on the form');
  const refused = await requester.step(exam.id, 'send');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((one) => one.code), ['purpose']);
  await requester.shot('30-send-refused');
  await page.getByLabel('Finalité de l’examen').fill(REQUEST.purpose);
  await send.click();
  await requester.state('Demandé');
});

ward.story('E3 without consents the exam does not start; both are named, and the page follows when they are there', async () => {
  await exam.accept();
  await exam.plan();
  await exam.prepare();
  await technologist.page.goto(`/acts/${exam.id}`);
  await start().waitFor();
  assert.equal(await start().isDisabled(), true);
  await missingToStart().getByText(/consentement.*acte/i).first().waitFor();
  await missingToStart().getByText(/distance/i).first().waitFor();
  await technologist.shot('31-no-consent');
  const refused = await technologist.step(exam.id, 'start');
  assert.equal(refused.status, 409);
  assert.match(refused.json.error.text + refused.json.error.missing.map((one) => one.text).join(), /consentement/i);
  await exam.consent();
  await start().and(technologist.page.locator(':enabled')).waitFor();
});

ward.story('E15 a birth date that differs is an incident and blocks the start, until a check matches', async () => {
  const { page } = technologist;
  const check = async (birth) => {
    await technologist.press('Contrôler à nouveau');
    const form = technologist.dialog();
    await technologist.choose('Comment l’identité a-t-elle été demandée', 'Question ouverte au patient', form);
    await technologist.select('Document présenté', 'Passeport', form);
    await technologist.write('Nom de naissance', 'DUPONT-MOREAU', form);
    await technologist.write('Premier prénom', 'JEAN-BAPTISTE', form);
    await technologist.write('Date de naissance', birth, form);
    await technologist.choose('Sexe', 'Homme', form);
    await technologist.page.locator('[role="dialog"] button[data-step="check-identity"]').click();
    await form.waitFor({ state: 'hidden' });
  };
  await check('02/11/1972');
  await page.getByText('Identité discordante').first().waitFor();
  await page.getByRole('alert').filter({ hasText: /Identité/ }).first().waitFor();
  assert.equal(await start().isDisabled(), true);
  await missingToStart().getByText(/identité/i).first().waitFor();
  const refused = await technologist.step(exam.id, 'start');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((one) => one.code), ['identity']);
  await technologist.shot('32-identity-mismatch');
  await check('02/11/1971');
  await start().and(page.locator(':enabled')).waitFor();
  await start().click();
  await technologist.press('Commencer l’examen', technologist.dialog());
  await technologist.state('En cours');
});

ward.story('E18 the patient does not leave before the release: locked on the page, refused by the server', async () => {
  await technologist.sees('Le patient ne peut pas encore partir');
  assert.equal(await technologist.page.locator('button[data-step="patient-left"]:enabled').count(), 0);
  const refused = await technologist.step(exam.id, 'patient-left');
  assert.equal(refused.status, 409);
  await technologist.shot('33-locked');
  await technologist.state('En cours');
});

ward.story('E15 images that bear another name block the release, on the page and on the server', async () => {
  const { page } = imager;
  await page.goto(`/acts/${exam.id}`);
  await imager.state('En cours');
  await ward.play(exam.number, ['--most', '2', '--wrong-name', 'AUTRE^PATIENT']);
  await page.getByRole('alert').filter({ hasText: /autre identité/ }).first().waitFor();
  await imager.press('Juger la qualité');
  await imager.choose('Qualité technique', 'Suffisante', imager.dialog());
  await imager.press('Juger la qualité', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  const release = page.locator('button[data-step="release"]');
  await release.waitFor();
  assert.equal(await release.isDisabled(), true);
  const refused = await imager.step(exam.id, 'release');
  assert.equal(refused.status, 409);
  assert.ok(refused.json.error.missing.some((one) => /wrong-patient/.test(one.code)), JSON.stringify(refused.json.error));
  await imager.shot('34-wrong-name');
  await page.goto(`/acts/${exam.id}/read`);
  await page.getByRole('alert').filter({ hasText: /autre identité/ }).first().waitFor();
});

ward.story('E16 a wrong code and a used code do not sign; the report stays as typed, a fresh code signs it', async () => {
  // Another exam, as far as the reading; the first keeps its wrong images.
  await ward.house.advance(exam.requester, 31000);
  const other = await Exam.open(ward.house, { patient: 'LEM', born: '1958-03-28' });
  await other.consent();
  await other.ask({ ...REQUEST, pregnancy: 'no' });
  await other.accept();
  await other.plan();
  await other.prepare();
  await other.start();
  other.scan(); // whole: the dose report comes last
  await other.release();
  await other.ok(other.technologist, 'patient-left');
  await other.ok(other.imager, 'open-reading');

  await ward.house.advance(exam.requester, 31000);
  const reader = await ward.come('imageur');
  const { page } = reader;
  await page.goto('/');
  const used = reader.code();
  await reader.givePassword();
  await reader.giveCode(used);
  await reader.sees('Liste de travail');
  await page.goto(`/acts/${other.id}/read`);
  const report = page.getByTestId('report');
  for (const [label, words] of [['Indication', REPORT.indication], ['Technique', REPORT.technique], ['Résultats', REPORT.results], ['Conclusion', REPORT.conclusion],
    ['Suites proposées', REPORT.follow_up], ['Où joindre l’imageur', REPORT.contact]]) await reader.write(label, words, report);
  await report.getByLabel('Aucun incident').check();
  await report.getByLabel('Aucun acte ni prescription').check();
  await report.getByText('Le compte rendu est complet').waitFor();
  await reader.press('Signer', report);
  const dialog = reader.dialog();
  const wrong = used === '000000' ? '000001' : '000000';
  for (const code of [wrong, used]) {
    const [answer] = await Promise.all([page.waitForResponse((r) => r.url().endsWith('/steps/sign')), reader.giveCode(code, dialog)]);
    assert.ok(answer.status() >= 400, `${answer.status()}`);
    await dialog.getByRole('alert').waitFor();
    assert.equal((await (await reader.context.request.get(`/api/acts/${other.id}`)).json()).state, 'left');
    await dialog.getByText(REPORT.conclusion).waitFor();
  }
  await reader.shot('35-sign-refused');
  await reader.press('Fermer', dialog);
  assert.equal(await report.getByLabel('Résultats').inputValue(), REPORT.results);
  await ward.house.advance(exam.requester, 31000);
  await reader.press('Signer', report);
  await reader.giveCode(reader.code(), dialog);
  await page.getByText(/Signé par Dr Jeanne MARTIN/).first().waitFor();
});
