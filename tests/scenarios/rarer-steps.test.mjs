// The rarer steps: assistance taken over, act given back or handed on, exam repeated, images corrected under a report, an announcement that the requester asks for. Each allowed and refused, both in the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, register } from '../exam.mjs';

const HOUR = 3600000;
let house, auditor, exam, second;
// The lines that a step left in the trace of an act: who, and how it ended.
async function traced(id, step, ...wanted) {
  const { lines } = (await auditor.get(`/api/audit?act=${id}&limit=500`)).json;
  const found = lines.filter((one) => one.what === `step ${step}`).map((one) => `${one.actor} ${one.outcome}${one.outcome === 'ok' ? '' : ` ${one.detail}`}`);
  for (const one of wanted) assert.ok(found.some((line) => one instanceof RegExp ? one.test(line) : line === one), `${step}: ${one} in ${JSON.stringify(found)}`);
}
// Whoever waited for their hours signs in again.
async function awake(ms = 31000) {
  await house.advance(auditor, ms);
  for (const one of [auditor, exam.requester, exam.imager, exam.technologist, exam.physician, second]) await one.signIn();
}
const told = async (e) => (await e.requester.get(`/api/acts/${e.id}`)).json;
const events = async (e, step) => (await e.requester.get(`/api/acts/${e.id}/events`)).json.events.filter((one) => one.step === step);

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  [auditor, second] = [await house.person('admin'), await house.person('imageur2')];
});
after(async () => { await house?.close(); });

test('L7 X3 an assistance taken over, its advice and its end: allowed and refused, each in the trace', async () => {
  const e = Object.assign(new Exam(), { ...exam });
  const made = await e.requester.post('/api/acts', { kind: 'tele-assistance', patient_id: e.patient.id, requester_org_id: e.site.id, site_id: e.site.id, imaging_id: e.imager.me.memberships[0].organisation.id, modality: 'US', priority: 'urgent', region: 'Abdomen' });
  assert.equal(made.status, 200, String(made.bytes));
  e.id = made.json.id;
  await e.ok(e.requester, 'edit-request', { reason: 'Ponction d’ascite échoguidée en cours.', question: 'Le point de ponction convient-il ?', pathway: 'emergency', treating_physician: { none: true } });
  await e.ok(e.requester, 'record-information', { version: '2026-1', language: 'fr' });
  await e.ok(e.requester, 'record-consent', { subject: 'act', how: 'oral' });
  await e.ok(e.requester, 'send');
  await e.refused(second, 'take-over-assistance', { reason: 'Relais de garde.' }, 409); // not accepted yet
  await e.ok(e.imager, 'accept');
  await e.refused(e.imager, 'take-over-assistance', { reason: 'La mienne.' }, 409, 'assistant-other');
  await e.refused(second, 'take-over-assistance', {}, 409, 'reason');
  await e.refused(e.requester, 'take-over-assistance', { reason: 'Relais de garde.' }, 403);
  await e.refused(second, 'record-advice', { text: 'Plus latéral.' }, 409, 'assistant');
  await e.refused(e.imager, 'record-advice', {}, 409, 'text');
  await e.ok(e.imager, 'record-advice', { text: 'Deux centimètres plus latéral, loin de l’artère épigastrique.' });
  await e.ok(second, 'take-over-assistance', { reason: 'Relais de garde.' });
  await e.refused(e.imager, 'end-assistance', { summary: 'Point de ponction déplacé.', incidents: 'Aucun incident.' }, 409, 'assistant');
  await e.ok(second, 'end-assistance', { summary: 'Point de ponction déplacé, ponction réussie sans saignement.', incidents: 'Aucun incident.' });
  await traced(e.id, 'take-over-assistance', 'imageur2 ok', /^imageur refused .*assistant-other/, /^imageur2 refused .*reason/, /^demandeur refused /);
  await traced(e.id, 'record-advice', 'imageur ok', /^imageur2 refused .*assistant/, /^imageur refused .*text/);
  await traced(e.id, 'end-assistance', 'imageur2 ok', /^imageur refused .*assistant/);
});

test('O2 X3 an act given back, or handed to somebody on duty: allowed and refused, each in the trace', async () => {
  await house.advance(auditor, 31000);
  const head = await house.person('responsable'), group = head.me.memberships[0].organisation.id;
  const week = (await head.get(`/api/roster?organisation=${group}&from=${house.now() - 24 * HOUR}&to=${house.now() + 7 * 24 * HOUR}`)).json;
  for (const id of new Set(week.duties.filter((d) => !d.ended).map((d) => d.shift_id))) await head.send('DELETE', `/api/roster/shifts/${id}`);
  for (const who of [exam.imager, second])
    assert.equal((await head.post('/api/roster/shifts', { organisation_id: group, person_id: who.me.person.id, role: 'imager', from_ms: house.now() - HOUR, to_ms: house.now() + 9 * HOUR })).status, 200);
  await exam.consent();
  await exam.ask();
  let first;
  for (const end = Date.now() + 15000; !(first = (await told(exam)).facts.assignment?.person_id); await sleep(100)) assert.ok(Date.now() < end, 'assigned');
  const [mine, other] = first === second.me.person.id ? [second, exam.imager] : [exam.imager, second];
  await exam.refused(other, 'give-back', { reason: 'Pas le mien.' }, 409, 'assignment-other');
  await exam.refused(mine, 'give-back', {}, 409, 'reason');
  await exam.refused(mine, 'assign', { person_id: head.me.person.id, reason: 'Avis du chef.' }, 409, 'assignee');
  await exam.refused(mine, 'assign', { person_id: other.me.person.id }, 409, 'reason');
  await exam.refused(exam.requester, 'assign', { person_id: other.me.person.id, reason: 'Il connaît ce patient.' }, 403);
  await exam.ok(mine, 'assign', { person_id: other.me.person.id, reason: 'Il connaît ce patient.' });
  assert.equal((await told(exam)).facts.assignment.person_id, other.me.person.id);
  await exam.ok(other, 'give-back', { reason: 'Urgence en cours au bloc.' });
  assert.equal((await told(exam)).facts.given_back.length, 1);
  await traced(exam.id, 'give-back', `${other.login} ok`, new RegExp(`^${other.login} refused .*assignment-other`), new RegExp(`^${mine.login} refused .*reason`));
  await traced(exam.id, 'assign', `${mine.login} ok`, new RegExp(`^${mine.login} refused .*assignee`), /^demandeur refused /);
});

