// A thin line: the first frame and the whole of a CT series as a viewer asks for it, through a relay with a rate, a delay and a bounded queue; beside Orthanc.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import path from 'node:path';
import zlib from 'node:zlib';
import { filesOf, folder } from '../tests/dicom.mjs';
import { sleep } from '../tests/house.mjs';
import { LOAD, ROUNDS, aim, median, ratio, say } from './common.mjs';

const SLICES = Number(process.env.BENCH_THIN_SLICES ?? 300), PART = Number(process.env.BENCH_THIN_PART ?? 60); // PART: slices that Orthanc is asked for too, since its whole series takes minutes
const LINES = [{ mbit: 20, rtt: 40 }, { mbit: 8, rtt: 100 }];
const AT_ONCE = 6, QUEUE_MS = 50; // requests under way, as a browser's connections to an HTTP/1.1 server; what the queue holds
const HTJ2K = '1.2.840.10008.1.2.4.202', part = (syntax) => `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}`;
const VIEWER = [HTJ2K, '*'].map(part).join(', '); // ui/src/features/viewer/engine.ts
const HALF_SIZE = 0.3; // of the bytes of a progressive frame (.202): they hold the image at half its size, whole (measured by cutting CT streams: opj_decompress -r 1 gives the same)
const now = () => performance.now() / 1000;

async function line({ mbit, rtt }, to) {
  const p = spawn(LOAD, ['line', `port=${to}`, `rate=${mbit * 1e6}`, `rtt=${rtt}`, `queue=${Math.round(mbit * 125 * QUEUE_MS)}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((done) => p.stdout.once('data', (d) => done(Number(String(d)))));
  return { port, close: () => p.kill('SIGTERM') };
}

// Bytes a second from the middle of a stream to its end: the line is full then.
function pace(socket, bytes) {
  return new Promise((done) => {
    let n = 0, from = 0, half = 0;
    socket.on('data', (d) => {
      n += d.length;
      if (!from && n > bytes / 2) { from = now(); half = n; }
      if (n >= bytes) done((n - half) / (now() - from));
    });
  });
}

// The relay measured alone: round trip of a small message, rate down and up.
async function measured(wanted) {
  const bytes = wanted.mbit * 250000, asked = { E: (s) => s.pipe(s), G: (s) => s.end(Buffer.alloc(bytes)), T: async (s) => { s.end(String(await pace(s, bytes))); } }; // echo, give, take
  const server = net.createServer((s) => { s.setNoDelay(); s.on('error', () => {}); s.once('readable', () => { const d = s.read(1); if (d) asked[String(d)]?.(s); }); });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const l = await line(wanted, server.address().port);
  const open = (letter) => new Promise((done) => { const s = net.connect(l.port, '127.0.0.1', () => { s.setNoDelay(); s.write(letter); done(s); }); });
  const echo = await open('E'), trips = [];
  for (let i = 0; i < 12; i++) { const from = now(); echo.write('x'); await once(echo, 'data'); if (i > 1) trips.push((now() - from) * 1000); } // the first waits for the connection
  echo.destroy();
  const give = await open('G'), down = await pace(give, bytes), takes = await open('T');
  takes.write(Buffer.alloc(bytes));
  const up = Number(String((await once(takes, 'data'))[0]));
  for (const s of [give, takes]) s.destroy();
  l.close();
  server.close();
  const got = { rtt: median(trips), down: down * 8e-6, up: up * 8e-6 }, off = Math.max(Math.abs(got.rtt / wanted.rtt - 1), Math.abs(got.down / wanted.mbit - 1), Math.abs(got.up / wanted.mbit - 1));
  say(`  line of ${wanted.mbit} Mbit/s, ${wanted.rtt} ms: measured ${got.down.toFixed(2)} Mbit/s down, ${got.up.toFixed(2)} up, round trip ${got.rtt.toFixed(1)} ms${off > 0.1 ? '   NOT WHAT IT SHOULD BE' : ''}`);
  return got;
}

// ---- the two clients: {get(path, accept, onBytes), close} ----
function overHttp2(house, person, port) {
  const s = http2.connect(`https://localhost:${port}`, { rejectUnauthorized: false, settings: { initialWindowSize: 6 << 20 } });
  s.on('connect', () => s.setLocalWindowSize(15 << 20)); // what Chromium gives
  s.on('error', () => {});
  return {
    get: (p, accept, seen) => new Promise((done, fail) => {
      const q = s.request({ ':path': p, ':authority': `localhost:${house.port}`, accept, cookie: person.cookie, 'accept-encoding': 'gzip' });
      const parts = [];
      let head, got = 0;
      q.on('response', (h) => { head = h; });
      q.on('data', (d) => { parts.push(d); got += d.length; seen?.(got / Number(head['content-length'])); });
      q.on('error', fail);
      q.on('end', () => done({ status: head[':status'], coding: head['content-encoding'], bytes: Buffer.concat(parts) }));
    }),
    close: () => s.destroy(),
  };
}
function overHttp1(port, gzip) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return {
    get: (p, accept) => new Promise((done, fail) => {
      const q = http.get({ host: '127.0.0.1', port, path: p, agent, headers: { Accept: accept, ...(gzip && { 'Accept-Encoding': 'gzip' }) } }, (a) => {
        const parts = [];
        a.on('data', (d) => parts.push(d));
        a.on('error', fail);
        a.on('end', () => done({ status: a.statusCode, coding: a.headers['content-encoding'], bytes: Buffer.concat(parts) }));
      });
      q.on('error', fail);
    }),
    close: () => agent.destroy(),
  };
}

// Headers first, then the middle frame, then its neighbours, nearest first: seconds from the cold connection on.
// 'useful': 256 x 256 of the first frame are there, 'first': all of it.
async function open(client, series, accept, count) {
  const from = now(), out = { bytes: 0, syntaxes: new Set(), frame: 0 };
  const get = async (p, form, seen) => { const a = await client.get(p, form, seen); if (a.status !== 200) throw new Error(`${p}: ${a.status} ${String(a.bytes).slice(0, 200)}`); out.bytes += a.bytes.length; return a; };
  try {
    const a = await get(`${series}/metadata`, 'application/dicom+json');
    const list = JSON.parse(a.coding === 'gzip' ? zlib.gunzipSync(a.bytes) : a.bytes);
    out.headers = now() - from;
    out.headerBytes = a.bytes.length;
    list.sort((x, y) => x['00200013'].Value[0] - y['00200013'].Value[0]);
    const middle = list.length >> 1, order = list.map((one, i) => [Math.abs(i - middle), one]).sort((x, y) => x[0] - y[0]).map(([, one]) => one).slice(0, count);
    const frame = async (one, seen) => {
      const f = await get(`${series}/instances/${one['00080018'].Value[0]}/frames/1`, accept, seen);
      out.syntaxes.add(/transfer-syntax=([0-9.]+)/.exec(f.bytes.subarray(0, 400).toString('latin1'))?.[1] ?? 'not said');
      return f.bytes.length;
    };
    out.frame = await frame(order.shift(), (share) => { if (share >= HALF_SIZE) out.useful ??= now() - from; });
    out.first = now() - from;
    out.useful ??= out.first; // not progressive
    await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (order.length) await frame(order.shift()); }));
    out.whole = now() - from;
  } finally { client.close(); }
  return out;
}

