// Search at 10 thousand, 50 thousand and a million studies: C-FIND and QIDO-RS beside Orthanc; start, stop and memory at a million.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { House } from '../tests/house.mjs';
import { aim, load, median, nextRun, orthanc, say } from './common.mjs';
import { pss } from './memory.mjs';

const SIZES = (process.env.BENCH_STUDIES ?? '10000,50000,1000000').split(',').map(Number);
const THEIRS = Number(process.env.BENCH_ORTHANC_STUDIES ?? 50000); // filling Orthanc takes 1 to 2 ms a study
const QUERIES = [['id', 'patient id', 30], ['accession', 'accession', 30], ['name', 'name prefix (20 found)', 30], ['day', "a day's list (200 found)", 10]]; // last: how many times Orthanc
const HOW = [['find', 'C-FIND'], ['qido', 'QIDO-RS']];
const COUNT = Number(process.env.BENCH_QUERIES ?? 300), THEIR_SECONDS = 8, BATCH = 50000, TIMES = 3, TURNS = 9;

// Every archive by both doors, warmed up, in turns: so that all sizes meet the same machine. {door: {size: {p50_ms…}, grows}}; Each is the median of the turns; 'grows': p95 at the largest / at the smallest.
async function measure(query, archives) {
  const rounds = [];
  for (let r = 0; r <= TURNS; r++) {
    const round = {};
    for (const [door] of HOW) for (const a of archives) {
      const took = await a.doors[door]({ query, known: a.size, objects: r ? Math.ceil(COUNT / TURNS) : 30, run: nextRun() });
      (round[door] ??= {})[a.size] = took;
    }
    if (r) rounds.push(round);
  }
  return Object.fromEntries(HOW.map(([door]) => {
    const sizes = Object.fromEntries(archives.map((a) => [a.size, Object.fromEntries(['p50_ms', 'p95_ms', 'p99_ms'].map((p) => [p, median(rounds.map((one) => one[door][a.size][p]))]))]));
    return [door, { ...sizes, grows: sizes[archives.at(-1).size].p95_ms / sizes[archives[0].size].p95_ms }];
  }));
}
const doorsOf = (house, pacs) => ({
  find: (o) => load('find', { port: house.dicomPort, called: 'BECLERE', calling: 'FINDSCU', ...o }),
  qido: (o) => load('qido', { port: house.port, tls: 1, path: '/dicom-web/studies', header: `Cookie: ${pacs.cookie}`, ...o }),
});

