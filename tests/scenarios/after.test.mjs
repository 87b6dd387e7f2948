// After the report: recipients and their one-time access, a diagnosis announced, follow-up, the site's check, each professional's record.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exam, kept;
const facts = async () => (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts;
const line = async (to) => (await facts()).deliveries.find((one) => one.to === to);
// As somebody without an account: no cookie, no session.
const open = (link, code) => {
  const body = JSON.stringify({ link: link.split('#')[1] ?? link, code });
  return house.request({ method: 'POST', path: '/api/handed-report', body, headers: { Origin: house.url, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'Accept-Language': 'fr' } });
};
const hand = (person, id) => person.post(`/api/acts/${exam.id}/deliveries/${id}/access`);
const duties = async (person, kind) => (await person.get('/api/duties')).json.duties.filter((one) => one.act_id === exam.id && one.kind === kind);
const lines = async (what) => {
  const auditor = await house.person('admin');
  return (await auditor.get('/api/audit?limit=200')).json.lines.filter((one) => one.what.includes(what));
};

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  await exam.ask();
  await exam.accept();
  await exam.plan();
  await exam.consent();
  await exam.prepare();
  await exam.start();
});
after(async () => { await house?.close(); });

test('E31 T6 the patient designates and revokes recipients: dated, recorded by somebody, never in the future', async () => {
  const recipient = { name: 'Dr Paul LENOIR', part: 'Chirurgien', contact: '01 23 45 67 89', designated_at_ms: house.now() };
  await exam.refused(exam.requester, 'designate-recipient', { ...recipient, name: '' }, 409, 'name');
  await exam.refused(exam.requester, 'designate-recipient', { ...recipient, designated_at_ms: house.now() + 86400000 }, 409, 'designated-when');
  await exam.ok(exam.technologist, 'designate-recipient', recipient);
  await exam.ok(exam.requester, 'designate-recipient', { ...recipient, name: 'Mme Zoé BRUN', part: 'Kinésithérapeute' });
  const { recipients } = await facts();
  assert.deepEqual(recipients.map((one) => one.by.role), ['technologist', 'requester']);
  await exam.refused(exam.requester, 'revoke-recipient', { id: 999 }, 409, 'recipient');
  await exam.ok(exam.requester, 'revoke-recipient', { id: recipients[1].id, reason: 'Changement de kinésithérapeute' });
  await exam.refused(exam.requester, 'revoke-recipient', { id: recipients[1].id }, 409, 'recipient');
});

test('E27 the imager marks a diagnosis to be announced; somebody else may not', async () => {
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const report = await exam.read();
  await exam.refused(exam.technologist, 'mark-bad-news', { reason: 'Lésion suspecte' }, 403);
  await exam.refused(exam.imager, 'mark-bad-news', { reason: '' }, 409, 'reason');
  await exam.ok(exam.imager, 'mark-bad-news', { reason: 'Lésion suspecte du foie' });
  await exam.refused(exam.imager, 'mark-bad-news', { reason: 'Encore' }, 409, 'announcement-marked');
  await exam.sign(report);
  const act = await exam.until('delivered');
  assert.deepEqual(act.facts.deliveries.map((one) => `${one.to} ${one.status} ${one.name}`),
    ['requester delivered Dr Camille DUBOIS', 'treating-physician not-reached Dr Anne PERRIN', 'designated waiting Dr Paul LENOIR', 'patient waiting '].map((one, i) => one.replace('Dr Camille DUBOIS', act.facts.deliveries[i].name)));
});

