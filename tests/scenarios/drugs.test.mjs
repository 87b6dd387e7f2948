// Drugs that the images tell of, beside what was recorded; a further clinical examination as an order of its own. Each rule allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, sleep } from '../house.mjs';
import { Exam, VERDICT } from '../exam.mjs';
import { folder } from '../dicom.mjs';
import { storeAll } from '../dimse.mjs';

let house, first, admin, at;
before(async () => {
  house = await House.start();
  first = await Exam.open(house);
  admin = await house.person('admin');
  at = folder(house, 'drugs');
});
after(() => house?.close());

const seen = async (e) => (await e.requester.get(`/api/acts/${e.id}`)).json;
async function traced(e, login, what, outcome, detail = /./) {
  const line = (await admin.get(`/api/audit?act=${e.id}`)).json.lines.find((l) => l.actor === login && l.what === what && l.outcome === outcome);
  assert.ok(line, `${login} ${what} ${outcome} leaves a line`);
  if (outcome !== 'ok') assert.match(line.detail, detail);
}
const INJECTED = { ...VERDICT, protocol: { ...VERDICT.protocol, name: 'Abdomen-pelvis injecté', injection: 'contrast' } };
async function running() {
  const e = await Exam.open(house, { like: first });
  await e.ask(); await e.accept(INJECTED); await e.plan(); await e.consent(); await e.prepare();
  await e.ok(e.physician, 'confirm-local-presence');
  await e.start();
  e.act = await seen(e);
  return e;
}
async function soon(what, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end;) { const found = await what(); if (found) return found; await sleep(150); }
  return assert.fail('it did not come');
}
const told = (e, n) => soon(async () => { const list = (await seen(e)).facts.drugs_seen ?? []; return list.length >= n && list; });

// The hour of Paris, as a machine of the site writes it.
const paris = (ms) => new Date(ms).toLocaleString('sv-SE', { timeZone: 'Europe/Paris' }).replace(/\D/g, '');
let made = 0;
const uid = () => `1.2.826.0.1.3680043.9.7133.77.${++made}`;
const patientOf = (e, other) => (other ? { name: 'AUTRE^PERSONNE', id: 'X999', birth: '19400101', sex: 'F' }
  : { name: `${e.patient.birth_name}^${e.patient.first_given}`, id: e.patient.ipp, birth: e.patient.birth_date.replaceAll('-', ''), sex: e.patient.sex });

