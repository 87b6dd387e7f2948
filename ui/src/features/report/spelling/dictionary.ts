/*
 * Questions to the dictionary's thread; it starts at the first one and ends with the page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Answer, Ask } from './worker';

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, { done: (words: string[]) => void; fail: () => void }>();

function start(): Worker {
  const made = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  made.onmessage = (event: MessageEvent<Answer>) => {
    const asked = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    if ('failed' in event.data) asked?.fail();
    else asked?.done(event.data.words);
  };
  made.onerror = () => {
    waiting.forEach((one) => one.fail());
    waiting.clear();
  };
  return made;
}

function ask(question: { do: 'check'; words: string[] } | { do: 'suggest'; word: string }): Promise<string[]> {
  worker ??= start();
  const id = ++last;
  return new Promise((done, fail) => {
    waiting.set(id, { done, fail: () => fail(new Error('dictionary')) });
    worker?.postMessage({ ...question, id } satisfies Ask);
  });
}

export const unknownOf = (words: string[]) => ask({ do: 'check', words });
export const suggestionsFor = (word: string) => ask({ do: 'suggest', word });
