// Opening for care: refused without a host's certificate in force, with the demonstration's accounts, or with a page certificate of our own making.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';

const HDS = { 'hds-holder': 'Hébergeur de l’Orbe', 'hds-certificate': 'HDS-2026-0042', 'hds-scope': 'Activités 1 à 6', 'hds-expires': '2031-05-16' };
let house, told, empty;
before(async () => {
  house = await House.start();
  told = fs.readFileSync(house.config, 'utf8').split('\n').filter(Boolean).map((line) => line.split(' = ')).filter(([key]) => !['mode', 'ins-oids'].includes(key));
  empty = path.join(house.data, 'care');
  fs.mkdirSync(empty);
  const tls = path.join(house.data, 'tls'), at = (name) => path.join(tls, name), run = (...args) => execFileSync('openssl', args, { stdio: 'ignore' });
  run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/CN=Test Authority', '-keyout', at('authority-key.pem'), '-out', at('authority.pem'));
  run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-keyout', at('given-key.pem'), '-out', at('given.csr'));
  run('x509', '-req', '-in', at('given.csr'), '-CA', at('authority.pem'), '-CAkey', at('authority-key.pem'), '-CAcreateserial', '-days', '20', '-out', at('given.pem'));
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '--reference', house.data, house.data]);
});
after(async () => { await house?.close(); });

// The configuration of a house for care: its own folder, a page certificate of an authority, the host's certificate; 'more' changes it.
function care(more = {}) {
  const file = path.join(house.data, 'care.conf');
  const given = { mode: 'production', data: empty, 'edge-certificate': path.join(house.data, 'tls/given.pem'), 'edge-key': path.join(house.data, 'tls/given-key.pem'), 'log-file': path.join(empty, 'beclere.log'), ...HDS, ...more };
  fs.writeFileSync(file, Object.entries({ ...Object.fromEntries(told), ...given }).map(([key, value]) => `${key} = ${value}\n`).join(''));
  return file;
}
const check = (more) => house.run(['check', '--config', care(more)], { env: { ...house.env(), LANG: 'fr_FR.UTF-8' } });

test('O10 the HDS certificate is registered: holder, number, scope and last day; else production does not start and says which key is missing', () => {
  assert.equal(check({}).status, 0, check({}).stderr);
  for (const key of Object.keys(HDS)) {
    const said = check({ [key]: '' });
    assert.equal(said.status, 1, key);
    assert.match(said.stdout + said.stderr, /hébergeur|hds-/i);
  }
  assert.equal(house.run(['serve', '--config', care({ 'hds-holder': '' })], { timeout: 20000 }).status, 1, 'nor does serve');
});

test('O10 a certificate that is over, or whose day is no day, opens nothing; its last day still does', () => {
  const today = new Date().toISOString().slice(0, 10), past = new Date(Date.now() - 86400000).toISOString().slice(0, 10);
  assert.equal(check({ 'hds-expires': past }).status, 1);
  assert.match(check({ 'hds-expires': past }).stderr, /échu/);
  assert.equal(check({ 'hds-expires': '2031-02-31' }).status, 1);
  assert.equal(check({ 'hds-expires': '16/05/2031' }).status, 1);
  assert.equal(check({ 'hds-expires': today }).status, 0);
});

test('X1 the demonstration region never opens for care: its passwords and codes are public', () => {
  const said = house.run(['serve', '--config', care({ data: house.data, 'log-file': path.join(house.data, 'other.log') })], { timeout: 20000, env: { ...house.env(), LANG: 'fr_FR.UTF-8' } });
  assert.equal(said.status, 1, said.stdout);
  assert.match(said.stderr, /démonstration/);
});

test('O10 a self-made page certificate is refused for care unless the operator says that it is meant', () => {
  const own = { 'edge-certificate': path.join(house.data, 'tls/server.pem'), 'edge-key': path.join(house.data, 'tls/server-key.pem') };
  const said = check(own);
  assert.equal(said.status, 1);
  assert.match(said.stderr, /edge-certificate-own/);
  assert.equal(check({ ...own, 'edge-certificate-own': 'yes' }).status, 0);
  assert.equal(check({ 'edge-certificate': path.join(house.data, 'tls/nowhere.pem') }).status, 1);
});
