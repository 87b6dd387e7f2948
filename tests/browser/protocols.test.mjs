// The library of protocols in the browser: found, written line by line, submitted, judged, approved; read on a telephone.
// SPDX-License-Identifier: Apache-2.0
import { after, before } from 'node:test';
import { Ward } from './visit.mjs';

const ward = new Ward();
let imager, second, protocol;
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
  await imager.page.getByText('Vous avez écrit cette version', { exact: false }).waitFor();
  if (await imager.button('Approuver').count()) throw new Error('who wrote it is offered to approve it');
  second = await ward.signedIn('imageur2');
  await second.page.goto(new URL(imager.page.url()).pathname);
  await second.press('Approuver');
  await second.press('Approuver', second.dialog());
  await second.dialog().getByText('n’a pas donné d’avis favorable', { exact: false }).waitFor();
  await second.shot('protocol-refused');
});

ward.story('E11 the physicist gives an opinion, another imager approves', async () => {
  const physicist = await ward.signedIn('physicien');
  await physicist.page.goto(new URL(imager.page.url()).pathname);
  await physicist.press('Donner mon avis');
  await physicist.write('Motif de l’avis', 'Conforme aux niveaux de référence.', physicist.dialog());
  await physicist.press('Donner mon avis', physicist.dialog());
  await physicist.dialog().waitFor({ state: 'hidden' });
  await physicist.page.getByText('Avis du physicien médical', { exact: false }).waitFor();
  await physicist.accessible('opinion');
  await second.page.reload();
  await second.press('Approuver');
  await second.press('Approuver', second.dialog());
  await second.page.getByText('En vigueur').first().waitFor();
  protocol = new URL(imager.page.url()).pathname;
  await imager.page.reload();
  await imager.page.getByText('En vigueur').first().waitFor();
  await imager.accessible('one protocol');
  await imager.shot('protocol');
});

let sheet;
ward.story('E19 E11 a preparation sheet is written line by line in both languages, submitted, and approved by another imager', async () => {
  await imager.page.goto('/preparations');
  await imager.page.getByRole('link', { name: 'Votre IRM' }).waitFor();
  await imager.accessible('sheets');
  await imager.shot('sheets');
  await imager.press('Nouvelle fiche');
  await imager.write('Titre (Français)', 'Votre scanner du genou', imager.dialog());
  await imager.write('Région', 'Genou', imager.dialog());
  await imager.write('Avant l’examen (Français) 1', 'Aucun jeûne.', imager.dialog());
  await imager.accessible('sheet editor');
  await imager.shot('sheet-editor');
  await imager.dialog().getByRole('tab', { name: 'Anglais' }).click();
  await imager.write('Titre (Anglais)', 'Your CT of the knee', imager.dialog());
  await imager.press('Enregistrer le brouillon', imager.dialog());
  await imager.page.getByRole('heading', { name: 'Votre scanner du genou · v1', level: 1 }).waitFor();
  await imager.press('Soumettre à approbation');
  await imager.press('Soumettre à approbation', imager.dialog());
  await imager.page.getByText('Vous avez écrit cette version', { exact: false }).waitFor();
  sheet = new URL(imager.page.url()).pathname;
  await second.page.goto(sheet);
  await second.press('Approuver');
  await second.press('Approuver', second.dialog());
  await second.page.getByText('En vigueur').first().waitFor();
  await second.accessible('one sheet');
  await second.shot('sheet');
});

ward.story('E19 the library is read on a telephone', async () => {
  await imager.page.setViewportSize({ width: 390, height: 844 });
  for (const [path, name] of [['/protocols', 'protocols-narrow'], [protocol, 'protocol-narrow'], ['/preparations', 'sheets-narrow'], [sheet, 'sheet-narrow']]) {
    await imager.page.goto(path);
    await imager.page.getByRole('heading', { level: 1 }).waitFor();
    const wide = await imager.page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 390) throw new Error(`${path} is ${wide} px wide on a telephone of 390`);
    await imager.accessible(name);
    await imager.shot(name);
  }
});
