// X6 E13: a notice that comes while a form is open leaves the form usable, on a telephone as on a screen; it closes from the keyboard, and is said aloud.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { until, Ward } from './visit.mjs';

const ward = new Ward();
let exam, technologist;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.started(ward.house);
  await ward.house.advance(exam.technologist, 31000);
  technologist = await ward.come('manip');
  await technologist.page.setViewportSize({ width: 390, height: 844 });
  await technologist.signIn();
});
after(async () => { await ward.close(); });

const notices = () => technologist.page.locator('.mantine-Notification-root');
const ask = (text) => exam.ok(exam.imager, 'order', { to: 'technologist', kind: 'protocol', text, due_min: 10 });
const box = async (locator) => { const b = await locator.boundingBox(); return { top: b.y, bottom: b.y + b.height, left: b.x, right: b.x + b.width }; };
const apart = (a, b) => a.bottom <= b.top || b.bottom <= a.top || a.right <= b.left || b.right <= a.left;

ward.story('X6 on a telephone a notice covers neither the form that is open nor its buttons', async () => {
  const { page } = technologist;
  await page.goto(`/acts/${exam.id}`);
  await technologist.state('En cours');
  await page.locator('button[data-step="report-incident"]').first().click();
  await technologist.dialog().waitFor();
  await ask('Coupes plus fines sur la fosse iliaque droite.');
  await ask('Puis une série en procubitus.');
  await until(async () => (await notices().count()) === 2, 'two notices');
  await technologist.shot('notice-390-dialog');
  for (const notice of await notices().all()) {
    assert.equal(await notice.getAttribute('role'), 'alert');
    const at = await box(notice);
    assert.ok(apart(at, await box(technologist.page.locator('.mantine-Modal-content'))), 'over the dialog');
    const buttons = await technologist.dialog().getByRole('button').all();
    for (const button of buttons) {
      await button.scrollIntoViewIfNeeded();
      assert.ok(apart(at, await box(button)), `over ${await button.innerText()}`);
    }
  }
  await technologist.accessible('notices over a dialog');
});

ward.story('X6 Alt+X closes the last notice, from a field of a dialog too; the dialog stays', async () => {
  await technologist.dialog().getByRole('textbox').first().focus();
  await technologist.page.keyboard.press('Alt+KeyX');
  await until(async () => (await notices().count()) === 1, 'one is closed');
  await technologist.dialog().waitFor();
  await technologist.page.keyboard.press('Escape');
  await technologist.dialog().waitFor({ state: 'hidden' });
  await technologist.page.evaluate(() => window.scrollTo(0, 0));
  const head = await box(technologist.page.getByRole('banner')), notice = await box(notices().first());
  await technologist.shot('notice-390-page');
  assert.ok(apart(notice, head), 'over the head of the page');
  await technologist.button('Fermer cet avis').click();
  await until(async () => (await notices().count()) === 0, 'none is left');
  await until(async () => (await box(technologist.page.getByRole('banner'))).top === 0, 'the page takes its place again');
});

ward.story('X6 on a wide screen notices stand in the corner; when the window grows narrow they move, and are never drawn twice', async () => {
  await technologist.page.setViewportSize({ width: 1280, height: 800 });
  await ask('Une dernière série.');
  await until(async () => (await notices().count()) === 1, 'the notice');
  await technologist.shot('notice-1280');
  assert.ok((await box(notices().first())).top > 500, 'in the lower corner');
  const { page } = technologist;
  await page.evaluate(() => {
    window.most = 0;
    const look = () => { window.most = Math.max(window.most, document.querySelectorAll('.mantine-Notification-root').length); window.watch = requestAnimationFrame(look); };
    look();
  });
  for (const width of [1000, 1200, 1000]) {
    await page.setViewportSize({ width, height: 800 });
    await until(async () => { const { top } = await box(notices().first()); return width > 1100 ? top > 500 : top < 200; }, `in its place at ${width}`);
  }
  assert.equal(await page.evaluate(() => window.most), 1, 'never drawn twice');
});
