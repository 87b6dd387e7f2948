// Memory of a house: the proportional share (PSS) of the server and of all its children, nginx and codecs too, looked at five times a second by a thread of its own.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const EVERY_MS = 200;

// A child belongs to the thread that made it, so each thread is asked.
export function children(pid) {
  try { return fs.readdirSync(`/proc/${pid}/task`).flatMap((t) => { try { return fs.readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').trim().split(' ').filter(Boolean); } catch { return []; } }); } catch { return []; }
}
const one = (pid) => { try { return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024; } catch { return 0; } };
const all = (pid) => [String(pid), ...children(pid).flatMap(all)];
const called = (pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim(); } catch { return '?'; } };

// In MB; 'ret' gets what each program has.
export function pss(pid, ret = {}) {
  let sum = 0;
  for (const p of all(pid)) { const mb = one(p); sum += mb; ret[called(p)] = (ret[called(p)] ?? 0) + mb; }
  return sum;
}

if (!isMainThread && workerData?.memory) {
  let pid = workerData.pid, peak = { sum: 0, of: {} };
  parentPort.on('message', (m) => {
    if (m.pid) ({ pid } = m);
    else { parentPort.postMessage(peak); peak = { sum: 0, of: {} }; }
  });
  setInterval(() => { const of = {}, sum = pss(pid, of); if (sum > peak.sum) peak = { sum, of }; }, EVERY_MS);
}

// From the start on; 'peak' answers the most since it was asked before: {sum, of: {program: MB}}.
export function watchMemory(pid) {
  const thread = new Worker(new URL(import.meta.url), { workerData: { memory: true, pid } });
  return {
    follow: (other) => thread.postMessage({ pid: other }),
    peak: () => new Promise((done) => { thread.once('message', done); thread.postMessage({}); }),
    close: () => thread.terminate(),
  };
}
export const inWords = ({ sum, of }) => `${sum.toFixed(0)} MB (${Object.entries(of).sort((a, b) => b[1] - a[1]).map(([name, mb]) => `${name} ${mb.toFixed(0)}`).join(', ')})`;
