// Viewers of others on our DICOMweb, through the edge: Cornerstone's WADO-RS loader frame by frame in every transfer syntax it knows, and OHIF as it is published.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { House, ROOT } from '../house.mjs';
import { corpus, CORPUS, filesOf, folder, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';
import { makeObject } from '../dimse.mjs';
import { front } from './front.mjs';

const ARGS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const OHIF = { version: '3.13.2', integrity: 'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==' };
const LOADER = path.join(ROOT, 'ui/node_modules/.beclere-loader');
const rows = (corpus() ?? []).filter((r) => /^(transfer-syntaxes|wg04)\//.test(r.path) && r.expected.startsWith('valid') && /MONOCHROME/.test(r.photometric) && r.has_the_four_uids === 'yes');
// What Cornerstone 5 has no decoder for, and retired processes of 12 bits that it decodes to something else.
const UNKNOWN = /^1\.2\.840\.10008\.1\.2\.(4\.1(0|1)\d|8\.1|1\.98|1\.99|4\.5[35]$)/;
const LOSSY = /^1\.2\.840\.10008\.1\.2\.4\.(50|81|91|203)/;
// How far two decoders of a lossy stream may be apart; Cornerstone's of 12 bits rounds coarsely (ours is that of two others, bit for bit: frame_hashes.tsv).
const apart = (syntax) => (/\.4\.51$/.test(syntax) ? 32 : LOSSY.test(syntax) ? 2 : 0);
let house, pacs, browser, shown;

before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ARGS });
  const s = await stow(pacs, filesOf(phantoms(house, 'ct', 'ct', [91])).slice(0, 5).map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  shown = s.stored;
});
after(async () => { await browser?.close(); await house?.close(); nothingFromSanitizers(house); fs.rmSync(LOADER, { recursive: true, force: true }); });

// The little page of ./loader, with the packages of our own page.
async function loaderPage() {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'beclere-loader-'));
  fs.mkdirSync(LOADER, { recursive: true });
  fs.copyFileSync(path.join(ROOT, 'tests/browser/loader/main.js'), path.join(LOADER, 'main.js'));
  fs.writeFileSync(path.join(LOADER, 'index.html'), '<!doctype html><title>loader</title><script type="module" src="./main.js"></script>');
  const { build } = await import(pathToFileURL(path.join(ROOT, 'ui/node_modules/vite/dist/node/index.js')));
  await build({ configFile: false, root: LOADER, logLevel: 'silent', worker: { format: 'es' }, resolve: { alias: { xmlbuilder2: path.join(ROOT, 'ui/tools/xmlbuilder2-stub.js') } }, build: { target: 'es2022', minify: false, outDir: out, emptyOutDir: true, chunkSizeWarningLimit: 20000 } });
  return out;
}
// Samples as stored, from native little endian bytes.
function samplesOf(bytes, { bitsAllocated, bitsStored, pixelRepresentation }) {
  const count = bytes.length / (bitsAllocated / 8), out = new Int32Array(count), above = 32 - bitsStored;
  for (let i = 0; i < count; i++) {
    const raw = bitsAllocated === 8 ? bytes[i] : bytes.readUInt16LE(2 * i);
    out[i] = pixelRepresentation ? (raw << above) >> above : (raw << above) >>> above;
  }
  return out;
}
const hashes = new Map(rows.length ? fs.readFileSync(path.join(CORPUS, 'frame_hashes.tsv'), 'utf8').trimEnd().split('\n').slice(1).map((l) => l.split('\t')).filter((l) => l[1] === '1').map((l) => [l[0], l]) : []);

