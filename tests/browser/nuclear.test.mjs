// Before the start, at the page: the link between imager and patient, the device shown to the patient, and in nuclear medicine the physician on site and the video.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { Ward } from './visit.mjs';

const ward = new Ward();
let exam, pet, technologist, nuclear, physician;
before(async () => {
  Object.assign(ward, await Ward.open());
  const { house } = ward;
  exam = await Exam.open(house);
  await exam.consent();
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await almost(exam);
  pet = await Exam.open(house, { modality: 'PT/CT', like: exam });
  await pet.ask({ ...REQUEST, question: 'Bilan d’extension ?' });
  await pet.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } });
  const room = pet.site.rooms.find((r) => r.modality === 'PT');
  const keeper = await house.person('secretaire');
  const [kept] = (await keeper.get(`/api/rooms/${room.id}/calendar`)).json.versions; // open at any hour, so that the day of the run does not matter
  assert.equal((await keeper.put(`/api/rooms/${room.id}/calendar`, { version: kept.version, content: { ...kept.content, hours: [], holidays: 'open' } })).status, 200);
  await pet.ok(pet.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 2 * 3600000, minutes: 60 });
  await pet.consent();
  await almost(pet);
  await pet.ok(pet.physician, 'confirm-local-presence');
  await house.advance(exam.requester, 31000); // the codes just used are refused until the next step
  technologist = await ward.signedIn('manip');
});
after(async () => { await ward.close(); });

// All but what these stories are about.
async function almost(e) {
  await e.ok(e.technologist, 'acknowledge-protocol');
  await e.ok(e.technologist, 'name-local-physician', { person_id: e.physician.me.person.id });
  await e.identify();
  await e.imagerComes();
}
const row = (visit, title) => visit.page.locator('li.check-row').filter({ hasText: title });
const start = () => technologist.page.locator('.start').getByRole('button', { name: 'Commencer l’examen' });
const missing = () => technologist.page.locator('.start .missing li');
const codes = (refused) => refused.json.error.missing.map((one) => one.code);

ward.story('E14 radiology: the link is tested before the start; another direct means has its reason, its number and its time, and is never the sound', async () => {
  const { page } = technologist;
  await page.goto(`/acts/${exam.id}`);
  const link = row(technologist, 'Liaison imageur–patient testée');
  await link.getByText('Vidéo non ouverte, aucun autre moyen testé').waitFor();
  await missing().getByText('La liaison entre l’imageur et le patient n’est pas testée', { exact: false }).waitFor();
  assert.equal(await start().isDisabled(), true);
  assert.ok(codes(await technologist.step(exam.id, 'start')).includes('channel'));
  await technologist.accessible('before the start, link not tested');
  await technologist.press('Tester la liaison avec le patient', link);
  const form = technologist.dialog();
  assert.deepEqual(await form.getByRole('radio').allInnerTexts(), ['Téléphone', 'Autre visioconférence'], 'neither the sound nor a video that is only said');
  await technologist.choose('Moyen', 'Téléphone', form);
  const send = form.locator('button[type="submit"]');
  await send.click();
  assert.equal(await form.getByText('À remplir.').count(), 2, 'number and reason are asked for');
  await technologist.write(/Numéro/, 'poste 6', form);
  await technologist.write('Pourquoi pas la vidéo', 'Caméra de la salle en panne ce jour.', form);
  await send.click();
  await form.getByRole('alert').getByText('Notez le numéro', { exact: false }).first().waitFor();
  await technologist.shot('nuclear-1-link-refused');
  await technologist.accessible('link refused');
  await technologist.write(/Numéro/, '01 00 00 00 06', form);
  await send.click();
  await form.waitFor({ state: 'hidden' });
  await link.getByText(/Téléphone · 01 00 00 00 06 · Caméra de la salle en panne ce jour\. · .*\d{1,2}[: h]\d{2}/).waitFor();
  await link.getByRole('img', { name: 'Fait' }).waitFor();
  assert.deepEqual(codes(await technologist.step(exam.id, 'test-channel', { means: 'sound', reason: 'Micro seul', number: '01 00 00 00 06' })), ['sound-alone']);
  assert.deepEqual(codes(await technologist.step(exam.id, 'test-channel', { means: 'video', reason: 'Vu', number: '01 00 00 00 06' })), ['video-attested']);
});

