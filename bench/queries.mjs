// Search at 10 thousand, 50 thousand and a million studies: C-FIND and QIDO-RS beside Orthanc; start, stop and memory at a million.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { House } from '../tests/house.mjs';
import { load, median, nextRun, orthanc, pss, ratio, say } from './common.mjs';

const SIZES = (process.env.BENCH_STUDIES ?? '10000,50000,1000000').split(',').map(Number);
const THEIRS = Number(process.env.BENCH_ORTHANC_STUDIES ?? 10000); // filling Orthanc takes 2 ms a study; 50000 for the full figure
const QUERIES = [['id', 'patient id'], ['accession', 'accession'], ['name', 'name prefix (20 found)'], ['day', "a day's list (200 found)"]];
const COUNT = 300;

async function measure(query, known, find, qido) {
  const out = {};
  for (const [name, act] of [['find', find], ['qido', qido]]) if (act) {
    await act({ query, known, objects: 30, run: nextRun() }); // warm
    out[name] = await act({ query, known, objects: COUNT, run: nextRun() });
  }
  return out;
}

export async function queries() {
  const house = await House.start();
  const results = new Map();
  try {
    let pacs = null, first = 0, idle = 0, started = 0, stopped = 0;
    for (const size of SIZES) {
      await house.stop();
      const made = await load('index', { folder: path.join(house.data, 'beclere.db'), first, objects: size });
      first = size;
      const from = performance.now();
      await house.serve();
      started = (performance.now() - from) / 1000;
      idle = pss(house.process.pid);
      pacs ??= await house.person('pacs');
      await pacs.refresh();
      for (const [query] of QUERIES)
        results.set(`${query} ${size}`, await measure(query, size,
          (o) => load('find', { port: house.dicomPort, called: 'BECLERE', calling: 'FINDSCU', ...o }),
          (o) => load('qido', { port: house.port, tls: 1, path: '/dicom-web/studies', header: `Cookie: ${pacs.cookie}`, ...o })));
      if (size === SIZES.at(-1)) { // while others store
        const storing = load('send', { port: house.dicomPort, called: 'BECLERE', kind: 'ct', senders: 4, objects: 2000, run: nextRun() });
        const during = [];
        for (const [query] of QUERIES) during.push([query, await load('find', { port: house.dicomPort, called: 'BECLERE', calling: 'FINDSCU', query, known: size, objects: 60, run: nextRun() })]);
        await storing;
        for (const [query, d] of during) results.set(`${query} storing`, d);
      }
      void made;
    }
    const from = performance.now();
    await house.stop();
    stopped = (performance.now() - from) / 1000;
    const theirs = new Map();
    const other = THEIRS ? await orthanc() : null;
    if (other) {
      try {
        const filled = await load('fill', { port: other.dicomPort, called: 'ORTHANC', senders: 4, first: 0, objects: THEIRS, run: nextRun() });
        say(`\nOrthanc filled with ${THEIRS} studies in ${filled.seconds} s`);
        for (const [query] of QUERIES) theirs.set(query, await load('find', { port: other.dicomPort, called: 'ORTHANC', query, known: THEIRS, objects: 40, run: nextRun() }));
      } finally { await other.close(); }
    }
    say(`\nSearch, p95 of ${COUNT} in ms (p50)`);
    for (const [query, name] of QUERIES) {
      const at = (size, how) => results.get(`${query} ${size}`)[how];
      for (const how of ['find', 'qido'])
        say(`  ${how === 'find' ? 'C-FIND ' : 'QIDO-RS'} ${name.padEnd(26)} ${SIZES.map((s) => `${s}: ${at(s, how).p95_ms.toFixed(2)} (${at(s, how).p50_ms.toFixed(2)})`).join('   ')}   largest / smallest ${ratio(at(SIZES.at(-1), how).p95_ms, at(SIZES[0], how).p95_ms)}`);
      const storing = results.get(`${query} storing`), orth = theirs.get(query), near = SIZES.find((s) => s >= THEIRS) ?? SIZES[0];
      say(`          while 4 associations store ${storing.p50_ms.toFixed(2)} median, ${storing.p95_ms.toFixed(2)} p95: ${ratio(storing.p50_ms, at(SIZES.at(-1), 'find').p50_ms)} x idle${orth ? `;   Orthanc with ${THEIRS}: ${orth.p50_ms.toFixed(1)} median, ${orth.p95_ms.toFixed(1)} p95: ${ratio(orth.p50_ms, at(near, 'find').p50_ms)} x ours at ${near}` : ''}`);
    }
    say(`  with ${SIZES.at(-1)} studies: ready ${started.toFixed(2)} s after the start, ended ${stopped.toFixed(2)} s after the signal, ${idle.toFixed(0)} MB (PSS of all our processes) when ready`);
  } finally { await house.close().catch(() => {}); }
}
