// What must not pass: wrong order, wrong role, wrong organisation, at once, too late, too much; each next to what may, with its line in the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, Person, PASSWORD, sleep } from '../house.mjs';
import { Exam, openPage, REPORT, REQUEST, VERDICT } from '../exam.mjs';

let house, first, admin, imager2, technologist2, stranger;
before(async () => {
  house = await House.start();
  first = await Exam.open(house);
  [admin, imager2, technologist2, stranger] = [await house.person('admin'), await house.person('imageur2'), await house.person('manip2'), await house.person('demandeur2')];
});
after(async () => { await house?.close(); });

// Another act of the same people: a code signs in once only.
async function another({ modality = 'CT', priority = 'urgent', patient = first.patient } = {}) {
  const e = Object.assign(new Exam(), first, { patient });
  const orgs = (await e.requester.get('/api/organisations')).json.organisations;
  const made = await e.requester.post('/api/acts', { kind: 'remote-exam', patient_id: patient.id, requester_org_id: e.site.id, site_id: e.site.id,
    imaging_id: orgs.find((o) => o.kind === 'imaging').id, modality, priority, region: 'Abdomen-pelvis' });
  assert.equal(made.status, 200, String(made.bytes));
  return Object.assign(e, { id: made.json.id, number: made.json.number });
}
// Those who had nothing to do while the clock went on are signed out: they sign in again.
async function awake() {
  await house.advance(first.imager, 31000);
  [imager2, technologist2, stranger] = [await house.person('imageur2'), await house.person('manip2'), await house.person('demandeur2')];
}
const seen = async (e) => (await e.requester.get(`/api/acts/${e.id}`)).json;
const lines = async (query) => (await admin.get(`/api/audit?${query}`)).json.lines;
// The newest line of this person about the act.
async function traced(e, login, what, outcome, detail = /./) {
  const line = (await lines(`act=${e.id}`)).find((l) => l.actor === login && l.what === what);
  assert.ok(line, `${login} ${what} leaves a line`);
  assert.equal(line.outcome, outcome, JSON.stringify(line));
  if (outcome !== 'ok') assert.match(line.detail, detail);
}
async function planned(options) {
  const e = await another(options);
  await e.ask(); await e.accept(); await e.plan();
  return e;
}
async function running(options) {
  const e = await planned(options);
  await e.consent(); await e.prepare(); await e.start();
  return e;
}
async function soon(check, ms = 15000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(200)) { const r = await check(); if (r) return r; }
  return assert.fail('it did not happen');
}

test('S3 an act outside a convention, or for somebody else’s organisation, is refused', async () => {
  const orgs = (await first.requester.get('/api/organisations')).json.organisations;
  const wanted = { kind: 'remote-exam', patient_id: first.patient.id, requester_org_id: first.site.id, site_id: first.site.id, imaging_id: first.site.id, modality: 'CT', priority: 'urgent', region: 'Crâne' };
  const outside = await first.requester.post('/api/acts', wanted);
  assert.equal(outside.status, 409, String(outside.bytes));
  assert.ok(outside.json.error.missing.length, 'the missing clause is named');
  const tilleuls = orgs.find((o) => o.kind === 'requester');
  const foreign = await first.requester.post('/api/acts', { ...wanted, imaging_id: orgs.find((o) => o.kind === 'imaging').id, requester_org_id: tilleuls.id });
  assert.equal(foreign.status, 403, String(foreign.bytes));
  const last = (await lines(`person=${first.requester.me.person.id}`)).filter((l) => l.what === 'step create').slice(0, 2);
  assert.deepEqual(last.map((l) => l.outcome), ['refused', 'refused']);
});

