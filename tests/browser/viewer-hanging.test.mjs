// How images are hung: a mammography as four views with the chest walls to the middle, an earlier exam beside the current one; by one key, each image saying what it is.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { folder, send } from '../dicom.mjs';
import { makeObject } from '../dimse.mjs';
import { Exam } from '../exam.mjs';
import { Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const COLUMNS = 48, ROWS = 64;
// Bright at the chest wall, dark at the other side; 'wall' is the stored side.
const breast = (wall) => Array.from({ length: ROWS * COLUMNS }, (_, i) => { const c = i % COLUMNS; return (wall === 'left' ? COLUMNS - c : c) * 80; }).map((v) => v.toString(16).padStart(4, '0')).join('\\');
const STUDY = '1.2.826.0.1.3680043.9.7133.78.1';
function mammogram(house) {
  const at = folder(house, 'mammo');
  // the right CC is stored the other way round, the left MLO says nothing of its orientation
  const VIEWS = [['R', 'CC', 'A\\L', 'left', 0.1], ['L', 'CC', 'A\\R', 'left', 0.1], ['R', 'MLO', 'P\\FL', 'right', 0.2], ['L', 'MLO', '', 'left', 0.1]];
  VIEWS.forEach(([side, view, orientation, wall, mm], n) => makeObject(at, {
    '0008,0016': ['UI', '1.2.840.10008.5.1.4.1.1.1.2'], '0008,0018': ['UI', `${STUDY}.${n + 10}`], '0008,0060': ['CS', 'MG'], '0010,0010': ['PN', 'SEIN^CONNU'], '0010,0020': ['LO', 'MG-1'], '0010,0030': ['DA', '19600102'],
    '0010,0040': ['CS', 'F'], '0008,0020': ['DA', '20260115'], '0020,000d': ['UI', STUDY], '0020,000e': ['UI', `${STUDY}.2`], '0008,103e': ['LO', 'Mammographie'], '0020,0013': ['IS', String(n + 1)],
    '0020,0062': ['CS', side], '0018,5101': ['CS', view], ...(orientation ? { '0020,0020': ['CS', orientation] } : {}), '0018,1164': ['DS', `${mm}\\${mm}`], '0028,0010': ['US', String(ROWS)], '0028,0011': ['US', String(COLUMNS)],
    '0028,0100': ['US', '16'], '0028,0101': ['US', '12'], '0028,0102': ['US', '11'], '7fe0,0010': ['OW', breast(wall)],
  }));
  const sent = send(house, at);
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
  return STUDY;
}

const ward = new Ward();
let pacs, imager, earlier, now;
before(async () => {
  Object.assign(ward, await Ward.open());
  mammogram(ward.house);
  earlier = await Exam.left(ward.house, { region: 'Abdomen' });
  now = await Exam.left(ward.house, { region: 'Abdomen-pelvis', like: earlier });
});
after(async () => { await ward.close(); });
const SHOWN = ['left', 'right', 'third', 'fourth'];

ward.story('E25 four views: right beside left, chest walls to the middle at one scale; what does not say how it lies is shown as it is', async () => {
  pacs = await ward.signedIn('pacs');
  const view = new Viewing(pacs), { page } = pacs;
  await view.open(`/archive/${STUDY}/view`, { hung: true });
  await page.locator('[data-layout="2 × 2"]').waitFor();
  for (const id of SHOWN) await view.drawn(id);
  assert.deepEqual(await Promise.all(SHOWN.map(async (id) => { const { instance } = await view.frame(id); return `${instance['00200062'].Value[0]} ${instance['00185101'].Value[0]}`; })), ['R CC', 'L CC', 'R MLO', 'L MLO']);
  const ends = async (id) => { const box = await page.getByTestId(`image-${id}`).boundingBox(); const at = [await view.spot(id, [-0.5, 30]), await view.spot(id, [COLUMNS - 0.5, 30])].map(([x]) => x - box.x); return { at, width: box.width }; };
  await until(async () => Math.abs(Math.max(...(await ends('left')).at) - (await ends('left')).width) < 2, 'the right breast ends at the right of its pane');
  const [rcc, lcc, rmlo] = [await ends('left'), await ends('right'), await ends('third')];
  assert.ok(rcc.at[0] > rcc.at[1], 'stored the other way round: mirrored');
  assert.equal((await view.state('left')).flipped, true);
  assert.ok(Math.abs(Math.min(...lcc.at)) < 2 && lcc.at[0] < lcc.at[1], `the left breast begins at the left: ${lcc.at}`);
  assert.ok(Math.abs(Math.max(...rmlo.at) - rmlo.width) < 2, `${rmlo.at}`);
  const size = ({ at }) => Math.abs(at[1] - at[0]);
  assert.ok(Math.abs(size(rcc) - size(lcc)) < 1 && Math.abs(size(rmlo) - 2 * size(lcc)) < 2, `one scale: ${[rcc, lcc, rmlo].map(size)}`);
  await page.locator('.wall-note').getByText('Orientation non indiquée : affiché tel quel').waitFor();
  assert.equal(await page.locator('.wall-note').count(), 1);
  await pacs.sees('mammographie, quatre incidences');
  await pacs.shot('hanging-mammo');
  await pacs.accessible('four views');
  await view.key('g');
  await page.locator('[data-layout="1 × 1"]').waitFor();
  assert.equal((await view.state('left')).count, 4, 'plain: the whole series');
  await view.key('j');
  await page.locator('[data-layout="2 × 2"]').waitFor();
});

ward.story('E25 an earlier exam is found by itself; one key puts it beside, marked with its date; it moves by the same millimetres and counts for itself', async () => {
  imager = await ward.signedIn('imageur', { width: 1500, height: 900 });
  const view = new Viewing(imager), { page } = imager;
  await view.open(`/acts/${now.id}/read`, { hung: true });
  const strip = page.getByRole('group', { name: 'Antérieurs' });
  await strip.getByText('même région, même technique').first().waitFor();
  const study = (await earlier.images()).study_uid;
  assert.equal(await strip.locator('[data-prior]').first().getAttribute('data-prior'), study);
  await view.key('n');
  await page.locator('[data-layout="1 × 2"]').waitFor();
  await view.drawn('right');
  const pane = page.locator(`.pane[data-prior="${study}"]`);
  await pane.locator('.prior-mark').getByText(/^ANTÉRIEUR · \d\d\/\d\d\/\d{4}$/).waitFor();
  assert.equal(await page.locator('.prior-mark').count(), 1, 'the current exam carries no such mark');
  const [a, b] = [await view.state('left'), await view.state('right')];
  for (let i = 0; i < 3; i += 1) await view.key('ArrowDown');
  await view.drawn('left', a.shown + 3);
  await view.drawn('right', b.shown + 3);
  await view.key('2'); // lung
  await until(async () => { const s = await view.state('right'); return Math.abs(s.window.center + 600) < 1 && Math.abs(s.window.width - 1500) < 2; }, 'one window for both');
  await imager.shot('hanging-prior');
  await imager.accessible('an earlier exam beside');
  await view.key('Shift+N');
  await page.locator('[data-layout="1 × 1"]').waitFor();
  assert.equal(await page.locator('.prior-mark').count(), 0);
});
