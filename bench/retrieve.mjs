// One series of CT taken back: by C-GET and C-MOVE, its metadata, its pictures; beside Orthanc, each side by the same client.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep } from '../tests/house.mjs';
import { ROUNDS, aim, load, median, nextRun, ratio, run, say } from './common.mjs';
import { nullServer } from './ingest.mjs';

const IMAGES = Number(process.env.BENCH_SERIES ?? 500), PICTURES = Math.min(IMAGES, 100), SETTLE_MS = 3000;
async function milliseconds(work) { const from = performance.now(); await work(); return performance.now() - from; }

// The study and series that the load tool makes for its first sender (bench/load/object.c).
const uid = (runNumber, kind) => `2.25.1${String(runNumber).padStart(10, '0')}0000${String(kind).padStart(3, '0')}000000000000000000777`;

// Both sides in turns; images a second of each, and how many times Orthanc's ours is.
async function inTurns(name, figure, ours, theirs) {
  const a = [], b = [];
  for (let r = 0; r < ROUNDS; r++) { a.push(await ours()); b.push(await theirs()); }
  say(`  ${name.padEnd(46)} Beclere ${(IMAGES * 1000 / median(a)).toFixed(0).padStart(5)}   Orthanc ${(IMAGES * 1000 / median(b)).toFixed(0).padStart(5)}   ${ratio(median(b), median(a))} x Orthanc`);
  if (figure) aim(`${name} / Orthanc`, median(b) / median(a), '>=', figure);
}

async function dimse(house, pacs, other, study) {
  const destination = await nullServer();
  try {
    for (const peer of [{ ae_title: 'TAKER', port: 0, may: ['query', 'get', 'move', 'all-sites'] }, { ae_title: 'NULLSCP', port: Number(destination.port), may: ['receive'] }]) {
      const a = await pacs.post('/api/peers', { address: '127.0.0.1', organisation_id: null, enabled: true, description: 'bench', ...peer });
      if (a.status >= 300) throw new Error(`peer ${peer.ae_title}: ${a.status} ${a.bytes}`);
    }
    const known = await fetch(`${other.url}/modalities/nullscp`, { method: 'PUT', body: JSON.stringify({ AET: 'NULLSCP', Host: '127.0.0.1', Port: Number(destination.port) }) });
    if (known.status !== 200) throw new Error(`Orthanc's modality: ${known.status}`);
    const peers = [['BECLERE', house.dicomPort], ['ORTHANC', other.dicomPort]];
    say(`\n${IMAGES} CT taken back over one association (median of ${ROUNDS}, images/s)`);
    await inTurns("C-GET, DCMTK's getscu", null, ...peers.map(([called, port]) => () => milliseconds(() => run('getscu', ['-S', '--ignore', '-aet', 'GETSCU', '-aec', called, '-k', '0008,0052=STUDY', '-k', `0020,000D=${study}`, '127.0.0.1', String(port)]))));
    const take = (act, more) => peers.map(([called, port]) => async () => 1000 * (await load(act, { port, called, calling: 'TAKER', study, objects: IMAGES, ...more })).seconds);
    await inTurns('C-GET, our receiver, which keeps nothing', 2, ...take('get', {}));
    await inTurns('C-MOVE to a receiver that keeps nothing', 2, ...take('move', { to: 'NULLSCP' }));
  } finally { destination.close(); }
}

// Each address once, one after the other: ms until its last byte. The first, of which nothing is told, makes the connection. Everything must be 200.
async function curl(first, urls, headers) {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-curl-'));
  try {
    fs.writeFileSync(path.join(at, 'list'), [first, ...urls].map((u) => `url = "${u}"\noutput = "/dev/null"\n`).join(''));
    const out = await run('curl', ['-sk', '-K', path.join(at, 'list'), '-w', '%{http_code} %{num_connects} %{time_total} %{size_download}\\n', ...headers.flatMap((h) => ['-H', h])]);
    return out.trim().split('\n').slice(1).map((line) => {
      const [status, connects, seconds, bytes] = line.split(' ').map(Number);
      if (status !== 200 || connects || !bytes) throw new Error(`curl: ${line}`);
      return seconds * 1000;
    });
  } finally { fs.rmSync(at, { recursive: true, force: true }); }
}

