// Measures put into the record on the page: the reader records, another who sees the study finds them at the same place with author and time; key images filter; the act tells what was shown.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Viewing } from './viewing.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, requester, view, page, study;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.consent(); await exam.ask(); await exam.accept(); await exam.plan(); await exam.prepare(); await exam.start();
  exam.scan();
  study = (await exam.images()).study_uid;
  await ward.house.advance(exam.requester, 31000);
  imager = await ward.signedIn('imageur');
  page = imager.page;
  view = new Viewing(imager);
  await view.open(`/acts/${exam.id}/read`);
});
after(async () => { await ward.close(); });

const list = (at = page) => at.getByRole('complementary', { name: 'Mesures et images clés' });
const ofRecord = (at = page) => at.getByTestId('recorded');
const drawn = (at = page) => at.getByTestId('marks-left').locator('.mark-recorded');
const ours = async (person) => (await person.get(`/api/studies/${study}/recorded`)).json.objects.filter((one) => one.ours);

ward.story('E25 before the reading is opened the list says why nothing can be recorded; then it is one button, and the record has it', async () => {
  await page.getByTestId('viewer').focus();
  await view.key('q');
  await list().getByText(/Seul l’imageur qui lit cet examen/).waitFor();
  await exam.ok(exam.imager, 'open-reading');
  await page.reload();
  await view.drawn('left');
  await page.getByTestId('viewer').focus();
  await view.key('l');
  await view.drag('left', [150, 200], [260, 220]);
  await view.key('Shift+E');
  await view.drag('left', [300, 240], [350, 290]);
  await view.key('k');
  await view.key('q');
  await list().getByText('Enregistré sur le serveur.').waitFor();
  await imager.press('Enregistrer dans le dossier…', list());
  await imager.dialog().getByText('Ce qui est enregistré : 2 mesures, 1 image clé.').waitFor();
  await imager.dialog().getByRole('radio', { name: 'pour le demandeur' }).check();
  await imager.dialog().getByLabel('Ce qu’elles montrent').fill('Lésion du foie droit');
  await imager.shot('record-1-form');
  await imager.accessible('record form');
  await imager.press('Enregistrer', imager.dialog());
  await imager.dialog().waitFor({ state: 'hidden' });
  await list().getByTestId('record-state').getByText(/À jour dans le dossier\s: version 1/).waitFor();
  await ofRecord().getByText(/Dr Jeanne MARTIN/).first().waitFor();
  assert.equal(await drawn().count(), 0, 'one’s own draft is drawn once');
  await imager.shot('record-2-recorded');
  await imager.accessible('list with the record');
});

ward.story('E25 another who may see the study finds them on the same columns and rows, with author and time, and moves nothing', async () => {
  const [report] = (await ours(exam.requester)).filter((one) => one.kind === 'report');
  requester = await ward.signedIn('imageur2');
  const theirs = new Viewing(requester);
  await theirs.open(`/acts/${exam.id}/read`);
  await requester.page.getByTestId('viewer').focus();
  await theirs.key('q');
  await ofRecord(requester.page).getByText(/Dr Jeanne MARTIN/).first().waitFor();
  await ofRecord(requester.page).getByText('Images clés pour le demandeur : Lésion du foie droit').waitFor();
  await ofRecord(requester.page).locator('[data-recorded-mark="length"]').click();
  await until(async () => (await drawn(requester.page).count()) === 2, 'both are drawn');
  const words = (await drawn(requester.page).locator('.mark-words').allTextContents()).map((one) => one.replace(/[  ]/g, ' '));
  const mark = report.marks.find((one) => one.kind === 'length');
  assert.ok(words.includes(`${mark.figures[0].value.toLocaleString('fr-FR', { maximumFractionDigits: 1, minimumFractionDigits: 1 })} mm`), `${words}`);
  assert.ok(words.includes('Dr Jeanne MARTIN'));
  // On the screen where the points of the object say.
  const path = await drawn(requester.page).locator('path').first().getAttribute('d');
  const [x, y] = path.match(/M([\d.-]+) ([\d.-]+)/).slice(1).map(Number);
  const want = await requester.page.evaluate((points) => window.__viewer.pane('left').toScreen(points), report.marks[0].points[0]);
  assert.ok(Math.hypot(x - want[0], y - want[1]) < 0.2, `${[x, y]} is not ${want}`);
  await theirs.key('Delete');
  assert.equal(await drawn(requester.page).count(), 2, 'they are read-only');
  await requester.page.locator('.key-image').getByText('Image clé · Dr Jeanne MARTIN').waitFor();
  await requester.shot('record-3-read-by-another');
  await requester.accessible('record of another');
});

ward.story('E25 key images filter: only they stay, the rest comes back', async () => {
  const theirs = new Viewing(requester);
  const all = (await theirs.state()).count;
  await list(requester.page).getByLabel('Images clés seulement').check();
  await until(async () => (await theirs.state()).count === 1, 'one key image');
  await requester.page.getByText('Image 1/1').waitFor();
  await requester.page.getByTestId('viewer').focus();
  await theirs.key('Shift+K');
  await until(async () => (await theirs.state()).count === all, 'all images again');
});

ward.story('E25 X4 after the signature the record is signed, and the act tells what the signer was shown', async () => {
  await page.goto('/'); // what was shown so far is told
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.sign(await exam.read());
  await exam.until('delivered');
  await until(async () => (await ours(exam.imager)).some((one) => one.kind === 'report' && one.signed), 'the signed version');
  await page.goto(`/acts/${exam.id}`);
  const shown = page.getByTestId('shown-images');
  await shown.locator('summary').getByText(/Images vues en fidélité complète avant la signature\s: \d+ sur 128/).waitFor();
  await shown.locator('summary').click();
  await shown.getByText(/TAP sans injection/).waitFor();
  await shown.scrollIntoViewIfNeeded();
  await imager.shot('record-4-act');
  await imager.accessible('act with what was shown');
});
