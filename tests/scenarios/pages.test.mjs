// The thumbnail of an encapsulated PDF is its first page, drawn in the cage: fonts of its own and of none, colours, proportions; what cannot be drawn is a card, and costs nobody else.
// PS3.18 §10.4.1.1.4. SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { CORPUS, folder, nothingFromSanitizers, stow } from '../dicom.mjs';
import { dumped } from '../dumps.mjs';
import { differ, readPng } from '../pictures.mjs';

const show = process.env.BECLERE_SHOW, ROOT = '1.2.826.0.1.3680043.10.12';
let house, pacs, work, n = 0;
before(async () => { house = await House.start(); pacs = await house.person('pacs'); work = folder(house, 'pages'); });
after(async () => { await house?.close(); nothingFromSanitizers(house); });

// A PDF of one page with this content, and with fonts that it names without holding them.
function pdf(content, { filter = '', box = '0 0 595 842', more = '' } = {}) {
  const stream = Buffer.from(content), parts = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [${box}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>`, null,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>', '<< /Type /Font /Subtype /TrueType /BaseFont /Tahoma,Bold >>'];
  let out = Buffer.from('%PDF-1.4\n');
  const at = parts.map((part, i) => {
    const where = out.length;
    out = Buffer.concat([out, Buffer.from(`${i + 1} 0 obj\n`), part === null ? Buffer.concat([Buffer.from(`<< /Length ${stream.length} ${filter}>>\nstream\n`), stream, Buffer.from('\nendstream')]) : Buffer.from(part), Buffer.from('\nendobj\n')]);
    return where;
  });
  const table = `xref\n0 ${parts.length + 1}\n0000000000 65535 f \n${at.map((a) => `${String(a).padStart(10, '0')} 00000 n \n`).join('')}trailer << /Size ${parts.length + 1} /Root 1 0 R ${more}>>\nstartxref\n${out.length}\n%%EOF\n`;
  return Buffer.concat([out, Buffer.from(table)]);
}
async function kept(name, bytes) {
  const raw = path.join(work, `${name}.raw`), uid = `${ROOT}.${++n}`;
  fs.writeFileSync(raw, bytes.length % 2 ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes);
  const file = dumped(work, name, `(0008,0016) UI 1.2.840.10008.5.1.4.1.1.104.1\n(0008,0018) UI ${uid}.3\n(0008,0060) CS DOC\n(0010,0010) PN PAGE^PREMIERE\n(0010,0020) LO PG-1\n(0020,000d) UI ${uid}.1\n(0020,000e) UI ${uid}.2\n(0042,0011) OB =${raw}\n(0042,0012) LO application/pdf\n`);
  return kept.file(file);
}
kept.file = async (file) => {
  const s = await stow(pacs, [fs.readFileSync(file)]);
  assert.equal(s.status, 200, String(s.bytes));
  return s.stored[0];
};
async function thumbnail(url, rest = '') {
  const a = await pacs.get(`${url}/thumbnail${rest}`, { Accept: 'image/png' });
  assert.equal(a.status, 200, String(a.bytes));
  if (show) fs.writeFileSync(path.join(show, `page-${++n}.png`), a.bytes);
  return readPng(a.bytes);
}
const at = (p, x, y) => [...p.at.subarray((y * p.width + x) * 3, (y * p.width + x) * 3 + 3)];
// Dark pixels between two heights of the page (from its foot, in points).
function ink(p, from, to) {
  let count = 0;
  for (let y = Math.round(p.height * (1 - to / 842)); y < Math.round(p.height * (1 - from / 842)); y++)
    for (let x = 0; x < p.width; x++) if (at(p, x, y).every((v) => v < 140)) count++;
  return count;
}
const WORDS = 'BT /F1 60 Tf 50 700 Td (Compte rendu) Tj ET BT /F2 60 Tf 50 600 Td (Tahoma) Tj ET 1 0 0 rg 50 100 200 100 re f';
let card;

test('X5 the first page of a PDF is its thumbnail: in its proportions, in colours, with the words of fonts that it does not hold', async () => {
  const url = await kept('words', pdf(WORDS)), p = await thumbnail(url);
  assert.deepEqual([p.width, p.height, p.channels], [90, 128, 3]);
  const large = await thumbnail(url, '?viewport=600,600');
  assert.deepEqual([large.width, large.height], [424, 600]);
  assert.deepEqual(at(large, 100, 490), [255, 0, 0], 'the red rectangle');
  assert.deepEqual(at(large, 300, 490), [255, 255, 255], 'paper beside it');
  for (const [from, what] of [[690, 'Helvetica'], [590, 'a font that is not here']]) assert.ok(ink(large, from, from + 70) > 300, `${what}: ${ink(large, from, from + 70)} pixels of ink`);
  assert.equal(ink(large, 300, 580), 0, 'nothing between');
  for (const up of [url.replace(/\/instances\/.*/, ''), url.replace(/\/series\/.*/, '')]) assert.equal(differ(await thumbnail(up), p).most, 0, 'of its series and study too');
  const jpeg = await pacs.get(`${url}/thumbnail`, { Accept: 'image/jpeg' });
  assert.equal(jpeg.headers['content-type'], 'image/jpeg');
  const wide = await thumbnail(await kept('wide', pdf(WORDS, { box: '0 0 842 421' })));
  assert.deepEqual([wide.width, wide.height], [128, 64]);
});
test('X5 what cannot be drawn is a card: no PDF, one without a page, a locked one; a stranger sees neither', async () => {
  card = await thumbnail(await kept('no-page', Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')));
  assert.deepEqual([card.width, card.height], [128, 128]);
  const locked = pdf(WORDS, { more: `/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <${'00'.repeat(32)}> /U <${'00'.repeat(32)}> >> /ID [<00> <00>] ` });
  for (const [name, bytes] of [['not-one', Buffer.from('<script>no PDF</script>')], ['locked', locked], ['cut', pdf(WORDS).subarray(0, 60)]])
    assert.equal(differ(await thumbnail(await kept(name, bytes)), card).most, 0, `${name}: a card`);
  const url = await kept('private', pdf(WORDS));
  assert.ok((await (await house.person('demandeur')).get(`${url}/thumbnail`, { Accept: 'image/png' })).status >= 403, 'not for everybody');
});
test('X5 a page that never ends costs its own picture alone', { timeout: 120_000 }, async () => {
  const piece = Buffer.from('0 0 m 500 700 300 200 500 600 c S '.repeat(100_000)), whole = zlib.deflateSync(Buffer.concat(Array.from({ length: 60 }, () => piece)));
  const url = await kept('endless', pdf(whole, { filter: '/Filter /FlateDecode ' }));
  const drawn = await kept('beside', pdf(WORDS));
  assert.equal(differ(await thumbnail(url), card).most, 0, 'a card');
  assert.equal((await thumbnail(drawn)).width, 90, 'the next one is drawn again');
});
test('X5 the PDF of the corpus shows its first page', { skip: fs.existsSync(CORPUS) ? false : 'skipped: ../shared is not there' }, async () => {
  const p = await thumbnail(await kept.file(path.join(CORPUS, 'pdf/sample-pdf.dcm')));
  assert.ok(p.width < p.height && p.height === 128);
  let printed = 0;
  for (let i = 0; i < p.at.length; i += 3) printed += p.at[i] < 250;
  assert.ok(printed > 500 && printed < 8000, `${printed} pixels that are not paper`);
});
