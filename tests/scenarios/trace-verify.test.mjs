// The trace checked without the server: each way to falsify it is named, also a chain written anew by the program's own rule. A million lines: bench/trace-million.py.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, ROOT } from '../house.mjs';

let house, folder, anchors, key, lines;
const sql = (file, text) => execFileSync('sqlite3', ['-json', file, text], { encoding: 'utf8', maxBuffer: 1 << 28 });
const rows = (file, text) => JSON.parse(sql(file, text).trim() || '[]');
const verify = (file, ...more) => { const r = spawnSync('python3', [path.join(ROOT, 'tools/verify-trace.py'), file, ...more], { encoding: 'utf8' }); return { status: r.status, said: `${r.stdout}${r.stderr}` }; };
// A copy, falsified.
function copy(name, text = '') {
  const to = path.join(folder, `${name}.db`);
  fs.copyFileSync(path.join(folder, 'whole.db'), to);
  if (text) sql(to, text);
  return to;
}
function named(file, line, why, ...more) {
  const { status, said } = verify(file, ...more);
  assert.equal(status, 3, said);
  assert.match(said, new RegExp(`TRACE BROKEN at line ${line}: ${why}`));
}
// The rule of docs/decisions/0005-audit-chain.md, a third time.
function hashOf(row) {
  const parts = [Buffer.from('beclere-audit-1')];
  for (const name of ['id', 'at_ms', 'person_id', 'organisation_id', 'patient_id', 'act_id']) { const b = Buffer.alloc(8); b.writeBigInt64BE(BigInt(row[name])); parts.push(b); }
  for (const name of ['event', 'outcome', 'actor', 'factors', 'origin', 'what', 'object', 'detail', 'previous']) { const text = Buffer.from(row[name]), b = Buffer.alloc(4); b.writeUInt32BE(text.length); parts.push(b, text); }
  return crypto.createHash('sha256').update(Buffer.concat(parts)).digest('hex');
}

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-verify-'));
  house = await House.start();
  const imager = await house.person('imageur');
  for (let i = 1; i < 200; i += 1) await imager.get(`/api/acts/${900000 + i}`); // refused: a line each
  await house.advance(imager, 25 * 3600 * 1000); // the next day's anchor
  const end = Date.now() + 20000;
  while (rows(path.join(house.data, 'beclere.db'), 'SELECT count(*) AS n FROM audit_anchor')[0].n < 2) { assert.ok(Date.now() < end, 'no second anchor'); await new Promise((done) => setTimeout(done, 200)); }
  const later = await house.person('admin');
  for (const name of ['anchors', 'anchor-key']) {
    const a = await later.get(`/api/audit/${name}`);
    assert.equal(a.status, 200, String(a.bytes));
    fs.writeFileSync(path.join(folder, name), a.bytes);
  }
  [anchors, key] = ['anchors', 'anchor-key'].map((name) => path.join(folder, name));
  const requester = await house.person('demandeur');
  for (const name of ['anchors', 'anchor-key']) assert.equal((await requester.get(`/api/audit/${name}`)).status, 403);
  sql(path.join(house.data, 'beclere.db'), `.backup '${path.join(folder, 'whole.db')}'`);
  lines = rows(path.join(folder, 'whole.db'), 'SELECT lines FROM audit_head')[0].lines;
});
after(async () => { await house?.close(); fs.rmSync(folder, { recursive: true, force: true }); });

test('X3 the trace as it is is whole, with its anchors; without the server', () => {
  const { status, said } = verify(copy('as-it-is'), '--anchors', anchors, '--key', key);
  assert.equal(status, 0, said);
  assert.match(said, new RegExp(`^${lines} lines, whole; 2 anchors`, 'm'));
  for (const row of rows(copy('rule'), 'SELECT * FROM audit_line')) assert.equal(hashOf(row), row.hash, 'the rule as it is written down');
});

test('X3 one line flipped, deleted, moved, backdated, cut off or added is named', () => {
  named(copy('flip', "UPDATE audit_line SET outcome = 'ok' WHERE id = 100"), 100, 'content altered');
  named(copy('delete', 'DELETE FROM audit_line WHERE id = 100'), 101, 'line removed before');
  named(copy('move', 'UPDATE audit_line SET id = 999999 WHERE id = 100; UPDATE audit_line SET id = 100 WHERE id = 101; UPDATE audit_line SET id = 101 WHERE id = 999999'), 100, 'content altered');
  named(copy('backdate', 'UPDATE audit_line SET at_ms = at_ms - 86400000 WHERE id = 100'), 100, 'content altered');
  named(copy('cut', `DELETE FROM audit_line WHERE id = ${lines}`), lines, 'lines removed at the end');
  named(copy('add', `INSERT INTO audit_line SELECT ${lines + 1}, at_ms, event, outcome, person_id, organisation_id, patient_id, act_id, actor, factors, origin, what, object, detail, hash, hash FROM audit_line WHERE id = ${lines}`), lines + 1, 'content altered');
  const own = rows(copy('one'), 'SELECT * FROM audit_line WHERE id = 100')[0];
  named(copy('own-hash', `UPDATE audit_line SET detail = 'x', hash = '${hashOf({ ...own, detail: 'x' })}' WHERE id = 100`), 101, 'order changed');
});

test('X3 a chain written anew by the program’s own rule, with its head, is found by an anchor kept elsewhere, and by what a collector kept', () => {
  const file = copy('anew'), all = rows(file, 'SELECT * FROM audit_line ORDER BY id');
  const told = `<X urn:beclere:trace:150"> type="hash" value="${Buffer.from(all[149].hash).toString('base64')}"\n`;
  let { previous } = all[0];
  const changes = all.map((row) => {
    const now = { ...row, previous, ...(row.id === 100 ? { at_ms: row.at_ms - 3 * 86400000 } : {}) };
    previous = hashOf(now);
    return `UPDATE audit_line SET at_ms = ${now.at_ms}, previous = '${now.previous}', hash = '${previous}' WHERE id = ${row.id};`;
  });
  sql(file, `BEGIN; ${changes.join(' ')} UPDATE audit_head SET hash = '${previous}'; COMMIT;`);
  const alone = verify(file);
  assert.equal(alone.status, 0, 'the database alone does not know');
  assert.match(alone.said, /line 100 is earlier than one before it/);
  const first = rows(file, 'SELECT min(line) AS n, max(line) AS m FROM audit_anchor')[0];
  named(file, first.n + 1, `written anew between this line and line ${first.m}`, '--anchors', anchors, '--key', key);
  fs.writeFileSync(path.join(folder, 'kept.log'), told);
  named(file, 1, 'written anew between this line and line 150', '--messages', path.join(folder, 'kept.log'));
  assert.equal(house.run(['verify', '--config', house.config]).status, 0, 'the house’s own is whole');
});

test('X3 an anchor altered, or of another key, is refused', () => {
  fs.writeFileSync(path.join(folder, 'altered'), fs.readFileSync(anchors, 'utf8').replace(/^line (\d+)/m, (_, n) => `line ${Number(n) + 1}`));
  const altered = verify(copy('whole-2'), '--anchors', path.join(folder, 'altered'), '--key', key);
  assert.notEqual(altered.status, 0);
  assert.match(altered.said, /NOT SEALED/);
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', path.join(folder, 'other.key')]);
  execFileSync('openssl', ['pkey', '-in', path.join(folder, 'other.key'), '-pubout', '-out', path.join(folder, 'other.pub')]);
  assert.match(verify(copy('whole-3'), '--anchors', anchors, '--key', path.join(folder, 'other.pub')).said, /NOT SEALED/);
});
