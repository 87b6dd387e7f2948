// An opinion of two experts, in the browser: asked on the page, checked item by item, written by one, agreed to by the other, signed, read.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Opinion } from '../opinion.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, requester, first, second, id;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.started(ward.house);
  exam.scan(['--most', '8']);
  await ward.house.advance(exam.requester, 31000);
  requester = await ward.signedIn('demandeur');
  first = await ward.signedIn('imageur');
  second = await ward.signedIn('imageur2');
});
after(async () => { await ward.close(); });

ward.story('T1 T2 the requester asks: question, images, experts, consent; what is missing is said', async () => {
  const { page } = requester;
  await page.goto('/requests/new');
  await page.getByLabel('Date de naissance').first().fill('02/11/1971');
  await requester.write('lettres du nom', 'DUP');
  await requester.press('C’est ce patient');
  await requester.choose('Que demandez-vous ?', 'Un avis (télé-expertise)');
  await requester.select('Site', exam.site.name);
  await page.getByRole('radiogroup', { name: 'Modalité' }).getByRole('radio', { name: /Scanner/ }).click();
  await page.getByRole('radiogroup', { name: 'Priorité' }).getByRole('radio', { name: /^Urgent/ }).click();
  await requester.write('Région', 'Foie');
  await requester.press('Rédiger la demande');
  await page.getByText('Demande d’avis').first().waitFor();
  id = Number(page.url().match(/acts\/(\d+)/)[1]);
  const send = requester.button('Signer et envoyer la demande');
  await page.getByRole('textbox', { name: /^Question/ }).fill('Cette lésion hépatique demande-t-elle une IRM ?');
  await page.getByRole('textbox', { name: /^Contexte clinique/ }).fill('Douleur de l’hypochondre droit, bilan biologique normal.');
  await requester.shot('40-opinion-request');
  await requester.sees('Choisissez au moins un expert.');
  for (const name of [/images/, /MARTIN/, /HADDAD/]) {
    await page.getByRole('checkbox', { name }).and(page.locator(':enabled')).first().click();
    await page.getByRole('checkbox', { name }).and(page.locator(':checked')).first().waitFor();
  }
  await requester.choose('Parcours', 'Parcours coordonné');
  await page.getByRole('textbox', { name: 'Médecin traitant' }).fill('Dr Anne PERRIN');
  await requester.accessible('request for an opinion');
  const refused = await requester.step(id, 'send');
  assert.equal(refused.status, 409);
  await requester.post(`/api/acts/${id}/steps/record-information`, { data: { version: '2026-1', language: 'fr' } });
  await requester.post(`/api/acts/${id}/steps/record-consent`, { data: { subject: 'act', how: 'oral' } });
  await send.and(page.locator(':enabled')).click();
  await requester.state('Demandé');
  await requester.shot('41-opinion-sent');
  await requester.accessible('act of an opinion');
});

ward.story('T2 T4 the first expert accepts and checks each item; a missing comment is refused', async () => {
  const { page } = first;
  await page.goto(`/acts/${id}`);
  await first.press('Accepter de répondre');
  await first.press('Accepter de répondre', first.dialog());
  await first.state('Accepté');
  for (let i = 0; i < 4; i++) {
    await page.getByRole('button', { name: 'Contrôler', exact: true }).first().click();
    await first.press('Contrôler', first.dialog());
    await first.dialog().waitFor({ state: 'hidden' });
  }
  await first.shot('42-opinion-checked');
  await first.accessible('expert panel');
  const refused = await first.step(id, 'check-item', { item: 'identity', verdict: 'missing' });
  assert.equal(refused.status, 409);
});

ward.story('T5 R.6316-1 one writes beside the images, the other agrees with a fresh code, then the report is signed and read', async () => {
  assert.equal((await second.step(id, 'accept')).status, 200);
  const { page } = first;
  await page.goto(`/acts/${id}/read`);
  const report = page.getByTestId('report');
  for (const [label, words] of [['Indication', 'Lésion hépatique à caractériser.'], ['Résultats', 'Lésion de 12 mm du segment VI, rehaussement périphérique.'], ['Conclusion', 'Aspect d’angiome ; IRM utile si antécédent néoplasique.'], ['Où joindre l’imageur', 'Groupe d’imagerie de l’Orbe, 01 00 00 00 03.']])
    await first.write(label, words, report);
  await report.getByLabel('Aucun incident').check();
  await report.getByLabel('Aucun acte ni prescription').check();
  await report.getByText('Le compte rendu est complet').waitFor();
  await report.getByText('Un expert qui a accepté n’a pas encore répondu.').waitFor();
  await page.locator('canvas').first().waitFor();
  await first.shot('43-opinion-writing');

  await second.page.goto(`/acts/${id}/read`);
  await second.page.getByText('Compte rendu rédigé par Dr Jeanne MARTIN.').waitFor();
  await second.press('Approuver le compte rendu', second.page.getByTestId('report'));
  await ward.house.advance(exam.requester, 31000);
  await second.giveCode(await second.freshCode(), second.dialog());
  await second.dialog().waitFor({ state: 'hidden' });
  await second.shot('44-opinion-agreed');

  const sign = report.getByRole('button', { name: 'Signer', exact: true });
  await sign.and(page.locator(':enabled')).click();
  await first.giveCode(await first.freshCode(), first.dialog());
  await page.getByText(/Signé par Dr Jeanne MARTIN/).first().waitFor();
  await requester.page.goto(`/acts/${id}`);
  await requester.state('Compte rendu remis');
  await requester.shot('45-opinion-delivered');
});

