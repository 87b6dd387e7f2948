// Versions of a report: preliminary and final, addenda, questions on it, who may see which, what each professional keeps.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, REPORT } from '../exam.mjs';

let house, exam, second, head, admin, group;
const HOUR = 3600000;
const facts = async (e = exam) => (await e.requester.get(`/api/acts/${e.id}`)).json.facts;
const report = async (person, revision) => (await person.get(`/api/acts/${exam.id}/report${revision ? `?revision=${revision}` : ''}`)).json;
const back = async () => { for (const one of [exam.requester, exam.imager, exam.technologist, exam.physician, second, head, admin]) await one.signIn(); };
const words = (bytes) => {
  const file = path.join(house.data, `read-${Math.random()}.pdf`);
  fs.writeFileSync(file, bytes);
  return spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
};
const pdf = async (person, revision = 0) => {
  const a = await person.get(`/api/acts/${exam.id}/report.pdf?revision=${revision}`);
  assert.equal(a.status, 200, String(a.bytes));
  if (process.env.KEEP_PDF) fs.writeFileSync(path.join(process.env.KEEP_PDF, `v-${revision}.pdf`), a.bytes);
  return words(a.bytes);
};
const save = (person, revision, content) => person.put(`/api/acts/${exam.id}/report`, { revision, content });
const add = (person, revision, addendum) => person.put(`/api/acts/${exam.id}/addendum`, { revision, addendum });
async function sign(person, step, read, sha256 = read.sha256) {
  await house.advance(person, 31000);
  return exam.ok(person, step, { revision: read.revision, sha256, proof: { kind: 'totp', code: person.code() } });
}
async function until(look, what) {
  for (const end = Date.now() + 15000; Date.now() < end; await sleep(150)) { const found = await look(); if (found) return found; }
  return assert.fail(`never: ${what}`);
}
const lines = async (what) => (await admin.get(`/api/audit?act=${exam.id}&limit=200`)).json.lines.filter((one) => one.what === what).map((one) => one.outcome);
// Whatever the hour: nobody is on duty but those whom a test puts there.
async function roster(...people) {
  const { json } = await head.get(`/api/roster?organisation=${group}&from=${house.now() - 24 * HOUR}&to=${house.now() + 7 * 24 * HOUR}`);
  for (const id of new Set(json.duties.filter((d) => !d.ended).map((d) => d.shift_id))) assert.equal((await head.send('DELETE', `/api/roster/shifts/${id}`)).status, 200);
  for (const person of people) {
    const made = await head.post('/api/roster/shifts', { organisation_id: group, person_id: person.me.person.id, role: 'imager', from_ms: house.now() - HOUR, to_ms: house.now() + 9 * HOUR, contact: '0199999999' });
    assert.equal(made.status, 200, String(made.bytes));
  }
}

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  [second, head, admin] = [await house.person('imageur2'), await house.person('responsable'), await house.person('admin')];
  group = head.me.memberships[0].organisation.id;
  await exam.consent(); await exam.ask(); await exam.accept(); await exam.plan(); await exam.prepare(); await exam.start();
  exam.scan();
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
});
after(async () => { await house?.close(); });

test('E29 a report plainly in English is refused, unless its reason is said; an incident cannot be passed over', async () => {
  const english = { results: 'The liver is of normal size and there is no evidence of focal lesion. The kidneys are normal.', conclusion: 'There is no evidence of appendicitis.', indication: 'Abdominal pain of the right lower quadrant.', technique: 'Helical acquisition of the abdomen and of the pelvis without contrast.', comparison: '', follow_up: '' };
  let read = await exam.read(english);
  assert.deepEqual(read.missing.map((one) => one.code), ['report-french']);
  assert.match(read.missing[0].text, /français/);
  await exam.refused(exam.imager, 'sign', { revision: read.revision, sha256: read.sha256, proof: { kind: 'totp', code: '000000' } }, 409, 'report-french');
  read = await exam.read({ ...english, language_reason: 'Dossier destiné à un confrère de Londres, traduit ensuite.' });
  assert.deepEqual(read.missing, []);
  read = await exam.read({ results: `${REPORT.results} Signe dit « target sign ».` });
  assert.deepEqual(read.missing, [], 'a French report with English words in it');
  await exam.ok(exam.technologist, 'report-incident', { kind: 'technical', text: 'Arrêt du tube pendant deux minutes.' });
  read = await exam.read({ incidents: { none: true } });
  assert.deepEqual(read.missing.map((one) => one.code), ['report-incidents-told']);
  read = await exam.read({ incidents: { text: 'Arrêt du tube pendant deux minutes, sans conséquence.' } });
  assert.deepEqual(read.missing, []);
});

