// Identities: searched before they are made, side by side when they look alike, trusted by what was seen, checked at the site, corrected and merged with their acts; who consents for whom.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nothingFromSanitizers } from '../dicom.mjs';
import { Exam, register, REQUEST } from '../exam.mjs';
import { House } from '../house.mjs';

let house, exam, requester, technologist, secretary, imager, pacs, admin, site;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  ({ requester, technologist, imager, site } = exam);
  [secretary, pacs, admin] = [await house.person('secretaire'), await house.person('pacs'), await house.person('admin')];
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const search = async (person, birth, letters) => (await person.get(`/api/patients?birth_date=${birth}&name=${encodeURIComponent(letters)}`)).json;
const draft = (traits) => ({ birth_name: 'CHARPENTIER', first_given: 'Rose', given_names: traits?.first_given ?? 'Rose', birth_date: '1988-04-09', sex: 'F', birth_place_code: '38185', document: 'none', organisation_id: site.id, ...traits });
const create = async (traits, more = {}, person = requester) => {
  const d = draft(traits);
  const { search: token } = await search(person, d.birth_date, d.birth_name.slice(0, 3));
  return person.post('/api/patients', { ...d, search: token, ...more });
};
const says = (a, status, words) => {
  assert.equal(a.status, status, String(a.bytes));
  if (words) assert.match(a.json.error.text, words);
  return a.json;
};
const identityOf = async (id, person = requester) => (await person.get(`/api/patients/${id}/identity`)).json;
const traced = async (patient_id, what, outcome) => {
  const { lines } = (await admin.get(`/api/audit?limit=300&patient=${patient_id}`)).json;
  assert.ok(lines.some((one) => one.patient_id === patient_id && one.what === what && one.outcome === outcome), `${what} ${outcome} of ${patient_id}: ${JSON.stringify(lines.slice(0, 12).map((one) => [one.what, one.outcome, one.patient_id]))}`);
};
const another = (options) => Exam.open(house, { like: exam, ...options });
const day = (iso) => iso.toISOString().slice(0, 10);
const bornYearsAgo = (years, days = 0) => { const d = new Date(house.now() - days * 86400000); d.setUTCFullYear(d.getUTCFullYear() - years); return day(d); };

test('E15 nobody is registered before they were searched, by the same person, with the same birth date and letters', async () => {
  says(await requester.post('/api/patients', draft()), 409, /Cherchez d’abord/);
  says(await requester.post('/api/patients', { ...draft(), search: '00'.repeat(16) }), 409, /Cherchez d’abord/);
  const other = await search(requester, '1988-04-10', 'CHA');
  says(await requester.post('/api/patients', { ...draft(), search: other.search }), 409, /cherchez de nouveau/);
  const letters = await search(requester, '1988-04-09', 'ZZ');
  says(await requester.post('/api/patients', { ...draft(), search: letters.search }), 409, /cherchez de nouveau/);
  const mine = await search(requester, '1988-04-09', 'CHA');
  says(await technologist.post('/api/patients', { ...draft(), search: mine.search }), 409, /Cherchez d’abord/);
  says(await requester.post('/api/patients', { ...draft({ birth_place_code: '' }), search: mine.search }), 400, /tous obligatoires/);
  const made = says(await requester.post('/api/patients', { ...draft(), search: mine.search }), 200);
  assert.equal(made.status, 'PROV');
  await traced(made.id, 'POST /api/patients', 'ok');
  assert.equal((await search(requester, '1988-04-09', 'ros')).patients[0].id, made.id, 'found by the given name too');
});

