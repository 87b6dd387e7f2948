// The library of protocols in the browser: found, written line by line, submitted, judged, approved; read on a telephone and in English.
// SPDX-License-Identifier: Apache-2.0
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
let imager;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('E19 E11 the library is found by word and modality; a protocol is written line by line and submitted', async () => {
  imager = await ward.signedIn('imageur');
  await imager.page.goto('/protocols');
  await imager.page.getByRole('heading', { name: 'Bibliothèque des protocoles', level: 1 }).waitFor();
  await imager.page.getByRole('link', { name: 'Abdomen-pelvis portal' }).waitFor();
  await imager.accessible('library');
  await imager.shot('protocols');
  await imager.page.getByRole('searchbox').fill('encephale');
  await imager.page.getByRole('link', { name: 'Encéphale standard' }).waitFor();
  await imager.page.getByRole('link', { name: 'Abdomen-pelvis portal' }).waitFor({ state: 'detached' });
  await imager.press('Nouveau protocole');
  await imager.write('Nom du protocole', 'Thorax très basse dose', imager.dialog());
  await imager.write('Région', 'Thorax', imager.dialog());
  await imager.press('Enregistrer le brouillon', imager.dialog());
  await imager.dialog().getByText('Le protocole n’a pas la forme attendue', { exact: false }).waitFor();
  await imager.write('Acquisitions 1', '1 passage sans injection', imager.dialog());
  await imager.write('Déroulement 1', 'Bras levés', imager.dialog());
  await imager.write('Niveau de référence (NRD) : PDL (mGy·cm)', '30', imager.dialog());
  await imager.accessible('editor');
  await imager.shot('protocol-editor');
  await imager.press('Enregistrer le brouillon', imager.dialog());
  await imager.page.getByRole('heading', { name: 'Thorax très basse dose · v1', level: 1 }).waitFor();
  await imager.press('Soumettre à approbation');
  await imager.press('Soumettre à approbation', imager.dialog());
  await imager.page.getByText('l’avis du physicien médical est attendu', { exact: false }).waitFor();
  await imager.press('Approuver');
  await imager.press('Approuver', imager.dialog());
  await imager.dialog().getByText('n’a pas donné d’avis favorable', { exact: false }).waitFor();
  await imager.shot('protocol-refused');
});

ward.story('E11 the physicist gives an opinion, the imager approves', async () => {
  const physicist = await ward.signedIn('physicien');
  await physicist.page.goto(new URL(imager.page.url()).pathname);
  await physicist.press('Donner mon avis');
  await physicist.write('Motif de l’avis', 'Conforme aux niveaux de référence.', physicist.dialog());
  await physicist.press('Donner mon avis', physicist.dialog());
  await physicist.dialog().waitFor({ state: 'hidden' });
  await physicist.page.getByText('Avis du physicien médical', { exact: false }).waitFor();
  await physicist.accessible('opinion');
  await imager.page.reload();
  await imager.press('Approuver');
  await imager.press('Approuver', imager.dialog());
  await imager.page.getByText('En vigueur').first().waitFor();
  await imager.accessible('one protocol');
  await imager.shot('protocol');
});

ward.story('E19 the library is read on a telephone, and in English', async () => {
  await imager.page.setViewportSize({ width: 390, height: 844 });
  for (const [path, name] of [['/protocols', 'protocols-narrow'], [new URL(imager.page.url()).pathname, 'protocol-narrow']]) {
    await imager.page.goto(path);
    await imager.page.getByRole('heading', { level: 1 }).waitFor();
    const wide = await imager.page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 390) throw new Error(`${path} is ${wide} px wide on a telephone of 390`);
    await imager.accessible(name);
    await imager.shot(name);
  }
});
