// E29: dictating into the report at the page, with a real microphone of Chromium: by key and by button, taken back, sent again, thrown away, without a microphone, without a service.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { SpeechService } from '../speech.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, page, service;
before(async () => {
  service = await SpeechService.start();
  Object.assign(ward, await Ward.open({ flags: ['--use-fake-device-for-media-stream'], config: { 'dictation-url': service.url, 'dictation-punctuation': 'spoken' } }));
  exam = await Exam.left(ward.house);
  await exam.read({ results: 'Foie homogène.', conclusion: '' });
  await ward.house.advance(exam.requester, 31000);
});
after(async () => { await ward.close(); await service?.close(); });
const value = (part) => page.locator(`#report-${part}`).inputValue();
const gives = (text, more = {}) => { service.answer = () => ({ body: { text, words: [{ text: 'pneumothorax', confidence: 0.4 }] }, ...more }); };
const speak = async (ms = 1500) => {
  await page.keyboard.press('F8');
  await page.locator('.dictation-level').waitFor();
  await page.waitForTimeout(ms);
};
const heard = () => service.heard.length;

ward.story('E29 by F8 the reader dictates where the caret is; marks that are said are marks, sentences begin with a capital, doubtful words are told, Ctrl+Z takes it back', async () => {
  imager = await ward.signedIn('imageur', { width: 1500, height: 950, permissions: ['microphone'] });
  ({ page } = imager);
  await page.goto(`/acts/${exam.id}/read`);
  await page.locator('#report-results').click();
  await page.keyboard.press('Control+End');
  gives('pas d’épanchement virgule pas de pneumothorax point');
  await speak();
  await imager.sees('dans « Résultats »');
  assert.equal(await page.locator('button[data-dictation]').getAttribute('aria-pressed'), 'true');
  await imager.shot('dictation-on');
  await page.keyboard.press('F8');
  await until(async () => (await value('results')) === 'Foie homogène. Pas d’épanchement, pas de pneumothorax.');
  await imager.sees(/Mots à relire.*pneumothorax/);
  await imager.shot('dictation-done');
  const { body, headers, url } = service.heard.at(-1);
  assert.equal(headers['content-type'], 'audio/wav');
  assert.match(url, /language=fr$/);
  assert.equal(body.readUInt32LE(24), 16000);
  const seconds = body.readUInt32LE(40) / 32000;
  assert.ok(seconds > 1 && seconds < 50, `${seconds} s of speech`);
  let loudest = 0;
  for (let i = 44; i + 1 < body.length; i += 2) loudest = Math.max(loudest, Math.abs(body.readInt16LE(i)));
  assert.ok(loudest > 500, `the tone of the microphone is in it: ${loudest}`);
  await page.locator('#report-results').focus();
  await page.keyboard.press('Control+z');
  await until(async () => (await value('results')) === 'Foie homogène.');
  await page.keyboard.press('Control+Shift+z');
  await until(async () => (await value('results')).endsWith('pneumothorax.'));
  await page.locator('[data-save="saved"]').waitFor();
  assert.match((await exam.imager.get(`/api/acts/${exam.id}/report`)).json.content.results, /pas de pneumothorax\.$/, 'and it is saved as what was typed');
});

ward.story('E29 what is understood late goes where it was dictated; who writes elsewhere meanwhile keeps the caret', async () => {
  gives('rate normale point', { wait: 1500 });
  await page.locator('#report-results').click();
  await page.keyboard.press('Control+End');
  await speak(800);
  await page.keyboard.press('F8');
  await imager.sees('Passage dicté en cours de transcription…');
  await page.locator('#report-conclusion').click();
  await page.keyboard.type('Examen ');
  await until(async () => (await value('results')).endsWith(' Rate normale.'));
  await page.keyboard.type('normal.');
  assert.equal(await value('conclusion'), 'Examen normal.');
});

ward.story('E29 a service that fails loses nothing: the piece is kept, and sent again on demand', async () => {
  service.answer = () => ({ status: 500, body: 'no' });
  await page.locator('#report-conclusion').click();
  await page.keyboard.press('Control+End');
  await speak(800);
  await page.keyboard.press('F8');
  await imager.sees(/Le service de dictée ne répond pas/);
  await imager.shot('dictation-failed');
  await imager.accessible('dictation failed');
  const sent = service.heard.at(-1).body;
  gives('sans suite point');
  await imager.press('Envoyer à nouveau le passage');
  await until(async () => (await value('conclusion')) === 'Examen normal. Sans suite.');
  assert.ok(service.heard.at(-1).body.equals(sent), 'the same speech');
  assert.equal(await page.getByText('Le service de dictée ne répond pas').count(), 0);
});

ward.story('E29 Escape throws the piece away; nothing leaves the page', async () => {
  const before = heard(), text = await value('conclusion');
  await speak(600);
  await page.keyboard.press('Escape');
  await page.locator('.dictation-level').waitFor({ state: 'detached' });
  await page.waitForTimeout(600);
  assert.equal(heard(), before);
  assert.equal(await value('conclusion'), text);
});

ward.story('E29 without leave for the microphone it is said what to do; without a service there is no dictation', async () => {
  await imager.context.clearPermissions();
  await imager.context.grantPermissions([]);
  await page.locator('button[data-dictation]').click();
  await imager.sees('Le navigateur refuse l’accès au micro');
  await page.route('**/api/me', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), dictation: false } });
  });
  await page.reload();
  await page.locator('#report-results').waitFor();
  assert.equal(await page.locator('button[data-dictation]').count(), 0);
});
