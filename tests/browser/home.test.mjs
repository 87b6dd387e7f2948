// S4 the home page at the browser: first after signing in, live, by keyboard, on a telephone, in both languages, without a connection.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, requester;
const region = (v, name) => v.page.getByRole('region', { name: new RegExp(`^${name}`) });
const sideways = (v) => v.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const step = () => ward.house.advance(exam.requester, 31000); // a code of the second factor serves once

before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.consent();
  await step();
});
after(async () => { await ward.close(); });

ward.story('S4 the home page stands first after signing in, and says what will appear when there is nothing', async () => {
  const helper = await ward.signedIn('preparateur');
  assert.match(helper.page.url(), /\/home$/);
  await helper.page.getByRole('heading', { level: 1, name: 'Ce que vous avez à faire' }).waitFor();
  await helper.sees('Rien à faire pour le moment');
  await helper.sees(/les prescriptions et les produits à préparer/);
  await helper.shot('home-empty-1280');
  await helper.accessible('empty home');
  await helper.page.setViewportSize({ width: 390, height: 844 });
  await helper.shot('home-empty-390');
  await helper.context.close();
  imager = await ward.signedIn('imageur');
  assert.match(imager.page.url(), /\/home$/);
});

ward.story('S4 what there is to do arrives without reloading, with whom it is about and the time left', async () => {
  await exam.ask();
  const line = region(imager, 'Aujourd’hui|Maintenant').getByRole('link', { name: /Rendre l’avis sur la demande/ });
  await line.waitFor();
  await line.getByText('DUPONT-MOREAU', { exact: false }).waitFor();
  await line.getByText(/encore|min|h /).first().waitFor();
  await imager.shot('home-imager-1280');
  await imager.accessible('home of the imager');
});

ward.story('S4 by keyboard alone: j to the line, Enter to the act; done, it has gone', async () => {
  await imager.page.getByRole('heading', { level: 1 }).click();
  await imager.page.keyboard.press('j');
  await until(() => imager.page.evaluate(() => document.activeElement?.classList.contains('home-link')), 'the first line has the focus');
  await imager.page.keyboard.press('Enter');
  await imager.page.waitForURL(new RegExp(`/acts/${exam.id}$`));
  await imager.page.locator('.act-head').waitFor();
  await exam.accept();
  await imager.page.keyboard.press('g');
  await imager.page.waitForURL(/\/home$/);
  await until(async () => !(await imager.page.getByRole('link', { name: /Rendre l’avis/ }).count()), 'the verdict is given');
});

ward.story('S4 on a telephone the requester and the local physician see their next thing first, and nothing moves sideways', async () => {
  await exam.plan();
  await exam.prepare();
  await step();
  const physician = await ward.signedIn('medecin', { width: 390, height: 844 });
  const first = physician.page.locator('a.home-link').first();
  await first.getByText('Confirmer que vous êtes sur place et joignable').waitFor();
  const box = await first.boundingBox();
  assert.ok(box.y + box.height < 844, 'without scrolling');
  assert.ok((await sideways(physician)) <= 0);
  await physician.shot('home-physician-390');
  await physician.accessible('home of the local physician at 390 px');
  requester = await ward.signedIn('demandeur', { width: 390, height: 844 });
  await exam.ok(exam.imager, 'order', { to: 'requester', kind: 'information', text: 'Le patient a-t-il vu un chirurgien ?', due_min: 20 });
  const order = requester.page.locator('a.home-link').first();
  await order.getByText('Répondre à une consigne').waitFor();
  await order.getByText('Le patient a-t-il vu un chirurgien ?').waitFor();
  assert.ok((await sideways(requester)) <= 0);
  await requester.shot('home-requester-390');
  await requester.accessible('home of the requester at 390 px');
});

