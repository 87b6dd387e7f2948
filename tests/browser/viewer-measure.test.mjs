// Measures against what the phantoms are made of: millimetres, pixels, angles, stored values; kept on the server, there again after a reload.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Viewing, studyOf } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let pacs, view, page, petct, us, dx;
before(async () => {
  Object.assign(ward, await Ward.open());
  petct = studyOf(ward.house, 'petct', 841);
  us = studyOf(ward.house, 'us', 842);
  dx = studyOf(ward.house, 'dx', 843);
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
});
after(async () => { await ward.close(); });

const CT_MM = 440 / 256;
const number = (words) => Number(words.replace(/\s/g, '').replace(',', '.').match(/-?[\d.]+/)[0]);
const kept = (study) => page.evaluate((uid) => fetch(`/api/studies/${uid}/marks`).then((a) => a.json()), study);
const marks = async (study, count) => { let set; await until(async () => (set = (await kept(study)).content).marks.length === count, `${count} marks kept`); return set.marks; };
// Half a pixel of the screen, in the image's: a hand is no more exact than that.
const near = (said, want, unit = CT_MM) => assert.ok(Math.abs(said - want) < unit * 1.2, `${said} is not ${want}`);

ward.story('E25 a length, an angle, two diameters and a Cobb angle on a CT are those of the columns and rows they were drawn on', async () => {
  await view.open(`/archive/${petct}/view`);
  await view.key('l');
  await view.drag('left', [60, 100], [160, 100]);
  near(number((await view.words())[0]), 100 * CT_MM);
  assert.match((await view.words())[0], / mm$/);
  await view.key('a');
  await view.press('left', [200, 60]); await view.press('left', [150, 60]); await page.mouse.move(...await view.spot('left', [150, 110])); await view.press('left', [150, 110]);
  near(number((await view.words()).at(-1)), 90, 1);
  await view.key('Shift+A');
  await view.drag('left', [60, 180], [120, 180]);
  await view.drag('left', [60, 220], [112, 190]); // atan(30/52) = 29,98°
  near(number((await view.words()).at(-1)), (Math.atan2(30, 52) * 180) / Math.PI, 1);
  await view.key('d');
  await view.drag('left', [120, 130], [180, 130]);
  const [long, short] = (await view.words()).at(-1).split(' × ').map(number);
  near(long, 60 * CT_MM); near(short, 30 * CT_MM);
  const set = await marks(petct, 4);
  assert.deepEqual(set.map((one) => one.kind), ['length', 'angle', 'cobb', 'bidirectional']);
  // What is said is what the points kept give, to the last digit shown.
  const [[ax, ay], [bx, by]] = set[0].points;
  assert.ok(Math.abs(set[0].figures[0].value - Math.hypot((bx - ax) * CT_MM, (by - ay) * CT_MM)) < 1e-9);
  await pacs.shot('measure-1-ct');
});

ward.story('E25 regions give mean, deviation, least and most of the stored values, in Hounsfield units, and their area', async () => {
  await view.key('Shift+E');
  await view.drag('left', [100, 140], [130, 160]);
  const mark = (await marks(petct, 5)).at(-1);
  const [a, b] = mark.points;
  const values = [];
  for (let row = Math.ceil(a[1]); row <= b[1]; row++) for (let column = Math.ceil(a[0]); column <= b[0]; column++) values.push([column, row]);
  const stored = await page.evaluate((list) => list.map(([c, r]) => window.__viewer.pane('left').valueAtPixel(c, r).value), values);
  const mean = stored.reduce((sum, v) => sum + v, 0) / stored.length, sd = Math.sqrt(stored.reduce((sum, v) => sum + (v - mean) ** 2, 0) / stored.length);
  const said = Object.fromEntries(mark.figures.map((one) => [one.name, one]));
  for (const [name, want] of Object.entries({ mean, sd, min: Math.min(...stored), max: Math.max(...stored), area: (b[0] - a[0]) * (b[1] - a[1]) * CT_MM ** 2 })) assert.ok(Math.abs(said[name].value - want) < 1e-6, `${name}: ${said[name].value} is not ${want}`);
  assert.deepEqual([said.mean.unit, said.area.unit], ['HU', 'mm2']);
  assert.match((await view.words()).join(' '), /Moy\. [\d,-]+ UH · ET [\d,]+ UH/);
  await view.key('Shift+T');
  await view.press('left', [40, 40]);
  await pacs.dialog().getByLabel('Texte').fill('Nodule');
  await view.key('Enter');
  await pacs.dialog().waitFor({ state: 'hidden' });
  await view.key('k');
  await page.getByText('Image clé', { exact: true }).first().waitFor();
});

