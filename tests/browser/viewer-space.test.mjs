// A report of somebody else whose measures stand in the space of the patient (SCOORD3D): drawn on the slice that holds them, in its place; the places where a line crosses other slices.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before } from 'node:test';
import { filesOf, folder, phantoms, send, stow } from '../dicom.mjs';
import { dumped, sequence } from '../dumps.mjs';
import { dcmtk } from '../house.mjs';
import { Viewing } from './viewing.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward(), ROOT = '1.2.826.0.1.3680043.10.14';
let pacs, view, page, slice, at;
const textOf = (file, tag) => dcmtk('dcmdump', ['+P', tag, file]).stdout.match(/\[([^\]]*)\]/)[1].trim();
const code = (tag, value, scheme, words) => sequence(tag, `(0008,0100) SH ${value}\n(0008,0102) SH ${scheme}\n(0008,0104) LO ${words}\n`);
const entry = (relation, type, concept, more) => `(0040,a010) CS ${relation}\n(0040,a040) CS ${type}\n${code('0040,a043', ...concept)}${more}`;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward, from = phantoms(house, 'space', 'ct', [871]), files = filesOf(from), middle = files[Math.floor(files.length / 2)];
  const sent = send(house, from);
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
  const [study, reference] = ['0020,000d', '0020,0052'].map((tag) => textOf(middle, tag)), [px, py, pz] = textOf(middle, '0020,0032').split('\\').map(Number), [dy, dx] = textOf(middle, '0028,0030').split('\\').map(Number), axes = textOf(middle, '0020,0037').split('\\').map(Number);
  assert.deepEqual(axes, [1, 0, 0, 0, 1, 0], 'the phantom lies straight');
  slice = textOf(middle, '0008,0018');
  at = [[100, 120], [180, 120]];
  const place = ([c, r], z = pz) => [px + c * dx, py + r * dy, z].join('\\');
  const group = (name, kind, data, value) => entry('CONTAINS', 'CONTAINER', ['125007', 'DCM', 'Measurement Group'], `(0040,a050) CS SEPARATE\n${sequence('0040,a730',
    entry('HAS OBS CONTEXT', 'TEXT', ['112039', 'DCM', 'Tracking Identifier'], `(0040,a160) UT ${name}\n`),
    entry('CONTAINS', 'NUM', ['410668003', 'SCT', 'Length'], `${sequence('0040,a300', `${code('0040,08ea', 'mm', 'UCUM', 'mm')}(0040,a30a) DS ${value}\n`)}${sequence('0040,a730', entry('INFERRED FROM', 'SCOORD3D', ['121055', 'DCM', 'Path'], `(0070,0022) FL ${data}\n(0070,0023) CS ${kind}\n(3006,0024) UI ${reference}\n`))}`))}`);
  const report = `(0008,0005) CS ISO_IR 192\n(0008,0016) UI 1.2.840.10008.5.1.4.1.1.88.34\n(0008,0018) UI ${ROOT}.1\n(0008,0020) DA 20260105\n(0008,0023) DA 20260105\n(0008,0033) TM 120000\n(0008,0060) CS SR\n(0008,0070) LO AUTRE\n(0010,0010) PN ${textOf(middle, '0010,0010')}\n(0010,0020) LO ${textOf(middle, '0010,0020')}\n(0020,000d) UI ${study}\n(0020,000e) UI ${ROOT}.2\n(0020,0011) IS 77\n(0020,0013) IS 1\n(0040,a491) CS COMPLETE\n(0040,a493) CS UNVERIFIED\n(0040,a040) CS CONTAINER\n${code('0040,a043', '126000', 'DCM', 'Imaging Measurement Report')}(0040,a050) CS SEPARATE\n${sequence('0040,a730',
    entry('CONTAINS', 'CONTAINER', ['126010', 'DCM', 'Imaging Measurements'], `(0040,a050) CS SEPARATE\n${sequence('0040,a730',
      group('Lesion plane', 'POLYLINE', at.map((one) => place(one)).join('\\'), 42.5), group('Axe traversant', 'POLYLINE', `${place([150, 150], pz - 30)}\\${place([150, 150], pz + 30)}`, 60))}`))}`;
  const file = dumped(folder(house, 'space-sr'), 'report', report), person = await house.person('pacs'), kept = await stow(person, [fs.readFileSync(file)]);
  assert.equal(kept.status, 200, String(kept.bytes));
  pacs = await ward.signedIn('pacs', { width: 1300, height: 1000 });
  ({ page } = pacs);
  view = new Viewing(pacs);
  await view.open(`/archive/${study}/view`);
});
after(async () => { await ward.close(); });

ward.story('E25 a measure in the space of the patient stands on the slice that holds it, with its figure; one that runs through is a point on each', async () => {
  const index = await page.evaluate((sop) => window.__viewer.pane('left').frames().findIndex((one) => one.sop === sop), slice);
  assert.ok(index > 0);
  await page.evaluate((to) => window.__viewer.pane('left').goTo(to), index);
  await view.drawn('left', index);
  const line = page.locator('[data-recorded="drawing"] path');
  await line.first().waitFor({ state: 'attached' });
  const d = (await line.first().getAttribute('d')).match(/-?[\d.]+/g).map(Number);
  const wanted = await page.evaluate((list) => list.map((one) => window.__viewer.pane('left').toScreen(one)), at);
  wanted.flat().forEach((value, i) => assert.ok(Math.abs(value - d[i]) < 0.2, `${d} for ${wanted}`));
  const words = (await page.locator('[data-recorded="drawing"]').allTextContents()).join(' ').replace(/[\u00a0\u202f]/g, ' ');
  assert.match(words, /42,5 mm/);
  await pacs.shot('space-on-slice');
  await page.evaluate((to) => window.__viewer.pane('left').goTo(to), index + 2);
  await view.drawn('left', index + 2);
  await page.waitForFunction(() => document.querySelectorAll('[data-recorded="drawing"] path').length === 0);
  const [x, y] = await page.evaluate(() => window.__viewer.pane('left').toScreen([150, 150])), circle = page.locator('[data-recorded="drawing"] circle');
  assert.ok(Math.abs(Number(await circle.getAttribute('cx')) - x) < 0.3 && Math.abs(Number(await circle.getAttribute('cy')) - y) < 0.3, 'where the axis crosses');
});
