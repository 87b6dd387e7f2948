// STOW-RS of metadata in JSON and XML with bulk data (PS3.18 §10.5), frames by image type, whole studies as pictures; and what is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, partsOf, phantoms, retrieve, stow } from '../dicom.mjs';

let stranger, house, pacs, at, urls, series, study, count = 0;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  at = filesOf(phantoms(house, 'ct', 'ct', [31])).slice(0, 3);
  const s = await stow(pacs, at.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  urls = s.stored;
  series = urls[0].replace(/\/instances\/.*/, '');
  study = series.replace(/\/series\/.*/, '');
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const newUid = () => `2.25.77${Date.now()}${++count}`;
const value = (set, tag) => set[tag]?.Value?.[0];
const save = (name, bytes) => { const f = path.join(folder(house, 'got'), name); fs.writeFileSync(f, bytes); return f; };
const dump = (file, ...tags) => dcmtk('dcmdump', ['-q', '-Un', '+U8', ...tags.flatMap((t) => ['+P', t]), file]).stdout;

// One request; parts: [{type, location, body}]. {status, stored, failed, json}
async function send(parts, { to = '/dicom-web/studies', type = 'application/dicom+json', who = pacs } = {}) {
  const boundary = 'metadata-then-bulk-71c2';
  const body = Buffer.concat([...parts.flatMap((p) => [Buffer.from(`--${boundary}\r\nContent-Type: ${p.type}\r\n${p.location ? `Content-Location: ${p.location}\r\n` : ''}\r\n`), Buffer.from(p.body), Buffer.from('\r\n')]), Buffer.from(`--${boundary}--\r\n`)]);
  const a = await who.send('POST', to, body, { 'Content-Type': `multipart/related; type="${type}"; boundary=${boundary}`, Accept: 'application/dicom+json' });
  const items = (tag) => a.json?.[tag]?.Value ?? [];
  return { status: a.status, json: a.json, bytes: a.bytes, stored: items('00081199').map((i) => new URL(i['00081190'].Value[0]).pathname), failed: items('00081198').map((i) => i['00081197'].Value[0]) };
}
const metadataOf = async (url) => (await pacs.get(`${url}/metadata`, { Accept: 'application/dicom+json' })).json[0];
// Under new UIDs, so that it is another object.
function renamed(set, uids = { study: newUid(), series: newUid(), instance: newUid() }) {
  const s = structuredClone(set);
  for (const [tag, uid] of [['0020000D', uids.study], ['0020000E', uids.series], ['00080018', uids.instance]]) s[tag] = { vr: 'UI', Value: [uid] };
  return s;
}
const bulkOf = async (set) => {
  const found = [];
  for (const uri of JSON.stringify(set).matchAll(/"BulkDataURI":"([^"]+)"/g)) {
    const a = await pacs.get(new URL(uri[1], 'https://here').pathname, { Accept: 'application/octet-stream' });
    assert.equal(a.status, 200, uri[1]);
    found.push({ type: 'application/octet-stream', location: uri[1], body: a.bytes });
  }
  return found;
};
const pixels = (bytes) => { const d = dataset(bytes); return d.subarray(d.length - 512 * 512 * 2); };

test('metadata and bulk data as they were handed out come back as the same object', async () => {
  const set = renamed(await metadataOf(urls[0])), bulk = await bulkOf(set);
  assert.ok(bulk.length >= 1);
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify([set]) }, ...bulk]);
  assert.equal(a.status, 200, String(a.bytes));
  assert.deepEqual(a.stored.map((u) => u.split('/').at(-1)), [value(set, '00080018')]);
  const mine = await retrieve(pacs, a.stored[0]), theirs = await retrieve(pacs, urls[0]);
  assert.ok(pixels(mine).equals(pixels(theirs)));
  const again = await metadataOf(a.stored[0]);
  const plain = (s) => Object.fromEntries(Object.entries(s).filter(([tag]) => !['7FE00010', '00080005', '0020000D', '0020000E', '00080018'].includes(tag)));
  assert.deepEqual(JSON.parse(JSON.stringify(plain(again)).replaceAll(value(set, '00080018'), '')), plain(await metadataOf(urls[0])));
  assert.equal(dcmtk('dcmdump', ['-q', save('json.dcm', mine)]).status, 0);
});
test('several instances in one array, at the address of their study', async () => {
  const uids = { study: newUid(), series: newUid() };
  const sets = [];
  for (const u of urls) sets.push(renamed(await metadataOf(u), { ...uids, instance: newUid() }));
  const bulk = (await Promise.all(sets.map(bulkOf))).flat();
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify(sets) }, ...bulk], { to: `/dicom-web/studies/${uids.study}` });
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(a.stored.length, 3);
  const found = await pacs.get(`/dicom-web/studies/${uids.study}/instances`, { Accept: 'application/dicom+json' });
  assert.equal(found.json.length, 3);
});
test('native XML, one part for each instance, and its bulk data', async () => {
  const a = await pacs.get(`${urls[1]}/metadata`, { Accept: 'multipart/related; type="application/dicom+xml"' });
  const uids = [newUid(), newUid(), newUid()], set = await metadataOf(urls[1]);
  let xml = partsOf(a)[0].body.toString('utf8');
  for (const [i, tag] of ['0020000D', '0020000E', '00080018'].entries()) xml = xml.replaceAll(`>${value(set, tag)}<`, `>${uids[i]}<`);
  const b = await send([{ type: 'application/dicom+xml', body: xml }, ...await bulkOf(set)], { type: 'application/dicom+xml' });
  assert.equal(b.status, 200, String(b.bytes));
  assert.ok(pixels(await retrieve(pacs, b.stored[0])).equals(pixels(await retrieve(pacs, urls[1]))));
  const again = await metadataOf(b.stored[0]);
  for (const tag of ['00100010', '00280030', '00200037', '00180050', '00080008']) assert.deepEqual(again[tag], set[tag], tag);
});

