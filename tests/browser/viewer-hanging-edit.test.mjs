// A person makes a hanging without writing any JSON: beside the images, seen at once; on the page of their hangings; refused in plain words.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { studyOf, Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let pacs, view, study, page, panel;
before(async () => {
  Object.assign(ward, await Ward.open());
  study = studyOf(ward.house, 'petct', 921);
});
after(async () => { await ward.close(); });
const api = (path = '/api/hangings') => page.evaluate((to) => fetch(to).then((one) => one.json()), path);
const seriesIn = async (id) => /\/series\/([\d.]+)\//.exec((await view.frame(id)).imageId)[1];
const field = (label, n = 0) => panel.getByLabel(label, { exact: true }).nth(n);

ward.story('E25 what is on the screen is kept as a hanging in a radiologist’s words, each change seen at once on the open exam', async () => {
  pacs = await ward.signedIn('pacs', { width: 1500, height: 900 });
  view = new Viewing(pacs);
  page = pacs.page;
  await view.open(`/archive/${study}/view`);
  await view.key('v');
  await page.locator('[data-layout="1 × 2"]').waitFor();
  await view.drawn('right');
  const [left, right] = [await seriesIn('left'), await seriesIn('right')];
  assert.notEqual(left, right);
  await page.getByTestId('hanging').click();
  await page.getByRole('menuitem', { name: 'Enregistrer cet affichage…' }).click();
  panel = page.getByRole('complementary', { name: 'Nouvel accrochage' });
  await panel.waitFor();
  const panes = panel.getByRole('group', { name: 'Volets de l’écran 1' }).getByRole('button');
  assert.equal(await panes.count(), 2);
  assert.match(await panes.nth(0).innerText(), /Examen lu[\s\S]*(Scanner|TEP)/);
  await pacs.accessible('a hanging is made');
  await pacs.shot('hanging-editor');

  // by keys: the panes change places, and the images with them
  await panes.nth(0).focus();
  await page.keyboard.press('Alt+ArrowRight');
  await until(async () => (await seriesIn('left').catch(() => '')) === right && (await seriesIn('right').catch(() => '')) === left, 'the images changed places');
  assert.equal(await panes.nth(1).getAttribute('aria-pressed'), 'true');
  // by the hand: back again
  await panes.nth(1).dragTo(panes.nth(0));
  await until(async () => (await seriesIn('left').catch(() => '')) === left, 'dragged back');
  // a window and a mirror, seen at once; typing moves no image
  const ct = (await panes.nth(0).innerText()).includes('Scanner') ? 0 : 1, shown = ['left', 'right'][ct];
  await panes.nth(ct).click();
  await field('Fenêtre').selectOption('lung');
  await until(async () => Math.abs((await view.state(shown)).window.center + 600) < 1, 'lung window');
  await field('Sens').selectOption('mirror');
  await until(async () => (await view.state(shown)).flipped, 'mirrored');
  await field('Fenêtre').selectOption('');
  await until(async () => Math.abs((await view.state(shown)).window.center + 600) > 1, 'the image’s own window again');
  await panel.getByRole('button', { name: 'Dupliquer' }).click();
  await page.locator('[data-layout="1 × 3"]').waitFor();
  await panel.getByRole('button', { name: 'Retirer' }).click();
  await page.locator('[data-layout="1 × 2"]').waitFor();

  await panel.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await panel.getByText('Donnez un nom à l’accrochage.').waitFor();
  const before = await view.state(shown);
  await field('Nom').fill('TEP jgn côte à côte');
  assert.deepEqual((await view.state(shown)).window, before.window, 'keys belong to the field');
  await page.locator('[data-layout="1 × 2"]').waitFor();
  await panel.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await panel.waitFor({ state: 'detached' });
  await page.getByTestId('hanging').getByText('TEP jgn côte à côte').waitFor();
  const [kept] = (await api()).hangings;
  assert.equal(kept.name, 'TEP jgn côte à côte');
  assert.equal(kept.content.panes[ct].modality, 'CT');
  assert.equal(kept.content.panes[ct].flip, 'mirror');

  // it begins by itself the next time, as it was made
  await view.open(`/archive/${study}/view`, { hung: true });
  await page.locator('[data-layout="1 × 2"]').waitFor();
  await view.drawn('right');
  assert.deepEqual([await seriesIn('left'), await seriesIn('right')], [left, right]);
  assert.equal((await view.state(shown)).flipped, true);
});

