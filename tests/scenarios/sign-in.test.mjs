// Two factors before anything clinical, guessing is slow, sessions end, and nothing comes from another site. X1, E16.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fromBase32, House, PASSWORD, Person, sleep } from '../house.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

const REMEMBERED_MS = 5500; // the door remembers a session for five seconds
const IDLE_S = 1800, ABSOLUTE_S = 3600;
let house, admin;
before(async () => { house = await House.start({ config: { 'session-idle': IDLE_S, 'session-absolute': ABSOLUTE_S } }); admin = await house.person('admin'); });
after(async () => { await house?.close(); });

const password = (p, word = PASSWORD) => p.post('/api/sign-in/password', { login: p.login, password: word });
const code = (p, digits) => p.post('/api/sign-in/totp', { code: digits });
async function half(login) {
  const p = new Person(house, login);
  const a = await password(p);
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(a.json.next, 'totp');
  await p.refresh();
  return p;
}
// The clock moves; an administrator whose session ended meanwhile signs in again.
async function later(ms) {
  if ((await admin.get('/api/organisations')).status !== 200) admin = await house.person('admin');
  await house.advance(admin, ms);
}
const says = (a, status, words) => { assert.equal(a.status, status, `${a.status} ${a.bytes}`); assert.match(a.json.error.text, words); };

test('the password alone opens nothing: every route asks for the second factor', async () => {
  const { routes } = (await admin.get('/api/routes')).json;
  assert.ok(routes.length > 50, `${routes.length} routes`);
  const nobody = new Person(house, 'imageur'), one = await half('imageur');
  assert.equal(one.me.full, false);
  let closed = 0;
  for (const r of routes.filter((x) => !x.permissions.includes('anyone'))) {
    const at = r.path.replace(/\{(study|series|instance)\}/g, '1.2.3').replace('{tag}', '7FE00010').replace('{step}', 'send').replace(/\{\w+\}/g, '1');
    const opensHalf = r.permissions.includes('sign-in');
    for (const p of opensHalf ? [nobody] : [nobody, one]) {
      const a = await p.send(r.method, at, r.method === 'GET' || r.method === 'DELETE' ? undefined : {});
      const edgeOnly = r.path === '/api/may-upload'; // nginx asks it; from outside it is not there
      assert.equal(a.status, edgeOnly ? 404 : 401, `${p === one ? 'half-open' : 'no'} session, ${r.method} ${at}: ${a.status} ${a.bytes.subarray(0, 200)}`);
      closed++;
    }
  }
  assert.ok(closed > 80, `${closed} refusals`);
});

test('a wrong code is refused; a used code is refused until the next one', async () => {
  const p = await half('imageur');
  says(await code(p, '000000'), 401, /code est incorrect/);
  const digits = p.code();
  assert.equal((await code(p, digits)).json.next, 'done');
  assert.equal((await p.get('/api/organisations')).status, 200);
  const again = await half('imageur');
  says(await code(again, digits), 401, /déjà servi/);
  assert.equal((await again.get('/api/organisations')).status, 401);
});

