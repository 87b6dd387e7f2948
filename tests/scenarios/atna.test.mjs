// The trace as DICOM audit messages: taken out by the API, and fed to a real syslog server over TLS that comes and goes.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Collector } from '../collector.mjs';
import { Exam } from '../exam.mjs';
import { House, ROOT, sleep } from '../house.mjs';

let collector, house, exam, quality;
const rows = (sql) => JSON.parse(execFileSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'beclere.db'), sql], { encoding: 'utf8' }).trim() || '[]');
const lines = () => rows('SELECT lines FROM audit_head')[0].lines;
const feed = async () => (await quality.get('/api/audit/feed')).json;
const files = (own = {}) => ({ 'audit-collector': `localhost:${collector.port}`, 'audit-authority': collector.file('ca.pem'), 'audit-source': 'beclere-essai', 'audit-enterprise': '990000046', ...own });
async function soon(check, what, ms = 30000) {
  let last;
  for (const end = Date.now() + ms; Date.now() < end; await sleep(200)) { last = await check(); if (last) return last; }
  return assert.fail(`${what}: it did not happen; ${JSON.stringify(await feed())} ${house.log().split('\n').filter((one) => /audit-feed/.test(one)).slice(-3)} ${collector.said}`);
}
// All lines up to 'last' came, each once; at most 'twice' of them once more.
function whole(last, twice = 0) {
  const numbers = collector.messages().map((one) => one.line), seen = new Set(numbers);
  const lost = Array.from({ length: last }, (_, i) => i + 1).filter((one) => !seen.has(one));
  assert.deepEqual(lost, [], 'nothing is lost');
  assert.ok(numbers.length - seen.size <= twice, `${numbers.length - seen.size} came twice`);
}
const confirmed = () => soon(async () => { const now = lines(); return (await feed()).position >= now && now; }, 'the collector has all');
function valid(xml) {
  const file = path.join(collector.folder, 'check.xml');
  fs.writeFileSync(file, xml);
  const r = spawnSync('xmllint', ['--noout', '--relaxng', path.join(ROOT, 'tests/data/audit-message.rng'), file], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr.slice(0, 1500));
}
async function activity() {
  for (const p of [exam.requester, exam.imager]) { await p.get(`/api/acts/${exam.id}?${Math.random()}`); await p.step(exam.id, 'message', { text: 'Bonjour' }); }
}

before(async () => {
  collector = new Collector();
  await collector.start();
  house = await House.start({ config: files() });
  exam = await Exam.delivered(house);
  quality = await house.person('qualite');
});
after(async () => { await house?.close(); await collector?.close(); });

test('X3 O9 every line of the trace reaches the collector over TLS, in order, as RFC 5424 and as a valid DICOM audit message', async () => {
  await exam.requester.get('/api/archive/quarantine'); // refused
  const last = await confirmed();
  whole(last);
  const all = collector.messages();
  assert.deepEqual(all.map((one) => one.line), all.map((_, i) => i + 1), 'in order');
  for (const one of all) assert.deepEqual([one.pri, one.version, one.program, one.id], ['85', '1', 'beclere', 'IHE+DICOM'], JSON.stringify(one).slice(0, 300));
  valid(`<AuditMessages count="${all.length}">${all.map((one) => one.xml).join('\n')}</AuditMessages>`);
  const kept = rows('SELECT id, event, outcome, hash, what, at_ms FROM audit_line ORDER BY id');
  const told = (id) => all[id - 1].xml;
  for (const row of kept.slice(0, last)) {
    assert.match(told(row.id), new RegExp(`type="hash" value="${Buffer.from(row.hash).toString('base64').replace(/[+/=]/g, '\\$&')}"`), 'the hash of the line is told: the collector holds an anchor of the chain');
    assert.match(told(row.id), new RegExp(`EventOutcomeIndicator="${{ ok: 0, refused: 4, failed: 8 }[row.outcome]}"`));
    assert.match(told(row.id), new RegExp(`EventDateTime="${new Date(row.at_ms).toISOString()}"`));
  }
  const first = (event) => told(kept.find((one) => one.event === event && one.outcome === 'ok').id);
  assert.match(first('sign-in'), /csd-code="110114".*csd-code="110122"/);
  assert.match(first('store'), /csd-code="110104".*ParticipantObjectID="[0-9.]+"|csd-code="110104"/);
  assert.match(told(kept.find((one) => one.what === 'start').id), /csd-code="110100".*csd-code="110120"/);
  assert.match(told(kept.find((one) => one.what === 'step create').id), /UserID="1000000001|UserID="0100000001|UserName="Dr Camille DUBOIS"/);
});

