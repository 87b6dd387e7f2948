// The page of deletions: an exam is deleted with a reason and comes back; a file is put on hold; what is due is looked for.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { phantoms, send } from '../dicom.mjs';
import { sql } from '../dimse.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let pacs, patient;
before(async () => {
  Object.assign(ward, await Ward.open());
  assert.equal(send(ward.house, phantoms(ward.house, 'made', 'mr', [811])).status, 0);
  const requester = await ward.house.person('demandeur');
  [patient] = (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients;
});
after(async () => { await ward.close(); });

ward.story('E30 an exam is deleted with a reason, and restored', async () => {
  pacs = await ward.signedIn('pacs');
  await pacs.page.goto('/admin/corrections');
  await pacs.press('Chercher');
  const found = pacs.page.getByRole('table', { name: 'Examens trouvés' });
  await found.getByRole('button', { name: 'Supprimer' }).first().click();
  await pacs.write('Motif', 'Envoyé par erreur', pacs.dialog());
  await pacs.press('Supprimer', pacs.dialog());
  await pacs.page.getByText('Aucun examen trouvé.').waitFor();
  await pacs.page.goto('/admin/retention');
  await pacs.page.getByRole('heading', { name: 'Conservation', level: 1 }).waitFor();
  const basket = pacs.section('Suppressions');
  await basket.getByText('Envoyé par erreur').waitFor();
  await basket.getByText('Masqué', { exact: true }).waitFor();
  await pacs.accessible('retention');
  await pacs.shot('retention');
  await pacs.press('Restaurer', basket);
  await pacs.dialog().getByText(/^FANTOME NUMERO 811 · .*Examen entier/).waitFor(); // which one, said again
  await pacs.write('Motif', 'Le bon examen', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await basket.getByText('Restauré', { exact: true }).waitFor();
});

ward.story('O8 of many deletions one is found; the certificate of what may come again stays', async () => {
  const now = Date.now();
  sql(ward.house, Array.from({ length: 14 }, (_, n) => `INSERT INTO deletion (level, state, study_uid, study_date, description, modalities, dicom_name, instances, bytes, at_ms, person_id, actor, reason, until_ms, ended_at_ms, ended_by)
    VALUES ('study', '${n === 3 ? 'lifted' : 'restored'}', '1.2.3.${n}', '20260412', 'Examen ${n}', 'CT\\SR', '${n === 3 ? '' : 'ANCIEN^NOM'}', 1, 1000, ${now}, 1, 'pacs', 'Doublon n° ${n}', ${now}, ${now}, 'pacs');`).join('\n'));
  await pacs.page.reload();
  const basket = pacs.section('Suppressions');
  await basket.getByText('1 à 10 sur 15').waitFor();
  await basket.getByRole('textbox').fill('readmission 1.2.3.3');
  await basket.getByRole('link', { name: 'Certificat (PDF)' }).waitFor();
  assert.equal(await basket.locator('tbody tr').count(), 1);
  assert.equal(await pacs.page.evaluate((id) => fetch(id).then((a) => a.status), await basket.getByRole('link', { name: 'Certificat (PDF)' }).getAttribute('href')), 200);
});

ward.story('E30 a file is put on hold; nothing is due; a wrong patient is refused in words', async () => {
  await pacs.press('Chercher ce qui est échu');
  await pacs.page.getByText('Rien n’est à détruire à cette date.').waitFor();
  await pacs.press('Geler un dossier');
  await pacs.write('Identifiant du patient (IPP)', 'INCONNU', pacs.dialog());
  await pacs.write('Motif', 'Expertise', pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await pacs.dialog().getByText('Aucun patient n’a cet identifiant.').waitFor();
  await pacs.accessible('retention, question');
  await pacs.write('Identifiant du patient (IPP)', patient.ipp, pacs.dialog());
  await pacs.press('Confirmer', pacs.dialog());
  await pacs.section('Dossiers gelés').getByText('Gelé', { exact: true }).waitFor();
  await pacs.shot('retention-hold');
});

ward.story('O8 the administrator sets longer terms, is refused shorter ones, and destroys what another deleted', async () => {
  const admin = await ward.signedIn('admin');
  await admin.page.goto('/admin/retention');
  const terms = admin.section('Durées de conservation');
  await admin.press('Modifier les durées', terms);
  await admin.write('Années après le dernier passage', '19', admin.dialog());
  await admin.write('Motif', 'Décision de la commission', admin.dialog());
  await admin.press('Confirmer', admin.dialog());
  await admin.dialog().getByText('La loi impose au moins 20 ans', { exact: false }).waitFor();
  await admin.accessible('retention, terms');
  await admin.write('Années après le dernier passage', '30', admin.dialog());
  await admin.press('Confirmer', admin.dialog());
  await terms.getByText('Version 2 : 30 ans', { exact: false }).waitFor();
  await admin.shot('retention-terms');
});

ward.story('E30 the room of the archive: a limit is set for a site and for everything, and shows', async () => {
  await pacs.page.goto('/admin/storage');
  await pacs.page.getByRole('heading', { name: 'Stockage', level: 1 }).waitFor();
  const whole = pacs.section('Ensemble de l’archive');
  await pacs.press('Limite de l’ensemble', whole);
  await pacs.write('Limite en gigaoctets', '0,001', pacs.dialog());
  await pacs.write('Motif', 'Contrat de stockage', pacs.dialog());
  await pacs.accessible('storage, question');
  await pacs.press('Confirmer', pacs.dialog());
  await whole.getByText('Plein', { exact: true }).waitFor();
  await pacs.accessible('storage');
  await pacs.shot('storage');
  await pacs.page.setViewportSize({ width: 390, height: 844 });
  await pacs.shot('storage-390');
  await pacs.accessible('storage, narrow');
  await pacs.page.goto('/admin/retention');
  await pacs.section('Durées de conservation').waitFor();
  await pacs.page.setViewportSize({ width: 390, height: 2200 });
  await pacs.shot('retention-390');
  await pacs.accessible('retention, narrow');
});
