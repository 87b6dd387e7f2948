// Old backups taken away: what the newest name stays whole, what was purged from the archive goes; a doubt takes nothing away. E30.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { filesOf, folder, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';

let house, pacs, backups;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  backups = folder(house, 'backups');
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

async function sent(seed) {
  const files = filesOf(phantoms(house, `p${seed}`, 'ct', [seed])).slice(0, 3);
  const s = await stow(pacs, files.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  return s.stored[0].split('/')[3];
}
const backup = (...args) => house.run(['backup', backups, ...args, '--config', house.config]);
const objects = () => fs.readdirSync(path.join(backups, 'objects'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;
const lists = () => fs.readdirSync(path.join(backups, 'manifests')).filter((n) => n.endsWith('.txt')).sort();

test('E30 only the newest backups stay, with what they name; what was purged leaves with the old ones', async () => {
  const study = await sent(901);
  assert.equal(backup().status, 0);
  await sent(902);
  const second = backup();
  assert.equal(second.status, 0, second.stdout + second.stderr);
  const held = objects();
  const gone = await pacs.send('DELETE', `/dicom-web/studies/${study}?reason=Essai`);
  assert.equal(gone.status, 200, String(gone.bytes));
  await house.stop();
  assert.equal(spawnSync('sqlite3', [path.join(house.data, 'beclere.db'), 'UPDATE deletion SET until_ms = 1']).status, 0);
  await house.serve();
  for (let i = 0; i < 100; i++) {
    const left = spawnSync('sqlite3', [path.join(house.data, 'beclere.db'), "SELECT COUNT(*) FROM deletion WHERE state = 'hidden'"], { encoding: 'utf8' }).stdout.trim();
    if (left === '0') break;
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.equal(backup('--keep', 'x').status, 2);
  const third = backup('--keep', '2');
  assert.equal(third.status, 0, third.stdout + third.stderr);
  assert.deepEqual(lists(), ['2.txt', '3.txt']);
  assert.equal(objects(), held, 'the second still names the purged study');
  const fourth = backup('--keep', '2');
  assert.match(fourth.stdout, /2 backups kept; 1 taken away, with 3 files/);
  assert.deepEqual(lists(), ['3.txt', '4.txt']);
  assert.equal(objects(), held - 3);
  assert.ok(!fs.existsSync(path.join(backups, 'databases', '2.db')));
  for (const number of ['3', '4']) { const whole = house.run(['verify', '--backup', backups, '--number', number]); assert.equal(whole.status, 0, whole.stdout + whole.stderr); }
  const home = path.join(folder(house, 'elsewhere'), 'home');
  assert.equal(house.run(['restore', backups, '--to', home]).status, 0);
});
test('E30 when a list that stays cannot be read, nothing is taken away', async () => {
  const list = path.join(backups, 'manifests', '4.txt'), right = fs.readFileSync(list);
  fs.writeFileSync(list, right.subarray(0, right.length - 40));
  const before = objects(), named = lists();
  const fifth = backup('--keep', '2');
  assert.notEqual(fifth.status, 0);
  assert.deepEqual(lists(), [...named, '5.txt']);
  assert.equal(objects(), before);
  fs.writeFileSync(list, right);
  assert.equal(backup('--keep', '1').status, 0);
  assert.deepEqual(lists(), ['6.txt']);
});
