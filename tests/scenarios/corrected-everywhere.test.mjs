// After a correction every way out hands the corrected bytes and none the old ones; real key objects and reports keep pointing to their images. E15, E30, IHE PIR.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dcmtk, freePort, House, sleep } from '../house.mjs';
import { peer, receiver } from '../dimse.mjs';
import { catalogue, CORPUS, filesOf, folder, nothingFromSanitizers, partsOf, phantoms, retrieve, send, stow } from '../dicom.mjs';

const OLD = 'FAUX^NOM', NEW = 'JUSTE^NOM';
let house, pacs, dest, uid, urls, seed = 9100;
const dump = (file, ...args) => dcmtk('dcmdump', ['-q', '-Un', '+U8', ...args, file], { maxBuffer: 1 << 26 }).stdout;
const uidsOf = (url) => /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)$/.exec(url).slice(1);
const filesUnder = (dir) => fs.readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? filesUnder(path.join(dir, f.name)) : [path.join(dir, f.name)]));
const unzip = (name, bytes) => { const to = folder(house, name); fs.writeFileSync(`${to}.zip`, bytes); execFileSync('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]); return filesUnder(to); };
async function corrected(body) {
  const a = await pacs.post('/api/archive/corrections', { reason: 'Erreur à la console', ...body });
  assert.equal(a.status, 200, String(a.bytes));
  for (let i = 0; ; i++) {
    const one = (await pacs.get(`/api/archive/corrections/${a.json.id}`)).json;
    if (one.state === 'done') return one;
    assert.ok(i < 200 && one.state === 'doing', `${one.state}: ${one.failure}`);
    await sleep(50);
  }
}
// The name an object says; the old one only inside the Original Attributes Sequence.
function checked(file, name = NEW) {
  const own = [...dump(file, '+p', '+P', '0010,0010').matchAll(/^(\S*)\(0010,0010\) PN \[([^\]]*)\]/gm)].map((m) => [m[1], m[2].trim()]);
  assert.deepEqual(own.filter(([where]) => !where.includes('0400,0561')).map(([, said]) => said), [name], file);
}
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  const made = filesOf(phantoms(house, 'ct', 'ct', [++seed])).slice(0, 3);
  for (const f of made) assert.equal(dcmtk('dcmodify', ['-nb', '-m', `(0010,0010)=${OLD}`, f]).status, 0);
  const at = folder(house, 'sent');
  for (const f of made) { fs.copyFileSync(f, path.join(at, path.basename(f))); fs.chmodSync(path.join(at, path.basename(f)), 0o644); }
  assert.ok(send(house, at).lines.every((l) => l.status === '0000'), 'of the site of the peers');
  urls = [...(await catalogue(pacs)).values()];
  [uid] = uidsOf(urls[0]);
  // everything that is kept ready is made of the old version first
  for (const path_ of ['/metadata', '/rendered', '/frames/1']) assert.equal((await pacs.get(urls[0] + path_, {})).status, 200, path_);
  assert.equal((await pacs.get(`/dicom-web/studies/${uid}/metadata`, {})).status, 200);
  peer(house, 'MOVER', ['query', 'retrieve']);
  peer(house, 'GETTER', ['query', 'get']);
  dest = await receiver(house, 'DEST', await freePort(), ['+B', '+xa']);
  peer(house, 'DEST', ['receive'], { port: dest.port });
  await corrected({ kind: 'identity', study_uid: uid, values: { PatientName: NEW } });
});
after(async () => { await dest?.close(); await house?.close(); nothingFromSanitizers(house); });

