// Ingest: C-STORE by 1, 4 and 16 associations and STOW-RS, beside a bare writer of as many threads and Orthanc, interleaved.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { folder } from '../tests/dicom.mjs';
import { LOAD, ROUNDS, aim, load, median, nextRun, processor, ratio, say } from './common.mjs';
import { front } from './front.mjs';

const CT = Number(process.env.BENCH_CT ?? 480), TINY = Number(process.env.BENCH_TINY ?? 1600);
const SENDERS = (process.env.BENCH_SENDERS ?? '1,4,16').split(',').map(Number);
const KINDS = (process.env.BENCH_KINDS ?? 'ct,tiny').split(',');
const AIMS_ORTHANC = { ct: { 1: 3, 4: 3, 16: 3 }, tiny: { 1: 3, 16: 6 } };
const cell = (value, width = 9) => String(value).padStart(width);

export async function nullServer() {
  const p = spawn(LOAD, ['null'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((done) => p.stdout.once('data', (d) => done(Number(String(d)))));
  return { port, close: () => p.kill('SIGTERM') };
}

// What the load tool does alone: no figure below may come near it.
async function tool() {
  const server = await nullServer();
  say('\nThe load tool against a server that keeps nothing (objects/s)');
  for (const kind of KINDS)
    say(`  ${kind.padEnd(5)} ${(await Promise.all(SENDERS.map(async (s) => s))).map((s) => `${s} association${s > 1 ? 's' : ''}`).join(', ')}: ${await (async () => {
      const out = [];
      for (const senders of SENDERS) out.push((await load('send', { port: server.port, kind, senders, objects: 2000, run: nextRun() })).per_second.toFixed(0));
      return out.join(', ');
    })()}`);
  server.close();
}

export async function ingest(house, other, bareFolder) {
  await tool();
  let sent = 0;
  const count = (kind) => (kind === 'ct' ? CT : TINY);
  const bare = folder(house, bareFolder);
  const targets = [
    ['bare writer', (kind, senders) => load('bare', { folder: bare, kind, senders, objects: count(kind), run: nextRun() })],
    ['Beclere', (kind, senders) => { sent += count(kind); return load('send', { port: house.dicomPort, called: 'BECLERE', kind, senders, objects: count(kind), run: nextRun() }); }],
    ...(other ? [['Orthanc', (kind, senders) => load('send', { port: other.dicomPort, called: 'ORTHANC', kind, senders, objects: count(kind), run: nextRun() })]] : []),
  ];
  say(`\nC-STORE, objects/s (median of ${ROUNDS} rounds, interleaved); p95 of one object in ms; processor time of the server an object in ms`);
  say(`  kind  assoc. ${cell('bare')} ${cell('p95')} ${cell('Beclere')} ${cell('p95')} ${cell('cpu')} ${cell('Orthanc')} ${cell('p95')} ${cell('cpu')} ${cell('/ bare', 8)} ${cell('/ Orthanc', 10)}`);
  for (const kind of KINDS)
    for (const senders of SENDERS) {
      const rates = targets.map(() => []), tails = targets.map(() => []), cpu = [0, 0, 0];
      for (let r = 0; r < ROUNDS; r++)
        for (const [i, [, to]] of targets.entries()) {
          const pid = [null, house.process.pid, other?.pid][i], before = pid ? processor(pid) : 0;
          const took = await to(kind, senders);
          cpu[i] += pid ? processor(pid) - before : 0;
          rates[i].push(took.per_second);
          tails[i].push(took.p95_ms);
        }
      const [b, u, o] = rates.map(median), ms = cpu.map((s) => ((s * 1000) / ROUNDS / count(kind)).toFixed(2));
      say(`  ${kind.padEnd(5)} ${cell(senders, 6)} ${cell(b.toFixed(0))} ${cell(median(tails[0]).toFixed(1))} ${cell(u.toFixed(0))} ${cell(median(tails[1]).toFixed(1))} ${cell(ms[1])} ${cell(o ? o.toFixed(0) : '-')} ${cell(o ? median(tails[2]).toFixed(1) : '-')} ${cell(o ? ms[2] : '-')} ${cell(ratio(u, b), 8)} ${cell(o ? ratio(u, o) : '-', 10)}   (${rates.map((l) => l.map((v) => v.toFixed(0)).join(' ')).join(' | ')})`);
      const name = `C-STORE ${kind}, ${senders} association${senders > 1 ? 's' : ''}`, times = AIMS_ORTHANC[kind]?.[senders];
      aim(`${name}, x bare writer`, u / b, '>=', kind === 'ct' ? 0.8 : 0.6);
      if (o && times) aim(`${name}, x Orthanc`, u / o, '>=', times);
    }
  // Not sooner: memory given back and used again is several times faster than new memory, and ours and Orthanc's is always new; and an ext4 without a journal looks past every inode
  // deleted in the last minutes, one by one, whenever a file is made.
  fs.rmSync(bare, { recursive: true, force: true });
  return sent;
}

// Both by both roads: through TLS (ours by the edge, Orthanc behind an nginx) and in the clear (ours behind an nginx of the benchmark's own), ours with a session and its permission.
export async function stow(house, pacs, other) {
  let sent = 0;
  const per = 10, objects = 240, doors = await front(house, other), header = `Cookie: ${pacs.cookie}\r\nOrigin: ${house.url}\r\nX-CSRF: ${pacs.csrf}`;
  const ask = async (port, tls, senders, more) => (await load('stow', { port, path: '/dicom-web/studies', senders, objects, per, run: nextRun(), ...(tls ? { tls: 1 } : {}), ...more })).objects_per_second;
  say(`\nSTOW-RS, ${per} CT a request, objects/s (median of ${ROUNDS}); ours with a session`);
  for (const senders of [1, 4]) {
    const rates = { oursTls: [], oursClear: [], theirsTls: [], theirsClear: [] };
    for (let r = 0; r < ROUNDS; r++) {
      sent += 2 * objects;
      rates.oursTls.push(await ask(house.port, true, senders, { header }));
      if (other) rates.theirsClear.push(await ask(other.httpPort, false, senders));
      rates.oursClear.push(await ask(doors.clear, false, senders, { header }));
      if (other) rates.theirsTls.push(await ask(doors.tls, true, senders));
    }
    const m = Object.fromEntries(Object.entries(rates).map(([k, v]) => [k, median(v)])), name = `${senders} connection${senders > 1 ? 's' : ''}`;
    say(`  ${name.padEnd(14)} Beclere TLS ${m.oursTls.toFixed(0)}, clear ${m.oursClear.toFixed(0)}${other ? `;  Orthanc TLS ${m.theirsTls.toFixed(0)}, clear ${m.theirsClear.toFixed(0)};  ${ratio(m.oursTls, m.theirsTls)} x TLS to TLS, ${ratio(m.oursClear, m.theirsClear)} x clear to clear, ${ratio(m.oursTls, m.theirsClear)} x our TLS to their clear` : ''}`);
    if (other) aim(`STOW-RS, ${name}, x Orthanc, both TLS`, m.oursTls / m.theirsTls, '>=', 4);
    if (other) aim(`STOW-RS, ${name}, x Orthanc, both clear`, m.oursClear / m.theirsClear, '>=', 4);
  }
  await doors.close();
  return sent;
}