ward.story('E25 one that was changed meanwhile is not written over; what is put aside leaves the images as they were', async () => {
  await page.getByTestId('hanging').click();
  await page.getByRole('menuitem', { name: 'Modifier « TEP jgn côte à côte »…' }).click();
  panel = page.getByRole('complementary', { name: 'Modifier l’accrochage' });
  await panel.waitFor();
  const [kept] = (await api()).hangings;
  const elsewhere = await (await ward.house.person('pacs')).put(`/api/hangings/${kept.id}`, { name: 'Autre poste', version: kept.version, content: { ...kept.content, begin: 'offered' } });
  assert.equal(elsewhere.status, 200, String(elsewhere.bytes));
  await field('Lignes × colonnes').selectOption('2 × 2');
  await page.locator('[data-layout="2 × 2"]').waitFor();
  await panel.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await panel.getByText(/modifié entre-temps/).waitFor();
  await panel.getByRole('button', { name: /^Reprendre la version enregistrée par/ }).click();
  await until(async () => (await field('Nom').inputValue()) === 'Autre poste', 'the kept version is taken');
  await page.locator('[data-layout="1 × 2"]').waitFor();
  await field('À partir de (ans)').fill('18');
  await panel.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await panel.waitFor({ state: 'detached' });
  const [now] = (await api()).hangings;
  assert.deepEqual([now.name, now.content.begin, now.content.when.age_min, now.version], ['Autre poste', 'offered', 18, 3]);

  await page.getByTestId('hanging').click();
  await page.getByRole('menuitem', { name: 'Modifier « Autre poste »…' }).click();
  panel = page.getByRole('complementary', { name: 'Modifier l’accrochage' });
  await field('Lignes × colonnes').selectOption('1 × 1');
  await page.locator('[data-layout="1 × 1"]').waitFor();
  await panel.getByRole('button', { name: 'Annuler' }).click();
  await page.locator('[data-layout="1 × 2"]').waitFor();
  assert.equal((await api()).hangings[0].version, 3);
});

ward.story('E25 the page of hangings: the house’s are copied, one’s own ordered, changed and removed once that is confirmed', async () => {
  await page.goto('/hangings');
  await pacs.press('Copier mammographie, quatre incidences');
  const dialog = pacs.dialog();
  await dialog.getByLabel('Nom', { exact: true }).waitFor();
  assert.equal(await dialog.getByLabel('Nom', { exact: true }).inputValue(), 'mammographie, quatre incidences (copie)');
  await dialog.getByRole('switch', { name: 'Deuxième écran' }).check();
  await dialog.getByRole('group', { name: 'Volets de l’écran 2' }).waitFor();
  await dialog.getByLabel('Examen', { exact: true }).selectOption('1');
  await pacs.accessible('a hanging in a dialog');
  await pacs.shot('hanging-dialog');
  await pacs.press('Enregistrer', dialog);
  await dialog.waitFor({ state: 'detached' });
  const row = page.locator('li[data-hanging]').filter({ hasText: 'mammographie, quatre incidences (copie)' });
  await row.getByText('Deux écrans').waitFor();
  assert.deepEqual((await api()).hangings.map((one) => one.name), ['Autre poste', 'mammographie, quatre incidences (copie)']);
  assert.equal((await api()).hangings[1].content.second.panes[0].exam, 1);
  await pacs.press('Essayer « mammographie, quatre incidences (copie) » plus tôt');
  await until(async () => (await api()).hangings[0].name === 'mammographie, quatre incidences (copie)', 'tried first');
  await pacs.accessible('the page of hangings');
  await pacs.shot('hanging-page');
  await pacs.press('Supprimer mammographie, quatre incidences (copie)');
  await pacs.press('Annuler', pacs.dialog());
  assert.equal((await api()).hangings.length, 2);
  await pacs.press('Supprimer mammographie, quatre incidences (copie)');
  await pacs.press('Supprimer', pacs.dialog());
  await row.waitFor({ state: 'detached' });
  assert.equal((await api()).hangings.length, 1);
});

ward.story('E25 what an organisation shares is offered to its people, who copy it and do not change it', async () => {
  const responsible = await ward.signedIn('responsable');
  await responsible.page.goto('/hangings');
  await responsible.press('Nouvel accrochage');
  const dialog = responsible.dialog();
  await dialog.getByLabel('Nom', { exact: true }).fill('Thorax du groupe');
  await dialog.getByLabel('Pour qui').selectOption({ index: 1 });
  await responsible.press('Enregistrer', dialog);
  await dialog.waitFor({ state: 'detached' });
  await responsible.button('Modifier Thorax du groupe').waitFor();
  const imager = await ward.signedIn('imageur');
  await imager.page.goto('/hangings');
  const row = imager.page.locator('li[data-hanging]').filter({ hasText: 'Thorax du groupe' });
  await imager.button('Copier Thorax du groupe', row).waitFor();
  assert.equal(await imager.button('Modifier Thorax du groupe').count(), 0);
  assert.equal(await imager.button('Supprimer Thorax du groupe').count(), 0);
});
