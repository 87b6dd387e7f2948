// Signing in through Pro Santé Connect against a real OpenID provider: who comes in, in which situation, and every way in that stays shut. X1, E16, O9.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { House, Person, sleep } from '../house.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';
import { claimsOf, CLIENT, exercise, newKey, signed, TestProvider } from '../psc.mjs';

let house, provider, admin, rpps;
const ec = newKey('EC', 'ec-key');
// Ten digits and their Luhn key.
const rppsOf = (ten) => { const sum = [...ten].reduce((all, c, i) => all + (i % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][c] : Number(c)), 0); return `${ten}${(10 - (sum % 10)) % 10}`; };
before(async () => {
  provider = await TestProvider.prepare();
  provider.extra = [ec];
  house = await House.start({ config: provider.config() });
  await provider.serve(house);
  admin = await house.person('admin');
  const imager = await house.person('imageur');
  rpps = imager.me.person.rpps;
});
after(async () => { await provider?.close(); await house?.close(); });

const says = (a, status, words) => { assert.equal(a.status, status, `${a.status} ${a.bytes}`); assert.match(a.json.error.text, words); };
const UNVERIFIED = /n’a pas pu être vérifiée : recommencez/;
const lines = async (what) => (await admin.get('/api/audit?limit=200')).json.lines.filter((one) => one.what === what);

async function start(person = new Person(house, 'imageur')) {
  await sleep(220); // the edge lets ten steps of signing in pass in a second
  const a = await person.post('/api/sign-in/psc/start');
  assert.equal(a.status, 200, String(a.bytes));
  return { person, url: new URL(a.json.url) };
}
// To the provider and back: the person, what the browser brings, and what the house says to it.
async function come({ finish = true, change = (answer) => answer } = {}) {
  const { person, url } = await start();
  const { answer, text } = await provider.visit(url.href);
  assert.ok(answer, text);
  const brought = change(answer);
  return { person, answer: brought, said: finish ? await person.post('/api/sign-in/psc', brought) : null };
}
async function refused(tamper, words = UNVERIFIED, status = 401) {
  provider.tamper = tamper;
  try {
    const { person, said } = await come();
    says(said, status, words);
    assert.equal((await person.get('/api/me')).status, 401, 'no session');
    return person;
  } finally { provider.tamper = {}; }
}
// The ID token with other claims, signed again with the right key (or as 'how' says).
const otherwise = (change, how = {}) => ({ token: (body) => ({ ...body, id_token: signed(change(claimsOf(body.id_token)), how.key ?? provider.key, how) }) });

test('X1: Pro Santé Connect opens a full session of two factors, in the situation that it told, which every line of the trace names', async () => {
  provider.person('f:1:imager', rpps);
  const { person, url } = await start();
  const asked = Object.fromEntries(url.searchParams);
  assert.equal(url.host, `localhost:${provider.port}`, 'the authorization host is another than the issuer’s');
  assert.deepEqual([asked.response_type, asked.client_id, asked.scope, asked.acr_values, asked.code_challenge_method], ['code', CLIENT, 'openid scope_all', 'eidas1', 'S256']);
  assert.match(asked.state, /^[0-9a-f]{64}$/);
  assert.match(asked.nonce, /^[0-9a-f]{64}$/);
  const { answer } = await provider.visit(url.href);
  const said = await person.post('/api/sign-in/psc', answer);
  assert.deepEqual(said.json, { next: 'done' }, String(said.bytes));
  const cookies = said.headers['set-cookie'];
  assert.match(cookies[0], /^__Host-beclere=[0-9a-f]{64};.*SameSite=Strict/);
  assert.match(cookies[1], /^__Host-beclere-psc=;.*Max-Age=0/);
  const me = await person.refresh();
  assert.deepEqual([me.full, me.must_enrol, me.factors], [true, false, 'psc:10/SM44/S/F430000123']);
  assert.equal(me.situation.structure, 'CENTRE HOSPITALIER DU VAL');
  assert.equal((await person.get('/api/acts')).status, 200);
  const line = (await lines('sign-in psc'))[0];
  assert.deepEqual([line.outcome, line.actor, line.factors], ['ok', 'imageur', 'psc:10/SM44/S/F430000123']);
});

