// Other archives: searched for priors, their studies fetched by C-GET or C-MOVE, cut off and asked again; DCMTK's archive and Orthanc as the others.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk, freePort, sleep } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { makeObject, peer, sql } from '../dimse.mjs';

const orthancProgram = ['/usr/sbin/Orthanc', '/usr/bin/Orthanc'].find((p) => fs.existsSync(p));
const noOrthanc = orthancProgram ? false : 'skipped: Orthanc is not installed';
let house, qr, objects, phantom;
const others = [];

// A program in the background, its output in a file.
function run(program, args, name) {
  const log = fs.openSync(path.join(house.data, `${name}.log`), 'w');
  const p = spawn(program, args, { env: { ...process.env, TCP_NODELAY: '1', DCMDICTPATH: '/usr/share/libdcmtk17/dicom.dic' }, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  const other = { ended: new Promise((done) => p.on('exit', done)), stop: async () => { p.kill('SIGKILL'); await other.ended; }, log: () => fs.readFileSync(path.join(house.data, `${name}.log`), 'latin1') };
  others.push(other);
  return other;
}
async function dcmqrscp(title, { get = true } = {}) {
  const at = folder(house, `qr-${title}`), port = await freePort(), config = path.join(house.data, `${title}.cfg`);
  fs.writeFileSync(config, `NetworkTCPPort = ${port}\nMaxPDUSize = 131072\nMaxAssociations = 16\nHostTable BEGIN\nus = (BECLERE, 127.0.0.1, ${house.dicomPort})\nHostTable END\nVendorTable BEGIN\nVendorTable END\nAETable BEGIN\n${title} ${at} RW (500, 1024mb) ANY\nAETable END\n`);
  const started = () => run('dcmqrscp', ['-c', config, ...(get ? [] : ['--disable-get'])], title);
  const other = { title, port, at, program: started() };
  other.again = () => { other.program = started(); };
  for (let i = 0; i < 50 && dcmtk('echoscu', ['-aec', title, '127.0.0.1', String(port)]).status !== 0; i++) await sleep(100);
  return other;
}
const load = (other, what) => { const r = dcmtk('dcmsend', ['+sd', '-nuc', '-aec', other.title, '127.0.0.1', String(other.port), what]); assert.equal(r.status, 0, r.stdout + r.stderr); };
const remote = (...args) => house.run(['remote', ...args, '--config', house.config]);
const here = (study) => Number(sql(house, `SELECT COALESCE(SUM(instance_count), 0) FROM study WHERE uid = '${study}'`));
const lastLine = () => sql(house, "SELECT event, outcome, actor, what, object, detail FROM audit_line WHERE what LIKE '% from %' OR what LIKE '% at %' OR what LIKE '% to %' ORDER BY id DESC LIMIT 1");

before(async () => {
  house = await House.start();
  const at = folder(house, 'priors'), study = '1.2.826.0.1.3680043.9.7133.900';
  objects = [1, 2, 3, 4].map((n) => makeObject(at, { '0008,0005': ['CS', 'ISO_IR 100'], '0010,0010': ['PN', 'LÉGER^ZOÉ'], '0010,0020': ['LO', 'PRIOR-1'], '0010,0030': ['DA', '19700101'], '0008,0020': ['DA', n < 4 ? '20240105' : '20250607'], '0008,0030': ['TM', '101500'],
    '0008,0050': ['SH', `ACC-${n < 4 ? 1 : 2}`], '0008,1030': ['LO', 'Thorax'], '0020,000d': ['UI', n < 4 ? study : `${study}.9`], '0020,000e': ['UI', `${study}.${n < 3 ? 1 : n}`] }));
  qr = await dcmqrscp('QR');
  load(qr, at);
  phantom = phantoms(house, 'ct', 'ct', [5]);
  peer(house, 'QR', ['store', 'ask'], { port: qr.port });
});
after(async () => { for (const o of others) await o.stop(); await house?.close(); nothingFromSanitizers(house); });

test('a peer is there, or not; each with its line', async () => {
  assert.equal(remote('echo', 'QR').status, 0);
  assert.match(lastLine(), /^peer\|ok\|system:remote\|C-ECHO to QR\|/);
  peer(house, 'AWAY', ['ask'], { port: await freePort() });
  assert.equal(remote('echo', 'AWAY').status, 1);
  assert.match(lastLine(), /^peer\|failed\|system:remote\|C-ECHO to AWAY\|/);
  assert.equal(remote('echo', 'NOBODY').status, 1);
});

test('priors are found by patient, name with accents, date and accession number', () => {
  const rows = (...keys) => { const r = remote('find', 'QR', ...keys); assert.equal(r.status, 0, r.stdout + r.stderr); return r.stdout.trim().split('\n').filter(Boolean).map((l) => l.split('\t')); };
  assert.deepEqual(rows('--patient', 'PRIOR-1').map((r) => r[0]).sort(), [objects[0].study, objects[3].study]);
  assert.match(lastLine(), /^search\|ok\|system:remote\|C-FIND at QR\|\|2 answers$/);
  const [one] = rows('--date', '20240101-20241231', '--patient', 'PRIOR-1');
  assert.deepEqual(one.slice(0, 4), [objects[0].study, '20240105 101500', 'PRIOR-1', 'LÉGER^ZOÉ']);
  assert.equal(one[7], '-1', 'DCMTK does not count');
  assert.deepEqual(rows('--name', 'LÉGER*').length, 2);
  assert.deepEqual(rows('--accession', 'ACC-2').map((r) => r[0]), [objects[3].study]);
  assert.deepEqual(rows('--patient', 'SOMEBODY-ELSE'), []);
  assert.equal(remote('find', 'QR').status, 1, 'nobody lists a whole archive');
  assert.equal(remote('find', 'QR', '--modality', 'OT').status, 1);
});

test('a peer that may not be asked is not asked', () => {
  peer(house, 'STORAGE', ['store'], { port: qr.port });
  assert.equal(remote('find', 'STORAGE', '--patient', 'PRIOR-1').status, 1);
  assert.match(lastLine(), /^search\|refused\|system:remote\|C-FIND at STORAGE\|/);
  assert.equal(remote('fetch', 'STORAGE', '--study', objects[0].study).status, 1);
  assert.equal(here(objects[0].study), 0);
});

test('a prior is fetched by C-GET, byte for byte; again, nothing travels', async () => {
  const r = remote('fetch', 'QR', '--study', objects[0].study);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /3 held, 0 here before, 3 stored, 0 refused/);
  assert.equal(here(objects[0].study), 3);
  assert.match(lastLine(), new RegExp(`^store\\|ok\\|system:remote\\|fetch from QR\\|${objects[0].study}\\|3 held`));
  const kept = sql(house, `SELECT uid || ' ' || blob FROM instance`).split('\n').map((l) => l.split(' '));
  for (const [uid, blob] of kept) {
    const own = objects.find((o) => o.uid === uid);
    assert.ok(dataset(fs.readFileSync(path.join(house.data, 'blobs', blob))).equals(dataset(fs.readFileSync(own.file))), uid);
  }
  assert.match(remote('fetch', 'QR', '--study', objects[0].study).stdout, /3 held, 3 here before, 0 stored/);
});

test('only what is missing travels', () => {
  load(qr, [makeObject(folder(house, 'late'), { '0010,0010': ['PN', 'LEGER^ZOE'], '0010,0020': ['LO', 'PRIOR-1'], '0020,000d': ['UI', objects[0].study], '0020,000e': ['UI', objects[0].series] }).file]);
  const r = remote('fetch', 'QR', '--study', objects[0].study);
  assert.match(r.stdout, /4 held, 3 here before, 1 stored, 0 refused/, r.stdout + r.stderr);
});

test('a peer without C-GET moves to us', async () => {
  const mover = await dcmqrscp('MOVES', { get: false });
  load(mover, phantom);
  peer(house, 'MOVES', ['store', 'ask'], { port: mover.port });
  const [study] = remote('find', 'MOVES', '--date', '19000101-').stdout.split('\t');
  const r = remote('fetch', 'MOVES', '--study', study);
  const n = filesOf(phantom).length;
  assert.match(r.stdout, new RegExp(`${n} held, 0 here before, ${n} stored, 0 refused`), r.stdout + r.stderr);
  assert.equal(here(study), n);
});

test('a fetch whose peer is away is tried again by the server until it comes', async () => {
  const study = objects[3].study;
  const asked = remote('fetch', 'QR', '--study', study, '--later');
  assert.match(asked.stdout, /1 queued/);
  for (let i = 0; i < 60 && here(study) === 0; i++) await sleep(250);
  assert.equal(here(study), 1, 'done by the running server');
  const late = await dcmqrscp('LATE');
  const own = makeObject(folder(house, 'away'), { '0010,0010': ['PN', 'AWAY^ONE'], '0010,0020': ['LO', 'AWAY-1'] });
  load(late, own.file);
  peer(house, 'LATE', ['ask'], { port: late.port });
  await late.program.stop();
  sql(house, `INSERT INTO job (kind, payload, added_at_ms, run_at_ms) VALUES ('dimse.fetch', '{"peer":"LATE","study_uid":"${own.study}","actor":"system:test"}', 0, 0)`);
  const failed = () => sql(house, "SELECT COUNT(*) FROM audit_line WHERE outcome = 'failed' AND what = 'fetch from LATE'") !== '0';
  for (let i = 0; i < 40 && !failed(); i++) await sleep(250);
  assert.ok(failed(), 'the first attempt left its line');
  late.again();
  for (let i = 0; i < 80 && here(own.study) === 0; i++) await sleep(250);
  assert.equal(here(own.study), 1);
  for (let i = 0; i < 20 && sql(house, "SELECT COUNT(*) FROM job WHERE kind = 'dimse.fetch'") !== '0'; i++) await sleep(250);
  assert.equal(sql(house, "SELECT COUNT(*) FROM job WHERE kind = 'dimse.fetch'"), '0');
});

test('a study that the peer does not have is given up at once', async () => {
  assert.equal(remote('fetch', 'QR', '--study', '1.2.3.4').status, 1);
  sql(house, `INSERT INTO job (kind, payload, added_at_ms, run_at_ms) VALUES ('dimse.fetch', '{"peer":"QR","study_uid":"1.2.3.4","actor":"system:test"}', 0, 0)`);
  for (let i = 0; i < 40 && sql(house, "SELECT COUNT(*) FROM job WHERE kind = 'dimse.fetch'") !== '0'; i++) await sleep(250);
  assert.equal(sql(house, "SELECT COUNT(*) FROM job WHERE kind = 'dimse.fetch'"), '0');
  assert.match(lastLine(), /^store\|failed\|system:test\|fetch from QR\|1\.2\.3\.4\|0 held/);
});

// ---- Orthanc, both ways ----

let orthanc;
function rest(method, at, body) {
  return new Promise((done, fail) => {
    const q = http.request({ host: '127.0.0.1', port: orthanc.http, method, path: at, agent: false }, (a) => { const parts = []; a.on('data', (d) => parts.push(d)); a.on('end', () => { const text = Buffer.concat(parts).toString(); let json = null; try { json = JSON.parse(text); } catch { /* plain */ } done({ status: a.statusCode, text, json }); }); });
    q.on('error', fail);
    q.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test('Orthanc asks us: echo, query, retrieve to itself', { skip: noOrthanc }, async () => {
  orthanc = { http: await freePort(), port: await freePort() };
  const config = path.join(house.data, 'orthanc.json'), at = folder(house, 'orthanc');
  fs.writeFileSync(config, JSON.stringify({ Name: 'O', StorageDirectory: at, IndexDirectory: at, HttpPort: orthanc.http, DicomPort: orthanc.port, DicomAet: 'ORTHANC', RemoteAccessAllowed: false, AuthenticationEnabled: false, Plugins: [],
    DicomAlwaysAllowGet: true, DicomAlwaysAllowFind: true, DicomAlwaysAllowMove: true, DicomCheckModalityHost: false, DicomModalities: { us: ['BECLERE', '127.0.0.1', house.dicomPort] } }));
  orthanc.program = run(orthancProgram, [config], 'orthanc');
  for (let i = 0; i < 100; i++) { try { if ((await rest('GET', '/system')).status === 200) break; } catch { /* not yet */ } await sleep(200); }
  peer(house, 'ORTHANC', ['echo', 'store', 'query', 'retrieve', 'receive', 'ask'], { port: orthanc.port });
  assert.equal((await rest('POST', '/modalities/us/echo', {})).status, 200);
  const q = await rest('POST', '/modalities/us/query', { Level: 'Study', Query: { PatientID: 'PRIOR-1', StudyDescription: '' } });
  assert.equal(q.status, 200, q.text);
  const answers = (await rest('GET', `/queries/${q.json.ID}/answers`)).json;
  assert.equal(answers.length, 2);
  const first = (await rest('GET', `/queries/${q.json.ID}/answers/0/content?simplify`)).json;
  assert.equal(first.PatientID, 'PRIOR-1');
  const moved = await rest('POST', `/queries/${q.json.ID}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true });
  assert.equal(moved.status, 200, moved.text);
  assert.equal((await rest('GET', '/statistics')).json.CountInstances, here(objects[0].study) + here(objects[3].study));
});

test('we ask Orthanc: echo, search, fetch', { skip: noOrthanc }, async () => {
  const own = makeObject(folder(house, 'theirs'), { '0010,0010': ['PN', 'ORTHANC^ONE'], '0010,0020': ['LO', 'O-1'] });
  load({ title: 'ORTHANC', port: orthanc.port }, own.file);
  assert.equal(remote('echo', 'ORTHANC').status, 0);
  const [study, , , , , , , count] = remote('find', 'ORTHANC', '--patient', 'O-1').stdout.trim().split('\t');
  assert.deepEqual([study, count], [own.study, '1']);
  const r = remote('fetch', 'ORTHANC', '--patient', 'O-1');
  assert.match(r.stdout, /1 held, 0 here before, 1 stored, 0 refused/, r.stdout + r.stderr);
  assert.equal(here(own.study), 1);
});
