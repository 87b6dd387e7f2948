// E22 on the page: what is missing is shown to the technologist and to the imager as it is found, and goes when the image has come.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, imager, technologist;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
  await ward.house.advance(exam.requester, 31000);
  imager = await ward.signedIn('imageur');
  technologist = await ward.signedIn('manip');
  for (const v of [imager, technologist]) await v.page.goto(`/acts/${exam.id}`);
});
after(async () => { await ward.close(); });

ward.story('E22 an image withheld by the machine is named on both pages, without a reload', async () => {
  await ward.play(exam.number, ['--withhold', '3', '--most', '40']);
  for (const v of [imager, technologist]) {
    const note = v.page.locator('[data-completeness="short"]').first();
    await note.getByText('Il manque 1 image').waitFor();
    await note.getByText(/l’image n° 3 manque|que l’appareil dit avoir produite/).first().waitFor();
    await v.page.getByText(/MODALITY1\s: étape terminée/).waitFor();
    await v.accessible('completeness');
  }
  await technologist.shot('65-missing-technologist');
  await imager.page.locator('[data-completeness="short"]').last().scrollIntoViewIfNeeded();
  await imager.shot('66-missing-imager');
});

ward.story('E22 it has come: both pages say that nothing is missing', async () => {
  await ward.play(exam.number, ['--most', '41', '--no-steps', 'yes']);
  for (const v of [imager, technologist]) await v.page.locator('[data-completeness="whole"]').first().waitFor();
  assert.equal(await technologist.page.locator('[data-completeness="short"]').count(), 0);
  await imager.shot('67-whole-imager');
});
