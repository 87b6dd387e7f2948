// DICOM over TLS (PS3.15 annex B): who comes in by its certificate, who does not, what is sent and moved over it, and the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, freePort } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { ending, peer, receiver, sql } from '../dimse.mjs';

const at = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-tls-'));
const pem = (name) => path.join(at, `${name}.pem`), key = (name) => path.join(at, `${name}-key.pem`);
const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes'];

// A certificate of its own making; 'days' below 0: out of date already.
function selfMade(name, days = 2) {
  if (days > 0) return openssl('req', '-x509', ...NEW_KEY, '-days', String(days), '-subj', `/CN=${name}`, '-keyout', key(name), '-out', pem(name));
  openssl('req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', key(name), '-out', path.join(at, `${name}.csr`));
  fs.mkdirSync(path.join(at, 'past'), { recursive: true });
  const conf = path.join(at, 'past.cnf');
  fs.writeFileSync(path.join(at, 'past/index'), '');
  fs.writeFileSync(conf, `[ca]\ndefault_ca=c\n[c]\ndatabase=${at}/past/index\nnew_certs_dir=${at}/past\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`);
  openssl('ca', '-batch', '-config', conf, '-selfsign', '-keyfile', key(name), '-in', path.join(at, `${name}.csr`), '-out', pem(name), '-startdate', '20240101000000Z', '-enddate', '20240201000000Z');
}
function madeByAuthority(name, authority, host) {
  openssl('req', ...NEW_KEY, '-subj', `/CN=${host}`, '-keyout', key(name), '-out', path.join(at, `${name}.csr`));
  fs.writeFileSync(path.join(at, `${name}.ext`), `subjectAltName=DNS:${host}\n`);
  openssl('x509', '-req', '-in', path.join(at, `${name}.csr`), '-CA', pem(authority), '-CAkey', key(authority), '-CAcreateserial', '-days', '2', '-extfile', path.join(at, `${name}.ext`), '-out', pem(name));
}
// The authority's revocation list, naming these.
function revoke(...names) {
  const db = path.join(at, 'crl'), conf = path.join(at, 'crl.cnf');
  fs.mkdirSync(db, { recursive: true });
  fs.writeFileSync(path.join(db, 'index'), '');
  fs.writeFileSync(conf, `[ca]\ndefault_ca=c\n[c]\ndatabase=${db}/index\nnew_certs_dir=${db}\ndefault_md=sha256\ndefault_crl_days=2\nunique_subject=no\npolicy=p\n[p]\ncommonName=supplied\n`);
  for (const name of names) openssl('ca', '-config', conf, '-keyfile', key('authority'), '-cert', pem('authority'), '-revoke', pem(name));
  const made = path.join(at, 'lists-next.pem');
  openssl('ca', '-config', conf, '-keyfile', key('authority'), '-cert', pem('authority'), '-gencrl', '-out', made);
  fs.chmodSync(made, 0o644);
  fs.renameSync(made, path.join(at, 'lists.pem'));
}
const fingerprint = (name) => new crypto.X509Certificate(fs.readFileSync(pem(name))).fingerprint256.replaceAll(':', '').toLowerCase();

let house, tlsPort, ct, secretDest;
const pin = (title, name) => sql(house, `INSERT INTO peer_certificate (peer_id, sha256, added_at_ms) SELECT id, '${fingerprint(name)}', 0 FROM peer WHERE ae_title = '${title}'`);
const known = (title, host) => sql(house, `INSERT INTO peer_certificate (peer_id, host_name, added_at_ms) SELECT id, '${host}', 0 FROM peer WHERE ae_title = '${title}'`);

