// The patient's page, at the browser: the paper at the site, activation on a telephone with a passkey, exams, report, images, who looked.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { fromBase32, totp } from '../house.mjs';
import { Visit, Ward } from './visit.mjs';

const ward = new Ward();
let exam, technologist, patient, paper;
const PHRASE = 'Un long chemin de halage en 1934';
const narrow = async (visit) => {
  const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways, but ${wide} px`);
};
// At both widths: looked at, nothing sideways, axe.
async function look(visit, name) {
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    await visit.page.setViewportSize({ width, height });
    await narrow(visit);
    await visit.accessible(`${name} at ${width}`);
    await visit.page.screenshot({ path: new URL(`./shots/${name}-${width}.png`, import.meta.url).pathname, fullPage: true });
  }
}

before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.started(ward.house);
  await ward.house.advance(exam.requester, 31000); // the codes just used are refused until the next step
});
after(async () => { await ward.close(); });

ward.story('E34 the technologist hands the paper: shown once, printable, then its state', async () => {
  technologist = await ward.signedIn('manip');
  await technologist.page.goto(`/acts/${exam.id}`);
  const section = technologist.section('Accès du patient à sa page');
  await section.getByText('Aucun document remis', { exact: false }).waitFor();
  await technologist.press('Remettre un accès au patient', section);
  const form = technologist.dialog();
  await form.getByLabel('Remis à').selectOption('parent');
  await technologist.write('Nom et prénom du représentant', 'Mme Zoé BRUN', form);
  await technologist.write('En quelle qualité', 'mère', form);
  await technologist.press('Créer le document', form);
  await form.getByRole('alert').getByText('Le patient est majeur', { exact: false }).first().waitFor();
  await technologist.accessible('paper refused');
  await form.getByLabel('Remis à').selectOption('patient');
  await technologist.press('Créer le document', form);
  await form.getByText('le code ne sera plus affiché', { exact: false }).waitFor();
  paper = { code: await form.getByTestId('code').innerText(), login: await form.getByTestId('login').innerText() };
  assert.match(paper.code, /^[a-z2-9-]{17}$/);
  await technologist.shot('patient-paper');
  await technologist.accessible('paper');
  await technologist.page.emulateMedia({ media: 'print' });
  await technologist.shot('patient-paper-printed');
  assert.equal(await technologist.page.getByText('Remise du compte rendu').first().isVisible(), false, 'the paper alone is printed');
  await technologist.page.emulateMedia({ media: 'screen' });
  await form.getByRole('button', { name: 'Fermer' }).last().click();
  await section.getByText('Remis, pas encore activé').waitFor();
  assert.ok(!(await technologist.page.content()).includes(paper.code), 'gone with the dialog');
  await section.scrollIntoViewIfNeeded();
  await technologist.shot('patient-section');
});

ward.story('E34 X1 on a telephone: code, name and date, then the device itself', async () => {
  patient = new Visit(ward, 'patient');
  await patient.open({ width: 390, height: 844 });
  ward.visits.push(patient);
  const { page } = patient;
  await page.goto(`/patient/activer#${paper.code}`);
  await page.getByRole('heading', { name: 'Première connexion' }).waitFor();
  assert.equal(await page.getByLabel('Code écrit sur le document').inputValue(), paper.code);
  await page.getByLabel('Nom de naissance du patient').fill('Dupont Moreau');
  await page.getByLabel('Date de naissance du patient').fill('03/11/1971');
  await look(patient, 'patient-activate');
  await patient.press('Continuer');
  await page.getByRole('alert').getByText('n’ouvrent rien ensemble', { exact: false }).waitFor();
  await page.getByLabel('Date de naissance du patient').fill('2/11/1971');
  await patient.passkey();
  await patient.press('Continuer');
  await page.getByRole('heading', { name: 'Protégez votre page' }).waitFor();
  await look(patient, 'patient-enrol');
  await patient.press('Enregistrer cet appareil');
  await page.getByRole('heading', { name: 'Mes examens' }).waitFor();
  await page.getByText('En cours', { exact: true }).waitFor();
  await look(patient, 'patient-list');
  assert.equal(await page.getByRole('link', { name: 'Personnes' }).count(), 0);
});

