// What an object lays over its own image: overlay planes (apart, and in bits of the samples) and shutters, on the screen where the object says; hidden by key, and said.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { filesOf, folder, phantoms, send } from '../dicom.mjs';
import { dcmtk } from '../house.mjs';
import { readPng } from '../pictures.mjs';
import { Viewing } from './viewing.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
const SIDE = 40, LEFT = 300, TOP = 200; // of the overlay: columns and rows; its first pixel, from 1
const SHUTTER = { left: 101, right: 600, upper: 81, lower: 700, grey: 0x80 };
let pacs, view, page, study, plain;
const modified = (file, changes) => { const r = dcmtk('dcmodify', ['-nb', '-imt', ...changes, file]); assert.equal(r.status, 0, r.stderr); };
const valueOf = (file, tag) => dcmtk('dcmdump', ['+P', tag, file]).stdout.match(/[\[ ](\d[\d.]*)[\]\s]/)[1];
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward, at = phantoms(house, 'laid', 'dx', [851]), [file] = filesOf(at), work = folder(house, 'laid-bits');
  const bits = path.join(work, 'bits');
  fs.writeFileSync(bits, Buffer.alloc((SIDE * SIDE) / 8, 0xff));
  modified(file, ['-i', `(6000,0010)=${SIDE}`, '-i', `(6000,0011)=${SIDE}`, '-i', '(6000,0040)=G', '-i', `(6000,0050)=${TOP}\\${LEFT}`, '-i', '(6000,0100)=1', '-i', '(6000,0102)=0', '-i', '(6000,1500)=REPERE', '-if', `(6000,3000)=${bits}`,
    '-i', '(0018,1600)=RECTANGULAR', '-i', `(0018,1602)=${SHUTTER.left}`, '-i', `(0018,1604)=${SHUTTER.right}`, '-i', `(0018,1606)=${SHUTTER.upper}`, '-i', `(0018,1608)=${SHUTTER.lower}`, '-i', `(0018,1622)=${SHUTTER.grey << 8}`]);
  study = valueOf(file, '0020,000d');
  const sent = send(house, at);
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
  const at2 = phantoms(house, 'plain', 'dx', [852]);
  plain = valueOf(filesOf(at2)[0], '0020,000d');
  assert.equal(send(house, at2).status, 0);
  pacs = await ward.signedIn('pacs', { width: 1300, height: 1000 });
  ({ page } = pacs);
  view = new Viewing(pacs);
});
after(async () => { await ward.close(); });
// The colour on the screen over a pixel of the image (column and row from 1).
const seen = async (column, row) => {
  const [x, y] = await view.spot('left', [column - 1, row - 1]), picture = readPng(await page.screenshot({ clip: { x: Math.round(x) - 1, y: Math.round(y) - 1, width: 3, height: 3 } }));
  return [...picture.at.subarray(4 * picture.channels, 4 * picture.channels + 3)];
};

ward.story('E25 an overlay is white where its bits are set, from the pixel that it names; a shutter covers what is outside of it with its grey', async () => {
  await view.open(`/archive/${study}/view`);
  await page.locator('.laid-plane').waitFor();
  await pacs.sees('Calques et volets affichés');
  const columns = Number(await page.evaluate(() => { const p = window.__viewer.pane('left'); return p.pixels().columns; }));
  assert.ok(columns > SHUTTER.right + 20, `${columns} columns`);
  assert.deepEqual(await seen(LEFT + 3, TOP + 3), [255, 255, 255], 'inside of the overlay');
  assert.deepEqual(await seen(LEFT + SIDE - 3, TOP + SIDE - 3), [255, 255, 255], 'at its other end');
  assert.notDeepEqual(await seen(LEFT + SIDE + 4, TOP + 3), [255, 255, 255], 'beside it');
  assert.deepEqual(await seen(SHUTTER.left - 8, 300), [SHUTTER.grey, SHUTTER.grey, SHUTTER.grey], 'left of the shutter');
  assert.deepEqual(await seen(SHUTTER.right + 8, 300), [SHUTTER.grey, SHUTTER.grey, SHUTTER.grey], 'right of it');
  assert.deepEqual(await seen(300, SHUTTER.upper - 8), [SHUTTER.grey, SHUTTER.grey, SHUTTER.grey], 'above');
  await pacs.shot('laid-shown');
  await pacs.accessible('overlays and shutters');
});

ward.story('E25 they move, turn and grow with the image', async () => {
  await view.key('m');
  await view.key('r');
  await view.key('+');
  await page.waitForTimeout(300);
  assert.deepEqual(await seen(LEFT + 5, TOP + 5), [255, 255, 255]);
  assert.notDeepEqual(await seen(LEFT + SIDE + 6, TOP + 5), [255, 255, 255]);
  await pacs.shot('laid-turned');
  assert.ok(await page.evaluate(() => !!(document.querySelector('.laid').compareDocumentPosition(document.querySelector('.corner-nw')) & Node.DOCUMENT_POSITION_FOLLOWING)), 'who the patient is stands above what covers the image');
  await view.key('x');
});

ward.story('E25 by ⇧O they are hidden, and that is said; another image without any says nothing', async () => {
  await view.key('Shift+O');
  await pacs.sees('Calques et volets masqués');
  assert.equal(await page.locator('.laid-plane').count(), 0);
  assert.notDeepEqual(await seen(SHUTTER.left - 8, 300), [SHUTTER.grey, SHUTTER.grey, SHUTTER.grey]);
  await page.getByRole('button', { name: /Calques et volets masqués/ }).click();
  await page.locator('.laid-plane').waitFor();
  await view.open(`/archive/${plain}/view`);
  assert.equal(await page.locator('.laid-note').count(), 0);
});
