// Files of people and the register of rooms and equipment: what is recorded, by whom, what blocks, what is signed, what is said before it ends.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Exam, sha256 } from '../exam.mjs';
import { House, sleep } from '../house.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

let house, organisations, val, roche, group;
const who = {};
const LOGINS = 'demandeur imageur responsable manip manip2 medecin nucleaire secretaire pacs physicien pcr biomed pharmacien preparateur qualite admin patiente'.split(' ');
before(async () => {
  house = await House.start();
  for (const login of LOGINS) who[login] = await house.person(login); // one after another: hashing passwords is bounded
  organisations = (await who.imageur.get('/api/organisations')).json.organisations;
  [val, roche, group] = ['Val d’Orbe', 'Rochevive', 'Groupe'].map((name) => organisations.find((o) => o.name.includes(name) && o.kind !== 'requester'));
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const id = (person) => person.me.person.id;
const day = (from = 0) => new Date(house.now() + from * 86400000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' }); // of the site, whatever the hour here
const said = (a, status, words) => { assert.equal(a.status, status, String(a.bytes)); if (words) assert.match(a.json.error.text, words); return a.json; };
const ok = (a) => said(a, 200);
const item = (by, of, body) => by.post(`/api/staff/people/${id(of)}/items`, body);
const verify = (by, n) => by.post(`/api/staff/items/${n}/verify`);
const withdraw = (by, n) => by.post(`/api/staff/items/${n}/withdraw`, { reason: 'Remplacée' });
const file = async (by, of) => ok(await by.get(`/api/staff/people/${id(of)}`));
const part = (f, role, organisation) => f.parts.find((p) => p.role === role && (!organisation || p.organisation_id === organisation.id));
const codes = (list) => list.map((m) => m.code);
const valid = (f, kind) => f.items.filter((i) => i.kind === kind && !i.withdrawn_at_ms);
const lines = async (person) => (await who.admin.get(`/api/audit?person=${id(person)}`)).json.lines;
const traced = async (person, what, outcome = 'ok') => (await lines(person)).filter((l) => l.what === what && l.outcome === outcome);
const TRAINING = (extra = {}) => ({ label: 'Formation', issuer: 'Groupe', number: 'F-9', assessed_on: day(), result: 'passed', valid_until: day(700), ...extra });
const fresh = async (person) => { await house.advance(person, 31000); return { kind: 'totp', code: person.code() }; };
const upload = (by, bytes, name = 'Attestation 2026.pdf') => by.send('POST', `/api/staff/documents?name=${encodeURIComponent(name)}`, Buffer.from(bytes), { 'Content-Type': 'application/octet-stream' });
async function gone(by, of, kind) { for (const i of valid(await file(by, of), kind)) ok(await withdraw(by, i.id)); }

test('S5 the region is complete: nobody is blocked, and each file tells who recorded and verified what', async () => {
  for (const [person, role] of [['imageur', 'imager'], ['manip', 'technologist'], ['demandeur', 'requester'], ['medecin', 'local-physician'], ['nucleaire', 'nuclear-physician']]) {
    const f = ok(await who[person].get('/api/staff/me'));
    for (const p of f.parts) assert.deepEqual([p.blocking, p.irradiating, p.warning], [[], [], []], `${person} as ${p.role}`);
    assert.ok(part(f, role), person);
  }
  assert.ok((await traced(who.imageur, 'GET /api/staff/me')).length >= 1);
});

test('S5 insurance without evidence or end is refused; with its document it counts once somebody else has verified it', async () => {
  const { imageur, responsable, manip, demandeur } = who;
  said(await item(imageur, imageur, { kind: 'insurance', valid_until: day(300) }), 400, /preuve/);
  said(await item(imageur, imageur, { kind: 'insurance', number: 'A1' }), 400, /fin de validité/);
  said(await item(imageur, imageur, { kind: 'insurance', number: 'A1', valid_until: day(3000) }), 400, /dépasse/);
  said(await item(imageur, imageur, { kind: 'insurance', number: 'A1', valid_until: '2026-02-30' }), 400, /AAAA-MM-JJ/);
  assert.equal((await traced(imageur, 'POST /api/staff/people/{id}/items', 'refused')).length + (await traced(imageur, 'POST /api/staff/people/{id}/items', 'failed')).length, 4, 'each refusal is traced');
  await gone(imageur, imageur, 'insurance');
  assert.ok(codes(part(await file(imageur, imageur), 'imager').blocking).includes('staff-insurance'), 'withdrawn: blocked');
  const pdf = `%PDF-1.4 attestation ${'x'.repeat(300)}`, d = ok(await upload(imageur, pdf));
  assert.equal(d.sha256, sha256(Buffer.from(pdf)));
  assert.equal(d.media_type, 'application/pdf');
  said(await upload(imageur, Buffer.from([0, 1, 2, 3])), 400, /PDF/);
  said(await item(demandeur, demandeur, { kind: 'insurance', document_id: d.id, valid_until: day(300) }), 404, /document/);
  const { id: n } = ok(await item(imageur, imageur, { kind: 'insurance', issuer: 'Mutuelle', document_id: d.id, valid_until: day(300) }));
  assert.ok(codes(part(await file(imageur, imageur), 'imager').blocking).includes('staff-insurance'), 'not verified: still blocked');
  said(await verify(imageur, n), 403, /propre dossier/);
  said(await verify(demandeur, n), 403);
  ok(await verify(responsable, n));
  said(await verify(responsable, n), 409, /déjà/);
  const f = await file(responsable, imageur), now = valid(f, 'insurance')[0];
  assert.deepEqual(codes(part(f, 'imager').blocking), []);
  assert.match(now.recorded_by, /MARTIN/);
  assert.match(now.verified_by, /ROUSSEL/);
  assert.equal((await responsable.get(`/api/staff/documents/${d.id}`)).bytes.toString(), pdf);
  said(await manip.get(`/api/staff/documents/${d.id}`), 403, /document/);
  said(await manip.get(`/api/staff/people/${id(imageur)}`), 403, /établissement/);
  assert.equal((await traced(responsable, 'POST /api/staff/items/{id}/verify')).length, 1);
  assert.equal((await traced(responsable, 'GET /api/staff/documents/{id}')).length, 1);
  assert.equal((await traced(manip, 'GET /api/staff/documents/{id}', 'refused')).length, 1);
});

test('S5 the statement of ethics is signed by the person alone, with a fresh second factor', async () => {
  const { imageur, responsable } = who;
  await gone(imageur, imageur, 'ethics');
  const { ethics } = await file(imageur, imageur);
  said(await item(responsable, imageur, { kind: 'ethics', valid_until: day(300) }), 403);
  said(await item(imageur, imageur, { kind: 'ethics', valid_until: day(300) }), 401, /second facteur/);
  said(await imageur.post('/api/staff/ethics', { sha256: ethics.sha256 }), 401, /second facteur/);
  said(await imageur.post('/api/staff/ethics', { sha256: 'f'.repeat(64), proof: await fresh(imageur) }), 409, /relisez/);
  said(await imageur.post('/api/staff/ethics', { sha256: ethics.sha256, proof: { kind: 'totp', code: '000000' } }), 401);
  assert.ok(codes(part(await file(imageur, imageur), 'imager').blocking).includes('staff-ethics'));
  ok(await imageur.post('/api/staff/ethics', { sha256: ethics.sha256, proof: await fresh(imageur) }));
  const signed = valid(await file(imageur, imageur), 'ethics')[0];
  assert.match(signed.factors, /password\+totp, totp/);
  assert.equal(signed.number, ethics.version);
  assert.deepEqual(codes(part(await file(imageur, imageur), 'imager').blocking), []);
  assert.equal((await traced(imageur, 'POST /api/staff/ethics')).length, 1);
});

test('O5 L11 each of the three compulsory topics blocks without a passed assessment, and the message says which', async () => {
  const { manip, qualite } = who;
  for (const [kind, code, words] of [['training-tools', 'staff-training-tools', /outils/], ['training-distance', 'staff-training-distance', /communication/], ['training-breakdowns', 'staff-training-breakdowns', /pannes/]]) {
    await gone(manip, manip, kind);
    const blocked = part(await file(manip, manip), 'technologist').blocking;
    assert.deepEqual(codes(blocked), [code]);
    assert.match(blocked[0].text, words);
    assert.equal(blocked[0].why, 'O5 L11');
    said(await item(qualite, manip, { kind, number: 'P-1', valid_until: day(300) }), 400, /présence ne suffit pas/);
    said(await item(qualite, manip, { kind, number: 'P-1', assessed_on: day(1), result: 'passed', valid_until: day(300) }), 400, /futur/);
    const failed = ok(await item(qualite, manip, { kind, ...TRAINING({ result: 'failed' }) }));
    ok(await verify(qualite, failed.id));
    assert.deepEqual(codes(part(await file(manip, manip), 'technologist').blocking), [code], 'failed: blocked');
    const again = ok(await item(qualite, manip, { kind, ...TRAINING() }));
    ok(await verify(qualite, again.id));
    assert.deepEqual(codes(part(await file(manip, manip), 'technologist').blocking), []);
  }
  assert.ok((await traced(qualite, 'POST /api/staff/people/{id}/items')).length >= 6);
  assert.ok((await traced(qualite, 'POST /api/staff/people/{id}/items', 'refused')).length + (await traced(qualite, 'POST /api/staff/people/{id}/items', 'failed')).length >= 6);
});

test('L1 the training in radiation protection of patients is asked for acts that irradiate only, for as long as the profession allows', async () => {
  const { imageur, responsable, demandeur } = who;
  await gone(imageur, imageur, 'training-patients');
  const p = part(await file(imageur, imageur), 'imager');
  assert.deepEqual([codes(p.blocking), codes(p.irradiating)], [[], ['staff-training-patients']]);
  assert.equal(p.irradiating[0].why, 'L1');
  said(await item(responsable, imageur, { kind: 'training-patients', ...TRAINING({ valid_until: day(4200) }) }), 400, /dépasse/);
  said(await item(demandeur, imageur, { kind: 'training-patients', ...TRAINING() }), 403);
  said(await item(who.qualite, who.nucleaire, { kind: 'training-patients', ...TRAINING({ valid_until: day(3600) }) }), 400, /dépasse/); // seven years in nuclear medicine
  ok(await item(who.qualite, who.nucleaire, { kind: 'training-patients', ...TRAINING({ valid_until: day(2500) }) }));
  const { id: n } = ok(await item(responsable, imageur, { kind: 'training-patients', ...TRAINING({ valid_until: day(3600) }) }));
  ok(await verify(responsable, n));
  assert.deepEqual(codes(part(await file(imageur, imageur), 'imager').irradiating), []);
  assert.equal((await traced(demandeur, 'POST /api/staff/people/{id}/items', 'refused')).length + (await traced(demandeur, 'POST /api/staff/people/{id}/items', 'failed')).length, 2, 'with the document of another');
});

test('L13 classification and dosimetry are kept by the radiation-protection officer, who alone and the person see them whole', async () => {
  const { manip, pcr, qualite, physicien, secretaire } = who;
  for (const kind of ['classification', 'dosimetry']) await gone(pcr, manip, kind);
  assert.deepEqual(codes(part(await file(manip, manip), 'technologist').irradiating), ['staff-classification', 'staff-dosimetry']);
  for (const other of [qualite, physicien, secretaire, manip]) said(await item(other, manip, { kind: 'dosimetry', label: '0,2 mSv', valid_until: day(90) }), 403, /rôle/);
  said(await item(pcr, manip, { kind: 'dosimetry', label: '0,2 mSv' }), 400, /fin de validité/);
  ok(await item(pcr, manip, { kind: 'classification', label: 'Catégorie B', valid_until: day(900) }));
  ok(await item(pcr, manip, { kind: 'dosimetry', label: '0,2 mSv', valid_until: day(90) }));
  assert.deepEqual(codes(part(await file(manip, manip), 'technologist').irradiating), []);
  const seen = async (by) => valid(await file(by, manip), 'dosimetry')[0];
  assert.equal((await seen(manip)).label, '0,2 mSv');
  assert.equal((await seen(pcr)).label, '0,2 mSv');
  assert.deepEqual([(await seen(qualite)).label, (await seen(qualite)).state], [undefined, 'valid'], 'who answers for people: dates and state');
  assert.equal(await seen(secretaire), undefined);
  assert.deepEqual([...new Set((await file(pcr, manip)).items.map((i) => i.kind))].filter((k) => ['insurance', 'ethics', 'training-tools', 'diploma'].includes(k)), [], 'the officer sees what is theirs');
  assert.ok((await traced(pcr, 'POST /api/staff/people/{id}/items')).length >= 2);
  assert.equal((await traced(secretaire, 'POST /api/staff/people/{id}/items', 'refused')).length + (await traced(secretaire, 'POST /api/staff/people/{id}/items', 'failed')).length, 1);
});

test('O6 a new version of a procedure blocks who must sign it until they read and sign exactly that one', async () => {
  const { manip, qualite, demandeur, pharmacien } = who;
  const list = async (by, o = val) => ok(await by.get(`/api/staff/procedures?organisation=${o.id}`)).procedures;
  const tele = (await list(manip)).find((p) => p.code === 'TELE-01');
  assert.ok(tele.must_sign && tele.signed_at_ms);
  said(await demandeur.get(`/api/staff/procedures?organisation=${group.id}`), 403, /établissement/);
  said(await manip.post(`/api/staff/procedures/${tele.id}/versions`, { text: 'Non', in_force_from: day() }), 403);
  said(await qualite.post(`/api/staff/procedures/${tele.id}/versions`, { text: 'Ancienne', in_force_from: '2020-01-01' }), 400, /avant/);
  ok(await qualite.post(`/api/staff/procedures/${tele.id}/versions`, { text: 'Demain', in_force_from: day(3) }));
  assert.equal((await list(manip)).find((p) => p.id === tele.id).version, 1, 'not in force yet');
  const v2 = ok(await qualite.post(`/api/staff/procedures/${tele.id}/versions`, { text: '1. Nouvelle règle.', in_force_from: day(3) }));
  await house.advance(manip, 4 * 86400000);
  for (const p of Object.values(who)) await p.signIn();
  assert.equal(v2.version, 3);
  const blocked = part(await file(manip, manip), 'technologist').blocking;
  assert.deepEqual(codes(blocked), ['staff-procedures']);
  assert.equal(blocked[0].count, 1);
  const one = ok(await manip.get(`/api/staff/procedures/${tele.id}`));
  assert.equal(one.versions[0].text, '1. Nouvelle règle.');
  assert.equal(one.signatures, undefined, 'who signed is for who answers for people');
  const sign = (by, body) => by.post(`/api/staff/procedures/${tele.id}/accept`, body);
  said(await sign(manip, { version: 3, sha256: one.sha256 }), 401, /second facteur/);
  said(await sign(manip, { version: 1, sha256: one.versions[2].sha256, proof: { kind: 'totp', code: '000000' } }), 409, /Une autre version/);
  ok(await sign(manip, { version: 3, sha256: one.sha256, proof: await fresh(manip) }));
  said(await sign(manip, { version: 3, sha256: one.sha256, proof: await fresh(manip) }), 409, /déjà/);
  assert.deepEqual(codes(part(await file(manip, manip), 'technologist').blocking), []);
  const names = ok(await qualite.get(`/api/staff/procedures/${tele.id}`));
  assert.ok(names.signatures.some((s) => s.version === 3 && s.name.includes('PETIT') && s.proof === 'totp' && s.factors === 'password+totp'));
  assert.equal(names.signed, 1);
  assert.ok(names.of > 5);
  assert.equal((await traced(manip, 'POST /api/staff/procedures/{id}/accept')).length, 1);
  const options = (by, purpose) => by.post('/api/proofs/passkey/options', { purpose, act_id: one.version_id, digest: one.sha256 });
  said(await options(manip, 'accept-procedure'), 409, /passkey|clé/i); // no passkey on this account: a code
  said(await options(manip, 'sign-report'), 403, /rôle/);
  said(await options(manip, 'anything'), 400);
  said(await options(who.pcr, 'sign-meeting'), 403, /rôle/);
  assert.ok(part(await file(pharmacien, pharmacien), 'pharmacist').blocking.length === 1);
});

test('O6 an imager of the convention checks a technologist’s knowledge of a protocol, dated, with result and next date', async () => {
  const { imageur, manip, qualite, demandeur } = who;
  const protocol = ok(await qualite.get(`/api/staff/procedures?organisation=${val.id}`)).procedures.find((p) => p.kind === 'protocol');
  const partner = ok(await imageur.get(`/api/staff/procedures?organisation=${val.id}`)).procedures;
  assert.deepEqual(partner.map((p) => [p.kind, p.must_sign]), [['protocol', false]], 'an imager of the convention reads the protocols of the site, and no more');
  assert.match(ok(await imageur.get(`/api/staff/procedures/${protocol.id}`)).versions[0].text, /Topogramme/);
  const tele = ok(await qualite.get(`/api/staff/procedures?organisation=${val.id}`)).procedures.find((p) => p.kind === 'procedure');
  said(await imageur.get(`/api/staff/procedures/${tele.id}`), 403, /établissement/);
  const check = (by, of, extra = {}) => item(by, of, { kind: 'knowledge', procedure_id: protocol.id, assessed_on: day(), result: 'passed', valid_until: day(365), ...extra });
  said(await check(qualite, manip), 403, /rôle/);
  said(await check(demandeur, manip), 403);
  said(await check(imageur, manip, { procedure_id: undefined }), 400, /protocole/);
  said(await check(imageur, who.manip2), 400, /protocole appliqué/);
  said(await check(imageur, who.medecin), 403);
  ok(await check(imageur, manip, { result: 'failed', note: 'Chez l’enfant, le kV' }));
  assert.deepEqual(codes(part(await file(manip, manip), 'technologist').blocking), ['staff-knowledge']);
  assert.deepEqual((await file(imageur, manip)).items.map((i) => i.state), ['failed', 'aside'], 'what was passed before is put aside');
  ok(await check(imageur, manip));
  assert.deepEqual(codes(part(await file(manip, manip), 'technologist').blocking), []);
  const seen = await file(imageur, manip);
  assert.deepEqual([...new Set(seen.items.map((i) => i.kind))], ['knowledge'], 'a partner sees nothing else of the file');
  assert.match(seen.items[0].recorded_by, /MARTIN/);
  assert.equal(seen.items[0].procedure, protocol.title);
  const list = ok(await imageur.get(`/api/staff/people?organisation=${val.id}`)).people;
  assert.ok(list.every((p) => p.parts.every((one) => one.role === 'technologist')));
  assert.equal((await traced(imageur, 'POST /api/staff/people/{id}/items')).filter((l) => l.detail === 'knowledge').length, 2);
});

test('L1 L11 S5 O6 the skills of a team: everybody against what their roles ask for, for its responsible and its quality officer alone', async () => {
  const { qualite, responsable, manip, nucleaire } = who;
  const skills = async (by, o) => ok(await by.get(`/api/staff/skills?organisation=${o.id}`));
  const { people, procedures } = await skills(qualite, val);
  const of = (person) => people.find((one) => one.id === id(person));
  const tele = procedures.find((one) => one.code === 'TELE-01'), protocol = procedures.find((one) => one.kind === 'protocol');
  assert.equal(tele.version, 3);
  const { cells, roles, procedures: lines } = of(manip);
  assert.deepEqual(roles, ['technologist']);
  assert.deepEqual([cells['training-patients'].required, cells['training-patients'].blocks, cells['training-patients'].irradiating], [true, true, true]);
  assert.deepEqual([cells['training-tools'].irradiating, cells.ethics.blocks, cells.insurance], [false, false, undefined], 'what nobody asks of a technologist has no cell');
  assert.ok(cells['training-tools'].days > 0 && cells['training-tools'].until);
  assert.equal(lines.find((one) => one.id === tele.id).signed_version, 3);
  const { check } = lines.find((one) => one.id === protocol.id);
  assert.deepEqual([check.on, /MARTIN/.test(check.by), check.days], [day(), true, 365]);
  assert.deepEqual([of(nucleaire).procedures.find((one) => one.id === tele.id).signed_version, of(nucleaire).cells.authorisation.required], [1, true], 'an older version was signed');
  assert.ok(people.every((one) => Object.values(one.cells).every((cell) => !('number' in cell) && !('document_id' in cell))), 'no evidence here');
  assert.ok((await skills(responsable, group)).people.some((one) => one.id === id(who.imageur) && one.cells.insurance.required));
  for (const [by, o] of [[manip, val], [who.pcr, val], [who.secretaire, val], [who.imageur, group], [responsable, val]]) said(await by.get(`/api/staff/skills?organisation=${o.id}`), 403);
  assert.match(said(await who.pcr.get(`/api/staff/skills?organisation=${val.id}`), 403).error.text, /ceux qui en répondent/);
  assert.ok((await traced(qualite, 'GET /api/staff/skills')).length >= 1 && (await traced(who.pcr, 'GET /api/staff/skills', 'refused')).length >= 1);
});

test('O6 meetings: participants, cases of acts that one sees, decisions, minutes signed by the chair and then closed', async () => {
  const { imageur, qualite, responsable, pcr, demandeur, medecin } = who;
  const e = await Exam.open(house);
  const meeting = { organisation_id: group.id, kind: 'rcp', title: 'RCP digestive', held_at_ms: house.now(), chair_id: id(imageur), people: [id(imageur), id(responsable), id(medecin)], minutes: '', cases: [] };
  said(await demandeur.post('/api/staff/meetings', meeting), 403, /établissement/);
  said(await pcr.post('/api/staff/meetings', meeting), 403);
  said(await imageur.post('/api/staff/meetings', { ...meeting, people: [id(responsable)] }), 400, /participants/);
  said(await imageur.post('/api/staff/meetings', { ...meeting, cases: [{ number: 'INCONNU', question: '?', decision: '' }] }), 404, /numéro/);
  const number = (await e.requester.get(`/api/acts/${e.id}`)).json.number;
  said(await qualite.post('/api/staff/meetings', { ...meeting, cases: [{ number, question: '?', decision: '' }] }), 404, /numéro/);
  const unsigned = ok(await demandeur.get(`/api/staff/procedures?organisation=${val.id}`)).procedures.find((p) => p.kind === 'procedure');
  const pending = ok(await demandeur.get(`/api/staff/procedures/${unsigned.id}`));
  ok(await demandeur.post(`/api/staff/procedures/${unsigned.id}/accept`, { version: unsigned.version, sha256: pending.sha256, proof: await fresh(demandeur) })); // or the request is refused: O6
  await e.consent(); // what only the requester sees becomes the group's as it is sent
  await e.ask();
  const { id: n } = ok(await imageur.post('/api/staff/meetings', { ...meeting, cases: [{ number, question: 'Opérer ?', decision: 'Surveillance' }] }));
  const read = async (by) => ok(await by.get(`/api/staff/meetings/${n}`));
  let m = await read(imageur);
  assert.deepEqual(m.cases.map((c) => [c.number, c.decision]), [[number, 'Surveillance']]);
  const asQuality = await read(qualite);
  assert.deepEqual([asQuality.cases, asQuality.hidden_cases], [[], 1], 'a case that one may not see is not shown');
  said(await demandeur.get(`/api/staff/meetings/${n}`), 403, /participé/);
  assert.equal((await read(medecin)).people.length, 3, 'a participant of another organisation reads it');
  const put = (by, body, revision = m.revision) => by.put(`/api/staff/meetings/${n}`, { ...meeting, ...body, revision });
  ok(await put(qualite, { minutes: 'Un dossier discuté.' }));
  said(await put(imageur, { minutes: 'Trop tard' }), 409, /entre-temps/);
  m = await read(imageur);
  assert.equal(m.cases.length, 1, 'the case that quality could not see stayed');
  const sign = (by, body) => by.post(`/api/staff/meetings/${n}/sign`, body);
  said(await sign(responsable, { sha256: m.to_sign, proof: { kind: 'totp', code: '000000' } }), 403, /président/);
  said(await sign(imageur, { sha256: 'a'.repeat(64), proof: { kind: 'totp', code: '000000' } }), 409, /relisez/);
  said(await sign(imageur, { sha256: m.to_sign }), 401, /second facteur/);
  ok(await sign(imageur, { sha256: m.to_sign, proof: await fresh(imageur) }));
  m = await read(imageur);
  assert.ok(m.signed_at_ms && m.sha256 === m.to_sign, 'what was signed is what is there');
  said(await put(imageur, { minutes: 'Après' }, m.revision), 409, /signée/);
  assert.equal((await traced(imageur, 'POST /api/staff/meetings/{id}/sign')).length, 1);
  assert.equal((await traced(demandeur, 'POST /api/staff/meetings', 'refused')).length + (await traced(demandeur, 'POST /api/staff/meetings', 'failed')).length, 1);
});

test('O3 S5 a machine is unfit for its papers, its checks or its breakdown, with the reason; displays by measured values', async () => {
  const { biomed, physicien, pcr, manip, imageur, pacs, responsable } = who;
  const register = async (by, o = val) => ok(await by.get(`/api/staff/register?organisation=${o.id}`));
  const scanner = async () => (await register(biomed)).rooms.find((r) => r.name === 'Scanner 1');
  let room = await scanner();
  const [machine] = room.equipment;
  assert.deepEqual([room.blocking, machine.blocking], [[], []]);
  assert.deepEqual((await register(biomed)).machines, [], 'every machine of the worklist is in the register');
  const check = (by, kind, extra = {}) => by.post(`/api/staff/equipment/${machine.id}/items`, { kind, number: 'CQ-2', assessed_on: day(), result: 'passed', valid_until: day(300), ...extra });
  said(await check(biomed, 'quality-control'), 403, /rôle/);
  said(await check(physicien, 'quality-control', { valid_until: day(800) }), 400, /dépasse/);
  const failed = ok(await check(physicien, 'quality-control', { result: 'failed', note: 'Bruit' }));
  assert.deepEqual(codes((await scanner()).equipment[0].blocking), ['equipment-quality-control']);
  said(await biomed.post(`/api/staff/items/${failed.id}/follow-up`, { text: 'Tube changé' }), 403);
  ok(await physicien.post(`/api/staff/items/${failed.id}/follow-up`, { text: 'Tube changé, contrôle refait' }));
  ok(await check(physicien, 'quality-control'));
  assert.deepEqual((await scanner()).equipment[0].blocking, []);
  said(await pacs.post(`/api/staff/equipment/${machine.id}/service`, {}), 403);
  ok(await manip.post(`/api/staff/equipment/${machine.id}/service`, { reason: 'Panne du statif' }));
  room = await scanner();
  assert.deepEqual(codes(room.equipment[0].blocking), ['equipment-stopped']);
  assert.equal(room.equipment[0].stopped.why, 'Panne du statif');
  said(await manip.post(`/api/staff/equipment/${machine.id}/service`, {}), 403);
  ok(await biomed.post(`/api/staff/equipment/${machine.id}/service`, {}));
  const zoning = room.items.find((i) => i.kind === 'zoning' && !i.withdrawn_at_ms);
  said(await withdraw(biomed, zoning.id), 403);
  ok(await withdraw(pcr, zoning.id));
  assert.deepEqual(codes((await scanner()).blocking), ['room-zoning']);
  said(await biomed.post(`/api/staff/rooms/${room.id}/items`, { kind: 'zoning', number: 'Z2', valid_until: day(900) }), 403);
  ok(await pcr.post(`/api/staff/rooms/${room.id}/items`, { kind: 'zoning', number: 'Z2', valid_until: day(900) }));
  assert.deepEqual((await scanner()).blocking, []);

  const machine_id = machine.machine_id, elsewhere = organisations.find((o) => o.id === roche.id).rooms[0].id;
  const enter = (by, body) => by.post('/api/staff/equipment', { room_id: room.id, kind: 'modality', name: 'Double', modality: 'CT', ...body });
  said(await enter(biomed, { machine_id }), 409, /déjà/);
  said(await enter(biomed, { machine_id: elsewhere }), 400, /site/);
  said(await enter(manip, {}), 403);
  ok(await biomed.put(`/api/staff/rooms/${room.id}`, { name: 'Scanner 1 bis' }));
  said(await biomed.put(`/api/staff/rooms/${room.id}`, { name: 'IRM' }), 409, /nom/);
  said(await pcr.put(`/api/staff/rooms/${room.id}`, { name: 'X' }), 403);
  ok(await biomed.put(`/api/staff/rooms/${room.id}`, { name: 'Scanner 1' }));
  ok(await biomed.put(`/api/staff/equipment/${machine.id}`, { maker: 'Orbe Médical', serial: 'S-1' }));
  assert.equal((await scanner()).equipment[0].maker, 'Orbe Médical');

  // an imager's own place of reading
  const own = ok(await imageur.post('/api/staff/rooms', { organisation_id: group.id, name: 'Domicile Dr Martin', purpose: 'reading', person_id: id(imageur) }));
  said(await imageur.post('/api/staff/rooms', { organisation_id: group.id, name: 'Salle commune', purpose: 'reading' }), 403);
  said(await imageur.post('/api/staff/equipment', { room_id: own.id, kind: 'display', name: 'Écran' }), 403);
  const light = (lux) => imageur.post(`/api/staff/rooms/${own.id}/items`, { kind: 'ambient-light', assessed_on: day(), ambient_lux: lux, valid_until: day(300) });
  assert.equal(ok(await light(300)).result, 'failed');
  const place = async () => (await register(responsable, group)).rooms.find((r) => r.id === own.id);
  assert.deepEqual(codes((await place()).blocking), ['room-confidentiality', 'room-light']);
  assert.match((await place()).items[0].faults[0], /20 à 40 lux/);
  assert.equal(ok(await light(30)).result, 'passed');
  ok(await responsable.post(`/api/staff/rooms/${own.id}/items`, { kind: 'confidentiality', assessed_on: day(), result: 'passed', valid_until: day(300) }));
  assert.deepEqual((await place()).blocking, []);
  assert.equal((await traced(manip, 'POST /api/staff/equipment/{id}/service')).length, 1);
  assert.equal((await traced(pcr, 'POST /api/staff/rooms/{id}/items')).length, 1);
});

test('O3 the display of a PACS administrator is judged by what was measured: nobody types the result', async () => {
  const { pacs, biomed, physicien } = who;
  const room = ok(await biomed.post('/api/staff/rooms', { organisation_id: val.id, name: 'Lecture locale', purpose: 'reading' }));
  said(await pacs.post('/api/staff/equipment', { room_id: room.id, kind: 'modality', name: 'Scanner X', modality: 'CT' }), 403);
  const display = ok(await pacs.post('/api/staff/equipment', { room_id: room.id, kind: 'display', name: 'Écran mammo', modality: 'MG' }));
  const measure = (by, extra = {}) => by.post(`/api/staff/equipment/${display.id}/items`, { kind: 'display-control', assessed_on: day(), valid_until: day(300), luminance_max: 500, luminance_min: 1.4, grey_error: 5, ambient_lux: 25, ...extra });
  said(await measure(pacs), 403);
  said(await measure(biomed, { luminance_max: undefined, result: 'passed' }), 400, /mesurées/);
  assert.equal(ok(await measure(biomed, { luminance_max: 400, result: 'passed' })).result, 'failed', 'under 420 cd/m² for mammography');
  const shown = async () => ok(await biomed.get(`/api/staff/register?organisation=${val.id}`)).rooms.find((r) => r.id === room.id).equipment[0];
  assert.deepEqual(codes((await shown()).blocking), ['equipment-display']);
  assert.equal(ok(await measure(physicien)).result, 'passed');
  assert.deepEqual((await shown()).blocking, []);
});

test('S4 each profession has its own permissions, and records what is its own and nothing else', async () => {
  const may = (p) => p.me.permissions.filter((one) => ['own-file', 'staff', 'register', 'meetings'].includes(one)).sort();
  assert.deepEqual(may(who.pcr), ['own-file', 'register', 'staff']);
  assert.deepEqual(may(who.biomed), ['own-file', 'register', 'staff']);
  assert.deepEqual(may(who.physicien), ['meetings', 'own-file', 'register', 'staff']);
  assert.deepEqual(may(who.pacs), ['own-file', 'register', 'staff']);
  assert.deepEqual(may(who.pharmacien), ['meetings', 'own-file', 'register']);
  assert.deepEqual(may(who.preparateur), ['own-file', 'register']);
  assert.deepEqual(may(who.secretaire), ['meetings', 'own-file', 'staff']);
  assert.deepEqual(may(who.qualite), ['meetings', 'own-file', 'register', 'staff']);
  assert.deepEqual(may(who.patiente), []);
  said(await who.patiente.get('/api/staff/me'), 403);
  said(await who.preparateur.get(`/api/staff/people?organisation=${val.id}`), 403);
  said(await who.secretaire.get(`/api/staff/register?organisation=${val.id}`), 403);
  said(await who.pcr.get(`/api/staff/people?organisation=${roche.id}`), 403, /établissement/);

  // who records what, over every kind and profession: as the table says
  const { kinds } = ok(await who.pcr.get('/api/staff/rules'));
  const scanner = ok(await who.biomed.get(`/api/staff/register?organisation=${val.id}`)).rooms.find((r) => r.name === 'IRM');
  const machine = scanner.equipment[0].id;
  const roles = { pcr: 'pcr', biomed: 'biomedical', physicien: 'physicist', pharmacien: 'pharmacist', preparateur: 'pharmacy-tech', secretaire: 'secretary', pacs: 'pacs-admin', manip: 'technologist' };
  let allowed = 0, refused = 0;
  for (const [login, role] of Object.entries(roles))
    for (const kind of kinds) {
      const path = kind.of === 'person' ? `people/${id(who.medecin)}` : kind.of === 'room' ? `rooms/${scanner.id}` : `equipment/${machine}`;
      const body = { kind: kind.code, label: 'x', number: 'N-1', assessed_on: day(), result: 'passed', valid_until: day(100), ambient_lux: 30, luminance_max: 410, luminance_min: 1.2, grey_error: 5 };
      const a = await who[login].post(`/api/staff/${path}/items`, body);
      assert.equal(a.status, kind.record.includes(role) ? 200 : 403, `${login} ${kind.code}: ${a.bytes}`);
      if (a.status === 200) allowed++; else refused++;
    }
  assert.ok(allowed > 15 && refused > 100, `${allowed} allowed, ${refused} refused`);
});

test('S5 what ends is said 60, 30 and 7 days before, each once, to the person and to who answers; then it blocks', async () => {
  const { medecin, qualite, secretaire, imageur } = who;
  await gone(medecin, medecin, 'insurance');
  const { id: n } = ok(await item(secretaire, medecin, { kind: 'insurance', number: 'A-77', valid_until: day(70) }));
  ok(await verify(qualite, n));
  const warned = async (p) => (await p.get('/api/staff/me')).json.warnings.filter((w) => w.kind === 'insurance' && (w.person_id === id(medecin))).map((w) => w.days).sort((a, b) => b - a);
  const later = async (days, expected) => {
    await house.advance(qualite, days * 86400000 + 60000);
    for (const p of [qualite, medecin, imageur, secretaire]) await p.signIn();
    for (let i = 0; i < 60 && JSON.stringify(await warned(medecin)) !== JSON.stringify(expected); i++) await sleep(200);
    assert.deepEqual(await warned(medecin), expected);
    assert.deepEqual(await warned(qualite), expected);
  };
  assert.deepEqual(await warned(medecin), []);
  await later(11, [60]);
  await later(30, [60, 30]);
  await later(23, [60, 30, 7]);
  const soon = async () => ok(await qualite.get(`/api/staff/people?organisation=${val.id}`)).people.find((p) => p.id === id(medecin));
  assert.ok((await soon()).soon.some((s) => s.kind === 'insurance' && s.state === 'soon' && s.days <= 7));
  assert.deepEqual(codes(part(await soon(), 'local-physician').blocking).filter((c) => c === 'staff-insurance'), []);
  await later(8, [60, 30, 7, 0]);
  assert.deepEqual(codes(part(await soon(), 'local-physician').blocking).filter((c) => c === 'staff-insurance'), ['staff-insurance']);
  assert.deepEqual(await warned(imageur), [], 'nobody else is told');
  const first = (await medecin.get('/api/staff/me')).json.warnings.find((w) => w.kind === 'insurance');
  said(await imageur.post(`/api/staff/warnings/${first.id}/seen`), 404);
  ok(await medecin.post(`/api/staff/warnings/${first.id}/seen`));
  assert.equal((await warned(medecin)).length, 3);
  const system = (await who.admin.signIn(), await who.admin.get('/api/audit')).json.lines.filter((l) => l.actor === 'system:staff');
  assert.ok(system.some((l) => /told/.test(l.detail)));
});

test('S5 evidence is kept as other files are: in the backup, read again by the verification, an altered one is found', async () => {
  const d = ok(await upload(who.secretaire, `%PDF-1.7 ${'diplôme '.repeat(50)}`, 'diplome.pdf'));
  const backups = path.join(house.data, 'backups');
  const files = () => fs.readdirSync(path.join(house.data, 'blobs', 'staff'), { recursive: true }).map((f) => path.join(house.data, 'blobs', 'staff', f)).filter((f) => fs.statSync(f).isFile());
  const verified = () => house.run(['verify', '--archive', '--config', house.config]);
  assert.equal(verified().status, 0, 'whole');
  fs.mkdirSync(backups);
  fs.chmodSync(backups, 0o777);
  const made = house.run(['backup', backups, '--config', house.config]);
  assert.match(made.stdout, /0 missing, 0 altered/, made.stdout + made.stderr);
  const file = files().find((f) => sha256(fs.readFileSync(f)) === d.sha256);
  assert.ok(file, 'a file of its own under staff/');
  assert.ok(fs.readFileSync(path.join(backups, 'manifests', '1.txt'), 'utf8').includes(d.sha256), 'named in the list of the backup');
  assert.equal(house.run(['verify', '--backup', backups]).status, 0);
  const bytes = fs.readFileSync(file);
  bytes[20] ^= 1;
  fs.writeFileSync(file, bytes);
  const found = verified();
  assert.equal(found.status, 3, found.stdout + found.stderr);
  assert.match(found.stdout + found.stderr, /1 altered/);
});
