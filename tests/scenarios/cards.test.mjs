// A professional's card on the port of cards: who comes in, which certificates do not, and that no header takes the place of a card. X1, E16.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { Cards } from '../cards.mjs';
import { freePort, House, Person, sleep } from '../house.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

const HOUR = 3600000;
let house, cards, port, admin, rpps;
before(async () => {
  cards = new Cards();
  port = await freePort();
  house = await House.start({ config: cards.config(port, { 'card-grace-hours': 6 }) });
  admin = await house.person('admin');
  rpps = (await house.person('imageur')).me.person.rpps;
});
after(async () => { await house?.close(); cards?.close(); });

const says = (a, status, words) => { assert.equal(a.status, status, `${a.status} ${a.bytes}`); assert.match(a.json.error.text, words); };

// The browser at the port of cards; 'card' null: none in the reader.
const show = (url, person, card, headers = {}) => new Promise((done, fail) => {
  const at = new URL(url);
  const q = https.request({ host: '127.0.0.1', servername: 'localhost', port: at.port, path: at.pathname, agent: false, rejectUnauthorized: false, ...(card ?? {}), headers: { Host: at.host, Cookie: person.cookie, ...headers } }, (a) => {
    a.resume();
    a.on('end', () => done({ status: a.statusCode, location: a.headers.location }));
  });
  q.on('error', fail);
  q.end();
});
async function come(card, headers) {
  await sleep(330); // the edge lets ten steps of signing in pass in a second
  const person = new Person(house, 'imageur');
  const { url } = (await person.post('/api/sign-in/card/start')).json;
  assert.equal(url, `https://localhost:${port}/carte`);
  const shown = await show(url, person, card, headers);
  assert.deepEqual([shown.status, shown.location], [303, `${house.url}/sign-in/card`], house.log().slice(-600));
  return { person, said: await person.post('/api/sign-in/card') };
}
async function refused(card, words, headers) {
  const { person, said } = await come(card, headers);
  says(said, 401, words);
  assert.equal((await person.get('/api/me')).status, 401, 'no session');
  return person;
}

test('X1 E16: a card opens a full session, and the trace names its certificate', async () => {
  const { person, said } = await come(cards.person(rpps));
  assert.deepEqual(said.json, { next: 'done' }, String(said.bytes));
  const me = await person.refresh();
  assert.deepEqual([me.full, me.must_enrol, me.factors, me.person.login], [true, false, 'card', 'imageur']);
  assert.equal((await person.get('/api/acts')).status, 200);
  const line = (await admin.get('/api/audit?limit=50')).json.lines.find((one) => one.what === 'sign-in card');
  assert.deepEqual([line.outcome, line.actor, line.factors], ['ok', 'imageur', 'card']);
  assert.match(line.detail, /^certificate [0-9A-F]+$/);
  const left = me.expires_at_s - Math.floor(house.now() / 1000);
  assert.ok(left > 14000 && left <= 14400, `${left} s`);
});

test('X1: shown once, for the browser that began', async () => {
  const card = cards.person(rpps);
  const { person } = await come(card);
  says(await person.post('/api/sign-in/card'), 401, /recommencez/);
  const mine = new Person(house, 'imageur'), other = new Person(house, 'imageur');
  const { url } = (await mine.post('/api/sign-in/card/start')).json;
  await show(url, mine, card);
  says(await other.post('/api/sign-in/card'), 401, /autre navigateur/);
  await other.post('/api/sign-in/card/start');
  says(await other.post('/api/sign-in/card'), 401, /autre navigateur/); // nothing was shown in it
  for (const origin of ['https://example.org', `https://localhost:${port}`])
    assert.equal((await house.request({ method: 'POST', path: '/api/sign-in/card', headers: { Origin: origin, Cookie: mine.cookie, 'Content-Type': 'application/json' }, body: '{}' })).status, 403);
  assert.equal((await mine.post('/api/sign-in/card')).json.next, 'done');
});

test('X1: certificates that are no card of a person in force are refused, each in plain words', async () => {
  await refused(null, /Aucune carte n’a été présentée/);
  await refused(cards.person(rpps, { from: Date.now() - 20 * 86400000, until: Date.now() - HOUR }), /cours de validité/);
  await refused(cards.person(rpps, { from: Date.now() + HOUR }), /cours de validité/);
  await refused(cards.strangers.issue(`/C=FR/CN=8${rpps}`), /n’est pas celui d’une carte de professionnel/);
  await refused(cards.organisations.issue('/C=FR/ST=Paris (75)/O=CH/OU=499700367909006/CN=machine'), /n’est pas celui d’une carte de professionnel/);
  await refused(cards.organisations.issue(`/C=FR/CN=8${rpps}`), /n’est pas celui d’une carte de professionnel/);
  await refused(cards.persons.issue(`/C=FR/OU=499700367909006/CN=8${rpps}`), /celui d’une structure/);
  await refused(cards.person(rpps, { extensions: 'silent' }), /pas fait pour s’identifier/);
  await refused(cards.person(rpps, { extensions: 'server' }), /pas fait pour s’identifier/);
  await refused(cards.persons.issue('/C=FR/CN=Jeanne MARTIN'), /ne porte pas de numéro RPPS/);
  await refused(cards.persons.issue(`/C=FR/CN=8${rpps}/CN=810000000041`), /ne porte pas de numéro RPPS/);
  await refused(cards.persons.issue(`/C=FR/CN=8${rpps.slice(0, 10)}${(Number(rpps[10]) + 1) % 10}`), /ne porte pas de numéro RPPS/);
  await refused(cards.person('10000012347'), /numéro RPPS/);
});

