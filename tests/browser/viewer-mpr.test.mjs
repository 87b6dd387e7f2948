// Planes through a volume against a phantom whose values are known at every millimetre: what is drawn, what is read, what is measured, what is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { CORPUS, stow } from '../dicom.mjs';
import { Viewing, studyOf } from './viewing.mjs';
import { until, Ward } from './visit.mjs';
import { CT, ctSeries, hounsfield, Planes, volumeStudy } from './volumes.mjs';

const ward = new Ward();
let pacs, view, page, planes, known, holes, doubled, tilted, petct;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  known = volumeStudy(house, 101, (at, study) => ctSeries(at, study));
  holes = volumeStudy(house, 102, (at, study) => ctSeries(at, study, { skip: [7, 8, 15] }));
  doubled = volumeStudy(house, 103, (at, study) => ctSeries(at, study, { twice: [3] }));
  tilted = volumeStudy(house, 104, (at, study) => ctSeries(at, study, { tilt: 0.8 }));
  petct = studyOf(house, 'petct', 851);
  pacs = await ward.signedIn('pacs');
  page = pacs.page;
  view = new Viewing(pacs);
  planes = new Planes(view);
});
after(async () => { await ward.close(); });

const WINDOW = { low: -500, width: 1000 };
const grey = (value) => Math.max(0, Math.min(255, ((value - WINDOW.low) / WINDOW.width) * 255));
const number = (words) => Number(words.replace(/\s/g, '').replace(',', '.').replace('−', '-').match(/-?[\d.]+/)[0]);
const close = (said, want, most, what) => assert.ok(Math.abs(said - want) <= most, `${what}: ${said} is not ${want}`);

// What stands on the screen of a plane is what the phantom is made of at those millimetres.
async function drawnRight(name, value = hounsfield, most = 4) {
  await planes.settled(name);
  for (const [x, y] of await planes.spots(name)) {
    const at = await planes.patient(name, x, y);
    const seen = await planes.color(name, x, y);
    close(seen[0], grey(value(at)), most, `${name} ${x},${y} at ${at.map((v) => v.toFixed(1))}`);
  }
}

ward.story('E25 three planes through the middle of the volume, drawn and read at the right millimetres, with their letters and scale', async () => {
  await view.open(`/archive/${known}/view`);
  await planes.open();
  assert.match(await page.locator('.cut-axial .corner-ne').innerText(), /Axial \(MPR\)[\s\S]*Valeurs d’origine/);
  for (const name of ['axial', 'sagittal', 'coronal']) {
    await drawnRight(name);
    for (const [x, y] of await planes.spots(name)) {
      const { at, values, text } = await planes.point(name, x, y);
      const there = await planes.patient(name, x, y);
      at.forEach((mm, i) => close(mm, there[i], 0.3, `${name} place ${i}`));
      close(values[0], hounsfield(at), 0.01, `${name} value`);
      assert.match(text, / UH$/);
    }
  }
  const edges = (name) => page.locator(`.cut-${name} [data-edge]`).evaluateAll((all) => Object.fromEntries(all.map((one) => [one.dataset.edge, one.textContent])));
  assert.deepEqual(await edges('axial'), { right: 'G', left: 'D', top: 'A', bottom: 'P' });
  assert.deepEqual(await edges('sagittal'), { right: 'P', left: 'A', top: 'H', bottom: 'B' });
  assert.deepEqual(await edges('coronal'), { right: 'G', left: 'D', top: 'H', bottom: 'B' });
  const { eye } = await planes.look('coronal');
  const bar = page.locator('.cut-coronal .scale');
  close(Number(await bar.getAttribute('data-pixels')) * eye.mm, Number(await bar.getAttribute('data-length')), 0.01, 'scale bar');
  await pacs.shot('mpr-1-planes');
  await pacs.accessible('reconstructions');
});