test('E15 who looks alike is shown, and one of three decisions is compulsory: same person, homonym, doubtful', async () => {
  const first = says(await create({ birth_name: 'Le Goff', first_given: 'Maël', birth_date: '1979-02-11', sex: 'M' }), 200);
  const near = [['LEGOFF', 'Mael'], ['LE-GOFF', 'MAËL'], ['Le Goft', 'Mael'], ['MAEL', 'Le Goff'], ['LE GOFF KERVELLA', 'Maelig']];
  let refused;
  for (const [birth_name, first_given] of near) {
    refused = says(await create({ birth_name, first_given, given_names: first_given, birth_date: '1979-02-11', sex: 'M' }), 409, /même personne/);
    assert.deepEqual(refused.homonyms.map((one) => one.id), [first.id], `${birth_name} ${first_given}`);
  }
  says(await create({ birth_name: 'LEGOFF', first_given: 'Mael', given_names: 'Mael', birth_date: '1979-02-11', sex: 'M' }, { decision: 'homonym', alike: 'another list' }), 409, /a changé/);
  says(await create({ birth_name: 'LEGOFF', first_given: 'Mael', given_names: 'Mael', birth_date: '1979-02-11', sex: 'M' }, { decision: 'whatever', alike: refused.alike }), 400, /même personne/);
  // the same person: nothing is made, what was typed stays in the history
  const same = says(await requester.post(`/api/patients/${first.id}/same`, draft({ birth_name: 'LEGOFF', first_given: 'Mael', given_names: 'Mael', birth_date: '1979-02-11', sex: 'M' })), 200);
  assert.equal(same.id, first.id);
  const [line] = (await identityOf(first.id)).history;
  assert.equal(line.what, 'recognised');
  assert.equal(line.by.name, requester.me.person.name, 'who did it is told by name and roles, not by a login');
  assert.ok(line.by.roles.includes('requester'), JSON.stringify(line.by));
  await traced(first.id, 'POST /api/patients/{id}/same', 'ok');
  says(await requester.post(`/api/patients/${first.id}/same`, draft()), 409, /ne se ressemblent pas/);
  // homonyms: both are marked
  const second = says(await create({ birth_name: 'LEGOFF', first_given: 'Mael', given_names: 'Mael', birth_date: '1979-02-11', sex: 'M', birth_place_code: '29019' }, { decision: 'homonym', alike: refused.alike }), 200);
  assert.deepEqual(second.attributes, ['HOMO']);
  const page = await identityOf(first.id);
  assert.deepEqual(page.patient.attributes, ['HOMO']);
  assert.deepEqual(page.alike.map((one) => [one.patient.id, one.decision]), [[second.id, 'homonym']]);
  // a doubt: provisional, and neither document nor INS raises it
  const list = says(await create({ birth_name: 'LE GOFF', first_given: 'Maelle', given_names: 'Maelle', birth_date: '1979-02-11' }), 409);
  assert.equal(list.homonyms.length, 2);
  const doubtful = says(await create({ birth_name: 'LE GOFF', first_given: 'Maelle', given_names: 'Maelle', birth_date: '1979-02-11', document: 'passport' }, { decision: 'doubtful', alike: list.alike }), 200);
  assert.deepEqual([doubtful.status, doubtful.attributes], ['PROV', ['DOUT']]);
  says(await requester.post(`/api/patients/${doubtful.id}/document`, { kind: 'passport', same: true }), 409, /douteuse/);
});

test('E15 a twin is another person: same name and date, another given name, no question asked', async () => {
  says(await create({ birth_name: 'JUMELLE', first_given: 'Lise', given_names: 'Lise', birth_date: '2001-05-05' }), 200);
  const twin = says(await create({ birth_name: 'JUMELLE', first_given: 'Rosa', given_names: 'Rosa', birth_date: '2001-05-05' }), 200);
  assert.deepEqual(twin.attributes, []);
  const near = says(await create({ birth_name: 'JUMELLE', first_given: 'Liss', given_names: 'Liss', birth_date: '2001-05-05' }), 409);
  assert.equal(near.homonyms.length, 1, 'one letter from the other twin is asked');
});

