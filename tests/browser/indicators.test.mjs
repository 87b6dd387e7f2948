// The responsible looks at the indicators of the convention: each delay held against what was signed, by site and version; on a telephone too; others are not offered them.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let head, exam;
const pass = async (minutes) => {
  const a = await exam.requester.post('/api/demo/clock', { advance_ms: minutes * 60000, walk_ms: 1000, keep_sessions: true });
  assert.equal(a.status, 200, String(a.bytes));
  ward.house.offsetMs = a.json.now_ms - Date.now();
};
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  for (const minutes of [12, 80]) {
    const one = await Exam.open(ward.house, { like: exam });
    await one.consent();
    await one.ask();
    await pass(minutes);
    await one.accept();
  }
  const refused = await Exam.open(ward.house, { like: exam });
  await refused.consent();
  await refused.ask();
  await refused.ok(refused.imager, 'refuse', { code: 'not-indicated', text: 'Sans indication.', indication: 'not-relevant', distance: 'relevant' });
  head = await ward.signedIn('responsable');
});
after(async () => { await ward.close(); });

ward.story('O7 the delays of the path are shown with the share kept, compared by site, exported as CSV', async () => {
  const { page } = head;
  await page.goto('/indicators');
  const row = page.locator('[data-indicators="all"] [data-delay="verdict_min"]');
  await row.getByText('67 %').waitFor();
  await page.getByText(/Examen non indiqué \(1\)/).waitFor();
  await head.accessible('indicators');
  await head.shot('90-indicators');
  await head.select('Comparer', 'Par site');
  await head.section('Centre hospitalier du Val d’Orbe').locator('[data-delay="verdict_min"]').getByText('67 %').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Exporter (CSV)' }).press('Enter')]);
  assert.equal(file.suggestedFilename(), 'indicateurs.csv');
});

ward.story('E6 L3 O7 requests that the imager judged otherwise are counted, and the act is opened from there', async () => {
  const { page } = head;
  await head.select('Comparer', 'Tous les actes');
  const part = page.locator('[data-indicators="all"] [data-quality="discord"]');
  await part.getByText('1 sur 3 (33 %)').waitFor();
  await part.getByRole('button', { name: 'Voir l’acte' }).press('Enter');
  await part.getByText('Indication jugée non pertinente : Sans indication.').waitFor();
  await part.scrollIntoViewIfNeeded();
  await head.accessible('indicators with acts');
  await head.shot('90-indicators-discord');
});

ward.story('O7 readable on a telephone, and not offered to an imager', async () => {
  const { page } = head;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/indicators');
  await page.locator('[data-indicators="all"] [data-delay="verdict_min"]').waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `${wide} px`);
  await head.accessible('indicators at 390 px');
  await head.shot('91-indicators-390');
  await pass(1);
  const imager = await ward.signedIn('imageur2');
  await imager.page.goto('/home');
  assert.equal(await imager.page.getByRole('link', { name: 'Indicateurs' }).count(), 0);
});
