// What helps to write a report, at the page: a template written and chosen by keyboard, a phrase behind its trigger, a measure cited and reopened, a word of the spelling.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, page, view;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.consent(); await exam.ask(); await exam.accept(); await exam.plan(); await exam.prepare(); await exam.start();
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.read({ results: '', conclusion: 'Déjà écrit.' });
  await ward.house.advance(exam.requester, 31000);
});
after(async () => { await ward.close(); });
const value = (part) => page.locator(`#report-${part}`).inputValue();
const chosen = () => page.evaluate(() => { const a = document.activeElement; return a.value?.slice(a.selectionStart, a.selectionEnd); });

ward.story('E29 a template and a phrase are written on their page; a wrong trigger is refused with what to write', async () => {
  imager = await ward.signedIn('imageur', { width: 1500, height: 950 });
  ({ page } = imager);
  await page.goto('/report-aids');
  await imager.sees('Aucun modèle');
  await imager.press('Nouveau modèle');
  await imager.write('Nom du modèle', 'Scanner abdomino-pelvien', imager.dialog());
  await imager.select('Modalité', /^Scanner$/, imager.dialog());
  await imager.write('Région', 'Abdomen', imager.dialog());
  await imager.dialog().getByLabel('Technique', { exact: true }).and(page.locator('textarea')).fill('{{modalite}} : {{contraste}}. Dose : {{dose}}.');
  await imager.dialog().getByLabel('Résultats').fill('Foie : {{foie}}.\nRate : {{rate}}.');
  await imager.dialog().getByLabel('Conclusion').fill('Examen sans anomalie.');
  await imager.accessible('template editor');
  await imager.shot('aids-template');
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await page.getByRole('tab', { name: /^Phrases/ }).click();
  await imager.press('Nouvelle phrase');
  await imager.write('Raccourci', 'sansaccent', imager.dialog());
  await imager.write('Texte de la phrase', 'de taille normale, {{aspect}}', imager.dialog());
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().getByText('point-virgule suivi de lettres', { exact: false }).waitFor();
  await imager.write('Raccourci', ';tn', imager.dialog());
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await imager.sees(';tn');
  await imager.accessible('aids');
  await imager.shot('aids-phrases');
});

ward.story('E29 a template of another house (MRRT) is read with what was left out before it is kept, and leaves as MRRT; a file that is none is refused', async () => {
  const file = (name, html) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/html', buffer: Buffer.from(html) });
  await page.getByRole('tab', { name: /^Modèles/ }).click();
  await file('lettre.html', '<html><body><p>Bonjour</p></body></html>');
  await imager.sees('il n’a pas de partie');
  await file('thorax.html', `<html><head><title>Thorax</title><meta name="dcterms.language" content="en"><meta name="dcterms.rights" content="Free for use in care"><script>alert(1)</script></head><body>
    <section data-section-name="Findings"><p>Poumons : <select title="poumons"><option>normaux</option><option>anormaux</option></select>.</p></section>
    <section data-section-name="Heart"><p onclick="x()">Normal.</p></section><section data-section-name="Impression"><p>Normal.</p></section></body></html>`);
  await imager.dialog().getByText('Contenu actif ou externe, écarté : script').waitFor();
  await imager.dialog().getByText('placée sous son titre dans les résultats : « Heart »', { exact: false }).waitFor();
  assert.equal(await imager.dialog().getByLabel('Résultats').inputValue(), 'Poumons : {{normaux | anormaux}}.\nHeart\nNormal.');
  await page.waitForTimeout(300);
  await imager.accessible('imported template');
  await imager.shot('aids-imported');
  await imager.write('Nom du modèle', 'Thorax importé', imager.dialog());
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await imager.sees('Thorax importé');
  await imager.shot('aids-templates');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Exporter Thorax importé' }).click()]);
  assert.equal(download.suggestedFilename(), 'modele-mrrt.html');
});

