// A CT with contrast at night, in an emergency: the imager on duty, and the local physician who confirms by himself.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { Ward } from './visit.mjs';

const WITH_CONTRAST = { ...VERDICT, protocol: { ...VERDICT.protocol, name: 'Abdomen-pelvis injecté', injection: 'contrast' } };
const ward = new Ward();
let exam, requester, imager, technologist, physician;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  const admin = await house.person('admin');
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: 'Europe/Paris' }).format(new Date(house.now())));
  await house.advance(admin, ((22 - hour + 24) % 24) * 3600000 + 31000); // between 22 and 23 o'clock at the site
  exam = await Exam.open(house, { priority: 'emergency' });
  exam.imager = await house.person('imageur2');
  await house.advance(exam.requester, 31000);
  requester = await ward.signedIn('demandeur');
  imager = await ward.signedIn('imageur2');
  technologist = await ward.signedIn('manip');
  physician = await ward.signedIn('medecin');
});
after(async () => { await ward.close(); });

ward.story('O2 S7 at night the request goes to the imager on duty, and says why', async () => {
  await exam.consent();
  await exam.ask({ ...REQUEST, question: 'Dissection aortique ?' });
  await imager.page.goto('/imaging');
  const row = imager.page.getByRole('row').filter({ hasText: 'DUPONT-MOREAU' });
  await row.first().waitFor();
  await imager.page.goto(`/acts/${exam.id}`);
  const assignment = imager.section('Attribution');
  await assignment.getByText(/HADDAD/).first().waitFor();
  await imager.shot('night-01-assignment');
  await imager.accessible('act given to the imager on duty');
  await imager.sees('Dr Anne PERRIN'); // the treating physician is named
  await assignment.locator('button[data-step="take"]').click();
  await assignment.getByText(/pris en charge|prise en charge|pris/i).first().waitFor();
  const refused = await technologist.step(exam.id, 'take');
  assert.equal(refused.status, 403);
});

ward.story('E23 the local physician confirms by himself that he is there; without it nothing is injected', async () => {
  await exam.accept(WITH_CONTRAST);
  await exam.plan();
  await exam.prepare();
  const refused = await technologist.step(exam.id, 'start');
  assert.equal(refused.status, 409);
  await physician.page.goto(`/acts/${exam.id}`);
  await physician.shot('night-02-local-physician');
  await physician.accessible('act page of the local physician');
  await physician.press('Je suis sur place et joignable');
  await technologist.page.goto(`/acts/${exam.id}`);
  const start = technologist.page.locator('.start').getByRole('button', { name: 'Commencer l’examen' });
  await start.and(technologist.page.locator(':enabled')).waitFor();
  await start.click();
  await technologist.press('Commencer l’examen', technologist.dialog());
  await technologist.state('En cours');
});