ward.story('E34 E27 before the patient is informed: a humane sentence, no report and no image', async () => {
  const { page } = patient;
  await ward.play(exam.number);
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const { series } = await exam.images();
  const cited = series.filter((one) => one.modality === 'CT').sort((a, b) => b.instances - a.instances)[0];
  const instances = (await exam.imager.get(`/dicom-web/studies/${(await exam.images()).study_uid}/series/${cited.uid}/instances?limit=100`)).json;
  const mark = `série ${cited.number}, image 4`;
  await exam.sign(await exam.read({
    results: `Appendice de calibre normal (${mark}).`,
    places: [{ mark, series: cited.uid, sop: instances.find((one) => one['00200013'].Value[0] === 4)['00080018'].Value[0], frame: 1, window: { center: 40, width: 400 } }],
  }));
  await exam.until('delivered', 60000);
  await page.reload();
  await page.getByText('Votre médecin vous en parle d’abord').first().waitFor();
  await page.getByRole('link', { name: /Scanner/ }).click();
  await page.getByText('Votre médecin souhaite d’abord vous parler', { exact: false }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Compte rendu' }).count(), 0);
  assert.equal(await page.getByRole('heading', { name: 'Mes images' }).count(), 0);
  await look(patient, 'patient-waiting');
});

ward.story('E34 once informed: the report in plain text and as a PDF, the images, one after the other, and the whole exam', async () => {
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Expliqué.' });
  const { page } = patient;
  await page.reload();
  await page.getByRole('heading', { name: 'Compte rendu' }).waitFor();
  await page.getByText('Pas d’argument scanographique', { exact: false }).waitFor();
  // What the report names is shown first, in its window, and never without the warning.
  await page.getByRole('img', { name: /^Image 4 sur/ }).waitFor();
  await page.getByRole('button', { name: /^série \d+, image 4$/, pressed: true }).waitFor();
  await page.getByRole('note').getByText('ne pas utiliser pour le diagnostic', { exact: false }).waitFor();
  const picture = page.locator('.light-pane > img');
  const drawn = () => page.waitForFunction(() => { const i = document.querySelector('.light-pane > img'); return i?.naturalWidth > 0 && i.dataset.fresh === 'true'; });
  await drawn();
  assert.match(await picture.getAttribute('src'), /&window=40,400,linear$/);
  const first = await picture.getAttribute('src');
  await patient.press('Image suivante');
  await page.getByRole('img', { name: /^Image 5 sur/ }).waitFor();
  await drawn();
  assert.notEqual(await picture.getAttribute('src'), first);
  const choices = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Mon information, mes choix' }) });
  await choices.getByText(/Accord pour la réalisation à distance recueilli le .* par Dr Camille DUBOIS/).waitFor();
  await choices.getByText(/Médecin qui a fait la demande\s: Dr Camille DUBOIS, reçu le/).waitFor();
  await look(patient, 'patient-report');
  assert.deepEqual(await page.evaluate(() => performance.getEntriesByType('resource').map((one) => one.name).filter((one) => /\/dicom-web\/|wasm|cornerstone/i.test(one))), [], 'nothing of the reading viewer');
});

ward.story('E34 the images under a finger, from the keyboard, in another window, zoomed, and while the line is away', async () => {
  const { page } = patient;
  const picture = page.locator('.light-pane > img');
  const drawn = () => page.waitForFunction(() => { const i = document.querySelector('.light-pane > img'); return i?.naturalWidth > 0 && i.dataset.fresh === 'true'; });
  await page.setViewportSize({ width: 390, height: 844 });
  const pane = page.locator('.light-pane');
  await pane.scrollIntoViewIfNeeded();
  const swipe = async (by) => {
    const box = await pane.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by, y, { steps: 4 });
    await page.mouse.up();
  };
  await swipe(-40); // two steps of 18 points
  await page.getByRole('img', { name: /^Image 7 sur/ }).waitFor();
  await swipe(20);
  await page.getByRole('img', { name: /^Image 6 sur/ }).waitFor();
  await pane.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('img', { name: /^Image 7 sur/ }).waitFor();
  await patient.press('Poumon');
  await drawn();
  assert.match(await picture.getAttribute('src'), /window=-600,1500,linear/);
  await page.keyboard.press('Tab');
  await pane.focus();
  await page.keyboard.press('+');
  await page.waitForFunction(() => /width=4096/.test(document.querySelector('.light-pane > img').src));
  assert.match(await picture.getAttribute('style'), /scale\(1\.5\)/);
  await patient.press('Plein écran');
  await drawn();
  await look(patient, 'patient-light-large');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.keyboard.press('x');
  await pane.focus();
  await page.keyboard.press('x');
  await patient.context.setOffline(true);
  await page.keyboard.press('End');
  await page.getByRole('alert').getByText('La plateforme ne répond pas', { exact: false }).waitFor();
  await patient.shot('patient-light-offline-390');
  await patient.context.setOffline(false);
  await drawn();
  await patient.press('Quitter le plein écran');
});

