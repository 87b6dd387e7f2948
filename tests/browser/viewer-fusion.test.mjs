// PET laid over CT, and the volume as a body, against a phantom whose Hounsfield units and activity are known at every millimetre.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';
import { becquerel, ctSeries, hounsfield, PERSON, Planes, ptSeries, suv, volumeStudy } from './volumes.mjs';

const ward = new Ward();
let pacs, view, page, planes, both, apart, raw, alone;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  both = volumeStudy(house, 201, (at, study) => { ctSeries(at, study); ptSeries(at, study); });
  apart = volumeStudy(house, 202, (at, study) => { ctSeries(at, study); ptSeries(at, study, { reference: '1.2.826.0.1.3680043.9.7133.99.1' }); });
  raw = volumeStudy(house, 203, (at, study) => { ctSeries(at, study); ptSeries(at, study, { corrected: 'DECY' }); });
  alone = volumeStudy(house, 204, (at, study) => ptSeries(at, study, { height: null }));
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
  planes = new Planes(view);
});
after(async () => { await ward.close(); });

const close = (said, want, most, what) => assert.ok(Math.abs(said - want) <= most, `${what}: ${said} is not ${want}`);
const fused = () => page.locator('[data-testid="volume"][data-over="ready"]').waitFor({ timeout: 60000 });
const seriesButton = (words) => page.locator('.series-one').filter({ hasText: words });

ward.story('E25 the PET laid over its CT: Hounsfield units and SUV are read together, at the same millimetres', async () => {
  await view.open(`/archive/${both}/view`);
  await seriesButton('Scanner connu').click();
  await view.drawn('left');
  await planes.open();
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await fused();
  for (const name of ['axial', 'sagittal', 'coronal']) {
    await planes.settled(name);
    for (const [x, y] of await planes.spots(name)) {
      const { at, values, text } = await planes.point(name, x, y);
      close(values[0], hounsfield(at), 0.01, `${name} HU`);
      close(values[1], suv(becquerel(at)), 0.002, `${name} SUV`);
      assert.match(text, /UH · [\d,]+ SUV \(poids\)$/);
    }
  }
  await pacs.shot('fusion-1-bw');
  await pacs.accessible('fusion');
});

ward.story('E25 SUV by lean mass and by surface, where sex and height are known', async () => {
  for (const [kind, label, unit] of [['lbm', 'Masse maigre', 'SUV (masse maigre)'], ['bsa', 'Surface', 'SUV (surface, cm²/ml)'], ['bw', 'Poids', 'SUV (poids)']]) {
    await page.getByRole('radiogroup', { name: 'SUV rapporté à' }).getByText(label, { exact: true }).click();
    const [[x, y]] = await planes.spots('coronal', [[0.45, 0.45]]);
    const { at, values, text } = await planes.point('coronal', x, y);
    close(values[1], suv(becquerel(at), kind), kind === 'bsa' ? 0.01 : 0.002, kind);
    assert.ok(text.endsWith(unit), text);
  }
});

ward.story('E25 opacity and colours: what is on the screen is the mixture that is said, from the keyboard too', async () => {
  await page.getByTestId('viewer').focus();
  const [[x, y]] = await planes.spots('axial', [[0.45, 0.45]]);
  const at = await planes.patient('axial', x, y);
  const grey = ((hounsfield(at) + 500) / 1000) * 255;
  // The window of the PET opens from 0 to 7 SUV; Hot Iron: red to the middle, then green, then blue.
  const part = suv(becquerel(at)) / 7;
  const iron = [Math.min(1, part * 2), part <= 0.5 ? 0 : part * 2 - 1, part <= 0.75 ? 0 : part * 4 - 3].map((v) => v * 255);
  for (const [percent, presses] of [[50, []], [100, ['q', 'q', 'q', 'q', 'q']], [0, Array(10).fill('Shift+Q')]]) {
    for (const key of presses) await view.key(key);
    await page.locator('.cut-axial .corner-se').getByText(new RegExp(`TEP superposée à ${percent}\\s?%`)).waitFor();
    await planes.settled('axial');
    const seen = await planes.color('axial', x, y);
    for (const i of [0, 1, 2]) close(seen[i], grey * (1 - percent / 100) + iron[i] * (percent / 100), 9, `${percent} %, colour ${i} of ${seen}`);
  }
  for (let i = 0; i < 5; i++) await view.key('q');
  await page.getByRole('slider').or(page.locator('.volume-opacity input')).first().focus();
  await view.key('ArrowRight');
  await page.locator('.cut-axial .corner-se').getByText(/TEP superposée à 55\s?%/).waitFor();
});

ward.story('E25 a region over a fusion says the uptake of the PET, in SUV', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('Shift+E');
  const { eye } = await planes.look('coronal');
  const [cx, cy] = [eye.width / 2, eye.height / 2];
  const a = [cx + 10, cy + 10], b = [cx + 50, cy + 40];
  await page.mouse.move(...await planes.spot('coronal', ...a)); await page.mouse.down();
  await page.mouse.move(...await planes.spot('coronal', ...b), { steps: 4 }); await page.mouse.up();
  const words = page.getByTestId('marks-coronal').locator('.mark .mark-words');
  await words.nth(2).waitFor();
  const text = (await words.allTextContents()).map((one) => one.replace(/[\u00a0\u202f]/g, ' '));
  const middle = await planes.patient('coronal', (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  const mean = Number(/Moy\. ([\d,]+) SUV/.exec(text[0])[1].replace(',', '.'));
  close(mean, suv(becquerel(middle)), suv(60 * 4), 'mean uptake');
  await pacs.shot('fusion-2-region');
  await view.key('Delete');
  await view.key('u');
});

ward.story('E25 asked for on the PET, the fusion opens its CT with the PET over it; taken away, the CT is alone', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await page.locator('[data-testid="volume"][data-over="none"]').waitFor();
  await seriesButton('TEP connue').click();
  await page.locator('.cut-axial .corner-ne').getByText('TEP connue', { exact: false }).waitFor();
  await page.locator('.cut-axial .corner-se').getByText('Niveaux inversés').waitFor(); // alone it is black on white
  await pacs.shot('fusion-3-pet');
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await fused();
  await page.locator('.cut-axial .corner-ne').getByText(/Scanner connu \+ .*TEP connue/).waitFor();
});

