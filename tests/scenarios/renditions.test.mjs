// What is shown of objects that are no pictures: PDF, video with byte ranges, reports; a thumbnail of everything; ranges of what can be asked of a picture.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { corpus, CORPUS, filesOf, nothingFromSanitizers, phantoms, stow } from '../dicom.mjs';
import { readPng } from '../pictures.mjs';

const files = corpus();
const absent = files ? false : 'skipped: ../shared is not there';
let house, pacs, stranger, ct, count = 0;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  stranger = await house.person('demandeur');
  const [first] = filesOf(phantoms(house, 'ct', 'ct', [41]));
  const s = await stow(pacs, [fs.readFileSync(first)]);
  assert.equal(s.status, 200, String(s.bytes));
  [ct] = s.stored;
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const newUid = () => `2.25.88${Date.now()}${++count}`;
const PICTURE = { Accept: 'image/png' };

// An object of a class, with bulk data of a media type, by STOW-RS of JSON.
async function made(classUid, modality, more, media, bulk) {
  const set = {
    '00080016': { vr: 'UI', Value: [classUid] }, '00080018': { vr: 'UI', Value: [newUid()] }, '00080060': { vr: 'CS', Value: [modality] },
    '0020000D': { vr: 'UI', Value: [newUid()] }, '0020000E': { vr: 'UI', Value: [newUid()] }, '00100010': { vr: 'PN', Value: [{ Alphabetic: 'TEST^RENDU' }] }, '00100020': { vr: 'LO', Value: ['R1'] }, ...more,
  };
  const parts = [['application/dicom+json', '', JSON.stringify([set])], ...(bulk ? [[media, 'Content-Location: cid:bulk\r\n', bulk]] : [])];
  const body = Buffer.concat([...parts.flatMap(([type, head, b]) => [Buffer.from(`--part\r\nContent-Type: ${type}\r\n${head}\r\n`), Buffer.from(b), Buffer.from('\r\n')]), Buffer.from('--part--\r\n')]);
  const a = await pacs.send('POST', '/dicom-web/studies', body, { 'Content-Type': 'multipart/related; type="application/dicom+json"; boundary=part', Accept: 'application/dicom+json' });
  assert.equal(a.status, 200, String(a.bytes));
  return new URL(a.json['00081199'].Value[0]['00081190'].Value[0]).pathname;
}
async function thumbnails(url, who = pacs) {
  for (const at of [url, url.replace(/\/instances\/.*/, ''), url.replace(/\/series\/.*/, '')]) {
    const a = await who.get(`${at}/thumbnail`, PICTURE);
    assert.equal(a.status, 200, `${at}: ${a.status} ${a.bytes.subarray(0, 200)}`);
    const p = readPng(a.bytes);
    assert.ok(p.width <= 128 && p.height <= 128 && Math.max(p.width, p.height) > 0);
  }
}

test('an encapsulated PDF is rendered as the PDF, whole and in part; not as a picture; not to a stranger', async () => {
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF '); // odd: one byte of padding in the file
  assert.equal(pdf.length % 2, 1);
  const url = await made('1.2.840.10008.5.1.4.1.1.104.1', 'DOC', { '00420011': { vr: 'OB', BulkDataURI: 'cid:bulk' }, '00420012': { vr: 'LO', Value: ['application/pdf'] }, '00420015': { vr: 'UL', Value: [pdf.length] } }, 'application/pdf', pdf);
  for (const accept of ['application/pdf', '*/*', 'image/jpeg;q=0.5, application/pdf']) {
    const a = await pacs.get(`${url}/rendered`, { Accept: accept });
    assert.equal(a.status, 200, String(a.bytes));
    assert.equal(a.headers['content-type'], 'application/pdf');
    assert.ok(a.bytes.equals(pdf));
  }
  const part = await pacs.get(`${url}/rendered`, { Accept: 'application/pdf', Range: 'bytes=1-3' });
  assert.equal(part.status, 206);
  assert.equal(String(part.bytes), 'PDF');
  assert.match(part.headers['content-security-policy'], /sandbox/);
  assert.equal((await pacs.get(`${url}/rendered`, { Accept: 'image/jpeg' })).status, 406);
  assert.ok([403, 404].includes((await stranger.get(`${url}/rendered`, { Accept: 'application/pdf' })).status));
  assert.ok([403, 404].includes((await stranger.get(`${url}/thumbnail`, PICTURE)).status));
  await thumbnails(url);
  const wrong = await made('1.2.840.10008.5.1.4.1.1.104.1', 'DOC', { '00420011': { vr: 'OB', BulkDataURI: 'cid:bulk' }, '00420012': { vr: 'LO', Value: ['application/pdf'] } }, 'application/octet-stream', Buffer.from('<script>no PDF</script>'));
  assert.equal((await pacs.get(`${wrong}/rendered`, { Accept: 'application/pdf' })).status, 400);
  await thumbnails(wrong);
});