// A radiopharmaceutical dose report (TID 10021) of one administration, by DCMTK.
const code = (tag, [value, scheme, meaning], indent) => `${indent}(${tag}) SQ\n${indent}(fffe,e000) na\n${indent}(0008,0100) SH [${value}]\n${indent}(0008,0102) SH [${scheme}]\n${indent}(0008,0104) LO [${meaning}]\n${indent}(fffe,e00d) na\n${indent}(fffe,e0dd) na\n`;
const item = (type, relation, name, rest) => `(fffe,e000) na\n(0040,a010) CS [${relation}]\n(0040,a040) CS [${type}]\n${code('0040,a043', name, '')}${rest}(fffe,e00d) na\n`;
const coded = (relation, name, value, inner = '') => item('CODE', relation, name, code('0040,a168', value, '') + inner);
const num = (relation, name, value, unit) => item('NUM', relation, name, `(0040,a300) SQ\n(fffe,e000) na\n${code('0040,08ea', [unit, 'UCUM', unit], '')}(0040,a30a) DS [${value}]\n(fffe,e00d) na\n(fffe,e0dd) na\n`);
const words = (relation, name, value) => item('TEXT', relation, name, `(0040,a160) UT [${value}]\n`);
function report(e, { activity = 250, unit = 'MBq', startedMs = house.now(), lot = 'FDG-2611', other = false, nuclide = ['77004003', 'SCT', '^18^Fluorine'] } = {}) {
  const p = patientOf(e, other), now = paris(house.now()), study = other?.study ?? e.act.facts.slot.study_uid, sop = uid();
  const half = num('HAS PROPERTIES', ['304283002', 'SCT', 'Radionuclide Half Life'], '6586.2', 's');
  const agent = coded('CONTAINS', ['349358000', 'SCT', 'Radiopharmaceutical agent'], ['35321007', 'SCT', 'Fluorodeoxyglucose F^18^'],
    `(0040,a730) SQ\n${coded('HAS PROPERTIES', ['89457008', 'SCT', 'Radionuclide'], nuclide, `(0040,a730) SQ\n${half}(fffe,e0dd) na\n`)}(fffe,e0dd) na\n`);
  const administration = item('CONTAINER', 'CONTAINS', ['113502', 'DCM', 'Radiopharmaceutical Administration'], `(0040,a050) CS [SEPARATE]\n(0040,a730) SQ\n${agent}`
    + item('UIDREF', 'CONTAINS', ['113503', 'DCM', 'Radiopharmaceutical Administration Event UID'], `(0040,a124) UI [${uid()}]\n`)
    + item('DATETIME', 'CONTAINS', ['123003', 'DCM', 'Radiopharmaceutical Start DateTime'], `(0040,a120) DT [${paris(startedMs)}]\n`)
    + num('CONTAINS', ['113507', 'DCM', 'Administered activity'], activity, unit)
    + num('CONTAINS', ['123005', 'DCM', 'Radiopharmaceutical Volume'], '1.2', 'cm3')
    + coded('CONTAINS', ['410675002', 'SCT', 'Route of administration'], ['47625008', 'SCT', 'Intravenous route'])
    + words('CONTAINS', ['113512', 'DCM', 'Radiopharmaceutical Lot Identifier'], lot) + '(fffe,e0dd) na\n');
  const text = `(0008,0005) CS [ISO_IR 192]\n(0008,0012) DA [${now.slice(0, 8)}]\n(0008,0013) TM [${now.slice(8)}]\n(0008,0016) UI [1.2.840.10008.5.1.4.1.1.88.68]\n(0008,0018) UI [${sop}]\n(0008,0020) DA [${now.slice(0, 8)}]\n(0008,0023) DA [${now.slice(0, 8)}]\n`
    + `(0008,0030) TM [${now.slice(8)}]\n(0008,0033) TM [${now.slice(8)}]\n(0008,0050) SH [${e.act.facts.slot.accession}]\n(0008,0060) CS [SR]\n(0008,0070) LO [Hot lab]\n(0008,0090) PN\n(0008,1090) LO [Injector]\n(0008,1111) SQ\n(fffe,e0dd) na\n(0010,0010) PN [${p.name}]\n(0010,0020) LO [${p.id}]\n`
    + `(0010,0030) DA [${p.birth}]\n(0010,0040) CS [${p.sex}]\n(0018,1000) LO [S1]\n(0018,1020) LO [1.0]\n(0020,000d) UI [${study}]\n(0020,000e) UI [${uid()}]\n(0020,0010) SH [1]\n(0020,0011) IS [99]\n(0020,0013) IS [1]\n`
    + `(0040,a040) CS [CONTAINER]\n${code('0040,a043', ['113500', 'DCM', 'Radiopharmaceutical Radiation Dose Report'], '')}(0040,a050) CS [SEPARATE]\n(0040,a372) SQ\n(fffe,e0dd) na\n(0040,a491) CS [COMPLETE]\n(0040,a493) CS [UNVERIFIED]\n(0040,a730) SQ\n`
    + coded('HAS CONCEPT MOD', ['121049', 'DCM', 'Language of Content Item and Descendants'], ['fr', 'RFC5646', 'French'])
    + coded('CONTAINS', ['121058', 'DCM', 'Procedure reported'], ['44491008', 'SCT', 'Positron emission tomography'], `(0040,a730) SQ\n${coded('HAS CONCEPT MOD', ['363703001', 'SCT', 'Has Intent'], ['261004008', 'SCT', 'Diagnostic Intent'])}(fffe,e0dd) na\n`)
    + `${administration}(fffe,e0dd) na\n`;
  return write(text);
}
// An image with these lines of a header.
function image(e, cls, modality, lines) {
  const p = patientOf(e), now = paris(house.now());
  return write(`(0008,0005) CS [ISO_IR 192]\n(0008,0008) CS [ORIGINAL\\PRIMARY]\n(0008,0016) UI [${cls}]\n(0008,0018) UI [${uid()}]\n(0008,0020) DA [${now.slice(0, 8)}]\n(0008,0021) DA [${now.slice(0, 8)}]\n(0008,0030) TM [${now.slice(8)}]\n(0008,0031) TM [${now.slice(8)}]\n`
    + `(0008,0050) SH [${e.act.facts.slot.accession}]\n(0008,0060) CS [${modality}]\n(0010,0010) PN [${p.name}]\n(0010,0020) LO [${p.id}]\n(0010,0030) DA [${p.birth}]\n(0010,0040) CS [${p.sex}]\n${lines[0] ?? ''}(0020,000d) UI [${e.act.facts.slot.study_uid}]\n(0020,000e) UI [${uid()}]\n(0020,0010) SH [1]\n(0020,0011) IS [${50 + made}]\n(0020,0013) IS [1]\n`
    + `(0028,0002) US 1\n(0028,0004) CS [MONOCHROME2]\n(0028,0010) US 8\n(0028,0011) US 8\n(0028,0100) US 8\n(0028,0101) US 8\n(0028,0102) US 7\n(0028,0103) US 0\n${lines[1] ?? ''}(7fe0,0010) OB ${Array.from({ length: 64 }, () => '07').join('\\')}\n`);
}
function write(text) {
  const source = path.join(at, `${++made}.txt`), file = path.join(at, `${made}.dcm`);
  fs.writeFileSync(source, text);
  const r = dcmtk('dump2dcm', ['-q', '+te', source, file]);
  assert.equal(r.status, 0, r.stderr);
  return file;
}
const pet = (e, activity) => image(e, '1.2.840.10008.5.1.4.1.1.128', 'PT', ['', `(0054,0016) SQ\n(fffe,e000) na\n(0018,0031) LO [FDG]\n(0018,1070) LO [Intravenous]\n(0018,1074) DS [${activity}]\n${code('0054,0300', ['C-111A1', 'SRT', '^18^Fluorine'], '')}(fffe,e00d) na\n(fffe,e0dd) na\n`]);
const contrast = (e, ml) => image(e, '1.2.840.10008.5.1.4.1.1.2', 'CT', [`(0018,0010) LO [Iomeprol 400]\n(0018,1040) LO [IV]\n(0018,1041) DS [${ml}]\n(0018,1042) TM [${paris(house.now()).slice(8)}]\n`]);

