// What must be settled before the exam: consent, request, relevance, protocol, identity, planning. Every rule allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';
import { House } from '../house.mjs';

let house, admin, first;
before(async () => { house = await House.start(); admin = await house.person('admin'); first = await Exam.open(house); });
after(() => house?.close());

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const lines = async (query) => (await admin.get(`/api/audit?${query}`)).json.lines;
const traced = async (e, what, outcome, detail = /./) => {
  const found = (await lines(`act=${e.id}`)).some((l) => l.what === what && l.outcome === outcome && (outcome === 'ok' || detail.test(l.detail ?? '')));
  assert.ok(found, `${what} ${outcome} ${detail} in the trace`);
};
const attach = (e, person, name, bytes) => person.post(`/api/acts/${e.id}/documents?name=${encodeURIComponent(name)}`, bytes);
const another = (options) => Exam.open(house, { like: first, ...options });
const planned = async (options) => { const e = await another(options); await e.ask(); await e.accept(); await e.plan(); return e; };

test('E3 L8 information covers the consent it is given for; a representative is named; a written consent is attached', async () => {
  const e = await planned();
  await e.ok(e.requester, 'record-information', { subject: 'act', version: 'Note 2026-1', language: 'pt', interpreter: 'Mme COSTA' });
  await e.refused(e.requester, 'record-consent', { subject: 'distance', how: 'oral' }, 409, 'information');
  await e.ok(e.requester, 'record-consent', { subject: 'act', how: 'oral' });
  await e.refused(e.technologist, 'start', {}, 409, 'information', 'consent-distance');
  await e.ok(e.technologist, 'record-information', { subject: 'distance', version: 'Note distance 2026-1', language: 'pt', interpreter: 'Mme COSTA' });
  await e.refused(e.requester, 'record-consent', { subject: 'distance', how: 'representative', representative_name: 'Anne DUPONT' }, 409, 'representative');
  await e.refused(e.requester, 'record-consent', { subject: 'distance', how: 'written' }, 409, 'document');
  await traced(e, 'step record-consent', 'refused', /document/);
  assert.equal((await attach(e, e.requester, 'note.txt', Buffer.from('bonjour'))).status, 400);
  const kept = await attach(e, e.requester, 'consentement signé.pdf', PDF);
  assert.equal(kept.status, 200, String(kept.bytes));
  assert.equal(kept.json.documents[0].name, 'consentement signé.pdf');
  await e.refused(e.requester, 'record-consent', { subject: 'distance', how: 'written', document_id: kept.json.id + 1 }, 409, 'document-known');
  const act = await e.ok(e.requester, 'record-consent', { subject: 'distance', how: 'written', document_id: kept.json.id });
  assert.equal(act.facts.consent_distance.document_id, kept.json.id);
  const read = await e.technologist.get(`/api/acts/${e.id}/documents/${kept.json.id}`);
  assert.equal(read.headers['content-type'], 'application/pdf');
  assert.ok(read.bytes.equals(PDF));
  await traced(e, 'POST /api/acts/{id}/documents', 'ok');
  const stranger = await house.person('demandeur2');
  assert.equal((await stranger.get(`/api/acts/${e.id}/documents/${kept.json.id}`)).status, 404);
  const withThem = await e.ok(e.requester, 'record-consent', { subject: 'act', how: 'representative', representative_name: 'Anne DUPONT', representative_quality: 'trusted-person' });
  assert.equal(withThem.facts.consent_act.representative_quality, 'trusted-person');
  await e.prepare();
  assert.equal((await e.start()).state, 'running');
});