ward.story('E25 from the keyboard: a step of a plane is its voxel, the cross slides and turns, and the oblique planes are drawn and read right', async () => {
  const place = () => page.getByTestId('place-axial').innerText();
  await page.getByTestId('viewer').focus();
  const before = (await planes.look('axial')).eye.middle[2];
  await view.key('ArrowDown');
  await until(async () => (await planes.look('axial')).eye.middle[2] === before + CT.spacing[2], 'one slice further');
  const said = await place();
  await view.key('Shift+ArrowRight');
  await until(async () => (await place()) !== said, 'the cross has moved');
  await view.key('End');
  await until(async () => Math.abs((await planes.look('axial')).eye.middle[2] - (CT.origin[2] + 23 * 4)) < 1e-6, 'the last slice');
  await view.key('x');
  for (let i = 0; i < 6; i++) await view.key('r'); // 30° in the axial plane
  await page.locator('.cut-coronal .corner-ne').getByText(/Oblique \(MPR\), Coronal basculé de 30°/).waitFor();
  await view.key('c'); // sagittal
  for (let i = 0; i < 3; i++) await view.key('Shift+R');
  for (const name of ['axial', 'sagittal', 'coronal']) {
    await drawnRight(name);
    const [[x, y]] = await planes.spots(name, [[0.42, 0.55]]);
    const { at, values } = await planes.point(name, x, y);
    close(values[0], hounsfield(at), 0.01, `${name}, oblique`);
  }
  assert.match(await page.locator('.cut-axial .corner-ne').innerText(), /Valeurs interpolées/);
  await pacs.shot('mpr-2-oblique');
  await view.key('x');
});

ward.story('E25 by hand: a click puts the cross there, a line is turned by dragging it, the wheel scrolls', async () => {
  const { eye } = await planes.look('axial');
  const [x, y] = [Math.round(eye.width * 0.4), Math.round(eye.height * 0.6)];
  const wanted = await planes.patient('axial', x, y);
  await page.mouse.click(...await planes.spot('axial', x, y));
  await planes.settled('sagittal');
  close((await planes.look('sagittal')).eye.middle[0], wanted[0], 0.3, 'the sagittal plane');
  close((await planes.look('coronal')).eye.middle[1], wanted[1], 0.3, 'the coronal plane');
  // A line at 120 pixels right of the cross, dragged a quarter of the way down.
  await page.mouse.move(...await planes.spot('axial', x + 110, y));
  await page.mouse.down();
  await page.mouse.move(...await planes.spot('axial', x + 104, y + 36), { steps: 6 });
  await page.mouse.up();
  await page.locator('.cut-coronal .corner-ne').getByText(/basculé de 19°/).waitFor();
  await drawnRight('coronal');
  const at = (await planes.look('axial')).eye.middle[2];
  await page.mouse.wheel(0, 100);
  await until(async () => (await planes.look('axial')).eye.middle[2] === at + CT.spacing[2], 'the wheel goes on by one');
  await page.getByTestId('viewer').focus();
  await view.key('x');
});

ward.story('E25 a slab shows and reads its whole thickness: the most, the least, the mean, over the millimetres that are said', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('x');
  await view.key('m'); // MIP, 10 mm
  for (let i = 0; i < 10; i++) await view.key('k');
  await page.getByTestId('slab-axial').getByText('MIP sur 20 mm').waitFor();
  // Along z the values rise by 4 a millimetre: half a slab is 40 HU.
  const away = { max: 40, min: -40, mean: 0 };
  for (const [mode, label] of [['max', 'MIP'], ['min', 'MinIP'], ['mean', 'Moyenne']]) {
    await page.getByTestId('slab-axial').getByText(`${label} sur 20 mm`).waitFor();
    await drawnRight('axial', (at) => hounsfield(at) + away[mode], 8);
    const [[x, y]] = await planes.spots('axial', [[0.45, 0.55]]);
    const { at, values } = await planes.point('axial', x, y);
    close(values[0], hounsfield(at) + away[mode], 0.01, mode);
    if (mode === 'max') await pacs.shot('mpr-3-slab');
    await view.key('m');
  }
  await page.getByTestId('slab-axial').getByText('Coupe fine').waitFor();
});

ward.story('E25 each plane has its own window', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('x');
  await view.key('c'); await view.key('c'); // axial again
  const active = () => page.locator('.cut[data-active="true"]').getAttribute('data-plane');
  while ((await active()) !== 'axial') await view.key('c');
  await view.key('1');
  await page.locator('.cut-axial .corner-se').getByText('C 40 · L 400').waitFor();
  assert.match((await page.locator('.cut-coronal .corner-se').innerText()).replace(/[\u00a0\u202f]/g, ' '), /C 0 · L 1 000/);
  await view.key('0');
});

