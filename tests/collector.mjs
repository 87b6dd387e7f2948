// A real syslog server (rsyslog) over TLS, for the feed of the trace: certificates, a free port, what came in.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, sleep } from './house.mjs';

// An authority and, made by it, a certificate per name.
export function authority(folder, names) {
  const at = (name) => path.join(folder, name);
  const run = (...args) => execFileSync('openssl', args, { stdio: 'ignore' });
  run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Test authority', '-keyout', at('ca-key.pem'), '-out', at('ca.pem'), '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  for (const [name, alternative] of Object.entries(names)) {
    run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-keyout', at(`${name}-key.pem`), '-out', at(`${name}.csr`));
    fs.writeFileSync(at(`${name}.ext`), `subjectAltName=${alternative}\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\n`);
    run('x509', '-req', '-in', at(`${name}.csr`), '-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial', '-days', '2', '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`));
  }
  for (const file of fs.readdirSync(folder)) fs.chmodSync(at(file), 0o644);
}

export class Collector {
  // 'client': only who shows a certificate of that name is let in.
  constructor({ client = null } = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-collector-'));
    fs.chmodSync(this.folder, 0o755);
    this.client = client;
    authority(this.folder, { localhost: 'DNS:localhost', beclere: 'DNS:beclere', elsewhere: 'DNS:elsewhere.example' });
  }
  file(name) { return path.join(this.folder, name); }

  async start() {
    this.port ??= await freePort();
    fs.writeFileSync(this.file('rsyslog.conf'), `
global(workDirectory="${this.folder}" maxMessageSize="128k" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="${this.file('ca.pem')}" defaultNetstreamDriverCertFile="${this.file('localhost.pem')}" defaultNetstreamDriverKeyFile="${this.file('localhost-key.pem')}")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" ${this.client ? `streamDriver.authMode="x509/name" permittedPeer=["${this.client}"]` : 'streamDriver.authMode="anon"'})
template(name="kept" type="string" string="%pri% %protocol-version% %timereported:::date-rfc3339% %hostname% %app-name% %msgid% %msg%\\n")
input(type="imtcp" port="${this.port}" address="127.0.0.1")
action(type="omfile" file="${this.file('kept.log')}" template="kept" asyncWriting="off" flushOnTXEnd="on")
`);
    this.process = spawn('nice', ['-n', '19', 'rsyslogd', '-n', '-f', this.file('rsyslog.conf'), '-i', this.file('pid')], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.said = '';
    for (const s of [this.process.stdout, this.process.stderr]) s.on('data', (d) => { this.said += d; });
    this.ended = new Promise((done) => this.process.on('exit', done));
    for (let left = 100; left; left -= 1) {
      if (this.process.exitCode !== null) throw new Error(`rsyslogd ended: ${this.said}`);
      if (await new Promise((done) => { const s = net.connect(this.port, '127.0.0.1', () => { s.destroy(); done(true); }); s.on('error', () => done(false)); })) return;
      await sleep(100);
    }
    throw new Error(`rsyslogd does not listen: ${this.said}`);
  }
  async stop(signal = 'SIGTERM') {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await this.ended;
  }
  async close() { await this.stop(); fs.rmSync(this.folder, { recursive: true, force: true }); }

  // What came in, one row per message: header and XML, the number of the line it tells of.
  messages() {
    let text = '';
    try { text = fs.readFileSync(this.file('kept.log'), 'utf8'); } catch { return []; }
    return text.split('\n').filter(Boolean).map((row) => {
      const [, pri, version, at, host, program, id, message] = /^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (.*)$/s.exec(row) ?? [];
      return { pri, version, at, host, program, id, xml: (message ?? '').replace(/^\s*\uFEFF?<\?xml[^>]*\?>/, ''), line: Number(/urn:beclere:trace:(\d+)/.exec(row)?.[1]) };
    });
  }
}
