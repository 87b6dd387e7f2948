// DICOM peers kept through the API: rights by name, changes that count at once, C-ECHO with its result, strangers seen, all of it traced.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { dcmtk, freePort, House, sleep } from '../house.mjs';
import { sql } from '../dimse.mjs';
import { hold, scuIdentity } from '../identity.mjs';

let house, pacs, admin, other;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  admin = await house.person('admin');
  other = await house.person('manip');
});
after(async () => { await house?.close(); });

const list = async () => (await pacs.get('/api/peers')).json;
const one = async (title) => (await list()).peers.find((p) => p.ae_title === title);
const echo = (title) => dcmtk('echoscu', ['-v', '-aet', title, '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort)]);
const NEW = { ae_title: 'NOUVEAU', address: '127.0.0.1', port: 0, organisation_id: null, may: ['echo'], enabled: true, description: 'Console de test' };
const del = (person, url) => person.send('DELETE', url);

test('X1 only the archive administrator sees and changes peers', async () => {
  for (const person of [other, admin]) {
    assert.equal((await person.get('/api/peers')).status, 403);
    assert.equal((await person.post('/api/peers', NEW)).status, 403);
  }
  const { peers, ours } = await list();
  assert.equal(ours.ae_title, 'BECLERE');
  const modality = peers.find((p) => p.ae_title === 'MODALITY1');
  assert.deepEqual([...modality.may].sort(), ['commitment', 'echo', 'mpps', 'store', 'worklist']);
});

test('an unknown title is refused, listed as a stranger, and counted', async () => {
  assert.notEqual(echo('NOUVEAU').status, 0);
  assert.notEqual(echo('NOUVEAU').status, 0);
  const stranger = (await list()).strangers.find((s) => s.ae_title === 'NOUVEAU');
  assert.equal(stranger.times, 2);
  assert.equal(stranger.address, '127.0.0.1');
  assert.match(stranger.why, /not known/);
});

test('entered, it comes in at once, without a restart, and is no stranger any more', async () => {
  const a = await pacs.post('/api/peers', NEW);
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(echo('NOUVEAU').status, 0);
  assert.deepEqual((await list()).strangers.filter((s) => s.ae_title === 'NOUVEAU'), []);
  const heard = (await one('NOUVEAU')).contact.heard_at_ms;
  assert.ok(Math.abs(heard - house.now()) < 10000, 'heard just now');
  const twice = await pacs.post('/api/peers', NEW);
  assert.equal(twice.status, 409);
  assert.match(twice.json.error.text, /déjà connu/);
});

test('what is wrong is said: title, address, port, right', async () => {
  for (const [wrong, text] of [[{ ae_title: '' }, /AE/], [{ ae_title: 'UN\\DEUX' }, /AE/], [{ address: 'scanner.local' }, /IP/], [{ port: 70000 }, /./], [{ may: ['tout'] }, /droit/]]) {
    const a = await pacs.post('/api/peers', { ...NEW, ae_title: 'AUTRE', ...wrong });
    assert.equal(a.status, 400, JSON.stringify(wrong));
    assert.match(a.json.error.text, text);
  }
});

test('a right taken away, a peer switched off: both count from the next association on', async () => {
  const { id } = await one('NOUVEAU');
  assert.equal((await pacs.put(`/api/peers/${id}`, { may: ['store'] })).status, 200);
  const refused = echo('NOUVEAU');
  assert.match(refused.stdout + refused.stderr, /not ?authorized|0x0?124/i, `admitted, but may not echo: ${refused.stdout}${refused.stderr}`);
  assert.equal((await pacs.put(`/api/peers/${id}`, { may: ['echo'], enabled: false })).status, 200);
  assert.notEqual(echo('NOUVEAU').status, 0);
  const off = await one('NOUVEAU');
  assert.equal(off.enabled, false);
  assert.ok(off.contact.refused_at_ms >= off.contact.heard_at_ms);
  assert.match(off.contact.refused_why, /switched off/);
  assert.equal((await pacs.put(`/api/peers/${id}`, { enabled: true })).status, 200);
  assert.equal(echo('NOUVEAU').status, 0);
});


test('C-ECHO of a peer: milliseconds, or in French what stands in the way', async () => {
  const { id } = await one('NOUVEAU');
  const without = await pacs.post(`/api/peers/${id}/echo`, {});
  assert.equal(without.status, 400);
  assert.match(without.json.error.text, /port/);
  const port = await freePort();
  await pacs.put(`/api/peers/${id}`, { port });
  const silent = (await pacs.post(`/api/peers/${id}/echo`, {})).json;
  assert.equal(silent.ok, false);
  assert.match(silent.text, /joint|joign/i);

  const scp = spawn('storescp', ['-aet', 'NOUVEAU', '--ignore', String(port)], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
  try {
    let answer;
    for (let i = 0; i < 50; i++) {
      answer = (await pacs.post(`/api/peers/${id}/echo`, {})).json;
      if (answer.ok) break;
      await sleep(100);
    }
    assert.equal(answer.ok, true, JSON.stringify(answer));
    assert.ok(answer.ms >= 0 && answer.ms < 5000);
    const kept = (await one('NOUVEAU')).contact;
    assert.equal(kept.echo_ok, true);
    assert.equal(kept.echo_took_ms, answer.ms);
  } finally { scp.kill(); }

  // We ourselves, called under a title that is not ours: somebody is there, but not that one.
  await pacs.put(`/api/peers/${id}`, { port: house.dicomPort });
  const wrong = (await pacs.post(`/api/peers/${id}/echo`, {})).json;
  assert.equal(wrong.ok, false);
  assert.match(wrong.text, /pas sous ce titre AE/);
});

test('X1 a certificate: entered, listed with its end, needed at once, taken away', async () => {
  const { id } = await one('NOUVEAU');
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '20', '-subj', '/CN=console', '-keyout', '/dev/null', '-out', '-'], { encoding: 'utf8' });
  const pem = made.stdout.slice(made.stdout.indexOf('-----BEGIN CERTIFICATE'));
  const refused = await pacs.post(`/api/peers/${id}/certificates`, { pem: 'pas un certificat' });
  assert.equal(refused.status, 400);
  assert.equal((await pacs.post(`/api/peers/${id}/certificates`, {})).status, 400);
  const a = await pacs.post(`/api/peers/${id}/certificates`, { pem });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal((await pacs.post(`/api/peers/${id}/certificates`, { pem })).status, 409);
  const [kept] = (await one('NOUVEAU')).certificates;
  assert.match(kept.subject, /console/);
  assert.match(kept.sha256, /^[0-9a-f]{64}$/);
  assert.ok(Math.abs(kept.not_after_ms - Date.now() - 20 * 86400000) < 86400000);
  assert.notEqual(echo('NOUVEAU').status, 0, 'in clear it comes in no more');
  const named = await pacs.post(`/api/peers/${id}/certificates`, { host_name: 'console.val-d-orbe.fr' });
  assert.equal(named.status, 200, String(named.bytes));
  assert.equal((await one('NOUVEAU')).certificates[1].host_name, 'console.val-d-orbe.fr');
  assert.equal((await other.post(`/api/peers/${id}/certificates`, { pem })).status, 403);
  for (const certificate of [kept.id, named.json.id]) assert.equal((await del(pacs, `/api/peers/${id}/certificates/${certificate}`)).status, 200);
  assert.equal((await del(pacs, `/api/peers/${id}/certificates/${kept.id}`)).status, 404);
  assert.equal(echo('NOUVEAU').status, 0);
  await pacs.post(`/api/peers/${id}/certificates`, { pem }); // goes with the peer
});

test('X1 removed, it is unknown again; every change stands in the trace', async () => {
  const { id } = await one('NOUVEAU');
  assert.equal((await del(pacs, `/api/peers/${id}`)).status, 200);
  assert.equal((await del(pacs, `/api/peers/${id}`)).status, 404);
  assert.notEqual(echo('NOUVEAU').status, 0);
  const auditor = await house.person('qualite');
  const { lines } = (await auditor.get('/api/audit')).json;
  const mine = lines.filter((l) => JSON.stringify(l).includes('NOUVEAU'));
  for (const event of ['change', 'delete', 'peer']) assert.ok(mine.some((l) => l.event === event), `${event} in ${JSON.stringify(mine.map((l) => l.event))}`);
});

const lastAssociation = () => sql(house, "SELECT outcome || '|' || detail FROM audit_line WHERE what = 'A-ASSOCIATE' ORDER BY id DESC LIMIT 1");

// ---- what it must say, how many at once ----

test('a peer must say the name and passcode entered in the page; another kind of identity proves nothing', async () => {
  const { id } = await one('NOUVEAU') ?? (await pacs.post('/api/peers', NEW)).json;
  const identity = (body, person = pacs) => person.put(`/api/peers/${id}/identity`, body);
  assert.equal((await pacs.put(`/api/peers/${id}`, { may: ['echo', 'query'], enabled: true })).status, 200);
  assert.equal((await identity({ username: 'scanner', passcode: 'court' })).status, 400);
  assert.equal((await identity({ username: 'scanner' }, other)).status, 403);
  assert.equal((await identity({ username: 'scanner', passcode: 'un-code-assez-long' })).status, 200);
  assert.deepEqual((await one('NOUVEAU')).identity, { username: 'scanner', passcode: true });
  assert.notEqual(echo('NOUVEAU').status, 0, 'no identity given');
  assert.match((await one('NOUVEAU')).contact.refused_why, /no identity given/);
  const talk = (type, primary, secondary = '') => scuIdentity(house.dicomPort, { calling: 'NOUVEAU', type, primary, secondary });
  assert.deepEqual(await talk(2, 'scanner', 'un-code-assez-long'), { accepted: true, answered: true });
  assert.equal((await talk(2, 'scanner', 'un-autre-code')).accepted, false);
  assert.equal((await talk(5, 'eyJhbGciOiJub25lIn0.e30.')).accepted, false);
  assert.match((await one('NOUVEAU')).contact.refused_why, /JSON Web Token \(type 5\) is not checked here/);
  assert.equal((await identity({ username: '' })).status, 200);
  assert.equal((await one('NOUVEAU')).identity, null);
  for (const [type, kind] of [[3, 'Kerberos'], [4, 'SAML'], [5, 'JSON Web Token']]) {
    assert.deepEqual(await talk(type, 'abc'), { accepted: true, answered: false }, 'asked for nothing, it proves nothing and is not answered');
    assert.match(lastAssociation(), new RegExp(`^ok\\|.*${kind}.* is not checked here`));
  }
});

test('a peer has its seats: one more is refused for the moment, others are not touched, and a seat that is free again is given', async () => {
  const { id } = await one('NOUVEAU');
  assert.equal((await pacs.put(`/api/peers/${id}`, { seats: -1 })).status, 400);
  assert.equal((await pacs.put(`/api/peers/${id}`, { seats: 2 })).status, 200);
  assert.equal((await one('NOUVEAU')).seats, 2);
  const [a, b] = [await hold(house.dicomPort, 'NOUVEAU'), await hold(house.dicomPort, 'NOUVEAU')];
  assert.ok(a.accepted && b.accepted);
  const c = await hold(house.dicomPort, 'NOUVEAU');
  assert.deepEqual([c.accepted, c.reject], [false, [2, 3, 2]], 'transient, local limit exceeded');
  assert.equal(echo('STORESCU').status, 0, 'somebody else comes in');
  a.end();
  let again;
  for (let i = 0; i < 40 && !again?.accepted; i++) { await sleep(50); again = await hold(house.dicomPort, 'NOUVEAU'); }
  assert.ok(again.accepted);
  b.end();
  again.end();
});
