// DICOM files written as DCMTK's dumps: items, sequences, presentation states. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { dcmtk } from './house.mjs';

export const STORAGE = '1.2.840.10008.5.1.4.1.1.';
export const item = (body) => `(fffe,e000) na\n${body}(fffe,e00d)\n`;
export const sequence = (tag, ...items) => `(${tag}) SQ\n${items.map(item).join('')}(fffe,e0dd)\n`;
// Referenced Image Sequence with one image or several, or some of their frames.
export const reference = (of, frames) => sequence('0008,1140', ...[of].flat().map((i) => `(0008,1150) UI ${i.sop ?? `${STORAGE}7`}\n(0008,1155) UI ${i.uid}\n${frames ? `(0008,1160) IS ${frames}\n` : ''}`));
export const window = (c, w, more = '') => sequence('0028,3110', `(0028,1050) DS ${c}\n(0028,1051) DS ${w}\n${more}`);

// A file from a dump, in the folder 'work'.
export function dumped(work, name, dump) {
  const from = path.join(work, `${name}.dump`), file = path.join(work, `${name}.dcm`);
  fs.writeFileSync(from, dump);
  const r = dcmtk('dump2dcm', ['-q', '+te', from, file]);
  assert.equal(r.status, 0, r.stderr);
  return file;
}