ward.story('E25 as a body: presets, turned from the keyboard, and said not to be for reading', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await page.locator('[data-testid="volume"][data-over="none"]').waitFor();
  await view.key('b');
  const body = page.getByTestId('body');
  await body.getByText('Rendu volumique : non diagnostique').waitFor();
  await page.locator('[data-testid="body"][data-drawing="false"]').waitFor({ timeout: 60000 });
  await body.getByText('MIP', { exact: true }).click();
  await page.locator('[data-testid="body"][data-drawing="false"][data-preset="mip"]').waitFor({ timeout: 60000 });
  const edges = () => body.locator('[data-edge]').evaluateAll((all) => Object.fromEntries(all.map((one) => [one.dataset.edge, one.textContent])));
  assert.deepEqual(await edges(), { right: 'G', left: 'D', top: 'H', bottom: 'B' });
  // The most along rays from front to back: the values rise to the back by 3 a millimetre.
  const bright = async () => {
    const box = await page.getByTestId('image-body').boundingBox();
    return page.evaluate(([x, y]) => window.__viewer.pane('body').colorAt(x, y), [box.width / 2, box.height / 2]);
  };
  await until(async () => Math.abs((await bright())[0] - ((hounsfield([0, 39, 0]) + 500) / 1000) * 255) < 14, 'the most along the ray in the middle');
  await pacs.shot('body-1-mip');
  await page.getByTestId('image-body').focus();
  for (let i = 0; i < 6; i++) await view.key('ArrowRight');
  await until(async () => (await edges()).right !== 'G', 'turned');
  assert.deepEqual(await edges(), { right: 'A', left: 'P', top: 'H', bottom: 'B' });
  await pacs.accessible('volume rendering');
  await page.getByTestId('viewer').focus();
  await view.key('b');
  await body.waitFor({ state: 'detached' });
});

ward.story('E25 of another frame of reference, or without corrections: refused, or read without SUV, and said', async () => {
  await view.open(`/archive/${apart}/view`);
  await planes.open();
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await page.locator('.volume-note').getByText(/n’ont pas le même repère/).waitFor({ timeout: 60000 });
  assert.equal(await page.locator('.volume-opacity').count(), 0);
  await pacs.shot('fusion-4-refused');
  await view.open(`/archive/${raw}/view`);
  await planes.open();
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await page.getByTestId('no-suv').getByText(/SUV indisponible\s: pas de correction d’atténuation/).waitFor({ timeout: 60000 });
  const [[x, y]] = await planes.spots('axial', [[0.4, 0.45]]);
  await until(async () => (await planes.point('axial', x, y)).values.length === 2, 'both read');
  const { at, values, text } = await planes.point('axial', x, y);
  close(values[1], becquerel(at), 1, 'activity');
  assert.match(text, / Bq\/ml$/);
});

ward.story('E25 a PET alone opens in black on white; lean mass is refused without the height; there is nothing to lay it over', async () => {
  await view.open(`/archive/${alone}/view`);
  assert.equal((await view.state()).inverted, true);
  await pacs.shot('fusion-5-pet-alone');
  await planes.open();
  await page.getByRole('radiogroup', { name: 'SUV rapporté à' }).getByText('Masse maigre', { exact: true }).click();
  await page.getByTestId('no-suv').getByText(/taille du patient absente/).waitFor();
  await page.getByRole('radiogroup', { name: 'SUV rapporté à' }).getByText('Poids', { exact: true }).click();
  const [[x, y]] = await planes.spots('sagittal', [[0.5, 0.45]]);
  const { at, values } = await planes.point('sagittal', x, y);
  close(values[0], suv(becquerel(at), 'bw', { ...PERSON }), 0.002, 'by weight');
  await page.getByTestId('viewer').focus();
  await view.key('y');
  await page.locator('.viewer-note').getByText(/n’a pas à la fois un scanner et une TEP/).waitFor();
});

ward.story('E25 the ledger: planes and bodies are told as made of their series; no image counts as read by them', async () => {
  const ledger = () => page.evaluate((uid) => fetch(`/api/studies/${uid}/ledger`).then((a) => a.json()), both);
  await page.goto('/');
  let told;
  await until(async () => (told = await ledger()).series.every((one) => one.planes_ms > 0), 'planes of both series');
  const [ct, pt] = ['CT', 'PT'].map((modality) => told.series.find((one) => one.modality === modality));
  assert.ok(ct.body_ms > 0 && ct.preview_ms === 0, JSON.stringify(ct));
  assert.ok(ct.seen < 5 && pt.seen < 5, `${ct.seen} and ${pt.seen} images read: those that the stacks showed`);
});