test('S2 X2 nobody outside the organisations of an act reads or does anything in it, and each attempt is found by the act', async () => {
  for (const rest of ['', '/events', '/report', '/report.pdf', '/worklist'])
    for (const p of [stranger, technologist2, imager2, admin]) // a draft is not yet the imagers' either
      assert.ok([403, 404].includes((await p.get(`/api/acts/${first.id}${rest}`)).status), `${p.login} ${rest}`);
  assert.equal((await stranger.step(first.id, 'cancel', { code: 'other', text: 'Erreur de patient' })).status, 404);
  assert.equal((await technologist2.step(first.id, 'message', { text: 'Bonjour' })).status, 404);
  await traced(first, 'demandeur2', 'step cancel', 'refused', /not-found/);
  await traced(first, 'manip2', 'step message', 'refused', /not-found/);
  await traced(first, 'demandeur2', 'GET /api/acts/{id}/events', 'refused', /not-found/);
  assert.equal((await seen(first)).state, 'draft');
  assert.equal((await stranger.get(`/api/patients/${first.patient.id}`)).status, 404);
  assert.equal((await stranger.get('/api/acts')).json.acts.length, 0);
});

test('R.1333-53 L4 each of the five items, when missing, is named; E2 convenience is no benefit', async () => {
  for (const item of ['reason', 'purpose', 'circumstances', 'earlier_exams', 'optimisation']) {
    await first.ok(first.requester, 'edit-request', { ...REQUEST, [item]: ' ' });
    await first.refused(first.requester, 'send', {}, 409, item.replace('_', '-'));
    await traced(first, 'demandeur', 'step send', 'refused', new RegExp(item.replace('_', '-')));
  }
  await first.ok(first.requester, 'edit-request', { ...REQUEST, benefit_code: 'organisational-convenience' });
  await first.refused(first.requester, 'send', {}, 409, 'benefit-patient');
  await first.ok(first.requester, 'edit-request', { ...REQUEST, treating_physician: null });
  await first.refused(first.requester, 'send', {}, 409, 'treating-physician');
  await first.refused(first.imager, 'send', {}, 404); // not sent: not there for the imagers
  await first.ask({ ...REQUEST, treating_physician: { none: true } });
  await traced(first, 'demandeur', 'step send', 'ok');
});

test('E7 a question stops the clock until it is answered, for the time it took', async () => {
  const before = await seen(first);
  const due = before.asked_at_ms + before.facts.delays.verdict_min * 60000;
  await first.refused(first.requester, 'ask-information', { text: 'Créatinine ?' }, 403);
  const asked = await first.ok(first.imager, 'ask-information', { text: 'Créatinine ?' });
  assert.equal(asked.deadline.what, 'information', 'the verdict waits; the answer has its own delay');
  await first.refused(first.imager, 'accept', VERDICT, 409);
  await house.advance(first.imager, 10 * 60000);
  const { id } = asked.facts.questions[0];
  await first.refused(first.requester, 'answer-information', { id: id + 1000, text: '80 µmol/L' }, 409, 'question-open');
  const answered = await first.ok(first.requester, 'answer-information', { id, text: '80 µmol/L' });
  assert.ok(answered.deadline.at_ms >= due + 10 * 60000 && answered.deadline.at_ms < due + 11 * 60000, `${answered.deadline.at_ms - due}`);
});

test('E4 E6 L3 two imagers at once: one verdict stands; roles and half verdicts do not pass', async () => {
  await first.refused(first.technologist, 'accept', VERDICT, 403);
  await traced(first, 'manip', 'step accept', 'refused', /denied/);
  await first.refused(first.imager, 'accept', { ...VERDICT, indication: 'not-relevant' }, 409, 'verdict-indication');
  await first.refused(first.imager, 'accept', { ...VERDICT, benefit_confirmed: false }, 409, 'benefit-confirmed');
  const both = await Promise.all([first.imager, imager2].map((p) => p.step(first.id, 'accept', VERDICT)));
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 409]);
  assert.equal((await seen(first)).state, 'validated');
  const late = await imager2.step(first.id, 'refuse', { code: 'other', text: 'Trop tard' }, { version: 1 });
  assert.equal(late.status, 409);
});

