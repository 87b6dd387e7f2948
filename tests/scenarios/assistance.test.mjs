// A tele-assistance: asked with consent during an act, taken by an imager, each advice kept, ended with what goes into the record; the other kinds are refused by name.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exam, first, second;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  [first, second] = [exam.imager, await house.person('imageur2')];
});
after(async () => { await house?.close(); });

const open = async (kind, modality = 'US') => exam.requester.post('/api/acts', { kind, patient_id: exam.patient.id, requester_org_id: exam.site.id, site_id: exam.site.id, imaging_id: first.me.memberships[0].organisation.id, modality, priority: 'urgent', region: 'Abdomen' });

test('L7 L8 an assistance is asked for an act that is named, with the patient’s consent; what is missing is named', async () => {
  const made = await open('tele-assistance');
  assert.equal(made.status, 200, String(made.bytes));
  exam.id = made.json.id;
  await exam.refused(exam.requester, 'send', {}, 409, 'reason', 'question', 'information', 'consent-act', 'pathway', 'treating-physician');
  await exam.ok(exam.requester, 'edit-request', { reason: 'Ponction d’ascite échoguidée en cours.', question: 'Le point de ponction convient-il ?', pathway: 'emergency', treating_physician: { none: true } });
  await exam.ok(exam.requester, 'record-information', { version: '2026-1', language: 'fr' });
  await exam.ok(exam.requester, 'record-consent', { subject: 'act', how: 'oral' });
  assert.equal((await exam.ok(exam.requester, 'send')).state, 'asked');
});

test('L7 L10 the imager who accepts keeps each advice; another takes over before doing so; the end says what goes into the record', async () => {
  await exam.refused(exam.technologist, 'accept', {}, 403);
  assert.equal((await exam.ok(first, 'accept')).state, 'validated');
  assert.equal((await first.get(`/api/acts/${exam.id}`)).json.deadline.what, 'assistance', 'no slot, no exam: its own clock');
  const list = async (person, query) => (await person.get(`/api/acts?${query}`)).json;
  for (const [person, view] of [[first, 'imaging'], [exam.technologist, 'site']]) {
    const toPlan = await list(person, `view=${view}&state=validated&assistances=none&counts=1`), help = await list(person, `view=${view}&state=validated&assistances=only`);
    assert.deepEqual([toPlan.acts.map((a) => a.id).includes(exam.id), help.acts.map((a) => a.id)], [false, [exam.id]], view);
    assert.deepEqual([toPlan.counts.validated, toPlan.assistances.validated], [1, 1], 'counted apart');
  }
  assert.equal((await first.get('/api/acts?view=imaging&assistances=some')).status, 400);
  await exam.refused(first, 'end-assistance', { summary: 'Rien encore consigné.', incidents: 'Aucun.' }, 409, 'advice');
  await exam.refused(second, 'record-advice', { text: 'Plus latéral.' }, 409, 'assistant');
  await exam.ok(first, 'record-advice', { text: 'Deux centimètres plus latéral, loin de l’artère épigastrique.' });
  await exam.ok(second, 'take-over-assistance', { reason: 'Relais de garde.' });
  await exam.refused(first, 'record-advice', { text: 'Encore.' }, 409, 'assistant');
  await exam.refused(second, 'end-assistance', { summary: 'ok', incidents: 'Aucun.' }, 409, 'summary');
  const act = await exam.ok(second, 'end-assistance', { summary: 'Point de ponction déplacé, ponction réussie sans saignement.', incidents: 'Aucun incident.' });
  assert.equal(act.state, 'delivered');
  assert.equal(act.facts.advice.length, 1);
  assert.equal(act.facts.assistance_before.length, 1);
});

test('L7 the kinds that are no act of téléimagerie are refused by name', async () => {
  for (const kind of ['teleconsultation', 'telesurveillance', 'emergency-regulation', 'intervention', 'therapy', 'other']) {
    const made = await open(kind);
    assert.equal(made.status, 409, kind);
    assert.ok(made.json.error.missing.some((m) => m.code === 'kind' && m.why === 'L7'), kind);
  }
});
