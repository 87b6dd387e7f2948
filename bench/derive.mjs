// HTJ2K made in advance: how fast the codec makes it of a CT, proved by decoding back; and what the making costs those who store meanwhile.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { filesOf, folder } from '../tests/dicom.mjs';
import { House, ROOT } from '../tests/house.mjs';
import { ROUNDS, aim, load, median, nextRun, run, say } from './common.mjs';

const OBJECTS = Number(process.env.BENCH_DERIVE_CT ?? 400), PAIRS = Math.max(5, ROUNDS);

async function speed(house) {
  const at = folder(house, 'derive');
  const made = house.run(['demo', 'phantom', 'ct', at, '--seed', '3', '--slices', '24']);
  if (made.status !== 0) throw new Error(`phantom: ${made.stdout}${made.stderr}`);
  const files = filesOf(at).filter((f) => fs.statSync(f).size > 1e5), rates = []; // without the dose report
  let said = '';
  for (let r = 0; r < ROUNDS; r++) {
    said = (await run(path.join(ROOT, 'build/release/bench_derive'), [path.join(ROOT, 'build/release/beclere-codec'), '20', ...files])).trim();
    rates.push(Number(/([\d.]+) MB\/s per processor/.exec(said)[1]));
  }
  say(`\nHTJ2K made in advance (.202), each frame decoded back and compared; one codec process. Last of ${ROUNDS}: ${said}`);
  aim('HTJ2K made in advance, source pixels a second and processor', median(rates), '>=', 100, ' MB/s');
}

// The same house twice, one making frames ahead, one not; a round stores in the one, then in the other.
async function disturbance(ahead) {
  const still = await House.start({ config: { 'frames-ahead': 'no' } });
  try {
    const rate = async (house, senders) => (await load('send', { port: house.dicomPort, called: 'BECLERE', kind: 'ct', senders, objects: OBJECTS, run: nextRun() })).per_second;
    say(`Ingest of CT while frames are made of what came before, and where none are made (objects/s, median of ${PAIRS} pairs)`);
    for (const senders of [1, 4]) {
      const pairs = [];
      await rate(ahead, senders); // work for the maker
      await rate(still, senders);
      for (let r = 0; r < PAIRS; r++) pairs.push(r % 2 ? [await rate(ahead, senders), await rate(still, senders)] : [await rate(still, senders), await rate(ahead, senders)].reverse());
      const [on, off, share] = [0, 1, 2].map((i) => median(pairs.map(([a, b]) => [a, b, a / b][i])));
      say(`  ${senders} association${senders > 1 ? 's' : ' '}   made ahead ${on.toFixed(0)}   not ${off.toFixed(0)}   (${pairs.map(([a, b]) => (a / b).toFixed(2)).join(' ')})`);
      aim(`ingest of CT while HTJ2K is made / without, ${senders} association${senders > 1 ? 's' : ''}`, share, '>=', 0.9);
    }
  } finally { await still.close(); }
}

export async function derive(memory) {
  const ahead = await House.start();
  memory.follow(ahead.process.pid);
  try {
    await speed(ahead);
    await disturbance(ahead);
  } finally { await ahead.close(); }
}