ward.story('E29 F2 chooses a template by keyboard; fields are filled from the images; what was written stays unless asked; Tab goes from field to field', async () => {
  view = new Viewing(imager);
  await view.open(`/acts/${exam.id}/read`);
  await page.locator('#report-results').click();
  await page.keyboard.press('F2');
  await imager.dialog().getByText('Scanner abdomino-pelvien').waitFor();
  await page.waitForTimeout(300);
  await imager.accessible('choose a template');
  await imager.shot('aids-choose');
  await page.keyboard.press('Enter');
  await imager.dialog().getByText('Des parties sont déjà écrites').waitFor();
  await page.waitForTimeout(300);
  await imager.shot('aids-asking');
  await imager.accessible('asking before replacing');
  await imager.dialog().getByRole('radiogroup', { name: 'Technique' }).getByRole('radio', { name: 'Remplacer' }).click();
  await imager.press('Appliquer le modèle', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  assert.match(await value('technique'), /^Scanner : sans injection de produit de contraste\. Dose : CTDIvol .* PDL [\d,]+ mGy·cm\.$/);
  assert.equal(await value('conclusion'), 'Déjà écrit.', 'kept without another choice');
  await until(async () => (await chosen()) === '{{foie}}', 'the first field is chosen');
  await page.keyboard.type(';tn');
  await page.keyboard.press('Tab');
  assert.equal(await chosen(), '{{aspect}}');
  await page.keyboard.type('homogène');
  await page.keyboard.press('Tab');
  assert.equal(await chosen(), '{{rate}}');
  await page.getByText('Un champ du modèle, {{…}}, reste à remplir', { exact: false }).waitFor();
  await imager.shot('aids-fields');
  await page.keyboard.type('normale');
  assert.equal(await value('results'), 'Foie : de taille normale, homogène.\nRate : normale.');
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate(() => document.activeElement.id), 'report-results', 'Tab leaves after the last field');
});

ward.story('E29 E25 a measure is cited by one key; its citation reopens the slice with its window', async () => {
  await page.getByTestId('image-left').click();
  await view.key('3'); // bone
  await view.key('l');
  await view.drag('left', [60, 100], [160, 100]);
  const { shown, window } = await view.state();
  await view.key('Shift+Q');
  await until(async () => /Longueur : [\d,]+ mm \(série \d+, image \d+\)\.$/.test(await value('results')), 'the citation in the results');
  const chip = page.getByRole('group', { name: 'Images citées' }).getByRole('button');
  await view.key('Home');
  await view.drawn('left', 0);
  await view.key('1');
  await chip.click();
  await view.drawn('left', shown);
  await until(async () => { const s = await view.state(); return s.shown === shown && Math.abs(s.window.center - window.center) < 1 && Math.abs(s.window.width - window.width) < 1; }, 'the same slice and window');
  assert.match(await value('results'), /^Foie : de taille normale, homogène\.\nRate : normale\.\nLongueur : /, 'a line of its own: no sentence is cut');
  await imager.shot('aids-cited');
  await imager.accessible('report with a citation');
});

ward.story('E29 a word that the French dictionary does not know is listed; it is replaced or added by keyboard, and never stops the signature', async () => {
  await page.locator('#report-conclusion').fill('Xénotruc pulmonère, micronodules sans adénopathie.');
  const doubts = page.getByRole('region', { name: 'Orthographe', exact: false }).getByRole('button');
  const pulmonary = doubts.filter({ hasText: 'pulmonère' }), nodule = doubts.filter({ hasText: 'Xénotruc' });
  await pulmonary.waitFor();
  await nodule.waitFor();
  assert.equal(await doubts.filter({ hasText: 'adénopathie' }).count(), 0, 'a word of the dictionary');
  assert.equal(await doubts.filter({ hasText: 'micronodules' }).count(), 0, 'a word of imaging');
  await page.getByText('Le compte rendu est complet').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Signer', exact: true }).isEnabled(), true, 'spelling never stops a signature');
  await page.locator('#report-conclusion').click();
  await page.keyboard.press('F7');
  assert.equal(await page.evaluate(() => document.activeElement.classList.contains('doubt')), true, 'F7 leads to the words in doubt');
  for (let n = await doubts.count(); n && !(await pulmonary.evaluate((one) => one === document.activeElement)); n -= 1) await page.keyboard.press('F7');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'pulmonaire' }).waitFor();
  await page.waitForTimeout(300);
  await imager.shot('aids-spelling');
  await imager.accessible('spelling');
  await page.getByRole('menuitem', { name: 'pulmonaire' }).press('Enter');
  await until(async () => (await value('conclusion')) === 'Xénotruc pulmonaire, micronodules sans adénopathie.', 'the word is replaced');
  await nodule.press('Enter');
  await page.getByRole('menuitem', { name: 'Ajouter à mes mots' }).press('Enter');
  await nodule.waitFor({ state: 'detached' });
});