ward.story('T5 R.6316-1 two answer apart and differ: each writes in turn, who gathers them has the other’s words under the eyes, the requester reads both', async () => {
  const apart = await Opinion.open({ house: ward.house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: exam.imager.me.memberships[0].organisation.id });
  const colleague = await ward.house.person('imageur2');
  await apart.ask([exam.imager, colleague], 'separate');
  await requester.page.goto(`/acts/${apart.id}`);
  await requester.page.getByText('Un expert doit accepter de répondre.').waitFor();
  for (const one of [exam.imager, colleague]) await apart.ok(one, 'accept');
  await apart.check(exam.imager);
  await requester.page.getByText('Les experts examinent le dossier et répondent.').waitFor();
  assert.equal(await requester.page.getByRole('heading', { name: 'L’expert attend votre réponse' }).count(), 0, 'nobody asked the requester anything');
  const experts = requester.section('Les experts');
  await experts.getByText(/sollicité le .* · a accepté le .* · rédige le compte rendu/).waitFor();
  assert.equal(await experts.getByRole('link', { name: '01 00 00 00 04' }).count(), 1, 'reached by a touch');

  await second.page.goto(`/acts/${apart.id}/read`);
  const own = second.page.getByTestId('report');
  await own.getByText('Rédiger votre avis').waitFor();
  assert.equal(await second.button('Approuver le compte rendu').count(), 0, 'each answers separately');
  await own.getByRole('textbox', { name: 'Résultats' }).fill('Lésion de 12 mm du segment VI, non typique.');
  await own.getByRole('textbox', { name: 'Conclusion' }).fill('IRM nécessaire.');
  await second.press('Signer votre avis', own);
  await ward.house.advance(exam.requester, 31000);
  await second.giveCode(await second.freshCode(), second.dialog());
  await second.dialog().waitFor({ state: 'hidden' });
  await own.getByText(/Dr Karim HADDAD, signé le/).waitFor();
  assert.equal(await own.getByRole('textbox').count(), 0, 'what is signed is read, not written');
  await second.shot('46-opinion-mine');

  await first.page.goto(`/acts/${apart.id}/read`);
  const others = first.page.getByTestId('report').getByRole('region', { name: 'Avis signés séparément' });
  await others.getByText('IRM nécessaire.').waitFor();
  await others.getByText('dites dans la conclusion en quoi ils concordent ou diffèrent', { exact: false }).waitFor();
  await first.shot('47-opinion-gathers');
  await first.accessible('the other expert’s opinion beside the report');
  await apart.sign(exam.imager, { conclusion: 'Angiome pour l’un, indéterminé pour l’autre : IRM à trois mois.' });
  await apart.until('delivered');
  await requester.page.goto(`/acts/${apart.id}`);
  await experts.getByText(/a signé le compte rendu le/).waitFor();
  await requester.page.goto(`/acts/${apart.id}/read`);
  await requester.page.getByRole('region', { name: 'Avis signés séparément' }).getByText('IRM nécessaire.').waitFor();
  await requester.shot('48-opinion-both');
});

ward.story('T1 R.6316-1 once sent, the requester asks one more expert on the page: the first sees who joins, the new one is told; nobody else is offered it', async () => {
  const more = await Opinion.open({ house: ward.house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: exam.imager.me.memberships[0].organisation.id });
  await more.ask([exam.imager]);
  await more.ok(exam.imager, 'accept');
  await first.page.goto(`/acts/${more.id}`);
  await first.section('Les experts').getByText('Dr Jeanne MARTIN').waitFor();
  assert.equal(await first.button('Solliciter un autre expert').count(), 0, 'the requester’s affair');
  const { page } = requester;
  await page.goto(`/acts/${more.id}`);
  await requester.press('Solliciter un autre expert');
  const ask = requester.button('Solliciter un autre expert', requester.dialog());
  await requester.dialog().getByRole('checkbox', { name: /HADDAD/ }).waitFor();
  assert.equal(await requester.dialog().getByRole('checkbox', { name: /MARTIN/ }).count(), 0, 'asked already');
  assert.equal(await ask.isDisabled(), true, 'nobody is chosen yet');
  await requester.dialog().getByRole('checkbox', { name: /HADDAD/ }).check();
  await requester.dialog().getByRole('radiogroup').waitFor();
  await requester.accessible('one more expert');
  await requester.shot('49-opinion-more');
  await ask.click();
  await requester.dialog().waitFor({ state: 'hidden' });
  await requester.section('Les experts').getByText('Dr Karim HADDAD').waitFor();
  await first.section('Les experts').getByText('Dr Karim HADDAD').waitFor(); // without loading again
  await second.page.goto('/home');
  await second.page.getByRole('link', { name: new RegExp(more.number) }).first().waitFor();
});