test('E8 E9 a refusal has its reason; the act closes only after other care was offered', async () => {
  const e = await another();
  await e.ask();
  await e.refused(e.imager, 'refuse', { code: 'not-indicated' }, 409, 'text');
  await e.refused(e.imager, 'refuse', { code: 'because', text: 'Non' }, 400);
  await e.ok(e.imager, 'refuse', { code: 'not-indicated', text: 'Échographie suffisante.', indication: 'not-relevant', distance: 'relevant' });
  await e.refused(e.requester, 'close', {}, 409, 'alternative');
  await traced(e, 'demandeur', 'step close', 'refused', /alternative/);
  const care = { offered: 'Échographie sur place demain.', patient_told_at_ms: house.now(), answer: 'Le patient accepte.' };
  await e.refused(e.requester, 'offer-alternative', { ...care, answer: '' }, 409, 'answer');
  await e.refused(e.requester, 'offer-alternative', { ...care, patient_told_at_ms: house.now() + 3600000 }, 409, 'told-when');
  await e.refused(e.technologist, 'offer-alternative', care, 403);
  await e.ok(e.requester, 'offer-alternative', care);
  await e.refused(e.requester, 'close', {}, 409, 'records'); // L10: refused acts too
  await e.keepRecords();
  assert.equal((await e.ok(e.requester, 'close')).state, 'closed');
  await traced(e, 'demandeur', 'step close', 'ok');
});

test('E3 L8 information before consent; a consent withdrawn just before, or older than the information, blocks; no exception for what can wait', async () => {
  const e = await planned();
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'information');
  await e.consent();
  await e.prepare();
  await e.ok(e.technologist, 'withdraw-consent', { subject: 'distance', reason: 'Le patient préfère attendre.' });
  await e.refused(e.technologist, 'start', {}, 409, 'consent-withdrawn');
  await e.ok(e.requester, 'emergency-exception', { reason: 'Inconscient', consulted: 'Épouse' });
  await e.refused(e.technologist, 'start', {}, 409, 'consent-withdrawn'); // who said no could be asked
  await traced(e, 'manip', 'step start', 'refused', /consent-withdrawn/);
  await e.ok(e.requester, 'record-consent', { subject: 'distance', how: 'written', document: 'Formulaire 12' });
  assert.equal((await e.start()).state, 'running');

  const w = await planned({ priority: 'routine' });
  await w.refused(w.requester, 'emergency-exception', { reason: 'Pressé', consulted: 'Personne' }, 409, 'routine');
  await w.refused(w.technologist, 'emergency-exception', { reason: 'Pressé', consulted: 'Personne' }, 403);
  await w.consent();
  await house.advance(w.requester, 1000);
  await w.ok(w.technologist, 'record-information', { version: 'Note d’information 2026-2', language: 'fr' });
  await w.prepare();
  await w.refused(w.technologist, 'start', {}, 409, 'consent-act', 'consent-distance');
  await w.ok(w.technologist, 'record-consent', { subject: 'act', how: 'oral' });
  await w.ok(w.technologist, 'record-consent', { subject: 'distance', how: 'oral' });
  assert.equal((await w.start()).state, 'running');
});

test('E15 E19 E23 E1 start waits for identity, protocol, local physician and imager; each alone is named', async () => {
  const e = await planned();
  await e.consent();
  await e.refused(e.technologist, 'start', {}, 409, 'identity', 'imager-present', 'local-physician', 'protocol-read');
  await e.identify({ birth_date: '1971-11-03' });
  assert.equal((await seen(e)).facts.identity.result, 'mismatch');
  assert.equal((await seen(e)).facts.incidents[0].kind, 'identity');
  await e.ok(e.technologist, 'acknowledge-protocol');
  await e.refused(e.technologist, 'name-local-physician', { person_id: e.imager.me.person.id }, 409, 'local-physician');
  await e.ok(e.technologist, 'name-local-physician', { person_id: e.physician.me.person.id });
  await e.refused(e.technologist, 'imager-present', {}, 403);
  await e.imagerComes();
  await e.refused(e.technologist, 'start', {}, 409, 'identity');
  await e.identify();
  await e.ok(e.imager, 'imager-absent');
  await e.refused(e.technologist, 'start', {}, 409, 'imager-present');
  await e.ok(e.imager, 'imager-present');
  await e.refused(e.technologist, 'start', {}, 409, 'channel');
  await e.channel();
  await e.refused(e.technologist, 'start', {}, 409, 'device-explained', 'preparation');
  await e.sheet();
  await e.refused(e.imager, 'start', {}, 403);
  assert.equal((await e.start()).state, 'running');
});

