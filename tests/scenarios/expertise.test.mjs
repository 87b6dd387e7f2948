// A tele-expertise: asked with consent of an identified patient, checked, answered by one expert, by two together, by two apart; refused; asked again.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { House } from '../house.mjs';
import { Exam, register } from '../exam.mjs';
import { ITEMS, Opinion, QUESTION, separately } from '../opinion.mjs';

let house, exam, requester, first, second, series;
const world = () => ({ house, requester, patient: exam.patient, site: exam.site, imaging_id: first.me.memberships[0].organisation.id, series });
// The hours of the stories before are longer than a session.
async function signInAgain() {
  await house.advance(requester, 31000);
  for (const one of [first, second]) await one.signIn();
}

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  requester = exam.requester;
  [first, second] = [exam.imager, await house.person('imageur2')];
  await exam.consent();
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await exam.prepare();
  await exam.start();
  exam.scan(['--most', '4']);
  const { images } = (await requester.get(`/api/acts/${exam.id}`)).json;
  series = images.series.map((one) => ({ study_uid: images.study_uid, series_uid: one.uid }));
  assert.ok(series.length > 0);
});
after(async () => { await house?.close(); });

test('T1 L8 no opinion is asked without question, context, images, experts, information and consent; each is named', async () => {
  const o = await Opinion.open(world());
  await o.refused(requester, 'send', {}, 409, 'question', 'context', 'images-chosen', 'experts', 'information', 'consent-act', 'pathway', 'treating-physician');
  await o.ok(requester, 'edit-request', QUESTION);
  await o.refused(requester, 'choose-images', { series: [{ study_uid: '1.2.3', series_uid: '1.2.3.4' }] }, 409, 'images-patient');
  await o.refused(requester, 'invite-experts', { experts: [requester.me.person.id] }, 409, 'experts-fit');
  await o.refused(requester, 'invite-experts', { experts: [first.me.person.id, first.me.person.id] }, 409, 'experts-fit');
  await o.refused(first, 'send', {}, 404); // an expert knows nothing of it yet
  const objected = await o.ok(requester, 'record-objection', { to: 'imaging', text: 'Ne veut pas que ses images sortent.' });
  await o.refused(requester, 'send', {}, 409, 'objection');
  await o.ok(requester, 'lift-objection', { id: objected.facts.objections[0].id, text: 'Rassuré, accepte.' });
  await o.ok(requester, 'choose-images', { series });
  await o.ok(requester, 'invite-experts', { experts: [first.me.person.id] });
  await o.refused(requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'information');
  await o.consent();
  await o.ok(requester, 'withdraw-consent', { subject: 'act', reason: 'Ne souhaite plus.' });
  await o.refused(requester, 'send', {}, 409, 'consent-withdrawn');
  await o.ok(requester, 'record-consent', { subject: 'act', how: 'oral' });
  assert.equal((await o.ok(requester, 'send')).state, 'asked');
  const seen = await o.act(first);
  assert.equal(seen.facts.chosen_images.series.length, series.length, 'the expert sees which series');
  assert.equal((await second.get(`/api/acts/${o.id}`)).status, 404, 'an imager of the group who was not asked does not');
});

test('T2 an opinion is on an identified patient: a provisional identity is refused', async () => {
  const made = await register(requester, { birth_name: 'SANSPAPIER', first_given: 'ALIX', birth_date: '1980-02-02', sex: 'F', birth_place_code: '99999', organisation_id: exam.site.id });
  const o = await Opinion.open({ ...world(), patient: made });
  await o.consent();
  await o.ok(requester, 'edit-request', QUESTION);
  await o.ok(requester, 'choose-images', { series: [], none_reason: 'Avis avant tout examen.' });
  await o.ok(requester, 'invite-experts', { experts: [first.me.person.id] });
  await o.refused(requester, 'send', {}, 409, 'identity-trusted');
});

