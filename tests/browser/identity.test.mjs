// Identities at the browser: searched, side by side when they look alike, checked on a document, doubtful, corrected; at 1280 and 390 pixels, by keyboard.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
let requester, secretary, identity;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

const form = () => requester.section('Nouveau patient');
async function typed({ name, given, place = '63113' }) {
  await requester.write('Nom de naissance', name, form());
  await requester.write('Premier prénom', given, form());
  await requester.choose('Sexe', 'Femme', form());
  await requester.write('Code du lieu de naissance', place, form());
}
async function newPatient(birth, letters) {
  await requester.page.goto('/requests/new');
  await requester.write('Date de naissance', birth);
  await requester.page.getByLabel('Premières lettres du nom').fill(letters);
  await requester.press('Nouveau patient');
}

ward.story('E15 a patient is made only after a search, then stands at the head of a request with a status in words', async () => {
  requester = await ward.signedIn('demandeur');
  await requester.page.goto('/requests/new');
  assert.equal(await requester.button('Nouveau patient').count(), 0, 'not before the search');
  await newPatient('12/03/1984', 'BER');
  await typed({ name: 'Bérengère-Lys', given: 'Noémie' });
  await requester.shot('90-new-patient');
  await requester.accessible('new patient');
  await requester.press('Créer le patient');
  await requester.sees('Identité provisoire');
});

ward.story('E15 somebody who looks alike is shown side by side; one of three decisions is compulsory', async () => {
  await newPatient('12/03/1984', 'BER');
  await typed({ name: 'BERENGERE LYS', given: 'Noemy', place: '69383' });
  await requester.press('Créer le patient');
  const decide = requester.page.getByRole('alert', { name: 'Avant de créer : est-ce quelqu’un que l’on connaît déjà ?' });
  await decide.waitFor();
  assert.equal(await decide.getByRole('row').filter({ hasText: 'différent' }).count(), 2, 'given name and place differ; hyphen, accents and case do not');
  await requester.shot('91-side-by-side');
  await requester.accessible('look-alikes');
  const same = requester.button('C’est la même personne : prendre cette fiche', decide);
  await same.focus();
  await requester.page.keyboard.press('Enter');
  await requester.page.getByRole('region', { name: 'Patient', exact: true }).getByText('BERENGERE-LYS').waitFor();
  await newPatient('12/03/1984', 'BER');
  await typed({ name: 'BERENGERE LYS', given: 'Noemy', place: '69383' });
  await requester.press('Créer le patient');
  await requester.press('Ce sont des homonymes : créer, et marquer les deux fiches', decide);
  await requester.sees('Homonyme');
});

ward.story('E15 the identity page says what the identity is worth; a document validates it, a driving licence does not', async () => {
  const { page } = requester;
  await page.goto('/identities');
  await requester.write('Date de naissance', '12/03/1984');
  await page.getByLabel('Premières lettres du nom').fill('BER');
  await page.getByRole('listitem').filter({ hasText: 'NOEMIE' }).getByRole('button', { name: 'Ouvrir l’identité' }).click();
  await page.waitForURL(/identities\/\d+$/);
  identity = page.url();
  await requester.sees('Permet les soins.');
  await requester.sees('vérifier le lieu de naissance à chaque étape');
  await requester.shot('92-identity');
  await requester.accessible('identity');
  const document = (kind) => requester.select('Document vu', kind, requester.dialog());
  await requester.press('Contrôler une pièce d’identité');
  await document('Permis de conduire');
  await requester.dialog().getByLabel('Tous les traits de la pièce').check();
  await requester.press('Enregistrer', requester.dialog());
  await requester.dialog().getByRole('alert').getByText(/passeport/).waitFor();
  await requester.shot('93-document-refused');
  await requester.accessible('document refused');
  await document('Passeport');
  await requester.press('Enregistrer', requester.dialog());
  await requester.dialog().waitFor({ state: 'hidden' });
  await page.getByText('Identité validée').first().waitFor();
  await page.getByText(/Passeport, le .* par Dr Camille DUBOIS \(/).waitFor();
});

ward.story('E15 a doubt is said with its reason; the secretary alone clears it; the history keeps both', async () => {
  await requester.press('Marquer comme douteuse');
  await requester.write('Motif', 'La photographie ne ressemble pas.', requester.dialog());
  await requester.press('Enregistrer', requester.dialog());
  await requester.dialog().waitFor({ state: 'hidden' });
  await requester.page.getByText('Identité douteuse').first().waitFor();
  assert.equal(await requester.button('Lever le doute').count(), 0);
  secretary = await ward.signedIn('secretaire');
  await secretary.page.goto(identity);
  await secretary.press('Lever le doute');
  await secretary.write('Motif', 'Pièce revue avec la patiente.', secretary.dialog());
  await secretary.press('Enregistrer', secretary.dialog());
  await secretary.dialog().waitFor({ state: 'hidden' });
  await secretary.page.getByText('La photographie ne ressemble pas.').waitFor();
  await secretary.page.getByText('Pièce revue avec la patiente.').waitFor();
  assert.equal(await secretary.page.getByText('Identité douteuse', { exact: true }).count(), 0, 'the badge is gone');
  await secretary.shot('94-identity-history');
  await secretary.accessible('identity of the secretary');
});

ward.story('E15 at 390 pixels the identity and the side-by-side stay readable', async () => {
  const narrow = await ward.signedIn('demandeur2', { width: 390, height: 844 });
  const { page } = narrow;
  await page.goto('/requests/new');
  await narrow.write('Date de naissance', '09/05/1933');
  await page.getByLabel('Premières lettres du nom').fill('ROC');
  await narrow.press('Nouveau patient');
  const section = narrow.section('Nouveau patient');
  await narrow.write('Nom de naissance', 'Roche', section);
  await narrow.write('Premier prénom', 'Margueritte', section);
  await page.keyboard.press('Escape'); // the calendar of the date that the tabulator came to
  await narrow.choose('Sexe', 'Femme', section);
  await narrow.write('Code du lieu de naissance', '43157', section);
  await narrow.press('Créer le patient');
  const decide = page.getByRole('alert', { name: /Avant de créer/ });
  await decide.waitFor();
  await decide.scrollIntoViewIfNeeded();
  await narrow.shot('95-side-by-side-390');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than the screen');
  await narrow.accessible('look-alikes at 390');
  await narrow.press('C’est la même personne : prendre cette fiche', decide);
  await narrow.sees('ROCHE');
  await page.goto('/identities');
  await narrow.write('Date de naissance', '09/05/1933');
  await page.getByLabel('Premières lettres du nom').fill('ROC');
  await narrow.press('Ouvrir l’identité');
  await page.waitForURL(/identities\/\d+$/);
  await page.getByText('Confiance dans l’identité').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than the screen');
  await narrow.shot('96-identity-390');
  await narrow.accessible('identity at 390');
});