// A chest CT of so many slices in both archives; the series' address, and what its pixels weigh.
async function fill(house, pacs, other) {
  const at = folder(house, 'thin');
  const made = house.run(['demo', 'phantom', 'ct', at, '--seed', String(Math.floor(Date.now() / 1000) % 1e6), '--slices', String(SLICES)]);
  if (made.status !== 0) throw new Error(`phantom: ${made.stdout}${made.stderr}`);
  const files = filesOf(at), sent = house.run(['demo', 'send', at, '--config', house.config]);
  if (sent.status !== 0) throw new Error(`send: ${sent.stdout.slice(-500)}${sent.stderr}`);
  for (const f of other ? files : []) {
    const a = await (await fetch(`${other.url}/instances`, { method: 'POST', body: fs.readFileSync(f) })).json();
    if ( a.Status !== 'Success') throw new Error(`Orthanc: ${JSON.stringify(a)}`);
  }
  const studies = (await pacs.get('/dicom-web/studies?ModalitiesInStudy=CT&limit=100')).json.map((s) => s['0020000D'].Value[0]);
  for (const uid of studies.reverse()) {
    const list = (await pacs.get(`/dicom-web/studies/${uid}/series?Modality=CT`)).json ?? [];
    const one = list.find((s) => s['00201209'].Value[0] === SLICES);
    if (one) { fs.rmSync(at, { recursive: true }); return `/dicom-web/studies/${uid}/series/${one['0020000E'].Value[0]}`; }
  }
  throw new Error('the series that was sent is not found');
}