before(async () => {
  for (const name of ['ours', 'modality', 'stranger', 'dest', 'wrong-dest', 'authority', 'false-authority']) selfMade(name);
  selfMade('past', -1);
  madeByAuthority('scanner', 'authority', 'scanner.hospital.example');
  madeByAuthority('other-host', 'authority', 'printer.hospital.example');
  madeByAuthority('forged', 'false-authority', 'scanner.hospital.example');
  revoke();
  fs.chmodSync(at, 0o755);
  for (const f of fs.readdirSync(at)) if (fs.statSync(path.join(at, f)).isFile()) fs.chmodSync(path.join(at, f), 0o644);
  tlsPort = await freePort();
  house = await House.start({ config: { 'dicom-tls-listen': `127.0.0.1:${tlsPort}`, 'dicom-tls-certificate': pem('ours'), 'dicom-tls-key': key('ours'), 'dicom-tls-authority': pem('authority'), 'dicom-tls-revoked': path.join(at, 'lists.pem') } });
  peer(house, 'SECRET', ['store', 'echo', 'query', 'retrieve']);
  pin('SECRET', 'modality');
  peer(house, 'PAST', ['store', 'echo']);
  pin('PAST', 'past');
  peer(house, 'NAMED', ['store', 'echo']);
  known('NAMED', 'scanner.hospital.example');
  peer(house, 'CLEAR', ['store', 'echo']);
  peer(house, 'MOVER', ['query', 'retrieve']);
  ct = phantoms(house, 'ct', 'ct', [11]);
});
after(async () => { await secretDest?.close(); await house?.close(); nothingFromSanitizers(house); fs.rmSync(at, { recursive: true, force: true }); });

const secret = (name, check = 'ours') => ['+tls', key(name), pem(name), ...(check ? ['+cf', pem(check)] : ['-ic'])];
function echo(title, tls, port = tlsPort) {
  const r = dcmtk('echoscu', ['-v', ...tls, '-aet', title, '-aec', 'BECLERE', '127.0.0.1', String(port)]);
  return { ok: r.status === 0, text: r.stdout + r.stderr };
}
const lastRefusal = () => sql(house, "SELECT detail FROM audit_line WHERE outcome = 'refused' ORDER BY id DESC LIMIT 1");