test('X1: who has no factor of ours comes in through Pro Santé Connect, and enrols one there', async () => {
  const number = rppsOf('1000007777');
  const made = await admin.post('/api/people', { login: 'seulement.psc', family: 'Seulement', given: 'Psc', profession: 'physician', rpps: number, memberships: [{ organisation_id: 1, roles: ['local-physician'] }] });
  assert.equal(made.status, 200, String(made.bytes));
  provider.person('f:1:only', number);
  const { person, said } = await come();
  assert.equal(said.json?.next, 'done', String(said.bytes));
  assert.deepEqual([(await person.refresh()).full, person.me.must_enrol], [true, false]);
  assert.equal((await person.post('/api/me/passkeys/options')).status, 200);
  says(await person.post('/api/me/password', { wanted: 'un mot de passe bien long 7!' }), 401, /mot de passe actuel/);
});

test('X1: several situations of exercise: the person chooses one, in this browser, once', async () => {
  provider.person('f:1:imager', rpps, { SubjectRefPro: { exercices: [exercise({}, [{}, { codeModeExercice: 'L', numeroFinessSite: '', numeroSiretSite: '12345678900011', raisonSocialeSite: 'CABINET DE RADIOLOGIE' }]), exercise({ codeProfession: '40', codeSavoirFaire: '' }, [])] } });
  const { person, said } = await come();
  assert.equal(said.json.next, 'choose', String(said.bytes));
  assert.deepEqual(said.json.situations.map((one) => one.code), ['10/SM44/S/F430000123', '10/SM44/L/S12345678900011', '40']);
  assert.equal((await person.get('/api/me')).status, 401, 'no session before the choice');
  says(await new Person(house, 'imageur').post('/api/sign-in/psc/choose', { situation: 1 }), 401, /autre navigateur/);
  const chosen = await person.post('/api/sign-in/psc/choose', { situation: 1 });
  assert.equal(chosen.json?.next, 'done', String(chosen.bytes));
  assert.equal((await person.refresh()).situation.structure, 'CABINET DE RADIOLOGIE');
  assert.equal(person.me.factors, 'psc:10/SM44/L/S12345678900011');
  const other = await come();
  says(await other.person.post('/api/sign-in/psc/choose', { situation: 7 }), 401, /recommencez/);
  says(await other.person.post('/api/sign-in/psc/choose', { situation: 0 }), 401, /recommencez/);
  assert.equal((await lines('sign-in psc'))[0].factors, 'psc:10/SM44/L/S12345678900011');
});

test('X1: a professional without any described exercise comes in; empty and unknown members are passed over', async () => {
  provider.person('f:1:imager', rpps, { SubjectRefPro: {}, SubjectRole: ['10^1.2.250.1.213.1.1.5.5'], somethingNew: { deep: [1] }, otherIDs: null });
  const { person, said } = await come();
  assert.equal(said.json?.next, 'done', String(said.bytes));
  assert.equal((await person.refresh()).factors, 'psc:10');
});

test('X1: the state serves once, in the browser that began, and the code once', async () => {
  provider.person('f:1:imager', rpps);
  const first = await come();
  assert.equal(first.said.json.next, 'done');
  const other = new Person(house, 'imageur');
  says(await first.person.post('/api/sign-in/psc', first.answer), 401, /a déjà servi/);
  const mine = await come({ finish: false });
  says(await other.post('/api/sign-in/psc', mine.answer), 401, /autre navigateur/);
  says(await mine.person.post('/api/sign-in/psc', mine.answer), 401, /a déjà servi/);
  const fresh = await come({ finish: false });
  says(await fresh.person.post('/api/sign-in/psc', { ...fresh.answer, code: first.answer.code }), 401, UNVERIFIED);
  const elsewhere = await come({ change: (answer) => ({ ...answer, iss: 'https://elsewhere.example' }) });
  says(elsewhere.said, 401, UNVERIFIED);
  const bare = await come({ change: ({ iss, ...answer }) => answer });
  says(bare.said, 401, UNVERIFIED); // this provider says that it tells its issuer
});