ward.story('E25 measures on a plane: millimetres and Hounsfield units that the phantom gives, kept with their plane alone', async () => {
  await view.key('x');
  await view.key('l');
  const { eye } = await planes.look('coronal');
  const [cx, cy] = [eye.width / 2, eye.height / 2];
  const drag = async (name, a, b) => {
    await page.mouse.move(...await planes.spot(name, ...a));
    await page.mouse.down();
    await page.mouse.move(...await planes.spot(name, ...b), { steps: 4 });
    await page.mouse.up();
  };
  const words = async (name) => (await page.getByTestId(`marks-${name}`).locator('.mark .mark-words').allTextContents()).map((one) => one.replace(/[\u00a0\u202f]/g, ' '));
  await drag('coronal', [cx - 60, cy - 20], [cx + 60, cy - 20]);
  await until(async () => (await words('coronal')).length === 1, 'a length');
  assert.match((await words('coronal'))[0], / mm$/);
  close(number((await words('coronal'))[0]), 120 * eye.mm, eye.mm * 1.5, 'length');
  await view.key('Shift+E');
  await drag('coronal', [cx - 40, cy + 10], [cx + 40, cy + 60]);
  await until(async () => (await words('coronal')).length === 4, 'a region');
  const region = await words('coronal');
  const [from, to] = [await planes.patient('coronal', cx - 40, cy + 10), await planes.patient('coronal', cx + 40, cy + 60)];
  const middle = from.map((v, i) => (v + to[i]) / 2);
  close(number(region[1].replace('Moy.', '')), hounsfield(middle), 4 * eye.mm + 6, 'mean of a linear region is its middle');
  assert.match(region[1], /UH/);
  close(number(region[3].replace('Aire', '')), 80 * 50 * eye.mm ** 2, 130 * eye.mm ** 2, 'area');
  await pacs.shot('mpr-4-measures');
  await page.getByTestId('viewer').focus();
  while ((await page.locator('.cut[data-active="true"]').getAttribute('data-plane')) !== 'coronal') await view.key('c');
  await view.key('ArrowDown');
  await until(async () => (await words('coronal')).length === 0, 'beside its plane a measure says nothing');
  await view.key('ArrowUp');
  await until(async () => (await words('coronal')).length === 4, 'on its plane it is there again');
});

ward.story('E25 back to the images: at the slice nearest to the cross', async () => {
  await view.key('u');
  await view.key('x');
  while ((await page.locator('.cut[data-active="true"]').getAttribute('data-plane')) !== 'axial') await view.key('c');
  for (let i = 0; i < 5; i++) await view.key('ArrowUp');
  const z = (await planes.look('axial')).eye.middle[2];
  await view.key('Shift+V');
  await view.drawn('left');
  await until(async () => (await view.frame('left'))?.position?.[2] === z, 'the slice of the cross');
  await view.key('?');
  await page.getByRole('dialog').getByText('Reconstructions (MPR, fusion, 3D)').waitFor();
  await view.key('Escape');
});

ward.story('E25 a series with missing slices, or two at one place, is refused with where; the images stay', async () => {
  for (const [study, words] of [[holes, /Il manque 3 coupes, les premières entre -22,0 mm et -10,0 mm/], [doubled, /Plusieurs images de la série sont au même endroit \(-34,0 mm\)/]]) {
    await view.open(`/archive/${study}/view`);
    await page.getByTestId('viewer').focus();
    await view.key('Shift+V');
    const alert = page.locator('.volume-coming');
    await alert.waitFor();
    assert.match((await alert.innerText()).replace('−', '-').replace('−', '-'), words);
    await pacs.shot(study === holes ? 'mpr-5-refused' : 'mpr-5-doubled');
    await alert.getByRole('button', { name: 'Revenir aux images' }).click();
    await view.drawn('left');
  }
});

