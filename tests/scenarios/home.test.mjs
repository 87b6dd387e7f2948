// S4: a home page for each role: what there is to do now, today, later; only what is one's own, gone when it is done.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam, REQUEST, VERDICT } from '../exam.mjs';

let house, exam;
const people = {};
const person = async (login) => (people[login] ??= await house.person(login));
const homeOf = async (who) => {
  const a = await who.get('/api/home');
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
};
const linesOf = async (who, id = exam.id) => (await homeOf(who)).items.filter((one) => one.act?.id === id);
const kinds = async (who, id) => (await linesOf(who, id)).map((one) => one.what);
const has = async (who, what) => {
  const line = (await linesOf(who)).find((one) => one.what === what);
  assert.ok(line, `${who.login}: ${what} among ${JSON.stringify((await linesOf(who)).map((one) => one.what))}`);
  return line;
};
const hasNot = async (who, ...whats) => {
  const there = await kinds(who);
  for (const what of whats) assert.ok(!there.includes(what), `${who.login}: no ${what} among ${there}`);
};

before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  Object.assign(people, { demandeur: exam.requester, imageur: exam.imager, manip: exam.technologist, medecin: exam.physician });
});
after(async () => { await house?.close(); });

test('S4 nobody without a session has a home page', async () => {
  const a = await house.request({ path: '/api/home' });
  assert.equal(a.status, 401);
});

test('S4 requester: the request is theirs to finish; nobody else is asked yet', async () => {
  const line = await has(exam.requester, 'finish-request');
  assert.equal(line.mine, true);
  assert.equal(line.act.number, exam.number);
  assert.match(line.act.patient, /DUPONT/);
  for (const who of [exam.imager, exam.technologist, exam.physician]) assert.deepEqual(await kinds(who), [], who.login);
});

test('S4 imager: the verdict, until when; another site’s people and roles without patients are told nothing of it', async () => {
  await exam.consent();
  await exam.ask({ ...REQUEST });
  let act; // the roster answers at once, but after the request is sent
  for (let i = 0; i < 100 && (act = (await exam.imager.get(`/api/acts/${exam.id}`)).json).deadline?.what !== 'assignment'; i++) await new Promise((done) => setTimeout(done, 100));
  const line = await has(exam.imager, 'verdict');
  assert.equal(line.due_ms, act.deadline.at_ms, 'the clock that the act shows');
  assert.ok(line.due_ms <= act.asked_at_ms + 21 * 60000, 'twenty minutes to answer, by the convention, before the hour of the verdict');
  assert.equal(line.act.zone, 'Europe/Paris');
  await hasNot(exam.requester, 'finish-request');
  for (const login of ['manip2', 'demandeur2', 'pcr', 'biomed', 'admin', 'pharmacien', 'pacs', 'physicien', 'qualite', 'secretaire', 'nucleaire'])
    assert.deepEqual(await kinds(await person(login)), [], `${login} is asked nothing`);
  assert.equal((await (await person('patiente')).get('/api/home')).status, 403, 'a patient has a page of her own');
});

test('S4 imager: once somebody has taken the act, it is theirs alone', async () => {
  const other = await person('imageur2');
  await has(other, 'verdict');
  await exam.ok(exam.imager, 'take');
  const line = await has(exam.imager, 'verdict'), act = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  assert.equal(line.mine, true);
  assert.equal(line.due_ms, act.asked_at_ms + 60 * 60000, 'taken: an hour for the verdict');
  await hasNot(other, 'verdict');
});

test('S4 requester: the imager’s question, in its words; answered, it goes', async () => {
  await exam.ok(exam.imager, 'ask-information', { text: 'Créatinine de ce jour ?' });
  const line = await has(exam.requester, 'answer-question');
  assert.equal(line.text, 'Créatinine de ce jour ?');
  await hasNot(exam.imager, 'verdict');
  await exam.ok(exam.requester, 'answer-information', { id: line.id, text: 'DFG 92 mL/min ce matin.' });
  await hasNot(exam.requester, 'answer-question');
  await has(exam.imager, 'verdict');
});

test('S4 technologist and secretary: the exam to plan; a person who has both sees it once', async () => {
  await exam.accept({ ...VERDICT });
  const secretary = await person('secretaire');
  assert.ok((await has(secretary, 'plan')).due_ms > house.now());
  await has(exam.technologist, 'plan');
  await hasNot(await person('manip2'), 'plan');
  await hasNot(exam.imager, 'verdict');
});