test('E1 the imager’s absence while the exam runs is shown and timed', async () => {
  const e = await running();
  const gone = await e.ok(e.imager, 'imager-absent');
  assert.equal(gone.facts.imager_presence.present, false);
  assert.equal(gone.facts.imager_presence.losses[0].to_ms, undefined);
  await house.advance(e.imager, 90000);
  const { losses } = (await e.ok(e.imager, 'imager-present')).facts.imager_presence;
  assert.ok(losses[0].to_ms - losses[0].from_ms >= 90000, JSON.stringify(losses));
});

test('E1 an imager whose page is gone is no longer there: nothing starts, and a loss while the exam runs is timed', async () => {
  const e = await planned();
  await e.consent();
  await e.prepare();
  const without = async () => { const p = (await seen(e)).facts.imager_presence; return p.lost && !p.present && p; };
  e.imager.page.terminate(); // no word: the laptop is closed
  await soon(without, 40000);
  await e.refused(e.technologist, 'start', {}, 409, 'imager-present');
  const line = (await lines(`act=${e.id}`)).find((l) => l.what === 'step imager-lost');
  assert.equal(line.actor, 'system:acts');
  delete e.imager.page;
  await e.imagerComes();
  await e.start();
  const before = house.now();
  e.imager.page.terminate();
  const { losses } = await soon(without, 40000);
  assert.ok(losses[0].lost && losses[0].from_ms >= before - 1000 && losses[0].from_ms < before + 5000, 'since the page went, not since it was noticed');
  delete e.imager.page;
  const back = (await e.imagerComes()).facts.imager_presence;
  assert.ok(back.present && back.losses[0].to_ms > back.losses[0].from_ms, JSON.stringify(back));
  e.imager.page.terminate(); // a page that reloads is no loss
  e.imager.page = await openPage(house, e.imager);
  await sleep(11500);
  assert.equal((await seen(e)).facts.imager_presence.present, true);
});

test('E13 E17 E20 an order without answer calls the next contact, read or not; those called may answer, others not', async () => {
  const e = await running();
  const order = async (kind) => (await e.ok(e.imager, 'order', { to: 'requester', kind, text: 'Examiner l’abdomen.', due_min: 5 })).facts.orders.at(-1).id;
  const exam = await order('information'), protocol = await order('protocol');
  await e.refused(e.technologist, 'answer-order', { id: exam, text: 'Fait' }, 409, 'order-mine');
  for (const id of [exam, protocol]) await e.ok(e.requester, 'acknowledge-order', { id });
  const find = async (id) => (await seen(e)).facts.orders.find((o) => o.id === id);
  await house.advance(e.imager, 6 * 60000);
  assert.equal((await soon(async () => { const o = await find(exam); return o.escalated_at_ms && o; })).escalated_to, 'local-physician');
  assert.equal((await find(protocol)).escalated_at_ms, undefined, 'a protocol that was read is done');
  await house.advance(e.imager, 11 * 60000);
  await soon(async () => (await find(exam)).escalated_to === 'technologist');
  await e.ok(e.physician, 'answer-order', { id: exam, text: 'Défense en fosse iliaque droite.' }); // called before: still may
  await e.refused(e.requester, 'answer-order', { id: exam, text: 'Encore' }, 409, 'order-open');
  const line = (await lines(`act=${e.id}`)).find((l) => l.what === 'step escalate-order');
  assert.equal(line.actor, 'system:acts');
});

test('E18 E22 more images take the old verdict back; nobody leaves before the release', async () => {
  const e = await running();
  await e.refused(e.imager, 'release', {}, 409, 'quality', 'images');
  e.scan(['--most', '3']);
  await e.ok(e.imager, 'judge-quality', { verdict: 'sufficient' });
  await e.refused(e.imager, 'release', {}, 409, 'acquisition-over');
  await e.ok(e.imager, 'more-images', { text: 'Coupes plus basses.' });
  await e.refused(e.imager, 'release', {}, 409, 'quality', 'acquisition-over');
  await traced(e, 'imageur', 'step release', 'refused', /quality/);
  await e.refused(e.technologist, 'patient-left', {}, 409);
  await e.ok(e.technologist, 'end-acquisition', { made: 9 });
  await e.ok(e.imager, 'judge-quality', { verdict: 'sufficient' });
  await e.refused(e.imager, 'release', {}, 409, 'images-missing');
  await e.refused(e.imager, 'judge-quality', { verdict: 'limited', comment: '' }, 409, 'quality-comment');
  await e.ok(e.imager, 'judge-quality', { verdict: 'limited', comment: 'Suffisant malgré les coupes absentes.' });
  assert.equal((await e.ok(e.imager, 'release')).state, 'released');
  await traced(e, 'imageur', 'step release', 'ok');
});

