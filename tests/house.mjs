// A whole house for a test: its own data folder, free ports, the demonstration region, started and stopped by pid.
// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepRegion, takeRegion } from './region.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const PRESET = process.env.BECLERE_PRESET ?? 'asan';
export const PASSWORD = 'Beclere-demo-2026';
const BUILD = path.join(ROOT, 'build', PRESET);
const AGENT = new https.Agent({ rejectUnauthorized: false, keepAlive: true });
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Outside the range from which the kernel gives ports to connections: nobody takes one between this look and its use.
export const freePort = async () => {
  for (;;) {
    const port = 15000 + crypto.randomInt(17000);
    const free = await new Promise((done) => {
      const s = net.createServer();
      s.on('error', () => done(false));
      s.listen(port, '127.0.0.1', () => s.close(() => done(true)));
    });
    if (free) return port;
  }
};

// As root the house runs as the user 'beclere' (nginx and PostgreSQL refuse or misbehave as root).
const USER = process.getuid() === 0 ? 'beclere' : null;
function asUser(program, args) {
  return USER ? ['setpriv', ['--reuid', USER, '--regid', USER, '--init-groups', program, ...args]] : [program, args];
}
function ensureUser() {
  if (USER && spawnSync('id', [USER]).status !== 0)
    execFileSync('useradd', ['--system', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', USER]);
}

function certificates(folder) {
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', path.join(folder, 'server-key.pem'), '-out', path.join(folder, 'server.pem')], { stdio: 'ignore' });
}

export class House {
  static async start({ ui = false, config = {} } = {}) {
    ensureUser();
    const h = new House();
    h.data = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-test-'));
    h.offsetMs = 0;
    h.codes = new Map(); // login → the last step of 30 s whose code was used
    fs.mkdirSync(path.join(h.data, 'program'));
    for (const p of ['beclere', 'beclere-codec', 'beclere-pages']) fs.copyFileSync(path.join(BUILD, p), path.join(h.data, 'program', p));
    fs.copyFileSync(path.join(ROOT, 'tests', 'lsan.supp'), path.join(h.data, 'program', 'lsan.supp'));
    const page = path.join(h.data, 'program', 'ui');
    if (ui) fs.cpSync(path.join(ROOT, 'ui', 'dist'), page, { recursive: true });
    else { fs.mkdirSync(page); fs.writeFileSync(path.join(page, 'index.html'), '<!doctype html><title>test</title>'); }
    certificates(path.join(h.data, 'tls'));
    h.config = path.join(h.data, 'beclere.conf');
    await h.configure(page, config);
    const taken = takeRegion(BUILD, h.data);
    if (USER) execFileSync('chown', ['-R', `${USER}:${USER}`, h.data]);
    if (!taken) {
      const loaded = h.run(['demo', 'load', '--config', h.config]);
      if (loaded.status !== 0) throw new Error(`demo load: ${loaded.stdout}${loaded.stderr}`);
      keepRegion(BUILD, h.data);
    }
    for (let left = 3; ; left -= 1) { // a port free a moment ago may have been taken by a test beside this one
      try { await h.serve(); return h; } catch (error) {
        if (left === 1 || !/Address already in use/.test(error.message)) throw error;
        await h.configure(page, config);
      }
    }
  }

  async configure(page, config) {
    this.port = await freePort();
    this.dicomPort = await freePort();
    const keys = { mode: 'demonstration', data: this.data, 'edge-listen': `127.0.0.1:${this.port}`, 'public-url': `https://localhost:${this.port}`,
      'edge-certificate': path.join(this.data, 'tls/server.pem'), 'edge-key': path.join(this.data, 'tls/server-key.pem'), 'edge-ui': page,
      'dicom-listen': `127.0.0.1:${this.dicomPort}`, codec: path.join(this.data, 'program/beclere-codec'), 'ins-oids': 'test',
      'blob-min-free': 0, 'display-check-days': 0, 'log-file': path.join(this.data, 'beclere.log'), ...config };
    fs.writeFileSync(this.config, Object.entries(keys).map(([k, v]) => `${k} = ${v}\n`).join(''));
  }

  env() {
    return { ...process.env, LSAN_OPTIONS: `suppressions=${path.join(this.data, 'program', 'lsan.supp')}:print_suppressions=0` };
  }

  // Runs a command of the program to its end.
  run(args, options = {}) {
    const [program, list] = asUser(path.join(this.data, 'program', 'beclere'), args);
    return spawnSync(program, list, { encoding: 'utf8', timeout: 180000, env: this.env(), ...options });
  }

  async serve() {
    const [program, list] = asUser(path.join(this.data, 'program', 'beclere'), ['serve', '--config', this.config]);
    this.output = '';
    this.process = spawn(program, list, { stdio: ['ignore', 'pipe', 'pipe'], env: this.env() });
    this.ended = new Promise((done) => this.process.on('exit', (code, signal) => done({ code, signal })));
    for (const s of [this.process.stdout, this.process.stderr]) s.on('data', (d) => { this.output += d; });
    for (let i = 0; i < 300; i++) {
      if (this.process.exitCode !== null) throw new Error(`serve ended: ${this.output}${this.log()}`);
      try {
        const a = await this.request({ path: '/api/health' });
        if (a.status === 200) return;
      } catch { /* not yet */ }
      await sleep(100);
    }
    throw new Error(`serve does not answer: ${this.output}${this.log()}`);
  }

  log() { try { return fs.readFileSync(path.join(this.data, 'beclere.log'), 'utf8').slice(-3000); } catch { return ''; } }

  get url() { return `https://localhost:${this.port}`; }

  request({ method = 'GET', path: p, headers = {}, body, again = false }) {
    return new Promise((done, fail) => {
      const q = https.request({ host: '127.0.0.1', servername: 'localhost', port: this.port, method, path: p, agent: again ? new https.Agent({ rejectUnauthorized: false }) : AGENT, headers: { Host: `localhost:${this.port}`, ...headers } }, (a) => {
        const parts = [];
        a.on('data', (d) => parts.push(d));
        a.on('error', fail);
        a.on('end', () => {
          const bytes = Buffer.concat(parts);
          let json = null;
          try { if (/json/.test(a.headers['content-type'] ?? '')) json = JSON.parse(bytes.toString('utf8')); } catch { /* not JSON */ }
          done({ status: a.statusCode, headers: a.headers, bytes, json });
        });
      });
      // A kept connection that nginx closed meanwhile (a test that waited long): once more, on a new one.
      q.on('error', (e) => (q.reusedSocket && !again && ['EPIPE', 'ECONNRESET'].includes(e.code) ? done(this.request({ method, path: p, headers, body, again: true })) : fail(e)));
      if (body !== undefined) q.write(body);
      q.end();
    });
  }

  // SIGTERM, the end in order; returns {code, signal}.
  async stop(signal = 'SIGTERM') {
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    let limit; // cleared: a timer left behind keeps the whole test program waiting for it
    const end = await Promise.race([this.ended, new Promise((done) => { limit = setTimeout(done, 20000, null); })]);
    clearTimeout(limit);
    if (!end) { this.process.kill('SIGKILL'); return { code: null, signal: 'too late' }; }
    return end;
  }

  async close() {
    const end = await this.stop();
    if (process.env.BECLERE_KEEP) fs.copyFileSync(path.join(this.data, 'beclere.db'), path.join(process.env.BECLERE_KEEP, `${path.basename(this.data)}.db`)); // tools/keep-logs.py
    fs.rmSync(this.data, { recursive: true, force: true });
    if (end.code !== 0) throw new Error(`the server ended with ${JSON.stringify(end)}: ${this.output.slice(-4000)}`);
  }

  now() { return Date.now() + this.offsetMs; }

  // A code serves once: whoever signs in again within its 30 s waits for the next (a clock moved far ahead, then back, is the test's affair).
  async newCode(login) {
    const used = this.codes.get(login) ?? 0, wait = (used + 1) * 30000 - this.now();
    if (wait > 0 && wait <= 30000) await sleep(wait + 20);
    this.codes.set(login, Math.floor(this.now() / 30000));
  }
  async person(login) { const p = new Person(this, login); await p.signIn(); return p; }

  // Moves the server's clock (demonstration mode only), so that a time step of a code is new again.
  async advance(person, ms) {
    const a = await person.post('/api/demo/clock', { advance_ms: ms });
    if (a.status !== 200) throw new Error(`clock: ${a.status} ${a.bytes}`);
    this.offsetMs += ms;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export function fromBase32(text) {
  let bits = 0, value = 0; const out = [];
  for (const c of text) { value = (value << 5) | ALPHABET.indexOf(c); bits += 5; if (bits >= 8) { out.push((value >>> (bits - 8)) & 255); bits -= 8; } }
  return Buffer.from(out);
}
export function totp(key, atMs) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30000)));
  const h = crypto.createHmac('sha1', key).update(counter).digest();
  const o = h[19] & 15;
  return String((h.readUInt32BE(o) & 0x7fffffff) % 1000000).padStart(6, '0');
}
// The demonstration's second factor is made from the login (server/demo/region.c).
export const demoKey = (login) => crypto.createHash('sha256').update(`beclere demonstration ${login}`).digest().subarray(0, 20);