test('E3 an emergency exception waits for the review of another physician, is listed until then, and keeps the act open', async () => {
  const e = await planned();
  await e.refused(e.requester, 'review-exception', { verdict: 'justified', text: 'Rien' }, 409, 'exception');
  await e.ok(e.requester, 'emergency-exception', { reason: 'Patient inconscient', consulted: 'Épouse' });
  const listed = async (p) => (await p.get('/api/acts?task=review-exception')).json.acts.some((a) => a.id === e.id);
  assert.ok(await listed(e.imager), 'listed');
  assert.equal((await e.imager.get('/api/acts?task=other')).status, 400);
  await e.refused(e.requester, 'review-exception', { verdict: 'justified', text: 'Je confirme' }, 409, 'another-physician');
  await traced(e, 'step review-exception', 'refused', /another-physician/);
  await e.ok(e.imager, 'cancel', { code: 'clinical-change', text: 'Transféré.' });
  await e.ok(e.requester, 'offer-alternative', { offered: 'Bloc', patient_told_at_ms: house.now(), answer: 'Épouse informée' });
  await e.refused(e.requester, 'close', {}, 409, 'exception-reviewed');
  await e.ok(e.imager, 'review-exception', { verdict: 'justified', text: 'Coma attesté ; patient informé au réveil.' });
  assert.ok(!(await listed(e.imager)), 'done: no longer listed');
  await traced(e, 'step review-exception', 'ok');
  await e.keepRecords();
  assert.equal((await e.ok(e.requester, 'close')).state, 'closed');
  assert.equal((await attach(e, e.requester, 'tard.pdf', PDF)).status, 409);
});

test('L8 an objection blocks the access and the deliveries it concerns, says so, and may be lifted', async () => {
  const e = await planned();
  const objected = await e.ok(e.requester, 'record-objection', { to: 'imaging', text: 'Ne veut pas que ses images sortent.' });
  assert.equal((await e.imager.get(`/api/acts/${e.id}`)).status, 404, 'the imaging group sees it no more');
  await e.consent();
  await e.refused(e.technologist, 'start', {}, 409, 'objection');
  await traced(e, 'step start', 'refused', /objection/);
  const { id } = objected.facts.objections[0];
  await e.refused(e.requester, 'lift-objection', { id: id + 100, text: 'D’accord' }, 409, 'objection-open');
  await e.ok(e.requester, 'lift-objection', { id, text: 'Rassuré, accepte.' });
  assert.equal((await e.imager.get(`/api/acts/${e.id}`)).status, 200);
  await e.ok(e.requester, 'record-objection', { to: 'treating-physician', text: 'Pas à son médecin.' });
  await e.ok(e.requester, 'record-objection', { to: 'dmp', text: 'Pas de DMP.' });
  await e.prepare();
  await e.start();
  await e.refused(e.requester, 'record-objection', { to: 'imaging', text: 'Trop tard' }, 409, 'objection-late');
  e.scan();
  await e.release();
  await e.ok(e.technologist, 'patient-left');
  await e.sign(await e.read());
  const done = await e.until('delivered');
  assert.equal(done.facts.deliveries.find((d) => d.to === 'treating-physician').why, 'patient-objects');
  await e.refused(e.requester, 'check-dmp', { record_checked: true, dmp: 'present', checked: true }, 409, 'dmp-objection');
  await e.ok(e.requester, 'check-dmp', { record_checked: true, dmp: 'opposed' });

  const draft = await another();
  await draft.ok(draft.requester, 'edit-request', REQUEST);
  await draft.ok(draft.requester, 'record-objection', { to: 'imaging', text: 'Refuse.' });
  await draft.refused(draft.requester, 'send', {}, 409, 'objection');
});

const day = (ago) => new Date(house.now() - ago * 86400000).toISOString().slice(0, 10);
const library = async (e) => (await e.imager.get(`/api/acts/${e.id}/protocols`)).json.protocols;
const ordered = (protocol, more = {}) => ({ ...VERDICT, protocol: { id: protocol.id, optimisation: 'Champ limité, 100 kV' }, ...more });

