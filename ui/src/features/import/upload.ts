/*
 * Sending many files so that a cut line costs only what was on its way: digests first, what is there already left out, a few at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { ApiError } from '@/shared/api/client';
import { type Brought, inOrder, mayBeImage } from './files';
import { knownFiles, sendFile } from './requests';

const AT_ONCE = 4;
const ASKED_AT_ONCE = 200;
const DIGEST_MAX = 512 * 1024 * 1024; // larger ones are sent; the server knows them by then
const PATIENCE_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000, 30000];

export interface Progress { total: number; done: number; sent: number; known: number; bytes: number; bytesDone: number; waiting: boolean; skipped: string[]; finished: boolean }
export const NOTHING: Progress = { total: 0, done: 0, sent: 0, known: 0, bytes: 0, bytesDone: 0, waiting: false, skipped: [], finished: false };

async function digestOf(one: Brought): Promise<string | null> {
  if (one.bytes > DIGEST_MAX) return null;
  const digest = await crypto.subtle.digest('SHA-256', await (await one.open()).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* The line is away or the server is busy: again, later. A refusal is an answer. */
async function patiently<T>(work: () => Promise<T>, told: (waiting: boolean) => void): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      const answer = await work();
      told(false);
      return answer;
    } catch (error) {
      const passing = error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504);
      if (!passing || n >= PATIENCE_MS.length) throw error;
      told(true);
      await new Promise((done) => setTimeout(done, PATIENCE_MS[n]));
    }
  }
}

export async function upload(importId: number, brought: Brought[], tell: (progress: Progress) => void, stopped: () => boolean): Promise<void> {
  const list = inOrder(brought);
  const now: Progress = { ...NOTHING, skipped: [], total: list.length, bytes: list.reduce((sum, one) => sum + one.bytes, 0) };
  const step = (change: Partial<Progress>) => tell({ ...Object.assign(now, change) });
  const waiting = (is: boolean) => now.waiting !== is && step({ waiting: is });
  step({});
  for (let from = 0; from < list.length && !stopped(); from += ASKED_AT_ONCE) {
    const some = list.slice(from, from + ASKED_AT_ONCE);
    const images: Brought[] = [];
    for (const one of some) {
      if (await mayBeImage(one)) images.push(one);
      else step({ skipped: [...now.skipped, one.path], done: now.done + 1, bytesDone: now.bytesDone + one.bytes });
    }
    const digests = await Promise.all(images.map(digestOf));
    const asked = images.flatMap((one, i) => (digests[i] ? [{ path: one.path, sha256: digests[i], bytes: one.bytes }] : []));
    const have = asked.length ? await patiently(() => knownFiles(importId, asked), waiting) : [];
    const there = new Set(have.map((i) => asked[i]?.path));
    const queue = images.filter((one) => !there.has(one.path));
    step({ known: now.known + there.size, done: now.done + there.size, bytesDone: now.bytesDone + images.filter((one) => there.has(one.path)).reduce((sum, one) => sum + one.bytes, 0) });
    const worker = async () => {
      for (let one = queue.shift(); one && !stopped(); one = queue.shift()) {
        const file = one;
        const answer = await patiently(async () => sendFile(importId, file.path, await file.open()), waiting);
        if (answer.state === 'skipped' && answer.why !== 'directory') now.skipped = [...now.skipped, file.path];
        step({ sent: now.sent + 1, done: now.done + 1, bytesDone: now.bytesDone + file.bytes });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  step({ finished: !stopped() });
}
