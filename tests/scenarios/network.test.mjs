// Conventions that drive the system: delays, hours, regions, escalation by timers that survive a restart.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam, REQUEST } from '../exam.mjs';

let house, admin;
before(async () => { house = await House.start(); admin = await house.person('admin'); });
after(async () => { await house?.close(); });

const seen = async (e, person = e.requester) => (await person.get(`/api/acts/${e.id}`)).json;
async function until(look, what) {
  for (const end = Date.now() + 15000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) { const found = await look(); if (found) return found; }
  return assert.fail(`never: ${what}`);
}
const traced = async (e, what, outcome) => assert.ok((await admin.get(`/api/audit?act=${e.id}`)).json.lines.some((l) => l.what === what && l.outcome === outcome), `${what} ${outcome} in the trace`);

test('S2 the reason of the distance must be one that the convention accepts', async () => {
  await house.advance(admin, 31000);
  const [one] = (await (await house.person('imageur2')).get('/api/conventions')).json.conventions;
  assert.ok(one.terms.on_site.length > 0, 'what stays on site is a clause');
  assert.ok(one.reasons.includes('no-imager-on-site'));
  const e = await Exam.open(house);
  await e.consent();
  await e.ask({ ...REQUEST, distance_reason_code: 'out-of-hours' });
  assert.equal((await seen(e)).facts.request.distance_reason_code, 'out-of-hours', 'the act says why it is not done on site');
  await traced(e, 'step send', 'ok');
});

test('E10 a delay that passes is said, the chain is called one after the other, also after a restart', async () => {
  await house.advance(admin, 31000);
  const e = await Exam.open(house, { priority: 'emergency' });
  await e.consent();
  await e.ask();
  await house.advance(admin, 16 * 60000);
  const late = await until(async () => { const a = await seen(e); return a.facts.overdue?.find((o) => o.what === 'verdict' && o.called?.length) && a; }, 'imagers called');
  const [verdict] = late.facts.overdue.filter((o) => o.what === 'verdict');
  assert.equal(verdict.called[0].to, 'imager');
  assert.ok(verdict.called[0].people.length >= 1 && verdict.called[0].people[0].phone, 'with a telephone number');
  assert.ok(late.overdue.some((o) => o.what === 'verdict'), 'listed');
  assert.equal(verdict.called.length, 1, 'the responsible not yet');
  await house.stop();
  await house.serve();
  house.offsetMs = 0; // a restart forgets the moved clock; jobs stay
  await house.advance(await house.person('qualite'), 60 * 60000);
  for (const one of [admin, e.requester]) await one.signIn();
  const called = await until(async () => { const o = (await seen(e)).facts.overdue.find((x) => x.what === 'verdict'); return o.called.length >= 2 && o.called; }, 'the responsible called');
  assert.equal(called[1].to, 'responsible-imaging');
  assert.match(called[1].people[0].name, /ROUSSEL/);
  await traced(e, 'step escalate', 'ok');
});

test('E10 a delay that is met calls nobody', async () => {
  await house.advance(admin, 31000);
  const e = await Exam.open(house, { priority: 'emergency', patient: 'NIA', born: '1994-06-17' });
  await e.consent();
  await e.ask({ ...REQUEST, pregnancy: 'no' });
  await e.accept();
  await house.advance(admin, 16 * 60000);
  await until(async () => (await seen(e)).facts.overdue?.some((o) => o.what === 'planning'), 'planning is late');
  assert.ok(!(await seen(e)).facts.overdue.some((o) => o.what === 'verdict'));
});

/* ---- conventions: drafted, attached, signed by each party, replaced by a version that changes the clocks ---- */

const paper = async (person, id) => (await person.get('/api/convention-papers')).json.papers.find((p) => p.id === id);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const attach = (person, id, kind = 'medical-project') => person.send('POST', `/api/convention-papers/${id}/documents?kind=${kind}&title=Projet%20m%C3%A9dical%202026`, PDF, { 'Content-Type': 'application/pdf' });
async function sign(person, id, organisation) {
  await house.advance(person, 31000);
  const { sha256 } = await paper(person, id);
  return person.post(`/api/convention-papers/${id}/sign`, { organisation_id: organisation, sha256, proof: { kind: 'totp', code: person.code() } });
}
let head, second, third, draft;