test('E15 C-MOVE and C-GET hand out the corrected objects', () => {
  const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000d=${uid}`, '127.0.0.1', String(house.dicomPort)];
  dcmtk('movescu', ['-S', '-aet', 'MOVER', '-aec', 'BECLERE', '-aem', 'DEST', ...keys]);
  const moved = dest.files();
  assert.equal(moved.length, 3);
  const at = folder(house, 'got');
  dcmtk('getscu', ['-S', '-aet', 'GETTER', '-aec', 'BECLERE', '-od', at, '+B', ...keys]);
  assert.equal(filesOf(at).length, 3);
  for (const f of [...moved, ...filesOf(at)]) checked(f);
});
test('E15 DICOMweb hands out the corrected objects: instance, series, study, zip, metadata, frames, rendered, QIDO', async () => {
  const at = folder(house, 'web');
  const save = (bytes) => { const f = path.join(at, `${fs.readdirSync(at).length}.dcm`); fs.writeFileSync(f, bytes); return f; };
  const [, series] = uidsOf(urls[0]), all = { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
  for (const url of urls) checked(save(await retrieve(pacs, url)));
  checked(save((await pacs.get(urls[0], { Accept: 'application/dicom; transfer-syntax=*' })).bytes));
  for (const url of [`/dicom-web/studies/${uid}`, `/dicom-web/studies/${uid}/series/${series}`]) {
    const parts = partsOf(await pacs.get(url, all));
    assert.equal(parts.length, 3, url);
    for (const p of parts) checked(save(p.body));
    const zip = unzip(`zip-${url.length}`, (await pacs.get(url, { Accept: 'application/zip' })).bytes);
    assert.equal(zip.length, 3);
    zip.forEach((f) => checked(f));
    const meta = await pacs.get(`${url}/metadata`, { Accept: 'application/dicom+json' });
    assert.ok(meta.json.length === 3 && meta.json.every((one) => one['00100010'].Value[0].Alphabetic === NEW), url);
    assert.match(String((await pacs.get(`${url}/metadata`, { Accept: 'multipart/related; type="application/dicom+xml"' })).bytes), /JUSTE/);
  }
  const found = (await pacs.get(`/dicom-web/studies?StudyInstanceUID=${uid}`, { Accept: 'application/dicom+json' })).json;
  assert.equal(found[0]['00100010'].Value[0].Alphabetic, NEW);
  assert.deepEqual((await pacs.get(`/dicom-web/studies?PatientName=FAUX*`, { Accept: 'application/dicom+json' })).json ?? [], []);
  for (const path_ of ['/frames/1', '/rendered', '/thumbnail']) assert.equal((await pacs.get(urls[0] + path_, {})).status, 200, path_);
  const uri = await pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${uid}&seriesUID=${series}&objectUID=${uidsOf(urls[0])[2]}&contentType=application/dicom`, {});
  assert.equal(uri.status, 200);
  checked(save(uri.bytes));
});
test('E15 the export with its DICOMDIR and the de-identified one are made of the corrected objects', async () => {
  const out = async (ask) => {
    const made = await pacs.post('/api/exports', { parts: [{ study_uid: uid }], reason: 'Contrôle', ...ask });
    assert.equal(made.status, 200, String(made.bytes));
    return unzip(`export-${made.json.id}`, (await pacs.get(`/api/exports/${made.json.id}/archive.zip`)).bytes);
  };
  const plain = await out({ purpose: 'legal' });
  const images = plain.filter((f) => /IM\d+$/.test(f));
  assert.equal(images.length, 3);
  images.forEach((f) => checked(f));
  const directory = dump(plain.find((f) => f.endsWith('DICOMDIR')));
  assert.ok(directory.includes(NEW) && !directory.includes(OLD), 'DICOMDIR');
  const bare = await out({ purpose: 'research', deidentified: true, options: { pixels_checked: true } });
  assert.ok(bare.filter((f) => /IM\d+$/.test(f)).length === 3, String(bare));
  for (const f of bare) { const text = fs.readFileSync(f, 'latin1'); assert.ok(!text.includes(OLD) && !text.includes(NEW), f); }
});
// A real object of the corpus with images made for what it refers to: {study, own series, the series it names}.
async function referring(file, keep) {
  const text = dump(file, '+p', '+P', '0020,000d', '+P', '0020,000e', '+P', '0008,1155');
  const one = (path_) => [...text.matchAll(new RegExp(`^${path_.replaceAll('(', '\\(').replaceAll(')', '\\)').replaceAll('.', '\\.')} UI \\[([^\\]]*)\\]`, 'gm'))].map((m) => m[1].trim());
  const [study] = one('(0020,000d)'), [own] = one('(0020,000e)'), named = one('(0040,a375).(0008,1115).(0020,000e)');
  const made = filesOf(phantoms(house, `ref${++seed}`, 'ct', [seed])).slice(0, keep + 1);
  made.forEach((f, i) => assert.equal(dcmtk('dcmodify', ['-nb', '-m', `(0020,000d)=${study}`, '-m', `(0020,000e)=${i < keep ? named[i] : `${named[0].slice(0, 50)}.77`}`, f]).status, 0));
  const s = await stow(pacs, [file, ...made].map((f) => fs.readFileSync(f)));
  assert.ok([200, 202].includes(s.status) && !s.failed.length, String(s.bytes));
  return { study, own, named, url: s.stored.find((u) => u.includes(`/series/${own}/`)) };
}
const skip = fs.existsSync(CORPUS) ? false : 'skipped: the shared corpus is not here';
const references = (file) => [...dump(file, '+p', '+P', '0020,000d').matchAll(/^(\S*)\(0020,000d\) UI \[([^\]]*)\]/gm)].map((m) => [m[1], m[2].trim()]).filter(([where]) => !where.includes('0400,0561'));
test('E15 a key object selection that moves with its images names the study they are in now', { skip }, async () => {
  const o = await referring(path.join(CORPUS, 'kos/kos-drimbox.dcm'), 1);
  const one = await corrected({ kind: 'split', study_uid: o.study, series: [o.own, o.named[0]] });
  const f = path.join(folder(house, 'web'), 'kos.dcm');
  fs.writeFileSync(f, await retrieve(pacs, o.url.replace(o.study, one.target_uid)));
  const said = references(f);
  assert.ok(said.length >= 3 && said.every(([, study]) => study === one.target_uid), JSON.stringify(said));
  const was = dump(f, '+p', '+P', '0020,000d');
  assert.match(was, new RegExp(`\\(0400,0561\\)\\.\\(0400,0550\\)\\.\\(0040,a375\\)\\.\\(0020,000d\\) UI \\[${o.study.replaceAll('.', '\\.')}`), 'the sequence as it was is kept');
  assert.equal((await pacs.get(`/dicom-web/studies/${one.target_uid}/series/${o.named[0]}/metadata`, {})).status, 200, 'what it names is there');
  assert.equal((await pacs.post(`/api/archive/corrections/${one.id}/undo`, { reason: 'Essai' })).status, 200);
  for (let i = 0; (await pacs.get(`/api/archive/corrections/${one.id}`)).json.state !== 'undone'; i++) { assert.ok(i < 100); await sleep(50); }
  fs.writeFileSync(f, await retrieve(pacs, o.url));
  assert.ok(references(f).every(([, study]) => study === o.study), 'as it came');
});
test('E15 a structured report whose evidence is parted names both studies, each with its series', { skip }, async () => {
  const o = await referring(path.join(CORPUS, 'sr/tid1500-sr.dcm'), 1);
  assert.equal(o.named.length, 3);
  const one = await corrected({ kind: 'split', study_uid: o.study, series: [o.own, o.named[0]] });
  const f = path.join(folder(house, 'web'), 'sr.dcm');
  fs.writeFileSync(f, await retrieve(pacs, o.url.replace(o.study, one.target_uid)));
  const evidence = JSON.parse(String((await pacs.get(`${o.url.replace(o.study, one.target_uid)}/metadata`, { Accept: 'application/dicom+json' })).bytes))[0]['0040A375'].Value
    .map((i) => [i['0020000D'].Value[0], i['00081115'].Value.map((s) => s['0020000E'].Value[0])]);
  assert.deepEqual(evidence, [[one.target_uid, [o.named[0]]], [o.study, o.named.slice(1)]]);
});
test('E30 a backup that is restored hands out the corrected objects, and can still undo', async () => {
  const to = folder(house, 'backups'), home = path.join(folder(house, 'again'), 'home');
  assert.equal(house.run(['backup', to, '--with-keys', '--config', house.config]).status, 0);
  await house.stop();
  const r = house.run(['restore', to, '--to', home]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  fs.writeFileSync(house.config, fs.readFileSync(house.config, 'utf8').replace(/^data = .*$/m, `data = ${home}`));
  fs.copyFileSync(path.join(house.data, 'keys', 'secrets.key'), path.join(home, 'keys', 'secrets.key'));
  execFileSync('chown', ['-R', `--reference=${path.join(house.data, 'beclere.db')}`, home]);
  await house.serve();
  const f = path.join(folder(house, 'web'), 'restored.dcm');
  fs.writeFileSync(f, await retrieve(pacs, urls[0]));
  checked(f);
  const id = (await pacs.get('/api/archive/corrections')).json.corrections.find((c) => c.study_uid === uid).id;
  assert.equal((await pacs.post(`/api/archive/corrections/${id}/undo`, { reason: 'Essai' })).status, 200);
  for (let i = 0; (await pacs.get(`/api/archive/corrections/${id}`)).json.state !== 'undone'; i++) { assert.ok(i < 100); await sleep(50); }
  fs.writeFileSync(f, await retrieve(pacs, urls[0]));
  checked(f, OLD);
});
