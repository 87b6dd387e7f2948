// One series of CT taken back: by C-GET with the same DCMTK tool, and its metadata by WADO-RS; beside Orthanc.
// SPDX-License-Identifier: Apache-2.0
import { ROUNDS, load, median, nextRun, ratio, run, say } from './common.mjs';

const IMAGES = Number(process.env.BENCH_SERIES ?? 500);
async function milliseconds(work) { const from = performance.now(); await work(); return performance.now() - from; }

// The study and series that the load tool makes for its first sender (bench/load/object.c).
const uid = (runNumber, kind) => `2.25.1${String(runNumber).padStart(10, '0')}0000${String(kind).padStart(3, '0')}000000000000000000777`;

export async function retrieve(house, pacs, other) {
  const number = nextRun(), study = uid(number, 1), series = uid(number, 2);
  const set = { kind: 'ct', senders: 1, objects: IMAGES, run: number };
  await load('send', { port: house.dicomPort, called: 'BECLERE', ...set });
  await load('send', { port: other.dicomPort, called: 'ORTHANC', ...set });
  const get = (called, port) => run('getscu', ['-S', '--ignore', '-aet', 'GETSCU', '-aec', called, '-k', '0008,0052=STUDY', '-k', `0020,000D=${study}`, '127.0.0.1', String(port)]);
  const ours = [], theirs = [];
  for (let r = 0; r < ROUNDS; r++) {
    ours.push(await milliseconds(() => get('BECLERE', house.dicomPort)));
    theirs.push(await milliseconds(() => get('ORTHANC', other.dicomPort)));
  }
  say(`\nC-GET of ${IMAGES} CT with DCMTK's getscu, which keeps nothing (median of ${ROUNDS}, images/s)`);
  say(`  Beclere ${(IMAGES * 1000 / median(ours)).toFixed(0)}   Orthanc ${(IMAGES * 1000 / median(theirs)).toFixed(0)}   ${ratio(median(theirs), median(ours))} x Orthanc`);

  const path = `/dicom-web/studies/${study}/series/${series}/metadata`, accept = { Accept: 'application/dicom+json' };
  const own = async () => { const a = await pacs.get(path, accept); if (a.status !== 200 || a.json.length !== IMAGES) throw new Error(`metadata: ${a.status}`); };
  const orth = async () => { const a = await fetch(other.url + path, { headers: accept }); const list = await a.json(); if (a.status !== 200 || list.length !== IMAGES) throw new Error(`Orthanc's metadata: ${a.status}`); };
  const cold = [await milliseconds(own), await milliseconds(orth)], warm = [[], []];
  for (let r = 0; r < ROUNDS * 3; r++) { warm[0].push(await milliseconds(own)); warm[1].push(await milliseconds(orth)); }
  say(`Metadata of ${IMAGES} instances (ms, ours over TLS with session and trace, Orthanc's in the clear)`);
  say(`  first: Beclere ${cold[0].toFixed(0)}, Orthanc ${cold[1].toFixed(0)} (${ratio(cold[1], cold[0])} x);   again: Beclere ${median(warm[0]).toFixed(1)}, Orthanc ${median(warm[1]).toFixed(1)} (${ratio(median(warm[1]), median(warm[0]))} x)`);
  return IMAGES;
}