test('L2 the dose report of the laboratory is valid, told in the act, taken over by a physician, and stands in report and dossier', async () => {
  const e = await running();
  const file = report(e);
  const said = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
  assert.doesNotMatch(said.stderr, /^Error/m, said.stderr);
  storeAll(house, file);
  const [one] = await told(e, 1);
  assert.deepEqual([one.state, one.kind, one.source, one.activity_mbq, one.batch, one.route, one.problems], ['unrecorded', 'radiopharmaceutical', 'report', 250, 'FDG-2611', 'intravenous', []]);
  assert.match(one.product, /Fluorodeoxyglucose/);
  await traced(e, 'system:acts', 'step drug-seen', 'ok');
  await e.refused(e.technologist, 'settle-drug', { id: one.id, decision: 'take' }, 409, 'prescription'); // L5
  await traced(e, 'manip', 'step settle-drug', 'refused', /prescription/);
  await e.refused(e.requester, 'settle-drug', { id: one.id, decision: 'take' }, 403);
  await e.refused(e.physician, 'settle-drug', { id: one.id, decision: 'keep', reason: 'Rien n’est noté' }, 409, 'drug-problem');
  const act = await e.ok(e.physician, 'settle-drug', { id: one.id, decision: 'take' });
  assert.equal(act.facts.drugs_seen[0].state, 'settled');
  const drug = act.facts.drugs.at(-1);
  assert.deepEqual([drug.source, drug.activity_mbq, drug.batch, drug.prescriber.id], ['images', 250, 'FDG-2611', e.physician.me.person.id]);
  await e.refused(e.physician, 'settle-drug', { id: one.id, decision: 'take' }, 409, 'drug-open');
  storeAll(house, file); // sent again: told once
  await sleep(1500);
  assert.equal((await seen(e)).facts.drugs_seen.length, 1);

  e.scan();
  await e.release();
  await e.ok(e.technologist, 'patient-left');
  await e.sign(await e.read({ prescriptions: { none: false, text: 'Fluorodésoxyglucose, voir ci-dessous.' } }));
  await e.until('delivered');
  const pdf = path.join(at, 'report.pdf');
  fs.writeFileSync(pdf, (await e.requester.get(`/api/acts/${e.id}/report.pdf`)).bytes);
  const printed = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  assert.match(printed, /Produits administrés.*250 MBq.*voie intraveineuse.*lot FDG-2611.*repris des images/);
  const zip = path.join(at, 'dossier.zip');
  fs.writeFileSync(zip, (await e.requester.get(`/api/acts/${e.id}/dossier.zip`)).bytes);
  const names = execFileSync('python3', ['-c', `import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print("".join(z.read(n).decode("utf8") for n in z.namelist() if n.endswith(".json")))`, zip], { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.match(names, /FDG-2611/);
});

test('L2 S5 a contradiction with what was recorded keeps the report from being signed until a person settles it', async () => {
  const e = await running();
  const { prescriptions } = (await e.ok(e.imager, 'prescribe', { kind: 'contrast', text: 'Ioméprol 400, 90 ml IV' })).facts;
  await e.ok(e.technologist, 'give-drug', { kind: 'contrast', product: 'Ioméprol 400', batch: 'B12', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: house.now(), prescription_id: prescriptions.at(-1).id });
  storeAll(house, contrast(e, 92));
  assert.equal((await told(e, 1))[0].state, 'agrees'); // nobody is asked
  assert.ok(!(await seen(e)).steps.some((s) => s.step === 'settle-drug'));
  storeAll(house, contrast(e, 60));
  const list = await told(e, 2);
  assert.equal(list[1].state, 'unrecorded', 'a second injection that nobody recorded');
  await e.refused(e.technologist, 'settle-drug', { id: list[1].id, decision: 'set-aside' }, 409, 'reason');
  await e.ok(e.technologist, 'settle-drug', { id: list[1].id, decision: 'set-aside', reason: 'Volume programmé, injection arrêtée avant.' });

  const f = await running();
  const order = (await f.ok(f.imager, 'prescribe', { kind: 'contrast', text: 'Ioméprol 400, 90 ml IV' })).facts.prescriptions.at(-1).id;
  const given = (await f.ok(f.technologist, 'give-drug', { kind: 'contrast', product: 'Ioméprol 400', batch: 'B12', dose: 90, unit: 'ml', route: 'intravenous', given_at_ms: house.now(), prescription_id: order })).facts.drugs[0];
  storeAll(house, contrast(f, 60));
  const [one] = await told(f, 1);
  assert.equal(one.state, 'contradicts');
  assert.deepEqual(one.differences.map((d) => [d.what, d.recorded, d.said]), [['volume_ml', 90, 60]]);
  assert.equal(one.drug_id, given.id);
  f.scan();
  await f.release();
  await f.ok(f.technologist, 'patient-left');
  const written = await f.read();
  await house.advance(f.imager, 31000);
  await f.refused(f.imager, 'sign', { revision: written.revision, sha256: written.sha256, proof: { kind: 'totp', code: f.imager.code() } }, 409, 'drug-seen');
  await traced(f, 'imageur', 'step sign', 'refused', /drug-seen/);
  await f.refused(f.technologist, 'settle-drug', { id: one.id, decision: 'take' }, 409, 'reason', 'drug-complete'.replace('drug-complete', 'batch'));
  const act = await f.ok(f.technologist, 'settle-drug', { id: one.id, decision: 'take', reason: 'Injecteur arrêté à 60 ml.', batch: 'B12' });
  assert.equal(act.facts.drugs.find((d) => d.id === given.id).replaced_by, act.facts.drugs.at(-1).id);
  assert.deepEqual([act.facts.drugs.at(-1).dose, act.facts.drugs.at(-1).unit, act.facts.drugs.at(-1).prescriber.id], [60, 'ml', f.imager.me.person.id]);
  await f.sign(written);
});

test('L2 what cannot be right is never taken over: Bq for MBq, a time outside the exam, another patient', async () => {
  const e = await running();
  storeAll(house, pet(e, 250)); // classic PET is in Bq: 250 are MBq by mistake
  const [bq] = await told(e, 1);
  assert.deepEqual([bq.state, bq.problems], ['problem', ['unit']]);
  await e.refused(e.physician, 'settle-drug', { id: bq.id, decision: 'take', batch: 'L1', given_at_ms: house.now() }, 409, 'drug-problem');
  await traced(e, 'medecin', 'step settle-drug', 'refused', /drug-problem/);
  await e.ok(e.physician, 'settle-drug', { id: bq.id, decision: 'set-aside', reason: 'Unité fausse dans l’en-tête.' });
  storeAll(house, report(e, { activity: 50000, lot: 'FORT' }));
  assert.deepEqual((await told(e, 2))[1].problems, ['activity']);
  storeAll(house, report(e, { startedMs: house.now() - 26 * 3600000, lot: 'HIER' }));
  const late = (await told(e, 3))[2];
  assert.deepEqual(late.problems, ['time']);
  await e.refused(e.physician, 'settle-drug', { id: late.id, decision: 'take' }, 409, 'drug-problem');

  const f = await running();
  storeAll(house, report(f, { other: true }));
  const [stranger] = await told(f, 1);
  assert.ok(stranger.problems.includes('patient'), JSON.stringify(stranger));
  await f.refused(f.physician, 'settle-drug', { id: stranger.id, decision: 'take' }, 409, 'drug-problem');
});

test('L2 a header in Bq is read as such, and the report of the laboratory speaks before it', async () => {
  const e = await running();
  storeAll(house, pet(e, 251000000));
  const [header] = await told(e, 1);
  assert.deepEqual([header.state, header.source, header.activity_mbq], ['unrecorded', 'header', 251]);
  await e.refused(e.physician, 'settle-drug', { id: header.id, decision: 'take' }, 409, 'batch', 'given_at_ms'); // S5: what the header does not say
  storeAll(house, report(e));
  const list = await told(e, 2);
  assert.deepEqual(list.map((d) => d.state), ['superseded', 'unrecorded']);
  await e.refused(e.physician, 'settle-drug', { id: header.id, decision: 'set-aside', reason: 'Remplacé' }, 409, 'drug-open');
});

test('E13 E20 L5 a clinical examination is asked line by line of a physician, passed on, answered with values, by whom and when', async () => {
  const e = await running();
  const items = [{ kind: 'sign', text: 'Défense en fosse iliaque droite' }, { kind: 'measure', text: 'Pression artérielle systolique', unit: 'mmHg' }, { kind: 'neurological', text: 'Déficit moteur des membres inférieurs' }];
  const asked = { items, text: 'Discordance entre la demande et les images.', due_min: 10 };
  await e.refused(e.imager, 'order', { to: 'requester', kind: 'clinical-examination', text: 'Examiner' }, 409, 'examination-own');
  await e.refused(e.imager, 'order-examination', { ...asked, to: 'technologist' }, 409, 'examination-to'); // L5
  await traced(e, 'imageur', 'step order-examination', 'refused', /examination-to/);
  await e.refused(e.imager, 'order-examination', { ...asked, to: 'requester', items: [] }, 409, 'items');
  await e.refused(e.imager, 'order-examination', { ...asked, to: 'requester', items: [{ kind: 'measure', text: 'Température' }] }, 409, 'examination-items');
  await e.refused(e.requester, 'order-examination', { ...asked, to: 'local-physician' }, 403);
  const order = (await e.ok(e.imager, 'order-examination', { ...asked, to: 'requester' })).facts.orders.at(-1);
  assert.deepEqual(order.items.map((i) => [i.id, i.kind]), [[1, 'sign'], [2, 'measure'], [3, 'neurological']]);
  assert.ok(order.due_ms > house.now());
  const passed = (await e.ok(e.technologist, 'pass-examination', { id: order.id, to: 'local-physician', text: 'Le demandeur est au bloc.' })).facts.orders.at(-1);
  assert.deepEqual([passed.to, passed.passed[0].from], ['local-physician', 'requester']);
  await e.refused(e.technologist, 'pass-examination', { id: order.id, to: 'local-physician' }, 409, 'examination-other');
  await e.refused(e.technologist, 'pass-examination', { id: order.id, to: 'technologist' }, 409, 'examination-to');
  const answer = (more = {}) => ({ id: order.id, examiner: 'Dr Lise COSTE', examined_at_ms: house.now(), results: [{ item: 1, text: 'Défense franche' }, { item: 2, value: 92 }, { item: 3, not_done: 'Patient sédaté' }], ...more });
  await e.refused(e.technologist, 'answer-examination', answer(), 409, 'examiner'); // L5
  await traced(e, 'manip', 'step answer-examination', 'refused', /examiner/);
  await e.refused(e.requester, 'answer-examination', answer(), 409, 'order-mine');
  await e.refused(e.physician, 'answer-order', { id: order.id, text: 'Oui' }, 409, 'examination-own');
  await e.refused(e.physician, 'answer-examination', answer({ results: [{ item: 1, text: 'Défense' }, { item: 2, text: 'basse' }, { item: 3, text: 'Non' }] }), 409, 'examination-results');
  await e.refused(e.physician, 'answer-examination', answer({ examined_at_ms: house.now() - 3600000 }), 409, 'examined-when');
  await e.refused(e.physician, 'answer-examination', answer({ examiner: '' }), 409, 'examiner');
  const done = (await e.ok(e.physician, 'answer-examination', answer())).facts.orders.at(-1);
  assert.deepEqual(done.results, [{ item: 1, text: 'Défense franche' }, { item: 2, value: 92, unit: 'mmHg' }, { item: 3, not_done: 'Patient sédaté' }]);
  assert.deepEqual([done.examiner, done.answered_by.id], ['Dr Lise COSTE', e.physician.me.person.id]);
  await e.refused(e.physician, 'answer-examination', answer(), 409, 'examination-open');
});

test('E13 an examination nobody answers goes to the other physician side, to those on duty, and never to the technologist', async () => {
  const e = await running();
  const id = (await e.ok(e.technologist, 'order-examination', { to: 'requester', items: [{ kind: 'auscultation', text: 'Crépitants des bases' }], text: 'Dyspnée en salle.', due_min: 5 })).facts.orders.at(-1).id;
  const find = async () => (await seen(e)).facts.orders.find((o) => o.id === id);
  await e.ok(e.requester, 'acknowledge-order', { id }); // read is not answered
  await house.advance(e.imager, 6 * 60000);
  const called = await soon(async () => { const o = await find(); return o.escalated_to === 'local-physician' && o; });
  assert.ok(called.people.some((p) => p.person_id === e.physician.me.person.id && p.phone), JSON.stringify(called.people));
  await house.advance(e.imager, 11 * 60000);
  await soon(async () => (await find()).escalated_to === 'requester');
  await house.advance(e.imager, 11 * 60000);
  await sleep(1500);
  assert.deepEqual((await find()).called, ['local-physician', 'requester']);
  await e.ok(e.physician, 'answer-examination', { id, examiner: 'Dr Lise COSTE', examined_at_ms: house.now(), results: [{ item: 1, text: 'Crépitants à droite' }] });
});
