// Real files of many makers: what is valid comes back byte for byte, what is not is refused by name, and the server goes on.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, ROOT } from '../house.mjs';
import { CLASSES, FAULTS } from '../model_differences.mjs';
import { compare, ourModels, storedFiles } from '../models.mjs';
import { catalogue, corpus, CORPUS, dataset, filesOf, folder, nothingFromSanitizers, phantoms, retrieve, sameDataset, send, stow } from '../dicom.mjs';

const files = corpus();
const absent = files ? false : 'skipped: ../shared is not there';
const CANNOT_UNDERSTAND = 0xc000, PROCESSING_FAILURE = 0x0110; // PS3.4 §B.2.3
let house, pacs;
before(async () => { house = await House.start(); pacs = await house.person('pacs'); });
after(async () => { await house?.close(); });

const read = (row) => fs.readFileSync(path.join(CORPUS, row.path));
const hasUids = (row) => row.has_the_four_uids === 'yes';
const valid = (files ?? []).filter((r) => r.expected.startsWith('valid') && hasUids(r));
const broken = (files ?? []).filter((r) => r.expected.startsWith('must be rejected') || (r.expected.startsWith('valid') && !hasUids(r)));
const between = (files ?? []).filter((r) => !valid.includes(r) && !broken.includes(r));

// The same file under another UID of the same length: some files of the corpus share one.
function renamed(file, uid, n) {
  const other = uid.slice(0, -3) + String(100 + n);
  return Buffer.from(file.toString('latin1').replaceAll(uid, other), 'latin1');
}

test('phantoms of every modality come back byte for byte', async () => {
  for (const [i, kind] of ['ct', 'mr', 'dx', 'cr', 'us', 'petct'].entries()) {
    const at = phantoms(house, `phantom-${kind}`, kind, [71 + i]);
    const list = filesOf(at).slice(0, 30).map((f) => fs.readFileSync(f));
    const a = await stow(pacs, list);
    assert.equal(a.status, 200, `${kind}: ${a.status} ${a.bytes.subarray(0, 300)}`);
    assert.equal(a.stored.length, list.length);
    for (const [n, url] of a.stored.entries()) assert.ok((await retrieve(pacs, url)).equals(list[n]), `${kind} ${url}`);
  }
});

test('valid files by STOW-RS: 200, and WADO-RS returns the very same bytes', { skip: absent }, async () => {
  const kept = new Map(); // address → file
  let shared = 0;
  for (const row of valid.filter((_, i) => i % 2 === 0)) {
    let file = read(row);
    let a = await stow(pacs, [file]);
    if (a.status === 409 && a.failed[0].reason === PROCESSING_FAILURE) {
      const { uid } = a.failed[0];
      assert.ok([...kept.keys()].some((u) => u.endsWith(`/${uid}`)), `${row.path}: only a known UID is refused so`);
      file = renamed(file, uid, ++shared);
      a = await stow(pacs, [file]);
    }
    assert.equal(a.status, 200, `${row.path}: ${a.status} ${a.bytes.subarray(0, 400)}`);
    const [url] = a.stored;
    const back = await retrieve(pacs, url);
    if (kept.has(url)) assert.ok(sameDataset(back, file) && back.equals(kept.get(url)), `${row.path}: the same object twice`);
    else { assert.ok(back.equals(file), `${row.path}: other bytes`); kept.set(url, file); }
  }
  for (const [url, file] of kept) assert.ok((await retrieve(pacs, url)).equals(file), `${url} is still what came first`);
  assert.ok(kept.size > 250, `${kept.size} files kept`);
  nothingFromSanitizers(house);
});