ward.story('E16 E29 Ctrl+Enter opens the second factor; signed, the citation still leads to its image', async () => {
  await page.getByText('Le compte rendu est complet').waitFor();
  await page.locator('#report-results').click();
  await page.keyboard.press('Control+Enter');
  await imager.dialog().getByText('Signer', { exact: false }).first().waitFor();
  await page.waitForTimeout(300);
  await imager.shot('aids-sign');
  await imager.giveCode(await imager.freshCode(), imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  const cited = page.locator('.cited').first();
  await view.key('Home');
  await cited.click();
  await until(async () => (await view.state()).shown !== 0, 'the image of the citation');
  await imager.shot('aids-signed');
});

ward.story('E29 the addendum is written with the same aids: a phrase, a citation, the spelling', async () => {
  await exam.ok(exam.imager, 'open-addendum', { kind: 'complement' });
  await page.getByTestId('addendum').waitFor();
  await page.locator('#report-results').click();
  await page.keyboard.type('Rein gauche ;tn');
  await page.keyboard.press('Tab');
  await until(async () => (await chosen()) === '{{aspect}}', 'the phrase stands there, its field chosen');
  await page.keyboard.type('pulmonère.');
  await page.getByTestId('image-left').click();
  await view.key('l');
  await view.drag('left', [60, 120], [150, 120]);
  await view.key('Shift+Q');
  await until(async () => /pulmonère\.\nLongueur : [\d,]+ mm \(série \d+, image \d+( bis)?\)\.$/.test(await value('results')), 'the citation in the addendum');
  await page.getByTestId('addendum').getByRole('group', { name: 'Images citées' }).getByRole('button').waitFor();
  await page.locator('#report-results').click();
  await page.locator('.doubt').filter({ hasText: 'pulmonère' }).waitFor();
  await page.keyboard.press('F7');
  assert.equal(await page.evaluate(() => document.activeElement.classList.contains('doubt')), true, 'F7 leads to the words in doubt');
  await imager.shot('aids-addendum');
  await imager.accessible('addendum with aids');
});

ward.story('E25 E29 an earlier report is read beside the new one, compared in one action, quoted with its source', async () => {
  const next = await Exam.open(ward.house, { like: exam });
  await next.consent(); await next.ask(); await next.accept(); await next.plan(); await next.prepare(); await next.start();
  next.scan();
  await next.release();
  await next.ok(next.technologist, 'patient-left');
  await next.read({ results: 'Foie normal.', comparison: '', conclusion: 'À écrire.' });
  await page.goto(`/acts/${next.id}/read`);
  const list = page.getByRole('region', { name: 'Comptes rendus antérieurs', exact: true });
  await list.getByRole('button', { name: /^Lire à côté le compte rendu du/ }).click();
  const results = page.getByRole('complementary', { name: /^Résultats, compte rendu du/ });
  await results.getByText('Foie : de taille normale', { exact: false }).waitFor();
  await list.getByRole('button', { name: 'Comparer' }).click();
  assert.match(await value('comparison'), /^Comparaison : scanner du \d\d\/\d\d\/\d{4}, Abdomen-pelvis \(Dr .+\)\.$/);
  await list.getByRole('button', { name: 'Comparer' }).click();
  assert.equal((await value('comparison')).match(/Comparaison/g).length, 1, 'once');
  await results.getByRole('button', { name: 'Reprendre en citation : Résultats' }).click();
  assert.match(await value('results'), /^Foie normal\.\n« Foie : de taille normale.+ » \(compte rendu du \d\d\/\d\d\/\d{4}, Dr .+\)$/);
  await page.waitForTimeout(400);
  await page.locator('#report-comparison').scrollIntoViewIfNeeded();
  await imager.shot('aids-earlier');
  await imager.accessible('earlier report beside');
  await list.getByRole('button', { name: /^Fermer/ }).click();
  await results.waitFor({ state: 'detached' });
});
