// How to prepare, on the patient's own page: once there is an hour, in both languages, and nobody else's.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Exam, REQUEST } from '../exam.mjs';
import { House } from '../house.mjs';

let house, exam, patient;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house, { patient: 'LEM', born: '1958-03-28' });
  patient = await house.person('patiente');
});
after(async () => { await house?.close(); });

test('E3 E10 E34 the preparation sheet stands on the patient’s page once a slot is fixed, and not before', async () => {
  const own = async (id = exam.id) => patient.get(`/api/patient/acts/${id}`);
  await exam.consent();
  await exam.ask({ ...REQUEST, pregnancy: 'no' });
  await exam.accept();
  assert.equal((await own()).json.sheet, undefined, 'no hour, nothing to prepare for');
  await exam.plan();
  const { sheet } = (await own()).json;
  for (const lang of ['fr', 'en']) {
    assert.ok(sheet[lang].sheet.title && sheet[lang].arrive, `${lang}: ${JSON.stringify(sheet)}`);
    assert.ok(sheet[lang].sheet.before.length + sheet[lang].sheet.day.length > 0);
  }
  assert.notEqual(sheet.fr.sheet.title, sheet.en.sheet.title);
  const other = await Exam.open(house, { like: exam });
  assert.equal((await own(other.id)).status, 404);
});