test('E29 E31 a preliminary report is signed, said to be one everywhere, and starts the clock of the final one', async () => {
  await roster(exam.imager);
  const read = await report(exam.imager);
  await exam.refused(exam.imager, 'sign-preliminary', { revision: read.revision, sha256: read.sha256, proof: { kind: 'totp', code: '000000' } }, 409, 'report-seen');
  await exam.refused(second, 'sign-preliminary', { revision: read.revision, sha256: read.sha256_preliminary, proof: { kind: 'totp', code: '000000' } }, 409, 'same-reader');
  const act = await sign(exam.imager, 'sign-preliminary', read, read.sha256_preliminary);
  assert.equal(act.state, 'left');
  const { preliminary } = act.facts;
  assert.ok(preliminary.final_due_ms > preliminary.at_ms);
  assert.equal(act.deadline.what, 'final');
  assert.equal(act.deadline.at_ms, preliminary.final_due_ms);
  const out = await until(async () => (await facts()).deliveries && facts(), 'delivered');
  assert.ok(out.preliminary.delivered_at_ms);
  assert.deepEqual(out.deliveries.map((one) => `${one.to} ${one.preliminary} ${one.version}`), ['requester true 1', 'treating-physician true 1'], 'nothing for the patient');
  const listed = (await exam.requester.get('/api/acts')).json.acts.find((one) => one.id === exam.id);
  assert.equal(listed.report_stands_as, 'preliminary');
  const theirs = await report(exam.requester);
  assert.deepEqual([theirs.status, theirs.kind, theirs.version], ['signed', 'preliminary', 1]);
  assert.deepEqual(theirs.versions[0].patient.may_see, false);
  assert.match(theirs.versions[0].patient.why, /préliminaire/);
  const printed = await pdf(exam.requester);
  assert.match(printed, /Compte rendu préliminaire/);
  const pages = printed.split('\f').filter((one) => one.trim());
  for (const page of pages) assert.match(page, /PRÉLIMINAIRE/, 'on every page');
  await exam.refused(exam.imager, 'sign-preliminary', { revision: read.revision, sha256: read.sha256_preliminary, proof: { kind: 'totp', code: '000000' } }, 409, 'preliminary-signed');
  await exam.refused(exam.requester, 'acknowledge', {}, 409);
});

test('E32 E7 a question on the report: the imager who read is asked; unanswered, the imager on duty is called and answers', async () => {
  await exam.refused(exam.technologist, 'ask-again', { text: 'Et la rate ?' }, 403);
  await exam.refused(exam.requester, 'ask-again', { text: '' }, 409, 'text');
  const asked = (await exam.ok(exam.requester, 'ask-again', { text: 'L’appendice est-il vu en entier ?' })).facts.second_questions[0];
  assert.ok(asked.first_due_ms > asked.at_ms);
  await roster(second);
  await house.advance(exam.imager, asked.first_due_ms - house.now() + 60000);
  await back();
  const called = await until(async () => { const one = (await facts()).second_questions[0]; return one.escalations && one; }, 'escalated');
  assert.deepEqual(called.called.map((one) => one.person_id), [second.me.person.id], 'who is on duty now');
  await roster();
  await exam.refused(second, 'answer-again', { id: 999, text: 'Oui, en entier.' }, 409, 'second-open');
  const act = await exam.ok(second, 'answer-again', { id: asked.id, text: 'Oui, sur tout son trajet.' });
  assert.equal(act.facts.second_questions[0].answered_by.id, second.me.person.id);
  const again = (await exam.ok(exam.requester, 'ask-again', { text: 'Faut-il un contrôle ?' })).facts.second_questions[1];
  await exam.refused(second, 'answer-again', { id: again.id, text: 'Non.' }, 409, 'question-mine');
  await exam.ok(exam.imager, 'answer-again', { id: again.id, text: 'Clinique seule.' });
  assert.ok((await lines('step escalate-question')).includes('ok') && (await lines('step answer-again')).includes('refused'));
});