test('X1: an answer from another site is refused before anything', async () => {
  const { person, answer } = await come({ finish: false });
  for (const origin of ['https://example.org', 'null', undefined]) {
    const headers = { Cookie: person.cookie, 'Content-Type': 'application/json', ...(origin ? { Origin: origin } : {}) };
    assert.equal((await house.request({ method: 'POST', path: '/api/sign-in/psc', headers, body: JSON.stringify(answer) })).status, 403, origin);
  }
  assert.equal((await person.post('/api/sign-in/psc', answer)).json.next, 'done', 'it was not used up');
});

test('X1: a forged, foreign, old or weak ID token opens nothing', async () => {
  provider.person('f:1:imager', rpps);
  await refused(otherwise((c) => c, { alg: 'none', header: { kid: undefined } }));
  await refused(otherwise((c) => c, { alg: 'none', header: { signature: 'x' } }));
  await refused(otherwise((c) => c, { alg: 'HS256' }));
  await refused(otherwise((c) => c, { alg: 'HS256', header: { secret: 'a secret of the & client = 100 %' } }));
  await refused(otherwise((c) => c, { key: newKey('RSA', provider.key.kid) }));
  await refused(otherwise((c) => c, { header: { crit: ['b64'], b64: false } }));
  await refused({ token: (body) => ({ ...body, id_token: body.id_token.replace(/\.[^.]*$/, '.') }) });
  await refused({ token: (body) => { const [h, , s] = body.id_token.split('.'); return { ...body, id_token: `${h}.${Buffer.from(JSON.stringify({ ...claimsOf(body.id_token), sub: 'f:1:somebody' })).toString('base64url')}.${s}` }; } });
  await refused(otherwise((c) => ({ ...c, aud: 'another-client' })));
  await refused(otherwise((c) => ({ ...c, aud: [CLIENT, 'another-client'] })));
  await refused(otherwise((c) => ({ ...c, azp: 'another-client' })));
  await refused(otherwise((c) => ({ ...c, iss: `${c.iss}/` })));
  await refused(otherwise((c) => ({ ...c, nonce: 'f'.repeat(64) })));
  await refused(otherwise(({ nonce, ...c }) => c));
  await refused(otherwise((c) => ({ ...c, exp: Math.floor(Date.now() / 1000) - 61 })));
  await refused(otherwise(({ exp, ...c }) => c));
  await refused(otherwise((c) => ({ ...c, iat: c.iat + 120 })));
  await refused(otherwise((c) => ({ ...c, iat: c.iat - 700 })));
  await refused(otherwise((c) => ({ ...c, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })));
  await refused(otherwise((c) => ({ ...c, auth_time: c.iat - 4 * 3600 - 5 })), /plus de quatre heures/);
  const whys = (await lines('sign-in psc')).filter((one) => one.outcome === 'refused').map((one) => one.detail);
  for (const why of [/algorithm none/, /algorithm HS256/, /signature is not/, /aud is not/, /azp is not/, /another issuer/, /nonce/, /exp is/, /iat is/])
    assert.ok(whys.some((one) => why.test(one)), `${why} in ${whys}`);
});