test('E5 E19 an injection waits for renal function, allergies, weight and metformin, as the protocol asks; the imager may write why not', async () => {
  const e = await another();
  await e.ask({ ...REQUEST, renal_value: 88, renal_date: day(120), metformin: '', allergies: '', weight_kg: null });
  const portal = (await library(e)).find((p) => p.name === 'Abdomen-pelvis portal');
  assert.ok(portal.fits && portal.contrast.renal_days === 90);
  await e.refused(e.imager, 'accept', ordered(portal), 409, 'renal-function', 'metformin', 'allergies', 'weight');
  await traced(e, 'step accept', 'refused', /renal-function/);
  const asked = await e.ok(e.imager, 'ask-information', { text: 'Fonction rénale récente, poids, allergies, metformine ?' });
  await e.ok(e.requester, 'edit-request', { renal_value: 81, renal_unit: 'mL/min/1.73m2', renal_date: day(2), metformin: 'no', allergies: 'Aucune', weight_kg: 74 });
  await e.ok(e.requester, 'answer-information', { id: asked.facts.questions[0].id, text: 'Complété.' });
  const act = await e.accept(ordered(portal));
  assert.equal(act.facts.protocol.contrast.product, 'Produit iodé 350 mg/mL');
  assert.equal(act.facts.protocol.version, 1);
  assert.equal(act.facts.protocol.injection, 'contrast');
  await e.refused(e.requester, 'record-renal', { renal_value: 60 }, 409, 'renal_date');
  await e.ok(e.requester, 'record-renal', { renal_value: 60, renal_unit: 'mL/min/1.73m2', renal_date: day(200) });
  const room = e.site.rooms.find((r) => r.modality === 'CT');
  await e.refused(e.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 600000, minutes: 20 }, 409, 'renal-function');

  const urgent = await another({ priority: 'emergency' });
  await urgent.ask({ ...REQUEST, renal_value: null, renal_date: '' });
  await urgent.refused(urgent.imager, 'accept', ordered(portal), 409, 'renal-function');
  await urgent.accept(ordered(portal, { renal_waiver: 'Dissection suspectée : l’injection ne peut pas attendre.' }));
});

test('E4 E5 L4 the form fits modality and patient: guideline, weight of a child, MRI checklist item by item, earlier exams of this patient alone', async () => {
  const e = await another();
  await e.ok(e.requester, 'edit-request', { ...REQUEST, guideline: '' });
  await e.refused(e.requester, 'send', {}, 409, 'guideline');
  for (const wrong of [[{ when: '2019' }], [{ what: 'Appendicectomie', when: 'il y a longtemps' }], ['Appendicectomie']]) await e.refused(e.requester, 'edit-request', { operations: wrong }, 409, 'operations');
  const told = await e.ok(e.requester, 'edit-request', { operations: [{ what: 'Appendicectomie', when: '2019-03', other: 'x' }, { what: 'Prothèse de hanche droite' }] });
  assert.deepEqual(told.facts.request.operations, [{ what: 'Appendicectomie', when: '2019-03' }, { what: 'Prothèse de hanche droite', when: '' }], 'each operation stays a line of its own');
  await e.refused(e.requester, 'edit-request', { priors: ['1.2.3.4'] }, 409, 'priors');
  const earlier = (await e.requester.get(`/api/acts/${e.id}/earlier`)).json;
  assert.ok(Array.isArray(earlier.studies) && earlier.total);
  if (earlier.studies.length) {
    const act = await e.ok(e.requester, 'edit-request', { priors: [earlier.studies[0].study_uid] });
    assert.equal(act.facts.request.priors[0].date, earlier.studies[0].date);
  }
  const m = await another({ modality: 'MR', region: 'Encéphale' });
  await m.ok(m.requester, 'edit-request', { ...REQUEST, implants: '', mri_pacemaker: 'yes', mri_cochlear: 'no' });
  await m.refused(m.requester, 'send', {}, 409, 'mri_neurostimulator', 'mri_metal_in_eye', 'implants');
  const items = Object.fromEntries(['neurostimulator', 'cochlear', 'clip', 'metal_in_eye', 'pump', 'valve_stent', 'prosthesis', 'claustrophobia'].map((i) => [`mri_${i}`, 'no']));
  await m.ok(m.requester, 'edit-request', { ...items, implants: 'Stimulateur compatible IRM, 2021' });
  await m.ok(m.requester, 'send');
  const brain = (await library(m)).find((p) => p.modality === 'MR');
  await m.refused(m.imager, 'accept', ordered(brain), 409, 'mri-decision');
  await m.accept(ordered(brain, { mri_decision: 'Stimulateur programmé en mode IRM par le cardiologue, surveillance continue.' }));
  const room = m.site.rooms.find((r) => r.modality === 'MR');
  await m.ok(m.technologist, 'plan', { room_id: room.id, start_ms: house.now() + 600000, minutes: 30 });
  await m.consent();
  await m.prepare();
  await m.refused(m.technologist, 'start', {}, 409, 'mri-check');
  await m.ok(m.technologist, 'check-mri-safety', { result: 'not-safe', text: 'Pièce de monnaie avalée' });
  await m.refused(m.technologist, 'start', {}, 409, 'mri-check');
  await m.ok(m.technologist, 'check-mri-safety', { result: 'safe' });
  assert.equal((await m.start()).state, 'running');
});