test('E29 E26 the final report by another imager says whether it differs; a difference that matters is told live', async () => {
  await exam.ok(second, 'take-over-reading', { reason: 'Relecture du matin' });
  let base = await report(second);
  const content = { ...base.content, results: 'Appendice épaissi à 11 mm avec infiltration de la graisse.', conclusion: 'Aspect d’appendicite aiguë non compliquée.' };
  let saved = await save(second, base.last_revision, content);
  assert.equal(saved.status, 200, String(saved.bytes));
  assert.deepEqual(saved.json.missing.map((one) => one.code), ['report-difference']);
  assert.equal(saved.json.before.kind, 'preliminary');
  assert.equal(saved.json.before.content.conclusion, REPORT.conclusion, 'to be held against each other');
  await exam.refused(second, 'sign', { revision: saved.json.revision, sha256: saved.json.sha256, proof: { kind: 'totp', code: '000000' } }, 409, 'report-difference');
  saved = await save(second, saved.json.revision, { ...content, difference: { significant: true, what: 'Appendicite aiguë', why: '', category: '' } });
  assert.deepEqual(saved.json.missing.map((one) => one.code), ['report-difference-what']);
  saved = await save(second, saved.json.revision, { ...content, difference: { significant: true, what: 'Appendicite aiguë, non vue sur le préliminaire.', why: 'Avis chirurgical sans délai.', category: 'immediate' } });
  assert.deepEqual(saved.json.missing, []);
  const act = await sign(second, 'sign', saved.json);
  assert.equal(act.state, 'signed');
  const finding = act.facts.urgent[0];
  assert.deepEqual([finding.category, finding.text, finding.difference], ['immediate', 'Appendicite aiguë, non vue sur le préliminaire.', true]);
  const out = await exam.until('delivered');
  assert.equal(out.facts.deliveries.length, 3);
  assert.ok(out.facts.deliveries.every((one) => one.version === 2 && !one.preliminary));
  assert.ok(Math.min(...out.facts.deliveries.map((one) => one.id)) > 2, 'lines of their own');
  assert.equal(out.facts.superseded[0].deliveries[0].preliminary, true);
  const told = { id: finding.id, to: 'Dr Paul NGUYEN', how: 'voice', repeated: 'Appendicite aiguë, avis chirurgical', told_at_ms: house.now() };
  await exam.refused(exam.physician, 'act-on-urgent', { id: finding.id, text: 'Appel du chirurgien' }, 409, 'urgent-told');
  await exam.ok(second, 'tell-urgent', told);
  await exam.ok(exam.physician, 'act-on-urgent', { id: finding.id, text: 'Chirurgien appelé.' });
  const printed = await pdf(exam.requester);
  assert.match(printed, /version 2 remplace la version 1 \(préliminaire\)/);
  assert.match(printed, /Différence significative pour la prise en charge/);
  assert.doesNotMatch(printed, /PRÉLIMINAIRE/);
  assert.match(await pdf(exam.requester, out.facts.preliminary.revision), /PRÉLIMINAIRE/, 'the one before stays readable');
});

