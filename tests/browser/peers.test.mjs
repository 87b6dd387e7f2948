// The page of DICOM peers: a stranger is entered, tried, changed, switched off and removed; accessible, in French.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before } from 'node:test';
import { sql } from '../dimse.mjs';
import { dcmtk } from '../house.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let pacs, scp;
const port = 20000 + (process.pid % 20000);
const echo = (title) => dcmtk('echoscu', ['-aet', title, '-aec', 'BECLERE', '127.0.0.1', String(ward.house.dicomPort)]);
before(async () => {
  Object.assign(ward, await Ward.open());
  echo('CONSOLE9');
  scp = spawn('storescp', ['-aet', 'CONSOLE9', '--ignore', String(port)], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
  pacs = await ward.signedIn('pacs');
});
after(async () => { scp?.kill(); await ward.close(); });
const row = (title) => pacs.page.locator(`tr[data-peer="${title}"]`);

ward.story('an unknown peer that knocked is listed, and entered from there', async () => {
  const { page } = pacs;
  await page.goto('/admin/peers');
  await page.getByRole('heading', { name: 'Correspondants DICOM' }).waitFor();
  await row('MODALITY1').getByText('liste de travail').waitFor();
  await page.getByText('1 inconnu refusé').waitFor();
  await pacs.accessible('peers');
  await pacs.shot('60-peers');
  await page.getByRole('button', { name: 'Ajouter CONSOLE9' }).click();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.getByLabel('Titre AE').inputValue(), 'CONSOLE9');
  assert.equal(await dialog.getByLabel('Adresse IP').inputValue(), '127.0.0.1');
  await dialog.getByLabel('Port').fill(String(port));
  await dialog.getByLabel('Description').fill('Console de relecture');
  await dialog.getByLabel('Être destinataire d’un C-MOVE').check();
  await pacs.accessible('peers');
  await pacs.shot('61-peer-form');
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await row('CONSOLE9').getByText('Console de relecture').waitFor();
  await page.getByText('1 inconnu refusé').waitFor({ state: 'hidden' });
  assert.equal(echo('CONSOLE9').status, 0, 'it comes in at once');
});

ward.story('C-ECHO says the milliseconds, or what stands in the way', async () => {
  await row('CONSOLE9').getByRole('button', { name: 'C-ECHO vers CONSOLE9' }).click();
  await row('CONSOLE9').getByRole('status').getByText(/Répond en \d+ ms/).waitFor();
  await row('MODALITY1').getByRole('button', { name: 'C-ECHO vers MODALITY1' }).click();
  await row('MODALITY1').getByRole('alert').getByText(/Indiquez le port/).waitFor();
  scp.kill();
  await new Promise((done) => scp.once('exit', done));
  await row('CONSOLE9').getByRole('button', { name: 'C-ECHO vers CONSOLE9' }).click();
  await row('CONSOLE9').getByRole('status').getByText(/joint|joign/i).waitFor();
  await pacs.accessible('peers');
  await pacs.shot('62-peer-echo');
});

ward.story('a peer is told its seats, and what it must say of itself; without it, it stays outside', async () => {
  const { page } = pacs;
  await row('CONSOLE9').getByRole('button', { name: 'Modifier CONSOLE9' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Associations à la fois').fill('2');
  await dialog.getByLabel('Nom d’utilisateur').fill('console9');
  await dialog.getByLabel('Code (8 à 64 caractères)').fill('un-code-assez-long');
  await dialog.getByRole('button', { name: 'Exiger cette identité' }).click();
  await dialog.getByText('Ce correspondant doit se nommer console9 et donner son code.').waitFor();
  assert.equal(await dialog.getByLabel('Code (8 à 64 caractères)').inputValue(), '', 'never shown again');
  await pacs.accessible('peers: identity');
  await dialog.getByLabel('Nom d’utilisateur').scrollIntoViewIfNeeded();
  await pacs.shot('63-peer-identity');
  assert.notEqual(echo('CONSOLE9').status, 0);
  await dialog.getByRole('button', { name: 'Ne plus rien exiger' }).click();
  await dialog.getByText('Rien n’est exigé au-delà').waitFor();
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(echo('CONSOLE9').status, 0);
  const { peers } = (await pacs.page.evaluate(() => fetch('/api/peers').then((a) => a.json())));
  assert.equal(peers.find((one) => one.ae_title === 'CONSOLE9').seats, 2);
});

ward.story('a certificate is pasted: the list says TLS, and that it runs out soon', async () => {
  const { page } = pacs;
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '20', '-subj', '/CN=console9', '-keyout', '/dev/null', '-out', '-'], { encoding: 'utf8' });
  await row('CONSOLE9').getByRole('button', { name: 'Modifier CONSOLE9' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Certificat (PEM)').fill('n’importe quoi');
  await dialog.getByRole('button', { name: 'Ajouter le certificat' }).click();
  await dialog.getByRole('alert').first().waitFor();
  await dialog.getByLabel('Certificat (PEM)').fill(made.stdout.slice(made.stdout.indexOf('-----BEGIN CERTIFICATE')));
  await dialog.getByRole('button', { name: 'Ajouter le certificat' }).click();
  await dialog.getByText(/expire le/).waitFor();
  await pacs.accessible('certificates');
  await pacs.shot('64-peer-certificate');
  await page.keyboard.press('Escape');
  await row('CONSOLE9').getByText('TLS, expire bientôt').waitFor();
});

ward.story('switched off, then removed after a question', async () => {
  const { page } = pacs;
  await row('CONSOLE9').getByRole('button', { name: 'Modifier CONSOLE9' }).click();
  await page.getByRole('dialog').getByLabel('Actif').click({ force: true });
  await page.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click();
  await row('CONSOLE9').getByText('Désactivé').waitFor();
  assert.notEqual(echo('CONSOLE9').status, 0);
  await row('CONSOLE9').getByRole('button', { name: 'Supprimer CONSOLE9' }).click();
  await pacs.shot('63-peer-remove');
  await page.getByRole('dialog').getByRole('button', { name: 'Supprimer' }).click();
  await row('CONSOLE9').waitFor({ state: 'detached' });
});

ward.story('of many peers and strangers every one can be reached: a page at a time, or by its words', async () => {
  const { page } = pacs;
  sql(ward.house, Array.from({ length: 25 }, (_, n) => `INSERT INTO peer (ae_title, address, port, may, enabled, description) VALUES ('SALLE_${n}', '10.20.${n}.14', 11112, 512, 1, ${n === 20 ? "'Échographe du bloc'" : "''"});
    INSERT INTO peer_stranger (ae_title, address, times, first_at_ms, last_at_ms, why) VALUES ('PASSANT_${n}', '192.168.7.${n}', 3, 1, ${n + 1}, '');`).join('\n'));
  await page.reload();
  const strangers = page.getByRole('region', { name: /inconnus refusés/ });
  await strangers.getByText(/^1 à 6 sur 2\d$/).waitFor();
  await strangers.getByRole('textbox').fill('192.168.7.0');
  await strangers.getByRole('button', { name: 'Ajouter PASSANT_0', exact: true }).waitFor();
  const known = pacs.section('Correspondants déclarés');
  await known.getByRole('textbox').fill('echographe bloc');
  await row('SALLE_20').waitFor();
  assert.equal(await known.locator('tbody tr').count(), 1);
  await pacs.accessible('peers, found');
});