test('a video is answered as its stream, with byte ranges; a frame of it is refused by name', async () => {
  const video = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), Buffer.alloc(200000, 'beclere-video-')]);
  const us = (v) => ({ vr: 'US', Value: [v] });
  const url = await made('1.2.840.10008.5.1.4.1.1.77.1.1.1', 'ES', { '00280002': us(3), '00280004': { vr: 'CS', Value: ['YBR_PARTIAL_420'] }, '00280006': us(0), '00280008': { vr: 'IS', Value: ['25'] }, '00280010': us(480), '00280011': us(640), '00280100': us(8), '00280101': us(8), '00280102': us(7), '00280103': us(0), '7FE00010': { vr: 'OB', BulkDataURI: 'cid:bulk' } }, 'video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102', video);
  for (let again = 0; again < 2; again++) {
    const a = await pacs.get(`${url}/rendered`, { Accept: 'video/mp4' });
    assert.equal(a.status, 200, String(a.bytes.subarray(0, 200)));
    assert.equal(a.headers['content-type'], 'video/mp4');
    assert.ok(a.bytes.equals(video), `${a.bytes.length} bytes`);
  }
  const part = await pacs.get(`${url}/rendered`, { Accept: 'video/*', Range: 'bytes=100000-100013' });
  assert.equal(part.status, 206);
  assert.ok(part.bytes.equals(video.subarray(100000, 100014)));
  assert.equal((await pacs.get(`${url}/rendered`, { Accept: 'video/mpeg' })).status, 406);
  const frame = await pacs.get(`${url}/frames/1/rendered`, PICTURE);
  assert.equal(frame.status, 400);
  assert.match(frame.json.error.text, /vidéo/);
  await thumbnails(url);
});

test('a report is rendered as HTML and as text, and nothing in it runs', async () => {
  const code = (v, s, m) => ({ vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: [v] }, '00080102': { vr: 'SH', Value: [s] }, '00080104': { vr: 'LO', Value: [m] } }] });
  const item = (type, concept, more) => ({ '0040A010': { vr: 'CS', Value: ['CONTAINS'] }, '0040A040': { vr: 'CS', Value: [type] }, '0040A043': concept, ...more });
  const url = await made('1.2.840.10008.5.1.4.1.1.88.11', 'SR', {
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '0040A040': { vr: 'CS', Value: ['CONTAINER'] }, '0040A043': code('126000', 'DCM', 'Compte rendu'),
    '0040A730': { vr: 'SQ', Value: [
      item('TEXT', code('121071', 'DCM', 'Finding'), { '0040A160': { vr: 'UT', Value: ['Foie <script>alert(1)</script> & rate\nnormaux'] } }),
      item('NUM', code('410668003', 'SCT', 'Length'), { '0040A300': { vr: 'SQ', Value: [{ '0040A30A': { vr: 'DS', Value: ['12.5'] }, '004008EA': code('mm', 'UCUM', 'mm') }] } }),
    ] },
  });
  const html = await pacs.get(`${url}/rendered`, { Accept: 'text/html' });
  assert.equal(html.status, 200, String(html.bytes));
  assert.match(html.headers['content-type'], /^text\/html/);
  assert.match(html.headers['content-security-policy'], /default-src 'none'; sandbox/);
  const text = String(html.bytes);
  assert.match(text, /<h1>Compte rendu<\/h1>/);
  assert.match(text, /Foie &lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; rate<br>normaux/);
  assert.match(text, /<b>Length<\/b> 12\.5 mm/);
  assert.ok(!text.includes('<script'));
  const plain = await pacs.get(`${url}/rendered`, { Accept: 'text/plain' });
  assert.match(plain.headers['content-type'], /^text\/plain/);
  assert.match(String(plain.bytes), /^ {2}Length: 12\.5 mm$/m);
  assert.equal((await pacs.get(`${url}/rendered`, { Accept: 'image/png' })).status, 406);
  await thumbnails(url);
});

