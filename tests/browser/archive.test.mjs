// The archive's page: found, opened, looked into to the last attribute, seen, sent; and what a person without the right does not see.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { folder, phantoms, send } from '../dicom.mjs';
import { makeObject, peer, receiver } from '../dimse.mjs';
import { freePort } from '../house.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let pacs, dest;
before(async () => {
  Object.assign(ward, await Ward.open());
  assert.equal(send(ward.house, phantoms(ward.house, 'made', 'mr', [621, 622])).status, 0);
  assert.equal(send(ward.house, phantoms(ward.house, 'us', 'us', [623])).status, 0);
  makeObject(folder(ward.house, 'long'), { '0010,0010': ['PN', 'DE LA ROCHEFOUCAULD-MONTBEL^ANNE-CHARLOTTE'], '0008,1030': ['LO', 'SCANNER_CEREBRAL_SANS_IV_URGENCE_AVC_PROTOCOLE_THROMBOLYSE_ALER'], '0008,0050': ['SH', 'A202600000000001'], '0008,0090': ['PN', 'PRESCRIPTEUR-TRES-LONG^MARIE-HELENE'] });
  assert.equal(send(ward.house, path.join(ward.house.data, 'long')).status, 0);
  dest = await receiver(ward.house, 'RELECTURE', await freePort());
  peer(ward.house, 'RELECTURE', ['receive'], { port: dest.port });
});
after(async () => { await dest?.close(); await ward.close(); });

const rows = () => pacs.page.locator('table.work tbody tr');
const phone = async (work) => {
  await pacs.page.setViewportSize({ width: 390, height: 844 });
  await work();
  await pacs.page.setViewportSize({ width: 1280, height: 800 });
};

ward.story('E30 the archive opens on its newest studies, with what it holds and what waits', async () => {
  pacs = await ward.signedIn('pacs');
  await pacs.page.getByRole('banner').getByRole('link', { name: 'Archives' }).click();
  await pacs.page.getByRole('heading', { name: 'Archives', level: 1 }).waitFor();
  await rows().first().waitFor();
  const held = await pacs.page.evaluate(() => fetch('/api/archive/overview').then((a) => a.json()));
  await pacs.page.locator('.archive-tile').filter({ hasText: 'Examens' }).getByText(String(held.studies), { exact: true }).waitFor();
  assert.equal(await rows().count(), Math.min(held.studies, 50));
  assert.equal(await pacs.page.locator('.archive-box').evaluate((box) => box.scrollWidth <= box.clientWidth), true, 'no column is cut off by a long name');
  await pacs.accessible('archive');
  await pacs.shot('70-archive');
  await phone(async () => { await pacs.page.locator('.cards .card').first().waitFor(); await pacs.accessible('archive, telephone'); await pacs.shot('71-archive-phone'); });
});

ward.story('E30 from the keyboard: / searches, arrows walk, Enter opens; the search stands in the address', async () => {
  const { page } = pacs;
  await page.locator('body').press('/');
  await page.keyboard.type('personne de ce nom');
  await page.keyboard.press('Enter');
  await page.getByText('Aucun examen ne correspond.').waitFor();
  assert.match(page.url(), /name=/);
  await pacs.accessible('archive, nothing found');
  await pacs.shot('72-archive-none');
  await page.getByRole('heading', { name: 'Archives', level: 1 }).click();
  await page.keyboard.press('Escape');
  await rows().first().waitFor();
  await page.getByRole('combobox', { name: 'Modalité' }).selectOption('US');
  await page.waitForURL(/modality=US/);
  await page.waitForFunction(() => [...document.querySelectorAll('table.work tbody tr')].every((one) => one.textContent.includes('US')));
  await page.reload();
  await rows().first().waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Modalité' }).inputValue(), 'US', 'kept by the address');
  await page.getByRole('heading', { name: 'Archives', level: 1 }).click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Retour aux archives' }).or(page.getByRole('link', { name: 'Retour aux archives' })).waitFor();
  assert.match(page.url(), /\/archive\/[0-9.]+$/);
});

ward.story('E30 a study: its badges and storage, a series opened, a frame chosen, attributes looked through', async () => {
  const { page } = pacs;
  await page.getByText('Sans patient : quarantaine').waitFor();
  await pacs.section('Conservation').getByText(/MODALITY1|DEMO|peer|DICOM/).first().waitFor();
  await pacs.accessible('study');
  await pacs.shot('73-archive-study');
  await page.getByRole('button', { name: /Voir les instances de la série/ }).first().click();
  const picture = page.locator('.archive-preview img');
  await picture.waitFor();
  await page.waitForFunction(() => document.querySelector('.archive-preview img')?.naturalWidth > 16);
  const slider = page.getByRole('slider', { name: 'Image' });
  if (await slider.count()) {
    const before = await picture.getAttribute('src');
    await slider.press('ArrowRight');
    await page.waitForFunction((src) => document.querySelector('.archive-preview img')?.getAttribute('src') !== src, before);
  }
  const tags = page.getByRole('region', { name: 'Attributs DICOM' });
  await tags.getByText('SOPClassUID').waitFor();
  await tags.getByRole('textbox').fill('(0010,0010)');
  await tags.getByText('PatientName').waitFor();
  assert.equal(await tags.locator('tbody tr').count(), 1);
  await tags.getByRole('textbox').fill('');
  const closing = tags.getByRole('button', { name: /^Fermer / }).first();
  const all = await tags.locator('tbody tr').count();
  if (await closing.count()) {
    await closing.click();
    assert.ok((await tags.locator('tbody tr').count()) < all, 'a closed sequence hides its items');
  }
  await pacs.accessible('instance');
  await tags.scrollIntoViewIfNeeded();
  await pacs.shot('74-archive-tags');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Télécharger (DICOM)' }).click()]);
  assert.match(file.suggestedFilename(), /\.dcm$/);
  const bytes = await (await import('node:fs/promises')).readFile(await file.path());
  assert.equal(bytes.subarray(128, 132).toString('latin1'), 'DICM');
  await phone(async () => { await pacs.accessible('instance, telephone'); await pacs.shot('75-archive-phone'); });
});