test('E15 images of another patient block the release and raise an incident', async () => {
  const e = await running();
  e.scan(['--most', '3', '--wrong-name', 'AUTRE^PATIENT']);
  await e.ok(e.imager, 'judge-quality', { verdict: 'sufficient' });
  await e.refused(e.imager, 'release', {}, 409, 'wrong-patient');
  await traced(e, 'imageur', 'step release', 'refused', /wrong-patient/);
  await soon(async () => (await seen(e)).facts.incidents?.some((i) => i.kind === 'identity'));
});

test('E16 E25 E29 only the reader writes and signs, the version he sees, with a code not used before, once', async () => {
  const e = await running();
  await awake();
  e.scan();
  await e.refused(e.imager, 'sign', { revision: 1, sha256: '0'.repeat(64), proof: { kind: 'totp', code: '000000' } }, 409);
  await e.release();
  await e.ok(e.technologist, 'patient-left');
  const old = await e.read();
  const unread = await imager2.put(`/api/acts/${e.id}/report`, { revision: old.revision, content: REPORT });
  assert.equal(unread.status, 403, String(unread.bytes));
  const asks = await e.requester.get(`/api/acts/${e.id}/report`);
  assert.deepEqual(asks.json.content, {}, 'a draft is not the requester’s');
  assert.equal((await e.requester.get(`/api/acts/${e.id}/report.pdf`)).status, 404);
  // two windows of the same reader save at once: one is told
  const races = await Promise.all([1, 2].map((n) => e.imager.put(`/api/acts/${e.id}/report`, { revision: old.revision, content: { ...old.content, follow_up: `Version ${n}` } })));
  assert.deepEqual(races.map((a) => a.status).sort(), [200, 409]);
  assert.equal(races.find((a) => a.status === 409).json.revision, old.revision + 1, 'their revision comes back');
  await house.advance(e.imager, 31000);
  const proof = { kind: 'totp', code: e.imager.code() };
  await e.refused(e.imager, 'sign', { revision: old.revision, sha256: old.sha256, proof }, 409, 'report-seen');
  const now = (await e.imager.get(`/api/acts/${e.id}/report`)).json;
  await e.ok(imager2, 'take-over-reading', { reason: 'Fin de garde.' });
  await e.refused(e.imager, 'sign', { revision: now.revision, sha256: now.sha256, proof }, 409, 'same-reader');
  await traced(e, 'imageur', 'step sign', 'refused', /same-reader/);
  for (let i = 0; i < 33; i++) // to and fro: the act stays readable however often
    await e.ok(i % 2 ? imager2 : e.imager, 'take-over-reading', { reason: 'Relève.' });
  assert.equal((await seen(e)).people.reader.id, e.imager.me.person.id);
  // a code that signed in does not sign
  await house.advance(e.imager, 31000);
  const again = new Person(house, 'imageur');
  await again.signIn();
  const used = again.code();
  const reused = await again.step(e.id, 'sign', { revision: now.revision, sha256: now.sha256, proof: { kind: 'totp', code: used } });
  assert.equal(reused.status, 401, String(reused.bytes));
  await house.advance(e.imager, 31000);
  const fresh = { revision: now.revision, sha256: now.sha256, proof: { kind: 'totp', code: e.imager.code() } };
  const twice = await Promise.all([e.imager.step(e.id, 'sign', fresh), again.step(e.id, 'sign', fresh)]);
  assert.deepEqual(twice.map((a) => a.status).sort(), [200, 409], twice.map((a) => String(a.bytes).slice(0, 200)).join('\n'));
  assert.equal((await e.imager.put(`/api/acts/${e.id}/report`, { revision: now.revision, content: REPORT })).status, 409);
  const delivered = await e.until('delivered');
  const status = (act) => Object.fromEntries(act.facts.deliveries.map((d) => [d.to, `${d.status} ${d.why ?? ''}`.trim()]));
  assert.deepEqual(status(delivered), { requester: 'delivered', 'treating-physician': 'not-reached no-account', patient: 'waiting patient-not-informed' });
  await e.refused(e.imager, 'acknowledge', {}, 403);
  await e.ok(e.requester, 'acknowledge');
  await e.refused(e.requester, 'patient-copy', { how: 'paper' }, 409, 'patient-informed');
  const informed = await e.ok(e.requester, 'inform-patient', { how: 'phone', content_given: 'Résultat expliqué.' });
  assert.equal(status(informed).patient, 'waiting no-copy-yet'); // E31 E34
  const copied = await e.ok(e.requester, 'patient-copy', { how: 'paper' });
  assert.equal(status(copied).patient, 'delivered');
  await e.refused(e.requester, 'check-dmp', { record_checked: false, dmp: 'none' }, 409, 'record-checked'); // E35
  await e.refused(e.requester, 'close', {}, 409, 'dmp-checked');
  const uid = copied.images.study_uid;
  for (const p of [stranger, technologist2]) {
    for (const rest of ['', '/metadata', '/series/1.2.3/instances/1.2.3/frames/1', '/series/1.2.3/instances/1.2.3/rendered'])
      assert.ok([403, 404, 406].includes((await p.get(`/dicom-web/studies/${uid}${rest}`, { Accept: rest === '' ? 'multipart/related; type="application/dicom"' : '*/*' })).status), `${p.login} ${rest}`);
    for (const rest of ['series', 'instances']) { // a search that finds nothing
      const found = await p.get(`/dicom-web/studies/${uid}/${rest}`, { Accept: 'application/dicom+json' });
      assert.ok([204, 404].includes(found.status) || (found.status === 200 && found.json.length === 0), `${p.login} ${rest}: ${found.status} ${found.bytes}`);
    }
  }
  assert.deepEqual((await stranger.get('/dicom-web/studies', { Accept: 'application/dicom+json' })).json ?? [], []);
});

