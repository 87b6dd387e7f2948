// Other archives for scenarios: DCMTK's dcmqrscp and Orthanc in the background, and a slow line to one of them.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { dcmtk, freePort, sleep } from './house.mjs';
import { folder } from './dicom.mjs';

const orthancProgram = ['/usr/sbin/Orthanc', '/usr/bin/Orthanc'].find((p) => fs.existsSync(p));
export const noOrthanc = orthancProgram ? false : 'skipped: Orthanc is not installed';
const running = [];

function run(house, program, args, name) {
  const log = fs.openSync(path.join(house.data, `${name}.log`), 'w');
  const p = spawn(program, args, { env: { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: '/usr/share/libdcmtk17/dicom.dic' }, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  const ended = new Promise((done) => p.on('exit', done));
  const other = { stop: async () => { p.kill('SIGKILL'); await ended; } };
  running.push(other);
  return other;
}
export async function stopAll() { for (const o of running.splice(0)) await o.stop(); }

export async function dcmqrscp(house, title, { get = true } = {}) {
  const at = folder(house, `qr-${title}`), port = await freePort(), config = path.join(house.data, `${title}.cfg`);
  fs.writeFileSync(config, `NetworkTCPPort = ${port}\nMaxPDUSize = 131072\nMaxAssociations = 16\nHostTable BEGIN\nus = (BECLERE, 127.0.0.1, ${house.dicomPort})\nHostTable END\nVendorTable BEGIN\nVendorTable END\nAETable BEGIN\n${title} ${at} RW (500, 1024mb) ANY\nAETable END\n`);
  const other = { title, port };
  other.start = async () => {
    other.program = run(house, 'dcmqrscp', ['-c', config, ...(get ? [] : ['--disable-get'])], title);
    for (let i = 0; i < 50 && dcmtk('echoscu', ['-aec', title, '127.0.0.1', String(port)]).status !== 0; i++) await sleep(100);
  };
  await other.start();
  return other;
}

export async function orthanc(house, title) {
  const webPort = await freePort(), port = await freePort(), config = path.join(house.data, `${title}.json`), at = folder(house, title);
  fs.writeFileSync(config, JSON.stringify({ Name: 'O', StorageDirectory: at, IndexDirectory: at, HttpPort: webPort, DicomPort: port, DicomAet: title, RemoteAccessAllowed: false, AuthenticationEnabled: false, Plugins: [],
    DicomAlwaysAllowGet: true, DicomAlwaysAllowFind: true, DicomAlwaysAllowMove: true, DicomCheckModalityHost: false, DicomModalities: { us: ['BECLERE', '127.0.0.1', house.dicomPort] } }));
  const other = { title, port, program: run(house, orthancProgram, [config], title) };
  other.rest = (method, where, body) => new Promise((done, fail) => {
    const q = http.request({ host: '127.0.0.1', port: webPort, method, path: where, agent: false }, (a) => { const parts = []; a.on('data', (d) => parts.push(d)); a.on('end', () => { const text = Buffer.concat(parts).toString(); let json = null; try { json = JSON.parse(text); } catch { /* plain */ } done({ status: a.statusCode, text, json }); }); });
    q.on('error', fail);
    q.end(body === undefined ? undefined : JSON.stringify(body));
  });
  for (let i = 0; i < 100; i++) { try { if ((await other.rest('GET', '/system')).status === 200) break; } catch { /* not yet */ } await sleep(200); }
  return other;
}

export function load(other, what) {
  const r = dcmtk('dcmsend', ['+sd', '-nuc', '-aec', other.title, '127.0.0.1', String(other.port), what]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

// A line that lets each piece from there pass only after a while.
export async function slowLine(port, delayMs) {
  const line = { delayMs };
  const server = net.createServer((here) => {
    const there = net.connect(port, '127.0.0.1');
    here.on('data', (d) => there.write(d));
    let last = Promise.resolve();
    there.on('data', (d) => { last = last.then(() => sleep(line.delayMs)).then(() => { if (!here.destroyed) here.write(d); }); });
    for (const [a, b] of [[here, there], [there, here]]) { a.on('error', () => b.destroy()); a.on('close', () => { last.then(() => b.destroy()); }); }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  line.port = server.address().port;
  running.push({ stop: async () => { server.close(); } });
  return line;
}