ward.story('E30 from the study to the viewer, and to its correction with the study filled in', async () => {
  const { page } = pacs;
  await page.getByRole('link', { name: 'Ouvrir dans le visualiseur' }).click();
  await page.getByText('Consultation depuis les archives').waitFor();
  await page.getByTestId('viewer').waitFor();
  await page.locator('.pane .corner strong').first().waitFor();
  await pacs.shot('76-archive-view');
  await page.goBack();
  await page.getByRole('link', { name: 'Corriger, déplacer, séparer' }).click();
  await pacs.dialog().getByLabel('Nom (NOM^PRÉNOM)').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Rattacher' }).click();
  await pacs.dialog().getByLabel('Identifiant du patient (IPP)').waitFor();
  await page.goBack();
});

ward.story('X5 two studies are chosen and sent to a peer; the sending is followed to its end, and refused to a peer that may not receive', async () => {
  const { page } = pacs;
  await page.goto('/archive?modality=MR');
  await rows().nth(1).waitFor();
  await page.getByRole('heading', { name: 'Archives', level: 1 }).click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await page.getByRole('group', { name: '1 examen choisi' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  const chosen = page.getByRole('group', { name: '2 examens choisis' });
  await pacs.press('Envoyer à un correspondant', chosen);
  await pacs.dialog().getByRole('combobox', { name: 'Correspondant' }).or(pacs.dialog().getByRole('textbox', { name: 'Correspondant' })).first().click();
  assert.equal(await page.getByRole('listbox').getByRole('option').count(), 1, 'only who may receive is offered');
  await page.getByRole('option', { name: /RELECTURE/ }).click();
  await pacs.write('Motif', 'Deuxième lecture', pacs.dialog());
  await pacs.accessible('send');
  await pacs.shot('77-archive-send');
  await pacs.press('Envoyer', pacs.dialog());
  const sends = pacs.section('Envois');
  await sends.getByText('Envoyé', { exact: true }).waitFor();
  await sends.getByText('48 sur 48').waitFor();
  assert.match(await sends.locator('[data-send]').first().textContent(), /\d\d\/\d\d\/\d{4}.*et 1 autre/);
  assert.doesNotMatch(await sends.locator('[data-send]').first().textContent(), /\^/, 'names as people say them');
  assert.equal(dest.files().length, 48);
  await pacs.accessible('sent');
  await sends.scrollIntoViewIfNeeded();
  await pacs.shot('78-archive-sent');
  const other = await page.evaluate(() => fetch('/api/peers').then((a) => a.json())).then(({ peers }) => peers.find((one) => !one.may.includes('receive')));
  const uid = await rows().first().getAttribute('data-study');
  const refused = await pacs.post('/api/archive/sends', { peer_id: other.id, parts: [{ study_uid: uid }], reason: '' });
  assert.ok([403, 409].includes(refused.status), JSON.stringify(refused));
});

ward.story('X2 who may see a patient finds that patient’s studies alone, without storage; who may not is refused', async () => {
  const imager = await ward.signedIn('imageur');
  await imager.page.goto('/archive');
  await imager.page.getByRole('heading', { name: 'Archives', level: 1 }).waitFor();
  const seen = await imager.page.evaluate(() => fetch('/dicom-web/studies?limit=500').then((a) => (a.status === 204 ? [] : a.json()))).then((list) => list.length);
  const all = await pacs.page.evaluate(() => fetch('/dicom-web/studies?limit=500').then((a) => a.json())).then((list) => list.length);
  assert.ok(seen < all);
  assert.equal(await imager.page.locator('.archive-tile').count(), 0);
  assert.equal(await imager.page.evaluate(() => fetch('/api/archive/overview').then((a) => a.status)), 403);
  assert.equal((await imager.post('/api/archive/sends', { peer_id: 1, parts: [{ study_uid: '1.2.3' }] })).status, 403);
  const uid = await pacs.page.evaluate(() => fetch('/dicom-web/studies?ModalitiesInStudy=US').then((a) => a.json())).then((list) => list[0]['0020000D'].Value[0]);
  await imager.page.goto(`/archive/${uid}`);
  await imager.page.getByText('Cet examen n’est pas dans les archives').waitFor();
  await imager.accessible('study refused');
});
