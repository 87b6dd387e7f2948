// DICOMweb (PS3.18) for those who cannot take what is stored: other transfer syntaxes, XML, WADO-URI, thumbnails, what is offered, what is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { makeObject } from '../dimse.mjs';
import { readPng } from '../pictures.mjs';
import { dataset, filesOf, folder, nothingFromSanitizers, partsOf, phantoms, sameDataset, stow } from '../dicom.mjs';

const SYNTAX = { implicit: '1.2.840.10008.1.2', explicit: '1.2.840.10008.1.2.1', rle: '1.2.840.10008.1.2.5', lossless: '1.2.840.10008.1.2.4.70', jpegls: '1.2.840.10008.1.2.4.80', htj2k: '1.2.840.10008.1.2.4.202', baseline: '1.2.840.10008.1.2.4.50' };
let house, pacs, imager, stranger, urls, at, series, study;

before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  at = filesOf(phantoms(house, 'ct', 'ct', [21])).slice(0, 5);
  const s = await stow(pacs, at.map((f) => fs.readFileSync(f)));
  assert.equal(s.status, 200, String(s.bytes));
  urls = s.stored;
  series = urls[0].replace(/\/instances\/.*/, '');
  study = series.replace(/\/series\/.*/, '');
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const object = async (url, syntax, type = 'multipart/related; type="application/dicom"') => pacs.get(url, { Accept: `${type}; transfer-syntax=${syntax}` });
/* A small secondary capture of many colours, made of a BMP by DCMTK. */
const colourObject = () => {
  const dir = folder(house, 'colour'), bmp = path.join(dir, 'c.bmp'), dcm = path.join(dir, 'c.dcm'), side = 32;
  const pixels = Buffer.from(Array.from({ length: side * side }, (_, i) => [(i % side) * 8, Math.floor(i / side) * 8, (i * 37) % 256]).flat());
  const head = Buffer.alloc(54); // a BMP, which img2dcm reads
  head.write('BM'); head.writeUInt32LE(54 + pixels.length, 2); head.writeUInt32LE(54, 10); head.writeUInt32LE(40, 14); head.writeInt32LE(side, 18); head.writeInt32LE(side, 22);
  head.writeUInt16LE(1, 26); head.writeUInt16LE(24, 28); head.writeUInt32LE(pixels.length, 34);
  fs.writeFileSync(bmp, Buffer.concat([head, pixels]));
  const r = dcmtk('img2dcm', ['-q', '-i', 'BMP', '-k', 'PatientName=ICC^TEST', '-k', 'PatientID=ICC-1', bmp, dcm]);
  assert.equal(r.status, 0, r.stderr);
  return fs.readFileSync(dcm);
};
/* Its pixels as RGB. */
const rgbOf = (png) => { const p = readPng(png); return p.channels === 3 ? p.at : Buffer.from([...p.at].flatMap((v) => [v, v, v])); };
const save = (name, bytes) => { const f = path.join(folder(house, 'got'), name); fs.writeFileSync(f, bytes); return f; };
const uidOf = (file) => /\(0008,0018\) UI \[?([0-9.]+)/.exec(dcmtk('dcmdump', ['-q', '-Un', '+P', '0008,0018', file]).stdout)[1];
const sentAs = (url) => at.find((f) => url.endsWith(`/${uidOf(f)}`));
const syntaxOf = (file) => /\(0002,0010\) UI \[?([0-9.]+)/.exec(dcmtk('dcmdump', ['-q', '+P', '0002,0010', '-Un', file]).stdout)[1];

for (const name of ['implicit', 'explicit', 'rle', 'lossless', 'jpegls', 'htj2k']) {
  test(`an instance comes in ${name}, and its pixels are those that were sent`, async () => {
    const a = await object(urls[0], SYNTAX[name]);
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 300)));
    const [part] = partsOf(a);
    assert.match(part.header, new RegExp(`transfer-syntax=${SYNTAX[name].replaceAll('.', '\\.')}(\\s|;|$)`));
    const file = save(`${name}.dcm`, part.body), back = path.join(folder(house, 'got'), `${name}-back.dcm`);
    assert.equal(syntaxOf(file), SYNTAX[name]);
    const tool = { rle: 'dcmdrle', lossless: 'dcmdjpeg', jpegls: 'dcmdjpls' }[name];
    if (tool) {
      const r = dcmtk(tool, [file, back]);
      assert.equal(r.status, 0, r.stderr);
    } else if (name === 'htj2k') { // nothing in DCMTK reads it (what is made is decoded and compared before it leaves)
      assert.ok(part.body.length < fs.statSync(sentAs(urls[0])).size);
      return;
    } else {
      const r = dcmtk('dcmconv', ['+te', file, back]);
      assert.equal(r.status, 0, r.stderr);
    }
    const pixels = (f) => { const b = dataset(fs.readFileSync(f)); return b.subarray(b.length - 512 * 512 * 2); };
    assert.ok(pixels(back).equals(pixels(sentAs(urls[0]))));
  });
}
test('a series comes whole in another transfer syntax, one part for each', async () => {
  const parts = partsOf(await object(series, SYNTAX.rle));
  assert.equal(parts.length, at.length);
  for (const [i, p] of parts.entries()) assert.equal(syntaxOf(save(`rle-${i}.dcm`, p.body)), SYNTAX.rle);
});
const zipped = (bytes) => { // names and contents, as Python's zipfile reads and checks them
  const file = save('objects.zip', bytes), to = folder(house, `zip-${process.hrtime.bigint()}`);
  const r = spawnSync('python3', ['-c', 'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])\nprint("\\n".join(z.namelist()))', file, to], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trim().split('\n').map((name) => ({ name, bytes: fs.readFileSync(path.join(to, name)) }));
};
for (const [what, url, count] of [['study', () => study, 5], ['series', () => series, 5], ['instance', () => urls[0], 1]]) {
  test(`a ${what} comes as a zip, every object byte for byte`, async () => {
    const a = await pacs.get(url(), { Accept: 'application/zip' });
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 300)));
    assert.equal(a.headers['content-type'], 'application/zip');
    const entries = zipped(a.bytes);
    assert.equal(entries.length, count);
    for (const e of entries) {
      assert.match(e.name, /^[0-9.]+\/[0-9.]+\.dcm$/);
      assert.ok(at.some((f) => e.name.endsWith(`/${uidOf(f)}.dcm`) && sameDataset(fs.readFileSync(f), e.bytes)), e.name);
    }
  });
}
test('a zip comes in another transfer syntax; in one that is not made, and to who may not see the images, it does not', async () => {
  const a = await pacs.get(series, { Accept: `application/zip; transfer-syntax=${SYNTAX.rle}` });
  const entries = zipped(a.bytes);
  assert.equal(entries.length, at.length);
  for (const [i, e] of entries.entries()) assert.equal(syntaxOf(save(`zip-rle-${i}.dcm`, e.bytes)), SYNTAX.rle);
  assert.equal((await pacs.get(series, { Accept: `application/zip; transfer-syntax=${SYNTAX.baseline}` })).status, 406);
  const stranger = await house.person('demandeur');
  assert.ok([403, 404].includes((await stranger.get(study, { Accept: 'application/zip' })).status));
});
test('a search answers in native XML too, one part for each found; nothing found is no part', async () => {
  const want = { Accept: 'multipart/related; type="application/dicom+xml"' };
  const url = `${series}/instances`;
  const a = await pacs.get(url, want), json = (await pacs.get(url)).json;
  assert.equal(a.status, 200, String(a.bytes.subarray(0, 300)));
  const parts = partsOf(a);
  assert.equal(parts.length, json.length);
  for (const [i, p] of parts.entries()) {
    const xml = String(p.body);
    assert.match(p.header, /application\/dicom\+xml/);
    assert.ok(xml.includes('<NativeDicomModel') && xml.includes(json[i]['00080018'].Value[0]), xml.slice(0, 300));
    assert.equal([...xml.matchAll(/<DicomAttribute /g)].length, Object.keys(json[i]).length);
  }
  const none = await pacs.get('/dicom-web/studies?PatientID=NOBODY-HAS-IT', want);
  assert.ok([200, 204].includes(none.status), String(none.status));
  assert.ok(!String(none.bytes).includes('<DicomAttribute'));
  assert.equal((await pacs.get(url, { Accept: 'text/html' })).status, 406);
});
test('as stored, and in the syntax it is stored in, it is byte for byte what was sent', async () => {
  for (const syntax of ['*', SYNTAX.explicit, SYNTAX.implicit]) {
    const a = await object(urls[0], syntax, 'application/dicom');
    assert.equal(a.status, 200);
    assert.match(a.headers['content-type'], /^application\/dicom/);
    const file = at.find((f) => sameDataset(fs.readFileSync(f), a.bytes));
    if (syntax === '*') assert.ok(file);
  }
});
test('a lossy or unknown transfer syntax is not made: 406, with words', async () => {
  for (const syntax of [SYNTAX.baseline, '1.2.3', 'x'.repeat(200)]) {
    const a = await object(urls[0], syntax);
    assert.equal(a.status, 406, syntax);
    assert.ok(JSON.stringify(a.json.error).length > 10);
    assert.equal((await pacs.get(`${urls[0]}/frames/1`, { Accept: `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}` })).status, 406);
  }
});
test('a frame comes in another syntax, twice the same, ready the second time', async () => {
  const want = (syntax) => pacs.get(`${urls[0]}/frames/1`, { Accept: `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}` });
  const native = partsOf(await want(SYNTAX.explicit))[0];
  assert.equal(native.body.length, 512 * 512 * 2);
  for (const name of ['htj2k', 'jpegls', 'rle']) {
    const a = await want(SYNTAX[name]), [part] = partsOf(a);
    assert.equal(a.status, 200);
    assert.match(part.header, new RegExp(SYNTAX[name]));
    assert.ok(part.body.length < native.body.length, `${name} ${part.body.length}`);
    assert.ok((await want(SYNTAX[name])).bytes.equals(a.bytes));
  }
  assert.equal((await pacs.get(`${urls[0]}/frames/2`, { Accept: `multipart/related; type="application/octet-stream"; transfer-syntax=${SYNTAX.rle}` })).status, 404);
});
test('of several syntaxes the better wish, of equals the one made in advance, else as stored; never lossy', async () => {
  const ask = (url, ...syntaxes) => pacs.get(`${url}/frames/1`, { Accept: syntaxes.map((s) => `multipart/related; type="application/octet-stream"; transfer-syntax=${s}`).join(', ') });
  const given = (a) => /transfer-syntax=([0-9.]+)/.exec(partsOf(a)[0].header)?.[1];
  const stored = await ask(urls[0], '*'), ready = await ask(urls[0], SYNTAX.htj2k, '*'); // as the viewer asks
  assert.equal(partsOf(stored)[0].body.length, 512 * 512 * 2);
  assert.equal(given(ready), SYNTAX.htj2k);
  assert.ok(ready.bytes.length < stored.bytes.length / 2, `${ready.bytes.length} of ${stored.bytes.length}`);
  assert.match(ready.headers.vary, /Accept/);
  for (const [syntaxes, expected] of [
    [['*', SYNTAX.htj2k], SYNTAX.htj2k], // the order says nothing
    [[`${SYNTAX.htj2k}; q=0.5`, '*'], SYNTAX.explicit], [[SYNTAX.rle, '*'], SYNTAX.explicit], [[SYNTAX.rle, '*; q=0.9'], SYNTAX.rle],
    [[SYNTAX.baseline, '*; q=0.1'], SYNTAX.explicit], [['1.2.3', SYNTAX.htj2k, SYNTAX.baseline], SYNTAX.htj2k]])
    assert.equal(given(await ask(urls[0], ...syntaxes)), expected, syntaxes.join(' or '));
  assert.equal((await ask(urls[0], SYNTAX.baseline, '1.2.3')).status, 406);
});
test('a frame asked for as octets without a syntax is little endian pixels, whatever is stored (PS3.18 §8.7.3)', async () => {
  const plain = path.join(folder(house, 'default'), 'plain.dcm'), rle = path.join(folder(house, 'default'), 'rle.dcm');
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', '-gse', '-gst', (fs.copyFileSync(at[0], plain), plain)]).status, 0);
  assert.equal(dcmtk('dcmcrle', [plain, rle]).status, 0);
  const url = (await stow(pacs, [fs.readFileSync(rle)])).stored[0];
  const frame = async (accept) => { const a = await pacs.get(`${url}/frames/1`, { Accept: accept }); return { header: partsOf(a)[0].header, body: partsOf(a)[0].body }; };
  const octets = 'multipart/related; type="application/octet-stream"';
  const stored = await frame(`${octets}; transfer-syntax=*`), native = await frame(octets), any = await frame('*/*');
  assert.match(stored.header, new RegExp(SYNTAX.rle.replaceAll('.', '\\.')));
  assert.match(native.header, /transfer-syntax=1\.2\.840\.10008\.1\.2\.1$/);
  assert.ok(native.body.equals(partsOf(await pacs.get(`${urls.find((u) => sentAs(u) === at[0])}/frames/1`, { Accept: `${octets}; transfer-syntax=*` }))[0].body), 'other pixels');
  assert.ok(any.body.equals(stored.body), any.header); // a range of types leaves it to us: as stored
});
test('an object of which no transfer syntax is said comes in Explicit VR Little Endian, as stored to who takes any (PS3.18 §8.7.3.4)', async () => {
  const plain = path.join(folder(house, 'default-object'), 'plain.dcm'), rle = path.join(folder(house, 'default-object'), 'rle.dcm');
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', '-gse', '-gst', (fs.copyFileSync(at[0], plain), plain)]).status, 0);
  assert.equal(dcmtk('dcmcrle', [plain, rle]).status, 0);
  const url = (await stow(pacs, [fs.readFileSync(rle)])).stored[0], [, s, e, i] = /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)/.exec(url);
  const parts = 'multipart/related; type="application/dicom"', alone = 'application/dicom', pixels = async (u) => partsOf(await pacs.get(`${u}/frames/1`, { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1' }))[0].body;
  for (const at_ of [url, `/dicom-web/studies/${s}/series/${e}`, `/dicom-web/studies/${s}`]) {
    const [made] = partsOf(await pacs.get(at_, { Accept: parts })), [any] = partsOf(await pacs.get(at_, { Accept: `${parts}; transfer-syntax=*` }));
    assert.match(made.header, /transfer-syntax=1\.2\.840\.10008\.1\.2\.1\s*$/m);
    assert.equal(syntaxOf(save('default.dcm', made.body)), SYNTAX.explicit);
    assert.ok(made.body.includes(await pixels(url)), 'other pixels');
    assert.ok(sameDataset(fs.readFileSync(rle), any.body));
    for (const accept of ['*/*', undefined]) assert.equal(syntaxOf(save('any.dcm', partsOf(await pacs.get(at_, accept ? { Accept: accept } : {}))[0].body)), SYNTAX.rle, accept);
  }
  const given = async (accept) => { const a = await pacs.get(url, { Accept: accept }); assert.equal(a.status, 200, accept); return syntaxOf(save('given.dcm', a.bytes)); };
  assert.equal(await given(alone), SYNTAX.explicit);
  assert.equal(await given(`${alone}; q=0.5, ${alone}; transfer-syntax=*; q=0.4`), SYNTAX.explicit);
  assert.equal(await given(`${alone}; q=0.4, ${alone}; transfer-syntax=*; q=0.5`), SYNTAX.rle);
  assert.equal(await given(`${alone}; transfer-syntax=${SYNTAX.baseline}, ${alone}; transfer-syntax=${SYNTAX.jpegls}; q=0.2`), SYNTAX.jpegls, 'what cannot be given is passed over');
  assert.equal(await given(`${alone}; transfer-syntax=1.2.3, ${alone}`), SYNTAX.explicit);
  const uri = async (rest) => syntaxOf(save('uri.dcm', (await pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${s}&seriesUID=${e}&objectUID=${i}&contentType=application/dicom${rest}`, {})).bytes));
  assert.equal(await uri(''), SYNTAX.explicit);
  assert.equal(await uri('&transferSyntax=*'), SYNTAX.rle);
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', '-gse', '-gst', plain]).status, 0);
  const stored = (await stow(pacs, [fs.readFileSync(plain)])).stored[0]; // stored so: the file itself
  assert.ok(sameDataset(fs.readFileSync(plain), (await pacs.get(stored, { Accept: alone })).bytes));
});
test('the default where it cannot be made: damaged pixels alone are 406, beside sound images they come as stored and labelled so', async () => {
  const dir = folder(house, 'default-damaged'), plain = path.join(dir, 'a.dcm'), rle = path.join(dir, 'b.dcm'), parts = 'multipart/related; type="application/dicom"';
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', '-gse', '-gst', (fs.copyFileSync(at[0], plain), plain)]).status, 0);
  assert.equal(dcmtk('dcmcrle', [plain, rle]).status, 0);
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', rle]).status, 0);
  const bad = fs.readFileSync(rle);
  const from = bad.indexOf(Buffer.from([0xfe, 0xff, 0x00, 0xe0]), bad.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))) ; // the offset table, then the frame
  const frame = bad.indexOf(Buffer.from([0xfe, 0xff, 0x00, 0xe0]), from + 4);
  bad.writeUInt32LE(15, frame + 8); // so many segments, where there are two
  const urls_ = (await stow(pacs, [fs.readFileSync(plain), bad])).stored;
  const damaged = urls_.find((u) => !u.endsWith(`/${uidOf(plain)}`));
  const refused = await pacs.get(damaged, { Accept: 'application/dicom' });
  assert.equal(refused.status, 406);
  assert.ok(refused.json.error);
  assert.equal((await pacs.get(damaged, { Accept: 'application/dicom; transfer-syntax=*' })).status, 200);
  const both = partsOf(await pacs.get(damaged.replace(/\/series.*/, ''), { Accept: parts }));
  assert.deepEqual(both.map((p) => /transfer-syntax=([0-9.]+)/.exec(p.header)[1]).sort(), [SYNTAX.explicit, SYNTAX.rle].sort());
  assert.ok(both.some((p) => sameDataset(bad, p.body)));
});
test('the query parameter accept stands before the header', async () => {
  const a = await pacs.get(`${urls[0]}?accept=${encodeURIComponent('application/dicom; transfer-syntax=*')}`, { Accept: 'text/html' });
  assert.equal(a.status, 200);
  assert.match(a.headers['content-type'], /^application\/dicom/);
  assert.equal((await pacs.get(`${urls[0]}?accept=text/html`, { Accept: 'application/dicom' })).status, 406);
});

// Attributes of native XML in order, sequences opened: "00100010 PN DOE^JOHN".
function attributes(xml) {
  const out = [], path_ = [];
  for (const m of xml.matchAll(/<DicomAttribute tag="([0-9A-Fa-f]{8})" vr="(\w\w)"[^>]*?(\/?)>|<\/DicomAttribute>|<Value number="(\d+)">([^<]*)<\/Value>|<(FamilyName|GivenName|MiddleName|NamePrefix|NameSuffix)>([^<]*)</g)) {
    if (m[1]) { path_.push(m[1].toUpperCase()); out.push({ at: path_.join('/'), vr: m[2], values: [] }); if (m[3]) path_.pop(); }
    else if (m[0] === '</DicomAttribute>') path_.pop();
    else out.findLast((o) => o.at === path_.join('/')).values.push((m[5] ?? m[7]).trim());
  }
  return out.filter((o) => !/^0002|7FE00010/.test(o.at)).map((o) => `${o.at} ${o.vr} ${o.values.map((v) => (/^-?[0-9.]+(e[+-]?\d+)?$/i.test(v) && ['DS', 'IS', 'FD', 'FL', 'US', 'SS', 'UL', 'SL'].includes(o.vr) ? String(Number(v)) : v)).join('\\')}`);
}
test('metadata as native XML has the attributes and values that DCMTK finds', async () => {
  const a = await pacs.get(`${series}/metadata`, { Accept: 'multipart/related; type="application/dicom+xml"' });
  assert.equal(a.status, 200);
  const parts = partsOf(a);
  assert.equal(parts.length, at.length);
  for (const [i, p] of parts.entries()) {
    const xml = p.body.toString('utf8'), file = at.find((f) => xml.includes(`>${uidOf(f)}<`));
    fs.writeFileSync(path.join(folder(house, 'got'), `${i}.xml`), p.body);
    const theirs = dcmtk('dcm2xml', ['-nat', file], { maxBuffer: 1 << 26 }).stdout;
    assert.deepEqual(attributes(xml).filter((l) => !l.startsWith('00080005')), attributes(theirs).filter((l) => !l.startsWith('00080005')));
    assert.match(xml, /<BulkData uri="[^"]+\/bulkdata\/7FE00010"|<BulkData uri="[^"]+frames/);
  }
});
test('WADO-URI: picture, object, another syntax; and what it refuses', async () => {
  const [, s, e, i] = /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)/.exec(urls[0]);
  const uri = (rest) => pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${s}&seriesUID=${e}&objectUID=${i}${rest}`, {});
  const jpeg = await uri('');
  assert.equal(jpeg.headers['content-type'], 'image/jpeg');
  assert.equal(jpeg.bytes.readUInt16BE(0), 0xffd8);
  const png = await uri('&contentType=image/png&rows=64&windowCenter=40&windowWidth=400');
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
  assert.equal(png.bytes.readUInt32BE(20), 64);
  const dicom = await uri('&contentType=application/dicom');
  assert.ok(at.some((f) => sameDataset(fs.readFileSync(f), dicom.bytes)));
  assert.equal(syntaxOf(save('uri.dcm', (await uri(`&contentType=application/dicom&transferSyntax=${SYNTAX.jpegls}`)).bytes)), SYNTAX.jpegls);
  assert.equal((await uri('&contentType=text/html')).status, 406);
  assert.equal((await uri('&windowCenter=40')).status, 400);
  const part = (await uri('&contentType=image/png&region=0.5,0,1,0.25')).bytes;
  assert.deepEqual([part.readUInt32BE(16), part.readUInt32BE(20)], [256, 128]);
  assert.equal((await uri('&region=0.5,0,0.4,1')).status, 400);
  assert.equal((await uri('&contentType=application/dicom&rows=64')).status, 400, 'rows are of a picture');
  assert.equal((await uri('&anonymize=yes')).status, 400);
  assert.equal((await uri('&frameNumber=9')).status, 404);
  assert.equal((await pacs.get('/dicom-web/wado?requestType=WADO&studyUID=1.2.3&seriesUID=1.2.3&objectUID=1.2.3', {})).status, 404);
  assert.equal((await pacs.get('/dicom-web/wado?studyUID=1.2.3', {})).status, 400);
  const nobody = await house.request({ path: `/dicom-web/wado?requestType=WADO&studyUID=${s}&seriesUID=${e}&objectUID=${i}` });
  assert.equal(nobody.status, 401);
});
test('a part of the image by viewport (PS3.18 §8.3.5.1)', async () => {
  const png = async (q) => pacs.get(`${urls[0]}/rendered?${q}`, { Accept: 'image/png' });
  const a = await png('viewport=256,200,128,0,256,200');
  assert.deepEqual([a.bytes.readUInt32BE(16), a.bytes.readUInt32BE(20)], [256, 200]);
  assert.equal(a.headers.warning, undefined);
  assert.equal((await png('viewport=400,400,600,0,10,10')).status, 400, 'outside');
});
test('annotation burns patient and technique into the picture of whoever asks, never into the ready file (PS3.18 §8.3.5.1.1)', async () => {
  const png = async (q, at_ = urls[0]) => { const a = await pacs.get(`${at_}/rendered${q}`, { Accept: 'image/png' }); assert.equal(a.status, 200, q); return rgbOf(a.bytes); };
  const plain = await png(''), both = await png('?annotation=patient,technique'), patient = await png('?annotation=patient'), technique = await png('?annotation=technique');
  const differs = (picture, from, to) => { let n = 0; for (let y = from; y < to; y++) for (let x = 0; x < 512; x++) n += picture[(y * 512 + x) * 3] !== plain[(y * 512 + x) * 3]; return n; };
  for (const [picture, top, bottom] of [[both, true, true], [patient, true, false], [technique, false, true]]) {
    assert.equal(differs(picture, 0, 120) > 300, top);
    assert.equal(differs(picture, 380, 512) > 300, bottom);
    assert.equal(differs(picture, 130, 370), 0, 'the middle is the image');
  }
  assert.ok((await png('')).equals(plain), 'the ready file stays as it was');
  const [, s, e, i] = /studies\/([^/]+)\/series\/([^/]+)\/instances\/(.+)/.exec(urls[0]);
  const uri = (rest) => pacs.get(`/dicom-web/wado?requestType=WADO&studyUID=${s}&seriesUID=${e}&objectUID=${i}${rest}`, {});
  assert.ok(rgbOf((await uri('&contentType=image/png&annotation=patient')).bytes).equals(patient));
  assert.equal((await uri('&contentType=application/dicom&annotation=patient')).status, 400);
  for (const wrong of ['', 'doctor', 'patient,,technique', 'patient;technique']) {
    const a = await pacs.get(`${urls[0]}/rendered?annotation=${encodeURIComponent(wrong)}`, { Accept: 'image/png' });
    assert.equal(a.status, 400, wrong);
    assert.match(JSON.stringify(a.json.error), /annotation/i);
  }
  const parts = partsOf(await pacs.get(`${series}/rendered?annotation=patient`, { Accept: 'multipart/related; type="image/png"' }));
  assert.equal(parts.length, at.length);
});
test('iccprofile: the colours asked for, with their profile in the picture; those of the object where it has a profile (PS3.18 §8.3.5.1.4)', async () => {
  const ask = (at_, q, type = 'image/png') => pacs.get(`${at_}/rendered${q}`, { Accept: type });
  const profileOf = (png) => { const i = png.indexOf('iCCP'); return i < 0 ? null : zlib.inflateSync(png.subarray(png.indexOf(0, i + 4) + 2, i + 4 + png.readUInt32BE(i - 4))); };
  const apart = (a, b) => { let most = 0; for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i])); return most; };
  const plain = (await ask(urls[0], '')).bytes, profiles = {};
  assert.equal(profileOf(plain), null);
  assert.ok((await ask(urls[0], '?iccprofile=no')).bytes.equals(plain));
  for (const name of ['yes', 'srgb', 'adobergb', 'rommrgb']) {
    const a = await ask(urls[0], `?iccprofile=${name}`);
    assert.equal(a.status, 200, `${name}: ${a.bytes.subarray(0, 200)}`);
    profiles[name] = profileOf(a.bytes);
    assert.equal(profiles[name].subarray(36, 40).toString(), 'acsp');
    const grey = rgbOf(a.bytes);
    for (let i = 0; i < grey.length; i += 3) assert.ok(Math.abs(grey[i] - grey[i + 1]) <= 1 && Math.abs(grey[i] - grey[i + 2]) <= 1, `${name}: grey stays grey`);
    if (name === 'yes' || name === 'srgb') assert.ok(grey.equals(rgbOf(plain)), name);
  }
  const words = (bytes) => bytes.toString('latin1').replaceAll('\0', '');
  assert.match(words(profiles.adobergb), /Adobe RGB/);
  const jpeg = (await ask(urls[0], '?iccprofile=rommrgb', 'image/jpeg')).bytes;
  assert.equal(jpeg.readUInt16BE(20), 0xffe2, 'behind JFIF');
  assert.ok(jpeg.includes('ICC_PROFILE\0\x01\x01') && words(jpeg).includes('ROMM RGB'));
  for (const wrong of ['', 'cmyk', 'sRGB,yes']) assert.equal((await ask(urls[0], `?iccprofile=${encodeURIComponent(wrong)}`)).status, 400, wrong);

  const dir = folder(house, 'icc'), icc = path.join(dir, 'adobe.icc'), coloured = path.join(dir, 'coloured.dcm'), bad = path.join(dir, 'bad.dcm');
  fs.writeFileSync(icc, Buffer.concat([profiles.adobergb, Buffer.alloc(profiles.adobergb.length % 2)]));
  fs.writeFileSync(coloured, colourObject());
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-i', '(0028,2000)=', coloured]).status, 0);
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-mf', `(0028,2000)=${icc}`, coloured]).status, 0);
  fs.copyFileSync(coloured, bad);
  fs.writeFileSync(icc, Buffer.from('no profile at all, but an even number of bytes: here'));
  assert.equal(dcmtk('dcmodify', ['-q', '-nb', '-gin', '-mf', `(0028,2000)=${icc}`, bad]).status, 0);
  const sent = (await stow(pacs, [fs.readFileSync(coloured), fs.readFileSync(bad)])).stored;
  const good = sent.find((u) => u.endsWith(`/${uidOf(coloured)}`)), refused = sent.find((u) => u !== good);
  const own = await ask(good, '?iccprofile=yes'), none = rgbOf((await ask(good, '')).bytes);
  assert.equal(own.status, 200, String(own.bytes));
  assert.ok(profileOf(own.bytes).subarray(0, profiles.adobergb.length).equals(profiles.adobergb), 'its own profile');
  assert.ok(rgbOf(own.bytes).equals(none), 'its own colours');
  assert.ok(apart(rgbOf((await ask(good, '?iccprofile=adobergb')).bytes), none) <= 2, 'from Adobe RGB to itself');
  assert.ok(apart(rgbOf((await ask(good, '?iccprofile=srgb')).bytes), none) > 20, 'converted');
  const not = await ask(refused, '?iccprofile=srgb');
  assert.equal(not.status, 400);
  assert.match(JSON.stringify(not.json.error), /profil de couleurs/);
  assert.equal((await ask(refused, '')).status, 200);
});
test('a bulk value comes in ranges of bytes', async () => {
  const all = (await pacs.get(`${urls[0]}/bulkdata/7FE00010`, { Accept: 'application/octet-stream' })).bytes;
  for (const [range, from, to] of [['0-99', 0, 100], ['100-', 100, all.length], ['-10', all.length - 10, all.length], [`5-${all.length * 2}`, 5, all.length]]) {
    const a = await pacs.get(`${urls[0]}/bulkdata/7FE00010`, { Accept: 'application/octet-stream', Range: `bytes=${range}` });
    assert.equal(a.status, 206, range);
    assert.equal(a.headers['content-range'], `bytes ${from}-${to - 1}/${all.length}`);
    assert.ok(a.bytes.equals(all.subarray(from, to)), range);
  }
  assert.equal((await pacs.get(`${urls[0]}/bulkdata/7FE00010`, { Range: `bytes=${all.length}-` })).status, 416);
  for (const range of ['bytes=5-4', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6'])
    assert.equal((await pacs.get(`${urls[0]}/bulkdata/7FE00010`, { Range: range })).bytes.length, all.length, `${range}: all of it`);
});
test('a study and a series have a thumbnail; a stranger has none', async () => {
  for (const url of [study, series, urls[0]]) {
    const a = await pacs.get(`${url}/thumbnail`, { Accept: 'image/jpeg' });
    assert.equal(a.status, 200, url);
    assert.equal(a.bytes.readUInt16BE(0), 0xffd8);
  }
  stranger = await house.person('demandeur2');
  for (const url of [study, series, urls[0]]) assert.ok([403, 404].includes((await stranger.get(`${url}/thumbnail`, { Accept: 'image/jpeg' })).status));
});
test('a picture is the same when it is asked for again, then by its ready file; one of another window is made each time', async () => {
  const ask = (rest) => pacs.get(`${urls[0]}/rendered${rest}`, { Accept: 'image/jpeg' });
  const [first, again, windowed] = [await ask(''), await ask(''), await ask('?window=40,400,linear')];
  for (const a of [first, again, windowed]) assert.equal(a.status, 200);
  assert.equal(first.headers['content-type'], 'image/jpeg');
  assert.ok(first.headers.etag && first.headers.etag === again.headers.etag, 'sent by the edge, from one file');
  assert.ok(first.bytes.equals(again.bytes));
  assert.equal(windowed.headers.etag, undefined);
});
test('series and instances are searched without naming their study, and only by who may see them (PS3.18 table 10.6.1-1)', async () => {
  const uid = (row, tag) => row[tag].Value[0], [, s, e] = /studies\/([^/]+)\/series\/([^/]+)/.exec(series);
  const list = async (who, p) => { const a = await who.get(`/dicom-web/${p}`, { Accept: 'application/dicom+json' }); assert.equal(a.status, 200, `${p}: ${a.status} ${a.bytes}`); return a.json; };
  const some = await list(pacs, 'series?limit=5000');
  const mine = some.find((r) => uid(r, '0020000E') === e);
  assert.equal(uid(mine, '0020000D'), s, 'tells its study');
  assert.ok(mine['00100010'], 'and its patient');
  const instances = await list(pacs, `instances?SeriesInstanceUID=${e}`);
  assert.deepEqual(instances.map((r) => uid(r, '00080018')).sort(), urls.map((u) => u.split('/').at(-1)).sort());
  assert.equal((await list(pacs, `instances?SOPInstanceUID=${urls[0].split('/').at(-1)}`)).length, 1);
  assert.equal((await list(stranger, 'series?limit=5000')).find((r) => uid(r, '0020000E') === e), undefined);
  assert.equal((await house.request({ path: '/dicom-web/series' })).status, 401);
});
test('an attribute within a sequence is searched and asked for by its path (PS3.18 §8.3.4.1)', async () => {
  const { file, study: s } = makeObject(folder(house, 'got'), { '0040,0275': ['SQ', [{ '0040,1001': ['SH', 'RP-7'], '0040,0009': ['SH', 'SPS-7'] }]] });
  assert.equal((await stow(pacs, [fs.readFileSync(file)])).status, 200);
  const found = async (q) => { const a = await pacs.get(`/dicom-web/series?StudyInstanceUID=${s}&${q}`, {}); return a.status === 200 ? a.json.length : a.status; };
  assert.equal(await found('00400275.00400009=SPS-7'), 1);
  assert.equal(await found('RequestAttributesSequence.RequestedProcedureID=RP-*'), 1);
  assert.equal(await found('00400275.00400009=SPS-8'), 0);
  assert.equal(await found('PatientName.00400009=x'), 400, 'a name is no sequence');
  assert.equal(await found('00400275.nonsense=x'), 400);
  assert.equal(await found('00400275.=x'), 400);
  const told = (await pacs.get(`/dicom-web/series?StudyInstanceUID=${s}&includefield=RequestAttributesSequence.00400009`, {})).json[0];
  assert.equal(told['00400275'].Value[0]['00400009'].Value[0], 'SPS-7');
});
test('a search takes accept and charset as parameters too (PS3.18 §8.3.3)', async () => {
  const a = await pacs.get(`/dicom-web/studies?limit=1&charset=utf-8&accept=${encodeURIComponent('multipart/related; type="application/dicom+xml"')}`, { Accept: 'application/dicom+json' });
  assert.equal(a.status, 200, String(a.bytes));
  assert.match(a.headers['content-type'], /dicom\+xml/);
});
test('a frame has a thumbnail', async () => {
  assert.equal((await pacs.get(`${urls[0]}/frames/1/thumbnail`, { Accept: 'image/png' })).bytes.readUInt32BE(16), 128);
  assert.equal((await pacs.get(`${urls[0]}/frames/2/thumbnail`, {})).status, 404);
});
test('STOW-RS tells which objects failed as far as they can be read, where the study is, and in XML to who prefers it (PS3.18 §10.5.3)', async () => {
  const { file, uid, study: s } = makeObject(folder(house, 'got'), {}), other = makeObject(folder(house, 'got'), {});
  const whole = fs.readFileSync(file), cut = fs.readFileSync(other.file).subarray(0, -20);
  const upload = async (files, accept) => {
    const body = Buffer.concat([...files.flatMap((f) => [Buffer.from('--B\r\nContent-Type: application/dicom\r\n\r\n'), f, Buffer.from('\r\n')]), Buffer.from('--B--\r\n')]);
    return pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=B', Accept: accept });
  };
  const json = await upload([whole, cut], 'application/dicom+json');
  assert.equal(json.status, 202);
  const [failed] = json.json['00081198'].Value;
  assert.deepEqual([failed['00081150'].Value[0], failed['00081155'].Value[0], failed['00081197'].Value[0]], ['1.2.840.10008.5.1.4.1.1.7', other.uid, 0xc000]);
  assert.ok(json.json['00081190'].Value[0].endsWith(`/studies/${s}`));
  const refused = (await pacs.get('/api/archive/quarantine')).json.refused.find((r) => r.uid === other.uid);
  assert.deepEqual([refused.study_uid, refused.kind], [other.study, 'input']);
  const xml = await upload([whole, cut], 'application/dicom+xml, application/dicom+json;q=0.5');
  assert.equal(xml.status, 202);
  assert.equal(xml.headers['content-type'], 'application/dicom+xml');
  const text = xml.bytes.toString('utf8');
  assert.match(text, /^<\?xml[^>]*><NativeDicomModel /);
  assert.ok(text.includes(`<Value number="1">${uid}</Value>`) && text.includes(`<Value number="1">${other.uid}</Value>`) && text.endsWith('</NativeDicomModel>'));
  assert.equal((await upload([whole], 'text/html')).status, 200, 'no image is refused for the form of the answer');
  const several = (await upload([whole, fs.readFileSync(other.file)], '*/*')).json;
  assert.equal(several['00081190'], undefined, 'two studies have no one address');
});
test('includefield=all tells every attribute of its level that the archive has, in order; none of a lower one, no bulk value (PS3.18 §10.6.3.3)', async () => {
  const all = async (rest, also = '') => (await pacs.get(`/dicom-web/${rest}${rest.includes('?') ? '&' : '?'}includefield=all${also}`, { Accept: 'application/dicom+json' })).json;
  const [metadata] = (await pacs.get(`${urls[0]}/metadata`, { Accept: 'application/dicom+json' })).json, sop = metadata['00080018'].Value[0];
  const one = (await all(`${series.slice('/dicom-web/'.length)}/instances`)).find((i) => i['00080018'].Value[0] === sop);
  const missing = Object.keys(metadata).filter((tag) => !(tag in one) && !metadata[tag].BulkDataURI && tag !== '00080005');
  assert.deepEqual(missing, []);
  for (const tag of ['00180050', '00280030', '00200037', '00080070']) assert.deepEqual(one[tag], metadata[tag], tag);
  assert.ok(!('7FE00010' in one));
  assert.deepEqual(Object.keys(one), Object.keys(one).sort());
  const [of_series] = await all(`${study.slice('/dicom-web/'.length)}/series`), [of_study] = await all(`studies?StudyInstanceUID=${study.split('/').at(-1)}`);
  assert.deepEqual(of_series['00080070'], metadata['00080070'], 'the manufacturer is of the series');
  for (const [row, tags] of [[of_series, ['00080018', '00280030', '00200013', '00280010']], [of_study, ['00080018', '0020000E', '00080070', '00080060', '00280010']]])
    for (const tag of tags) assert.ok(!(tag in row), tag);
  assert.deepEqual(Object.keys(of_study), Object.keys(of_study).sort());
  assert.ok(Object.keys(await (async () => (await pacs.get(`${study}/series`)).json[0])()).length < Object.keys(of_series).length, 'unasked it is the required ones');
  assert.equal((await all('studies?PatientID=NOBODY-HAS-IT'))?.length ?? 0, 0);
  assert.equal((await pacs.get('/dicom-web/studies?includefield=everything', {})).status, 400);
  assert.equal(((await stranger.get('/dicom-web/studies?includefield=all', {})).json ?? []).find?.((r) => r['0020000D'].Value[0] === study.split('/').at(-1)), undefined, 'a stranger sees nothing of it');
});
test('OPTIONS tells what is offered, as WADL, made of the route table', async () => {
  for (const a of [await pacs.send('OPTIONS', '/dicom-web/'), await pacs.send('OPTIONS', '/dicom-web/studies'), await pacs.get('/dicom-web/capabilities', {})]) {
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 200)));
    assert.match(a.headers['content-type'], /application\/vnd\.sun\.wadl\+xml/);
    const text = a.bytes.toString('utf8');
    for (const p of ['studies/{study}/series/{series}/instances/{instance}', 'studies/{study}/metadata', 'wado']) assert.ok(text.includes(`<resource path="${p}"`), p);
    assert.match(text, /<resource path="studies"><method name="GET">.*<method name="POST">/s);
  }
  assert.equal((await house.request({ method: 'OPTIONS', path: '/dicom-web/studies' })).status, 401);
});