test('E34 the patient sees the final one once informed; a signed version is never changed', async () => {
  await exam.ok(exam.requester, 'acknowledge');
  let { versions } = await report(exam.requester);
  assert.deepEqual(versions.map((one) => [one.kind, one.relation, one.patient.may_see]), [['preliminary', null, false], ['final', 'replaces', false]]);
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Appendicite expliquée.' });
  ({ versions } = await report(exam.requester));
  assert.deepEqual(versions.map((one) => one.patient.may_see), [false, true]);
  await exam.ok(exam.requester, 'patient-copy', { how: 'paper' });
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'present', checked: true });
  const read = await report(second);
  const changed = await save(second, read.last_revision, { ...read.content, conclusion: 'Autre chose.' });
  assert.equal(changed.status, 409);
  // all is done: the act is closed, with an entry of the first reader as well (L10)
  const { people } = (await exam.requester.get(`/api/acts/${exam.id}/record-entry`)).json;
  assert.ok(people.some((one) => one.id === exam.imager.me.person.id) && people.some((one) => one.id === second.me.person.id), JSON.stringify(people));
  await exam.finish();
  await exam.refused(exam.requester, 'close', {}, 409, 'records');
  await exam.ok(second, 'confirm-record', { where: 'Dossier du groupe' });
  assert.equal((await exam.ok(exam.requester, 'close')).state, 'closed');
});

test('E29 an addendum is opened by who signed, by another only when on duty and saying why', async () => {
  await roster();
  await exam.refused(exam.requester, 'open-addendum', { kind: 'correction' }, 403);
  await exam.refused(second, 'sign-addendum', { revision: 1, sha256: 'x', proof: {} }, 409, 'addendum-mine');
  const nobody = await add(second, 0, { kind: 'correction' });
  assert.equal(nobody.status, 403);
  const third = exam.imager; // read first, did not sign the final one: no longer the reader
  await exam.refused(third, 'open-addendum', { kind: 'complement' }, 409, 'addendum-author');
  await roster(third);
  await exam.refused(third, 'open-addendum', { kind: 'complement', instead: '' }, 409, 'addendum-instead');
  const act = await exam.ok(third, 'open-addendum', { kind: 'complement', instead: 'Le signataire est absent ce jour.' });
  assert.equal(act.facts.addendum_draft.by.id, third.me.person.id);
  await exam.refused(second, 'open-addendum', { kind: 'correction' }, 409, 'addendum-open');
  await exam.ok(second, 'drop-addendum', { reason: 'Je rectifie moi-même.' });
  await exam.ok(second, 'open-addendum', { kind: 'correction' });
});

