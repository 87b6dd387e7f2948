// Coming in: a new person's first sign-in, a passkey alone, leaving, a session that ends; then language and dates.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { fromBase32 } from '../house.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
const PHRASE = 'Un long chemin de halage en 1934';
let admin, newcomer, oneTime, recovery;
before(async () => { Object.assign(ward, await Ward.open()); });
after(async () => { await ward.close(); });

ward.story('X1 S4 the administrator creates a person; the one-time password is shown once', async () => {
  admin = await ward.signedIn('admin');
  const { page } = admin;
  await page.getByRole('link', { name: 'Personnes' }).first().click();
  await page.getByRole('heading', { name: 'Personnes' }).waitFor();
  await page.getByText('Camille DUBOIS').first().waitFor();
  await admin.shot('40-people');
  await admin.accessible('people');
  await admin.press('Nouvelle personne');
  const form = admin.dialog();
  await admin.write('Identifiant', 'nouveau', form);
  await admin.write('Nom', 'RIVIÈRE', form);
  await admin.write('Prénom', 'Alix', form);
  await admin.select('Organisation', 'Centre hospitalier du Val d’Orbe', form);
  await admin.select('Rôles dans cette organisation', 'médecin demandeur', form);
  await page.keyboard.press('Escape');
  if (!(await form.isVisible())) assert.fail('the form closed over what was typed');
  await admin.press('Enregistrer', form);
  const shown = page.locator('.one-time');
  oneTime = (await shown.innerText()).trim();
  assert.ok(oneTime.length >= 8, 'a password to hand over');
  await admin.shot('41-one-time');
  await admin.press('Fermer', admin.dialog());
  await shown.waitFor({ state: 'detached' });
  await page.getByText('Alix RIVIÈRE').first().waitFor();
  await page.reload();
  await page.getByText('Alix RIVIÈRE').first().waitFor();
  assert.ok(!(await page.content()).includes(oneTime), 'never again');
});

ward.story('E16 X1 first sign-in: own password, code application read from the page, recovery codes once, then in', async () => {
  newcomer = await ward.come('nouveau');
  const { page } = newcomer;
  newcomer.password = oneTime;
  await page.goto('/');
  await newcomer.givePassword();
  await newcomer.sees('Première connexion');
  await newcomer.accessible('first sign-in');
  await page.getByLabel('Mot de passe à usage unique reçu').fill(oneTime);
  await page.getByLabel('Nouveau mot de passe', { exact: true }).fill(PHRASE);
  await page.getByLabel('Répétez le nouveau mot de passe').fill(PHRASE);
  await newcomer.press('Enregistrer');
  newcomer.password = PHRASE;
  await newcomer.press('Application à codes');
  newcomer.key = fromBase32((await page.locator('.secret').innerText()).replace(/\s/g, ''));
  await newcomer.shot('42-totp');
  await newcomer.giveCode(newcomer.code());
  const codes = page.locator('.codes li');
  await codes.first().waitFor();
  recovery = await codes.allInnerTexts();
  assert.equal(new Set(recovery).size, 10);
  assert.equal(await newcomer.button('Entrer dans Béclère').isDisabled(), true, 'not before they are kept');
  await page.getByLabel('J’ai mis ces codes en lieu sûr').check();
  await newcomer.shot('43-recovery-codes');
  await newcomer.press('Entrer dans Béclère');
  await page.getByRole('heading', { name: 'Ce que vous avez à faire' }).waitFor();
  await page.goto('/account');
  await page.getByRole('heading', { name: 'Mon compte' }).waitFor();
  const html = await page.content();
  for (const code of recovery) assert.ok(!html.includes(code), 'shown once');
});

