// A correction that a signed report is about: the form says so and asks to be sure; the report bears the mark; its imager looks again. E15, E29
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, register } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, other, pacs;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.delivered(ward.house);
  other = await register(exam.requester, { organisation_id: exam.site.id, birth_name: 'MERCIER', first_given: 'ANNE', birth_date: '1980-04-05', sex: 'F' });
});
after(async () => { await ward.close(); });

ward.story('E15 E29 images under a signed report go to another patient only when that is confirmed', async () => {
  pacs = await ward.signedIn('pacs');
  await pacs.page.goto('/admin/corrections');
  await pacs.press('Chercher');
  await pacs.page.getByRole('table', { name: 'Examens trouvés' }).getByRole('button', { name: 'Corriger' }).first().click();
  await pacs.dialog().getByText('Autre patient', { exact: true }).click();
  await pacs.write('Identifiant (IPP) du bon patient', other.ipp, pacs.dialog());
  await pacs.press('Voir ce qui changerait', pacs.dialog());
  await pacs.dialog().getByText(`Le compte rendu de l’acte ${exam.number} est signé`).waitFor();
  await pacs.write('Motif', 'Acquis sous un autre nom', pacs.dialog());
  await pacs.press('Corriger', pacs.dialog());
  await pacs.dialog().getByText('Un compte rendu signé porte sur ces images', { exact: false }).waitFor();
  await pacs.accessible('corrections, report refused');
  await pacs.shot('corrections-report');
  await pacs.dialog().getByLabel('Je confirme que ce compte rendu est concerné').check();
  await pacs.press('Corriger', pacs.dialog());
  await pacs.section('Corrections faites').getByText('En vigueur').waitFor();
});

ward.story('E29 the mark stands above the report; its imager looks again and says what it is worth', async () => {
  await ward.house.advance(exam.requester, 31000);
  const imager = await ward.signedIn('imageur');
  await imager.page.goto(`/acts/${exam.id}`);
  const report = imager.section('Compte rendu');
  await report.getByText('Compte rendu à revoir : ses images ont été corrigées').waitFor();
  await report.getByText('Les images appartiennent à un autre patient.', { exact: false }).waitFor();
  await imager.accessible('act, report marked');
  await imager.press('Revoir le compte rendu');
  await imager.choose('Votre avis', 'Ne plus en tenir compte', imager.dialog());
  await imager.write('Ce que cela change', 'Ces images sont celles d’une autre patiente.', imager.dialog());
  await imager.accessible('act, report looked at again');
  await imager.press('Revoir le compte rendu', imager.dialog());
  await report.getByText('Ne plus tenir compte de ce compte rendu').waitFor();
  await report.scrollIntoViewIfNeeded();
  await imager.shot('report-marked');
  await imager.page.setViewportSize({ width: 390, height: 844 });
  await report.scrollIntoViewIfNeeded();
  await imager.shot('report-marked-390');
  await imager.accessible('act, report marked, narrow');
  assert.ok(await report.getByText('Ces images sont celles d’une autre patiente.').isVisible());
});