ward.story('E25 what was drawn is there again after a reload, on its image with its window; the list leads there, names and removes', async () => {
  const before = await marks(petct, 6);
  await until(async () => (await kept(petct)).content.keys.length === 1, 'the key image');
  await page.reload();
  await view.drawn('left');
  await until(async () => (await view.words()).includes('Nodule'), 'the marks again');
  assert.deepEqual((await kept(petct)).content.marks, before, 'exactly');
  await view.key('Home');
  await view.drawn('left', 0);
  assert.deepEqual(await view.words(), [], 'a mark stands on its image alone');
  await page.getByTestId('viewer').focus();
  await view.key('q');
  const list = page.getByRole('complementary', { name: 'Mesures et images clés' });
  await list.locator('li').nth(6).waitFor();
  await list.getByText('Enregistré sur le serveur.').waitFor();
  await list.locator('li[data-mark="length"] .mark-jump').click();
  await view.drawn('left', 24);
  await list.locator('li[data-mark="length"]').getByRole('button', { name: 'Nommer la mesure' }).click();
  await pacs.dialog().getByLabel('Texte').fill('Grand axe du foie');
  await view.key('Enter');
  await list.getByText('Grand axe du foie').waitFor();
  await list.locator('li[data-mark="angle"]').getByRole('button', { name: 'Supprimer la mesure' }).click();
  await marks(petct, 5);
  await pacs.shot('measure-2-list');
  await pacs.accessible('list of measures');
});

ward.story('E25 a PET opens dark on light, its CT does not; a key turns it over, the page says so, and it is given back', async () => {
  assert.equal((await view.state()).inverted, false, 'the CT');
  await page.locator('.series-one').nth(1).click();
  await view.drawn('left');
  await until(async () => (await view.state()).inverted, 'the PET is inverted');
  const corner = page.locator('.corner-se');
  await corner.getByText('Niveaux inversés').waitFor();
  await pacs.shot('measure-3-pet');
  await view.key('i');
  await corner.getByText('Niveaux non inversés').waitFor();
  await view.key('x');
  await corner.getByText('Niveaux inversés').waitFor();
  await page.locator('.series-one').nth(0).click();
  await view.drawn('left');
  await until(async () => !(await view.state()).inverted, 'the CT again');
});

ward.story('E25 a measure of the PET is in SUV by body weight, as computed from the object', async () => {
  await page.locator('.series-one').nth(1).click();
  await view.drawn('left');
  await view.key('Shift+P');
  await view.press('left', [70, 70]);
  const mark = (await marks(petct, 6)).at(-1);
  const [column, row] = mark.points[0].map(Math.round);
  const bq = await view.pixel('left', column, row);
  const { instance } = await view.frame('left');
  const text = (tag) => String(instance[tag].Value[0]);
  const seconds = (time) => Number(time.slice(0, 2)) * 3600 + Number(time.slice(2, 4)) * 60 + Number(time.slice(4));
  const left = 238e6 * 2 ** (-(seconds(text('00080032')) - 9 * 3600) / 6586.2);
  assert.equal(mark.figures[0].unit, 'SUV');
  assert.ok(Math.abs(mark.figures[0].value - (bq * 68000) / left) < 1e-6, `${mark.figures[0].value} is not ${(bq * 68000) / left}`);
  await pacs.shot('measure-3-suv');
});

ward.story('E25 from the keyboard alone a length is placed, moved by exact columns, and given up', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('l');
  await view.key('Enter');
  for (let i = 0; i < 2; i++) await view.key('Shift+ArrowUp'); // away from the point measured before: on it, the key would take it up
  await view.key('Enter');
  for (let i = 0; i < 3; i++) await view.key('Shift+ArrowRight');
  await view.key('Enter');
  const mark = (await marks(petct, 7)).at(-1);
  assert.ok(Math.abs(mark.figures[0].value - 30 * 4) < 0.01, `30 columns of 4 mm: ${mark.figures[0].value}`);
  await view.key('Enter');
  await view.key('Escape');
  await view.key('Escape');
  await marks(petct, 7);
  await view.key('Delete');
  await marks(petct, 6);
});

ward.story('E25 ultrasound: millimetres within its calibrated region, pixels as soon as a point is outside', async () => {
  await view.open(`/archive/${us}/view`);
  await page.getByTestId('viewer').focus();
  await view.key('l');
  await view.drag('left', [220, 120], [420, 120]);
  const mm = (16 / 440) * 10;
  near(number((await view.words())[0]), 200 * mm, mm);
  assert.match((await view.words())[0], / mm$/);
  await view.drag('left', [320, 470], [320, 300]);
  assert.match((await view.words()).at(-1), / pixels$/);
  near(number((await view.words()).at(-1)), 170, 1);
  await pacs.shot('measure-4-us');
});

ward.story('E25 an X-ray that only knows its detector is measured at the detector, and says so', async () => {
  await view.open(`/archive/${dx}/view`);
  assert.deepEqual(await view.edges(), { right: 'G', left: 'D', top: 'H', bottom: 'B' });
  await page.getByTestId('viewer').focus();
  await view.key('l');
  await view.drag('left', [300, 600], [900, 600]);
  assert.match((await view.words())[0], / mm au détecteur$/);
  near(number((await view.words())[0]), 600 * 0.3, 1);
  await pacs.shot('measure-5-dx');
  await pacs.accessible('viewer, X-ray');
});

ward.story('E25 nothing is measured on an image that is not complete', async () => {
  await page.evaluate(() => { const pane = window.__viewer.pane('left'); pane.isFull = () => false; pane.tell(); });
  await page.locator('.corner-se').getByText('Image en cours d’affinage').waitFor();
  const count = (await view.words()).length;
  await view.drag('left', [300, 300], [500, 300]);
  await page.getByRole('alert').getByText('aucune mesure avant que toutes ses valeurs soient reçues', { exact: false }).waitFor();
  assert.equal((await view.words()).length, count);
});
