// Indicators follow the convention: delays held against the version of each act, a new version changes those of the new acts alone; for the responsible and administrators of its parties.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, admin, head, first, number;
before(async () => {
  house = await House.start();
  [admin, head] = [await house.person('admin'), await house.person('responsable')];
  first = await Exam.open(house);
  number = (await head.get('/api/conventions')).json.conventions[0].number;
});
after(async () => { await house?.close(); });

const MINUTE = 60000;
const pass = async (minutes) => {
  const a = await admin.post('/api/demo/clock', { advance_ms: minutes * MINUTE, walk_ms: 1000, keep_sessions: true });
  assert.equal(a.status, 200, String(a.bytes));
  house.offsetMs = a.json.now_ms - Date.now();
};
const ask = (person, more = '') => person.get(`/api/indicators?convention=${number}&from=${house.now() - 30 * 86400000}&to=${house.now() + 86400000}${more}`);
const group = async (by, key = '') => (await ask(head)).json.groups.find((one) => one.by === by && one.key === key);
const verdict = (one) => one.delays.find((d) => d.what === 'verdict_min');
// Asked, and judged that much later.
async function judged(minutes, refused = false) {
  const e = await Exam.open(house, { like: first });
  await e.consent();
  await e.ask();
  await pass(minutes);
  if (refused) await e.ok(e.imager, 'refuse', { code: 'not-indicated', text: 'Sans indication.', indication: 'not-relevant', distance: 'relevant' });
  else await e.accept();
  return e;
}

test('O7 the delays of the path, refusals and calls are computed from the acts and held against the convention', async () => {
  await judged(10);
  await judged(50, true);
  await judged(80); // an hour was agreed
  const all = await group('all'), one = verdict(all);
  assert.equal(all.acts, 3);
  assert.deepEqual([one.count, one.with_delay, one.within], [3, 3, 2]);
  assert.deepEqual(one.delay_min, [60, 60]);
  assert.ok(Math.abs(one.median_min - 50) < 2 && Math.abs(one.p90_min - 80) < 2, JSON.stringify(one));
  assert.deepEqual(all.refusals, [{ code: 'not-indicated', count: 1 }]);
  assert.ok(all.overdue >= 1 && all.late_acts >= 1 && all.escalated >= 1, JSON.stringify(all));
  assert.equal((await group('modality', 'CT')).acts, 3);
  assert.match((await group('site', String(first.site.id))).name, /Val d’Orbe/);
  const waiting = await Exam.open(house, { like: first });
  await waiting.consent();
  await waiting.ask();
  assert.equal(verdict(await group('all')).with_delay, 3, 'what waits in good time says nothing yet');
  await pass(70);
  assert.deepEqual([verdict(await group('all')).with_delay, verdict(await group('all')).within], [4, 2], 'what waits too long is a breach, judged or not');
  await waiting.accept();
});

test('E6 L3 O7 where the imager does not share the view of the requester: counted by what, and the acts told to those to whom they are open', async () => {
  const { discord } = await group('all');
  assert.deepEqual(discord, { judged: 4, acts: 1, indication: 1, distance: 0, exam: 0 });
  const acts = (person) => person.get(`/api/indicators/acts?convention=${number}&from=${house.now() - 30 * 86400000}&to=${house.now() + 86400000}&what=discord`);
  const [one, ...more] = (await acts(head)).json.acts;
  assert.deepEqual([more.length, one.discord, one.code, one.reason], [0, ['indication'], 'not-indicated', 'Sans indication.']);
  assert.match(one.relevance, /scanner recommandé/);
  assert.deepEqual((await acts(admin)).json, { acts: [], others: 1 }, 'an administrator reads nothing of the acts');
  assert.equal((await acts(first.requester)).status, 403);
});

test('O7 as lines for a spreadsheet, without a patient or a person', async () => {
  const csv = await ask(head, '&format=csv');
  assert.equal(csv.status, 200);
  assert.match(csv.headers['content-type'], /text\/csv/);
  const text = csv.bytes.toString('utf8');
  assert.match(text, /^\uFEFFby;key;name;measure;count;median_min;p90_min;with_delay;within;share_percent\r\n/);
  assert.match(text, /\r\nall;;"";verdict_min;4;[\d.]+;[\d.]+;4;2;50\.0\r\n/);
  assert.match(text, /\r\nall;;"";refusal:not-indicated;1;/);
  assert.doesNotMatch(text, /DUPONT|MARTIN/);
});

test('S3 O7 a new version with another delay changes the indicator of the new acts only', async () => {
  const papers = async (person) => (await person.get('/api/convention-papers')).json.papers;
  const [old] = (await head.get('/api/conventions')).json.conventions;
  const { id } = (await head.post('/api/convention-papers', { from: old.id })).json;
  const paper = async (person) => (await papers(person)).find((one) => one.id === id);
  const p = await paper(head);
  p.content.clauses.find((c) => c.kind === 'remote-exam' && c.modality === 'CT' && c.priority === 'urgent').verdict_min = 30;
  assert.equal((await head.put(`/api/convention-papers/${id}`, { revision: p.revision, content: p.content })).status, 200);
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
  const attached = await head.send('POST', `/api/convention-papers/${id}/documents?kind=medical-project&title=Projet%202026`, pdf, { 'Content-Type': 'application/pdf' });
  assert.equal(attached.status, 200, String(attached.bytes));
  for (const person of [head, await house.person('cheffe'), await house.person('chef')]) {
    for (const organisation_id of (await paper(person)).may_sign) {
      await pass(1);
      const signed = await person.post(`/api/convention-papers/${id}/sign`, { organisation_id, sha256: (await paper(person)).sha256, proof: { kind: 'totp', code: person.code() } });
      assert.equal(signed.status, 200, String(signed.bytes));
    }
  }
  const before = verdict(await group('version', '1'));
  await judged(50);
  const [then, now] = [verdict(await group('version', '1')), verdict(await group('version', '2'))];
  assert.deepEqual(then, before, 'acts of the version before keep its delay');
  assert.deepEqual([now.count, now.with_delay, now.within, now.delay_min], [1, 1, 0, [30, 30]], 'fifty minutes were in time before, not any more');
  assert.deepEqual(verdict(await group('all')).delay_min, [30, 60]);
});

test('O7 only a responsible or an administrator of a party sees them; others are refused, and it is traced', async () => {
  assert.equal((await ask(admin)).status, 200);
  for (const person of [first.imager, first.requester, first.technologist]) {
    const a = await ask(person);
    assert.equal(a.status, 403, String(a.bytes));
    assert.match(a.json.error.text, /responsable qualité ou un administrateur/);
    assert.equal((await ask(person, '&format=csv')).status, 403);
  }
  assert.equal((await head.get(`/api/indicators?convention=NONE-1&from=1&to=2`)).status, 403);
  assert.equal((await head.get(`/api/indicators?convention=${number}&from=2&to=1`)).status, 400);
  const lines = (await admin.get('/api/audit')).json.lines.filter((l) => /indicators/.test(l.what));
  assert.ok(lines.some((l) => l.outcome === 'ok') && lines.some((l) => l.outcome === 'refused'));
});
