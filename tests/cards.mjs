// Authorities of persons and organisations, cards and revocation lists of our own making, shaped as those of the IGC-Santé: by OpenSSL, for tests alone.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const CONFIG = (folder) => `
[ca]
default_ca = it
[it]
dir = ${folder}
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/key.pem
crlnumber = ${folder}/crlnumber
default_md = sha256
default_days = 30
default_crl_days = 2
policy = any
unique_subject = no
preserve = yes
email_in_dn = no
x509_extensions = card
[any]
countryName = optional
commonName = supplied
stateOrProvinceName = optional
organizationName = optional
organizationalUnitName = optional
title = optional
surname = optional
givenName = optional
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[card]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth,emailProtection
authorityKeyIdentifier = keyid
[silent]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
authorityKeyIdentifier = keyid
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
`;
const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const stamp = (ms) => new Date(ms).toISOString().replace(/[-:T]/g, '').replace(/\.\d+Z$/, 'Z');

export class Authority {
  // 'above': who vouches for it; none: a root.
  constructor(parent, name, above) {
    this.folder = path.join(parent, name);
    fs.mkdirSync(this.folder);
    this.config = path.join(this.folder, 'ca.cnf');
    this.file = path.join(this.folder, 'ca.pem');
    fs.writeFileSync(this.config, CONFIG(this.folder));
    fs.writeFileSync(path.join(this.folder, 'index.txt'), '');
    fs.writeFileSync(path.join(this.folder, 'serial'), `${Math.floor(Math.random() * 2 ** 40 + 2 ** 41).toString(16).padStart(12, '0')}\n`);
    fs.writeFileSync(path.join(this.folder, 'crlnumber'), '01\n');
    const key = path.join(this.folder, 'key.pem'), subject = `/C=FR/O=Essai/CN=${name}`, make = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-subj', subject];
    if (!above) openssl('req', '-x509', ...make, '-days', '60', '-config', this.config, '-extensions', 'authority', '-out', this.file);
    else {
      const ask = path.join(this.folder, 'ask.pem');
      openssl('req', '-new', ...make, '-config', this.config, '-out', ask);
      openssl('ca', '-batch', '-notext', '-config', above.config, '-extensions', 'authority', '-in', ask, '-out', this.file);
    }
  }

  // { cert, key } in PEM; 'subject' as OpenSSL writes it ('+' joins the parts of one RDN).
  issue(subject, { from = Date.now() - 86400000, until = Date.now() + 10 * 86400000, extensions = 'card' } = {}) {
    const key = path.join(this.folder, 'one-key.pem'), ask = path.join(this.folder, 'one-ask.pem'), cert = path.join(this.folder, 'one.pem');
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-utf8', '-keyout', key, '-subj', subject, '-config', this.config, '-out', ask);
    openssl('ca', '-batch', '-notext', '-utf8', '-config', this.config, '-extensions', extensions, '-startdate', stamp(from), '-enddate', stamp(until), '-in', ask, '-out', cert);
    return { cert: fs.readFileSync(cert, 'utf8'), key: fs.readFileSync(key, 'utf8') };
  }

  revoke(card) {
    const file = path.join(this.folder, 'revoked.pem');
    fs.writeFileSync(file, card.cert);
    openssl('ca', '-config', this.config, '-revoke', file);
  }

  list({ from = Date.now() - 3600000, until = Date.now() + 86400000 } = {}) {
    const file = path.join(this.folder, 'crl.pem');
    openssl('ca', '-gencrl', '-config', this.config, '-crl_lastupdate', stamp(from), '-crl_nextupdate', stamp(until), '-out', file);
    return fs.readFileSync(file, 'utf8');
  }
}

// A root, its authority of persons (which the house trusts) and one of organisations, and somebody else's root.
export class Cards {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-cards-'));
    fs.chmodSync(this.folder, 0o755);
    this.root = new Authority(this.folder, 'Racine-essai');
    this.persons = new Authority(this.folder, 'Personnes-essai', this.root);
    this.organisations = new Authority(this.folder, 'Structures-essai', this.root);
    this.strangers = new Authority(this.folder, 'Autre-racine');
    this.authority = path.join(this.folder, 'authorities.pem');
    this.revoked = path.join(this.folder, 'revoked.pem');
    fs.writeFileSync(this.authority, fs.readFileSync(this.root.file) + fs.readFileSync(this.persons.file));
    this.writeLists();
  }
  writeLists(dates) { fs.writeFileSync(this.revoked, this.root.list(dates) + this.persons.list(dates)); }
  config(port, more = {}) { return { 'card-listen': `127.0.0.1:${port}`, 'card-authority': this.authority, 'card-revoked': this.revoked, ...more }; }
  person(rpps, options) { return this.persons.issue(`/C=FR/title=Medecin/CN=8${rpps}+SN=MARTIN+GN=JEANNE`, options); }
  close() { fs.rmSync(this.folder, { recursive: true, force: true }); }
}
