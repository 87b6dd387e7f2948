// The live act: who is there, the link to the patient, the checklist, drugs, incidents; each allowed beside refused, with its line in the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';

let house, first, admin, nuclear;
before(async () => {
  house = await House.start();
  first = await Exam.open(house);
  [admin, nuclear] = [await house.person('admin'), await house.person('nucleaire')];
});
after(async () => { await house?.close(); });

const WITH_CONTRAST = { ...VERDICT, protocol: { ...VERDICT.protocol, name: 'Abdomen-pelvis injecté', injection: 'contrast' } };
const lines = async (e) => (await admin.get(`/api/audit?act=${e.id}`)).json.lines;
async function traced(e, login, what, outcome, detail = /./) {
  const line = (await lines(e)).find((l) => l.actor === login && l.what === what && l.outcome === outcome);
  assert.ok(line, `${login} ${what} ${outcome} leaves a line`);
  if (outcome !== 'ok') assert.match(line.detail, detail);
}
async function another(modality = 'CT') {
  const e = Object.assign(new Exam(), first);
  const orgs = (await e.requester.get('/api/organisations')).json.organisations;
  const made = await e.requester.post('/api/acts', { kind: 'remote-exam', patient_id: e.patient.id, requester_org_id: e.site.id, site_id: e.site.id,
    imaging_id: orgs.find((o) => o.kind === 'imaging').id, modality, priority: 'urgent', region: 'Abdomen-pelvis' });
  assert.equal(made.status, 200, String(made.bytes));
  return Object.assign(e, { id: made.json.id, number: made.json.number });
}
async function running(verdict = VERDICT) {
  const e = await another();
  await e.ask(); await e.accept(verdict); await e.plan(); await e.consent(); await e.prepare();
  if (verdict !== VERDICT) await e.ok(e.physician, 'confirm-local-presence');
  await e.start();
  return e;
}
const seen = async (e) => (await e.requester.get(`/api/acts/${e.id}`)).json;

test('E23 with an injection planned the exam waits for the local physician’s own confirmation', async () => {
  const e = await another();
  await e.ask();
  const { injection, ...silent } = VERDICT.protocol;
  assert.equal(injection, 'none');
  await e.refused(e.imager, 'accept', { ...VERDICT, protocol: silent }, 409, 'injection');
  await e.accept(WITH_CONTRAST); await e.plan(); await e.consent(); await e.prepare();
  await e.refused(e.technologist, 'start', {}, 409, 'local-confirmed');
  await traced(e, 'manip', 'step start', 'refused', /local-confirmed/);
  await e.refused(e.technologist, 'confirm-local-presence', {}, 403);
  await e.ok(e.physician, 'confirm-local-presence');
  await traced(e, 'medecin', 'step confirm-local-presence', 'ok');
  await e.start();
  await e.refused(e.physician, 'local-leaves', {}, 409, 'replacement');
  const left = await e.ok(e.physician, 'local-leaves', { reason: 'Arrêt cardiaque au bloc' });
  assert.equal(left.facts.incidents.at(-1).subject, 'local-physician-left');
  await traced(e, 'medecin', 'step local-leaves', 'ok');
});

test('E14 the link is tested with the imager there; no video is attested by a page, no sound counts', async () => {
  const e = await another();
  await e.ask(); await e.accept(); await e.plan();
  const link = { means: 'telephone', reason: 'Caméra en panne', number: '01 00 00 00 06' };
  await e.refused(e.technologist, 'test-channel', link, 409, 'imager-present');
  await e.imagerComes();
  await e.refused(e.technologist, 'test-channel', { ...link, means: 'video' }, 409, 'video-attested');
  await e.refused(e.technologist, 'test-channel', { ...link, means: 'sound' }, 409, 'sound-alone');
  await e.refused(e.technologist, 'test-channel', { ...link, number: '' }, 409, 'number');
  await e.refused(e.technologist, 'media-flows', { from_imager_bytes: 1, from_patient_bytes: 1 }, 403);
  await traced(e, 'manip', 'step media-flows', 'refused');
  assert.equal((await e.ok(e.technologist, 'test-channel', link)).facts.channel.number, link.number);
  await traced(e, 'manip', 'step test-channel', 'ok');
});

