/*
 * Marks are kept on the server at each change, one request after the other; what could not be sent is sent again.
 *
 * Two windows of one person: theirs and ours are put together, mark by mark; what was removed here stays removed. Another window of
 * this browser is told of what was kept, and reads it at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { api, ApiError, sendLast } from '@/shared/api/client';
import { type MarkItem, type MarkSet, type MarkStore, samePlace } from './marks';

interface KeptSet { version: number; content: MarkSet; kept_at_ms: number }
const AGAIN_MS = [1000, 3000, 10_000, 30_000];

/* Ours win where both have a mark; theirs are added unless we know them from before, and so removed them. */
export function mergeSets(ours: MarkSet, theirs: MarkSet, known: MarkSet): MarkSet {
  const here = new Set(ours.marks.map((one) => one.id)), before = new Map(known.marks.map((one) => [one.id, one]));
  const changed = (one: MarkItem) => JSON.stringify(before.get(one.id)) !== JSON.stringify(one);
  const gone = new Set(known.marks.filter((one) => !theirs.marks.some((each) => each.id === one.id)).map((one) => one.id));
  const theirsOf = new Map(theirs.marks.map((one) => [one.id, one]));
  return {
    marks: [
      ...ours.marks.filter((one) => !gone.has(one.id) || changed(one)).map((one) => (changed(one) ? one : theirsOf.get(one.id) ?? one)),
      ...theirs.marks.filter((one) => !here.has(one.id) && !before.has(one.id)),
    ],
    keys: [
      ...ours.keys.filter((one) => theirs.keys.some((each) => samePlace(each, one)) || !known.keys.some((each) => samePlace(each, one))),
      ...theirs.keys.filter((one) => !ours.keys.some((each) => samePlace(each, one)) && !known.keys.some((each) => samePlace(each, one))),
    ],
  };
}

/* Loads what is kept and keeps what changes; answers what ends it. */
export function keepMarks(store: MarkStore, study: string): () => void {
  const path = `/api/studies/${study}/marks`;
  let version: number | null = null;
  let known: MarkSet = { marks: [], keys: [] };
  let dirty = false, busy = false, over = false, failures = 0;
  let stale = false; // another window kept something
  const windows = new BroadcastChannel(`beclere-marks-${study}`);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (kept: KeptSet) => {
    store.load(dirty ? mergeSets(store.set(), kept.content, known) : kept.content);
    version = kept.version;
    known = kept.content;
  };
  const work = async () => {
    if (busy || over) return;
    busy = true;
    try {
      while ((version === null || stale) && !over) {
        stale = false;
        take(await api.get<KeptSet>(path));
      }
      while (dirty && !over) {
        dirty = false;
        store.keep('keeping');
        const set = store.set();
        try {
          version = (await api.put<{ version: number }>(path, { version, content: set })).version;
          known = set;
          windows.postMessage(version);
        } catch (error) {
          dirty = true;
          if (!(error instanceof ApiError) || error.status !== 409) throw error;
          take(await api.get<KeptSet>(path));
        }
      }
      failures = 0;
      store.keep('kept', version);
    } catch (error) {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408;
      store.keep(dirty ? 'not-kept' : 'unknown');
      if (refused && dirty) store.say(error.message);
      else if (!over && !refused) timer = setTimeout(() => void work(), AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)]);
    }
    busy = false;
    if (stale && !over && !failures) void work();
  };
  windows.onmessage = (event: MessageEvent<number>) => {
    if (event.data === version) return;
    stale = true;
    void work();
  };
  store.changed = () => {
    dirty = true;
    clearTimeout(timer);
    void work();
  };
  const last = () => {
    if (dirty && version !== null) sendLast('PUT', path, { version, content: store.set() });
  };
  addEventListener('pagehide', last);
  void work();
  return () => {
    last();
    over = true;
    windows.close();
    clearTimeout(timer);
    removeEventListener('pagehide', last);
    store.changed = () => undefined;
  };
}
