/*
 * Hunspell as WebAssembly: two files in, words judged and suggested. The binary is inside hunspell-asm's script.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import runtime from 'hunspell-asm/dist/cjs/lib/browser/hunspell';

export interface Hunspell { spell: (word: string) => boolean; suggest: (word: string) => string[] }

const WORD_MAX = 60;

export function openHunspell(aff: Uint8Array, dic: Uint8Array): Promise<Hunspell> {
  return new Promise((done, fail) => {
    const module: Record<string, unknown> = { onAbort: () => fail(new Error('hunspell')) };
    module.onRuntimeInitialized = () => {
      try {
        done(made(module as unknown as Runtime, aff, dic));
      } catch (error) {
        fail(error instanceof Error ? error : new Error('hunspell'));
      }
    };
    runtime(module);
  });
}

interface Runtime {
  FS: { writeFile: (path: string, bytes: Uint8Array) => void };
  cwrap: (name: string, gives: 'number' | null, takes: 'number'[]) => (...args: number[]) => number;
  allocateUTF8: (text: string) => number; UTF8ToString: (at: number) => string; getValue: (at: number, type: '*') => number; _malloc: (bytes: number) => number; _free: (at: number) => void;
}

function made(m: Runtime, aff: Uint8Array, dic: Uint8Array): Hunspell {
  m.FS.writeFile('/fr.aff', aff);
  m.FS.writeFile('/fr.dic', dic);
  const create = m.cwrap('Hunspell_create', 'number', ['number', 'number']), spell = m.cwrap('Hunspell_spell', 'number', ['number', 'number']);
  const suggest = m.cwrap('Hunspell_suggest', 'number', ['number', 'number', 'number']), free = m.cwrap('Hunspell_free_list', null, ['number', 'number', 'number']);
  const dictionary = create(m.allocateUTF8('/fr.aff'), m.allocateUTF8('/fr.dic'));
  const within = <T>(word: string, work: (at: number) => T): T => {
    const at = m.allocateUTF8(word.slice(0, WORD_MAX).normalize());
    try {
      return work(at);
    } finally {
      m._free(at);
    }
  };
  return {
    spell: (word) => word.length > WORD_MAX || within(word, (at) => spell(dictionary, at) !== 0),
    suggest: (word) => within(word, (at) => {
      const list = m._malloc(4), count = suggest(dictionary, list, at), first = m.getValue(list, '*');
      const words = Array.from({ length: count }, (_, n) => m.UTF8ToString(m.getValue(first + 4 * n, '*')));
      free(dictionary, list, count);
      m._free(list);
      return words;
    }),
  };
}
