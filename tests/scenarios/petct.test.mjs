// A PET/CT at a distance from the request to the delivered report: video that carried, nuclear physician on site, a dose prepared, given, told by the images too, and settled.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, openPage, REQUEST, VERDICT } from '../exam.mjs';
import { folder, nothingFromSanitizers } from '../dicom.mjs';

let house, exam, nuclear, keeper, pharmacist, prescription;
const pages = [];
before(async () => {
  house = await House.start();
  exam = await Exam.open(house, { modality: 'PT/CT', region: 'Corps entier' });
  [nuclear, keeper, pharmacist] = await Promise.all(['nucleaire', 'secretaire', 'pharmacien'].map((one) => house.person(one)));
});
after(async () => { pages.forEach((one) => one.terminate()); await house?.close(); });

const seen = async () => (await exam.imager.get(`/api/acts/${exam.id}`)).json;
async function soon(what, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) { const found = await what(); if (found) return found; }
  return assert.fail('it did not come');
}
async function sits(person, seat) {
  const socket = await openPage(house, person);
  pages.push(socket);
  const say = (type, more) => socket.send(JSON.stringify({ type, act: exam.id, ...more }));
  say('room-join', { seat });
  return say;
}
// Both ends see and hear each other, as their pages report.
async function watch() {
  const imager = await sits(exam.imager, 'imager'), patient = await sits(exam.technologist, 'patient');
  for (let s = 1; !(await seen()).facts.video?.both_ways; s++) {
    assert.ok(s < 15, 'the video is not acknowledged');
    const sent = { audio: 6000 * s, video: 90000 * s, frames: 25 * s }, got = { audio: 5900 * s, video: 88000 * s, frames: 24 * s };
    imager('room-report', { level: 'high', links: [{ seat: 'patient', sent, got, relay: false }] });
    patient('room-report', { level: 'high', links: [{ seat: 'imager', sent, got, relay: false }] });
    await sleep(1000);
  }
}
const DOSE = { kind: 'radiopharmaceutical', product: 'Fluorodésoxyglucose', batch: 'F18-1130', radionuclide: 'F-18' };

test('E10 E19 a PET/CT is asked, judged, planned and prepared; nothing starts without the nuclear physician and the video', async () => {
  await exam.ask({ ...REQUEST, reason: 'Carcinome bronchique prouvé.', question: 'Bilan d’extension ?', diabetes: '' });
  const pet = { ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } };
  await exam.refused(exam.imager, 'accept', pet, 409, 'diabetes'); // E5: sugar decides of the picture
  await exam.ok(exam.imager, 'ask-information', { text: 'Diabète ?' });
  await exam.ok(exam.requester, 'edit-request', { diabetes: 'no' });
  const { questions } = (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts;
  await exam.ok(exam.requester, 'answer-information', { id: questions.at(-1).id, text: 'Non diabétique.' });
  await exam.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } });
  const room = exam.site.rooms.find((one) => one.modality === 'PT');
  const [kept] = (await keeper.get(`/api/rooms/${room.id}/calendar`)).json.versions; // open at any hour: the day of the run does not matter
  assert.equal((await keeper.put(`/api/rooms/${room.id}/calendar`, { version: kept.version, content: { ...kept.content, hours: [], holidays: 'open' } })).status, 200);
  await exam.ok(exam.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 2 * 3600000, minutes: 60 });
  await exam.consent();
  await exam.ok(exam.technologist, 'acknowledge-protocol');
  await exam.ok(exam.technologist, 'name-local-physician', { person_id: exam.physician.me.person.id });
  await exam.ok(exam.physician, 'confirm-local-presence');
  await exam.identify();
  await exam.imagerComes();
  await exam.sheet();
  await exam.refused(exam.technologist, 'start', {}, 409, 'nuclear-physician', 'video');
  await exam.ok(nuclear, 'nuclear-present');
  await exam.refused(exam.technologist, 'start', {}, 409, 'video');
});

test('E14 the video carries in both directions, and the exam starts by that alone', async () => {
  await watch();
  assert.equal((await exam.start()).state, 'running');
});

test('L2 S5 the dose is prescribed, prepared by the pharmacy and given of that batch, not more than prepared', async () => {
  prescription = (await exam.ok(exam.imager, 'prescribe', { kind: 'radiopharmaceutical', text: 'FDG (18F), 250 MBq IV' })).facts.prescriptions[0].id;
  await exam.ok(pharmacist, 'prepare-dose', { ...DOSE, prescription_id: prescription, activity_mbq: 260, calibrated_at_ms: house.now(), expires_at_ms: house.now() + 4 * 3600000 });
  const given = { ...DOSE, prescription_id: prescription, prepared_id: (await seen()).facts.prepared_doses[0].id, activity_mbq: 250, dose: 1, unit: 'ml', route: 'intravenous', given_at_ms: house.now() };
  await exam.refused(exam.technologist, 'give-drug', { ...given, batch: 'AUTRE' }, 409, 'prepared-batch');
  const { drugs } = (await exam.ok(exam.technologist, 'give-drug', given)).facts;
  assert.deepEqual([drugs[0].activity_mbq, drugs[0].batch], [250, 'F18-1130']);
});