const FAMILIES = [['image/jls', '1.2.840.10008.1.2.4.80'], ['image/jpeg', '1.2.840.10008.1.2.4.70'], ['image/jp2', '1.2.840.10008.1.2.4.90'], ['image/jphc', '1.2.840.10008.1.2.4.202'], ['image/dicom-rle', '1.2.840.10008.1.2.5']];
for (const [media, syntax] of FAMILIES) {
  test(`a frame asked for as ${media} comes as that, and goes back as bulk data`, async () => {
    const a = await pacs.get(`${urls[0]}/frames/1`, { Accept: `multipart/related; type="${media}"` });
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 300)));
    assert.match(a.headers['content-type'], new RegExp(`type="${media}"`));
    const [part] = partsOf(a);
    assert.match(part.header, new RegExp(`Content-Type: ${media}; transfer-syntax=${syntax}`));
    const set = renamed(await metadataOf(urls[0]));
    set['7FE00010'] = { vr: 'OB', BulkDataURI: 'frames/1' };
    const b = await send([{ type: 'application/dicom+json', body: JSON.stringify([set]) }, { type: `${media}; transfer-syntax=${syntax}`, location: 'frames/1', body: part.body }]);
    assert.equal(b.status, 200, String(b.bytes));
    const file = save('compressed.dcm', await retrieve(pacs, b.stored[0]));
    assert.match(dump(file, '0002,0010'), new RegExp(`${syntax.replaceAll('.', '\\.')}\\b`));
    const bulk = new URL((await metadataOf(b.stored[0]))['7FE00010'].BulkDataURI, 'https://here').pathname;
    const compressed = partsOf(await pacs.get(bulk, { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' }));
    assert.deepEqual(compressed.map((p) => p.body.length - part.body.length < 2 && p.body.subarray(0, part.body.length).equals(part.body)), [true], 'compressed pixels as bulk data are the frames, one part each');
    assert.match(compressed[0].header, new RegExp(`transfer-syntax=${syntax}`));
    stranger ??= await house.person('demandeur2');
    assert.ok([403, 404].includes((await stranger.get(bulk, { Accept: '*/*' })).status));
    const native = await pacs.get(`${b.stored[0]}/frames/1`, { Accept: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1' });
    assert.ok(native.bytes.equals(pixels(fs.readFileSync(at.find((f) => dump(f, '0008,0018').includes(urls[0].split('/').at(-1)))))));
  });
}
test('a frame as an image type of another family than the syntax named, or that is not made, is 406', async () => {
  for (const accept of ['multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.70', 'multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50', 'multipart/related; type="image/gif"', 'multipart/related; type="image/jxl"']) {
    assert.equal((await pacs.get(`${urls[0]}/frames/1`, { Accept: accept })).status, 406, accept);
  }
});

// A photograph as a telephone would send it: only who and what; the picture says the rest.
const photograph = (uids) => ({
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.77.1.4'] }, '00080018': { vr: 'UI', Value: [uids[2]] },
  '0020000D': { vr: 'UI', Value: [uids[0]] }, '0020000E': { vr: 'UI', Value: [uids[1]] }, '00080060': { vr: 'CS', Value: ['XC'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'LEFÈVRE^ZOÉ' }] }, '00100020': { vr: 'LO', Value: ['PH1'] }, '00200013': { vr: 'IS', Value: [1] },
  '7FE00010': { vr: 'OB', BulkDataURI: 'cid:photo' },
});
test('a JPEG photograph without an image description gets it from the picture', async () => {
  const jpeg = (await pacs.get(`${urls[0]}/rendered?viewport=200,100`, { Accept: 'image/jpeg' })).bytes;
  const uids = [newUid(), newUid(), newUid()];
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify([photograph(uids)]) }, { type: 'image/jpeg', location: 'cid:photo', body: jpeg }]);
  assert.equal(a.status, 200, String(a.bytes));
  const file = save('photo.dcm', await retrieve(pacs, a.stored[0])), text = dump(file, '0028,0010', '0028,0011', '0028,0004', '0028,2110', '0002,0010', '0008,0005', '0010,0010');
  assert.match(text, /\(0028,0010\) US 100\b/);
  assert.match(text, /\(0028,0011\) US 100\b/);
  assert.match(text, /\(0028,2110\) CS \[01\]/);
  assert.match(text, /1\.2\.840\.10008\.1\.2\.4\.50/);
  assert.match(text, /LEFÈVRE\^ZOÉ/);
  assert.equal(dcmtk('dcmdjpeg', [file, `${file}.raw`]).status, 0);
  assert.equal((await pacs.get(`${a.stored[0]}/rendered`, { Accept: 'image/jpeg' })).status, 200);
});
test('an encapsulated PDF as bulk data keeps its bytes', async () => {
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
  const set = { ...photograph([newUid(), newUid(), newUid()]), '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.104.1'] }, '00080060': { vr: 'CS', Value: ['DOC'] }, '00420011': { vr: 'OB', BulkDataURI: 'doc.pdf' }, '00420012': { vr: 'LO', Value: ['application/pdf'] } };
  delete set['7FE00010'];
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify([set]) }, { type: 'application/pdf', location: 'doc.pdf', body: pdf }]);
  assert.equal(a.status, 200, String(a.bytes));
  const got = await pacs.get(`${a.stored[0]}/bulkdata/00420011`, { Accept: 'application/octet-stream' });
  const whole = got.status === 200 ? got.bytes : Buffer.from(value(await metadataOf(a.stored[0]), '00420011') ?? (await metadataOf(a.stored[0]))['00420011'].InlineBinary, 'base64');
  assert.ok(whole.subarray(0, pdf.length).equals(pdf));
});