test('the cookie is __Host-, Secure, HttpOnly, SameSite=Strict, and another one after each factor', async () => {
  await later(31000);
  const p = new Person(house, 'imageur');
  const cookies = [];
  for (const a of [await password(p), await code(p, p.code())]) {
    const [line] = a.headers['set-cookie'];
    assert.match(line, /^__Host-beclere=[0-9a-f]{64};/);
    for (const attribute of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']) assert.ok(line.split('; ').includes(attribute), `${attribute} in ${line}`);
    assert.doesNotMatch(line, /Domain/i);
    cookies.push(line.split(';')[0]);
  }
  assert.notEqual(cookies[0], cookies[1]);
  const old = await house.request({ path: '/api/me', headers: { Cookie: cookies[0] } });
  assert.equal(old.status, 401, 'the half-open session is gone');
});

test('guessing is slow: after five wrong passwords even the right one waits, in French; a minute later it opens', async () => {
  const p = new Person(house, 'secretaire');
  for (let i = 0; i < 5; i++) says(await password(p, `Faux-mot-de-passe-${i}`), 401, /incorrect/);
  const waits = await password(p);
  assert.equal(waits.status, 429);
  assert.match(waits.json.error.text, /^Trop de tentatives : réessayez dans 1 minute/);
  assert.equal((await password(new Person(house, 'manip'))).status, 200, 'others are not held up');
  await later(61000);
  await p.signIn();
  assert.equal((await p.get('/api/organisations')).status, 200);
});

test('an unknown login and a wrong password get the same answer', async () => {
  const wrong = await password(new Person(house, 'biomed'), 'Faux-mot-de-passe-9');
  const unknown = await password(new Person(house, 'personne-ici'), 'Faux-mot-de-passe-9');
  assert.equal(unknown.status, wrong.status);
  assert.deepEqual(unknown.json, wrong.json);
});

test('a first sign-in: nothing before a new password and a second factor; recovery codes work once', async () => {
  const orgs = (await admin.get('/api/organisations')).json.organisations;
  const made = await admin.post('/api/people', { login: 'nouvelle', title: 'Dr', family: 'Test', given: 'Nouvelle', rpps: '', profession: 'physician', speciality: '', phone: '', email: '',
    memberships: [{ organisation_id: orgs[0].id, roles: ['requester'] }] });
  assert.equal(made.status, 200, String(made.bytes));
  const p = new Person(house, 'nouvelle');
  const first = made.json.one_time_password;
  assert.equal((await password(p, first)).json.next, 'enrol');
  await p.refresh();
  assert.equal(p.me.must_enrol, true);
  assert.equal((await p.get('/api/acts')).status, 401);
  says(await p.post('/api/me/totp/start'), 409, /mot de passe/);
  says(await p.post('/api/me/password', { current: first, wanted: 'court' }), 400, /12 caractères/);
  const wanted = 'Pinson-Tilleul-Orage-58';
  assert.equal((await p.post('/api/me/password', { current: first, wanted })).status, 200);
  await p.refresh();
  assert.equal((await p.get('/api/acts')).status, 401, 'still no second factor');
  const { secret } = (await p.post('/api/me/totp/start')).json;
  p.key = fromBase32(secret);
  const confirmed = await p.post('/api/me/totp/confirm', { code: p.code() });
  assert.equal(confirmed.status, 200, String(confirmed.bytes));
  const codes = confirmed.json.recovery_codes;
  assert.equal(new Set(codes).size, 10);
  await p.refresh();
  assert.equal((await p.get('/api/acts')).status, 200);

  assert.equal((await password(p, first)).status, 401, 'the one-time password is gone');
  assert.equal((await password(p, wanted)).json.next, 'totp');
  await p.refresh();
  const recovered = await p.post('/api/sign-in/recovery', { code: codes[3] });
  assert.deepEqual(recovered.json, { next: 'done', codes_left: 9 });
  assert.equal((await p.get('/api/acts')).status, 200);
  assert.equal((await password(p, wanted)).status, 200);
  await p.refresh();
  says(await p.post('/api/sign-in/recovery', { code: codes[3] }), 401, /incorrect/);
});

test('what changes something needs the session’s X-CSRF and our Origin', async () => {
  await later(31000);
  const p = await house.person('demandeur');
  const harmless = (headers) => house.request({ method: 'POST', path: '/api/demo/clock', body: '{"advance_ms":0}', headers: { Cookie: p.cookie, 'Content-Type': 'application/json', 'Accept-Language': 'fr', ...headers } });
  assert.equal((await harmless({ Origin: house.url, 'X-CSRF': p.csrf })).status, 200);
  says(await harmless({ Origin: house.url }), 403, /rechargez-la/);
  says(await harmless({ Origin: house.url, 'X-CSRF': admin.csrf }), 403, /rechargez-la/);
  says(await harmless({ 'X-CSRF': p.csrf }), 403, /notre page/);
  for (const origin of ['https://example.org', 'null', `http://localhost:${house.port}`, `${house.url}.example.org`])
    says(await harmless({ Origin: origin, 'X-CSRF': p.csrf }), 403, /notre page/);
  const foreign = await house.request({ method: 'POST', path: '/api/sign-in/password', body: JSON.stringify({ login: 'demandeur', password: PASSWORD }), headers: { Origin: 'https://example.org', 'Content-Type': 'application/json' } });
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers['set-cookie'], undefined);
});

test('signing out ends this session, signing out everywhere ends the others', async () => {
  const sessions = [];
  for (let i = 0; i < 3; i++) { await later(31000); sessions.push(await house.person('medecin')); }
  const alive = async () => Promise.all(sessions.map(async (p) => (await p.get('/api/me')).status));
  const cookies = sessions.map((p) => p.cookie);
  assert.deepEqual(await alive(), [200, 200, 200]);
  const out = await sessions[0].post('/api/sign-out');
  assert.match(out.headers['set-cookie'][0], /^__Host-beclere=;.*Max-Age=0/);
  sessions[0].cookie = cookies[0];
  assert.deepEqual(await alive(), [401, 200, 200]);
  assert.equal((await sessions[1].post('/api/sign-out/everywhere')).status, 200);
  sessions[1].cookie = cookies[1];
  assert.deepEqual(await alive(), [401, 401, 401]);
});

test('a session that is not used ends, and any session ends after its time', async () => {
  await later(31000);
  const used = await house.person('manip'), idle = await house.person('pharmacien');
  let lived = 0;
  for (let s = 0; s + 1200 < ABSOLUTE_S; s += 1200) {
    await later(1200000);
    await sleep(REMEMBERED_MS);
    assert.equal((await used.get('/api/organisations')).status, 200, `${s + 1200} s after the sign-in`);
    lived += 1200;
  }
  assert.ok(lived > IDLE_S);
  says(await idle.get('/api/organisations'), 401, /session est terminée|Connectez-vous/);
  await later(1300000);
  says(await used.get('/api/organisations'), 401, /session est terminée|Connectez-vous/);
});

test('the trace tells the refusals', async () => {
  await later(0);
  const lines = [];
  for (let after = 0; ;) {
    const a = await admin.get(`/api/audit${after ? `?after=${after}` : ''}`), page = a.json;
    assert.equal(a.status, 200, String(a.bytes));
    lines.push(...page.lines);
    if (!page.next || page.next === after || !page.lines.length) break;
    after = page.next;
  }
  const text = lines.map((l) => JSON.stringify(l));
  for (const login of ['secretaire', 'imageur']) assert.ok(text.some((l) => l.includes('refused') && l.includes(login)), `a refusal of ${login}`);
  assert.ok(!text.some((l) => l.includes('Faux-mot-de-passe')), 'no password in the trace');
  assert.doesNotMatch(house.log(), /Faux-mot-de-passe/);
  nothingFromSanitizers(house);
});