test('E15 T2 the status follows document and INS: provisional, validated, qualified, each refusal says what is missing', async () => {
  const p = says(await create({ birth_name: 'VIGNERON', first_given: 'Ève', given_names: 'Ève Marie', birth_date: '1990-12-03', birth_place_code: '2A004' }), 200);
  const document = (body, person = technologist) => person.post(`/api/patients/${p.id}/document`, body);
  says(await document({ kind: 'driving-licence', same: true }), 409, /passeport/);
  says(await document({ kind: 'health-card', same: true }), 409, /passeport/);
  says(await document({ kind: 'birth-certificate', holder_kind: 'passport', same: true }), 409, /mineur/);
  says(await document({ kind: 'library-card', same: true }), 400);
  says(await document({ kind: 'id-card', same: false }), 409, /corrigez-les/);
  says(await document({ kind: 'id-card', same: true }, imager), 403);
  await traced(p.id, 'POST /api/patients/{id}/document', 'refused');
  const validated = says(await document({ kind: 'id-card', same: true }), 200);
  assert.deepEqual([validated.status, validated.document, validated.document_by], ['VALI', 'id-card', 'manip']);
  assert.ok(validated.document_at_ms > 0);
  assert.equal(validated.ins, null);
  await traced(p.id, 'POST /api/patients/{id}/document', 'ok');
  // the INS: from the reference system of the site, by the secretary, with its traits
  const key = (thirteen) => thirteen + String(97 - Number(BigInt(thirteen.replace('2A', '19')) % 97n)).padStart(2, '0');
  const ins = { value: key('290122A004017'), oid: '1.2.250.1.213.1.4.10' };
  const body = { reason: 'Réponse du référentiel', ins, birth_name: 'VIGNERON', given_names: 'EVE MARIE', birth_date: '1990-12-03', sex: 'F', birth_place_code: '2A004' };
  const receive = (more = {}, person = secretary) => person.post(`/api/patients/${p.id}/ins`, { ...body, ...more });
  says(await receive({}, technologist), 403, /secrétariat/);
  says(await receive({ ins: { ...ins, value: ins.value.replace(/.$/, (c) => String((Number(c) + 1) % 10)) } }), 400, /clé/);
  says(await receive({ ins: { ...ins, oid: '1.2.250.1.213.1.4.8' } }), 400, /autorité/i);
  const differs = says(await receive({ birth_date: '1990-03-12' }), 409, /traits reçus/);
  assert.deepEqual(differs.differences.map((one) => [one.trait, one.kind]), [['birth_date', 'day-and-month']]);
  says(await receive({ given_names: 'EVE' }), 409);
  const qualified = says(await receive(), 200);
  assert.deepEqual([qualified.status, qualified.ins.value, qualified.ins.nature], ['QUAL', ins.value, 'NIR']);
  await traced(p.id, 'POST /api/patients/{id}/ins', 'ok');
  // a strict trait changed by hand drops INS and trust; the document given with the change keeps the validation
  const change = (more, person = requester) => person.put(`/api/patients/${p.id}`, { version: qualified.version, reason: 'Acte de naissance relu', ...more });
  says(await change({ birth_place_code: '2A041', reason: '' }), 400, /pourquoi/);
  says(await change({ birth_place_code: '2A041', version: qualified.version - 1 }), 409, /entre-temps/);
  says(await change({ birth_place_code: '2A041' }, imager), 403);
  const changed = says(await change({ birth_place_code: '2A041' }), 200);
  assert.deepEqual([changed.status, changed.ins], ['PROV', null]);
  const page = await identityOf(p.id);
  assert.equal(page.history[0].before.birth_place_code, '2A004', 'the former version is kept');
  assert.equal(page.history[0].reason, 'Acte de naissance relu');
  assert.ok(page.history.every((line) => !JSON.stringify(line).includes(ins.value)), 'the history shows no number');
  await traced(p.id, 'PUT /api/patients/{id}', 'ok');
  assert.equal((await (await house.person('demandeur2')).get(`/api/patients/${p.id}/identity`)).status, 404, 'another structure sees nothing');
});

test('E15 a minor is validated by the birth certificate with the document of the parent', async () => {
  const child = says(await create({ birth_name: 'PETITJEAN', first_given: 'Nino', given_names: 'Nino', birth_date: bornYearsAgo(7), sex: 'M' }), 200);
  says(await technologist.post(`/api/patients/${child.id}/document`, { kind: 'birth-certificate', same: true }), 409, /du parent/);
  says(await technologist.post(`/api/patients/${child.id}/document`, { kind: 'family-book', holder_kind: 'health-card', same: true }), 409, /du parent/);
  const valid = says(await technologist.post(`/api/patients/${child.id}/document`, { kind: 'birth-certificate', holder_kind: 'passport', same: true }), 200);
  assert.deepEqual([valid.status, valid.document_holder], ['VALI', 'passport']);
});