ward.story('E16 signing out ends the session; a passkey alone opens another, and not without its own verification', async () => {
  const { page } = newcomer;
  const key = await newcomer.passkey();
  await newcomer.write('Nom de l’appareil', 'Poste de garde');
  await newcomer.press('Ajouter une clé d’accès');
  await page.getByText('jamais utilisée').waitFor();
  await newcomer.accessible('account');
  await page.getByRole('button', { name: /Menu du compte/ }).click();
  await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
  await newcomer.button('Continuer').waitFor();
  assert.equal((await newcomer.context.request.get('/api/acts')).status(), 401);
  await key.verified(false);
  await page.getByRole('button', { name: /clé d’accès/ }).click();
  await page.getByRole('alert').waitFor();
  assert.equal((await newcomer.context.request.get('/api/acts')).status(), 401);
  await key.verified(true);
  await page.getByRole('button', { name: /clé d’accès/ }).click();
  await page.getByRole('heading', { name: 'Mon compte' }).or(page.getByRole('heading', { name: 'Ce que vous avez à faire' })).first().waitFor();
  assert.equal((await newcomer.context.request.get('/api/acts')).status(), 200);
});

ward.story('X1 a session that ends asks again over the page; what was typed is still there and is saved', async () => {
  const exam = await Exam.open(ward.house);
  await ward.house.advance(exam.requester, 31000);
  const writer = await ward.signedIn('demandeur');
  const { page } = writer;
  await page.goto(`/acts/${exam.id}/request`);
  await page.getByLabel('Motif').fill('Chute de sa hauteur ce matin.');
  await page.getByText('Brouillon enregistré').waitFor();
  await ward.house.advance(exam.requester, 31 * 60000); // half an hour without a touch
  await until(async () => (await writer.context.request.get('/api/me')).status() === 401, 'the session is over'); // remembered for a few seconds
  const words = 'Chute de sa hauteur ce matin, impotence de la hanche gauche.';
  await page.getByLabel('Motif').fill(words);
  await page.getByRole('dialog').getByText('ce que vous avez saisi est resté sur la page').waitFor();
  await writer.shot('44-session-over');
  assert.equal(await page.getByLabel('Motif').inputValue(), words);
  await page.getByText(/^(Modifications à enregistrer|Enregistrement…|Brouillon non enregistré)$/).first().waitFor(); // it never says saved when it is not
  const login = page.getByRole('dialog').getByLabel('Identifiant');
  assert.equal(await login.inputValue(), 'demandeur');
  await writer.giveTwoFactors(writer.dialog());
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText('Brouillon enregistré').waitFor();
  assert.equal(await page.getByLabel('Motif').inputValue(), words);
  const act = await (await writer.context.request.get(`/api/acts/${exam.id}`)).json();
  assert.equal(act.facts.request.reason, words);
}, { chained: false });

ward.story('the language of the page follows the choice, and says so to the browser', async () => {
  const guest = await ward.come('imageur2');
  const { page } = guest;
  await page.goto('/');
  await guest.button('Continuer').waitFor();
  const lang = () => page.evaluate(() => document.documentElement.lang);
  assert.equal(await lang(), 'fr');
  await page.getByRole('button', { name: 'Afficher la page en anglais' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await lang(), 'en');
  await page.getByRole('button', { name: 'Show the page in French' }).click();
  await page.getByRole('heading', { name: 'Connexion' }).waitFor();
  assert.equal(await lang(), 'fr');
}, { chained: false });

ward.story('E15 a date typed day first stays day first', async () => {
  await ward.house.advance(await ward.house.person('responsable'), 31000);
  const guest = await ward.signedIn('demandeur2');
  const { page } = guest;
  await page.goto('/requests/new');
  const birth = page.getByLabel('Date de naissance');
  await birth.fill('05/03/1970');
  const asked = page.waitForRequest((r) => r.url().includes('/api/patients?'));
  await birth.press('Tab');
  assert.equal(await birth.inputValue(), '05/03/1970');
  await page.getByLabel('Premières lettres du nom de naissance').fill('ABC');
  assert.match((await asked).url(), /birth_date=1970-03-05/);
  assert.equal(await birth.inputValue(), '05/03/1970');
}, { chained: false });