ward.story('E25 the requester on a telephone: the light view and the report, a citation leads to its image, the full viewer one step away', async () => {
  const requester = await ward.signedIn('demandeur', { width: 390, height: 844 });
  const { page } = requester;
  await page.goto(`/acts/${exam.id}/read`);
  await page.locator('.light-pane > img[data-fresh="true"]').waitFor();
  await page.getByTestId('light').getByText('DUPONT', { exact: false }).first().waitFor();
  await narrow(requester);
  await requester.accessible('light reading at 390');
  await requester.shot('light-requester-390');
  await page.keyboard.press('End');
  await page.locator('.report .cited').first().click();
  await page.getByRole('img', { name: /^Image 4 sur/ }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('.light-pane > img[data-fresh="true"]').waitFor();
  await requester.accessible('light reading at 1280');
  await requester.shot('light-requester-1280');
  assert.deepEqual(await page.evaluate(() => performance.getEntriesByType('resource').map((one) => one.name).filter((one) => /wasm|\/frames\/\d+$|\/metadata$/.test(one))), [], 'nothing of the reading viewer was asked for');
  assert.ok(await page.evaluate(() => performance.getEntriesByType('resource').filter((one) => /LightViewer|lightRead/.test(one.name)).reduce((sum, one) => sum + one.encodedBodySize, 0)) < 60_000, 'a small page');
  await requester.press('Visionneuse complète');
  await page.getByTestId('viewer').waitFor();
  await requester.press('Vue allégée');
  await page.getByTestId('light').waitFor();
});

ward.story('E34 the report and the whole exam, to keep', async () => {
  const { page } = patient;
  const [pdf] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Enregistrer le compte rendu' }).click()]);
  const parts = [];
  for await (const part of await pdf.createReadStream()) parts.push(part);
  assert.equal(Buffer.concat(parts).subarray(0, 5).toString(), '%PDF-');
  const [zip] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /Télécharger tout l’examen/ }).click()]);
  assert.match(zip.suggestedFilename(), /\.zip$/);
  await zip.path();
});

ward.story('E29 E34 a corrected report says so, with its date and reason; the site is said with its telephone', async () => {
  const { page } = patient;
  const { imager } = exam;
  await exam.ok(imager, 'open-addendum', { kind: 'correction' });
  const base = (await imager.get(`/api/acts/${exam.id}/report`)).json;
  const saved = await imager.put(`/api/acts/${exam.id}/addendum`, { revision: base.last_revision, addendum: { kind: 'correction', reason: 'Faute de frappe dans la conclusion.', sections: { conclusion: 'Pas d’argument au scanner pour une appendicite.' }, difference: { significant: false } } });
  assert.deepEqual([saved.status, saved.json.missing], [200, []], String(saved.bytes));
  await ward.house.advance(imager, 31000);
  await exam.ok(imager, 'sign-addendum', { revision: saved.json.revision, sha256: saved.json.sha256, proof: { kind: 'totp', code: imager.code() } });
  await exam.until('delivered');
  await page.reload();
  const said = page.getByRole('note', { name: 'Versions de ce compte rendu' });
  await said.getByText(/Le compte rendu a été rectifié le .* Raison\s: Faute de frappe dans la conclusion\..*cela ne change pas vos soins/).waitFor();
  await page.getByText('1 avenue de l’Hôpital, 99001 Val-d’Orbe', { exact: false }).waitFor();
  await page.getByRole('link', { name: '01 00 00 01 00' }).waitFor();
  await page.getByText('Vous pouvez lire le compte rendu et regarder vos images.').waitFor();
  await look(patient, 'patient-corrected');
});

