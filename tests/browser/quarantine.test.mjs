// The quarantine page: two versions of an image and an exam of nobody, settled by the archive's person with words and a reason.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { dcmtk } from '../house.mjs';
import { makeObject } from '../dimse.mjs';
import { filesOf, folder, phantoms, send } from '../dicom.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let pacs, uid, patient;
before(async () => {
  Object.assign(ward, await Ward.open());
  const at = phantoms(ward.house, 'made', 'mr', [310]);
  assert.equal(send(ward.house, at).status, 0);
  const [file] = filesOf(at), other = fs.readFileSync(file);
  uid = path.basename(file, '.dcm');
  other[other.length - 10] ^= 1;
  const beside = folder(ward.house, 'beside');
  fs.writeFileSync(path.join(beside, path.basename(file)), other);
  send(ward.house, beside);
  fs.writeFileSync(path.join(folder(ward.house, 'refused'), 'no-study.dcm'), fs.readFileSync(file));
  dcmtk('dcmodify', ['-nb', '-ea', '(0020,000d)', path.join(ward.house.data, 'refused', 'no-study.dcm')]);
  dcmtk('storescu', ['-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(ward.house.dicomPort), path.join(ward.house.data, 'refused', 'no-study.dcm')]);
  const requester = await ward.house.person('demandeur');
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
});
after(async () => { await ward.close(); });

const section = (name) => pacs.section(name);

ward.story('E30 both versions are listed and one is chosen with a reason', async () => {
  pacs = await ward.signedIn('pacs');
  await pacs.page.goto('/admin/quarantine');
  await pacs.page.getByRole('heading', { name: 'Quarantaine', level: 1 }).waitFor();
  await section('Même identifiant, autre contenu').getByText(uid).waitFor();
  await section('Images refusées à l’arrivée').getByText('STORESCU').waitFor();
  await pacs.accessible('quarantine');
  await pacs.shot('quarantine');
  await pacs.press('Montrer l’autre version');
  await pacs.accessible('quarantine, question');
  await pacs.shot('quarantine-question');
  await pacs.write('Motif', 'Reconstruction corrigée par le site', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await section('Même identifiant, autre contenu').getByText('Versions échangées').waitFor();
  await section('Même identifiant, autre contenu').getByText('Reconstruction corrigée par le site').waitFor();
});

ward.story('E15 an exam of nobody is attached; its identities differ and are accepted', async () => {
  const exams = section('Examens sans patient sûr');
  await pacs.press('Rattacher', exams);
  await pacs.dialog().getByText(/^FANTOME NUMERO 310 · /).waitFor(); // which one, said again
  await pacs.write('Identifiant du patient (IPP)', 'INCONNU', pacs.dialog());
  await pacs.write('Motif', 'Appel du site', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await pacs.dialog().getByText('Aucun patient n’a cet identifiant.').waitFor();
  await pacs.write('Identifiant du patient (IPP)', patient.ipp, pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await exams.getByText('Identités différentes').waitFor();
  await pacs.accessible('quarantine, identities differ');
  await pacs.shot('quarantine-differs');
  await pacs.press('Accepter les différences', exams);
  await pacs.write('Motif', 'Identité vérifiée avec le site', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await exams.getByText('Chaque examen a son patient.').waitFor();
});

ward.story('X5 every file is read again on demand', async () => {
  await pacs.press('Relire maintenant');
  await pacs.sees(/Dernière relecture complète/);
  await pacs.shot('quarantine-read');
});

ward.story('E30 of a long list one exam is found by any of its words; the rest is shown a page at a time', async () => {
  const at = folder(ward.house, 'many');
  for (let n = 0; n < 23; n++)
    makeObject(at, { '0008,0005': ['CS', 'ISO_IR 192'], '0010,0010': ['PN', n === 4 ? 'LEFÈVRE-D’ARC^Noël=李^明' : `SÉRIE^${n}`], '0010,0020': ['LO', `X${n}`], '0008,1030': ['LO', 'PROTOCOLE_SANS_ESPACE_QUI_NE_TIENT_PAS_DANS_UNE_COLONNE_ETROITE'] });
  assert.equal(send(ward.house, at).status, 0);
  await pacs.page.reload();
  const exams = section('Examens sans patient sûr');
  await exams.getByText('1 à 10 sur 23').waitFor();
  assert.equal(await exams.locator('tbody tr').count(), 10);
  await pacs.page.getByRole('navigation', { name: 'Sur cette page' }).getByRole('link', { name: 'Examens sans patient sûr 23' }).waitFor();
  assert.equal(await pacs.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing stands beside the page');
  await pacs.press('Suivant', exams);
  await pacs.press('Suivant', exams);
  await exams.getByText('21 à 23 sur 23').waitFor();
  assert.equal(await pacs.button('Suivant', exams).isDisabled(), true);
  await exams.getByRole('textbox').fill('lefevre noel');
  await exams.getByText(/^LEFÈVRE-D’ARC Noël(?!=)/).first().waitFor();
  assert.equal(await exams.locator('tbody tr').count(), 1);
  await pacs.page.evaluate(() => scrollTo(0, 0)); // what lies half under the head of the page is no target
  await pacs.accessible('quarantine, found');
  await exams.getByRole('textbox').fill('personne ainsi');
  await exams.getByText('Rien ne correspond à', { exact: false }).waitFor();
  await pacs.press('Effacer', exams);
  await exams.getByText('1 à 10 sur 23').waitFor();
  await pacs.shot('quarantine-many');
});
