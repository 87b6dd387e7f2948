/*
 * Writes a .gz beside every text asset of dist, so that the edge serves it ready-made (gzip_static).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const TEXT = /\.(js|mjs|css|svg|json|wasm|txt|map)$/; // index.html is rewritten by the edge: never pre-compressed
const SMALL = 1024;
let files = 0, before = 0, after = 0;

function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) walk(path);
    else if (TEXT.test(name)) {
      const bytes = readFileSync(path);
      if (bytes.length < SMALL) continue;
      const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
      if (packed.length >= bytes.length) continue;
      writeFileSync(path + '.gz', packed);
      files++, (before += bytes.length), (after += packed.length);
    }
  }
}

walk(new URL('../dist', import.meta.url).pathname);
console.log(`compressed ${files} files: ${(before / 1e3).toFixed(0)} kB -> ${(after / 1e3).toFixed(0)} kB`);
