// The demonstration region, loaded by the first house of a run of tests and copied by the others: the passwords of its people alone cost seconds to make.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';

const PARTS = ['beclere.db', 'blobs', 'cache', 'keys'];
// One region per program and hour: its rosters begin at the hour of loading. 'build': the folder of the program.
function nameOf(build) {
  const { mtimeMs, size } = fs.statSync(path.join(build, 'beclere'));
  return `region-${Math.floor(mtimeMs).toString(36)}-${size.toString(36)}-${Math.floor(Date.now() / 3600000)}`;
}
function copy(from, to) {
  for (const part of PARTS) fs.cpSync(path.join(from, part), path.join(to, part), { recursive: true });
}

// Copies the kept region into the folder 'data'; false when there is none yet.
export function takeRegion(build, data) {
  const kept = path.join(build, nameOf(build));
  if (!fs.existsSync(kept)) return false;
  try {
    copy(kept, data);
    return true;
  } catch (error) { // the hour turned and a house beside this one took it away
    if (error.code !== 'ENOENT') throw error;
    for (const part of PARTS) fs.rmSync(path.join(data, part), { recursive: true, force: true });
    return false;
  }
}

// Keeps what 'demo load' has just made in 'data', before anybody served it. Two at once make the same: the first stays. Older ones go.
export function keepRegion(build, data) {
  if (fs.existsSync(path.join(data, 'beclere.db-wal'))) return; // not closed: not whole in its file
  const name = nameOf(build), making = fs.mkdtempSync(path.join(build, 'region.making-'));
  try {
    copy(data, making);
    for (const old of fs.readdirSync(build)) if (old.startsWith('region-') && old !== name) fs.rmSync(path.join(build, old), { recursive: true, force: true });
    fs.renameSync(making, path.join(build, name));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  } finally { fs.rmSync(making, { recursive: true, force: true }); }
}
