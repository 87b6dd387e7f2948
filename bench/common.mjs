// What the benchmarks share: medians, programs run to their end, the load tool, Orthanc as fast as it can be.
// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ROOT, sleep } from '../tests/house.mjs';

export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3), SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
export const ENV = { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' };
export const LOAD = path.join(ROOT, 'build/release/bench_load');
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
export const say = (text) => console.log(text);
export const HAS_ORTHANC = spawnSync('Orthanc', ['--version']).status === 0;

// To its end; anything but 0 stops the benchmark.
export function run(program, args) {
  return new Promise((done, fail) => {
    const p = spawn(program, args, { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '', out = '';
    p.stdout.on('data', (d) => { out += d; });
    p.stderr.on('data', (d) => { said += d; });
    p.on('error', fail);
    p.on('exit', (code) => (code === 0 ? done(out) : fail(new Error(`${program}: ${code} ${out.slice(-200)} ${said.slice(-500)}`))));
  });
}

// One act of the load tool: the JSON lines that it printed, joined into one object.
export async function load(act, options) {
  const out = await run(LOAD, [act, ...Object.entries(options).map(([k, v]) => `${k}=${v}`)]);
  return Object.assign({}, ...out.trim().split('\n').map((line) => JSON.parse(line)));
}

// A number that no run of this or of an earlier benchmark has used for its UIDs.
let runs = Math.floor(Date.now() / 1000) % 1000000 * 1000;
export const nextRun = () => runs++;

// Processor seconds that a process has used so far: fields 14 and 15 of its stat.
export function processor(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export const freePort = () => new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

// Of the plugins DICOMweb alone (so without GDCM's), storage area flushed as by default; 'more' settings over these; null when it is not installed.
export async function orthanc(more = {}) {
  if (!HAS_ORTHANC) return null;
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-orthanc-'));
  const ports = [await freePort(), await freePort()];
  const settings = { Name: 'bench', StorageDirectory: path.join(at, 'storage'), IndexDirectory: path.join(at, 'index'), DicomAet: 'ORTHANC', DicomPort: ports[0], HttpPort: ports[1],
    RemoteAccessAllowed: false, AuthenticationEnabled: false, SyncStorageArea: true, StorageCompression: false, DicomAlwaysAllowStore: true, DicomAlwaysAllowFind: true, DicomAlwaysAllowMove: true, DicomAlwaysAllowGet: true, DicomCheckCalledAet: false,
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'].filter((p) => fs.existsSync(p)), DicomWeb: { Enable: true }, ...more };
  fs.writeFileSync(path.join(at, 'orthanc.json'), JSON.stringify(settings, null, 2));
  const p = spawn('Orthanc', [path.join(at, 'orthanc.json')], { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  p.stderr.on('data', (d) => { said = (said + d).slice(-2000); });
  const statistics = async () => (await fetch(`http://127.0.0.1:${ports[1]}/statistics`)).json();
  for (let i = 0; ; i++) {
    try { await statistics(); break; } catch { if (i > 100) throw new Error(`Orthanc does not answer: ${said}`); await sleep(100); }
  }
  return { pid: p.pid, dicomPort: ports[0], httpPort: ports[1], url: `http://127.0.0.1:${ports[1]}`, statistics,
    close: async () => { p.kill('SIGTERM'); await new Promise((done) => p.on('exit', done)); fs.rmSync(at, { recursive: true, force: true }); } };
}

export const ratio = (a, b) => (b ? (a / b).toFixed(2) : '-');

// What was aimed at, for the table at the end: a number, '<=' or '>=', and the figure that it is held against.
const rows = [];
export function aim(measure, value, sense, figure, unit = '') {
  rows.push({ measure, value, sense, figure, unit, reached: Number.isFinite(value) && (sense === '<=' ? value <= figure : value >= figure) });
}
export function aims() {
  if (!rows.length) return;
  const width = Math.max(...rows.map((r) => r.measure.length)), figure = (v) => (Math.abs(v) >= 100 ? v.toFixed(0) : v.toFixed(2));
  say(`\n${'measure'.padEnd(width)}      value   aim        reached`);
  for (const r of rows) say(`${r.measure.padEnd(width)} ${`${figure(r.value)}${r.unit}`.padStart(10)}   ${`${r.sense} ${r.figure}${r.unit}`.padEnd(10)} ${r.reached ? 'yes' : 'NO'}`);
  say(`${rows.filter((r) => r.reached).length} of ${rows.length} aims reached`);
}