ward.story('X3 E34 who looked, in words', async () => {
  const { page } = patient;
  await page.getByRole('link', { name: 'Retour à mes examens' }).click();
  await page.getByRole('link', { name: /Qui a vu/ }).click();
  await page.getByRole('heading', { name: 'Qui a vu mes images et mes comptes rendus' }).waitFor();
  await page.getByText('Vous', { exact: true }).first().waitFor();
  await page.getByText('a ouvert le dossier de l’examen', { exact: false }).first().waitFor();
  await look(patient, 'patient-readers');
  await page.getByRole('button', { name: /anglais|English/ }).click();
  await page.getByRole('heading', { name: 'Who has seen my images and reports' }).waitFor();
  await look(patient, 'patient-readers-en');
  await page.getByRole('button', { name: /French|français/i }).click();
});

ward.story('E34 X2 signed out and in again with the device; the professional pages send a patient back', async () => {
  const { page } = patient;
  await page.goto('/requests');
  await page.waitForURL(/\/patient$/);
  await page.getByRole('heading', { name: 'Mes examens' }).waitFor();
  await patient.press('Se déconnecter');
  await page.getByRole('heading', { name: 'Ma page de résultats' }).waitFor();
  await look(patient, 'patient-sign-in');
  await patient.press('Se connecter avec une clé d’accès');
  await page.getByRole('heading', { name: 'Mes examens' }).waitFor();
});

ward.story('E34 X1 with a password and a code application, and the access closed at the site', async () => {
  const section = technologist.section('Accès du patient à sa page');
  await technologist.page.reload();
  await section.getByText('Actif', { exact: true }).waitFor();
  const anew = (await exam.technologist.post(`/api/acts/${exam.id}/patient-access`, { holder: 'patient', document: 'passport' })).json;
  const { page } = patient;
  await page.goto(`/patient/activer#${anew.code}`);
  await page.getByLabel('Nom de naissance du patient').fill('DUPONT-MOREAU');
  await page.getByLabel('Date de naissance du patient').fill('02/11/1971');
  await page.getByRole('radio', { name: 'Avec un mot de passe' }).check();
  await patient.press('Continuer');
  await page.getByText(anew.login).waitFor();
  await page.locator('input[autocomplete="new-password"]').nth(0).fill(PHRASE);
  await page.locator('input[autocomplete="new-password"]').nth(1).fill(PHRASE);
  await patient.press('Enregistrer');
  await page.locator('code.secret, .secret').waitFor();
  await look(patient, 'patient-totp');
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '');
  await page.locator('input[inputmode="numeric"]').first().click();
  await page.keyboard.type(totp(fromBase32(secret), ward.house.now()));
  await page.getByRole('checkbox').check();
  await patient.press('Voir mes examens');
  await page.getByRole('heading', { name: 'Mes examens' }).waitFor();
  await technologist.page.reload();
  await section.getByText('Actif', { exact: true }).waitFor();
  await technologist.press('Fermer cet accès', section);
  await technologist.write('Pourquoi', 'Téléphone perdu', technologist.dialog());
  await technologist.press('Fermer cet accès', technologist.dialog());
  await technologist.dialog().waitFor({ state: 'hidden' });
  await section.getByText('Fermé', { exact: true }).first().waitFor();
  await technologist.page.setViewportSize({ width: 390, height: 844 });
  await section.scrollIntoViewIfNeeded();
  await technologist.shot('patient-section-390');
  await narrow(technologist);
  await page.goto('/patient');
  await page.getByRole('heading', { name: 'Ma page de résultats' }).waitFor();
});
