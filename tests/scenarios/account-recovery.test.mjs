// A person who lost their factors is let in again by two people: one verified the identity, another confirms; nobody alone, nobody for oneself.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fromBase32, House, PASSWORD, Person } from '../house.mjs';

const VERIFIED = 'Vue en personne, avec sa carte professionnelle et son badge.', PHRASE = 'Pinson-Tilleul-Orage-58';
let house, admin, head, quality;
const rows = (sql) => JSON.parse(execFileSync('sqlite3', ['-json', '-readonly', path.join(house.data, 'beclere.db'), sql], { encoding: 'utf8' }).trim() || '[]');
const said = (a, status, text) => { assert.equal(a.status, status, String(a.bytes)); if (text) assert.match(a.json.error.text, text); return a.json; };
const open = (who, person, verified = VERIFIED) => who.post('/api/recoveries', { person_id: person, verified });
const confirm = (who, id) => who.post(`/api/recoveries/${id}/confirm`);
const cancel = (who, id) => who.post(`/api/recoveries/${id}/cancel`);
const idOf = (login) => rows(`SELECT id FROM person WHERE login = '${login}'`)[0].id;
before(async () => {
  house = await House.start();
  [admin, head, quality] = [await house.person('admin'), await house.person('cheffe'), await house.person('qualite')];
});
after(async () => { await house?.close(); });

test('X1 X2 one person alone recovers nobody: the former reset is gone, and who opened does not confirm', async () => {
  const victim = await house.person('secretaire'), id = victim.me.person.id;
  said(await admin.post(`/api/people/${id}/reset`), 404);
  const one = said(await open(admin, id), 200);
  said(await confirm(admin, one.id), 403, /une autre personne habilitée/);
  said(await open(head, id), 409, /déjà ouvert/);
  assert.equal((await victim.get('/api/me')).json.full, true, 'nothing of the account has changed');
  assert.deepEqual((await admin.get('/api/recoveries')).json.recoveries.map((r) => [r.id, r.may_confirm]), [[one.id, false]]);
  assert.deepEqual((await head.get('/api/recoveries')).json.recoveries.map((r) => [r.id, r.person.id, r.verified, r.may_confirm]), [[one.id, id, VERIFIED, true]]);
  said(await cancel(head, one.id), 200);
  said(await confirm(head, one.id), 409, /terminé/);
  said(await cancel(admin, one.id), 409, /terminé/);
});

test('X1 X2 nobody recovers their own account, nor that of a person of another organisation, nor without the role', async () => {
  said(await open(admin, admin.me.person.id), 403, /deux autres personnes/);
  said(await open(head, head.me.person.id), 403, /deux autres personnes/);
  const one = said(await open(admin, head.me.person.id), 200);
  said(await confirm(head, one.id), 403, /deux autres personnes/);
  said(await cancel(admin, one.id), 200);
  const id = idOf('manip');
  said(await open(quality, id), 403, /administrateurs et par le responsable/);
  said(await open(await house.person('imageur'), id), 403);
  const far = rows(`SELECT person.id FROM person WHERE is_holder = 0 AND id NOT IN (SELECT person_id FROM membership WHERE organisation_id IN
    (SELECT organisation_id FROM membership WHERE person_id = ${head.me.person.id})) LIMIT 1`)[0];
  said(await open(head, far.id), 403, /responsable de l’établissement/);
  const other = said(await open(admin, far.id), 200);
  said(await confirm(head, other.id), 403, /responsable de l’établissement/);
  said(await confirm(quality, other.id), 403, /responsable de l’établissement/);
  assert.deepEqual((await quality.get('/api/recoveries')).json.recoveries, []);
  said(await admin.post(`/api/me/recoveries/${other.id}/seen`), 404, /introuvable/);
  said(await cancel(admin, other.id), 200);
});

test('X1 how the identity was verified is said, and a recovery is over after 24 hours', async () => {
  const id = idOf('biomed');
  said(await open(admin, id, ''), 400, /comment l’identité a été vérifiée/);
  said(await open(admin, id, 'x'.repeat(501)), 400);
  said(await open(admin, 99999999), 404, /introuvable/);
  const one = said(await open(admin, id), 200);
  said(await admin.post('/api/demo/clock', { advance_ms: 24 * 3600000 + 1000, keep_sessions: true }), 200);
  house.offsetMs += 24 * 3600000 + 1000;
  [admin, head, quality] = [await house.person('admin'), await house.person('cheffe'), await house.person('qualite')];
  said(await confirm(head, one.id), 409, /24 heures/);
  assert.deepEqual((await head.get('/api/recoveries')).json.recoveries, []);
});