test('S4 pharmacist and pharmacy technician: the prescription to prepare, until it is given; the biomedical engineer sees no patient', async () => {
  await exam.ok(exam.imager, 'prescribe', { kind: 'contrast', text: 'Iohexol 350, 80 mL, IV' });
  for (const login of ['pharmacien', 'preparateur']) {
    const line = await has(await person(login), 'prepare-drug');
    assert.equal(line.text, 'Iohexol 350, 80 mL, IV');
  }
  assert.deepEqual(await kinds(await person('biomed')), []);
});

test('S4 local physician: asked in person, and only the one who is named', async () => {
  await exam.plan();
  await hasNot(exam.physician, 'confirm-presence');
  await has(exam.technologist, 'name-local');
  await exam.prepare();
  await hasNot(exam.technologist, 'name-local');
  assert.equal((await has(exam.physician, 'confirm-presence')).mine, true);
  await exam.ok(exam.physician, 'confirm-local-presence');
  await hasNot(exam.physician, 'confirm-presence');
  const slot = await has(exam.technologist, 'start-exam');
  assert.equal(slot.press, 'now', 'within the hour');
  await has(exam.imager, 'join-exam');
});

test('S4 the exam under way: each has the next step and nothing of the others', async () => {
  await exam.start();
  await has(exam.technologist, 'end-acquisition');
  assert.equal((await has(exam.imager, 'supervise')).press, 'now');
  await hasNot(exam.technologist, 'start-exam', 'supervise');
  exam.scan();
  await exam.ok(exam.imager, 'order', { to: 'technologist', kind: 'protocol', text: 'Coupes plus fines sur la fosse iliaque.', due_min: 10 });
  const order = await has(exam.technologist, 'order');
  assert.equal(order.press, 'now');
  assert.match(order.text, /Coupes plus fines/);
  await exam.ok(exam.technologist, 'answer-order', { id: order.id, text: 'Fait.' });
  await hasNot(exam.technologist, 'order');
});

test('S4 an incident waits for the local physician and the imager until each takes note', async () => {
  await exam.ok(exam.technologist, 'report-incident', { kind: 'technical', text: 'Coupure de la table pendant deux minutes.' });
  const mine = await has(exam.physician, 'incident');
  assert.ok(mine.due_ms > 0);
  await has(exam.imager, 'incident');
  await exam.ok(exam.physician, 'acknowledge-incident', { id: mine.id });
  await hasNot(exam.physician, 'incident');
  await exam.ok(exam.imager, 'acknowledge-incident', { id: mine.id });
  await hasNot(exam.imager, 'incident');
  await has(exam.technologist, 'resolve-incident');
});