ward.story('E25 a tilted gantry is undone, said, and read right', async () => {
  await view.open(`/archive/${tilted}/view`);
  await planes.open();
  await page.locator('.cut-axial .corner-sw').getByText(/Inclinaison du statif de 11,3° redressée/).waitFor();
  for (const name of ['axial', 'sagittal', 'coronal']) await drawnRight(name);
  const [[x, y]] = await planes.spots('sagittal', [[0.52, 0.46]]);
  const { at, values } = await planes.point('sagittal', x, y);
  close(values[0], hounsfield(at), 0.6, 'whole numbers kept: half a unit');
});

ward.story('E25 a slice that cannot be read refuses the volume, and a retry mends it', async () => {
  const frames = /\/series\/[\d.]+\/instances\/[\d.]+\/frames\/1$/;
  let cut = 0;
  await page.route(frames, (route) => (++cut > 3 ? route.abort() : route.continue()));
  await view.open(`/archive/${known}/view`);
  await page.getByTestId('viewer').focus();
  await view.key('Shift+V');
  await page.locator('.volume-coming').getByText(/images? n’ont? pas pu être lues?/).waitFor();
  await page.unroute(frames);
  pacs.faults = pacs.faults.filter((one) => one !== 'XMLHttpRequest'); // what the loader writes about the lines that were cut here
  await page.locator('.volume-coming').getByRole('button', { name: 'Réessayer' }).click();
  await page.locator('[data-testid="volume"][data-phase="ready"]').waitFor();
  await drawnRight('axial');
});

ward.story('E25 what is beyond the memory allowed is a preview of means: said on each plane, nothing read or measured on it', async () => {
  const small = await ward.signedIn('pacs');
  // A workstation that says it has next to no memory: what may be kept is a part of that.
  await small.page.addInitScript(() => { Object.defineProperty(navigator, 'deviceMemory', { get: () => 0.001 }); });
  const other = new Viewing(small), cuts = new Planes(other);
  await other.open(`/archive/${known}/view`);
  await cuts.open();
  await small.page.getByTestId('reduced').getByText(/Aperçu réduit, non diagnostique/).waitFor();
  assert.equal(await small.page.getByTestId('fidelity-coronal').innerText(), 'Aperçu réduit, non diagnostique');
  await small.page.mouse.move(...await cuts.spot('axial', 150, 150));
  await small.page.waitForTimeout(200);
  assert.equal(await small.page.locator('.cut .probe').count(), 0);
  await other.key('l');
  await small.page.mouse.click(...await cuts.spot('axial', 150, 150));
  await small.page.locator('.viewer-note').getByText(/aucune mesure ici/).waitFor();
  await small.shot('mpr-6-reduced');
});

ward.story('E25 real slices of a scanner: a volume of the corpus’ own geometry', async (t) => {
  const at = path.join(CORPUS, 'legacy-enhanced');
  if (!fs.existsSync(at)) return t.skip('skipped: ../shared is not there');
  const archivist = await ward.house.person('pacs');
  const sent = await stow(archivist, ['IMG0001.dcm', 'IMG0002.dcm', 'IMG0003.dcm'].map((name) => fs.readFileSync(path.join(at, name))));
  assert.equal(sent.status, 200, String(sent.bytes));
  await view.open(`/archive/${/studies\/([\d.]+)/.exec(sent.stored[0])[1]}/view`);
  const stored = await view.pixel('left', 12, 19);
  await planes.open();
  // The middle slice, at column 12 and row 19 of its own: 46.4649 + 12 × 0.7, 5.01881 + 19 × 0.7.
  const { facing, eye } = await planes.look('axial');
  assert.deepEqual(facing, { right: [1, 0, 0], down: [0, 1, 0] });
  const x = eye.width / 2 + (46.4649 + 12 * 0.7 - eye.middle[0]) / eye.mm, y = eye.height / 2 + (5.01881 + 19 * 0.7 - eye.middle[1]) / eye.mm;
  const { at: there } = await planes.point('axial', x, y);
  close(there[0], 46.4649 + 12 * 0.7, 0.05, 'place');
  const { values } = await planes.point('axial', x, y);
  close(values[0], stored, 40, 'the stored value, but for less than a pixel of the screen');
  await pacs.shot('mpr-7-real');
});

ward.story('E25 the CT of a PET/CT phantom: slices of 8 mm in all three planes', async () => {
  await view.open(`/archive/${petct}/view`);
  await planes.open();
  await page.getByTestId('viewer').focus();
  await pacs.shot('mpr-8-body');
});
