// Images leave without identities: nothing of the person is left in any file, UIDs agree within one export and not between two, what shows a name stays.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, ROOT } from '../house.mjs';

const CORPUS = path.join(ROOT, '../shared/data/dicom');
const KINDS = ['ct', 'mg', 'nm', 'pr', 'pdf', 'kos', 'rdsr', 'sr', 'rt', 'seg', 'us', 'xa', 'pt', 'enhanced', 'dx', 'series', 'transfer-syntaxes'];
const skip = fs.existsSync(CORPUS) ? false : 'skipped: ../shared is not there';
let house, folder, pacs;
const sent = []; // {file, uid, study}
before(async () => {
  if (skip) return;
  house = await House.start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-deident-'));
  pacs = await house.person('pacs');
  for (const kind of KINDS)
    for (const f of filesUnder(path.join(CORPUS, kind)).slice(0, 40)) {
      const bytes = fs.readFileSync(f);
      if (bytes.length > 8e6 || bytes.subarray(128, 132).toString() !== 'DICM') continue;
      const body = Buffer.concat([Buffer.from('--part\r\nContent-Type: application/dicom\r\n\r\n'), bytes, Buffer.from('\r\n--part--\r\n')]);
      const a = await pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=part' });
      if (a.status === 200) sent.push(f);
    }
});
after(async () => {
  await house?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const run = (program, args) => spawnSync(program, args, { encoding: 'latin1', timeout: 120000, maxBuffer: 64 << 20, env: { ...process.env, DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' } });
const there = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));
const valueOf = (dump, tag) => new RegExp(`^\\(${tag}\\) \\w\\w \\[([^\\]]*)\\]`, 'm').exec(dump)?.[1]?.trim() ?? '';

async function fetched(ask, name) {
  const made = await pacs.post('/api/exports', { purpose: 'research', reason: 'Étude de dose, protocole 12', deidentified: true, ...ask });
  assert.equal(made.status, 200, String(made.bytes));
  const zip = await pacs.get(`/api/exports/${made.json.id}/archive.zip`);
  assert.equal(zip.status, 200, String(zip.bytes.subarray(0, 300)));
  const to = path.join(folder, name);
  fs.mkdirSync(to);
  fs.writeFileSync(`${to}.zip`, zip.bytes);
  const unpacked = run('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]);
  assert.equal(unpacked.status, 0, unpacked.stderr);
  return { to, row: (await pacs.get(`/api/exports/${made.json.id}`)).json, files: fs.existsSync(path.join(to, 'DICOM')) ? filesUnder(path.join(to, 'DICOM')) : [] };
}

test('the corpus leaves without an identity; what shows a name stays and is listed', { skip }, async () => {
  assert.ok(sent.length > 80, `${sent.length} files`);
  const secrets = new Set(); // what is a person's in any of the files: long enough to mean something
  const before = new Map();
  for (const f of sent) {
    const dump = run('dcmdump', ['+L', '-q', f]).stdout;
    for (const tag of ['0010,0020', '0008,0050', '0020,000d', '0020,000e', '0008,0018', '0010,0010', '0008,0090']) {
      const v = valueOf(dump, tag);
      if (v.length >= (/^\d+$/.test(v) ? 12 : 8) && v !== 'REMOVED') secrets.add(v);
    }
    if (there('dciodvfy')) for (const l of run('dciodvfy', [f]).stderr.split('\n')) if (l.startsWith('Error')) before.set(kindOf(l), f);
  }
  const studies = [...new Set((await pacs.get('/dicom-web/studies?limit=5000')).json.map((s) => s['0020000D'].Value[0]))];
  let out = 0, left = 0;
  const fresh = [];
  for (let i = 0; i < studies.length; i += 64) {
    const { to, row, files } = await fetched({ parts: studies.slice(i, i + 64).map((study_uid) => ({ study_uid })) }, `all${i}`);
    assert.equal(row.state, 'done');
    out += files.length;
    left += row.files_left_out;
    assert.equal(row.files_sent, files.length);
    for (const f of files) {
      const bytes = fs.readFileSync(f);
      const dump = run('dcmdump', ['+L', '-q', f]);
      assert.equal(dump.status, 0, `${f}: ${dump.stderr}`);
      for (const s of secrets) assert.ok(!dump.stdout.includes(s), `${f}: ${s}`);
      assert.match(dump.stdout, /\(0012,0062\) CS \[YES\]/);
      assert.match(dump.stdout, /\[113100\]/);
      assert.match(dump.stdout, /\(0010,0010\) PN \[P-[0-9A-F]{8}\]/);
      assert.ok(bytes.subarray(128, 132).toString() === 'DICM');
      if (there('dciodvfy')) for (const l of run('dciodvfy', [f]).stderr.split('\n')) if (l.startsWith('Error') && !before.has(kindOf(l))) fresh.push(`${f}: ${l}`);
    }
    for (const s of secrets) assert.ok(!run('dcmdump', ['+L', '-q', path.join(to, 'DICOMDIR')]).stdout.includes(s), s);
    if (row.files_left_out) {
      const told = fs.readFileSync(path.join(to, 'ECARTES.TXT'), 'utf8');
      assert.equal((told.match(/^DICOM\//gm) ?? []).length, row.files_left_out);
    }
  }
  console.log(`# ${out} files left without identity, ${left} stayed`);
  assert.ok(out > 50 && left > 5);
  assert.deepEqual([...new Set(fresh.map(kindOf))], [], 'dciodvfy finds nothing that it did not find before');
});
const kindOf = (line) => line.replace(/^.*?Error - /, '').replace(/<[^>]*>/g, (v) => (/^<[A-Z][A-Za-z]+>$/.test(v) ? v : '<>')).replace(/"[^"]*"/g, '""').replace(/\[\d+\]/g, '[]').replace(/ Module=.*/, '');

test('UIDs agree within one export and not between two; options keep what they say', { skip }, async () => {
  const series = (await pacs.get('/dicom-web/studies?limit=5000&ModalitiesInStudy=CT')).json.filter((s) => s['00201208'].Value[0] > 1)[0];
  assert.ok(series, 'a CT study of several files');
  const parts = [{ study_uid: series['0020000D'].Value[0] }];
  const uidsOf = ({ files }) => files.map((f) => { const d = run('dcmdump', ['-q', f]).stdout; return [valueOf(d, '0020,000d'), valueOf(d, '0020,0052')].join(); });
  const one = await fetched({ parts }, 'one'), two = await fetched({ parts, options: { dates: 'shifted', keep_characteristics: true, clean_descriptors: true, keep_device: true } }, 'two'), kept = await fetched({ parts, options: { keep_uids: true, dates: 'kept' } }, 'kept');
  assert.ok(one.files.length > 1);
  assert.equal(new Set(uidsOf(one).map((u) => u.split(',')[0])).size, 1, 'one study');
  assert.notDeepEqual(uidsOf(one), uidsOf(two));
  assert.ok(uidsOf(kept).every((u) => u.startsWith(parts[0].study_uid)));
  const moved = run('dcmdump', ['-q', two.files[0]]).stdout, whole = run('dcmdump', ['-q', kept.files[0]]).stdout;
  for (const code of ['113107', '113108', '113105', '113109']) assert.ok(run('dcmdump', ['-q', two.files[0]]).stdout.includes(code), code);
  assert.match(whole, /\(0028,0303\) CS \[UNMODIFIED\]/);
  const [a, b] = [valueOf(moved, '0008,0020'), valueOf(whole, '0008,0020')];
  assert.ok(/^\d{8}$/.test(a) && a !== b, `${a} ${b}`);
});

test('a wrong option and research with identities are refused', { skip }, async () => {
  const parts = [{ study_uid: (await pacs.get('/dicom-web/studies?limit=1')).json[0]['0020000D'].Value[0] }];
  assert.equal((await pacs.post('/api/exports', { parts, purpose: 'research', reason: 'x', deidentified: true, options: { dates: 'other' } })).status, 400);
  assert.equal((await pacs.post('/api/exports', { parts, purpose: 'research', reason: 'x' })).status, 400);
});