function sides(house, pacs, other, accept) {
  return [(paths) => curl(`https://127.0.0.1:${house.port}/api/health`, paths.map((p) => `https://127.0.0.1:${house.port}${p}`), [`Host: localhost:${house.port}`, `Cookie: ${pacs.cookie}`, `Accept: ${accept}`]),
    (paths) => curl(`${other.url}/system`, paths.map((p) => other.url + p), [`Accept: ${accept}`])];
}

async function metadata(house, pacs, other, series) {
  const path = `${series}/metadata`, [own, orth] = sides(house, pacs, other, 'application/dicom+json');
  const [[cold], [theirCold]] = [await own([path]), await orth([path])], warm = [[], []];
  for (let r = 0; r < ROUNDS * 3; r++) { warm[0].push(...await own([path])); warm[1].push(...await orth([path])); }
  say(`Metadata of ${IMAGES} instances, to the last byte (ms, ours over TLS with session and trace, Orthanc's in the clear, connected before)`);
  say(`  first: Beclere ${cold.toFixed(1)}, Orthanc ${theirCold.toFixed(0)} (${ratio(theirCold, cold)} x);   again: Beclere ${median(warm[0]).toFixed(1)}, Orthanc ${median(warm[1]).toFixed(1)} (${ratio(median(warm[1]), median(warm[0]))} x)`);
  aim('metadata, first question / Orthanc', theirCold / cold, '>=', 100);
  aim('metadata, again / Orthanc', median(warm[1]) / median(warm[0]), '>=', 5);
}

async function pictures(house, pacs, other, series) {
  const list = (await pacs.get(`${series}/instances?limit=${PICTURES}`)).json.map((row) => `${series}/instances/${row['00080018'].Value[0]}/rendered`);
  if (list.length !== PICTURES) throw new Error(`${list.length} instances`);
  const [own, orth] = sides(house, pacs, other, 'image/jpeg'), sum = (l) => l.reduce((a, b) => a + b, 0) / l.length;
  const first = [[], []];
  for (let r = 0; r < 5; r++) { // in turns of a fifth
    const some = list.slice(r * PICTURES / 5, (r + 1) * PICTURES / 5);
    first[0].push(...await own(some));
    first[1].push(...await orth(some));
  }
  const again = [await own(list), await orth(list)];
  say(`Rendered JPEG of ${PICTURES} CT, one after the other (ms a picture, to the last byte)`);
  say(`  first: Beclere ${sum(first[0]).toFixed(2)}, Orthanc ${sum(first[1]).toFixed(2)} (${ratio(sum(first[1]), sum(first[0]))} x);   again: Beclere ${sum(again[0]).toFixed(2)}, Orthanc ${sum(again[1]).toFixed(2)} (${ratio(sum(again[1]), sum(again[0]))} x)`);
  aim('rendered JPEG, first made / Orthanc', sum(first[1]) / sum(first[0]), '>=', 3);
}

export async function retrieve(house, pacs, other) {
  const number = nextRun(), study = uid(number, 1), series = `/dicom-web/studies/${study}/series/${uid(number, 2)}`;
  const set = { kind: 'ct', senders: 1, objects: IMAGES, run: number };
  await load('send', { port: house.dicomPort, called: 'BECLERE', ...set });
  await load('send', { port: other.dicomPort, called: 'ORTHANC', ...set });
  await sleep(SETTLE_MS);
  await metadata(house, pacs, other, series);
  await pictures(house, pacs, other, series);
  await dimse(house, pacs, other, study);
  return IMAGES;
}