// A house with rows of so many studies, written into its database while it stands still.
async function archiveOf(size) {
  const house = await House.start(), from = performance.now();
  await house.stop();
  for (let at = 0; at < size; at += BATCH) {
    const to = Math.min(at + BATCH, size);
    await load('index', { folder: path.join(house.data, 'beclere.db'), first: at, objects: to });
    if (to === size || to % (5 * BATCH) === 0) say(`  ${to} of ${size} studies written, ${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
  return { house, size };
}

// Started and stopped more than once, then left running.
async function startAndStop(house) {
  const started = [], stopped = [];
  for (let r = 0; r < TIMES; r++) {
    let from = performance.now();
    await house.serve();
    started.push((performance.now() - from) / 1000);
    from = performance.now();
    await house.stop();
    stopped.push((performance.now() - from) / 1000);
  }
  await house.serve();
  return { started: median(started), stopped: median(stopped) };
}

async function theirs() {
  const other = THEIRS ? await orthanc() : null, out = new Map();
  if (!other) return out;
  try {
    const run = nextRun(), from = performance.now(), seconds = () => ((performance.now() - from) / 1000).toFixed(0);
    for (let at = 0; at < THEIRS; at += 10000) {
      await load('fill', { port: other.dicomPort, called: 'ORTHANC', senders: 4, first: at, objects: Math.min(at + 10000, THEIRS), run });
      say(`  Orthanc filled with ${Math.min(at + 10000, THEIRS)} of ${THEIRS} studies, ${seconds()} s`);
    }
    const doors = [['find', (o) => load('find', { port: other.dicomPort, called: 'ORTHANC', ...o })], ['qido', (o) => load('qido', { port: other.httpPort, path: '/dicom-web/studies', header: '', ...o })]];
    for (const [query] of QUERIES) {
      const found = {};
      for (const [name, act] of doors) {
        const one = (await act({ query, known: THEIRS, objects: 2, run: nextRun() })).p50_ms, objects = Math.max(3, Math.min(60, Math.round(THEIR_SECONDS * 1000 / one))); // some take seconds
        found[name] = await act({ query, known: THEIRS, objects, run: nextRun() });
        say(`  Orthanc ${name} ${query}: ${found[name].p50_ms.toFixed(1)} ms, ${objects} asked, ${seconds()} s`);
      }
      out.set(query, found);
    }
  } finally { await other.close(); }
  return out;
}

// C-FIND at rest and while four associations store, one after the other, so that both meet the same machine.
async function storing(house, known) {
  const find = (query) => load('find', { port: house.dicomPort, called: 'BECLERE', calling: 'FINDSCU', query, known, objects: 60, run: nextRun() });
  const out = new Map();
  for (const [query] of QUERIES) {
    const pairs = [];
    for (let r = 0; r < TIMES; r++) {
      const idle = await find(query);
      const stores = load('send', { port: house.dicomPort, called: 'BECLERE', kind: 'ct', senders: 4, objects: 800, run: nextRun() });
      await new Promise((done) => setTimeout(done, 150)); // the associations stand
      pairs.push([idle, await find(query)]);
      await stores;
    }
    out.set(query, { idle: median(pairs.map(([a]) => a.p50_ms)), busy: median(pairs.map(([, b]) => b.p50_ms)), busy95: median(pairs.map(([, b]) => b.p95_ms)), times: median(pairs.map(([a, b]) => b.p50_ms / a.p50_ms)) });
  }
  return out;
}

const three = (t) => [t.p50_ms, t.p95_ms, t.p99_ms].map((v) => v.toFixed(2)).join(' / ');

function tell(results, during) {
  const small = SIZES[0], large = SIZES.at(-1);
  say(`\nSearch, ${COUNT} each, one after the other: ms at p50 / p95 / p99, medians of ${TURNS} turns`);
  for (const [query, name] of QUERIES) {
    for (const [how, called] of HOW) {
      const at = results.get(query)[how];
      say(`  ${called.padEnd(8)}${name.padEnd(26)}${SIZES.map((n) => `${n}: ${three(at[n])}`).join('   ')}`);
      aim(`${called} ${name}: p95 at ${large} / at ${small}`, at.grows, '<=', 1.5);
    }
    const d = during.get(query);
    say(`          C-FIND while 4 associations store ${d.busy.toFixed(2)} median, ${d.busy95.toFixed(2)} p95; at rest ${d.idle.toFixed(2)}`);
    aim(`C-FIND ${name}: median while 4 store / at rest`, d.times, '<=', 3);
  }
}

function tellTheirs(results, orth) {
  if (!orth.size) return;
  const near = SIZES.find((n) => n >= THEIRS) ?? SIZES.at(-1);
  say(`  Orthanc with ${THEIRS} studies, beside ours with ${near}`);
  for (const [query, name, times] of QUERIES)
    for (const [how, called] of HOW) {
      const their = orth.get(query)?.[how], our = results.get(query)[how][near];
      if (!their) continue;
      say(`  ${called.padEnd(8)}${name.padEnd(26)}Orthanc ${three(their)}   ours ${three(our)}`);
      aim(`${called} ${name}: Orthanc's median / ours, ${near} studies`, their.p50_ms / our.p50_ms, '>=', times, ' x');
    }
}

export async function queries(memory) {
  const archives = [], results = new Map();
  say('\nSearch: filling');
  try {
    for (const size of SIZES) archives.push(await archiveOf(size));
    for (const a of archives.slice(0, -1)) await a.house.serve();
    const { house, size } = archives.at(-1), { started, stopped } = await startAndStop(house), idle = pss(house.process.pid);
    memory.follow(house.process.pid);
    for (const a of archives) a.doors = doorsOf(a.house, await a.house.person('pacs'));
    for (const [query] of QUERIES) results.set(query, await measure(query, archives));
    const during = await storing(house, size);
    say(`  with ${size} studies: ready ${started.toFixed(2)} s after the start, ended ${stopped.toFixed(2)} s after the signal, ${idle.toFixed(0)} MB (PSS of all our processes) when ready`);
    aim(`start with ${size} studies`, started, '<=', 2, ' s');
    aim(`stop with ${size} studies`, stopped, '<=', 2, ' s');
    aim(`memory with ${size} studies, idle`, idle, '<=', 64, ' MB');
    tell(results, during);
  } finally { for (const a of archives) await a.house.close().catch(() => {}); }
  tellTheirs(results, await theirs());
}
