// Earlier exams in another archive, in the page: searched from the act, fetched, compared with the record, opened in the viewer.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { dcmqrscp, load, stopAll } from '../archives.mjs';
import { folder } from '../dicom.mjs';
import { makeObject, peer } from '../dimse.mjs';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const STUDY = '1.2.826.0.1.3680043.9.7133.810';
const ward = new Ward();
let exam, requester;
const of = (n, more = {}) => ({ '0010,0010': ['PN', 'DUPONT-MOREAU^JEAN-BAPTISTE'], '0010,0030': ['DA', '19711102'], '0010,0040': ['CS', 'M'], '0010,0020': ['LO', 'CHU-77'],
  '0008,0020': ['DA', `2023040${n}`], '0008,1030': ['LO', `Abdomen ${n}`], '0020,000d': ['UI', `${STUDY}.${n}`], '0020,000e': ['UI', `${STUDY}.${n}.1`], '0008,103e': ['LO', 'Face'], ...more });

before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward, at = folder(house, 'elsewhere');
  for (let i = 0; i < 3; i++) makeObject(at, of(1));
  makeObject(at, of(2, { '0010,0040': ['CS', 'F'] }));
  const qr = await dcmqrscp(house, 'CHU');
  load(qr, at);
  peer(house, 'CHU', ['store', 'ask'], { port: qr.port });
  exam = await Exam.open(house);
  await ward.house.advance(exam.technologist, 31000); // a new step of the codes
  requester = await ward.signedIn('demandeur');
});
after(async () => { await stopAll(); await ward.close(); });

ward.story('E5 E25 from the act another archive is searched, a study is fetched and opened beside the record', async () => {
  const { page } = requester;
  await page.goto(`/acts/${exam.id}`);
  await page.getByRole('link', { name: 'Chercher dans une autre archive' }).click();
  await page.getByRole('button', { name: 'Interroger' }).click();
  await page.getByText('2 examens trouvés').waitFor();
  await requester.shot('elsewhere-1-found');
  await requester.accessible('elsewhere: found');
  await page.locator(`[data-study="${STUDY}.1"]`).getByRole('button', { name: 'Récupérer' }).click();
  await page.locator(`[data-fetch="${STUDY}.1"][data-state="done"]`).waitFor();
  await page.locator(`[data-fetch="${STUDY}.1"]`).getByText('3 images sur 3').waitFor();
  await page.locator(`[data-study="${STUDY}.2"]`).getByRole('button', { name: 'Récupérer' }).click();
  await page.locator(`[data-fetch="${STUDY}.2"][data-state="differs"]`).waitFor();
  await requester.shot('elsewhere-2-differs');
  await requester.accessible('elsewhere: identity to be confirmed');
  await page.getByLabel('Pourquoi ces images sont bien celles du patient').fill('Sexe mal saisi là-bas, vérifié avec le patient');
  await page.getByRole('button', { name: 'Rattacher au dossier' }).click();
  await page.locator(`[data-fetch="${STUDY}.2"][data-state="done"]`).waitFor();
  await page.locator(`[data-fetch="${STUDY}.1"]`).getByRole('link', { name: 'Ouvrir' }).click();
  await page.getByTestId('viewer').waitFor();
  await page.getByText('Examen antérieur', { exact: true }).waitFor();
  await page.locator('canvas').first().waitFor();
  await page.waitForTimeout(1500);
  await requester.shot('elsewhere-3-viewer');
});

ward.story('the earlier exam stands on the act’s page, and opens from there too', async () => {
  const { page } = requester;
  await page.goto(`/acts/${exam.id}`);
  await page.getByText(/identité différente|Identité différente/).first().waitFor();
  await page.getByRole('link', { name: 'Ouvrir l’examen du 01/04/2023' }).click();
  await page.getByTestId('viewer').waitFor();
  assert.match(page.url(), /priors\/1\.2\.826/);
});