test('E28 a note on images that cannot be interpreted needs its reason, its procedure and what follows', async () => {
  const e = await running();
  await awake();
  e.scan(['--most', '2']);
  await e.refused(e.imager, 'not-interpretable', { reason_code: 'motion', reason: 'Flou', procedure: 'P12', follow_up: 'Refaire' }, 409, 'same-reader');
  await e.ok(e.imager, 'open-reading');
  await e.refused(imager2, 'open-reading', {}, 409, 'reader');
  await e.refused(e.imager, 'not-interpretable', { reason_code: 'motion', reason: 'Flou', procedure: '', follow_up: 'Refaire' }, 409, 'procedure');
  assert.equal((await e.ok(e.imager, 'not-interpretable', { reason_code: 'motion', reason: 'Flou cinétique', procedure: 'P12', follow_up: 'Refaire demain' })).facts.outcome, 'not-interpretable');
  const act = (await e.requester.get(`/api/acts/${e.id}`)).json;
  const procedure = act.facts.not_interpretable.convention_procedure;
  assert.ok(procedure.version >= 1 && /refaire l’examen/.test(procedure.text), JSON.stringify(procedure));
  // the exam that repeats it: linked both ways, of this patient, and only of what could not be interpreted
  const wanted = { kind: act.kind, patient_id: act.patient.id, requester_org_id: act.requester_org.id, site_id: act.site.id, imaging_id: act.imaging.id, modality: act.modality, priority: act.priority, region: act.region };
  for (const [repeat_of, status] of [[999999, 404], [first.id, 409]]) assert.equal((await e.requester.post('/api/acts', { ...wanted, repeat_of })).status, status, `repeat of ${repeat_of}`);
  const made = await e.requester.post('/api/acts', { ...wanted, repeat_of: e.id });
  assert.equal(made.status, 200, String(made.bytes));
  assert.deepEqual(made.json.facts.repeat_of, { id: e.id, number: e.number });
  const { repeats } = (await e.imager.get(`/api/acts/${e.id}`)).json.facts;
  assert.deepEqual(repeats.map((one) => [one.act_id, one.number]), [[made.json.id, made.json.number]]);
});