test('what is missing or wrong is refused with its reason, and nothing of it stays', async () => {
  const uids = [newUid(), newUid(), newUid()], set = photograph(uids), whole = renamed(await metadataOf(urls[0]));
  const cases = [
    ['bulk data that did not come', [set], [], 409, 0xc000],
    ['a value that is none', [{ ...set, '00280010': { vr: 'US', Value: ['much'] } }], [], 409, 0xc000],
    ['a picture that is not what it says', [set], [{ type: 'image/jpeg', location: 'cid:photo', body: 'GIF89a' }], 409, 0xc000],
    ['no study', [{ ...set, '0020000D': { vr: 'UI' } }], [{ type: 'application/octet-stream', location: 'cid:photo', body: Buffer.alloc(4) }], 409, 0xc000],
  ];
  for (const [what, sets, bulk, status, reason] of cases) {
    const a = await send([{ type: 'application/dicom+json', body: JSON.stringify(sets) }, ...bulk]);
    assert.equal(a.status, status, `${what}: ${a.status} ${a.bytes}`);
    assert.deepEqual(a.failed, [reason], what);
  }
  const other = await send([{ type: 'application/dicom+json', body: JSON.stringify([whole]) }, ...await bulkOf(whole)], { to: `/dicom-web/studies/${newUid()}` });
  assert.equal(other.status, 409);
  assert.deepEqual(other.failed, [0xa900]);
  for (const [type, body] of [['application/dicom+json', '[{'], ['application/dicom+json', '4'], ['application/dicom+xml', '<a/>'], ['application/dicom+xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><NativeDicomModel/>'], ['application/octet-stream', 'x']]) {
    const a = await send([{ type, body }], { type: type.includes('dicom') ? type : 'application/dicom+json' });
    assert.equal(a.status, 400, `${type} ${body}: ${a.status}`);
  }
  assert.equal((await send([], {})).status, 400);
  assert.equal((await pacs.get(`/dicom-web/studies/${uids[0]}/instances`, { Accept: 'application/dicom+json' })).json?.length ?? 0, 0);
  const one = await send([{ type: 'application/dicom+json', body: JSON.stringify([set, whole]) }, ...await bulkOf(whole)]);
  assert.equal(one.status, 202); // one kept, one refused
  assert.equal(one.stored.length, 1);
  assert.equal(one.failed.length, 1);
});
test('metadata that would take much memory is refused before it takes it, several at once too; what is big and honest is read', async () => {
  const most = () => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${house.process.pid}/status`, 'utf8'))[1]) / 1024;
  const objects = `[${'{},'.repeat(2 << 20)}{}]`, lists = `[{"00080060":{"vr":"CS","Value":[${'[],'.repeat(2 << 20)}[]]}}]`;
  const xml = `<NativeDicomModel>${Array.from({ length: 200000 }, (_, i) => `<DicomAttribute tag="${(0x10000000 + i).toString(16)}" vr="CS"/>`).join('')}</NativeDicomModel>`;
  const before = most();
  const all = await Promise.all([objects, lists, objects, lists].map((body) => send([{ type: 'application/dicom+json', body }])).concat([send([{ type: 'application/dicom+xml', body: xml }], { type: 'application/dicom+xml' })]));
  for (const a of all) assert.ok([413, 503].includes(a.status), `${a.status} ${a.bytes}`);
  assert.ok(most() - before < 250, `${most() - before} MB more`);
  const uids = [newUid(), newUid(), newUid()], big = { ...photograph(uids), '00420011': { vr: 'OB', InlineBinary: Buffer.alloc(8 << 20, 7).toString('base64') }, '30060050': { vr: 'DS', Value: Array.from({ length: 200000 }, (_, i) => i / 8) } };
  delete big['7FE00010'];
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify([big]) }]);
  assert.equal(a.status, 200, String(a.bytes));
});
test('who may not store does not', async () => {
  const someone = await house.person('qualite');
  const a = await send([{ type: 'application/dicom+json', body: JSON.stringify([photograph([newUid(), newUid(), newUid()])]) }], { who: someone });
  assert.equal(a.status, 403);
});
test('a series and a study come as pictures, one part for each; a picture alone is 406; a stranger gets none', async () => {
  for (const [url, media, mark] of [[series, 'image/jpeg', 0xffd8], [study, 'image/png', 0x8950]]) {
    const a = await pacs.get(`${url}/rendered?viewport=64,64`, { Accept: `multipart/related; type="${media}"` });
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 200)));
    const parts = partsOf(a);
    assert.equal(parts.length, 3);
    for (const p of parts) {
      assert.match(p.header, new RegExp(`Content-Type: ${media}\\s*$`));
      assert.equal(p.body.readUInt16BE(0), mark);
    }
  }
  assert.equal((await pacs.get(`${study}/rendered`, { Accept: 'image/gif' })).status, 406);
  assert.equal((await pacs.get(`${study}/rendered?window=x`, { Accept: 'multipart/related; type="image/jpeg"' })).status, 400);
  stranger ??= await house.person('demandeur2');
  assert.ok([403, 404].includes((await stranger.get(`${study}/rendered`, { Accept: 'multipart/related; type="image/jpeg"' })).status));
});
test('metadata is ready the second time, plain and compressed; it knows an image that comes or goes', async () => {
  const more = filesOf(phantoms(house, 'more', 'ct', [32])), ask = (headers = {}) => pacs.get(`${at2}/metadata`, { Accept: 'application/dicom+json', ...headers });
  const first = await stow(pacs, more.slice(0, 4).map((f) => fs.readFileSync(f)));
  assert.equal(first.status, 200);
  const at2 = first.stored[0].replace(/\/instances\/.*/, '');
  const plain = await ask(), again = await ask(), packed = await ask({ 'Accept-Encoding': 'gzip' });
  assert.equal(plain.json.length, 4);
  assert.ok(plain.bytes.equals(again.bytes));
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.ok(zlib.gunzipSync(packed.bytes).equals(plain.bytes));
  assert.ok(packed.bytes.length * 3 < plain.bytes.length);
  assert.match(plain.headers['content-type'], /application\/dicom\+json/);
  const one = await stow(pacs, [fs.readFileSync(more[4])]);
  assert.equal((await ask()).json.length, 5);
  const whole = (await pacs.get(`${at2.replace(/\/series\/.*/, '')}/metadata`, { Accept: 'application/dicom+json' })).json;
  assert.equal(whole.length, 5);
  assert.equal((await pacs.send('DELETE', `${one.stored[0]}?reason=Essai`)).status, 200);
  assert.equal((await ask()).json.length, 4);
  fs.rmSync(path.join(house.data, 'cache', 'headers'), { recursive: true });
  assert.equal((await ask()).json.length, 4, 'made again');
  stranger ??= await house.person('demandeur2');
  assert.ok([403, 404].includes((await stranger.get(`${at2}/metadata`, { Accept: 'application/dicom+json' })).status), 'ready for those who may see it');
});
