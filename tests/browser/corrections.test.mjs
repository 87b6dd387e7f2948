// The corrections page: an exam is found, its name set right after a look at what changes, followed and undone; a merge refused in words.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { phantoms, send } from '../dicom.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let pacs, patient, other;
before(async () => {
  Object.assign(ward, await Ward.open());
  assert.equal(send(ward.house, phantoms(ward.house, 'made', 'mr', [611])).status, 0);
  const requester = await ward.house.person('demandeur');
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  [other] = (await requester.get('/api/patients?birth_date=1958-03-28&name=LEM')).json.patients;
});
after(async () => { await ward.close(); });

ward.story('E15 an exam is found, its name is set right, and the change is undone', async () => {
  pacs = await ward.signedIn('pacs');
  await pacs.page.goto('/admin/corrections');
  await pacs.page.getByRole('heading', { name: 'Corrections', level: 1 }).waitFor();
  await pacs.accessible('corrections');
  await pacs.press('Chercher');
  const found = pacs.page.getByRole('table', { name: 'Examens trouvés' });
  await found.waitFor();
  await pacs.shot('corrections-found');
  await found.getByRole('button', { name: 'Corriger' }).first().click();
  await pacs.write('Nom (NOM^PRÉNOM)', 'MARCHAND^ODILE', pacs.dialog());
  await pacs.press('Voir ce qui changerait', pacs.dialog());
  await pacs.dialog().getByRole('table', { name: 'Ce qui changerait' }).getByText('MARCHAND^ODILE').waitFor();
  await pacs.accessible('corrections, preview');
  await pacs.shot('corrections-preview');
  await pacs.write('Motif', 'Nom mal saisi à la console', pacs.dialog());
  await pacs.press('Corriger', pacs.dialog());
  const history = pacs.section('Corrections faites');
  await history.getByText('En vigueur').waitFor();
  await history.getByText('Nom mal saisi à la console').waitFor();
  await history.getByText('Nom : MARCHAND ODILE').waitFor(); // as people say it, not as the images spell it
  await found.getByText('MARCHAND ODILE').waitFor();
  await pacs.accessible('corrections, made');
  await pacs.shot('corrections-made');
  await pacs.press('Annuler la correction', history);
  await pacs.write('Motif', 'Le premier nom était le bon', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await history.getByText('Annulée', { exact: true }).waitFor();
});

ward.story('E15 an exam goes to another patient; an unknown one is refused in words', async () => {
  const found = pacs.page.getByRole('table', { name: 'Examens trouvés' });
  await found.getByRole('button', { name: 'Corriger' }).first().click();
  await pacs.dialog().getByText('Autre patient', { exact: true }).click();
  await pacs.write('Identifiant (IPP) du bon patient', 'INCONNU', pacs.dialog());
  await pacs.press('Voir ce qui changerait', pacs.dialog());
  await pacs.dialog().getByText('Aucun patient n’a cet identifiant.').waitFor();
  await pacs.write('Identifiant (IPP) du bon patient', patient.ipp, pacs.dialog());
  await pacs.press('Voir ce qui changerait', pacs.dialog());
  await pacs.dialog().getByRole('table', { name: 'Ce qui changerait' }).getByText(patient.ipp).waitFor();
  await pacs.write('Motif', 'Acquis sous un autre nom', pacs.dialog());
  await pacs.press('Corriger', pacs.dialog());
  await pacs.section('Corrections faites').getByText('En vigueur').waitFor();
  await pacs.press('Fusionner deux patients');
  await pacs.write('IPP du doublon', patient.ipp, pacs.dialog());
  await pacs.write('IPP du patient gardé', patient.ipp, pacs.dialog());
  await pacs.press('Comparer les deux fiches', pacs.dialog());
  await pacs.dialog().getByText('C’est le même patient.').waitFor();
  if (await pacs.button('Fusionner deux patients', pacs.dialog()).count()) throw new Error('a merge is offered before the comparison');
  await pacs.write('IPP du patient gardé', other.ipp, pacs.dialog());
  await pacs.press('Comparer les deux fiches', pacs.dialog());
  await pacs.dialog().getByRole('columnheader', { name: `Gardé · IPP ${other.ipp}` }).first().waitFor();
  await pacs.dialog().getByText('diffère').first().waitFor();
  await pacs.shot('corrections-merge-compared');
  await pacs.write('Motif', 'Essai', pacs.dialog());
  await pacs.press('Fusionner deux patients', pacs.dialog());
  await pacs.dialog().getByRole('alert').last().waitFor();
  await pacs.page.evaluate(() => scrollTo(0, 0)); // what lies half under the head of the page, behind the dialog, is no target
  await pacs.accessible('corrections, merge refused');
  await pacs.shot('corrections-merge');
});