ward.story('L9 the device is explained to the patient or tried, apart from the preparation sheet; without it nothing starts', async () => {
  const { page } = technologist;
  const device = row(technologist, 'Dispositif expliqué au patient'), sheet = row(technologist, 'Fiche de préparation, allergies');
  await exam.ok(exam.technologist, 'prepare-patient', { sheet: 'Fiche de préparation 2026-1', allergies: 'Aucune', renal_function: 'DFG 92 mL/min, hier', pregnancy: 'not-applicable' });
  await sheet.getByText('Fiche de préparation 2026-1', { exact: false }).waitFor();
  await device.getByRole('img', { name: 'À faire' }).waitFor();
  assert.equal(await start().isDisabled(), true, 'the sheet says nothing of the device');
  assert.deepEqual(codes(await technologist.step(exam.id, 'start')), ['device-explained']);
  await technologist.press('Dispositif expliqué', device);
  await technologist.choose('Comment', 'Essayé avec le patient', technologist.dialog());
  await technologist.shot('nuclear-2-device');
  await technologist.dialog().locator('button[type="submit"]').click();
  await device.getByText(/Essayé avec le patient · .*PETIT/).waitFor();
  await start().and(page.locator(':enabled')).click();
  await technologist.press('Commencer l’examen', technologist.dialog());
  await technologist.state('En cours');
  await technologist.shot('nuclear-3-started');
  await technologist.accessible('exam running');
});

ward.story('E24 a nuclear physician on site is missing until that person confirms; nobody confirms for somebody else', async () => {
  const { page } = technologist;
  await pet.sheet();
  await page.goto(`/acts/${pet.id}`);
  const there = row(technologist, 'Médecin nucléaire sur place, confirmé par lui');
  await there.getByText('Aucun médecin nucléaire n’a confirmé sa présence').waitFor();
  await there.getByRole('img', { name: 'À faire' }).waitFor();
  assert.equal(await there.getByRole('button').count(), 0, 'not offered to a technologist');
  await missing().getByText('médecin nucléaire', { exact: false }).first().waitFor();
  await there.scrollIntoViewIfNeeded();
  await technologist.shot('nuclear-4-nobody');
  await technologist.accessible('nuclear medicine, nobody on site');
  physician = await ward.signedIn('medecin');
  for (const who of [technologist, physician]) assert.equal((await who.step(pet.id, 'nuclear-present')).status, 403);
  nuclear = await ward.signedIn('nucleaire');
  await nuclear.page.locator('a.home-link').filter({ hasText: 'DUPONT-MOREAU' }).first().click();
  await nuclear.page.waitForURL(new RegExp(`/acts/${pet.id}`));
  await nuclear.press('Je suis le médecin nucléaire sur place');
  await there.getByText(/LAMBERT/).waitFor();
  await there.getByRole('img', { name: 'Fait' }).waitFor();
  await nuclear.shot('nuclear-5-physician');
  await nuclear.accessible('act of the nuclear physician');
  await nuclear.page.locator('details.others summary').click();
  await nuclear.press('Je quitte le site');
  await nuclear.dialog().locator('button[type="submit"]').click();
  await there.getByText('Aucun médecin nucléaire n’a confirmé sa présence').waitFor();
  await nuclear.press('Je suis le médecin nucléaire sur place');
  await there.getByText(/LAMBERT/).waitFor();
});

ward.story('E14 nuclear medicine: without a video that carried media the act is blocked, and the page says why; no other means replaces it', async () => {
  const video = row(technologist, 'Vidéo entre l’imageur et le patient (obligatoire)');
  await video.getByText('La vidéo n’est pas ouverte ; aucun autre moyen ne la remplace').waitFor();
  assert.equal(await video.getByRole('button', { name: 'Tester la liaison avec le patient' }).and(technologist.page.locator(':enabled')).count(), 0);
  await missing().getByText('vidéo', { exact: false }).first().waitFor();
  assert.equal(await missing().count(), 1, 'nothing else is missing');
  assert.match(await missing().innerText(), /image et (le )?son|dans les deux sens/);
  assert.equal(await start().isDisabled(), true);
  assert.deepEqual(codes(await technologist.step(pet.id, 'start')), ['video']);
  assert.deepEqual(codes(await technologist.step(pet.id, 'test-channel', { means: 'telephone', reason: 'Panne', number: '01 00 00 00 06' })), ['video']);
  assert.equal((await technologist.step(pet.id, 'media-flows', { from_imager_bytes: 1, from_patient_bytes: 1 })).status, 403, 'no page attests it');
  await start().scrollIntoViewIfNeeded();
  await technologist.shot('nuclear-6-no-video');
  await technologist.accessible('nuclear medicine blocked for want of video');
  await technologist.page.setViewportSize({ width: 390, height: 844 });
  const wide = await technologist.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing to scroll sideways, but ${wide} px`);
  await technologist.shot('nuclear-7-no-video-390');
});
