// An expert's opinion on its way to the patient: withheld until the patient is informed, then on the patient's own page; to whom the patient designates, by a one-time access.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Opinion } from '../opinion.mjs';

let house, requester, expert, holder, stranger, patient, site, o;
const lines = async () => Object.fromEntries((await o.act()).facts.deliveries.map((one) => [one.to, one]));
const own = (what = '') => holder.get(`/api/patient/acts/${o.id}${what}`);
const hand = (person, id) => person.post(`/api/acts/${o.id}/deliveries/${id}/access`);
// As somebody without an account: no cookie, no session.
const open = (link, code) => {
  const body = JSON.stringify({ link: link.split('#')[1], code });
  return house.request({ method: 'POST', path: '/api/handed-report', body, headers: { Origin: house.url, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'Accept-Language': 'fr' } });
};

before(async () => {
  house = await House.start();
  [requester, expert, holder, stranger] = [await house.person('demandeur'), await house.person('imageur'), await house.person('patiente'), await house.person('demandeur2')];
  site = (await requester.get('/api/organisations')).json.organisations.find((one) => one.name.includes('Val d’Orbe'));
  [patient] = (await requester.get('/api/patients?birth_date=1958-03-28&name=LEM')).json.patients;
  o = await Opinion.open({ house, requester, patient, site, imaging_id: expert.me.memberships[0].organisation.id });
  await o.ask([expert]);
});
after(async () => { await house?.close(); });

test('T7 E34 while the experts think, the patient sees that an opinion was asked, and nothing of it', async () => {
  const [mine] = (await holder.get('/api/patient')).json.acts.filter((one) => one.id === o.id);
  assert.deepEqual([mine.kind, mine.state], ['tele-expertise', 'asked']);
  assert.equal((await own('/report')).status, 409);
  const { choices } = (await own()).json;
  assert.deepEqual(choices.information.map((one) => [one.on, one.by]), [['both', 'Dr Camille DUBOIS']]);
  assert.deepEqual(choices.consents.map((one) => [one.to, one.how, one.withdrawn_at_ms]), [['act', 'oral', null]], 'E3 what was agreed to');
  assert.deepEqual([choices.objections, choices.recipients, choices.exception], [[], [], null]);
  await o.refused(requester, 'inform-patient', { how: 'phone', content_given: 'Rien encore.' }, 409);
});

test('T7 E27 signed and delivered, the opinion stays away from the patient until the announcement and the information are recorded', async () => {
  await o.ok(requester, 'designate-recipient', { name: 'Dr Paul LENOIR', part: 'Chirurgien', contact: '01 23 45 67 89', designated_at_ms: house.now() });
  await o.ok(expert, 'accept');
  await o.check(expert);
  await o.ok(expert, 'mark-bad-news', { reason: 'Lésion suspecte du foie' });
  await o.sign(expert, { conclusion: 'Lésion suspecte : IRM et biopsie à discuter.' });
  await o.until('delivered');
  const { patient: theirs, designated } = await lines();
  assert.deepEqual([theirs.status, theirs.why, designated.status], ['waiting', 'patient-not-informed', 'waiting']);
  const whole = (await own()).json;
  assert.deepEqual([whole.state, whole.report, whole.about], ['waiting', 'waiting', 'documents']);
  assert.ok(!JSON.stringify(whole).match(/annonc|suspect|biopsie|withheld|patient-not-informed/i), 'never the reason');
  assert.deepEqual(whole.choices.recipients.map((one) => [one.to, one.name, !!one.reached_at_ms]), [['requester', 'Dr Camille DUBOIS', true], ['treating-physician', 'Dr Anne PERRIN', false], ['designated', 'Dr Paul LENOIR', false]], 'E31 who receives it');
  for (const what of ['/report', '/report.pdf']) {
    const a = await own(what);
    assert.equal(a.status, 409, what);
    assert.match(a.json.error.text, /Votre médecin vous en parle d’abord/);
  }
  await o.refused(requester, 'inform-patient', { how: 'in-person', content_given: 'Expliqué' }, 409, 'announcement');
  await o.refused(expert, 'inform-patient', { how: 'in-person', content_given: 'Expliqué' }, 403);
  await o.ok(expert, 'agree-announcement', { who: 'requester', how: 'in-person', planned_at_ms: house.now() + 3600000, text: 'Le demandeur annonce.' });
  await o.ok(requester, 'record-announcement', { who: 'requester', how: 'in-person', told_at_ms: house.now(), text: 'Annoncé avec son époux.' });
  assert.equal((await own('/report')).status, 409, 'announced is not yet informed of the content');
  await o.ok(requester, 'inform-patient', { how: 'in-person', content_given: 'Avis expliqué.' });
});