test('X1: PS256 and ES256 are read, clocks may differ by a minute', async () => {
  provider.person('f:1:imager', rpps);
  for (const tamper of [otherwise((c) => c, { alg: 'PS256' }), otherwise((c) => c, { alg: 'ES256', key: ec }),
    otherwise((c) => ({ ...c, iat: c.iat + 50 })), otherwise((c) => ({ ...c, exp: Math.floor(Date.now() / 1000) - 30 })), otherwise((c) => ({ ...c, aud: [CLIENT] }))]) {
    provider.tamper = tamper;
    const { said } = await come();
    provider.tamper = {};
    assert.equal(said.json?.next, 'done', `${said.status} ${said.bytes} ${house.log().slice(-400)}`);
  }
});

test('E16: a level weaker than asked is refused; a missing one counts as the first', async () => {
  provider.person('f:1:imager', rpps);
  for (const acr of [undefined, 'eidas1', 'eidas2', 'eidas3']) {
    provider.tamper = otherwise(({ acr: _, ...c }) => ({ ...c, acr }));
    const { said } = await come();
    assert.equal(said.json?.next, 'done', `${acr}: ${said.bytes}`);
  }
  await refused(otherwise((c) => ({ ...c, acr: '0' })), /moyen plus faible/);
  await refused(otherwise((c) => ({ ...c, acr: 'eidas' })), /moyen plus faible/);
});

test('X1: the person’s claims: of the same sub, from JSON or a signed token, never from another', async () => {
  provider.person('f:1:imager', rpps);
  await refused({ userinfo: (body) => ({ ...body, sub: 'f:1:somebody' }) });
  await refused({ userinfo: ({ SubjectNameID, ...body }) => body });
  await refused({ userinfo: (body) => ({ ...body, SubjectNameID: 8 }) });
  const token = (claims, key = provider.key) => (body, ctx) => { ctx.type = 'application/jwt'; return signed({ iss: provider.issuer, aud: CLIENT, ...body, ...claims }, key); };
  provider.tamper = { userinfo: token({}) };
  assert.equal((await come()).said.json?.next, 'done');
  await refused({ userinfo: token({ aud: 'another-client' }) });
  await refused({ userinfo: token({ iss: 'https://elsewhere.example' }) });
  await refused({ userinfo: token({}, newKey('RSA', provider.key.kid)) });
});

test('X1, X2: who is not known here, is switched off, has no role or is no RPPS number is refused in plain words', async () => {
  provider.person('f:1:nobody', rppsOf('1000009999'));
  await refused({}, /Aucun compte de cette plateforme ne porte votre numéro RPPS : demandez/);
  provider.people.get('f:1:nobody').SubjectNameID = '0751234567';
  await refused({}, /n’est pas un numéro RPPS/);
  provider.people.get('f:1:nobody').SubjectNameID = `8${rpps.slice(0, 10)}${(Number(rpps[10]) + 1) % 10}`;
  await refused({}, /n’est pas un numéro RPPS/);
  const number = rppsOf('1000008888');
  const body = { login: 'sans.role', family: 'Sans', given: 'Rôle', profession: 'physician', rpps: number, memberships: [] };
  const made = await admin.post('/api/people', body);
  assert.equal(made.status, 200, String(made.bytes));
  provider.person('f:1:norole', number);
  await refused({}, /aucun établissement : demandez/);
  const list = (await admin.get('/api/people')).json.people;
  const person = list.find((one) => one.login === 'sans.role');
  assert.equal((await admin.put(`/api/people/${person.id}`, { ...body, active: false })).status, 200);
  await refused({}, /désactivé : demandez/);
});

test('X1: given up at the provider, or an error of its own', async () => {
  provider.person('f:1:imager', rpps);
  provider.refuse = 'access_denied';
  try { says((await come()).said, 401, /abandonnée/); } finally { provider.refuse = null; }
  const { said } = await come({ change: (answer) => ({ state: answer.state, iss: answer.iss, error: 'server_error' }) });
  says(said, 401, UNVERIFIED);
});