// Frames made in advance are files of the cache: waits for them, at most so long.
async function ready(house) {
  const frames = path.join(house.data, 'cache/frames'), from = now();
  const made = () => { try { return fs.readdirSync(frames, { recursive: true }).filter((n) => n.endsWith('-4.202.mp')).length; } catch { return 0; } };
  while (made() < SLICES && now() - from < 120) await sleep(250);
  return { made: made(), seconds: now() - from };
}

export async function thin(house, pacs, other) {
  say(`\nThin line: a CT of ${SLICES} slices (512 x 512 x 16 bit), asked for as our viewer does: headers, the middle frame, then the others, ${AT_ONCE} at a time; cold connection`);
  const series = await fill(house, pacs, other), advance = await ready(house);
  say(`  ${advance.made} of ${SLICES} frames were ready as HTJ2K ${advance.seconds.toFixed(1)} s after the last image`);
  const raw = SLICES * 512 * 512 * 2;
  for (const wanted of LINES) {
    const is = await measured(wanted), ours = [], theirs = [], plain = []; // Orthanc gzips frames for who takes that, as browsers do
    const mine = await line(wanted, house.port), its = other && await line(wanted, other.httpPort);
    try {
      for (let r = 0; r < ROUNDS; r++) {
        ours.push(await open(overHttp2(house, pacs, mine.port), series, VIEWER, 1));
        if (other) theirs.push(await open(overHttp1(its.port, true), series, part('*'), 1));
        if (other) plain.push(await open(overHttp1(its.port, false), series, part('*'), 1));
      }
      const whole = await open(overHttp2(house, pacs, mine.port), series, VIEWER, SLICES);
      const some = other && [await open(overHttp2(house, pacs, mine.port), series, VIEWER, PART), await open(overHttp1(its.port, true), series, part('*'), PART)];
      const first = median(ours.map((o) => o.first)), rawTime = raw / (is.down * 125000), name = `${wanted.mbit} Mbit/s, ${wanted.rtt} ms`;
      if (whole.syntaxes.size !== 1 || !whole.syntaxes.has(HTJ2K)) throw new Error(`frames came as ${[...whole.syntaxes]}`);
      say(`    first frame whole after ${first.toFixed(2)} s (half its size, to a client that draws while it comes: ${median(ours.map((o) => o.useful)).toFixed(2)} s): headers (${(ours[0].headerBytes / 1e3).toFixed(0)} kB) after ${median(ours.map((o) => o.headers)).toFixed(2)} s, the frame ${(ours[0].frame / 1e3).toFixed(0)} kB, ${(524288 / ours[0].frame).toFixed(2)} times smaller than its pixels` +
        `${other ? `;  Orthanc ${median(theirs.map((o) => o.first)).toFixed(2)} s: headers (${(theirs[0].headerBytes / 1e3).toFixed(0)} kB) after ${median(theirs.map((o) => o.headers)).toFixed(2)} s, the frame ${(theirs[0].frame / 1e3).toFixed(0)} kB by gzip; without gzip ${median(plain.map((o) => o.first)).toFixed(2)} s` : ''}`);
      say(`    whole series, lossless, after ${whole.whole.toFixed(1)} s: ${(whole.bytes / 1e6).toFixed(1)} MB, ${(raw / whole.bytes).toFixed(2)} times smaller than its pixels, whose ${(raw / 1e6).toFixed(1)} MB take ${rawTime.toFixed(1)} s on this line` +
        `${some ? `;  the first ${PART} slices: ours ${some[0].whole.toFixed(1)} s, Orthanc ${some[1].whole.toFixed(1)} s (${[...some[1].syntaxes]})` : ''}`);
      if (other) {
        aim(`first frame whole, ${name}, / Orthanc without gzip`, first / median(plain.map((o) => o.first)), '<=', 0.5);
        aim(`first frame whole, ${name}, / Orthanc with gzip`, first / median(theirs.map((o) => o.first)), '<=', 0.5);
        aim(`first frame at half its size, ${name}, / Orthanc's whole with gzip`, median(ours.map((o) => o.useful)) / median(theirs.map((o) => o.first)), '<=', 0.5);
      }
      aim(`whole series lossless, ${name}, / its raw time`, whole.whole / rawTime, '<=', 0.35);
      if (some) say(`    ${PART} slices: ${ratio(some[0].whole, some[1].whole)} x Orthanc's time`);
    } finally { mine.close(); its?.close(); }
  }
  return SLICES + 1; // and the dose report
}