test('window, viewport and quality are honoured within their ranges, and 400 outside', async () => {
  const shown = async (query, accept = 'image/png') => pacs.get(`${ct}/rendered?${query}`, { Accept: accept });
  const size = async (query) => { const a = await shown(query); assert.equal(a.status, 200, `${query}: ${a.bytes.subarray(0, 200)}`); const p = readPng(a.bytes); return [p.width, p.height]; };
  const [width, height] = await size('');
  assert.deepEqual(await size('viewport=100,100'), [100, Math.round((100 * height) / width)]);
  assert.deepEqual(await size(`viewport=${2 * width},${2 * height}`), [2 * width, 2 * height]);
  assert.deepEqual(await size('viewport=50,50,10,20,40,20'), [50, 25]);
  assert.deepEqual(await size('viewport=50,50,,,40,40'), [50, 50]);
  const whole = readPng((await shown('viewport=40,40,0,0,40,40')).bytes), mirrored = readPng((await shown('viewport=40,40,0,0,-40,40')).bytes);
  for (let x = 0; x < 40; x++) assert.equal(whole.at[20 * 40 + x], mirrored.at[20 * 40 + 39 - x]);
  assert.ok(!(await shown('window=40,400,linear')).bytes.equals((await shown('window=40,80,linear')).bytes));
  assert.ok(!(await shown('window=40,400,linear')).bytes.equals((await shown('window=40,400,sigmoid')).bytes));
  assert.ok((await shown('quality=10', 'image/jpeg')).bytes.length < (await shown('quality=95', 'image/jpeg')).bytes.length);
  for (const query of ['window=40', 'window=40,0,linear', 'window=40,0.5,linear', 'window=40,400,cubic', 'window=a,400,linear', 'viewport=0,10', 'viewport=10', 'viewport=10,10,1,1,0,5', 'viewport=10,10,1,1,5,5,5', 'viewport=10,10,-1,0,5,5', 'viewport=99999,10', `viewport=10,10,${width},0`, 'quality=0', 'quality=101', 'quality=x'])
    assert.equal((await shown(query)).status, 400, query);
  assert.ok([400, 413].includes((await shown('viewport=16384,16384')).status));
  assert.equal((await pacs.get(`${ct}/thumbnail?viewport=10,10,1,1,5,5`, PICTURE)).status, 400);
});

test('whatever valid object of the corpus: its thumbnail, its series\' and its study\'s is a picture; rendered is shown or refused with words', { skip: absent }, async () => {
  const seen = new Map();
  const rows = files.filter((r) => r.expected.startsWith('valid') && r.has_the_four_uids === 'yes').filter((r) => {
    const kind = `${r.sop_class} ${r.transfer_syntax} ${r.photometric}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind) <= 1;
  });
  let shown = 0;
  for (const row of rows) {
    const a = await stow(pacs, [fs.readFileSync(path.join(CORPUS, row.path))]);
    if (a.status !== 200) continue;
    await thumbnails(a.stored[0]);
    const r = await pacs.get(`${a.stored[0]}/rendered`, { Accept: '*/*' });
    assert.ok(r.status === 200 || (r.status >= 400 && r.status < 500 && r.json?.error.text.length > 5), `${row.path}: ${r.status} ${r.bytes.subarray(0, 200)}`);
    shown += r.status === 200;
  }
  assert.ok(rows.length > 60 && shown > 50, `${rows.length} kinds, ${shown} shown`);
});