test('X1: a provider that is down, slow, or answers without end is told as such, nothing hangs', async () => {
  provider.person('f:1:imager', rpps);
  const raw = (end, act) => ({ raw: (pathname, request, response) => (pathname.endsWith(end) ? (act(response), true) : false) });
  for (const end of ['/token', '/me']) {
    const began = Date.now();
    await refused(raw(end, () => {}), /ne répond pas/, 503);
    assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
    await refused(raw(end, (response) => { response.setHeader('Content-Type', 'application/json'); response.end(`{"x":"${'x'.repeat(1 << 20)}"}`); }), /ne répond pas/, 503);
    await refused(raw(end, (response) => { response.statusCode = 502; response.end('bad gateway'); }), /ne répond pas/, 503);
    await refused(raw(end, (response) => { response.statusCode = 302; response.setHeader('Location', 'http://127.0.0.1:1/'); response.end(); }));
    await refused(raw(end, (response) => { response.end('not JSON'); }));
  }
});

test('X1: rotated keys are fetched again, at most twice a minute', async () => {
  provider.person('f:1:imager', rpps);
  assert.equal((await come()).said.json?.next, 'done');
  provider.key = newKey();
  provider.rebuild();
  await sleep(31000); // the keys were looked at just now
  const looks = () => provider.asked.filter((one) => one.endsWith('/jwks')).length;
  const before = looks();
  assert.equal((await come()).said.json?.next, 'done', house.log().slice(-500));
  assert.equal(looks(), before + 1);
  for (let i = 0; i < 3; i++) await refused(otherwise((c) => c, { key: newKey() }));
  assert.equal(looks(), before + 1, 'unknown keys do not make it ask each time');
});

test('X1: signing out ends our session first, then names the place that ends the one over there', async () => {
  provider.person('f:1:imager', rpps);
  const { person } = await come();
  await person.refresh();
  const out = await person.post('/api/sign-out');
  assert.equal(out.status, 200);
  const url = new URL(out.json.end_session);
  assert.equal(url.host, `localhost:${provider.port}`);
  assert.equal(url.searchParams.get('post_logout_redirect_uri'), `${house.url}/`);
  assert.equal(claimsOf(url.searchParams.get('id_token_hint')).sub, 'f:1:imager');
  assert.equal((await person.get('/api/me')).status, 401);
  const page = await (await fetch(url)).text();
  assert.match(page, /session\/end\/confirm/, page); // it takes the hint and the address of return
  const local = await house.person('demandeur');
  assert.deepEqual((await local.post('/api/sign-out')).json, {}, 'a session of ours names no such place');
});

test('X1: the provider ends sessions itself by a signed logout token, once; nobody else can', async () => {
  provider.person('f:1:imager', rpps);
  const { person } = await come();
  assert.equal((await person.refresh()).full, true);
  const post = (token) => { const body = `logout_token=${token}`; return house.request({ method: 'POST', path: '/api/sign-in/psc/logout', body, headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } }); };
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: provider.issuer, aud: CLIENT, iat: now, jti: 'one', sub: 'f:1:imager', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } };
  for (const [token, why] of [[signed(claims, newKey('RSA', provider.key.kid)), 'key'], [signed(claims, provider.key, { alg: 'none' }), 'none'], [signed({ ...claims, nonce: 'n' }, provider.key), 'nonce'],
    [signed({ ...claims, events: undefined }, provider.key), 'events'], [signed({ ...claims, aud: 'other' }, provider.key), 'aud'], [signed({ ...claims, iat: now - 3600 }, provider.key), 'iat'],
    [signed({ ...claims, sub: undefined }, provider.key), 'sub'], [signed({ ...claims, jti: undefined }, provider.key), 'jti'], ['', 'nothing'], ['a.b.c', 'letters']])
    assert.equal((await post(token)).status, 400, why);
  assert.equal((await person.get('/api/acts')).status, 200, 'still there');
  assert.equal((await post(signed(claims, provider.key))).status, 200);
  assert.equal((await person.get('/api/acts')).status, 401);
  const again = await come();
  assert.equal((await post(signed(claims, provider.key))).status, 400, 'the same token again');
  assert.equal((await again.person.get('/api/acts')).status, 200);
  assert.equal((await lines('sign-out psc'))[0].outcome, 'ok');
});