test('E29 E26 E31 E34 a correction that matters: signed anew, delivered anew, told live, withheld from the patient until informed', async () => {
  const base = await report(second);
  await exam.refused(second, 'sign-addendum', { revision: base.revision, sha256: base.sha256, proof: { kind: 'totp', code: '000000' } }, 409, 'addendum-written');
  let saved = await add(second, base.last_revision, { kind: 'correction', sections: { conclusion: base.content.conclusion } });
  assert.equal(saved.status, 200, String(saved.bytes));
  assert.deepEqual(saved.json.missing.map((one) => one.code).sort(), ['addendum-reason', 'addendum-same', 'report-difference']);
  saved = await add(second, saved.json.revision, { kind: 'nonsense', sections: {} });
  assert.equal(saved.status, 400);
  saved = await report(second);
  const correction = { kind: 'correction', reason: 'Côté inversé dans la conclusion.', sections: { conclusion: 'Appendicite aiguë gauche sur situs inversus.' }, difference: { significant: true, what: 'Appendice à gauche.', why: 'Voie d’abord différente.', category: 'hours' } };
  const other = await add(exam.imager, saved.revision, correction);
  assert.equal(other.status, 403, 'the author alone writes it');
  saved = await add(second, saved.revision, correction);
  assert.deepEqual(saved.json.missing, []);
  assert.equal(saved.json.content.results, base.content.results, 'the rest stands');
  assert.equal((await report(exam.requester)).content.conclusion, base.content.conclusion, 'others see the signed one until then');
  const stale = await add(second, base.revision, correction);
  assert.equal(stale.status, 409);
  const act = await sign(second, 'sign-addendum', saved.json);
  assert.equal(act.state, 'signed');
  const out = await exam.until('delivered');
  assert.deepEqual([out.facts.patient_informed, out.facts.acknowledged, out.facts.dmp, out.facts.site_check, out.facts.records], [undefined, undefined, undefined, undefined, undefined], 'due again');
  assert.deepEqual(out.facts.deliveries.map((one) => `${one.to} ${one.version}`), ['requester 3', 'treating-physician 3', 'patient 3']);
  assert.deepEqual(out.facts.urgent.at(-1).text, 'Appendice à gauche.');
  const { versions } = await report(exam.requester);
  assert.deepEqual(versions.map((one) => [one.version, one.kind, one.relation, one.patient.may_see]), [[1, 'preliminary', null, false], [2, 'final', 'replaces', false], [3, 'addendum', 'replaces', false]]);
  assert.match(versions[2].patient.why, /informé/);
  await exam.refused(exam.requester, 'patient-copy', { how: 'paper' }, 409, 'patient-informed');
  const kinds = (await exam.requester.get('/api/duties')).json.duties.filter((one) => one.act_id === exam.id).map((one) => one.kind);
  for (const kind of ['inform', 'dmp', 'site', 'record', 'delivery']) assert.ok(kinds.includes(kind), `${kind} in ${kinds}`);
  await exam.ok(exam.requester, 'acknowledge');
  await exam.refused(exam.requester, 'close', {}, 409, 'urgent-open', 'patient-informed', 'dmp-checked', 'deliveries', 'site-check', 'records');
  await exam.ok(exam.requester, 'inform-patient', { how: 'phone', content_given: 'Rectification expliquée.' });
  assert.equal((await facts()).patient_informed.revision, saved.json.revision);
  assert.deepEqual((await report(exam.requester)).versions.map((one) => one.patient.may_see), [false, true, true]);
  const printed = await pdf(exam.requester);
  for (const said of [/Compte rendu rectificatif/, /version 3 remplace la version 2/, /Côté inversé/, /Texte de la version précédente/, /Voie d’abord différente/]) assert.match(printed, said);
});

test('E29 a complement that changes nothing for the care adds to the report, and leaves the patient’s access as it is', async () => {
  await exam.ok(second, 'open-addendum', { kind: 'late-result' });
  const base = await report(second);
  const saved = await add(second, base.last_revision, { kind: 'late-result', sections: { comparison: 'Scanner de 2024 reçu du CHU : aspect inchangé du foie.' }, difference: { significant: false } });
  assert.deepEqual(saved.json.missing, []);
  await sign(second, 'sign-addendum', saved.json);
  const out = await exam.until('delivered');
  assert.ok(out.facts.patient_informed, 'still informed');
  assert.equal(out.facts.patient_copy, undefined, 'a new copy is due');
  assert.equal(out.facts.deliveries.at(-1).why, 'no-copy-yet');
  const { versions, content } = await report(exam.requester);
  assert.deepEqual(versions.at(-1).relation, 'appends');
  assert.deepEqual(versions.map((one) => one.patient.may_see), [false, true, true, true]);
  assert.match(content.comparison, /Pas d’examen antérieur disponible\.\n\nRésultat reçu après la signature \(version 4\) : Scanner de 2024/);
  const printed = await pdf(exam.requester);
  assert.match(printed, /Compte rendu complémentaire/);
  assert.match(printed, /complète la version 3/);
  assert.match(printed, /Aucune différence significative/);
});