test('E15 anybody who identifies says that an identity is doubtful; the secretary alone clears it; fictitious is for ever', async () => {
  const p = says(await create({ birth_name: 'ROUSSILLON', first_given: 'Guy', given_names: 'Guy', birth_date: '1944-08-25', sex: 'M', document: 'passport' }), 200);
  assert.equal(p.status, 'VALI');
  const mark = (person, body) => person.post(`/api/patients/${p.id}/attributes`, body);
  says(await mark(technologist, { add: ['DOUT'] }), 400, /pourquoi/);
  says(await mark(technologist, { add: ['GUESS'], reason: 'Photo différente' }), 400);
  assert.deepEqual(says(await mark(technologist, { add: ['DOUT'], reason: 'Photo différente' }), 200).status, 'PROV');
  says(await mark(technologist, { drop: ['DOUT'], reason: 'Je le connais' }), 403, /secrétariat/);
  await traced(p.id, 'POST /api/patients/{id}/attributes', 'refused');
  says(await secretary.post(`/api/patients/${p.id}/ins`, { ...draft(), reason: 'x', ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' } }), 409, /douteuse/);
  assert.deepEqual(says(await mark(secretary, { drop: ['DOUT'], reason: 'Pièce revue avec le patient' }), 200).attributes, []);
  says(await mark(technologist, { add: ['FICT'], reason: 'Essai' }), 403);
  assert.deepEqual(says(await mark(secretary, { add: ['FICT'], reason: 'Fiche d’essai' }), 200).attributes, ['FICT']);
  says(await mark(secretary, { drop: ['FICT'], reason: 'Finalement non' }), 409, /fictive/);
  says(await requester.post(`/api/patients/${p.id}/document`, { kind: 'passport', same: true }), 409, /fictive/);
  const busy = await another();
  says(await secretary.post(`/api/patients/${busy.patient.id}/attributes`, { add: ['FICT'], reason: 'Essai' }), 409, /acte en cours/);
});

test('E15 a date that is known in part is kept by the rule and compared as it is known', async () => {
  says(await requester.get('/api/patients?birth_date=1950-00-12&name=DIA'), 400, /date/);
  const p = says(await create({ birth_name: 'DIALLO', first_given: 'Awa', given_names: 'Awa', birth_date: '1950-00-00', document: 'passport' }), 200);
  assert.deepEqual([p.birth_date, p.birth_known], ['1950-12-31', 'year']);
  assert.equal((await search(requester, '1950-00-00', 'DIA')).patients[0].id, p.id);
  const month = says(await create({ birth_name: 'DIAKITE', first_given: 'Sira', given_names: 'Sira', birth_date: '1950-06-00' }), 200);
  assert.deepEqual([month.birth_date, month.birth_known], ['1950-06-01', 'month']);
  const e = await another({ patient: 'DIA', born: '1950-00-00' });
  assert.equal(e.patient.id, p.id);
  await e.ask({ ...REQUEST, pregnancy: 'not-applicable' });
  await e.accept();
  await e.plan();
  const whole = await e.identify({ birth_date: '1950-12-31' });
  assert.deepEqual(whole.facts.identity.differences.map((one) => one.kind), ['unknown-date'], 'the rule’s day is not a day that somebody says');
  assert.equal((await e.identify({ birth_date: '1950-00-00' })).facts.identity.result, 'match');
});

const planned = async (options) => {
  const e = await another(options);
  await e.ask(options?.request ?? REQUEST);
  await e.accept();
  await e.plan();
  return e;
};

test('E15 the check at the site: asked openly, seen, by whom; each near mismatch is named, blocks and is an incident', async () => {
  const e = await planned();
  const check = { birth_name: e.patient.birth_name, first_given: e.patient.first_given, birth_date: e.patient.birth_date, sex: e.patient.sex, document: 'wristband' };
  await e.refused(e.technologist, 'check-identity', check, 409, 'asked');
  await e.refused(e.technologist, 'check-identity', { ...check, asked: 'unable', document: 'none' }, 409, 'identity-proof');
  await e.refused(e.technologist, 'check-identity', { ...check, asked: 'relative' }, 409, 'asked-text');
  await e.refused(e.requester, 'check-identity', { ...check, asked: 'open' }, 403);
  const near = [
    [{ birth_name: 'DUPOND-MOREAU' }, 'birth_name', 'one-letter'], [{ birth_name: 'DUPONT' }, 'birth_name', 'part'], [{ birth_name: 'JEAN-BAPTISTE', first_given: 'DUPONT-MOREAU' }, 'birth_name', 'exchanged'],
    [{ first_given: 'JEAN' }, 'first_given', 'part'], [{ birth_date: '1971-02-11' }, 'birth_date', 'day-and-month'], [{ birth_date: '1971-11-03' }, 'birth_date', 'one-digit'],
    [{ birth_date: '1971-00-00' }, 'birth_date', 'unknown-date'], [{ sex: 'F' }, 'sex', 'other'], [{ birth_place: 'Lyon' }, 'birth_place', 'other'], [{ wristband: 'differs' }, 'wristband', 'other'],
  ];
  let incidents = 0;
  for (const [wrong, trait, kind] of near) {
    const { facts } = await e.ok(e.technologist, 'check-identity', { ...check, asked: 'open', ...wrong });
    assert.equal(facts.identity.result, 'mismatch', JSON.stringify(wrong));
    assert.deepEqual([facts.identity.differences[0].trait, facts.identity.differences[0].kind], [trait, kind], JSON.stringify(wrong));
    incidents += 1;
    assert.equal(facts.incidents.filter((one) => one.kind === 'identity').length, incidents);
    await e.refused(e.technologist, 'start', {}, 409, 'identity');
  }
  const good = await e.ok(e.technologist, 'check-identity', { ...check, asked: 'unable', asked_text: 'Patient intubé', wristband: 'matches' });
  assert.deepEqual([good.facts.identity.result, good.facts.identity.asked, good.facts.identity.by.id], ['match', 'unable', e.technologist.me.person.id]);
});

test('E15 the used name is not the birth name; a twin who comes instead is told apart; a homonym says where they were born', async () => {
  const traits = { birth_date: '1996-03-03', sex: 'F', birth_place_code: '69383', birth_place_name: 'Lyon 3e' };
  const anna = await register(requester, { ...traits, birth_name: 'BELLAMY', used_name: 'CORDIER', first_given: 'ANNA', organisation_id: site.id });
  await register(requester, { ...traits, birth_name: 'BELLAMY', first_given: 'SOLÈNE', organisation_id: site.id });
  const e = await planned({ patient: 'BEL', born: '1996-03-03', request: { ...REQUEST, pregnancy: 'no' } });
  assert.equal(e.patient.id, anna.id);
  const used = await e.identify({ birth_name: 'CORDIER' });
  assert.equal(used.facts.identity.differences[0].kind, 'used-name');
  const twin = await e.identify({ first_given: 'Solène' });
  assert.deepEqual([twin.facts.identity.result, twin.facts.identity.another], ['mismatch', true]);
  // a homonym comes to be registered while the exam is planned
  const other = await register(requester, { ...traits, birth_name: 'BELLAMY', first_given: 'ANNA-MARIA', birth_place_code: '75114', organisation_id: site.id });
  assert.deepEqual(other.attributes, ['HOMO']);
  assert.deepEqual((await e.technologist.get(`/api/acts/${e.id}`)).json.patient.attributes, ['HOMO'], 'the act shows it');
  assert.ok((await e.technologist.get('/api/acts?view=site')).json.acts.find((a) => a.id === e.id).patient.attributes.includes('HOMO'), 'the list shows it');
  assert.match((await e.technologist.get(`/api/acts/${e.id}/worklist`)).json.alerts, /HOMONYME/, 'the modality is told');
  const same = { birth_name: 'BELLAMY', first_given: 'ANNA', birth_date: '1996-03-03', sex: 'F', document: 'id-card', asked: 'open' };
  await e.refused(e.technologist, 'check-identity', same, 409, 'birth-place');
  assert.equal((await e.ok(e.technologist, 'check-identity', { ...same, birth_place: '75114' })).facts.identity.result, 'mismatch');
  const good = await e.ok(e.technologist, 'check-identity', { ...same, birth_place: 'Lyon 3e' });
  assert.equal(good.facts.identity.result, 'match');
  assert.equal((await e.requester.get(`/api/patients/${anna.id}`)).json.status, 'VALI', 'five traits on a document of high trust validate the identity');
});

test('E15 traits corrected while an exam is planned: everybody is told, the slot is given again, the check is made again; images follow after', async () => {
  const p = await register(requester, { birth_name: 'FOUGERE', first_given: 'PAUL', birth_date: '1966-06-06', sex: 'M', birth_place_code: '43157', organisation_id: site.id });
  const e = await planned({ patient: 'FOU', born: '1966-06-06' });
  await e.consent();
  await e.prepare();
  const fresh = (await requester.get(`/api/patients/${p.id}`)).json;
  says(await requester.put(`/api/patients/${p.id}`, { version: fresh.version, birth_name: 'FOUGÈRES', reason: 'Faute de frappe, carte d’identité relue', document: 'id-card' }), 200);
  const told = (await e.technologist.get(`/api/acts/${e.id}`)).json;
  assert.equal(told.facts.identity_corrections[0].before.birth_name, 'FOUGERE');
  assert.equal(told.facts.signed_request.identity.birth_name, 'FOUGERES');
  await e.refused(e.technologist, 'start', {}, 409, 'identity');
  const now = { birth_name: 'FOUGERES', first_given: 'PAUL', birth_date: '1966-06-06', sex: 'M', document: 'id-card', asked: 'open' };
  const stale = await e.ok(e.technologist, 'check-identity', now);
  assert.deepEqual(stale.facts.identity.differences.map((one) => [one.where, one.trait]), [['worklist', 'birth_name']], 'the modality may still have the former name');
  await e.plan();
  assert.equal((await e.ok(e.technologist, 'check-identity', now)).facts.identity.result, 'match');
  await e.start();
  e.scan();
  const study = (await e.images()).study_uid;
  // and after the images have come: both versions are kept, the shown one is corrected
  const later = (await requester.get(`/api/patients/${p.id}`)).json;
  says(await requester.put(`/api/patients/${p.id}`, { version: later.version, first_given: 'PAULIN', given_names: 'PAULIN', reason: 'Acte de naissance reçu', document: 'id-card' }), 200);
  for (let i = 0; i < 150; i++) {
    const [one] = (await pacs.get(`/dicom-web/studies?StudyInstanceUID=${study}`, { Accept: 'application/dicom+json' })).json;
    if (one['00100010'].Value[0].Alphabetic === 'FOUGERES^PAULIN') break;
    assert.ok(i < 149, `the images say ${one['00100010'].Value[0].Alphabetic}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const { corrections } = (await pacs.get('/api/archive/corrections')).json;
  assert.ok(corrections.some((one) => one.study_uid === study && one.before.name === 'FOUGERES^PAUL' && one.reason === 'Acte de naissance reçu'));
  const after = (await e.imager.get(`/api/acts/${e.id}`)).json;
  assert.equal(after.facts.identity.result, 'match', 'what was checked before the exam stays in the act');
});

test('E15 two records that are one: studies and acts follow, both versions stay, and the way back', async () => {
  const traits = { birth_date: '1972-07-17', sex: 'F', birth_place_code: '63113' };
  const into = await register(requester, { ...traits, birth_name: 'MERLIN', first_given: 'CLAIRE', organisation_id: site.id });
  const from = await register(requester, { ...traits, birth_name: 'MERLIN', first_given: 'CLARA', organisation_id: site.id });
  const e = await another({ patient: 'MER', born: '1972-07-17' });
  e.patient = from;
  const made = says(await requester.post('/api/acts', { kind: 'remote-exam', patient_id: from.id, requester_org_id: site.id, site_id: site.id, imaging_id: (await requester.get(`/api/acts/${e.id}`)).json.imaging.id, modality: 'CT', priority: 'urgent', region: 'Thorax' }), 200);
  says(await pacs.post('/api/archive/merges', { from: from.ipp, into: into.ipp, reason: 'Même personne', sure: true }), 409, /en cours/);
  says(await requester.step(made.id, 'cancel', { code: 'duplicate', text: 'Demandé deux fois' }), 200);
  says(await requester.step(made.id, 'offer-alternative', { offered: 'Autre demande', patient_told_at_ms: house.now(), answer: 'Accepte' }), 200);
  const { seen, from: { acts } } = says(await pacs.get(`/api/archive/merges/compared?from=${from.ipp}&into=${into.ipp}`), 200);
  assert.deepEqual(acts.map((one) => one.state), ['cancelled'], 'its acts stand beside it');
  const merge = says(await pacs.post('/api/archive/merges', { from: from.ipp, into: into.ipp, reason: 'Même personne, pièce vue', sure: true, seen }), 200);
  const act = (await requester.get(`/api/acts/${made.id}`)).json;
  assert.equal(act.patient.id, into.id, 'the act goes on under the one who stays');
  assert.equal(act.facts.merged.before.ipp, from.ipp, 'and says under which record it was made');
  assert.deepEqual((await search(requester, '1972-07-17', 'MER')).patients.map((one) => one.id), [into.id]);
  says(await requester.post('/api/acts', { kind: 'remote-exam', patient_id: from.id, requester_org_id: site.id, site_id: site.id, imaging_id: act.imaging.id, modality: 'CT', priority: 'urgent', region: 'Thorax' }), 409, /fusionnée/);
  says(await requester.put(`/api/patients/${from.id}`, { version: 99, reason: 'Essai', phone: '01' }), 409, /fusionnée/);
  says(await requester.post(`/api/archive/merges/${merge.id}/undo`, { reason: 'Erreur' }), 403);
  says(await pacs.post(`/api/archive/merges/${merge.id}/undo`, { reason: 'Deux personnes : lieux de naissance différents' }), 200);
  const back = (await requester.get(`/api/acts/${made.id}`)).json;
  assert.deepEqual([back.patient.id, back.facts.merged], [from.id, undefined]);
  assert.deepEqual((await search(requester, '1972-07-17', 'MER')).patients.map((one) => one.id), [into.id, from.id]);
  assert.deepEqual((await identityOf(from.id)).history.slice(0, 2).map((one) => one.what), ['unmerged', 'merged']);
  says(await pacs.post(`/api/archive/merges/${merge.id}/undo`, { reason: 'Encore' }), 409);
});

// ---- who consents for whom ----

const told = async (e) => e.ok(e.requester, 'record-information', { version: 'Note 2026-1', language: 'fr' });

test('E3 L.1111-5 a minor does not consent alone: a holder of parental authority does, the other one when the act is not usual, the minor is heard', async () => {
  await register(requester, { birth_name: 'LAMBERT', first_given: 'JULES', birth_date: bornYearsAgo(15), sex: 'M', birth_place_code: '43157', organisation_id: site.id });
  const e = await another({ patient: 'LAM', born: bornYearsAgo(15) });
  assert.equal((await e.requester.get(`/api/acts/${e.id}`)).json.represented, 'minor');
  await told(e);
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'minor');
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'written', document: 'Dossier' }, 409, 'minor');
  const parent = { subject: 'act', how: 'representative', representative_name: 'Anne LAMBERT', representative_quality: 'parent' };
  await e.refused(e.requester, 'record-consent', { ...parent, representative_quality: 'family' }, 409, 'representative-quality');
  await e.refused(e.requester, 'record-consent', { ...parent, representative_quality: 'trusted-person', heard: 'agrees' }, 409, 'representative-quality');
  await e.refused(e.requester, 'record-consent', parent, 409, 'usual-act', 'heard');
  await e.refused(e.requester, 'record-consent', { ...parent, usual_act: 'no', heard: 'agrees' }, 409, 'other-holder');
  await e.refused(e.requester, 'record-consent', { ...parent, usual_act: 'yes', heard: 'refuses' }, 409, 'heard-text');
  const usual = await e.ok(e.requester, 'record-consent', { ...parent, usual_act: 'yes', heard: 'agrees' });
  assert.equal(usual.facts.consent_act.representative_name, 'Anne LAMBERT');
  const unusual = await e.ok(e.requester, 'record-consent', { ...parent, subject: 'distance', usual_act: 'no', other_holder: 'agrees', other_holder_name: 'Marc LAMBERT', heard: 'refuses', heard_text: 'Entretien avec le médecin ; accepte après explication.' });
  assert.equal(unusual.facts.consent_distance.other_holder_name, 'Marc LAMBERT');
  await e.refused(e.requester, 'record-protection', { measure: 'curatorship', holder_name: 'UDAF', decision: 'TJ du Puy' }, 409, 'protection-adult');
});

test('E3 L.1111-5 a minor asks for secrecy: a physician attests it, with an adult of the minor’s choice; an emancipated one shows the paper', async () => {
  await register(requester, { birth_name: 'ARNAUD', first_given: 'LOLA', birth_date: bornYearsAgo(16), sex: 'F', birth_place_code: '43157', organisation_id: site.id });
  const e = await planned({ patient: 'ARN', born: bornYearsAgo(16), request: { ...REQUEST, pregnancy: 'no' } });
  await told(e);
  const secret = { subject: 'act', how: 'oral', minor_exception: 'secrecy', exception_text: 'A refusé à deux reprises que ses parents soient consultés.', accompanied_by: 'Sa tante, Mme ROY' };
  await e.refused(e.requester, 'record-consent', { ...secret, accompanied_by: '' }, 409, 'minor-secrecy');
  await e.refused(e.requester, 'record-consent', { ...secret, exception_text: '' }, 409, 'minor-secrecy');
  await e.refused(e.technologist, 'record-consent', secret, 409, 'minor-secrecy'); // no physician
  await e.refused(e.requester, 'record-consent', { ...secret, minor_exception: 'emancipated', exception_text: '' }, 409, 'minor-exception-proof');
  const act = await e.ok(e.requester, 'record-consent', secret);
  assert.equal(act.facts.consent_act.accompanied_by, 'Sa tante, Mme ROY');
  await e.ok(e.requester, 'record-consent', { subject: 'distance', how: 'oral', minor_exception: 'emancipated', exception_text: 'Jugement du 3 mai' });
  await e.prepare();
  assert.equal((await e.start()).state, 'running');
});

test('E3 of age is by the date at the site: eighteen today consents alone, tomorrow does not; a birth date corrected after undoes the consent', async () => {
  const grown = await register(requester, { birth_name: 'MAJEUR', first_given: 'ALIX', birth_date: bornYearsAgo(18, 1), sex: 'M', birth_place_code: '43157', organisation_id: site.id });
  await register(requester, { birth_name: 'DEMAIN', first_given: 'ALIX', birth_date: bornYearsAgo(18, -2), sex: 'M', birth_place_code: '43157', organisation_id: site.id });
  const minor = await another({ patient: 'DEM', born: bornYearsAgo(18, -2) });
  await told(minor);
  await minor.refused(minor.requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'minor');
  const e = await planned({ patient: 'MAJ', born: bornYearsAgo(18, 1) });
  await e.consent();
  const fresh = (await requester.get(`/api/patients/${grown.id}`)).json;
  says(await requester.put(`/api/patients/${grown.id}`, { version: fresh.version, birth_date: bornYearsAgo(17), reason: 'Acte de naissance relu' }), 200);
  await e.refused(e.technologist, 'start', {}, 409, 'consent-representative');
});

test('E3 L.1111-4 an adult who is represented consents if able; otherwise the person in charge, who has heard them; the judge settles a disagreement', async () => {
  const e = await planned();
  await told(e);
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'representative', representative_name: 'Mère', representative_quality: 'parent' }, 409, 'representative-quality');
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'representative', representative_name: 'UDAF 43', representative_quality: 'guardian' }, 409, 'representative-quality');
  await e.refused(e.requester, 'record-protection', { measure: 'guardianship-person' }, 409, 'protection-named');
  await e.refused(e.imager, 'record-protection', { measure: 'none' }, 403);
  const act = await e.ok(e.requester, 'record-protection', { measure: 'guardianship-person', holder_name: 'UDAF 43', contact: '04 71 00 00 00', decision: 'Juge des tutelles du Puy, 12 mars 2024' });
  assert.equal(act.facts.protection.holder_name, 'UDAF 43');
  assert.equal((await e.requester.get(`/api/acts/${e.id}`)).json.represented, 'protected');
  await e.refused(e.requester, 'record-consent', { subject: 'act', how: 'oral' }, 409, 'protected-adult');
  await e.ok(e.requester, 'record-consent', { subject: 'act', how: 'oral', able: 'assisted' });
  const guardian = { subject: 'distance', how: 'representative', representative_name: 'UDAF 43', representative_quality: 'guardian' };
  await e.refused(e.requester, 'record-consent', guardian, 409, 'heard');
  await e.refused(e.requester, 'record-consent', { ...guardian, heard: 'refuses' }, 409, 'heard-text');
  await e.ok(e.requester, 'record-consent', { ...guardian, heard: 'refuses', heard_text: 'Ordonnance du juge des tutelles du 2 novembre.' });
  await e.prepare();
  assert.equal((await e.start()).state, 'running');
});

test('E3 an emergency exception stands for a minor too', async () => {
  const e = await planned({ patient: 'LAM', born: bornYearsAgo(15) });
  await e.prepare();
  await e.refused(e.technologist, 'start', {}, 409, 'consent-act');
  await e.ok(e.requester, 'emergency-exception', { reason: 'Parents injoignables, urgence vitale', consulted: 'Personne' });
  assert.equal((await e.start()).state, 'running');
});
