// Who may see an act and until when, at the page: what the patient objects to, the site's own confirmation, and the end of every access after the last duty.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam } from '../exam.mjs';
import { Visit, Ward } from './visit.mjs';

const DAY_MS = 86400000;
const ward = new Ward();
let exam, requester, imager, technologist;
before(async () => {
  Object.assign(ward, await Ward.open());
  exam = await Exam.open(ward.house);
  await ward.house.advance(exam.requester, 31000); // the codes just used are refused until the next step
  requester = await ward.signedIn('demandeur');
  imager = await ward.signedIn('imageur');
  technologist = await ward.signedIn('manip');
});
after(async () => { await ward.close(); });

const act = (visit) => visit.page.goto(`/acts/${exam.id}`);
const unseen = (visit) => visit.page.getByRole('alert').getByText('il ne vous est pas ouvert', { exact: false }).waitFor();
const seen = (visit) => visit.page.locator('.act-head').getByText('DUPONT-MOREAU', { exact: false }).waitFor();
const recipients = (visit) => visit.section('Remise du compte rendu');
const codes = (refused) => refused.json.error.missing.map((one) => one.code);

// The patient objects, or no longer does: in the dialog of the requester.
async function says(step, fill) {
  await recipients(requester).locator(`button[data-step="${step}"]`).click();
  await fill(requester.dialog());
  await requester.dialog().locator('button[type="submit"]').click();
  await requester.dialog().waitFor({ state: 'hidden' });
}

ward.story('L9 access opens with the act: a draft is not open to the imaging group, what is sent is', async () => {
  await act(imager);
  await unseen(imager);
  await imager.shot('closing-1-unseen');
  await imager.accessible('an act one does not see');
  await exam.consent();
  await exam.ask();
  await imager.page.reload();
  await seen(imager);
  await exam.accept();
  await exam.plan();
  await act(technologist);
  await seen(technologist);
});

ward.story('L8 the patient objects to the imaging group: its access closes at once, the site may not start, and both are told why', async () => {
  await act(requester);
  await says('record-objection', async (form) => {
    await requester.choose('Qui ne doit pas recevoir le compte rendu', 'Groupe d’imagerie (accès à l’acte)', form);
    await requester.write('Ce que dit le patient', 'Ne veut pas que ses images sortent de l’hôpital.', form);
  });
  await recipients(requester).getByText('Opposition du patient, Groupe d’imagerie (accès à l’acte) : Ne veut pas que ses images sortent de l’hôpital.').waitFor();
  await requester.shot('closing-2-objection');
  await requester.accessible('act with an objection');
  await imager.page.reload();
  await unseen(imager);
  assert.equal((await imager.step(exam.id, 'imager-present')).status, 404);
  const start = technologist.page.locator('.start');
  await start.locator('.missing').getByText('Le patient s’oppose à la transmission de ses données au groupe d’imagerie', { exact: false }).waitFor();
  assert.equal(await start.getByRole('button', { name: 'Commencer l’examen' }).isDisabled(), true);
  assert.ok(codes(await technologist.step(exam.id, 'start')).includes('objection'));
  const told = await technologist.page.locator('li.check-row').filter({ hasText: 'Créneau et salle' }).boundingBox();
  assert.ok(told.height < 200, `why the slot cannot be moved leaves room for what it is, but ${told.height} px`);
  await technologist.shot('closing-3-start-blocked');
  await technologist.accessible('start blocked by an objection');
  await says('lift-objection', (form) => requester.write('Ce que dit le patient', 'Rassuré, accepte.', form));
  await imager.page.reload();
  await seen(imager);
  await start.locator('.missing').getByText('s’oppose', { exact: false }).waitFor({ state: 'hidden' });
});

