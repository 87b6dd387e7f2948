// The audit trail as who reads it meets it: people by name, routes in words, patients and acts by their numbers; one line found among many; who may not is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { sql } from '../dimse.mjs';
import { dcmtk, ROOT } from '../house.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let admin, patient;
before(async () => {
  Object.assign(ward, await Ward.open());
  const requester = await ward.house.person('demandeur');
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
  await requester.get(`/api/patients/${patient.id}`);
  const technologist = await ward.house.person('manip');
  assert.equal((await technologist.get('/api/archive/quarantine')).status, 403);
  dcmtk('echoscu', ['-aet', 'PASSANT', '-aec', 'BECLERE', '127.0.0.1', String(ward.house.dicomPort)]);
  dcmtk('echoscu', ['-aet', 'ECHOSCU', '-aec', 'BECLERE', '127.0.0.1', String(ward.house.dicomPort)]);
});
after(async () => { await ward.close(); });

const rows = () => admin.page.locator('tr[data-line]');
const settled = (words) => admin.page.waitForFunction((text) => { const all = [...document.querySelectorAll('tr[data-line]')]; return all.length > 0 && all.every((row) => row.textContent.includes(text)); }, words);

ward.story('X3 every line says who by name and what in words; the raw route stays below', async () => {
  admin = await ward.signedIn('admin');
  await admin.page.goto('/admin/audit');
  await admin.page.getByRole('heading', { name: 'Traçabilité', level: 1 }).waitFor();
  const read = rows().filter({ hasText: 'GET /api/patients/{id}' }).first();
  await read.getByText('Lecture · Fiche d’un patient').waitFor();
  await read.getByText(`patient ${patient.ipp}`).waitFor();
  const requester = sql(ward.house, "SELECT family FROM person WHERE login = 'demandeur'");
  assert.match(await read.textContent(), new RegExp(requester));
  assert.doesNotMatch(await read.textContent(), /demandeur/, 'a person by name, not by login');
  await read.getByText(/mot de passe, code à usage unique/).waitFor();
  const refused = rows().filter({ hasText: 'GET /api/archive/quarantine' }).first();
  await refused.getByText('Lecture · Quarantaine').waitFor();
  await refused.getByText('droit manquant').waitFor();
  await rows().filter({ hasText: 'ECHOSCU' }).first().getByText('Équipement DICOM · Association DICOM').waitFor();
  await admin.accessible('audit');
  await admin.shot('audit');
});

ward.story('X3 a line is found by its person, its patient, its day, or because it was refused', async () => {
  const { page } = admin;
  await page.getByLabel('Refus et échecs seulement').check();
  await settled('Refusé');
  await admin.press('Tout effacer');
  await page.getByLabel('Patient (IPP)').fill('INCONNU');
  await page.getByText('Aucun patient n’a cet identifiant.').waitFor();
  await admin.accessible('audit, nobody');
  await page.getByLabel('Patient (IPP)').fill(patient.ipp);
  await settled(`patient ${patient.ipp}`);
  await admin.press('Tout effacer');
  const name = sql(ward.house, "SELECT family FROM person WHERE login = 'manip'");
  await admin.select('Personne', new RegExp(name));
  await settled(name);
  await admin.press('Tout effacer');
  await page.getByLabel('Jusqu’au').fill('01/01/2020');
  await page.getByLabel('Jusqu’au').press('Tab');
  await page.getByText('Aucune ligne ne correspond.').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await admin.press('Tout effacer');
  await rows().first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing stands beside the page');
  await admin.accessible('audit, narrow');
  await page.setViewportSize({ width: 1280, height: 800 });
});

ward.story('X3 no route of the trace is without words', async () => {
  const { routes } = await admin.page.evaluate(() => fetch('/api/routes').then((a) => a.json()));
  const words = fs.readFileSync(path.join(ROOT, 'ui/src/shared/i18n/texts/trace.ts'), 'utf8');
  const traced = [...new Set(routes.filter((one) => one.audit !== 'nothing' && one.audit !== '').map((one) => one.path))];
  assert.ok(traced.length > 150);
  assert.deepEqual(traced.filter((one) => !words.includes(`'trace.${one}': [`)), []);
});

ward.story('X2 the trail is offered to nobody who is refused it', async () => {
  const pacs = await ward.signedIn('pacs');
  assert.equal(await pacs.page.getByRole('link', { name: 'Traçabilité' }).count(), 0);
  await pacs.page.goto('/admin/audit');
  await pacs.page.getByText('Vos rôles ne donnent pas accès à cela.').waitFor();
});

ward.story('X3 O9 whether the trace is fed to a collector is said, and what is shown can be taken out as audit messages', async () => {
  const { page } = admin;
  await page.goto('/admin/audit');
  await page.getByText(/Aucun collecteur n’est configuré/).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Extraire (messages d’audit DICOM)' }).click()]);
  assert.equal(file.suggestedFilename(), 'tracabilite-atna.xml');
  await admin.accessible('audit, feed');
  await admin.shot('audit-feed');
  await page.setViewportSize({ width: 390, height: 844 });
  await admin.shot('audit-feed-narrow');
});