test('E14 E24 a PET/CT is asked, judged and planned, and stays blocked: the video has not carried media', async () => {
  const e = await another('PT/CT');
  await e.ask({ ...REQUEST, question: 'Bilan d’extension ?' });
  await e.accept({ ...VERDICT, protocol: { ...VERDICT.protocol, name: 'TEP FDG', injection: 'radiopharmaceutical' } });
  const room = e.site.rooms.find((r) => r.modality === 'PT');
  const keeper = await house.person('secretaire');
  const [kept] = (await keeper.get(`/api/rooms/${room.id}/calendar`)).json.versions; // open at any hour, so that the day of the run does not matter
  assert.equal((await keeper.put(`/api/rooms/${room.id}/calendar`, { version: kept.version, content: { ...kept.content, hours: [], holidays: 'open' } })).status, 200);
  await e.ok(e.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 2 * 3600000, minutes: 60 });
  await e.consent();
  await e.ok(e.technologist, 'acknowledge-protocol');
  await e.ok(e.technologist, 'name-local-physician', { person_id: e.physician.me.person.id });
  await e.ok(e.physician, 'confirm-local-presence');
  await e.identify(); await e.imagerComes(); await e.sheet();
  await e.refused(e.technologist, 'test-channel', { means: 'telephone', reason: 'Panne', number: '123' }, 409, 'video');
  await e.refused(e.technologist, 'start', {}, 409, 'nuclear-physician', 'video');
  await e.refused(e.physician, 'nuclear-present', {}, 403);
  await e.ok(nuclear, 'nuclear-present');
  await traced(e, 'nucleaire', 'step nuclear-present', 'ok');
  const why = await e.refused(e.technologist, 'start', {}, 409, 'video');
  assert.equal(why.missing.length, 1, 'nothing else is missing');
  assert.match(why.text, /vidéo|video/i);
});

test('L9 E11 the device is explained and the sheet gone through; what is injected asks for allergies and kidneys', async () => {
  const e = await another();
  await e.ask(); await e.accept(WITH_CONTRAST); await e.plan();
  await e.refused(e.imager, 'explain-device', { how: 'explained' }, 403);
  await e.refused(e.technologist, 'prepare-patient', { sheet: '2026-1', renal_function: 'DFG 92' }, 409, 'allergies');
  await e.refused(e.technologist, 'prepare-patient', { sheet: '2026-1', allergies: 'Aucune' }, 409, 'renal-function');
  await traced(e, 'manip', 'step prepare-patient', 'refused', /renal-function/);
  await e.sheet();
  await traced(e, 'manip', 'step explain-device', 'ok');
});

test('L5 L2 S5 a technologist gives what is prescribed, while the local physician is there', async () => {
  const e = await running(WITH_CONTRAST);
  const dose = () => ({ kind: 'contrast', product: 'Ioméprol 400', batch: 'B12', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: house.now() });
  await e.refused(e.technologist, 'give-drug', dose(), 409, 'prescription');
  await e.refused(e.technologist, 'technologist-act', { act: 'venous-line' }, 409, 'prescription');
  await e.refused(e.technologist, 'prescribe', { kind: 'contrast', text: '90 ml' }, 403);
  const { prescriptions } = (await e.ok(e.imager, 'prescribe', { kind: 'contrast', text: 'Ioméprol 400, 90 ml IV' })).facts;
  const id = prescriptions.at(-1).id;
  await e.ok(e.technologist, 'technologist-act', { act: 'venous-line', prescription_id: id });
  await e.refused(e.technologist, 'give-drug', { ...dose(), prescription_id: id, batch: '' }, 409, 'batch');
  await e.refused(e.technologist, 'give-drug', { ...dose(), prescription_id: id, given_at_ms: house.now() + 3600000 }, 409, 'given-when');
  const { drugs } = (await e.ok(e.technologist, 'give-drug', { ...dose(), prescription_id: id })).facts;
  assert.equal(drugs[0].prescriber.id, e.imager.me.person.id);
  await traced(e, 'manip', 'step give-drug', 'refused', /given-when/);
  await traced(e, 'manip', 'step give-drug', 'ok');
});

test('E21 E23 an adverse effect nobody acknowledges is called again by itself; care is recorded before the patient leaves', async () => {
  const e = await running();
  const id = (await e.ok(e.technologist, 'report-incident', { kind: 'adverse-effect', text: 'Urticaire généralisée' })).facts.incidents.at(-1).id;
  await e.ok(e.imager, 'acknowledge-incident', { id });
  await e.refused(e.technologist, 'acknowledge-incident', { id }, 403);
  await house.advance(e.imager, 3 * 60000 + 5000);
  let one;
  for (let left = 100; left > 0 && !one?.escalations; left -= 1) { await sleep(200); one = (await seen(e)).facts.incidents.find((i) => i.id === id); }
  assert.equal(one.escalations, 1);
  await traced(e, 'system:acts', 'step escalate-incident', 'ok');
  await e.ok(e.physician, 'acknowledge-incident', { id });
  e.scan(['--most', '20']); e.scan();
  await e.imagerComes();
  await e.release();
  await e.refused(e.technologist, 'patient-left', {}, 409, 'care');
  await e.refused(e.imager, 'record-care', { id, text: 'x', outcome: 'y', care_at_ms: house.now() }, 403);
  await e.ok(e.physician, 'record-care', { id, text: 'Antihistaminique IV', outcome: 'Régression en 20 minutes', care_at_ms: house.now() });
  assert.equal((await e.ok(e.technologist, 'patient-left')).state, 'left');
  await traced(e, 'manip', 'step patient-left', 'refused', /care/);
  await traced(e, 'medecin', 'step record-care', 'ok');
});