test('S3 O1 a convention is drafted by a responsible alone, and signed when no clause is missing', async () => {
  await admin.signIn();
  [head, second, third] = [await house.person('responsable'), await house.person('cheffe'), await house.person('chef')];
  const imager = await house.person('imageur2');
  const refused = await imager.post('/api/convention-papers', {});
  assert.equal(refused.status, 403);
  const empty = (await head.post('/api/convention-papers', {})).json.id;
  const codes = (await paper(head, empty)).missing.map((m) => m.code);
  for (const code of ['scope', 'party-site', 'clauses', 'validity', 'on-site', 'escalation', 'languages', 'procedure-fallback', 'medical-project', 'number']) assert.ok(codes.includes(code), code);
  const [old] = (await head.get('/api/conventions')).json.conventions;
  draft = (await head.post('/api/convention-papers', { from: old.id })).json.id;
  let p = await paper(head, draft);
  assert.deepEqual(p.missing.map((m) => m.code), ['medical-project'], 'the last version has the rest');
  const { content } = p;
  const urgent = content.clauses.find((c) => c.kind === 'remote-exam' && c.modality === 'CT' && c.priority === 'urgent');
  urgent.verdict_min = 37;
  delete urgent.planning_min;
  urgent.regions = ['abdomen'];
  const put = (body, person = head) => person.put(`/api/convention-papers/${draft}`, body);
  assert.equal((await put({ revision: p.revision, content }, imager)).status, 403);
  assert.equal((await put({ revision: p.revision, content })).status, 200);
  assert.equal((await put({ revision: p.revision, content })).status, 409, 'somebody saved in between');
  assert.equal((await attach(imager, draft)).status, 403);
  const attached = await attach(head, draft);
  assert.equal(attached.status, 200, String(attached.bytes));
  const party = content.parties.find((one) => one.part === 'imaging').id;
  const without = await sign(head, draft, party);
  assert.equal(without.status, 409);
  assert.deepEqual(without.json.error.missing.map((m) => m.code), ['delay-planning']);
  urgent.planning_min = 25;
  p = await paper(head, draft);
  assert.equal((await put({ revision: p.revision, content })).status, 200);
});

test('S3 each party signs by its responsible with a fresh factor; nothing changes after the first; in force when all have', async () => {
  const p = await paper(head, draft);
  const imaging = p.content.parties.find((one) => one.part === 'imaging').id;
  assert.deepEqual(p.may_sign, [imaging]);
  assert.equal((await sign(second, draft, imaging)).status, 403, 'not the responsible of that party');
  const wrong = await head.post(`/api/convention-papers/${draft}/sign`, { organisation_id: imaging, sha256: p.sha256, proof: { kind: 'totp', code: '000000' } });
  assert.equal(wrong.status, 401);
  const other = await head.post(`/api/convention-papers/${draft}/sign`, { organisation_id: imaging, sha256: 'a'.repeat(64), proof: { kind: 'totp', code: head.code() } });
  assert.equal(other.status, 409, 'another content than the one signed');
  const first = await sign(head, draft, imaging);
  assert.equal(first.status, 200, String(first.bytes));
  assert.equal((await paper(head, draft)).state, 'signing');
  const late = await head.put(`/api/convention-papers/${draft}`, { revision: p.revision, content: p.content });
  assert.equal(late.status, 409);
  assert.match(late.json.error.text, /signé/);
  assert.equal((await sign(head, draft, imaging)).status, 409, 'once');
  const before = (await head.get('/api/conventions')).json.conventions;
  assert.equal(before.length, 1, 'not in force yet');
  for (const person of [second, third]) for (const id of (await paper(person, draft)).may_sign) assert.equal((await sign(person, draft, id)).status, 200);
  assert.equal((await paper(head, draft)).state, 'in-force');
  const now = (await head.get('/api/conventions')).json.conventions;
  assert.equal(now.length, 1, 'it replaces the version before it');
  assert.equal(now[0].version, 2);
  assert.ok(now[0].parties.every((one) => one.signed_at_ms && one.responsible.name));
  const lines = (await admin.get('/api/audit')).json.lines.filter((l) => /convention-papers.*sign/.test(l.what));
  assert.ok(lines.some((l) => l.outcome === 'ok') && lines.some((l) => l.outcome === 'refused'), 'signatures and refusals are traced');
});

test('S3 E10 a changed delay drives the new acts alone; a region that is not covered is named', async () => {
  const e = await Exam.open(house);
  const act = await (async () => { await e.consent(); return e.ask(); })();
  assert.equal(act.facts.delays.verdict_min, 37);
  assert.equal(act.convention.version, 2);
  const verdict = act.deadline.what === 'verdict' ? act.deadline.at_ms - act.asked_at_ms : act.facts.delays.verdict_min * 60000;
  assert.equal(verdict, 37 * 60000);
  const refused = await e.requester.post('/api/acts', { kind: 'remote-exam', patient_id: e.patient.id, requester_org_id: e.site.id, site_id: e.site.id, imaging_id: act.imaging.id, modality: 'CT', priority: 'urgent', region: 'Thorax' });
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.json.error.missing.map((m) => m.code), ['clause-region']);
});

test('O1 the medical project is shown to the people of the parties, and to nobody else', async () => {
  const [document] = (await paper(head, draft)).content.documents;
  await house.advance(admin, 31000);
  const party = await house.person('secretaire'), stranger = await house.person('admin');
  const read = await party.get(`/api/convention-documents/${document.id}`);
  assert.equal(read.status, 200);
  assert.ok(read.bytes.equals(PDF));
  assert.equal((await stranger.get('/api/convention-documents/999')).status, 404);
});

test('O1 X5 the documents of conventions are in a backup, and read again with it', () => {
  const folder = path.join(house.data, 'backups');
  fs.mkdirSync(folder, { mode: 0o777 });
  fs.chmodSync(folder, 0o777);
  const made = house.run(['backup', folder, '--config', house.config]);
  assert.equal(made.status, 0, made.stdout + made.stderr);
  const list = fs.readFileSync(path.join(folder, 'manifests', '1.txt'), 'utf8');
  assert.ok(list.includes(crypto.createHash('sha256').update(PDF).digest('hex')), 'its digest is in the list');
  assert.equal(house.run(['verify', '--backup', folder, '--key', path.join(folder, 'backup.pub')]).status, 0);
});