test('E30 each version is an object of its own that names the one before; dciodvfy finds no error', async () => {
  const { study_uid } = await exam.images();
  const series = (await exam.imager.get(`/dicom-web/studies/${study_uid}/series?Modality=DOC`, { Accept: 'application/dicom+json' })).json;
  const uid = series[0]['0020000E'].Value[0];
  const metadata = (await exam.imager.get(`/dicom-web/studies/${study_uid}/series/${uid}/metadata`, { Accept: 'application/dicom+json' })).json
    .sort((a, b) => a['00200013'].Value[0] - b['00200013'].Value[0]);
  assert.deepEqual(metadata.map((one) => one['00200013'].Value[0]), [1, 2, 3, 4]);
  assert.deepEqual(metadata.map((one) => one['00420010'].Value[0]), ['Compte rendu préliminaire', 'Compte rendu', 'Compte rendu rectificatif', 'Compte rendu complémentaire']);
  const before = (one) => one['0040A360']?.Value[0]['00081115'].Value[0]['00081199'].Value[0]['00081155'].Value[0];
  assert.deepEqual(metadata.map(before), [undefined, ...metadata.slice(0, 3).map((one) => one['00080018'].Value[0])]);
  for (const one of metadata) {
    const sop = one['00080018'].Value[0];
    const a = await exam.imager.get(`/dicom-web/studies/${study_uid}/series/${uid}/instances/${sop}`, { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' });
    assert.equal(a.status, 200);
    const start = a.bytes.indexOf('DICM') - 128, end = a.bytes.lastIndexOf('\r\n--');
    const file = path.join(house.data, `${sop}.dcm`);
    fs.writeFileSync(file, a.bytes.subarray(start, end));
    const check = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
    if (check.error) { console.log('skipped: dciodvfy is not there'); return; }
    const errors = check.stderr.split('\n').filter((said) => said.startsWith('Error'));
    assert.deepEqual(errors, [], `${sop}: ${check.stderr}`);
  }
});

test('X3 X4 the log replays to the same facts; the proof file holds every version', async () => {
  const whole = house.run(['verify', '--config', house.config]);
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  assert.ok((await lines('step sign-addendum')).filter((one) => one === 'ok').length === 2);
  assert.ok((await lines('step open-addendum')).includes('refused'));
});

test('E29 O7 the indicator: finals that differ from their preliminary, how soon told, and the acts for those to whom they are open', async () => {
  const [quality, chief] = [await house.person('qualite'), await house.person('cheffe')];
  const { number } = (await head.get('/api/conventions')).json.conventions[0];
  const period = `convention=${number}&from=${house.now() - 40 * 24 * HOUR}&to=${house.now() + 24 * HOUR}`;
  const groups = async (person) => { const a = await person.get(`/api/indicators?${period}`); assert.equal(a.status, 200, String(a.bytes)); return a.json.groups; };
  for (const person of [head, quality, chief]) {
    const all = (await groups(person)).find((one) => one.by === 'all').differences;
    assert.deepEqual([all.preliminary, all.finals, all.significant, all.told, all.addenda, all.addenda_significant], [1, 1, 1, 1, 2, 1]);
    assert.ok(all.told_median_min >= 0);
  }
  assert.equal((await groups(head)).find((one) => one.by === 'imaging').differences.significant, 1);
  const acts = (person, more = '&what=differences') => person.get(`/api/indicators/acts?${period}${more}`);
  const { json } = await acts(head, `&what=differences&by=site&key=${exam.site.id}`);
  assert.deepEqual([json.others, json.acts.map((one) => one.id)], [0, [exam.id]]);
  assert.match(json.acts[0].difference.what, /Appendicite aiguë, non vue/);
  assert.ok(json.acts[0].told_min >= 0);
  assert.deepEqual((await acts(head, `&what=differences&by=site&key=${exam.site.id + 1}`)).json, { acts: [], others: 0 });
  for (const person of [quality, chief]) assert.deepEqual((await acts(person)).json, { acts: [], others: 1 }, 'counted, not told');
  for (const person of [exam.imager, exam.requester, exam.technologist]) assert.equal((await acts(person)).status, 403);
  assert.equal((await acts(head, '&what=everything')).status, 400);
  assert.match((await head.get(`/api/indicators?${period}&format=csv`)).bytes.toString('utf8'), /\r\nall;;"";differences:significant;1;;;;;\r\n/);
  assert.ok((await admin.get('/api/audit?limit=200')).json.lines.some((one) => one.what.includes('/indicators/acts') && one.outcome === 'refused'));
});
