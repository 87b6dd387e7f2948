// The line is cut, or the server restarts: the page says so, keeps what was typed, and catches up without reloading.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, list;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.consent();
  await exam.ask();
  await ward.house.advance(exam.requester, 31000);
  imager = await ward.signedIn('imageur');
  await imager.page.goto(`/acts/${exam.id}`);
  await imager.state('Demandé');
  await imager.page.evaluate(() => { window.__same = true; });
  list = await ward.signedIn('manip');
  await list.page.goto('/site');
  await list.page.evaluate(() => { window.__same = true; });
});
after(async () => { await ward.close(); });

const live = (v) => v.page.getByRole('banner').getByText('En direct').waitFor();
const same = (v) => v.page.evaluate(() => window.__same === true);

ward.story('E1 the line is cut: the page says so, and afterwards shows what happened meanwhile', async () => {
  await imager.page.getByLabel('Écrire un message').fill('Merci de préciser la créatinine.');
  await imager.context.setOffline(true);
  await imager.page.getByRole('alert').filter({ hasText: 'Hors ligne' }).waitFor();
  await imager.shot('50-offline');
  await exam.ok(exam.requester, 'message', { text: 'Créatinine ce matin : 71 µmol/L.' });
  assert.equal(await imager.page.getByText('Créatinine ce matin : 71 µmol/L.').count(), 0);
  await imager.context.setOffline(false);
  await imager.page.getByText('Créatinine ce matin : 71 µmol/L.').first().waitFor();
  await live(imager);
  assert.equal(await imager.page.getByLabel('Écrire un message').inputValue(), 'Merci de préciser la créatinine.');
  assert.ok(await same(imager), 'never reloaded');
});

ward.story('E1 the server restarts: every page says so, finds it again and catches up', async () => {
  await ward.house.stop();
  for (const v of [imager, list]) await v.page.getByRole('banner').getByText(/Reconnexion|Connexion…|Hors ligne/).first().waitFor();
  await imager.shot('51-server-away');
  await ward.house.serve();
  await exam.accept();
  for (const v of [imager, list]) await live(v);
  await imager.state('Validé');
  await list.page.getByRole('tab', { name: /À planifier\s*1/ }).waitFor();
  assert.equal(await imager.page.getByLabel('Écrire un message').inputValue(), 'Merci de préciser la créatinine.');
  for (const v of [imager, list]) assert.ok(await same(v), `${v.login}: never reloaded`);
});

ward.story('E12 after the gap news arrive by themselves again', async () => {
  await exam.ok(exam.requester, 'message', { text: 'Le patient est installé.' });
  await imager.page.getByText('Le patient est installé.').first().waitFor({ timeout: 5000 });
  assert.ok(await same(imager));
});
