// Where our DICOM JSON and native XML differ from what pydicom and DCMTK make of the same file, class by class, and why. docs/conformance.md names each.
// SPDX-License-Identifier: Apache-2.0
const isPrivate = (tag) => parseInt(tag.slice(0, 4), 16) % 2 === 1;
const values = (a) => a?.Value ?? [];
const pairs = (d) => values(d.ours).map((v, i) => [v, values(d.theirs)[i]]);
const both = (d) => d.ours && d.theirs;
const sameVr = (d) => both(d) && d.ours.vr === d.theirs.vr;
const sameCount = (d) => values(d.ours).length === values(d.theirs).length;
const inline = (a) => a?.InlineBinary !== undefined && !a.InlineBinary.includes(' ') ? Buffer.from(a.InlineBinary, 'base64') : null;
const every = (d, same) => sameVr(d) && sameCount(d) && pairs(d).every(([a, b]) => a === b || same(a, b));
const blockless = (tag) => `${tag.slice(0, 4)}00${tag.slice(6, 8)}`;
const UNIT = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 };
const close = (a, b) => Math.abs(a - b) <= 1e-15 * Math.abs(a);

// 'is' gets {place, tag, vr, ours, theirs, file: {uid, encapsulated}}.
// Damaged on purpose: fragments in a syntax that has none, and a sequence without its end.
export const FRAGMENTS = '.3807974498802016147677839378932080357';
const ENDLESS = '.37144486442314935482856085235915256847';
export const CLASSES = [
  { name: 'character set', by: ['pydicom', 'DCMTK native XML'], why: 'our text is UTF-8 and (0008,0005) says so; pydicom keeps the word of the file, DCMTK adds one where the file has none',
    is: (d) => d.tag === '00080005' && (d.ours === undefined ? d.theirs.Value?.[0] === 'ISO_IR 192' : d.ours.Value[0] === 'ISO_IR 192') },
  { name: 'group lengths', by: ['pydicom', 'DCMTK native XML'], why: 'group lengths (gggg,0000) are retired and left out',
    is: (d) => !d.ours && d.tag.endsWith('0000') },
  { name: 'file meta in the data set', by: ['pydicom', 'DCMTK JSON', 'DCMTK native XML'], why: 'elements of group 0002 that stand in the data set, where none may, are left out',
    is: (d) => !d.ours && d.tag.startsWith('0002') },
  { name: 'bulk data', by: ['pydicom', 'DCMTK JSON', 'DCMTK native XML'], why: 'pixels and bytes beyond 1024 are a BulkDataURI, there InlineBinary; the bytes fetched from the URI are compared (but of compressed pixels, which have no bytes of their own: their frames are compared elsewhere)',
    is: (d) => sameVr(d) && d.ours.BulkDataURI && d.theirs.InlineBinary !== undefined && d.ours.keyword === (d.theirs.keyword ?? d.ours.keyword) },
  { name: 'compressed pixels are OB', by: ['pydicom'], why: 'encapsulated pixel data is OB (PS3.5 A.4) even where the file says OW, which pydicom repeats',
    is: (d) => both(d) && d.file.encapsulated && d.tag === '7FE00010' && d.ours.vr === 'OB' && d.theirs.vr === 'OW' },
  { name: 'compressed pixels', by: ['DCMTK JSON'], why: 'DCMTK has no JSON for them and stops there',
    is: (d) => d.ours && !d.theirs && (d.file.encapsulated || d.file.uid.endsWith(FRAGMENTS)) && d.tag >= '7FE00010' },
  { name: 'private elements without a VR', by: ['pydicom'], why: 'in an implicit or UN file a private element is UN for us; pydicom guesses its VR from a list of makers',
    is: (d) => both(d) && isPrivate(d.tag) && d.ours.vr === 'UN' && d.theirs.vr !== 'UN' },
  { name: 'single precision', by: ['pydicom', 'DCMTK JSON', 'DCMTK native XML'], why: 'an FL is written with the fewest digits that read back as the same float, there with more',
    is: (d) => d.ours?.vr === 'FL' && every(d, (a, b) => Math.fround(Number(a)) === Math.fround(Number(b))) },
  { name: 'double precision', by: ['DCMTK JSON', 'DCMTK native XML'], why: 'an FD is written with the fewest digits that read back as the same double; DCMTK writes 17 or loses the last bit',
    is: (d) => d.ours?.vr === 'FD' && every(d, (a, b) => close(Number(a), Number(b))) },
  { name: 'decimal numbers in XML', by: ['DCMTK native XML'], why: 'DS and IS pass through the number of the JSON model: 0.1500 is 0.15, 01 is 1; DCMTK repeats the characters',
    is: (d) => ['DS', 'IS'].includes(d.ours?.vr) && every(d, (a, b) => a !== null && b.trim() !== '' && Number(a) === Number(b)) },
  { name: 'beyond what a JSON number holds', by: ['pydicom'], why: 'a 64-bit number over 2^53 is a string, so that no reader rounds it (PS3.18 F.2.3)',
    is: (d) => ['UV', 'SV', 'DS', 'IS'].includes(d.ours?.vr) && every(d, (a, b) => typeof a === 'string' && typeof b === 'number' && Number(a) === b) },
  { name: 'empty values', by: ['pydicom'], why: 'an empty value among others is null (PS3.18 F.2.5); pydicom writes an empty text',
    is: (d) => every(d, (a, b) => a === null && b === '') },
  { name: 'spaces around values', by: ['pydicom'], why: 'spaces at both ends of each value go (PS3.5 6.2); pydicom drops them at the end of the last one only',
    is: (d) => every(d, (a, b) => typeof b === 'string' && a === b.trim()) },
  { name: 'names of carets alone', by: ['DCMTK JSON', 'DCMTK native XML'], why: 'a name of nothing but ^ is there, with empty components; DCMTK drops it',
    is: (d) => sameVr(d) && d.ours.vr === 'PN' && !d.theirs.Value && values(d.ours).every((n) => /^\^*$/.test(n.Alphabetic)) },
  { name: 'carets at the end of a name', by: ['DCMTK JSON'], why: 'a name is as the file has it; DCMTK drops the last empty components',
    is: (d) => d.ours?.vr === 'PN' && every(d, (a, b) => a.Alphabetic.replace(/\^+$/, '') === b.Alphabetic) },
  { name: 'a phonetic name that is not there', by: ['DCMTK native XML'], why: 'a name that ends on = has no phonetic group; DCMTK repeats the ideographic one',
    is: (d) => d.ours?.vr === 'PN' && every(d, (a, b) => !a.Phonetic && b.Phonetic === b.Ideographic && a.Ideographic === b.Ideographic && a.Alphabetic === b.Alphabetic) },
  { name: 'names of more than five components', by: ['DCMTK native XML'], why: 'native XML has a place for five',
    is: (d) => d.ours?.vr === 'PN' && every(d, (a, b) => b.Alphabetic.startsWith(`${a.Alphabetic}^`) && a.Alphabetic.split('^').length === 5) },
  { name: 'control characters', by: ['DCMTK native XML'], why: 'characters that XML 1.0 forbids become U+FFFD; DCMTK writes a document that is not well-formed',
    is: (d) => /[\x01-\x08\x0b\x0c\x0e-\x1f]/.test(JSON.stringify(values(d.theirs)).replace(/\\u00(..)|\\[bf]/g, (all, hex) => (hex ? String.fromCharCode(parseInt(hex, 16)) : '\x08'))) && JSON.stringify(values(d.ours)).includes('\ufffd') },
  { name: 'words in native XML', by: ['DCMTK native XML'], why: 'InlineBinary is little endian (PS3.19); DCMTK writes words and floats as big endian there',
    is: (d) => sameVr(d) && UNIT[d.ours.vr] && (inline(d.ours) && inline(d.theirs) ? inline(d.ours).equals(swapped(inline(d.theirs), UNIT[d.ours.vr])) : d.ours.InlineBinary?.split(' ')[0] === d.theirs.InlineBinary?.split(' ')[0]) },
  { name: 'bytes of odd length', by: ['DCMTK JSON', 'DCMTK native XML'], why: 'as the file has them; DCMTK adds a byte',
    is: (d) => sameVr(d) && inline(d.ours) && inline(d.theirs) && inline(d.ours).length % 2 === 1 && Buffer.concat([inline(d.ours), Buffer.from([0])]).equals(inline(d.theirs)) },
  { name: 'keywords of retired attributes', by: ['DCMTK native XML'], why: 'ours have their keyword (PS3.6); the dictionary of DCMTK names them otherwise and writes none',
    is: (d) => both(d) && d.ours.keyword && !d.theirs.keyword },
  { name: 'private elements that nobody reserved', by: ['DCMTK native XML'], why: 'without a Private Creator the tag is whole: DCMTK drops its block and gives no creator, so that it cannot be told which element it was',
    is: (d) => isPrivate(d.tag) && !d.tag.includes(' ') && (d.ours ? parseInt(d.tag.slice(4, 8), 16) >= 0x1000 && !d.theirs : parseInt(d.tag.slice(4, 6), 16) === 0 && !d.ours) },
  { name: 'sequences that do not end', by: ['DCMTK JSON', 'DCMTK native XML'], why: 'a sequence cut short without its delimiter: where it ends is anybody\'s guess (pydicom\'s is ours)',
    is: (d) => d.file.uid.endsWith(ENDLESS) && (!d.ours || !d.theirs) },
];
function swapped(bytes, unit) {
  const out = Buffer.from(bytes);
  for (let i = 0; i + unit <= out.length; i += unit) out.subarray(i, i + unit).reverse();
  return out;
}

// What they cannot read at all.
export const FAULTS = [
  { name: 'Japanese without a converter', by: ['DCMTK JSON', 'DCMTK native XML'], says: /ISO 2022 IR (13|87)/ },
  { name: 'a character set of another spelling', by: ['DCMTK JSON', 'DCMTK native XML'], says: /value ('ISO-IR 100'|1 of 10 '49') not supported/ },
  { name: 'text that is not of its character set', by: ['DCMTK native XML'], says: /Cannot convert character encoding/ },
  { name: 'an element that ends after its file', by: ['DCMTK JSON', 'DCMTK native XML'], says: /larger \(\d+\) than remaining bytes/ },
];