export class Person {
  constructor(house, login) { this.house = house; this.login = login; this.key = demoKey(login); this.cookies = new Map(); this.csrf = ''; }

  // As a browser keeps them: each by its name, beside the others.
  get cookie() { return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '); }
  set cookie(text) { this.cookies = new Map(text.split('; ').filter(Boolean).map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])); }

  code() { return totp(this.key, this.house.now()); }

  async send(method, p, body, headers = {}) {
    const h = { Origin: this.house.url, Cookie: this.cookie, 'Accept-Language': 'fr', ...headers };
    if (method !== 'GET') h['X-CSRF'] = this.csrf;
    let bytes = body;
    if (body !== undefined && !Buffer.isBuffer(body)) { bytes = JSON.stringify(body); h['Content-Type'] = 'application/json'; }
    if (bytes !== undefined) h['Content-Length'] = Buffer.byteLength(bytes);
    const a = await this.house.request({ method, path: p, headers: h, body: bytes });
    for (const c of a.headers['set-cookie'] ?? []) { const [name, value] = c.split(';')[0].split('='); this.cookies.set(name, value); }
    return a;
  }
  get(p, headers) { return this.send('GET', p, undefined, headers); }
  post(p, body = {}, headers) { return this.send('POST', p, body, headers); }
  put(p, body) { return this.send('PUT', p, body); }

  async signIn() {
    let a = await this.post('/api/sign-in/password', { login: this.login, password: PASSWORD });
    if (a.status !== 200) throw new Error(`${this.login}: password: ${a.status} ${a.bytes}`);
    await this.newCode();
    a = await this.post('/api/sign-in/totp', { code: this.code() });
    if (a.status !== 200) throw new Error(`${this.login}: code: ${a.status} ${a.bytes}`);
    await this.refresh();
  }
  newCode() { return this.house.newCode(this.login); }
  async refresh() { this.me = (await this.get('/api/me')).json; this.csrf = this.me.csrf; return this.me; }

  step(act, step, data = {}, extra = {}) { return this.post(`/api/acts/${act}/steps/${step}`, { data, ...extra }); }
}

// A DCMTK tool to its end, with Nagle's delay off. As the same user.
export function dcmtk(tool, args, options = {}) {
  const r = spawnSync(tool, args, { encoding: 'utf8', timeout: 120000, env: { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' }, ...options });
  if (r.error) throw r.error;
  return r;
}