ward.story('X6 at 390 px the bottom bar holds four places and the rest in a sheet, nothing to push sideways', async () => {
  const bar = requester.page.locator('.bottom-nav');
  assert.equal(await bar.getByRole('link').count(), 4);
  assert.ok((await bar.evaluate((e) => e.scrollWidth - e.clientWidth)) <= 0);
  for (const link of await bar.locator('a, button').all()) {
    const { width, height } = await link.boundingBox();
    assert.ok(width >= 44 && height >= 44, 'large enough for a thumb');
  }
  await requester.press('Plus', bar);
  const sheet = requester.dialog();
  await sheet.getByRole('link', { name: 'Conventions' }).waitFor();
  await requester.shot('home-sheet-390');
  await requester.accessible('the sheet of pages');
  await sheet.getByRole('link', { name: 'Conventions' }).click();
  await requester.page.waitForURL(/\/conventions$/);
  await sheet.waitFor({ state: 'hidden' });
  assert.equal(await bar.getByRole('button', { name: 'Plus' }).getAttribute('data-status'), 'active', 'where one is shows in the bar');
});

ward.story('E12 the history of an act reads as one story: filtered, walked with the arrows, what was written told, an incident marked', async () => {
  await exam.ok(exam.technologist, 'report-incident', { kind: 'technical', text: 'Coupure de la table pendant deux minutes.' });
  await imager.page.goto(`/acts/${exam.id}`);
  const story = imager.section('Historique');
  const lines = story.locator('li[data-line]');
  await lines.filter({ hasText: 'Incident signalé' }).getByText('Écart', { exact: true }).waitFor();
  await lines.filter({ hasText: 'Coupure de la table' }).getByText(/Difficulté technique/).waitFor();
  const all = await lines.count();
  await story.locator('label').filter({ hasText: 'Échanges' }).click();
  await until(async () => (await lines.count()) < all, 'fewer lines');
  assert.equal(await lines.filter({ hasText: 'Créneau fixé' }).count(), 0, 'a slot is no exchange');
  await story.locator('label').filter({ hasText: 'Décisions' }).click();
  await lines.filter({ hasText: 'Indication validée' }).getByText(/Indication\s: Pertinent/).waitFor();
  await imager.page.getByRole('heading', { level: 1 }).first().click();
  await imager.page.keyboard.press('h');
  const at = () => imager.page.evaluate(() => [...document.querySelectorAll('li[data-line]')].indexOf(document.activeElement));
  await until(async () => (await at()) === 0, 'h leads to the newest line');
  await imager.page.keyboard.press('ArrowDown');
  assert.equal(await at(), 1);
  await imager.page.keyboard.press('End');
  assert.equal(await at(), (await lines.count()) - 1);
  await imager.shot('act-timeline-1280');
});

ward.story('X6 in English, all of it', async () => {
  await requester.page.goto('/home');
  await requester.page.getByRole('banner').getByRole('button', { name: /English|anglais/i }).click();
  await requester.page.getByRole('heading', { level: 1, name: 'What you have to do' }).waitFor();
  await requester.sees('Answer an order');
  const french = await requester.page.locator('main').innerText();
  assert.doesNotMatch(french, /Répondre|Aujourd’hui|Maintenant|À venir|home\./);
  await requester.page.getByRole('banner').getByRole('button', { name: /français|French/i }).click();
  await requester.page.getByRole('heading', { level: 1, name: 'Ce que vous avez à faire' }).waitFor();
});

ward.story('S4 without a connection the list stays and says how old it is; when it never came, how to try again', async () => {
  await requester.context.setOffline(true);
  await requester.page.locator('.offline').waitFor();
  await requester.page.locator('a.home-link').first().waitFor();
  await requester.shot('home-offline-390');
  await requester.context.setOffline(false);
  await requester.page.locator('.offline').waitFor({ state: 'hidden' });
  await requester.page.route('**/api/home', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify({ error: { kind: 'unavailable', text: 'La base est occupée : réessayez.' } }) }));
  await requester.page.goto('/home');
  await requester.page.getByRole('alert').getByText('La base est occupée', { exact: false }).waitFor();
  await requester.accessible('home that could not be read');
  await requester.page.unroute('**/api/home');
  await requester.press('Réessayer');
  await requester.page.locator('a.home-link').first().waitFor();
});