test('valid files by C-STORE: acknowledged, and served with the same data set', { skip: absent }, async () => {
  const at = folder(house, 'corpus-cstore');
  const rows = valid.filter((_, i) => i % 2 === 1);
  rows.forEach((row, i) => { fs.writeFileSync(path.join(at, `${String(i).padStart(4, '0')}.dcm`), read(row)); });
  const sent = send(house, at);
  assert.equal(sent.lines.length, rows.length, sent.stdout.slice(-500) + sent.stderr);
  const there = await catalogue(pacs);
  let same = 0, other = 0;
  for (const line of sent.lines) {
    const row = rows[Number(line.name.slice(0, 4))];
    assert.notEqual(line.status, '----', `${row.path}: ${line.why}`);
    if (line.status === '0110') { other++; assert.ok(there.has(line.uid), `${row.path}: only a known UID is refused so`); continue; }
    assert.equal(line.status, '0000', row.path);
    assert.ok(sameDataset(await retrieve(pacs, there.get(line.uid)), read(row)), `${row.path}: other data set`);
    same++;
  }
  assert.ok(same > 200 && other < 90, `${same} same, ${other} with a UID that was there`);
  nothingFromSanitizers(house);
});

test('what must be rejected is refused with a reason and leaves nothing', { skip: absent }, async () => {
  const before = (await catalogue(pacs)).size;
  for (const row of broken) {
    const a = await stow(pacs, [read(row)]);
    assert.equal(a.status, 409, `${row.path}: ${a.status} ${a.bytes.subarray(0, 300)}`);
    assert.equal(a.failed[0].reason, CANNOT_UNDERSTAND, `${row.path}: ${JSON.stringify(a.failed)}`);
  }
  assert.equal((await catalogue(pacs)).size, before);
  assert.equal((await pacs.get('/api/health')).status, 200);
  nothingFromSanitizers(house);
});

test('what tools disagree about is kept as it is or refused, never half', { skip: absent }, async () => {
  for (const row of between) {
    const file = read(row);
    const a = await stow(pacs, [file]);
    assert.ok([200, 409].includes(a.status), `${row.path}: ${a.status}`);
    if (a.status === 409) { assert.ok([CANNOT_UNDERSTAND, PROCESSING_FAILURE].includes(a.failed[0].reason), row.path); continue; }
    assert.ok(dataset(await retrieve(pacs, a.stored[0])).length === dataset(file).length, row.path);
  }
  assert.equal((await pacs.get('/api/health')).status, 200);
  nothingFromSanitizers(house);
});

test('pixels that no decoder decodes are refused when shown, with words', { skip: absent }, async () => {
  for (const row of between.filter((r) => hasUids(r) && r.expected.includes('rendering must be refused'))) {
    const a = await stow(pacs, [read(row)]);
    if (a.status !== 200) continue;
    const shown = await pacs.get(`${a.stored[0]}/rendered`, { Accept: 'image/jpeg' });
    assert.ok(shown.status >= 400 && shown.status < 500, `${row.path}: ${shown.status} ${shown.bytes.subarray(0, 200)}`);
    assert.ok(shown.json?.error.text.length > 5, row.path);
  }
  nothingFromSanitizers(house);
});

test('X5 DICOM JSON and native XML are what pydicom and DCMTK make of the same file, or differ as docs/conformance.md says', { skip: absent }, async () => {
  const files = storedFiles(house);
  assert.ok(files.size > 500, `${files.size} files`);
  const { unexplained, unused, compared, bulk } = await compare(files, await ourModels(pacs, files), pacs);
  assert.deepEqual(unexplained.slice(0, 20), [], `${unexplained.length} differences that no class explains`);
  assert.deepEqual(unused, [], 'classes that explain nothing any more');
  const statement = fs.readFileSync(path.join(ROOT, 'docs/conformance.md'), 'utf8');
  assert.deepEqual([...CLASSES, ...FAULTS].map((c) => c.name).filter((n) => !statement.includes(n)), [], 'docs/conformance.md names every class');
  assert.ok(compared > 100000 && bulk > 300, `${compared} attributes and the bytes of ${bulk} compared`);
  nothingFromSanitizers(house);
});

test('an upload that is no upload is refused', async () => {
  assert.equal((await stow(pacs, [Buffer.from('not DICOM')])).status, 409);
  assert.ok([400, 415].includes((await stow(pacs, [], { type: 'multipart/related; type="text/html"; boundary=' })).status));
  assert.equal((await stow(pacs, [])).status, 400);
  const imager = await house.person('imageur');
  assert.equal((await stow(imager, [Buffer.from('not DICOM')])).status, 403);
});

test('the archive is whole after all that', () => {
  const r = house.run(['verify', '--archive', '--config', house.config]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  assert.match(r.stdout, /0 missing, 0 altered/);
});
