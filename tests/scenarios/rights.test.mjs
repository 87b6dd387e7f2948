// Review of rights: the list of an organisation, signed by its responsible as it was shown, due again after six months.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';

let house, head, quality, admin, val;
const rows = (text) => JSON.parse(execFileSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'beclere.db'), text], { encoding: 'utf8' }).trim() || '[]');
const all = async (person) => (await person.get('/api/rights')).json.organisations;
const of = async (person, id = val.id) => (await all(person)).find((one) => one.id === id);
const said = (a, status, text) => { assert.equal(a.status, status, String(a.bytes)); if (text) assert.match(a.json.error.text, text); };
before(async () => {
  house = await House.start();
  [head, quality, admin] = [await house.person('cheffe'), await house.person('qualite'), await house.person('admin')];
  val = (await head.get('/api/organisations')).json.organisations.find((one) => one.name.includes('Val d’Orbe'));
});
after(async () => { await house?.close(); });

test('X2 O9 who answers for an organisation sees who holds which role there, when they were last seen, and that it was never reviewed', async () => {
  const list = await of(head);
  assert.deepEqual([list.last, list.overdue, list.may_sign], [null, true, true]);
  assert.deepEqual(list.people.find((one) => one.name.includes('Camille')).roles, ['requester']);
  assert.ok(list.people.find((one) => one.id === head.me.person.id).last_seen_ms > 0 && list.people.some((one) => one.last_seen_ms === null));
  assert.deepEqual((await all(head)).map((one) => one.name).sort(), ['Centre hospitalier du Val d’Orbe', 'Hôpital de proximité de Rochevive']);
  assert.ok((await all(admin)).length >= 5 && (await all(admin)).every((one) => !one.may_sign));
  assert.equal((await of(quality)).may_sign, false);
  said(await (await house.person('demandeur')).get('/api/rights'), 403);
});

test('X2 O9 only its responsible signs, and only the list that stands now; it is kept under the seal of the house', async () => {
  const { sha256 } = await of(head);
  said(await quality.post(`/api/rights/${val.id}/review`, { sha256 }), 403, /responsable/);
  said(await admin.post(`/api/rights/${val.id}/review`, { sha256 }), 403, /responsable/);
  said(await head.post(`/api/rights/${val.id}/review`, { sha256: '0'.repeat(64) }), 409, /a changé/);
  said(await head.post(`/api/rights/${val.id}/review`, { sha256, note: 'Revue de novembre.' }), 200);
  const now = await of(head);
  assert.deepEqual([now.overdue, now.changed, now.last.note], [false, false, 'Revue de novembre.']);
  const [kept] = rows('SELECT list, sha256, seal FROM rights_review');
  assert.equal(crypto.createHash('sha256').update(kept.list).digest('hex'), sha256);
  assert.match(kept.list, /demandeur .*: requester\n/);
  const key = crypto.createPublicKey(fs.readFileSync(path.join(house.data, 'keys/rights.pub')));
  assert.ok(crypto.verify(null, Buffer.from(`beclere-rights-1\n${sha256}`), key, Buffer.from(kept.seal.split(' ')[1], 'hex')));
  const lines = (await quality.get(`/api/audit?person=${head.me.person.id}`)).json.lines.filter((one) => one.what === 'POST /api/rights/{id}/review');
  assert.deepEqual(lines.map((one) => one.outcome), ['ok', 'refused']);
  assert.equal(lines[0].object, sha256);
});

test('X2 a role given afterwards shows as a change, and after six months the review is due again', async () => {
  const people = (await admin.get('/api/people')).json.people, one = people.find((person) => person.login === 'secretaire');
  said(await admin.put(`/api/people/${one.id}`, { ...one, memberships: [{ organisation_id: val.id, roles: ['secretary', 'technologist'] }] }), 200);
  const changed = await of(head);
  assert.deepEqual([changed.changed, changed.overdue], [true, false]);
  said(await head.post('/api/demo/clock', { advance_ms: 183 * 86400000, keep_sessions: true }), 200);
  house.offsetMs += 183 * 86400000;
  assert.equal((await of(head)).overdue, true);
});