test('X1 X2: a person unknown here is refused', async () => {
  const sum = [...'1000012345'].reduce((all, c, i) => all + (i % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][c] : Number(c)), 0);
  await refused(cards.person(`1000012345${(10 - (sum % 10)) % 10}`), /Aucun compte de cette plateforme ne porte votre numéro RPPS/);
});

test('X1: a revoked card is refused from the next reading of the list on', async () => {
  const card = cards.person(rpps);
  assert.equal((await come(card)).said.json?.next, 'done');
  cards.persons.revoke(card);
  cards.writeLists();
  await refused(card, /a été révoquée/);
});

test('X1: a list out of date serves for the hours that were chosen, with an alarm, then no card is accepted', async () => {
  const card = cards.person(rpps), state = async () => (await house.request({ path: '/api/health' })).json.card;
  assert.equal(await state(), 'fresh');
  cards.writeLists({ from: Date.now() - 48 * HOUR, until: Date.now() - 3 * HOUR });
  assert.equal((await come(card)).said.json?.next, 'done');
  const line = (await admin.get('/api/audit?limit=50')).json.lines.find((one) => one.what === 'sign-in card');
  assert.match(line.detail, /revocation list stale for 3 h/);
  cards.writeLists({ from: Date.now() - 48 * HOUR, until: Date.now() - 7 * HOUR });
  await refused(card, /périmée : aucune carte/);
  fs.writeFileSync(cards.revoked, cards.persons.list());
  await refused(card, /absente : aucune carte/); // that of the root is missing
  fs.writeFileSync(cards.revoked, cards.root.list() + cards.strangers.list());
  await refused(card, /absente : aucune carte/);
  fs.rmSync(cards.revoked);
  await refused(card, /absente : aucune carte/);
  await house.stop();
  await house.serve();
  assert.equal(await state(), 'missing', 'and the page says so');
  cards.writeLists();
});

test('X1: a certificate written into a header is no card, on either port', async () => {
  const pem = encodeURIComponent(cards.person(rpps).cert);
  await refused(null, /Aucune carte n’a été présentée/, { 'X-Client-Cert': pem });
  await refused(cards.strangers.issue(`/C=FR/CN=8${rpps}`), /n’est pas celui d’une carte/, { 'X-Client-Cert': pem });
  await sleep(1000);
  const person = new Person(house, 'imageur');
  await person.post('/api/sign-in/card/start');
  for (const at of ['/api/sign-in/card/show', '/api/sign-in/card/show?x', '/api/sign-in/card/show/', '/api/sign-in//card/show', '/api/sign-in/card/%73how', '/api/x/../sign-in/card/show', '/carte']) {
    const a = await house.request({ path: at, headers: { Cookie: person.cookie, 'X-Client-Cert': pem } });
    assert.notEqual(a.status, 303, at);
  }
  says(await person.post('/api/sign-in/card', {}, { 'X-Client-Cert': pem }), 401, /recommencez/);
  assert.equal((await person.get('/api/me', { 'X-Client-Cert': pem })).status, 401);
});

test('X1: the port of cards serves nothing else', async () => {
  const person = new Person(house, 'imageur'), card = cards.person(rpps);
  for (const at of ['/', '/api/me', '/api/health', '/api/sign-in/card/show', '/_card', '/assets/x.js']) {
    const a = await show(`https://localhost:${port}${at}`, person, card);
    assert.ok(a.status === 404 || (a.status === 303 && a.location === `${house.url}/`), `${at}: ${a.status} ${a.location}`);
  }
});

test('X1: where it is not configured there is no such way in', async () => {
  const other = await House.start();
  try {
    assert.equal((await other.request({ path: '/api/health' })).json.card, null);
    says(await new Person(other, 'imageur').post('/api/sign-in/card/start'), 404, /n’est pas configurée/);
    says(await new Person(other, 'imageur').post('/api/sign-in/card'), 404, /n’est pas configurée/);
  } finally { await other.close(); }
});

test('nothing from the sanitizers', () => nothingFromSanitizers(house));