test('E6 E8 L3 each verdict has its reason; a refusal agrees with its verdicts, another exam is named; both opinions stay', async () => {
  const e = await another();
  await e.ask();
  await e.refused(e.imager, 'accept', { ...VERDICT, indication_reason: '' }, 409, 'indication-reason');
  await e.refused(e.imager, 'accept', { ...VERDICT, distance_reason: '' }, 409, 'distance-why');
  await e.refused(e.imager, 'refuse', { code: 'not-indicated', text: 'Non', indication: 'relevant', distance: 'relevant' }, 409, 'verdicts');
  await e.refused(e.imager, 'refuse', { code: 'other-exam', text: 'Échographie d’abord', indication: 'not-relevant', distance: 'relevant' }, 409, 'other-exam');
  await traced(e, 'step refuse', 'refused', /other-exam/);
  const act = await e.ok(e.imager, 'refuse', { code: 'other-exam', text: 'Échographie d’abord', indication: 'not-relevant', distance: 'relevant', other_modality: 'US', other_exam: 'Échographie abdominale' });
  assert.equal(act.facts.refusal.other_exam, 'Échographie abdominale');
  assert.equal(act.facts.refusal.requester_opinion.relevance, REQUEST.relevance);
  await e.refused(e.requester, 'close', {}, 409, 'alternative');
  const c = await another();
  await c.ask();
  const changed = await c.accept({ ...VERDICT, change: { modality: 'US', region: 'Abdomen', reason: 'Sans rayons' } });
  assert.equal(changed.facts.verdict.asked.modality, 'CT');
  assert.equal(changed.facts.verdict.requester_opinion.guideline, REQUEST.guideline);
});

test('E11 a pregnancy not excluded needs the imager’s written decision; the child’s variant is offered by age and weight; another needs a reason', async () => {
  const w = await another({ patient: 'NIA', born: '1994-06-17' });
  await w.ask({ ...REQUEST, pregnancy: 'unknown' });
  await w.refused(w.imager, 'accept', VERDICT, 409, 'pregnancy-decision');
  const act = await w.accept({ ...VERDICT, pregnancy_decision: 'Urgence vitale ; utérus hors champ, une seule acquisition.' });
  assert.ok(act.facts.verdict.pregnancy_decision);
  const first = (await library(w))[0];
  assert.equal(first.fits, true);
  const adult = (await library(w)).filter((p) => p.modality === 'CT');
  assert.equal(adult.find((p) => p.name.includes('enfant')).fits, false);
  await w.refused(w.imager, 'change-protocol', { reason: 'Essai', protocol: { id: adult.find((p) => p.name.includes('enfant')).id, optimisation: '80 kV' } }, 409, 'protocol-fits');
  await traced(w, 'step change-protocol', 'refused', /protocol-fits/);
});