test('E31 T6 a one-time access is shown once, opens with both secrets alone, and each opening is traced', async () => {
  const designated = await line('designated');
  const refused = await exam.requester.step(exam.id, 'hand-access', { id: designated.id });
  assert.equal(refused.status, 409, 'not by the name of its step');
  assert.equal((await hand(exam.requester, 999)).status, 409);
  assert.equal((await hand(await house.person('demandeur2'), designated.id)).status, 404, 'a stranger hands nothing over');
  assert.equal((await hand(exam.physician, designated.id)).status, 403);
  const handed = await hand(exam.requester, designated.id);
  assert.equal(handed.status, 200, String(handed.bytes));
  const { link, code } = handed.json;
  assert.match(link, /^https:\/\/localhost:\d+\/remise#[0-9a-f]{64}$/);
  assert.match(code, /^\d{8}$/);
  assert.equal((await line('designated')).status, 'delivered');
  const told = JSON.stringify((await exam.requester.get(`/api/acts/${exam.id}/events`)).json);
  assert.ok(!told.includes(link.split('#')[1]) && !told.includes(code), 'the log knows no secret');

  const wrong = await open(link, code === '00000000' ? '11111111' : '00000000');
  assert.equal(wrong.status, 403);
  assert.match(wrong.json.error.text, /n’ouvrent rien/);
  assert.equal((await open(`#${'a'.repeat(64)}`, code)).status, 403);
  assert.equal((await line('designated')).status, 'delivered', 'a wrong code opens nothing');
  const right = await open(link, code);
  assert.equal(right.status, 200, String(right.bytes));
  assert.equal(right.bytes.subarray(0, 5).toString(), '%PDF-');
  const opened = await line('designated');
  assert.deepEqual([opened.status, opened.access.openings], ['opened', 1]);
  const trace = await lines('/api/handed-report');
  assert.ok(trace.some((one) => one.outcome === 'ok' && one.actor.startsWith('handed-access:')), JSON.stringify(trace));
  assert.ok(trace.some((one) => one.outcome === 'refused' && one.actor.startsWith('handed-access:')));
  await exam.ok(exam.requester, 'revoke-access', { id: designated.id, reason: 'Remis par erreur' });
  assert.equal((await open(link, code)).status, 403, 'closed');
  await exam.refused(exam.requester, 'revoke-access', { id: designated.id, reason: 'Encore' }, 409, 'access');
});

test('E31 T6 five wrong codes close an access; a new one replaces the last; after its days it is over', async () => {
  const treating = await line('treating-physician');
  const first = (await hand(exam.technologist, treating.id)).json;
  const bad = first.code === '00000000' ? '11111111' : '00000000';
  for (let i = 0; i < 5; i++) assert.equal((await open(first.link, bad)).status, 403);
  assert.equal((await open(first.link, first.code)).status, 403, 'locked, even with the right code');
  const second = (await hand(exam.technologist, treating.id)).json;
  const third = (await hand(exam.technologist, treating.id)).json;
  assert.equal((await open(second.link, second.code)).status, 403, 'replaced');
  assert.equal((await duties(exam.requester, 'delivery')).length, 1, 'handed but not opened: still due');
  assert.equal((await open(third.link, third.code)).status, 200);
  kept = third;
  assert.equal((await duties(exam.requester, 'delivery')).length, 0);
});

test('L8 the patient objects to a delivery: it is blocked and says so; lifted, it goes on', async () => {
  await exam.ok(exam.requester, 'designate-recipient', { name: 'Dr Lise ROY', part: 'Gynécologue', designated_at_ms: house.now() });
  const { recipients } = await facts();
  const id = recipients.at(-1).id;
  const mine = async () => (await facts()).deliveries.find((one) => one.recipient_id === id);
  const handed = (await hand(exam.requester, (await mine()).id)).json;
  await exam.refused(exam.requester, 'record-objection', { to: 'designated', recipient_id: 999, text: 'Non' }, 409, 'objection-to');
  await exam.ok(exam.requester, 'record-objection', { to: 'designated', recipient_id: id, text: 'Je ne veux pas.' });
  assert.deepEqual([(await mine()).status, (await mine()).why], ['objected', 'patient-objects']);
  assert.equal((await open(handed.link, handed.code)).status, 403, 'the access is closed with it');
  await exam.refused(exam.requester, 'try-delivery', { id: (await mine()).id, how: 'paper', reached: 'yes' }, 409, 'objection');
  const blocked = await hand(exam.requester, (await mine()).id);
  assert.equal(blocked.status, 409);
  assert.match(blocked.json.error.text, /s’oppose/);
  const objection = (await facts()).objections[0];
  await exam.ok(exam.requester, 'lift-objection', { id: objection.id, text: 'D’accord finalement.' });
  await exam.refused(exam.requester, 'lift-objection', { id: objection.id, text: 'Oui' }, 409, 'objection-open');
  assert.equal((await mine()).status, 'waiting');
});

test('E31 who is not reached within the delay is listed and the alert is recorded; the act does not close over it', async () => {
  const mine = async () => (await facts()).deliveries.find((one) => one.name === 'Dr Lise ROY');
  await exam.refused(exam.requester, 'try-delivery', { id: (await mine()).id, how: 'phone', reached: 'no', text: '' }, 409, 'try-text');
  await exam.ok(exam.requester, 'acknowledge');
  await exam.refused(exam.requester, 'close', {}, 409, 'deliveries', 'announcement', 'site-check', 'records');
  await house.advance(exam.imager, 25 * 3600000);
  for (const one of [exam.requester, exam.imager, exam.technologist, exam.physician]) await one.signIn(); // a day later
  for (const end = Date.now() + 15000; !(await facts()).duties_overdue?.length; ) { assert.ok(Date.now() < end, 'overdue within 15 s'); await new Promise((done) => setTimeout(done, 200)); }
  const said = (await facts()).duties_overdue[0];
  assert.deepEqual([said.kind, said.item, said.escalated_to], ['delivery', (await mine()).id, 'imaging']);
  const overdue = (await exam.requester.get('/api/duties?overdue=1')).json.duties;
  assert.ok(overdue.some((one) => one.kind === 'delivery' && one.text === 'Dr Lise ROY' && one.overdue), JSON.stringify(overdue));
  assert.equal((await (await house.person('demandeur2')).get('/api/duties')).json.duties.length, 0, 'of acts one sees alone');
  await exam.ok(exam.requester, 'try-delivery', { id: (await mine()).id, how: 'phone', reached: 'no', text: 'Cabinet fermé' });
  assert.deepEqual([(await mine()).status, (await mine()).tries.length], ['not-reached', 1]);
  await exam.ok(exam.requester, 'try-delivery', { id: (await mine()).id, how: 'paper', reached: 'yes' });
  assert.equal((await mine()).status, 'delivered');
});

test('E27 the report stays withheld from the patient until the announcement, agreed on before, is recorded', async () => {
  await exam.refused(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Expliqué' }, 409, 'announcement');
  const told = { who: 'together', how: 'in-person', told_at_ms: house.now(), text: 'Annoncé au patient avec son épouse.' };
  await exam.refused(exam.imager, 'record-announcement', told, 409, 'announcement-exchange');
  await exam.ok(exam.imager, 'agree-announcement', { who: 'together', how: 'in-person', planned_at_ms: house.now() + 3600000, text: 'Le demandeur annonce, l’imageur en visio.' });
  await exam.refused(exam.requester, 'record-announcement', { ...told, told_at_ms: house.now() + 86400000 }, 409, 'told-when');
  await exam.refused(exam.technologist, 'record-announcement', told, 403);
  await exam.ok(exam.requester, 'record-announcement', told);
  await exam.refused(exam.requester, 'record-announcement', told, 409, 'announced');
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Annonce faite.' });
  const trace = await lines('step record-announcement');
  assert.deepEqual([...new Set(trace.map((one) => one.outcome))].sort(), ['ok', 'refused']);
});

test('E33 a follow-up has an owner and a day, and closes with its outcome', async () => {
  const item = { kind: 'specialist', text: 'Consultation d’hépatologie', owner: 'requester', due_at_ms: house.now() + 7 * 86400000 };
  await exam.refused(exam.imager, 'add-follow-up', { ...item, due_at_ms: house.now() - 1000 }, 409, 'due-at');
  await exam.refused(exam.technologist, 'add-follow-up', item, 403);
  await exam.ok(exam.imager, 'add-follow-up', item);
  const [kept] = (await facts()).follow_ups;
  assert.equal((await duties(exam.requester, 'follow-up'))[0].due_ms, item.due_at_ms);
  await exam.refused(exam.requester, 'close', {}, 409, 'follow-ups');
  await exam.refused(exam.requester, 'close-follow-up', { id: kept.id, outcome: 'done', text: '' }, 409, 'text');
  await exam.ok(exam.requester, 'close-follow-up', { id: kept.id, outcome: 'done', text: 'Vu le 3, suivi organisé.' });
  await exam.refused(exam.requester, 'close-follow-up', { id: kept.id, outcome: 'done', text: 'Encore' }, 409, 'follow-up');
});

test('E30 the site’s service confirms report, incidents and archive: all three, and nobody for it', async () => {
  const all = { report_kept: true, incidents_kept: true, images_archived: true };
  await exam.refused(exam.requester, 'confirm-site', all, 403);
  await exam.refused(exam.technologist, 'confirm-site', { ...all, images_archived: false }, 409, 'three-confirmed');
  assert.equal((await duties(exam.technologist, 'site')).length, 1);
  await exam.ok(exam.technologist, 'confirm-site', all);
  await exam.refused(exam.technologist, 'confirm-site', all, 409, 'site-check');
  assert.equal((await duties(exam.technologist, 'site')).length, 0);
});

test('L10 each medical professional has an entry with its five items and confirms it; the act closes after the last', async () => {
  const entry = (await exam.imager.get(`/api/acts/${exam.id}/record-entry`)).json;
  for (const part of ['report', 'acts_and_prescriptions', 'identities', 'times', 'incidents']) assert.ok(entry[part], part);
  assert.equal(entry.incidents.none, true, '«no incident» is said');
  assert.match(entry.report.conclusion, /appendicite/);
  assert.deepEqual(entry.people.map((one) => one.id).sort(), [exam.requester, exam.imager].map((one) => one.me.person.id).sort());
  await house.advance(exam.imager, 31000);
  assert.equal((await (await house.person('demandeur2')).get(`/api/acts/${exam.id}/record-entry`)).status, 404);
  await exam.refused(exam.technologist, 'confirm-record', { where: 'Dossier' }, 403);
  await exam.refused(exam.imager, 'confirm-record', { where: '' }, 409, 'where');
  // whose entry is missing is said by name, with what they do
  const whose = (await exam.refused(exam.requester, 'close', {}, 409, 'records')).missing.filter((one) => one.code === 'records');
  assert.deepEqual(whose.map((one) => one.detail ?? 'own').sort(), ['Dr Jeanne MARTIN', 'own']);
  assert.match(whose.find((one) => one.detail).text, /garder l’inscription dans son propre dossier/);
  await exam.ok(exam.imager, 'confirm-record', { where: 'Dossier du groupe' });
  await exam.refused(exam.imager, 'confirm-record', { where: 'Dossier du groupe' }, 409, 'record-kept');
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'none' });
  const own = await exam.refused(exam.requester, 'close', {}, 409, 'records');
  assert.match(own.missing.find((one) => one.code === 'records').text, /^Votre propre inscription n’est pas confirmée/);
  await exam.ok(exam.requester, 'confirm-record', { where: 'Dossier du service' });
  // E21: an incident that nobody has closed keeps the act open, and the refusal says what to do
  const { id } = (await exam.ok(exam.technologist, 'report-incident', { kind: 'technical', text: 'Courriel de rappel parti deux fois.' })).facts.incidents.at(-1);
  const told = await exam.refused(exam.requester, 'close', {}, 409, 'incidents-open');
  assert.match(told.missing[0].text, /encore ouvert/);
  await exam.ok(exam.requester, 'resolve-incident', { id, text: 'Doublon expliqué, sans suite.' });
  assert.equal((await exam.ok(exam.requester, 'close')).state, 'closed');
  assert.equal((await exam.requester.get('/api/duties')).json.duties.filter((one) => one.act_id === exam.id).length, 0);
  assert.equal((await open(kept.link, kept.code)).status, 200, 'still within its days');
  await house.advance(exam.imager, 15 * 86400000);
  assert.equal((await open(kept.link, kept.code)).status, 403, 'over');
  const whole = house.run(['verify', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
});