test('T2 T4 T5 T6 one expert checks, asks (the clock stands), answers in time; the report is delivered', async () => {
  const o = await Opinion.open(world());
  await o.ask([first]);
  await o.refused(second, 'accept', {}, 404);
  assert.equal((await o.ok(first, 'accept')).state, 'validated');
  const due = (await o.act()).deadline;
  assert.equal(due.what, 'report');
  const before = await o.refused(first, 'sign', { revision: 1, sha256: '0'.repeat(64), proof: { kind: 'totp', code: '000000' } }, 409);
  assert.ok(ITEMS.map((one) => (one === 'identity' ? 'check-identity-item' : `check-${one}`)).every((code) => before.missing.some((m) => m.code === code)), JSON.stringify(before.missing));
  await o.refused(first, 'check-item', { item: 'earlier-images', verdict: 'missing' }, 409, 'check-comment');
  await o.ok(first, 'check-item', { item: 'earlier-images', verdict: 'missing', comment: 'Le scanner de 2024 manque.' });
  await o.ok(first, 'ask-information', { text: 'Pouvez-vous envoyer le scanner de 2024 ?' });
  assert.equal((await o.act()).deadline.what, 'information', 'the clock of the report is paused, that of the answer runs');
  await house.advance(requester, 1200000);
  const question = (await o.act()).facts.questions[0];
  await o.ok(requester, 'answer-information', { id: question.id, text: 'Il n’est plus disponible.' });
  const later = (await o.act()).deadline;
  assert.ok(later.at_ms >= due.at_ms + 1200000, 'the time of the question is given back');
  await o.check(first);
  const draft = await o.write(first);
  assert.deepEqual(draft.missing, [], 'no technique and no dose are asked of an opinion');
  const signed = await o.proof(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.equal(signed.status, 200, String(signed.bytes));
  const done = await o.until('delivered');
  assert.equal(done.facts.deliveries.find((one) => one.to === 'requester').status, 'delivered');
  const pdf = await requester.get(`/api/acts/${o.id}/report.pdf`);
  const file = path.join(house.data, 'opinion.pdf');
  fs.writeFileSync(file, pdf.bytes);
  const text = spawnSync('pdftotext', ['-layout', file, '-']).stdout.toString();
  assert.match(text, /télé-expertise/);
  assert.match(text, /Cette lésion hépatique/);
  assert.doesNotMatch(text, /Dose délivrée/);

  await o.ok(requester, 'acknowledge');
  await o.ok(requester, 'ask-again', { text: 'Faut-il un contrôle à trois mois ?' });
  await o.ok(requester, 'inform-patient', { how: 'phone', content_given: 'Résultat expliqué.' });
  await o.ok(requester, 'check-dmp', { record_checked: true, dmp: 'none' });
  await o.refused(requester, 'close', {}, 409, 'second-answered');
  const again = (await o.act()).facts.second_questions[0];
  await o.refused(second, 'answer-again', { id: again.id, text: 'Oui.' }, 404);
  await o.ok(first, 'answer-again', { id: again.id, text: 'Oui, par échographie.' });
  await o.refused(first, 'answer-again', { id: again.id, text: 'Oui.' }, 409, 'second-open');
  await o.refused(requester, 'close', {}, 409, 'records');
  await o.ok(requester, 'confirm-record', { where: 'Dossier du cabinet' });
  await o.ok(first, 'confirm-record', { where: 'Dossier de télé-expertise' });
  for (const line of (await o.act()).facts.deliveries.filter((one) => one.to === 'treating-physician')) await o.ok(requester, 'try-delivery', { id: line.id, how: 'secure-message', reached: 'yes' });
  assert.equal((await o.ok(requester, 'close')).state, 'closed');
});

test('T4 a longer delay is a proposal: nothing is signed before the requester agrees', async () => {
  const o = await Opinion.open(world());
  await o.ask([first], 'joint', { ...QUESTION, answer_within_min: 60 });
  await o.ok(first, 'accept', { within_min: 240 });
  await o.check(first);
  const draft = await o.write(first);
  const early = await o.proof(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.equal(early.status, 409);
  assert.ok(early.json.error.missing.some((m) => m.code === 'delay-agreed'), String(early.bytes));
  await o.refused(first, 'agree-delay', { answer: 'yes' }, 403);
  const was = (await o.act()).deadline.at_ms;
  await o.ok(requester, 'agree-delay', { answer: 'yes' });
  assert.equal((await o.act()).deadline.at_ms - was, 180 * 60000);
  await o.proved(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
});

test('T3 a refusal has its reason; when nobody is left the act ends refused and care is offered', async () => {
  const o = await Opinion.open(world());
  await o.ask([first, second]);
  await o.refused(first, 'refuse', { code: 'technical' }, 409, 'text');
  await o.refused(first, 'refuse', { text: 'Images illisibles sur ce format.' }, 409, 'code');
  assert.equal((await o.ok(first, 'refuse', { code: 'technical', text: 'Images illisibles sur ce format.' })).state, 'asked');
  const told = async () => (await requester.get('/api/home')).json.items.filter((one) => one.act?.id === o.id).map((one) => `${one.what} ${one.text ?? ''}`);
  assert.deepEqual(await told(), ['expert-refused Images illisibles sur ce format.'], 'on the page of whoever asked, with the reason');
  // L10 who refuses keeps an entry of it, and sees the act until that is confirmed
  await o.refused(second, 'confirm-record', { where: 'Trop tôt' }, 409, 'record-later');
  await house.advance(requester, 16 * 60000);
  const entry = (await first.get(`/api/acts/${o.id}/record-entry`)).json;
  assert.equal(entry.report.refusal.text, 'Images illisibles sur ce format.');
  assert.ok(entry.people.some((one) => one.id === first.me.person.id));
  assert.ok((await first.get('/api/duties')).json.duties.some((one) => one.act_id === o.id && one.kind === 'record' && one.item === first.me.person.id));
  await o.ok(first, 'confirm-record', { where: 'Dossier du groupe' });
  await house.advance(requester, 16 * 60000);
  for (const one of [requester, first, second]) await one.signIn(); // longer than a session lives idle
  assert.equal((await first.get(`/api/acts/${o.id}`)).status, 404, 'who refused no longer sees the patient by this act');
  assert.equal((await o.ok(second, 'refuse', { code: 'other', text: 'Hors de ma compétence.' })).state, 'refused');
  const act = await o.act();
  assert.equal(act.facts.refusals.length, 2);
  assert.ok((await told()).some((one) => one.startsWith('offer-care')), JSON.stringify(await told()));
  await o.refused(requester, 'close', {}, 409, 'alternative');
  await o.ok(requester, 'offer-alternative', { offered: 'Avis en consultation.', patient_told_at_ms: house.now(), answer: 'D’accord.' });
  await o.ok(requester, 'confirm-record', { where: 'Dossier du cabinet' });
  await o.refused(requester, 'close', {}, 409, 'records');
  await o.ok(second, 'confirm-record', { where: 'Dossier du groupe' });
  assert.equal((await o.ok(requester, 'close')).state, 'closed');
});

test('T1 L8 R.6316-1 once sent, one more expert is asked: told at once, seen by the first; not without consent, nor by anybody else', async () => {
  await signInAgain();
  const o = await Opinion.open(world());
  const invite = (data, version) => requester.post(`/api/acts/${o.id}/steps/invite-experts`, { data, ...(version !== undefined && { version }) });
  const both = { experts: [first.me.person.id, second.me.person.id] };
  await o.ask([first]);
  await o.ok(requester, 'withdraw-consent', { subject: 'act', reason: 'Pas d’autre médecin.' });
  await o.refused(requester, 'invite-experts', both, 409, 'consent-withdrawn');
  await o.ok(requester, 'record-consent', { subject: 'act', how: 'oral' });
  await o.ok(first, 'accept');
  assert.equal((await second.get(`/api/acts/${o.id}`)).status, 404, 'not asked yet');
  await o.refused(first, 'invite-experts', both, 403);
  await o.refused(requester, 'invite-experts', { experts: [second.me.person.id] }, 409, 'expert-accepted');
  await o.refused(requester, 'invite-experts', { experts: [first.me.person.id, requester.me.person.id] }, 409, 'experts-fit');
  const stale = await invite(both, (await o.act()).version - 1);
  assert.equal(stale.status, 409);
  assert.ok(stale.json.error.missing.some((one) => one.code === 'stale'), String(stale.bytes));
  const asked = await invite(both, (await o.act()).version);
  assert.equal(asked.status, 200, String(asked.bytes));
  assert.deepEqual(asked.json.facts.experts.list.map((one) => [one.person_id, one.state]), [[first.me.person.id, 'accepted'], [second.me.person.id, 'asked']], 'the first keeps the answer given');
  const told = (await second.get('/api/home')).json.items.filter((one) => one.act?.id === o.id).map((one) => one.what);
  assert.ok(told.includes('expertise-answer'), JSON.stringify(told));
  assert.equal((await o.act(first)).facts.experts.list.length, 2, 'the first sees who joins');
  const events = (await first.get(`/api/acts/${o.id}/events`)).json.events.filter((one) => one.step === 'invite-experts');
  assert.deepEqual(events.at(-1).data.added, ['Dr Karim HADDAD']);
  // who refused stays on the list as that, and may be asked again
  await o.ok(second, 'refuse', { code: 'other', text: 'Hors de ma compétence.' });
  await o.ok(requester, 'invite-experts', { experts: [first.me.person.id] });
  assert.equal((await o.act()).facts.experts.list.find((one) => one.person_id === second.me.person.id).state, 'refused');
  await o.ok(requester, 'invite-experts', { ...both, mode: 'separate' });
  await o.ok(second, 'accept');
  await o.check(second);
  await o.proved(second, 'give-opinion', separately('Nodule de 12 mm du segment VI.', 'Aspect d’angiome.'));
  await o.refused(requester, 'invite-experts', { ...both, mode: 'joint' }, 409, 'mode-stays');
  await o.ok(requester, 'invite-experts', both);
});

test('T5 R.6316-1 two experts answer together: the report is signed when the other agreed to this very version', async () => {
  await signInAgain();
  const o = await Opinion.open(world());
  await o.ask([first, second], 'joint');
  await o.ok(first, 'accept');
  await o.ok(second, 'accept');
  await o.check(first);
  let draft = await o.write(first);
  let early = await o.proof(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.ok(early.json.error.missing.some((m) => m.code === 'experts-answered'), String(early.bytes));
  const bad = await second.step(o.id, 'agree-report', { revision: draft.revision, sha256: draft.sha256, proof: { kind: 'totp', code: '000000' } });
  assert.ok([401, 403].includes(bad.status), String(bad.bytes));
  await o.proved(second, 'agree-report', { revision: draft.revision, sha256: draft.sha256 });
  draft = await o.write(first, { conclusion: 'Une IRM est utile.' });
  early = await o.proof(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.ok(early.json.error.missing.some((m) => m.code === 'experts-answered'), 'another version needs the agreement anew');
  await o.proved(second, 'agree-report', { revision: draft.revision, sha256: draft.sha256 });
  await o.proved(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
});

test('T5 R.6316-1 two experts answer apart: each signs an opinion, and both stand in the report', async () => {
  const o = await Opinion.open(world());
  await o.ask([first, second], 'separate');
  await o.ok(first, 'accept');
  await o.ok(second, 'accept');
  await o.check(second);
  const draft = await o.write(first);
  const early = await o.proof(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  assert.ok(early.json.error.missing.some((m) => m.code === 'experts-answered'), String(early.bytes));
  const steps = (await o.act(second)).steps.map((one) => one.step);
  assert.deepEqual([steps.includes('give-opinion'), steps.includes('agree-report')], [true, false], 'nobody agrees to another’s words here');
  const agreed = await o.proof(second, 'agree-report', { revision: draft.revision, sha256: draft.sha256 });
  assert.deepEqual([agreed.status, agreed.json.error.missing[0].code], [409, 'joint']);
  const said = separately('Nodule de 12 mm du segment VI, rehaussement périphérique.', 'Aspect d’angiome.');
  const other = await o.proof(second, 'give-opinion', { ...said, conclusion: 'Autre chose.' });
  assert.ok(other.json.error.missing.some((m) => m.code === 'opinion-seen'), String(other.bytes));
  await o.proved(second, 'give-opinion', said);
  const twice = await o.proof(second, 'give-opinion', said);
  assert.equal(twice.status, 409);
  await o.proved(first, 'sign', { revision: draft.revision, sha256: draft.sha256 });
  await o.until('delivered');
  const file = path.join(house.data, 'two.pdf');
  fs.writeFileSync(file, (await requester.get(`/api/acts/${o.id}/report.pdf`)).bytes);
  const text = spawnSync('pdftotext', ['-layout', file, '-']).stdout.toString();
  assert.match(text, /Avis de Dr Karim HADDAD/);
  assert.match(text, /Nodule de 12 mm/);
});

test('S3 no opinion outside a convention; X3 each step and each refusal is in the trace', async () => {
  const orgs = (await requester.get('/api/organisations')).json.organisations;
  const made = await requester.post('/api/acts', { kind: 'tele-expertise', patient_id: exam.patient.id, requester_org_id: exam.site.id, site_id: exam.site.id, imaging_id: exam.site.id, modality: 'CT', priority: 'urgent', region: 'Foie' });
  assert.equal(made.status, 409);
  assert.ok(made.json.error.missing.some((m) => m.code === 'party-imaging'), String(made.bytes));
  assert.ok(orgs.length > 0);
  const quality = await house.person('qualite');
  const lines = (await quality.get('/api/audit?after=0')).json?.lines ?? [];
  const steps = new Set(lines.map((line) => `${line.what} ${line.outcome}`));
  for (const wanted of ['step give-opinion', 'step agree-report', 'step check-item', 'step invite-experts'])
    assert.ok([...steps].some((one) => one.startsWith(wanted)), `${wanted} in ${[...steps].filter((one) => one.startsWith('step')).join(', ')}`);
});
