/*
 * The French dictionary, in a thread of its own: nothing that is written leaves the page for it. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import affUrl from 'dictionary-fr/index.aff?url';
import dicUrl from 'dictionary-fr/index.dic?url';
import { type Hunspell, openHunspell } from './hunspell';
import { withMedical } from './medical';

export type Ask = { id: number; do: 'check'; words: string[] } | { id: number; do: 'suggest'; word: string };
export type Answer = { id: number; words: string[] } | { id: number; failed: true };

const bytes = async (url: string) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`dictionary: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

const ready: Promise<Hunspell> = (async () => {
  const [aff, dic] = await Promise.all([bytes(affUrl), bytes(dicUrl)]);
  return openHunspell(aff, withMedical(dic));
})();

const judged = new Map<string, boolean>();
const SUGGESTED = 6;

onmessage = (event: MessageEvent<Ask>) => {
  const ask = event.data;
  ready.then((dictionary) => {
    if (ask.do === 'suggest') return postMessage({ id: ask.id, words: dictionary.suggest(ask.word).slice(0, SUGGESTED) } satisfies Answer);
    const unknown = ask.words.filter((word) => {
      const known = judged.get(word) ?? dictionary.spell(word);
      judged.set(word, known);
      return !known;
    });
    return postMessage({ id: ask.id, words: unknown } satisfies Answer);
  }, () => postMessage({ id: ask.id, failed: true } satisfies Answer));
};