test('E25 L2 what the images tell of the dose is compared with what was given; the report is signed once that is settled', async () => {
  exam.scan(['--clock-off', '-60']);
  const [told] = await soon(async () => { const list = (await seen()).facts.drugs_seen ?? []; return list.length && list; });
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const report = await exam.read({ conclusion: 'Fixation hilaire droite intense.' });
  assert.notEqual(told.state, 'agrees', 'the console’s clock is an hour behind: an injection before the exam began');
  await house.advance(exam.imager, 31000);
  await exam.refused(exam.imager, 'sign', { revision: report.revision, sha256: report.sha256, proof: { kind: 'totp', code: exam.imager.code() } }, 409, 'drug-seen');
  await exam.refused(exam.physician, 'settle-drug', { id: told.id, decision: 'take' }, 409, 'drug-problem');
  await exam.ok(exam.physician, 'settle-drug', { id: told.id, decision: 'set-aside', reason: 'Horloge de la console ; l’administration notée est la vraie.' });
  await exam.sign(await exam.read({ conclusion: 'Fixation hilaire droite intense.' }));
  const act = await exam.until('delivered');
  assert.ok(act.facts.nuclear_presence.people.some((one) => one.person_id === nuclear.me.person.id), 'who was on site stands in the act');
  const pdf = path.join(folder(house, 'petct-report'), 'report.pdf');
  fs.writeFileSync(pdf, (await exam.requester.get(`/api/acts/${exam.id}/report.pdf`)).bytes);
  const printed = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  assert.match(printed, /TEP/);
  assert.match(printed, new RegExp(`Médecin nucléaire ${nuclear.me.person.name}`), 'E24 E29 the report names the nuclear physician on site');
  assert.match(printed, /250 MBq.*F18-1130/);
  assert.match(printed, /Dose délivrée au patient Activité administrée : Fluorodésoxyglucose, F-18, 250 MBq, voie intraveineuse/, 'L6 the activity is the dose');
  assert.match(printed, /Produit dose-longueur total \(PDL\) : 119/, 'L6 and its CT has its own');
  assert.ok(!/sans rayonnement/.test(printed));
});

test('E31 E34 E35 L10 the report is read, told to the patient, kept in everybody’s record, and the act is closed', async () => {
  await exam.ok(exam.requester, 'acknowledge');
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Résultat expliqué.' });
  await exam.ok(exam.requester, 'patient-copy', { how: 'paper' });
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'none' });
  await exam.finish();
  for (const person of [nuclear, pharmacist]) {
    const { people } = (await exam.requester.get(`/api/acts/${exam.id}/record-entry`)).json;
    if (people.some((one) => one.id === person.me.person.id && !one.kept_at_ms)) await exam.ok(person, 'confirm-record', { where: 'Dossier du service' });
    if (person === nuclear) assert.ok(people.some((one) => one.id === nuclear.me.person.id), 'E24 L10: who stood by keeps an entry');
  }
  assert.equal((await exam.ok(exam.requester, 'close')).state, 'closed');
});

test('E25 L2 a console that is right tells what the act has recorded: nothing is to be settled, the images are an hour later', async () => {
  const pet = await Exam.open(house, { modality: 'PT/CT', region: 'Corps entier', like: exam });
  exam = pet;
  await pet.ask({ ...REQUEST, reason: 'Carcinome bronchique prouvé.', question: 'Contrôle ?' });
  await pet.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } });
  const room = pet.site.rooms.find((one) => one.modality === 'PT');
  await pet.ok(pet.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 4 * 3600000, minutes: 60 });
  await pet.consent();
  await pet.ok(pet.technologist, 'acknowledge-protocol');
  await pet.ok(pet.technologist, 'name-local-physician', { person_id: pet.physician.me.person.id });
  await pet.ok(pet.physician, 'confirm-local-presence');
  await pet.identify();
  await pet.imagerComes();
  await pet.sheet();
  await pet.ok(nuclear, 'nuclear-present');
  await watch();
  await pet.start();
  const id = (await pet.ok(pet.imager, 'prescribe', { kind: 'radiopharmaceutical', text: 'FDG (18F), 255 MBq IV' })).facts.prescriptions[0].id;
  await pet.ok(pet.technologist, 'give-drug', { ...DOSE, prescription_id: id, activity_mbq: 255, dose: 1, unit: 'ml', route: 'intravenous', given_at_ms: house.now() });
  pet.scan();
  const [told] = await soon(async () => { const list = (await seen()).facts.drugs_seen ?? []; return list.length && list; });
  const { drugs } = (await seen()).facts;
  assert.deepEqual([told.state, told.activity_mbq, Math.abs(told.given_at_ms - drugs[0].given_at_ms) < 1000], ['agrees', 255, true], JSON.stringify(told));
  const [step] = (await seen()).facts.performed;
  const wall = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const near = [-1, 0, 1].map((minutes) => wall.format(Date.now() + minutes * 60000).replace(':', ''));
  assert.ok(near.includes(step.started.replace(/^\d{8}/, '').slice(0, 4)), `the scanner’s own clock is that of its site: ${step.started}`);
});

test('the sanitizers found nothing', () => nothingFromSanitizers(house));