test('E27 X3 the requester asks for an announcement once the report is signed: allowed and refused, each in the trace', async () => {
  const asked = { reason: 'Lésion suspecte que le patient n’attend pas.' };
  await exam.examined();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.refused(exam.requester, 'ask-announcement', asked, 409); // nothing is signed
  await exam.sign(await exam.read());
  await exam.until('delivered');
  await exam.refused(exam.technologist, 'ask-announcement', asked, 403);
  await exam.refused(exam.imager, 'ask-announcement', asked, 403);
  await exam.refused(exam.requester, 'ask-announcement', {}, 409, 'reason');
  const act = await exam.ok(exam.requester, 'ask-announcement', asked);
  assert.equal(act.facts.announcement.reason, asked.reason);
  await exam.refused(exam.requester, 'ask-announcement', asked, 409, 'announcement-marked');
  await exam.refused(exam.requester, 'inform-patient', { how: 'phone', content_given: 'Expliqué.' }, 409, 'announcement');
  await traced(exam.id, 'ask-announcement', 'demandeur ok', /^manip refused /, /^imageur refused /, /^demandeur refused .*reason/, /^demandeur refused .*announcement-marked/);
});

test('E15 E29 X3 images corrected under a signed report are marked by the house alone, and its imager looks again: allowed and refused, each in the trace', async () => {
  await awake();
  const pacs = await house.person('pacs'), { study_uid } = await exam.images();
  const ask = (body) => pacs.post('/api/archive/corrections', { study_uid, reason: 'Erreur à la console', ...body });
  await exam.refused(exam.imager, 'images-corrected', { kind: 'identity', reason: 'Par moi.' }, 403); // no person says this
  await exam.refused(exam.imager, 'review-report', { id: 1, verdict: 'stands', text: 'Rien à revoir.' }, 409, 'report-mark');
  const other = await register(exam.requester, { organisation_id: exam.site.id, birth_name: 'MERCIER', first_given: 'ANNE', birth_date: '1980-04-05', sex: 'F' });
  assert.equal((await ask({ kind: 'move', ipp: other.ipp })).status, 409, 'to another patient: not unsaid');
  assert.equal((await events(exam, 'images-corrected')).length, 0);
  const made = await ask({ kind: 'identity', values: { PatientName: 'DUPONT-MOREAU^JEAN BAPTISTE' } });
  assert.equal(made.status, 200, String(made.bytes));
  for (const end = Date.now() + 15000; !(await events(exam, 'images-corrected')).length; await sleep(100)) assert.ok(Date.now() < end, 'marked');
  const [{ id }] = (await told(exam)).facts.report_marks;
  await exam.refused(exam.requester, 'review-report', { id, verdict: 'stands', text: 'Rien ne change.' }, 403);
  await exam.refused(exam.imager, 'review-report', { id, verdict: 'stands' }, 409, 'text');
  await exam.ok(exam.imager, 'review-report', { id, verdict: 'stands', text: 'Seule l’orthographe du nom change.' });
  await traced(exam.id, 'images-corrected', /^imageur refused /, / ok$/);
  await traced(exam.id, 'review-report', 'imageur ok', /^imageur refused .*report-mark/, /^demandeur refused /, /^imageur refused .*text/);
});

test('E28 X3 an exam is asked for again only after images that could not be interpreted: allowed and refused, each in the trace', async () => {
  await awake();
  const e = await Exam.started(house, { like: exam });
  e.scan(['--most', '2']);
  await e.ok(e.imager, 'open-reading');
  const wanted = { kind: 'remote-exam', patient_id: e.patient.id, requester_org_id: e.site.id, site_id: e.site.id, imaging_id: e.imager.me.memberships[0].organisation.id, modality: 'CT', priority: 'urgent', region: 'Abdomen-pelvis', repeat_of: e.id };
  const early = await e.requester.post('/api/acts', wanted);
  assert.equal(early.status, 409);
  assert.ok(early.json.error.missing.some((one) => one.code === 'repeat-of'), String(early.bytes));
  await e.refused(e.requester, 'repeat-created', { act_id: exam.id, number: exam.number }, 403); // no person says this
  await e.ok(e.imager, 'not-interpretable', { reason_code: 'motion', reason: 'Flou cinétique', procedure: 'P12', follow_up: 'Refaire demain' });
  const made = await e.requester.post('/api/acts', wanted);
  assert.equal(made.status, 200, String(made.bytes));
  assert.deepEqual((await told(e)).facts.repeats.map((one) => one.act_id), [made.json.id]);
  await traced(e.id, 'repeat-created', / ok$/, /^demandeur refused /);
});