test('S4 images to judge, the patient to release, the departure, the reading: in that order', async () => {
  await exam.ok(exam.technologist, 'end-acquisition', { made: (await exam.images()).instances });
  await has(exam.imager, 'judge-images');
  await hasNot(exam.technologist, 'end-acquisition');
  await exam.ok(exam.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
  await has(exam.imager, 'release');
  await exam.ok(exam.imager, 'release');
  await has(exam.technologist, 'patient-left');
  await exam.ok(exam.technologist, 'patient-left');
  const reading = await has(exam.imager, 'read');
  assert.ok(reading.due_ms > 0, 'the report has a clock');
  for (const login of ['pharmacien', 'preparateur']) assert.deepEqual(await kinds(await person(login)), [], 'nothing to prepare any more');
});

test('S4 an urgent finding: to be told by the imager, then to be acted on by requester and local physician; acted on, it is gone everywhere', async () => {
  await exam.ok(exam.imager, 'report-urgent', { category: 'immediate', text: 'Perforation digestive.' });
  const told = await has(exam.imager, 'urgent-tell');
  assert.equal(told.press, 'now');
  await has(exam.requester, 'urgent-call');
  await exam.ok(exam.imager, 'tell-urgent', { id: told.id, to: 'Dr Camille DUBOIS', how: 'voice', repeated: 'Perforation digestive, avis chirurgical immédiat.', told_at_ms: house.now() });
  await hasNot(exam.imager, 'urgent-tell');
  const first = (await homeOf(exam.requester)).items[0];
  assert.equal(first.what, 'urgent-act', 'the most pressing comes first');
  await has(exam.physician, 'urgent-act');
  await exam.ok(exam.physician, 'act-on-urgent', { id: told.id, text: 'Chirurgien appelé, patient au bloc.' });
  for (const who of [exam.requester, exam.physician]) await hasNot(who, 'urgent-act', 'urgent-call');
});

test('S4 after the report: the requester reads it, then what is due to the patient, the site, each one’s record', async () => {
  await exam.sign(await exam.read({ urgent: true }));
  await exam.until('delivered');
  await has(exam.requester, 'read-report');
  await has(exam.requester, 'duty-inform');
  await has(await person('secretaire'), 'duty-site');
  await has(await person('secretaire'), 'duty-delivery');
  const record = await has(exam.imager, 'duty-record');
  assert.equal(record.mine, true);
  await hasNot(await person('imageur2'), 'duty-record');
  await exam.ok(exam.requester, 'acknowledge');
  await hasNot(exam.requester, 'read-report');
  await exam.ok(exam.requester, 'inform-patient', { how: 'in-person', content_given: 'Résultat et suites expliqués.' });
  await exam.ok(exam.requester, 'check-dmp', { record_checked: true, dmp: 'none', checked: 'Dossier du service' });
  await hasNot(exam.requester, 'duty-inform', 'duty-dmp', 'close-act');
  await exam.finish();
  for (const one of (await exam.requester.get(`/api/acts/${exam.id}`)).json.facts.incidents.filter((item) => !item.resolved_at_ms))
    await exam.ok(exam.technologist, 'resolve-incident', { id: one.id, text: 'Table réparée.' });
  await has(exam.requester, 'close-act');
  await exam.ok(exam.requester, 'close');
  for (const who of [exam.requester, exam.imager, exam.technologist, exam.physician]) assert.deepEqual(await kinds(who), [], `${who.login}: an act that is closed asks nothing`);
});

test('S4 O2 the roster: one’s duty now, and a swap one is asked for', async () => {
  const now = house.now(), secretary = await person('responsable');
  const orgs = (await secretary.get('/api/organisations')).json.organisations, group = orgs.find((o) => o.kind === 'imaging');
  const made = await secretary.post('/api/roster/shifts', { organisation_id: group.id, person_id: exam.imager.me.person.id, role: 'imager', from_ms: now + 3 * 3600000, to_ms: now + 5 * 3600000 });
  assert.equal(made.status, 200, String(made.bytes));
  const other = await person('imageur2');
  assert.ok(!(await homeOf(other)).items.some((one) => one.what === 'swap-answer'));
  const swap = await exam.imager.post('/api/roster/swaps', { shift_id: made.json.id, from_ms: now + 3 * 3600000, person_id: other.me.person.id });
  assert.equal(swap.status, 200, String(swap.bytes));
  assert.ok((await homeOf(other)).items.some((one) => one.what === 'swap-answer'));
  assert.ok(!(await homeOf(exam.imager)).items.some((one) => one.what === 'swap-answer'), 'asked of the other alone');
});

test('S4 PACS administrator: what waits in the archive; others see nothing of it', async () => {
  const pacs = await person('pacs');
  const stray = await Exam.open(house, { like: exam, priority: 'urgent' });
  await stray.consent();
  await stray.ask();
  await stray.accept({ ...VERDICT });
  await stray.plan();
  await stray.prepare();
  await stray.start();
  stray.scan(['--most', '3', '--wrong-name', 'AUTRE^PATIENT']);
  let line;
  for (const end = Date.now() + 20000; !line && Date.now() < end;) {
    line = (await homeOf(pacs)).items.find((one) => one.what === 'images-wrong-patient');
    if (!line) await new Promise((done) => setTimeout(done, 200));
  }
  assert.ok(line && line.count >= 1);
  assert.equal(line.act, null, 'a count, no patient');
  for (const who of [exam.requester, exam.imager, exam.technologist, await person('admin')])
    assert.ok(!(await homeOf(who)).items.some((one) => one.what.startsWith('images-')), `${who.login} keeps no archive`);
});

test('S4 O11 biomedical engineer: equipment out of service is theirs; the secretary is not asked', async () => {
  const engineer = await person('biomed');
  const register = (await engineer.get('/api/staff/register')).json, one = register.rooms.flatMap((room) => room.equipment).find((e) => e.kind === 'modality');
  assert.ok(!(await homeOf(engineer)).items.some((line) => line.what === 'equipment-stopped'));
  const stopped = await engineer.post(`/api/staff/equipment/${one.id}/service`, { reason: 'Tube à changer.' });
  assert.equal(stopped.status, 200, String(stopped.bytes));
  const line = (await homeOf(engineer)).items.find((each) => each.what === 'equipment-stopped');
  assert.equal(line.about, one.name);
  assert.ok(!(await homeOf(await person('secretaire'))).items.some((each) => each.what === 'equipment-stopped'));
});

test('S4 S3 responsible: a convention drafted and whole is theirs to sign; others are not asked', async () => {
  const chief = await person('responsable');
  const conventions = (await chief.get('/api/conventions')).json.conventions;
  const draft = await chief.post('/api/convention-papers', { from: conventions[0].id });
  assert.equal(draft.status, 200, String(draft.bytes));
  assert.ok(!(await homeOf(chief)).items.some((one) => one.what === 'convention-sign'), 'the medical project is missing: nothing to sign yet');
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
  const attached = await chief.send('POST', `/api/convention-papers/${draft.json.id}/documents?kind=medical-project&title=Projet`, pdf, { 'Content-Type': 'application/pdf' });
  assert.equal(attached.status, 200, String(attached.bytes));
  const mine = (await homeOf(chief)).items.filter((one) => one.what === 'convention-sign');
  assert.equal(mine.length, 1, JSON.stringify((await chief.get('/api/convention-papers')).json.papers.map((one) => [one.state, one.may_sign, one.missing])));
  assert.ok(!(await homeOf(exam.imager)).items.some((one) => one.what === 'convention-sign'), 'an imager signs none');
});

test('S4 what goes by itself is not put aside, what is another’s even less', async () => {
  const line = (await homeOf(await person('biomed'))).items.find((one) => one.what === 'equipment-stopped');
  let a = await people.biomed.post('/api/home/aside', { key: line.key, note: 'Vu ce matin.' });
  assert.equal(a.status, 409, String(a.bytes));
  a = await exam.requester.post('/api/home/aside', { key: line.key, note: 'Vu ce matin.' });
  assert.equal(a.status, 404, String(a.bytes));
  a = await people.biomed.post('/api/home/aside', { key: line.key, note: '' });
  assert.equal(a.status, 400, String(a.bytes));
});

test('S4 E10 responsible: called for a delay that has passed, without the patient they may not see', async () => {
  const late = await Exam.open(house, { like: exam, priority: 'emergency' });
  await late.consent();
  await late.ask();
  await house.advance(exam.requester, 46 * 60000);
  for (const who of [exam.requester, exam.imager, exam.technologist]) await who.signIn(); // sessions that rested so long have ended
  const chief = await house.person('responsable'), asker = await house.person('cheffe');
  let line;
  for (const end = Date.now() + 20000; !line && Date.now() < end;) {
    line = (await homeOf(chief)).items.find((one) => one.what === 'called' && one.text === 'verdict' && one.act.id === late.id);
    if (!line) await new Promise((done) => setTimeout(done, 200));
  }
  assert.ok(line, 'the responsible of the imaging group is called');
  const order = (await homeOf(exam.imager)).items.filter((one) => one.press === 'now');
  const last = order.findLastIndex((one) => one.act?.priority === 'emergency'), calm = order.findIndex((one) => one.act?.priority !== 'emergency' && !/^urgent-|^incident$|^record-care$/.test(one.what));
  assert.ok(last >= 0 && (calm < 0 || last < calm), `an emergency stands above the rest, whoever’s it is: ${order.map((one) => `${one.what} ${one.act?.priority}`)}`);
  assert.equal(line.press, 'now');
  const unseen = (await homeOf(asker)).items.filter((one) => one.act?.id === late.id);
  for (const one of unseen) assert.equal(one.act.patient, null, 'a responsible alone reads no patient');
  await late.refused(exam.technologist, 'accept', VERDICT, 403);
  await late.ok(exam.requester, 'cancel', { code: 'clinical-change', text: 'Patient transféré.' });
  assert.ok(!(await kinds(chief, late.id)).includes('called'), 'the clock runs no more');
});

test('S4 X3 the look at a home page is in the trace', async () => {
  const admin = await house.person('admin');
  const a = await admin.get('/api/audit?limit=100');
  assert.equal(a.status, 200, String(a.bytes));
  assert.ok(JSON.stringify(a.json).includes('"home"'), JSON.stringify(a.json).slice(0, 400));
});