test('T7 once informed, the opinion opens on the patient’s page, to its patient alone; the act says so', async () => {
  const whole = (await own()).json;
  assert.deepEqual([whole.state, whole.report, whole.images], ['ready', 'open', 'none'], 'asked on papers alone: the opinion kept as a document is no image to look at or to download');
  const report = await own('/report');
  assert.equal(report.status, 200, String(report.bytes));
  assert.equal(report.json.versions, undefined, 'there is but one');
  assert.match(report.json.text.conclusion, /IRM et biopsie/);
  const pdf = await own('/report.pdf');
  assert.deepEqual(pdf.bytes, (await requester.get(`/api/acts/${o.id}/report.pdf`)).bytes, 'the very opinion that was signed');
  assert.ok((await o.act()).facts.patient_opened.at_ms);
  assert.equal((await lines()).patient.status, 'opened');
  assert.equal((await stranger.get(`/api/acts/${o.id}/report.pdf`)).status, 404);
  const others = await Opinion.open({ house, requester, site, imaging_id: expert.me.memberships[0].organisation.id, patient: (await requester.get('/api/patients?birth_date=1971-11-02&name=DUP')).json.patients[0] });
  await others.ask([expert]);
  assert.equal((await holder.get(`/api/patient/acts/${others.id}`)).status, 404, 'nobody else’s');
  const trace = (await (await house.person('admin')).get('/api/audit?limit=200')).json.lines;
  assert.ok(trace.some((one) => one.what === 'GET /api/patient/acts/{id}/report' && one.act_id === o.id && one.outcome === 'refused'));
  assert.ok(trace.some((one) => one.what === 'GET /api/patient/acts/{id}/report' && one.act_id === o.id && one.outcome === 'ok'));
});

test('T6 T7 whom the patient designated gets the opinion by a one-time access, closed when the patient revokes it', async () => {
  const { designated } = await lines();
  assert.equal((await hand(stranger, designated.id)).status, 404);
  const { link, code } = (await hand(requester, designated.id)).json;
  assert.equal((await open(link, code === '00000000' ? '11111111' : '00000000')).status, 403);
  const opened = await open(link, code);
  assert.equal(opened.status, 200, String(opened.bytes));
  assert.equal(opened.bytes.subarray(0, 5).toString(), '%PDF-');
  assert.equal((await lines()).designated.status, 'opened');
  const [recipient] = (await o.act()).facts.recipients;
  await o.ok(requester, 'revoke-recipient', { id: recipient.id, reason: 'Change de chirurgien.' });
  assert.equal((await open(link, code)).status, 403, 'revoked');
  await o.ok(requester, 'record-objection', { to: 'treating-physician', text: 'Ne souhaite pas que son médecin traitant le reçoive.' });
  const { choices } = (await own()).json;
  assert.deepEqual(choices.objections.map((one) => [one.to, one.lifted_at_ms]), [['treating-physician', null]], 'L8 what the patient objects to');
  assert.deepEqual(choices.recipients.map((one) => [one.to, !!one.reached_at_ms, one.revoked]), [['requester', true, false], ['treating-physician', false, true], ['designated', true, false]], 'who had opened it has had it');
});

test('E29 E34 an addendum is said to the patient with its date and reason; one that changes the care stays away until the patient is informed of it', async () => {
  const add = async (addendum) => {
    await o.ok(expert, 'open-addendum', { kind: addendum.kind });
    const base = (await expert.get(`/api/acts/${o.id}/report`)).json;
    const saved = await expert.put(`/api/acts/${o.id}/addendum`, { revision: base.last_revision, addendum });
    assert.deepEqual([saved.status, saved.json.missing], [200, []], String(saved.bytes));
    await o.proved(expert, 'sign-addendum', { revision: saved.json.revision, sha256: saved.json.sha256 });
    await o.until('delivered');
  };
  await add({ kind: 'late-result', sections: { comparison: 'Biologie reçue ce jour, normale.' }, difference: { significant: false } });
  const now = await own('/report');
  assert.equal(now.status, 200, String(now.bytes));
  let { versions } = now.json;
  assert.deepEqual(versions.map((one) => one.kind), ['final', 'addendum']);
  assert.deepEqual([versions[0].changes, versions[1].addendum, versions[1].changes], [undefined, 'late-result', null]);
  assert.ok(versions[1].at_ms > versions[0].at_ms);
  await add({ kind: 'correction', reason: 'Segment hépatique inexact.', sections: { conclusion: 'Lésion du segment VI : IRM puis biopsie.' }, difference: { significant: true, what: 'Segment VI et non IV.', why: 'Biopsie guidée.', category: 'days' } });
  assert.equal((await own('/report')).status, 409, 'not before the patient is informed of it');
  assert.ok(!JSON.stringify((await own()).json).includes('Segment'));
  await o.ok(requester, 'inform-patient', { how: 'phone', content_given: 'Rectification expliquée.' });
  ({ versions } = (await own('/report')).json);
  assert.deepEqual(versions.map((one) => one.addendum), [undefined, 'late-result', 'correction']);
  assert.deepEqual([versions[2].reason, versions[2].changes], ['Segment hépatique inexact.', 'Segment VI et non IV.']);
});

test('T7 E34 a patient who wants paper gets it sealed, recorded; a new paper to the page asks for an identity document', async () => {
  const a = await requester.post(`/api/acts/${o.id}/patient-access`, { holder: 'patient' });
  assert.equal(a.status, 409);
  assert.ok(a.json.error.missing.some((one) => one.code === 'document'), String(a.bytes));
  const paper = await requester.post(`/api/acts/${o.id}/patient-access`, { holder: 'patient', document: 'id-card' });
  assert.equal(paper.status, 200, String(paper.bytes));
  await o.refused(expert, 'patient-copy', { how: 'paper' }, 403);
  const act = await o.ok(requester, 'patient-copy', { how: 'paper' });
  assert.equal(act.facts.patient_copy.how, 'paper');
});