test('Cornerstone loads frames of every transfer syntax it knows, sample by sample what they are, and its metadata modules are filled', { skip: rows.length ? false : 'skipped: ../shared is not there' }, async () => {
  const at = await loaderPage(), f = await front(house, pacs, at), page = await browser.newPage(), faults = [];
  page.on('pageerror', (e) => faults.push(String(e)));
  await page.goto(f.url);
  await page.waitForFunction('window.ready', null, { timeout: 30000 });
  const seen = new Set(), wrong = [];
  for (const row of rows) {
    const syntax = row.transfer_syntax.split(' ')[0];
    if (UNKNOWN.test(syntax)) continue;
    const s = await stow(pacs, [fs.readFileSync(path.join(CORPUS, row.path))]);
    if (s.status !== 200) continue; // the UID of another of the corpus
    const [metadata] = (await pacs.get(`${s.stored[0]}/metadata`, { Accept: 'application/dicom+json' })).json;
    const got = await page.evaluate(([u, m]) => window.load(u, m, 1), [s.stored[0], metadata]).catch((e) => { wrong.push(`${row.path} ${syntax}: ${e.message.slice(0, 300)} ${JSON.stringify(f.asked.at(-1))}`); });
    if (!got) continue;
    const native = await pacs.get(`${s.stored[0]}/frames/1`, { Accept: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1' });
    assert.equal(native.status, 200, row.path);
    const hash = hashes.get(row.path);
    if (hash?.[4] === 'agree') assert.equal(crypto.createHash('sha256').update(native.bytes).digest('hex'), hash[3], `${row.path}: our own decoding`);
    const right = samplesOf(native.bytes, got.modules.imagePixelModule), packed = Buffer.from(got.samples, 'base64'), left = new Int32Array(packed.buffer, packed.byteOffset, packed.length / 4);
    assert.deepEqual([got.rows, got.columns, left.length], [Number(row.rows), Number(row.columns), right.length], row.path);
    let most = 0;
    for (let i = 0; i < right.length; i++) most = Math.max(most, Math.abs(left[i] - right[i]));
    if (most > apart(syntax)) wrong.push(`${row.path} ${syntax}: samples differ by ${most}`);
    const { imagePixelModule: pixel, sopCommonModule: sop, generalSeriesModule: general } = got.modules;
    assert.deepEqual([pixel.rows, pixel.columns, pixel.bitsAllocated, sop.sopInstanceUID, general.modality], [metadata['00280010'].Value[0], metadata['00280011'].Value[0], metadata['00280100'].Value[0], metadata['00080018'].Value[0], metadata['00080060'].Value[0]], row.path);
    if (metadata['00200032']?.Value && !metadata['52009230']) assert.deepEqual(Array.from(Object.values(got.modules.imagePlaneModule.imagePositionPatient)), metadata['00200032'].Value, row.path);
    seen.add(syntax);
  }
  // What the archive makes itself, asked for by name as our own page does.
  for (const [i, syntax] of ['1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202'].entries()) {
    const address = shown[i], [metadata] = (await pacs.get(`${address}/metadata`, { Accept: 'application/dicom+json' })).json;
    await page.evaluate((accept) => { window.accept = accept; }, `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}`);
    const got = await page.evaluate(([u, m]) => window.load(u, m, 1), [address, metadata]), packed = Buffer.from(got.samples, 'base64');
    const right = samplesOf((await pacs.get(`${address}/frames/1`, { Accept: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1' })).bytes, got.modules.imagePixelModule);
    assert.ok(packed.equals(Buffer.from(right.buffer)), syntax);
    assert.match(f.asked.at(-1).accept, new RegExp(syntax));
    seen.add(syntax);
  }
  assert.deepEqual([...wrong, ...faults], []);
  assert.ok(seen.size >= 11, `${[...seen].join(' ')}`);
  assert.ok(f.asked.every((a) => a.status === 200), JSON.stringify(f.asked.find((a) => a.status !== 200)));
  await page.close();
  await f.close();
  fs.rmSync(at, { recursive: true, force: true });
});

// The published build of OHIF, once, into .tools; null when the registry cannot be reached.
function ohif() {
  const at = path.join(ROOT, '.tools', `ohif-${OHIF.version}`), dist = path.join(at, 'package', 'dist');
  if (fs.existsSync(path.join(dist, 'index.html'))) return dist;
  fs.mkdirSync(at, { recursive: true });
  const r = spawnSync('npm', ['pack', `@ohif/app@${OHIF.version}`, '--silent', '--pack-destination', at], { encoding: 'utf8', timeout: 300000 });
  const packed = path.join(at, `ohif-app-${OHIF.version}.tgz`);
  if (r.status !== 0 || !fs.existsSync(packed)) return null;
  assert.equal(`sha512-${crypto.createHash('sha512').update(fs.readFileSync(packed)).digest('base64')}`, OHIF.integrity, 'the package is the one that was looked at');
  assert.equal(spawnSync('tar', ['xzf', packed, '-C', at, 'package/dist']).status, 0);
  fs.rmSync(packed);
  return dist;
}
const SETTINGS = `window.config = { routerBasename: null, extensions: [], modes: [], customizationService: {}, showStudyList: true, maxNumberOfWebWorkers: 2, investigationalUseDialog: { option: 'never' }, showWarningMessageForCrossOrigin: false, defaultDataSourceName: 'dicomweb',
  dataSources: [{ namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb', configuration: { friendlyName: 'Beclere', name: 'beclere', qidoRoot: location.origin + '/dicom-web', wadoRoot: location.origin + '/dicom-web', wadoUriRoot: location.origin + '/dicom-web',
    qidoSupportsIncludeField: true, supportsFuzzyMatching: true, supportsWildcard: true, imageRendering: 'wadors', thumbnailRendering: 'wadors', enableStudyLazyLoad: true, bulkDataURI: { enabled: true, relativeResolution: 'studies' } } }] };`;

test('OHIF lists the studies, opens one and shows its images', async (t) => {
  const dist = ohif();
  if (!dist) return t.skip('skipped: OHIF cannot be fetched from the registry');
  const bare = makeObject(folder(house, 'bare'), { '0010,0010': ['PN', 'SANS^MODALITE'], '0010,0020': ['LO', 'BARE'], '0008,0060': ['CS', ''] });
  assert.equal((await stow(pacs, [fs.readFileSync(bare.file)])).status, 200);
  const { json: [study] } = await pacs.get('/dicom-web/studies?ModalitiesInStudy=CT&includefield=00100010', { Accept: 'application/dicom+json' });
  const name = study['00100010'].Value[0].Alphabetic.split('^')[0], uid = study['0020000D'].Value[0];
  const f = await front(house, pacs, dist, { '/app-config.js': SETTINGS }), page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60000);
  await page.addInitScript(() => localStorage.setItem('tourShown', 'true'));
  await page.goto(f.url);
  await page.getByText(new RegExp(name, 'i')).first().waitFor();
  await page.goto(`${f.url}/viewer?StudyInstanceUIDs=${uid}`);
  // Drawn: the canvas holds more than one grey.
  await page.waitForFunction(() => [...document.querySelectorAll('canvas.cornerstone-canvas')].some((c) => {
    const { data } = c.getContext('2d')?.getImageData(0, 0, c.width, c.height) ?? { data: [] };
    const greys = new Set();
    for (let i = 0; i < data.length; i += 404) greys.add(data[i]);
    return greys.size > 20;
  }), null, { timeout: 60000 });
  fs.mkdirSync(path.join(ROOT, 'tests/browser/shots'), { recursive: true });
  await page.screenshot({ path: path.join(ROOT, 'tests/browser/shots/ohif.png') });
  assert.ok(f.asked.every((a) => a.status === 200 || a.status === 204), JSON.stringify(f.asked.filter((a) => a.status !== 200)));
  for (const part of ['/studies?', '/series?', '/metadata', '/frames/1']) assert.ok(f.asked.some((a) => a.path.includes(part)), `${part} was asked`);
  await page.close();
  await f.close();
});
