// The benchmark: ingest by C-STORE, one frame through the edge, idle memory; each beside something known, printed as ratios.
// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { House, ROOT, sleep } from '../tests/house.mjs';
import { catalogue, filesOf, folder, phantoms } from '../tests/dicom.mjs';

const IMAGES = Number(process.env.BENCH_IMAGES ?? 500), ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3), SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ENV = { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' };
const BARE = path.join(ROOT, 'build/release/bare_write');
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const say = (text) => console.log(text);

// To its end; anything but 0 stops the benchmark.
function run(program, args) {
  return new Promise((done, fail) => {
    const p = spawn(program, args, { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    p.stderr.on('data', (d) => { said += d; });
    p.on('error', fail);
    p.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${program}: ${code} ${said.slice(-500)}`))));
  });
}
async function seconds(work) { const from = performance.now(); await work(); return (performance.now() - from) / 1000; }

// N CT slices of 512 × 512; every run gets its own UIDs, so that nothing is known already.
let round = 100;
function fresh(house, made, senders) {
  const tag = String(round++), folders = [];
  for (let s = 0; s < senders; s++) folders.push(folder(house, `set-${tag}-${s}`));
  made.forEach(({ uid, bytes }, i) => {
    const other = uid.slice(0, -3) + tag, head = Buffer.from(bytes.subarray(0, 8192).toString('latin1').replaceAll(uid, other), 'latin1');
    fs.writeFileSync(path.join(folders[i % senders], `${other}.dcm`), Buffer.concat([head, bytes.subarray(8192)]));
  });
  spawnSync('sync');
  return folders;
}
// Processor seconds that a process has used so far: fields 14 and 15 of its stat.
function processor(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const storescu = (called, port) => (at) => run('storescu', ['+sd', '-aet', 'STORESCU', '-aec', called, '127.0.0.1', String(port), at]);

async function orthanc(house) {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-orthanc-'));
  const ports = await Promise.all([0, 0].map(() => new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); })));
  const settings = { Name: 'bench', StorageDirectory: path.join(at, 'storage'), IndexDirectory: path.join(at, 'index'), DicomAet: 'ORTHANC', DicomPort: ports[0], HttpPort: ports[1],
    RemoteAccessAllowed: false, AuthenticationEnabled: false, Plugins: [] };
  fs.writeFileSync(path.join(at, 'orthanc.json'), JSON.stringify(settings, null, 2));
  const p = spawn('Orthanc', [path.join(at, 'orthanc.json')], { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] });
  p.stderr.resume();
  const statistics = async () => (await fetch(`http://127.0.0.1:${ports[1]}/statistics`)).json();
  for (let i = 0; ; i++) {
    try { await statistics(); break; } catch { if (i > 100) throw new Error('Orthanc does not answer'); await sleep(100); }
  }
  return { pid: p.pid, dicomPort: ports[0], statistics, close: async () => { p.kill('SIGTERM'); await new Promise((done) => p.on('exit', done)); fs.rmSync(at, { recursive: true, force: true }); } };
}

async function ingest(house, pacs) {
  const made = filesOf(phantoms(house, 'made', 'ct', [1, 2, 3, 4].slice(0, Math.ceil(IMAGES / 128)))).map((f) => ({ uid: path.basename(f, '.dcm'), bytes: fs.readFileSync(f) }))
    .filter((f) => f.bytes.length > 400000).slice(0, IMAGES);
  const megabytes = made.reduce((sum, f) => sum + f.bytes.length, 0) / 1e6;
  say(`\nIngest: ${made.length} CT slices of 512 x 512, ${megabytes.toFixed(0)} MB, storescu with TCP_NODELAY=1 on loopback, median of ${ROUNDS} (s)`);
  const other = await orthanc(house);
  const targets = [
    ['write + fdatasync + fsync of the folder', (at) => run(BARE, [folder(house, `bare-${path.basename(at)}`), ...filesOf(at)])],
    ['Orthanc', storescu('ORTHANC', other.dicomPort)],
    ['Beclere', storescu('BECLERE', house.dicomPort)],
  ];
  const before = [other.pid, house.process.pid].map(processor);
  for (const senders of [1, 4]) {
    const took = targets.map(() => []);
    for (let r = 0; r < ROUNDS; r++)
      for (const [i, [, to]] of targets.entries()) {
        const folders = fresh(house, made, senders);
        took[i].push(await seconds(() => Promise.all(folders.map(to))));
        for (const f of folders) { fs.rmSync(f, { recursive: true }); fs.rmSync(path.join(house.data, `bare-${path.basename(f)}`), { recursive: true, force: true }); }
      }
    const [bare, them, us] = took.map(median);
    targets.forEach(([name], i) => say(`  ${senders} sender${senders > 1 ? 's' : ' '}  ${name.padEnd(42)} ${median(took[i]).toFixed(2)}  (${took[i].map((t) => t.toFixed(2)).join(' ')})  ${(made.length / median(took[i])).toFixed(0)} images/s`));
    say(`             Beclere is ${(them / us).toFixed(2)} x as fast as Orthanc, and takes ${(us / bare).toFixed(2)} x the bare writes`);
  }
  const [theirCpu, ourCpu] = [other.pid, house.process.pid].map((pid, i) => ((processor(pid) - before[i]) * 1000) / (2 * ROUNDS * made.length));
  say(`  processor time an image: Orthanc ${theirCpu.toFixed(1)} ms, Beclere ${ourCpu.toFixed(1)} ms`);
  const kept = (await catalogue(pacs)).size, theirs = (await other.statistics()).CountInstances;
  if (kept !== 2 * ROUNDS * made.length || Number(theirs) !== kept) throw new Error(`kept: ${kept} and ${theirs}, sent ${2 * ROUNDS * made.length} to each`);
  await other.close();
}

function wrk(url, headers, connections) {
  const r = spawnSync('wrk', ['-t1', `-c${connections}`, `-d${SECONDS}s`, ...headers.flatMap((h) => ['-H', h]), url], { encoding: 'utf8', timeout: (SECONDS + 20) * 1000 });
  if (r.status !== 0 || /Non-2xx|Socket errors/.test(r.stdout)) throw new Error(`wrk: ${r.stdout}${r.stderr}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(r.stdout)[1]);
}

async function frames(house, pacs) {
  const url = [...(await catalogue(pacs)).values()][0] + '/frames/1';
  const accept = 'multipart/related; type="application/octet-stream"';
  const one = await pacs.get(url, { Accept: accept });
  if (one.status !== 200) throw new Error(`frame: ${one.status} ${one.bytes}`);
  const assets = path.join(house.data, 'program/ui/assets');
  fs.mkdirSync(assets, { recursive: true });
  fs.writeFileSync(path.join(assets, 'frame.bin'), one.bytes);
  const host = `Host: localhost:${house.port}`, base = `https://127.0.0.1:${house.port}`;
  say(`\nOne frame of ${(one.bytes.length / 1e6).toFixed(2)} MB through the edge (TLS), with session, permission and trace; beside a file of that size from the same nginx; median of ${ROUNDS} (answers/s)`);
  for (const connections of [1, 8]) {
    const still = [], ours = [];
    for (let r = 0; r < ROUNDS; r++) {
      still.push(wrk(`${base}/assets/frame.bin`, [host], connections));
      ours.push(wrk(base + url, [host, `Cookie: ${pacs.cookie}`, `Accept: ${accept}`], connections));
    }
    say(`  ${connections} connection${connections > 1 ? 's' : ' '}  nginx, static file ${median(still).toFixed(0)}   Beclere, frame ${median(ours).toFixed(0)}   nginx is ${(median(still) / median(ours)).toFixed(2)} x as fast`);
  }
}

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
function memory(house, when) {
  const children = fs.readFileSync(`/proc/${house.process.pid}/task/${house.process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const rest = children.map((pid) => `${fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} ${rss(pid).toFixed(0)}`).join(', ');
  say(`\nMemory ${when} (RSS, MB): beclere ${rss(house.process.pid).toFixed(0)}${rest ? `; its children: ${rest}` : ''}`);
}

const version = spawnSync('Orthanc', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
say(`Machine: ${os.cpus().length} cores (${os.cpus()[0].model.trim()}), ${(os.totalmem() / 1e9).toFixed(0)} GB; load at start ${os.loadavg()[0].toFixed(1)}; ${new Date().toISOString().slice(0, 10)}`);
say(`Against: ${version} with its own defaults (SQLite index, no compression, no plugins); both on the same disk (${os.tmpdir()})`);
const house = await House.start();
try {
  await sleep(2000);
  memory(house, 'after the start');
  const pacs = await house.person('pacs');
  await ingest(house, pacs);
  await frames(house, pacs);
  memory(house, 'after all that');
} finally { await house.close(); }
say(`\nload at the end ${os.loadavg()[0].toFixed(1)}`);