test('X1 E16 the second person confirms with a fresh session: every factor and session ends, one password is shown once, and the person is told', async () => {
  const lost = await house.person('medecin'), id = lost.me.person.id;
  const one = said(await open(admin, id), 200);
  assert.deepEqual((await lost.get('/api/me/recoveries')).json.recoveries.map((r) => [r.id, r.state]), [[one.id, 'open']], 'told while it is open too');
  await house.advance(admin, 11 * 60000);
  said(await confirm(head, one.id), 403, /dix minutes qui suivent la connexion/);
  assert.equal((await lost.get('/api/me')).status, 200);
  head = await house.person('cheffe');
  const word = said(await confirm(head, one.id), 200).one_time_password;
  assert.match(word, /^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/i);
  said(await confirm(head, one.id), 409, /terminé/);
  assert.equal((await lost.get('/api/me')).status, 401, 'every session is over');
  assert.deepEqual(rows(`SELECT count(*) AS n FROM totp WHERE person_id = ${id}`), [{ n: 0 }]);
  assert.doesNotMatch(execFileSync('sqlite3', ['-readonly', path.join(house.data, 'beclere.db'), '.dump account_recovery account audit_line'], { encoding: 'utf8', maxBuffer: 1 << 28 }), new RegExp(word));

  const back = new Person(house, 'medecin');
  said(await back.post('/api/sign-in/password', { login: 'medecin', password: PASSWORD }), 401);
  assert.equal(said(await back.post('/api/sign-in/password', { login: 'medecin', password: word }), 200).next, 'enrol');
  await back.refresh();
  said(await back.post('/api/me/password', { current: word, wanted: PHRASE }), 200);
  back.key = fromBase32((await back.post('/api/me/totp/start')).json.secret);
  said(await back.post('/api/me/totp/confirm', { code: back.code() }), 200);
  await back.refresh();
  const [told] = (await back.get('/api/me/recoveries')).json.recoveries;
  assert.deepEqual([told.id, told.state, told.verified], [one.id, 'confirmed', VERIFIED]);
  assert.ok(told.opened_by && told.ended_by && told.opened_by !== told.ended_by);
  said(await back.post(`/api/me/recoveries/${one.id}/seen`), 200);
  assert.deepEqual((await back.get('/api/me/recoveries')).json.recoveries, []);

  const lines = (await quality.get('/api/audit')).json.lines.filter((l) => l.object === String(id) && l.what.includes('recoveries')).reverse();
  assert.deepEqual(lines.filter((l) => l.outcome === 'ok').map((l) => [l.actor, l.what]), [['admin', 'POST /api/recoveries'], ['cheffe', 'POST /api/recoveries/{id}/confirm'], ['medecin', 'POST /api/me/recoveries/{id}/seen']]);
});

test('X1 the person concerned cancels a recovery that they did not ask for; somebody else’s they do not', async () => {
  const person = await house.person('manip'), other = await house.person('pharmacien');
  const one = said(await open(admin, person.me.person.id), 200);
  said(await other.post(`/api/me/recoveries/${one.id}/cancel`), 403, /administrateurs/);
  said(await person.post(`/api/me/recoveries/${one.id}/cancel`), 200);
  head = await house.person('cheffe');
  said(await confirm(head, one.id), 409, /terminé/);
});

test('X1 the console lets an administrator in again, and nobody else; it is traced', async () => {
  const run = (login) => house.run(['user', 'reset', login, '--config', house.config]);
  assert.notEqual(run('manip').status, 0);
  const done = run('admin');
  assert.equal(done.status, 0, String(done.stderr));
  assert.match(String(done.stdout), /can sign in once with: \S{23}/);
  assert.equal(rows(`SELECT count(*) AS n FROM session JOIN person ON person.id = session.person_id WHERE login = 'admin'`)[0].n, 0);
  assert.deepEqual(rows(`SELECT actor, object FROM audit_line WHERE what = 'user reset'`), [{ actor: 'system:console', object: 'admin' }]);
});