test('E19 a protocol is written and approved by imagers, chosen at its version, read by the technologist; a new version asks again', async () => {
  const e = await another();
  const group = (await e.requester.get('/api/organisations')).json.organisations.find((o) => o.kind === 'imaging');
  const text = { imaging_id: group.id, modality: 'CT', region: 'Thorax', name: 'Thorax basse dose', phases: '1 passage', steps: 'Bras levés, apnée', drl: { dlp_mgycm: 1 } };
  assert.equal((await e.technologist.post('/api/protocols', text)).status, 403);
  assert.equal((await e.imager.post('/api/protocols', { ...text, contrast: { kind: 'iodinated' } })).status, 400);
  assert.equal((await e.imager.post('/api/protocols', { ...text, age_from_months: 100, age_to_months: 50 })).status, 400);
  const made = await e.imager.post('/api/protocols', text);
  assert.equal(made.status, 200, String(made.bytes));
  await e.ask();
  await e.refused(e.imager, 'accept', ordered({ id: made.json.id }), 409, 'protocol-known'); // a draft is not in force
  assert.equal((await e.technologist.post(`/api/protocols/${made.json.id}/approve`)).status, 403);
  assert.equal((await e.imager.post(`/api/protocols/${made.json.id}/approve`)).status, 409, 'not submitted');
  assert.equal((await e.imager.post(`/api/protocols/${made.json.id}/submit`)).status, 200);
  const colleague = await house.person('imageur2');
  assert.equal((await e.imager.post(`/api/protocols/${made.json.id}/approve`, { text: 'Niveau national repris tel quel.' })).status, 403, 'nobody approves what they wrote');
  assert.equal((await colleague.post(`/api/protocols/${made.json.id}/approve`)).status, 409, 'doses are set: the physicist has not spoken');
  assert.equal((await colleague.post(`/api/protocols/${made.json.id}/approve`, { text: 'Niveau national repris tel quel.' })).status, 200);
  assert.equal((await colleague.post(`/api/protocols/${made.json.id}/approve`)).status, 409);
  assert.ok((await lines('event=change')).some((l) => l.what === 'POST /api/protocols/{id}/approve' && l.outcome === 'ok'), 'the approval is in the trace');
  await e.accept(ordered({ id: made.json.id }));
  await e.plan();
  await e.consent();
  await e.prepare();
  const second = await e.imager.post('/api/protocols', { ...text, phases: '1 passage, 80 kV', replaces: made.json.id });
  assert.equal((await e.imager.post(`/api/protocols/${second.json.id}/submit`)).status, 200);
  assert.equal((await colleague.post(`/api/protocols/${second.json.id}/approve`, { text: 'Niveau national repris tel quel.' })).status, 200);
  await e.refused(e.technologist, 'start', {}, 409, 'protocol-read');
  await traced(e, 'step start', 'refused', /protocol-read/);
  const read = await e.ok(e.technologist, 'acknowledge-protocol');
  assert.equal(read.facts.protocol.version, 2);
  assert.equal(read.facts.protocol.ordered_version, 1);
  assert.equal(read.facts.protocol.phases, '1 passage, 80 kV');
  await e.ok(e.imager, 'change-protocol', { reason: 'Champ plus large', protocol: { ...VERDICT.protocol } });
  await e.refused(e.technologist, 'start', {}, 409, 'protocol-read');
  await e.ok(e.technologist, 'acknowledge-protocol');
  await e.ok(e.imager, 'change-protocol', { reason: 'Retour', protocol: { id: second.json.id, optimisation: 'Champ limité' } });
  await e.ok(e.technologist, 'acknowledge-protocol');
  await e.start();
  e.scan();
  const done = (await e.imager.get(`/api/acts/${e.id}`)).json;
  const dlp = done.dose_compared.find((d) => d.what === 'dlp_mgycm');
  assert.ok(dlp.measured > dlp.reference && dlp.above, 'compared with the reference level after the exam');
  assert.equal((await e.imager.post(`/api/protocols/${second.json.id}/retire`)).status, 200);
  assert.ok(!(await library(e)).some((p) => p.id === second.json.id));
  const next = await another();
  const earlier = (await next.requester.get(`/api/acts/${next.id}/earlier`)).json;
  assert.ok(earlier.total.dlp_mgycm > 0 && earlier.year.studies >= 1, 'the dose of earlier exams adds up');
});