ward.story('L8 the patient objects to a recipient: the delivery is blocked, an access already handed closes, and whoever sends is told', async () => {
  await exam.prepare();
  await exam.start();
  exam.scan(); // whole: the dose report comes last
  await exam.ok(exam.requester, 'designate-recipient', { name: 'Dr Lise ROY', part: 'Gynécologue', designated_at_ms: ward.house.now() });
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.sign(await exam.read());
  const { deliveries } = (await exam.until('delivered')).facts;
  const line = deliveries.find((one) => one.name === 'Dr Lise ROY');
  const handed = (await exam.requester.post(`/api/acts/${exam.id}/deliveries/${line.id}/access`)).json;
  const group = recipients(requester).getByRole('group', { name: 'Dr Lise ROY' });
  await group.getByText('accès remis le', { exact: false }).waitFor();
  await says('record-objection', async (form) => {
    await requester.choose('Qui ne doit pas recevoir le compte rendu', 'Désigné par le patient', form);
    await form.getByText('Dr Lise ROY, Gynécologue').waitFor();
    await requester.write('Ce que dit le patient', 'Je ne veux pas qu’elle le reçoive.', form);
  });
  await group.getByText('le patient s’y oppose', { exact: false }).waitFor();
  await recipients(requester).getByText('Opposition du patient, Dr Lise ROY : Je ne veux pas qu’elle le reçoive.').waitFor();
  assert.equal(await group.getByRole('button').count(), 0, 'neither an access nor an attempt is offered');
  await group.scrollIntoViewIfNeeded();
  await requester.shot('closing-4-delivery-blocked');
  await requester.accessible('delivery the patient objects to');
  const tried = await requester.step(exam.id, 'try-delivery', { id: line.id, how: 'paper', reached: 'yes' });
  assert.deepEqual([tried.status, ...codes(tried)], [409, 'objection']);
  const again = await requester.post(`/api/acts/${exam.id}/deliveries/${line.id}/access`);
  assert.equal(again.status, 409);
  assert.match(again.json.error.text, /s’oppose/);
  const guest = new Visit(ward, 'guest');
  await guest.open({ width: 390, height: 844 });
  ward.visits.push(guest);
  await guest.page.goto(handed.link);
  await guest.page.getByLabel('Code à huit chiffres').fill(handed.code);
  await guest.press('Ouvrir le compte rendu');
  await guest.page.getByRole('alert').getByText('n’ouvrent rien', { exact: false }).waitFor();
  await guest.page.close();
});

ward.story('E30 the site’s service has a task: late, it is listed as such; all three are confirmed, by the service itself', async () => {
  await ward.house.advance(exam.requester, 4 * DAY_MS);
  for (const one of [exam.requester, exam.imager, exam.technologist]) await one.signIn(); // longer than a session lives
  await ward.house.advance(exam.requester, 31000);
  for (const one of [requester, technologist]) await one.signIn();
  const { page } = technologist;
  await page.goto('/duties');
  const late = () => page.locator('li.duty-row').filter({ hasText: 'Compte rendu, incidents et archive à confirmer' });
  await late().getByText('en retard depuis le', { exact: false }).waitFor();
  await page.locator('label').filter({ hasText: /^En retard/ }).click();
  await late().getByText(exam.number, { exact: false }).waitFor();
  await technologist.shot('closing-5-overdue');
  await technologist.accessible('overdue duties');
  await late().getByRole('link').click();
  await seen(technologist);
  await technologist.press('Confirmer pour le service');
  const form = technologist.dialog();
  for (const label of ['Le compte rendu est conservé', 'Les incidents, ou leur absence', 'Les images sont archivées']) await form.getByLabel(label, { exact: false }).uncheck();
  await form.getByLabel('Le compte rendu est conservé', { exact: false }).check();
  await form.getByLabel('Les incidents, ou leur absence', { exact: false }).check();
  await form.locator('button[type="submit"]').click();
  await form.getByText('À remplir.').or(form.getByRole('alert')).first().waitFor();
  await technologist.shot('closing-6-two-of-three');
  await technologist.accessible('site check, two of three');
  const two = { report_kept: true, incidents_kept: true, images_archived: false };
  assert.deepEqual(codes(await technologist.step(exam.id, 'confirm-site', two)), ['three-confirmed']);
  assert.equal((await requester.step(exam.id, 'confirm-site', { ...two, images_archived: true })).status, 403, 'nobody for the service');
  await form.getByLabel('Les images sont archivées', { exact: false }).check();
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: 'hidden' });
  await page.locator('li.check-row').filter({ hasText: 'E30' }).getByText(/PETIT/).waitFor();
  await page.goto('/duties');
  await page.getByRole('heading', { name: 'Suites à donner' }).waitFor();
  await late().waitFor({ state: 'hidden' });
});

ward.story('L9 the act is closed after its last duty, and every access ends with its days', async () => {
  await act(requester);
  await exam.ok(exam.requester, 'acknowledge');
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Expliqué.' });
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'none' });
  for (const line of (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts.deliveries.filter((one) => one.to === 'treating-physician'))
    await exam.ok(exam.requester, 'try-delivery', { id: line.id, how: 'secure-message', reached: 'yes' });
  const close = requester.page.locator('button[data-step="close"]');
  await close.waitFor();
  assert.equal(await close.isDisabled(), true, 'records are still to be kept');
  await requester.section('À faire').locator('.missing').first().waitFor();
  await requester.shot('closing-7-not-yet');
  assert.deepEqual([...new Set(codes(await requester.step(exam.id, 'close')))], ['records'], 'a line for each of them, and nothing else');
  await exam.keepRecords();
  await close.and(requester.page.locator(':enabled')).click();
  await requester.press('Clore l’acte', requester.dialog());
  await requester.state('Clos');
  await requester.accessible('closed act');
  await ward.house.advance(exam.requester, 31 * DAY_MS);
  for (const one of [requester, imager]) {
    await one.signIn();
    await act(one);
    await unseen(one);
  }
  await requester.shot('closing-8-over');
});