test('X3 O9 a collector that is away slows nobody and is told; back again it gets what it missed, once', async () => {
  await collector.stop();
  const began = Date.now();
  for (let i = 0; i < 5; i += 1) await activity();
  assert.ok(Date.now() - began < 5000, 'requests do not wait');
  const state = await soon(async () => { const s = await feed(); return s.failing_since_ms && s; }, 'the outage is told');
  assert.match(state.error, /ne peut pas être joint/);
  assert.ok(state.waiting > 0);
  await collector.start();
  whole(await confirmed());
  assert.equal((await feed()).failing_since_ms, null);
});

test('X3 X5 the server stops, or is killed, with lines on their way: nothing is lost, nothing comes more than once again', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    await activity();
    await sleep(700);
    await activity();
    await house.stop(signal);
    await house.serve();
    whole(await confirmed(), signal === 'SIGKILL' ? 1 : 0);
  }
});

test('X3 X5 the collector is killed in the middle: nothing is lost', async () => {
  await activity();
  await sleep(400);
  await collector.stop('SIGKILL');
  await activity();
  await collector.start();
  whole(await confirmed(), 1 + 1);
});

test('X3 O10 a collector whose certificate is not of our authority, or of another name, gets nothing; one that asks for ours gets it', async () => {
  const other = new Collector({ client: 'beclere' });
  await other.start();
  const again = async (config) => {
    await house.stop();
    const text = fs.readFileSync(house.config, 'utf8').split('\n').filter((one) => !one.startsWith('audit-')).join('\n');
    fs.writeFileSync(house.config, `${text}\n${Object.entries(config).map(([k, v]) => `${k} = ${v}`).join('\n')}\n`);
    await house.serve();
  };
  try {
    await again(files({ 'audit-collector': `localhost:${other.port}` })); // the authority of the first
    let state = await soon(async () => { const s = await feed(); return s.failing_since_ms && s; }, 'not trusted');
    assert.match(state.error, /n’est pas reconnu/);
    await again(files({ 'audit-collector': `localhost:${other.port}`, 'audit-authority': other.file('ca.pem') })); // it wants a certificate of ours
    await sleep(5000);
    state = await feed();
    assert.ok(state.failing_since_ms && state.waiting > 0, JSON.stringify(state));
    assert.equal(other.messages().length, 0);
    await again(files({ 'audit-collector': `localhost:${other.port}`, 'audit-authority': other.file('ca.pem'), 'audit-certificate': other.file('beclere.pem'), 'audit-key': other.file('beclere-key.pem') }));
    await confirmed();
    assert.ok(other.messages().length > 0);
    assert.equal((await feed()).mutual, true);
  } finally { await other.close(); }
});

test('X3 the trace of a period, a patient or a person is taken out as audit messages, by who may read it, and that is traced', async () => {
  const all = await quality.get('/api/audit/messages');
  assert.equal(all.status, 200, String(all.bytes).slice(0, 300));
  assert.match(all.headers['content-type'], /xml/);
  valid(String(all.bytes));
  const one = await quality.get(`/api/audit/messages?ipp=${exam.patient.ipp}`);
  valid(String(one.bytes));
  const numbers = (a) => [...String(a.bytes).matchAll(/urn:beclere:trace:(\d+)/g)].map((m) => Number(m[1]));
  const of_patient = rows(`SELECT id FROM audit_line WHERE patient_id = ${exam.patient.id} ORDER BY id DESC`).map((row) => row.id);
  assert.deepEqual(numbers(one).slice(-20), of_patient.slice(-20));
  assert.match(String(one.bytes), new RegExp(`ParticipantObjectID="${exam.patient.ipp}" ParticipantObjectTypeCode="1"`));
  const by = await quality.get(`/api/audit/messages?person=${exam.imager.me.person.id}`);
  valid(String(by.bytes));
  assert.ok(numbers(by).length && !/AlternativeUserID="demandeur"/.test(String(by.bytes)));
  const middle = rows('SELECT at_ms FROM audit_line ORDER BY id LIMIT 1 OFFSET 40')[0].at_ms;
  const since = numbers(await quality.get(`/api/audit/messages?since=${middle}`)), until = numbers(await quality.get(`/api/audit/messages?until=${middle - 1}`));
  assert.equal(Math.min(...since) - 1, Math.max(...until), 'a period ends where the next begins');
  assert.equal((await exam.requester.get('/api/audit/messages')).status, 403);
  assert.equal((await exam.requester.get('/api/audit/feed')).status, 403);
  assert.ok(rows("SELECT id FROM audit_line WHERE what = 'GET /api/audit/messages' AND event = 'export' AND outcome = 'ok'").length >= 4);
  assert.equal(rows("SELECT id FROM audit_line WHERE what = 'GET /api/audit/messages' AND outcome = 'refused'").length, 1);
});