test('a peer with its own certificate comes in over TLS and stores; we show ours', () => {
  const r = echo('SECRET', secret('modality'));
  assert.ok(r.ok, r.text);
  assert.match(sql(house, "SELECT detail FROM audit_line WHERE what = 'A-ASSOCIATE' AND outcome = 'ok' ORDER BY id DESC LIMIT 1"), new RegExp(`^TLSv1\\.[23] .* certificate ${fingerprint('modality').slice(0, 16)}`));
  const s = dcmtk('storescu', ['-v', ...secret('modality'), '+sd', '-aet', 'SECRET', '-aec', 'BECLERE', '127.0.0.1', String(tlsPort), ct]);
  assert.equal(s.status, 0, (s.stdout + s.stderr).slice(-800));
  assert.equal(sql(house, 'SELECT count(*) FROM instance'), String(filesOf(ct).length));
  const wrong = dcmtk('echoscu', ['-v', ...secret('modality', 'stranger'), '-aet', 'SECRET', '-aec', 'BECLERE', '127.0.0.1', String(tlsPort)]);
  assert.notEqual(wrong.status, 0, 'the peer can tell that we are not somebody else');
});
test('the same title without TLS is refused, and the trace says so', () => {
  const r = echo('SECRET', [], house.dicomPort);
  assert.ok(!r.ok, r.text);
  assert.match(r.text, /Rejected/i);
  assert.match(lastRefusal(), /in clear/);
});
test('another certificate under a known title is refused', () => {
  const r = echo('SECRET', secret('stranger'));
  assert.ok(!r.ok, r.text);
  assert.match(lastRefusal(), /CN=stranger.*none of its own/);
});
test('a peer that has no certificate entered is refused over TLS, and let in in clear', () => {
  assert.ok(!echo('CLEAR', secret('modality')).ok);
  assert.match(lastRefusal(), /it has none/);
  assert.ok(echo('CLEAR', [], house.dicomPort).ok);
});
test('a certificate out of date is refused though it is the one entered', () => {
  assert.ok(!echo('PAST', secret('past')).ok);
  assert.match(lastRefusal(), /CN=past/);
});
test('a peer known by name: by a certificate of our authority made out to it, not by another one', () => {
  assert.ok(echo('NAMED', secret('scanner')).ok);
  assert.ok(!echo('NAMED', secret('other-host')).ok);
  assert.ok(!echo('NAMED', secret('forged')).ok, 'made out to the right name by an authority that is not ours');
});
test('without a certificate, or with TLS 1.1, there is no connection; with 1.2 and 1.3 there is', () => {
  const client = (...args) => { const r = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${tlsPort}`, ...args], { encoding: 'utf8', input: '', timeout: 20000 }); return r.stdout + r.stderr; };
  const cert = ['-cert', pem('modality'), '-key', key('modality')];
  assert.match(client('-tls1_2', ...cert), /Cipher is ECDHE-RSA-(AES|CHACHA)/);
  assert.match(client('-tls1_3', ...cert), /Cipher is TLS_(AES|CHACHA)/);
  assert.doesNotMatch(client('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0', ...cert), /Cipher is ECDHE/);
  assert.match(client('-tls1_2'), /alert|Cipher is \(NONE\)/i);
  assert.match(client('-tls1_2', '-cipher', 'AES128-SHA256', ...cert), /alert|Cipher is \(NONE\)/i, 'no cipher without forward secrecy');
});
test('bytes that are not TLS, and a connection that says nothing, harm nobody', async () => {
  const sockets = Array.from({ length: 20 }, (_, i) => { const s = net.connect(tlsPort, '127.0.0.1'); s.on('error', () => {}); if (i % 2) s.write(crypto.randomBytes(3000)); return s; });
  assert.ok(echo('SECRET', secret('modality')).ok);
  sockets.forEach((s) => s.destroy());
});
test('C-MOVE to a peer with a certificate goes over TLS, byte for byte; to one that shows another it does not', async () => {
  const port = await freePort(), uid = sql(house, 'SELECT uid FROM study ORDER BY id DESC LIMIT 1');
  secretDest = await receiver(house, 'DEST', port, ['+B', '+xa', ...secret('dest')]);
  peer(house, 'DEST', ['receive'], { port });
  const move = () => {
    const r = dcmtk('movescu', ['-d', '-S', '-aet', 'MOVER', '-aec', 'BECLERE', '-aem', 'DEST', '-k', '0008,0052=STUDY', '-k', `0020,000d=${uid}`, '127.0.0.1', String(house.dicomPort)], { maxBuffer: 1 << 28 });
    return { ...ending(r.stdout + r.stderr), text: r.stdout + r.stderr };
  };
  pin('DEST', 'wrong-dest');
  secretDest.empty();
  const refused = move();
  assert.match(refused.status, /^(a702|a701|c\w\w\w|b000)$/i, refused.text.slice(-600));
  assert.equal(secretDest.files().length, 0);
  pin('DEST', 'dest');
  const done = move();
  assert.deepEqual([done.status, done.completed], ['0000', filesOf(ct).length], done.text.slice(-800));
  const sent = new Set(filesOf(ct).map((f) => crypto.createHash('sha256').update(dataset(fs.readFileSync(f))).digest('hex')));
  for (const f of secretDest.files()) assert.ok(sent.has(crypto.createHash('sha256').update(dataset(fs.readFileSync(f))).digest('hex')), f);
});

test('a certificate on its authority’s revocation list is refused from then on, by name or pinned, without a restart; others are not', () => {
  peer(house, 'PINNED', ['echo']);
  pin('PINNED', 'scanner');
  assert.ok(echo('NAMED', secret('scanner')).ok);
  assert.ok(echo('PINNED', secret('scanner')).ok);
  revoke('other-host');
  assert.ok(echo('NAMED', secret('scanner')).ok, 'another one was revoked');
  revoke('other-host', 'scanner');
  for (const title of ['NAMED', 'PINNED']) {
    assert.ok(!echo(title, secret('scanner')).ok, title);
    assert.match(lastRefusal(), /scanner\.hospital\.example/);
    assert.match(sql(house, `SELECT refused_why FROM peer_contact JOIN peer ON peer.id = peer_id WHERE ae_title = '${title}'`), /scanner\.hospital/);
  }
  assert.ok(echo('SECRET', secret('modality')).ok, 'a certificate of its own making is on no list');
  fs.writeFileSync(path.join(at, 'lists.pem'), 'half written');
  assert.ok(!echo('NAMED', secret('scanner')).ok, 'a list that cannot be read leaves the one before');
  revoke('other-host');
  assert.ok(echo('NAMED', secret('scanner')).ok);
});
