// What the live feed of the trace costs: requests that each write a line, with a collector (rsyslog over TLS, on this machine) and without, in turn; requests a second and CPU of our process a request.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import { Collector } from '../tests/collector.mjs';
import { House } from '../tests/house.mjs';
import { Exam } from '../tests/exam.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 6), SECONDS = Number(process.env.BENCH_SECONDS ?? 5), AT_ONCE = 8;
const collector = new Collector();
await collector.start();
const houses = { without: await House.start(), with: await House.start({ config: { 'audit-collector': `localhost:${collector.port}`, 'audit-authority': collector.file('ca.pem') } }) };
const exams = {};
const ticks = (house) => fs.readFileSync(`/proc/${house.process.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0) * 10;
async function measure(name) {
  const house = houses[name], exam = exams[name], end = Date.now() + SECONDS * 1000, cpu = ticks(house), began = performance.now();
  let n = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (Date.now() < end) { const a = await exam.imager.get(`/api/acts/${900000 + Math.floor(Math.random() * 1e8)}`); if (a.status !== 404) throw new Error(`${a.status}`); n += 1; } // a refusal of its own: a line each
  }));
  return { rate: n / ((performance.now() - began) / 1000), cpu: (ticks(house) - cpu) / n, n };
}
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
try {
  for (const name of Object.keys(houses)) exams[name] = await Exam.open(houses[name]);
  const all = { without: [], with: [] };
  for (let i = 0; i < ROUNDS; i += 1) for (const name of i % 2 ? ['with', 'without'] : ['without', 'with']) all[name].push(await measure(name));
  for (const [name, list] of Object.entries(all)) console.log(`${name.padEnd(8)} ${median(list.map((one) => one.rate)).toFixed(0)} requests/s  ${median(list.map((one) => one.cpu)).toFixed(3)} ms of CPU a request`);
  console.log(`ratio    ${(median(all.with.map((one) => one.rate)) / median(all.without.map((one) => one.rate))).toFixed(3)} of the requests, ${(median(all.with.map((one) => one.cpu)) / median(all.without.map((one) => one.cpu))).toFixed(3)} of the CPU`);
  const quality = await houses.with.person('qualite');
  const state = (await quality.get('/api/audit/feed')).json;
  console.log(`feed     ${state.lines} lines, ${state.waiting} waiting at the end`);
} finally { for (const house of Object.values(houses)) await house.close(); await collector.close(); }
