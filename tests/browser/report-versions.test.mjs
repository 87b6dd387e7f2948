// Versions of a report at the page: preliminary, what the final one changes, a question on it, a correction.
// SPDX-License-Identifier: Apache-2.0
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, requester;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.left(ward.house);
  await exam.read();
  await ward.house.advance(exam.requester, 31000);
});
after(async () => { await ward.close(); });
const give = async (visit) => {
  await ward.house.advance(exam.requester, 31000);
  await visit.giveCode(await visit.freshCode(), visit.dialog());
  await visit.dialog().waitFor({ state: 'hidden' });
};

ward.story('E29 a preliminary report is signed beside the images, and said to be one', async () => {
  imager = await ward.signedIn('imageur');
  const { page } = imager;
  await page.goto(`/acts/${exam.id}/read`);
  await imager.press('Signer en préliminaire');
  await imager.dialog().getByText('marqué « préliminaire »', { exact: false }).waitFor();
  await page.waitForTimeout(400);
  await imager.accessible('sign as preliminary');
  await give(imager);
  await page.getByText('Différence significative pour la prise en charge ?').waitFor();
  await page.getByText('Aucun mot ne change').waitFor();
  await page.locator('#report-conclusion').fill('Aspect d’appendicite aiguë.');
  await page.locator('.text-diff ins').first().waitFor();
  await page.getByRole('radiogroup', { name: 'Différence significative' }).getByRole('radio', { name: 'Oui' }).click();
  await imager.write('Ce qui diffère', 'Appendicite aiguë');
  await imager.write('En quoi cela compte', 'Avis chirurgical');
  await imager.choose('Urgence de l’annonce', 'Immédiat');
  await page.getByText('Le compte rendu est complet').waitFor();
  await imager.shot('versions-final');
  await imager.accessible('final report after a preliminary one');
  requester = await ward.signedIn('demandeur');
  await requester.page.goto(`/acts/${exam.id}`);
  await requester.page.getByText('Préliminaire').first().waitFor();
  await requester.shot('versions-preliminary-act');
  await requester.accessible('act with a preliminary report');
});

ward.story('E32 the requester asks on the report, the imager answers', async () => {
  await requester.press('Poser une question sur le compte rendu');
  await requester.write('Votre question', 'Faut-il opérer ?', requester.dialog());
  await requester.press('Poser une question sur le compte rendu', requester.dialog());
  const section = requester.section('Questions sur le compte rendu');
  await section.getByText('Réponse attendue').waitFor();
  await section.getByText('De garde maintenant').waitFor();
  await imager.page.goto(`/acts/${exam.id}`);
  await imager.press('Répondre à la question', imager.section('Questions sur le compte rendu'));
  await imager.write('Votre réponse', 'Avis chirurgical demandé.', imager.dialog());
  await imager.press('Répondre à la question', imager.dialog());
  await section.getByText('Avis chirurgical demandé.', { exact: false }).waitFor();
  await requester.page.setViewportSize({ width: 390, height: 844 });
  await section.scrollIntoViewIfNeeded();
  await requester.shot('versions-question-390');
  await requester.page.setViewportSize({ width: 1280, height: 800 });
});

ward.story('E29 E34 a correction is written beside what is signed, and signed', async () => {
  const { page } = imager;
  await page.goto(`/acts/${exam.id}/read`);
  await page.getByText('Le compte rendu est complet').waitFor();
  await page.locator('[data-step="sign"]').click();
  await give(imager);
  await exam.until('delivered');
  await page.reload();
  await imager.press('Compléter ou rectifier');
  await imager.choose('De quoi s’agit-il', 'Rectification d’une erreur', imager.dialog());
  await imager.press('Compléter ou rectifier', imager.dialog());
  await imager.write('Ce qui était inexact', 'Côté inversé');
  await imager.write('Conclusion : texte rectifié', 'Aspect d’appendicite aiguë gauche.');
  await page.getByRole('radiogroup', { name: 'Différence significative' }).getByRole('radio', { name: 'Non' }).click();
  await page.getByText('Le compte rendu est complet').waitFor();
  await imager.shot('versions-addendum');
  await imager.accessible('addendum being written');
  await page.setViewportSize({ width: 390, height: 844 });
  await imager.shot('versions-addendum-390');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('[data-step="sign-addendum"]').click();
  await give(imager);
  await page.getByRole('region', { name: 'Versions du compte rendu' }).getByText('remplace la version précédente').first().waitFor();
  await imager.shot('versions-signed');
  await imager.accessible('signed versions');
  await requester.page.reload();
  await requester.page.getByText('Rectification d’une erreur').first().waitFor();
  await requester.shot('versions-act');
  await requester.accessible('act with a corrected report');
});

ward.story('E29 O7 the responsible sees how many finals differed, how soon it was told, and opens the act behind it', async () => {
  const head = await ward.signedIn('responsable');
  const { page } = head;
  await page.goto('/indicators');
  const part = page.locator('[data-indicators="all"] [data-quality="differences"]');
  await part.getByText('1 sur 1 (100 %)').waitFor();
  await part.getByRole('button', { name: 'Voir l’acte' }).press('Enter');
  await part.getByText('pas encore annoncée', { exact: false }).waitFor();
  await part.scrollIntoViewIfNeeded();
  await head.shot('indicators-differences');
  await head.accessible('indicators with acts');
  await page.setViewportSize({ width: 390, height: 844 });
  await part.scrollIntoViewIfNeeded();
  await head.shot('indicators-differences-390');
  await head.accessible('indicators with acts at 390');
  await part.getByRole('link', { name: exam.number }).press('Enter');
  await page.locator('.act-head').waitFor();
});
