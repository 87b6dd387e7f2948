// Images leave as a zip that others can read: DICOMDIR, names of eight characters, the same bytes; asked for with a purpose and traced.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dcmtk, House, ROOT } from '../house.mjs';
import { Exam } from '../exam.mjs';

const CORPUS = path.join(ROOT, '../shared/data/dicom');
const KINDS = ['ct', 'mg', 'nm', 'pr', 'pdf', 'kos', 'rdsr', 'sr', 'rt', 'seg', 'waveform', 'us', 'xa', 'transfer-syntaxes', 'deflate', 'charset', 'colour', 'enhanced', 'dx', 'sm', 'wg04'];
let house, exam, folder, pacs;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-export-'));
  pacs = await house.person('pacs');
});
after(async () => {
  await house?.close();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const run = (program, args) => spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 64 << 20, env: { ...process.env, DCMDICTPATH: process.env.DCMDICTPATH ?? '/usr/share/libdcmtk17/dicom.dic' } });
const there = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));

async function fetched(person, ask, name) {
  const made = await person.post('/api/exports', ask);
  assert.equal(made.status, 200, String(made.bytes));
  const zip = await person.get(`/api/exports/${made.json.id}/archive.zip`);
  assert.equal(zip.status, 200, String(zip.bytes.subarray(0, 300)));
  assert.equal(zip.headers['content-type'], 'application/zip');
  const to = path.join(folder, name);
  fs.mkdirSync(to);
  fs.writeFileSync(`${to}.zip`, zip.bytes);
  const unpacked = run('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]);
  assert.equal(unpacked.status, 0, unpacked.stderr);
  return { id: made.json.id, row: made.json, to, zip };
}

test('a study asked for with a purpose comes whole, with its directory, and leaves a trace', async () => {
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
  exam.scan();
  const { study_uid: uid, instances } = await exam.images();
  const { to, id } = await fetched(exam.imager, { parts: [{ study_uid: uid }], purpose: 'second-opinion' }, 'exam');
  assert.match(fs.readFileSync(path.join(to, 'LISEZMOI.TXT'), 'utf8'), /deuxième avis/);
  const images = filesUnder(path.join(to, 'DICOM'));
  assert.equal(images.length, instances);
  for (const f of images) assert.match(path.relative(to, f), /^DICOM\/ST\d{6}\/SE\d{6}\/IM\d{6}$/);
  const row = (await exam.imager.get(`/api/exports/${id}`)).json;
  assert.equal(row.state, 'done');
  assert.equal(row.files_sent, instances);
  const quality = await house.person('qualite');
  const lines = (await quality.get('/api/audit?limit=200')).json.lines.filter((l) => l.event === 'export');
  assert.ok(lines.some((l) => /second-opinion, identified/.test(l.detail) && l.actor === 'imageur'), JSON.stringify(lines));
  assert.ok(lines.some((l) => l.object === `export ${id}`));
});

test('no purpose, no reason where one is needed, somebody who may not see: refused', async () => {
  const { study_uid: uid } = await exam.images();
  const parts = [{ study_uid: uid }];
  assert.equal((await exam.imager.post('/api/exports', { parts })).status, 400);
  assert.equal((await exam.imager.post('/api/exports', { parts, purpose: 'fun' })).status, 400);
  assert.equal((await exam.imager.post('/api/exports', { parts, purpose: 'legal' })).status, 400);
  assert.equal((await exam.imager.post('/api/exports', { parts, purpose: 'research', reason: 'thèse' })).status, 400);
  const stranger = await house.person('demandeur2');
  const refused = await stranger.post('/api/exports', { parts, purpose: 'care' });
  assert.equal(refused.status, 404, String(refused.bytes));
  const mine = (await exam.imager.post('/api/exports', { parts, purpose: 'care' })).json;
  assert.equal((await stranger.get(`/api/exports/${mine.id}/archive.zip`)).status, 404);
  assert.equal((await (await house.person('admin')).post('/api/exports', { parts, purpose: 'care' })).status, 403);
});

test('the corpus leaves and is read by others: DCMTK, dciodvfy, pydicom; pixels untouched', { skip: fs.existsSync(CORPUS) ? false : 'skipped: ../shared is not there' }, async () => {
  const sent = new Map();
  for (const kind of KINDS)
    for (const f of filesUnder(path.join(CORPUS, kind))) {
      const bytes = fs.readFileSync(f);
      if (bytes.length > 20e6 || bytes.subarray(128, 132).toString() !== 'DICM') continue;
      const boundary = 'part';
      const body = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
      const a = await pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}` });
      if (a.status === 200) sent.set(digest(bytes), f);
    }
  assert.ok(sent.size > 100, `${sent.size} files of the corpus are in the archive`);
  const studies = (await pacs.get('/dicom-web/studies?limit=5000')).json.map((s) => ({ uid: s['0020000D'].Value[0], instances: s['00201208'].Value[0] }));
  const pydicom = run('/usr/bin/python3', ['-c', 'import pydicom']).status === 0;
  if (!pydicom) console.log('# skipped: pydicom is not there');
  let same = 0, total = 0, walked = 0;
  for (const [i, s] of studies.entries()) {
    const { to } = await fetched(pacs, { parts: [{ study_uid: s.uid }], purpose: 'care' }, `corpus${i}`);
    const files = filesUnder(path.join(to, 'DICOM'));
    assert.equal(files.length, s.instances, s.uid);
    total += files.length;
    for (const f of files) same += sent.has(digest(fs.readFileSync(f))) ? 1 : 0;
    const dump = run('dcmdump', ['+W', os.tmpdir(), '+P', '0004,1430', '+P', '0004,1500', path.join(to, 'DICOMDIR')]);
    assert.equal(dump.status, 0, dump.stderr);
    assert.equal((dump.stdout.match(/\(0004,1500\)/g) ?? []).length, files.length, s.uid);
    if (there('dciodvfy')) {
      // what a file itself does wrong (a value against its VR) is copied, not invented; ANNOTATION is younger than the tool
      const faultsOf = (file) => run('dciodvfy', [file]).stderr.split('\n').filter((l) => l.startsWith('Error') && !/<ANNOTATION>/.test(l)).map((l) => l.replace(/^.*= </, '<').replace(/ in \(0x.*$/, ''));
      let faults = faultsOf(path.join(to, 'DICOMDIR'));
      if (faults.length) {
        const theirs = new Set(files.flatMap(faultsOf));
        faults = faults.filter((l) => !theirs.has(l));
      }
      assert.deepEqual(faults, [], s.uid);
    }
    if (i % 8 === 0 && there('dcdirdmp')) { // follows the links
      const walk = run('dcdirdmp', [path.join(to, 'DICOMDIR')]);
      assert.ok(!/error/i.test(walk.stderr.replace(/Warning[^\n]*/g, '')), walk.stderr.slice(0, 500));
      walked++;
    }
    if (i % 8 === 0 && pydicom) { // opens each file where the directory says it is
      const read = run('/usr/bin/python3', ['-c', 'import sys\nfrom pydicom.fileset import FileSet\nprint(len([i.load() for i in FileSet(sys.argv[1])]))', path.join(to, 'DICOMDIR')]);
      assert.equal(Number(read.stdout), files.length, read.stderr);
    }
    fs.rmSync(to, { recursive: true, force: true });
    fs.rmSync(`${to}.zip`, { force: true });
  }
  assert.ok(walked > 0 || !there('dcdirdmp'));
  console.log(`# ${total} files of ${studies.length} studies left, ${same} byte for byte`);
  assert.ok(same > sent.size * 0.8, `${same} of ${sent.size}`);
});
