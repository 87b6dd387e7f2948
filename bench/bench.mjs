// The benchmark: each figure beside something known, in one run, printed as ratios. BENCH_PARTS picks some of the parts.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { House, sleep } from '../tests/house.mjs';
import { catalogue } from '../tests/dicom.mjs';
import { HAS_ORTHANC, orthanc, pss, say } from './common.mjs';
import { ingest, stow } from './ingest.mjs';
import { frames } from './frames.mjs';
import { imports } from './imports.mjs';
import { queries } from './queries.mjs';
import { retrieve } from './retrieve.mjs';

const PARTS = (process.env.BENCH_PARTS ?? 'ingest,stow,retrieve,imports,frames,queries').split(',');

const version = HAS_ORTHANC ? spawnSync('Orthanc', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] : 'no Orthanc installed';
say(`Machine: ${os.cpus().length} cores (${os.cpus()[0].model.trim()}), ${(os.totalmem() / 1e9).toFixed(0)} GB; load at start ${os.loadavg()[0].toFixed(1)}; ${new Date().toISOString().slice(0, 16)}`);
say(`Against: ${version} (SQLite index, storage flushed, TCP_NODELAY=1, no GDCM); all on the same disk (${os.tmpdir()})`);
const house = await House.start();
let other = null;
try {
  await sleep(2000);
  const idle = pss(house.process.pid);
  const pacs = await house.person('pacs');
  let sent = 0;
  if (PARTS.some((p) => ['ingest', 'stow', 'retrieve'].includes(p))) other = await orthanc();
  if (PARTS.includes('ingest')) sent += await ingest(house, other, 'bare');
  if (PARTS.includes('stow')) sent += await stow(house, pacs, other);
  if (PARTS.includes('retrieve') && other) sent += await retrieve(house, pacs, other);
  if (sent) { // nothing acknowledged may be missing
    const kept = (await catalogue(pacs)).size, theirs = other ? Number((await other.statistics()).CountInstances) : kept;
    say(`\nkept: ${kept} of ${sent}${other ? `; by Orthanc ${theirs}` : ''}`);
    if (kept !== sent) throw new Error(`kept ${kept}, sent ${sent}`);
  }
  if (PARTS.includes('imports')) await imports(house);
  if (PARTS.includes('frames')) await frames(house, pacs);
  say(`\nMemory (PSS of all our processes, MB): ${idle.toFixed(0)} after the start, ${pss(house.process.pid).toFixed(0)} now`);
} finally { if (other) await other.close(); await house.close(); }
if (PARTS.includes('queries')) await queries();
say(`\nload at the end ${os.loadavg()[0].toFixed(1)}`);
