// The benchmark: each figure beside something known, in one run, printed as ratios; at the end what was aimed at and whether it is reached. BENCH_PARTS picks some of the parts.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { House, sleep } from '../tests/house.mjs';
import { catalogue } from '../tests/dicom.mjs';
import { HAS_ORTHANC, aim, aims, orthanc, say } from './common.mjs';
import { derive } from './derive.mjs';
import { ingest, stow } from './ingest.mjs';
import { frames } from './frames.mjs';
import { imports } from './imports.mjs';
import { children, inWords, pss, watchMemory } from './memory.mjs';
import { queries } from './queries.mjs';
import { retrieve } from './retrieve.mjs';
import { thin } from './thin.mjs';

const PARTS = (process.env.BENCH_PARTS ?? 'ingest,stow,retrieve,imports,frames,thin,derive,queries').split(',');
const IDLE_MB = 64, PEAK_MB = 200;

// Stopped from outside: what was started here goes too.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const pid of children(process.pid)) process.kill(Number(pid), 'SIGTERM');
    process.exit(1);
  });

const version = HAS_ORTHANC ? spawnSync('Orthanc', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] : 'no Orthanc installed';
say(`Machine: ${os.cpus().length} cores (${os.cpus()[0].model.trim()}), ${(os.totalmem() / 1e9).toFixed(0)} GB; load at start ${os.loadavg()[0].toFixed(1)}; ${new Date().toISOString().slice(0, 16)}`);
say(`Against: ${version} (SQLite index, storage flushed, TCP_NODELAY=1, no GDCM); all on the same disk (${os.tmpdir()})`);
const house = await House.start(), memory = watchMemory(house.process.pid);
const peaks = [];
let other = null, sent = 0;

// One part; its most memory is kept under its name.
async function part(name, work) {
  if (!PARTS.includes(name)) return;
  const from = performance.now();
  await memory.peak();
  sent += await work() ?? 0;
  const peak = await memory.peak();
  peaks.push([name, peak]);
  say(`  [${name}: ${((performance.now() - from) / 1000).toFixed(0)} s; memory at most ${inWords(peak)}]`);
}

try {
  await sleep(2000);
  const idle = pss(house.process.pid);
  aim('memory, idle after the start', idle, '<=', IDLE_MB, ' MB');
  const pacs = await house.person('pacs');
  if (PARTS.some((p) => ['ingest', 'stow', 'retrieve', 'thin'].includes(p))) other = await orthanc();
  await part('ingest', () => ingest(house, other, 'bare'));
  await part('stow', () => stow(house, pacs, other));
  await part('retrieve', () => other && retrieve(house, pacs, other));
  await part('thin', () => thin(house, pacs, other));
  if (sent) { // nothing acknowledged may be missing
    const kept = (await catalogue(pacs)).size, theirs = other ? Number((await other.statistics()).CountInstances) : kept;
    say(`\nkept: ${kept} of ${sent}${other ? `; by Orthanc ${theirs}` : ''}`);
    if (kept !== sent) throw new Error(`kept ${kept}, sent ${sent}`);
  }
  await part('imports', async () => { await imports(house); });
  await part('frames', async () => { await frames(house, pacs); });
} finally { if (other) await other.close(); await house.close(); }
await part('derive', () => derive(memory));
await part('queries', () => queries(memory));
await memory.close();
for (const [name, peak] of peaks) aim(`memory at most, ${name}`, peak.sum, '<=', PEAK_MB, ' MB');
aims();
say(`\nload at the end ${os.loadavg()[0].toFixed(1)}`);
