// Attacks on signing in and on sessions that no other file tells: a planted session, a stolen one ended from elsewhere, somebody else's session, a channel without session or from another site. X1, E16.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { House, PASSWORD, Person } from '../house.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

let house, admin;
before(async () => { house = await House.start(); admin = await house.person('admin'); });
after(async () => { await house?.close(); });
const says = (a, status, words) => { assert.equal(a.status, status, `${a.status} ${a.bytes}`); assert.match(a.json.error.text, words); };
const lines = async (what) => (await admin.get('/api/audit?limit=100')).json.lines.filter((one) => one.what === what);
// How an upgrade ends: 'open', or the status of its refusal.
const channel = (headers) => new Promise((done) => {
  const s = new WebSocket(`wss://localhost:${house.port}/api/push`, { rejectUnauthorized: false, headers });
  s.on('open', () => { s.close(); done('open'); });
  s.on('unexpected-response', (_, a) => { a.resume(); done(a.statusCode); });
  s.on('error', () => done('error'));
});

test('X1 session fixation: a planted token stays worthless, whoever signs in beside it', async () => {
  const planted = `__Host-beclere=${'a'.repeat(64)}`;
  const victim = new Person(house, 'demandeur');
  victim.cookie = planted;
  await victim.signIn();
  assert.doesNotMatch(victim.cookie, /a{64}/);
  assert.equal((await house.request({ path: '/api/me', headers: { Cookie: planted } })).status, 401);
  // A half-open session of the attacker's in the victim's browser is not lifted by the victim's factors.
  const attacker = new Person(house, 'manip');
  await attacker.post('/api/sign-in/password', { login: 'manip', password: PASSWORD });
  const half = attacker.cookie, other = new Person(house, 'secretaire');
  other.cookie = half;
  await other.signIn();
  assert.equal((await house.request({ path: '/api/acts', headers: { Cookie: half } })).status, 401, 'still half-open');
  assert.equal(other.me.person.login, 'secretaire');
});

test('X1 a code serves once for everything: what signed in proves nothing again', async () => {
  const p = await house.person('imageur');
  const again = new Person(house, 'imageur');
  await again.post('/api/sign-in/password', { login: 'imageur', password: PASSWORD });
  await again.refresh();
  says(await again.post('/api/sign-in/totp', { code: p.code() }), 401, /déjà servi/);
});

test('X1 the channel opens neither without a session, nor half-open, nor from another site', async () => {
  const p = await house.person('medecin');
  const half = new Person(house, 'pharmacien');
  await half.post('/api/sign-in/password', { login: 'pharmacien', password: PASSWORD });
  assert.equal(await channel({ Cookie: p.cookie, Origin: house.url }), 'open');
  assert.equal(await channel({ Origin: house.url }), 401);
  assert.equal(await channel({ Cookie: half.cookie, Origin: house.url }), 401);
  for (const Origin of ['https://example.org', 'null', `${house.url}.example.org`, `http://localhost:${house.port}`]) assert.equal(await channel({ Cookie: p.cookie, Origin }), 403, Origin);
  assert.equal(await channel({ Cookie: p.cookie }), 403, 'no Origin');
});

test('X1 a person sees where they are signed in and ends a session that is not theirs to keep', async () => {
  const here = await house.person('biomed'), stolen = await house.person('biomed');
  const { sessions } = (await here.get('/api/me/sessions')).json;
  assert.equal(sessions.length, 2);
  assert.deepEqual(sessions.map((one) => [one.factors, one.full]), [['password+totp', true], ['password+totp', true]]);
  const [other] = sessions.filter((one) => !one.here);
  assert.equal((await here.send('DELETE', `/api/me/sessions/${other.id}`)).status, 200);
  assert.equal((await stolen.get('/api/me')).status, 401, 'at once');
  assert.equal((await here.get('/api/me')).status, 200);
  says(await here.send('DELETE', `/api/me/sessions/${other.id}`), 404, /déjà terminée/);
  assert.equal((await lines('DELETE /api/me/sessions/{id}'))[0].outcome, 'refused');
  assert.equal((await lines('DELETE /api/me/sessions/{id}'))[1].outcome, 'ok');
});

test('X1 X2 nobody ends or sees somebody else’s session but an administrator', async () => {
  const p = await house.person('physicien'), other = await house.person('pcr');
  const [mine] = (await p.get('/api/me/sessions')).json.sessions;
  says(await other.send('DELETE', `/api/me/sessions/${mine.id}`), 404, /déjà terminée/);
  assert.equal((await other.get(`/api/people/${p.me.person.id}/sessions`)).status, 403);
  assert.equal((await other.send('DELETE', `/api/people/${p.me.person.id}/sessions/${mine.id}`)).status, 403);
  says(await admin.send('DELETE', `/api/people/${other.me.person.id}/sessions/${mine.id}`), 404, /déjà terminée/); // not this person's
  const seen = (await admin.get(`/api/people/${p.me.person.id}/sessions`)).json.sessions;
  assert.deepEqual(seen.map((one) => [one.id, one.here]), [[mine.id, false]]);
  assert.equal((await p.get('/api/me')).status, 200);
  assert.equal((await admin.send('DELETE', `/api/people/${p.me.person.id}/sessions/${mine.id}`)).status, 200);
  assert.equal((await p.get('/api/me')).status, 401);
  const [line] = (await lines('DELETE /api/people/{id}/sessions/{session}')).filter((one) => one.outcome === 'ok');
  assert.deepEqual([line.actor, line.object], ['admin', String(p.me.person.id)]);
});

test('X1 a page that was left open does not change factors: within ten minutes of signing in, or not at all', async () => {
  const p = await house.person('nucleaire');
  assert.equal((await p.post('/api/me/totp/start')).status, 200);
  await house.advance(admin, 11 * 60000);
  says(await p.post('/api/me/totp/start'), 403, /dix minutes qui suivent la connexion : déconnectez-vous/);
  says(await p.post('/api/me/passkeys/options'), 403, /dix minutes/);
  says(await p.send('DELETE', '/api/me/passkeys/1'), 403, /dix minutes/);
  assert.equal((await p.get('/api/acts')).status, 200, 'everything else goes on');
  const again = await house.person('nucleaire');
  assert.equal((await again.post('/api/me/totp/start')).status, 200);
});

test('nothing from the sanitizers', () => nothingFromSanitizers(house));