test('X5 talk without end is refused before it takes the act from anybody', async () => {
  const e = await another();
  await e.ask();
  const text = '"'.repeat(7900);
  let said = 0, last;
  do last = await e.requester.step(e.id, 'message', { text }); while (last.status === 200 && ++said < 300);
  assert.equal(last.status, 413, `${said} messages, then ${last.status}`);
  assert.equal((await e.imager.get('/api/acts')).status, 200);
  await e.ok(e.imager, 'refuse', { code: 'other', text: 'Abus.', indication: 'not-relevant', distance: 'relevant' }); // the exam's own steps still pass
});

test('X3 what was malformed is traced too; a patient shown by a search is found by patient', async () => {
  for (const body of ['{', '[]', '{"data":7}', '{"version":-1}'])
    assert.equal((await first.imager.post(`/api/acts/${first.id}/steps/cancel`, Buffer.from(body))).status, 400, body);
  await traced(first, 'imageur', 'POST /api/acts/{id}/steps/{step}', 'refused', /input/);
  for (const kib of [257, 1500]) { // a long paste is told so, not cut off
    const long = await first.imager.step(first.id, 'message', { text: 'x'.repeat(kib * 1024) });
    assert.equal(long.status, 413, String(long.bytes).slice(0, 200));
    assert.equal(long.json.error.kind, 'limit');
  }
  assert.equal((await first.imager.step(first.id, 'cancel', { code: 'other', text: 'é'.repeat(4001) })).status, 400);
  await traced(first, 'imageur', 'step cancel', 'refused', /input/);
  const person = first.requester.me.person.id;
  assert.ok((await lines(`person=${person}&patient=${first.patient.id}`)).some((l) => l.event === 'search' && l.outcome === 'ok'));
  assert.equal((await first.requester.get('/api/audit')).status, 403);
});

test('X1 sessions: our Origin and X-CSRF, a new token per factor, an end that counts at once', async () => {
  const victim = new Person(house, 'secretaire');
  let a = await victim.post('/api/sign-in/password', { login: 'secretaire', password: PASSWORD }, { Origin: 'https://evil.example' });
  assert.equal(a.status, 403);
  a = await victim.post('/api/sign-in/password', { login: 'secretaire', password: PASSWORD });
  const half = victim.cookie;
  assert.equal((await victim.get('/api/acts')).status, 401, 'one factor opens nothing');
  await victim.post('/api/sign-in/totp', { code: victim.code() });
  assert.notEqual(victim.cookie, half);
  await victim.refresh();
  const fixed = Object.assign(new Person(house, 'secretaire'), { cookie: half });
  assert.equal((await fixed.get('/api/me')).status, 401, 'the half-open token is worth nothing afterwards');
  const { cookie, csrf } = victim;
  const copy = () => Object.assign(new Person(house, 'secretaire'), { cookie, csrf });
  assert.equal((await copy().post('/api/sign-out', {}, { Origin: 'https://evil.example' })).status, 403);
  assert.equal((await Object.assign(copy(), { csrf: '' }).post('/api/sign-out')).status, 403);
  assert.equal((await copy().get('/api/acts')).status, 200);
  const { person } = victim.me;
  // the role taken away counts in the session that is open
  a = await admin.put(`/api/people/${person.id}`, { memberships: [{ organisation_id: first.site.id, roles: ['biomedical'] }] });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal((await copy().get('/api/acts')).status, 403);
  a = await admin.put(`/api/people/${person.id}`, { active: false });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal((await copy().get('/api/me')).status, 401, 'deactivated: the session is over');
  assert.equal((await victim.put(`/api/people/${person.id}`, { active: true })).status, 401);
  // signed out everywhere: every copy of every cookie
  const pcr = await house.person('pcr');
  const other = Object.assign(new Person(house, 'pcr'), { cookie: pcr.cookie, csrf: pcr.csrf });
  assert.equal((await other.get('/api/organisations')).status, 200);
  assert.equal((await pcr.post('/api/sign-out/everywhere')).status, 200);
  assert.equal((await other.get('/api/organisations')).status, 401);
});

test('X3 the trace and the acts are whole after all of this', () => {
  const whole = house.run(['verify', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
});
