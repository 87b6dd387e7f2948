// A responsible drafts the next version of a convention; the roster shows who is on duty; an imager takes the act that waits for them.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let head, imager, exam;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await ward.house.advance(exam.requester, 31000);
  head = await ward.signedIn('responsable');
  imager = await ward.signedIn('imageur');
});
after(async () => { await ward.close(); });

ward.story('S3 O1 the next version names what it lacks; a delay is changed; without the medical project it is not signed', async () => {
  const { page } = head;
  await page.goto('/conventions');
  await head.press('Rédiger la version suivante');
  const papers = head.section('Conventions en rédaction ou en signature');
  await papers.getByText('Joignez le projet médical des structures.').waitFor();
  assert.equal(await papers.getByRole('button', { name: /^Signer pour/ }).count(), 0, 'nothing to sign yet');
  await head.accessible('conventions');
  await head.shot('60-convention-draft');
  await head.press('Modifier', papers);
  const row = page.locator('[data-clause="remote-exam CT urgent"]');
  await row.getByLabel('Avis', { exact: true }).fill('41');
  await head.shot('61-convention-editor');
  await head.press('Enregistrer', head.dialog());
  await head.dialog().waitFor({ state: 'hidden' });
  await head.press('Modifier', papers);
  assert.equal(await row.getByLabel('Avis', { exact: true }).inputValue(), '41');
  await head.dialog().getByLabel('Titre').last().fill('Projet médical 2026');
  await head.dialog().locator('input[type=file]').setInputFiles({ name: 'projet.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await head.press('Joindre', head.dialog());
  await papers.getByRole('button', { name: 'Signer pour Groupe d’imagerie de l’Orbe' }).waitFor();
});

ward.story('S3 E16 a wrong code is refused where it was typed; signed with a passkey for one’s own party, it does not change any more', async () => {
  const papers = head.section('Conventions en rédaction ou en signature');
  await head.passkey();
  await head.page.goto('/account');
  await head.write('Nom de l’appareil', 'Poste de la responsable');
  await head.press('Ajouter une clé d’accès');
  await head.page.getByText('jamais utilisée').waitFor();
  await head.page.goto('/conventions');
  await head.press('Signer pour Groupe d’imagerie de l’Orbe', papers);
  await head.giveCode('000000', head.dialog());
  await head.dialog().getByRole('alert').waitFor();
  await head.accessible('signing a convention');
  await head.shot('62-convention-sign');
  await head.press('Signer avec une clé d’accès', head.dialog());
  await papers.getByText('En signature').waitFor();
  await papers.getByText(/signée par Pr Hélène ROUSSEL/).waitFor();
  assert.equal(await papers.getByRole('button', { name: 'Modifier' }).count(), 0);
  await head.shot('62-convention-signing');
});

ward.story('O2 the roster shows who is on duty now, and the week', async () => {
  const { page } = head;
  await page.goto('/roster');
  await head.section('De garde maintenant').getByRole('link').first().waitFor();
  await head.press('Ajouter une garde');
  await head.select('Personne', 'Dr Jeanne MARTIN', head.dialog());
  await head.write('Heure de début', '00:00', head.dialog());
  await head.write('Heure de fin', '23:59', head.dialog());
  await head.press('Enregistrer', head.dialog());
  await head.dialog().waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /Dr Jeanne MARTIN.*00:00/ }).first().waitFor();
  await page.locator('.roster-week > li[data-today]').getByRole('button').first().waitFor();
  await head.press('Semaine suivante');
  await head.press('Cette semaine');
  await page.locator('.roster-week > li[data-today]').waitFor();
  await head.accessible('roster');
  await head.shot('63-roster');
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, 'nothing sideways on a telephone');
  for (const duty of (await page.locator('.roster-duty').all()).slice(0, 6)) assert.ok((await duty.boundingBox()).height >= 44, 'large enough for a thumb');
  await head.accessible('roster at 390 px');
  await head.shot('63-roster-390');
  await page.setViewportSize({ width: 1280, height: 800 });
});

ward.story('O2 a shift is taken off only once it is said whose and when, and may be put on again', async () => {
  const { page } = head;
  const shifts = () => page.getByRole('button', { name: /Dr Jeanne MARTIN.*00:00–23:59/ });
  const before = await shifts().count();
  assert.ok(before > 0);
  await shifts().first().click();
  await head.press('Retirer cette garde du tableau', head.dialog());
  const asked = head.dialog().getByRole('group', { name: 'Retirer cette garde du tableau' });
  await asked.getByText(/garde de Dr Jeanne MARTIN \(imageur\), du .* au .*\s\?/).waitFor();
  await head.shot('63-roster-remove');
  await head.accessible('asked before a shift is taken off');
  await head.press('La garder', head.dialog());
  await asked.waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await head.dialog().waitFor({ state: 'hidden' });
  assert.equal(await shifts().count(), before, 'nothing was done');
  await shifts().first().click();
  await head.press('Retirer cette garde du tableau', head.dialog());
  await head.press('Retirer cette garde', head.dialog());
  await head.dialog().waitFor({ state: 'hidden' });
  await until(async () => (await shifts().count()) === before - 1, 'taken off');
  await head.shot('63-roster-removed');
  await head.press('La remettre au tableau');
  await until(async () => (await shifts().count()) === before, 'put on again');
});

ward.story('O2 an act that was sent is assigned with its reasons; the imager takes it', async () => {
  await exam.consent();
  await exam.ask();
  await imager.page.goto(`/acts/${exam.id}`);
  const section = imager.section('Attribution');
  await section.getByText(/Attribué à/).waitFor();
  await section.getByText(/Proposé d’après le tableau de garde/).waitFor();
  await imager.press('Prendre cet acte', section);
  await section.getByText(/pris en charge/).waitFor();
  await imager.shot('64-assignment');
});