test('X1: the real provider’s own logout reaches us', async () => {
  provider.person('f:1:imager', rpps);
  const { person, url } = await start();
  const jar = new Map();
  const { answer } = await provider.visit(url.href, jar);
  assert.equal((await person.post('/api/sign-in/psc', answer)).json.next, 'done');
  await person.refresh();
  const hint = new URL(`http://localhost:${provider.port}/auth/realms/esante-wallet/session/end?client_id=${CLIENT}`);
  const page = await provider.visit(hint.href, jar);
  const [, action] = page.text.match(/action="([^"]+)"/), [, xsrf] = page.text.match(/name="xsrf" value="([^"]+)"/);
  await fetch(action, { method: 'POST', redirect: 'manual', headers: { Cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; '), 'Content-Type': 'application/x-www-form-urlencoded' }, body: `xsrf=${xsrf}&logout=yes` });
  for (let i = 0; i < 20 && !provider.told; i++) await sleep(100);
  assert.equal(provider.told?.status, 200, JSON.stringify(provider.told));
  assert.equal((await person.get('/api/acts')).status, 401);
});

test('X1: a session of Pro Santé Connect ends after four hours and after thirty minutes of rest, whatever ours may', async () => {
  provider.person('f:1:imager', rpps);
  const { person } = await come();
  const me = await person.refresh();
  const left = me.expires_at_s - Math.floor(house.now() / 1000);
  assert.ok(left > 14000 && left <= 14400, `${left} s`);
});

test('X1: with a discovery document that leads elsewhere nobody is asked', async () => {
  provider.tamper = { discovery: (body) => ({ ...body, token_endpoint: 'http://127.0.0.1:1/token' }) };
  await house.stop();
  await house.serve();
  says(await new Person(house, 'imageur').post('/api/sign-in/psc/start'), 401, UNVERIFIED);
  provider.tamper = { discovery: (body) => ({ ...body, issuer: 'https://elsewhere.example' }) };
  says(await new Person(house, 'imageur').post('/api/sign-in/psc/start'), 401, UNVERIFIED);
  provider.tamper = {};
  assert.equal((await new Person(house, 'imageur').post('/api/sign-in/psc/start')).status, 200);
});

test('X1: with the provider gone, or the secret’s file, people hear that they can sign in another way', async () => {
  const gone = async () => { const { person, url } = await start(); return person.post('/api/sign-in/psc', { state: url.searchParams.get('state'), code: 'x', iss: provider.issuer }); };
  fs.renameSync(provider.secretFile, `${provider.secretFile}.away`);
  says(await gone(), 503, /ne répond pas : réessayez/);
  fs.renameSync(`${provider.secretFile}.away`, provider.secretFile);
  await provider.stop();
  says(await gone(), 503, /ne répond pas : réessayez/);
  assert.equal((await (await house.person('demandeur')).get('/api/acts')).status, 200, 'the other ways are open');
});

test('X1: where it is not configured there is no such way in', async () => {
  const other = await House.start();
  try {
    assert.equal((await other.request({ path: '/api/health' })).json.psc, false);
    says(await new Person(other, 'imageur').post('/api/sign-in/psc/start'), 404, /n’est pas configuré/);
    says(await new Person(other, 'imageur').post('/api/sign-in/psc', { state: 'x', code: 'y' }), 404, /n’est pas configuré/);
  } finally { await other.close(); }
  assert.equal((await house.request({ path: '/api/health' })).json.psc, true);
});

test('nothing from the sanitizers', () => nothingFromSanitizers(house));
