// C-FIND: every level and model, every kind of matching next to what must not match, who may ask, and its line in the trace.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { Scu } from '../scu.mjs';
import { corpus, CORPUS, folder, nothingFromSanitizers, phantoms } from '../dicom.mjs';
import { find, makeObject, MAY, peer, ROOT, sql, storeAll, valueOf } from '../dimse.mjs';

let house;
const objects = {};
const person = (id, name, birth = '19700101', more = {}) => ({ '0010,0010': ['PN', name], '0010,0020': ['LO', id], '0010,0030': ['DA', birth], '0010,0040': ['CS', 'F'], ...more });
const when = (date, time) => ({ '0008,0020': ['DA', date], '0008,0030': ['TM', time] });
const code = (value) => [{ '0008,0100': ['SH', value], '0008,0102': ['SH', '99TEST'], '0008,0104': ['LO', `meaning of ${value}`] }];

before(async () => {
  house = await House.start();
  const at = folder(house, 'objects');
  const study = '1.2.826.0.1.3680043.9.7133.77';
  objects.zoe = makeObject(at, { '0008,0005': ['CS', 'ISO_IR 100'], ...person('Z1', 'LÉGER^ZOÉ'), ...when('20260302', '093000'), '0008,0050': ['SH', 'ACC-1'],
    '0008,0090': ['PN', 'ÉTIENNE^ANDRÉ'], '0008,1030': ['LO', 'Scanner du thorax'], '0008,0201': ['SH', '+0100'], '0008,1032': ['SQ', code('THX')],
    '0040,0275': ['SQ', [{ '0040,1001': ['SH', 'RP-1'], '0040,0009': ['SH', 'SPS-1'] }, { '0040,1001': ['SH', 'RP-2'], '0040,0009': ['SH', 'SPS-2'] }]] });
  objects.two = [1, 2, 3].map((n) => makeObject(at, { ...person('Z1', 'LEGER^ZOE'), ...when('20260305', '1015'), '0020,000d': ['UI', study], '0020,000e': ['UI', `${study}.${n < 3 ? 1 : 2}`],
    '0020,0011': ['IS', n < 3 ? '4' : '5'], '0020,0013': ['IS', String(n)], '0008,0060': ['CS', n < 3 ? 'CT' : 'SR'], '0008,0050': ['SH', 'ACC-2'], '0008,103e': ['LO', n < 3 ? 'Axial' : 'Report'] }));
  objects.jean = makeObject(at, { ...person('J_1%', 'DUPONT^JEAN^^DR', '19551231'), ...when('20260303', '235959.5'), '0008,0050': ['SH', 'ACC-10'] });
  objects.other = makeObject(at, { ...person('z1', 'DUPONT-MARTIN^JEANNE'), ...when('20260304', '00'), '0008,0050': ['SH', 'B1'] });
  objects.yamada = makeObject(at, { '0008,0005': ['CS', 'ISO_IR 192'], ...person('Y1', 'Yamada^Tarou=山田^太郎=やまだ^たろう'), ...when('20260401', '120000') });
  objects.nobody = makeObject(at, { ...person('', 'ANONYME'), '0008,0020': ['DA', ''], '0008,0030': ['TM', ''] });
  storeAll(house, at);
  storeAll(house, phantoms(house, 'ct', 'ct', [5]));
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

const names = (f) => f.rows.map((r) => valueOf(r, '00100010')).sort();
const studies = (keys, options) => find(house, 'STUDY', ['0010,0010', ...keys], options);
const mine = ['LEGER^ZOE', 'LÉGER^ZOÉ'], dupont = ['DUPONT-MARTIN^JEANNE', 'DUPONT^JEAN^^DR'];
// [keys, the names that must come, in order]
const MATCHES = [
  ['a name folded', ['0010,0010=leger^zoe'], mine],
  ['a name with accents finds those without', ['0010,0010=LÉGER*'], mine, { args: ['-k', '0008,0005=ISO_IR 192'] }],
  ['a prefix', ['0010,0010=DUP*'], dupont],
  ['a question mark stands for one character', ['0010,0010=DUPONT?MARTIN*'], ['DUPONT-MARTIN^JEANNE']],
  ['a wild card in front', ['0010,0010=*^JEANNE'], ['DUPONT-MARTIN^JEANNE']],
  ['a name is not its beginning', ['0010,0010=DUPONT'], []],
  ['the ideographic group', ['0010,0010=*=山田*', '0008,0005=ISO_IR 192'], ['Yamada^Tarou']],
  ['an id counts case', ['0010,0020=z1'], ['DUPONT-MARTIN^JEANNE']],
  ['an id with wild cards', ['0010,0020=?1'], ['DUPONT-MARTIN^JEANNE', ...mine, 'Yamada^Tarou']],
  ['percent and underline are no wild cards', ['0010,0020=J_1%'], ['DUPONT^JEAN^^DR']],
  ['percent and underline are no wild cards, 2', ['0010,0020=Z_*'], []],
  ['an accession number', ['0008,0050=ACC-1'], ['LÉGER^ZOÉ']],
  ['an accession prefix', ['0008,0050=ACC-1*'], ['DUPONT^JEAN^^DR', 'LÉGER^ZOÉ']],
  ['one day', ['0008,0020=20260303'], ['DUPONT^JEAN^^DR']],
  ['a range of days', ['0008,0020=20260302-20260304'], [...dupont, 'LÉGER^ZOÉ']],
  ['from a day on', ['0008,0020=20260305-', '0010,0020=Z1'], ['LEGER^ZOE']],
  ['up to a day', ['0008,0020=-20260302', '0010,0020=Z1'], ['LÉGER^ZOÉ']],
  ['a time', ['0008,0030=093000', '0010,0020=Z1'], ['LÉGER^ZOÉ']],
  ['a range of times', ['0008,0030=0900-1030', '0010,0020=Z1'], mine],
  ['the end of a range holds its whole minute', ['0008,0030=2350-2359', '0008,0020=20260303'], ['DUPONT^JEAN^^DR']],
  ['date and time apart without negotiation', ['0008,0020=20260302-20260304', '0008,0030=0900-1000'], ['LÉGER^ZOÉ']],
  ['modalities in study, one of several', ['0008,0061=SR', '0010,0020=Z1'], ['LEGER^ZOE']],
  ['modalities in study, a list', ['0008,0061=OT\\SR', '0010,0020=Z1'], mine],
  ['a list of study UIDs', () => [`0020,000d=${objects.zoe.study}\\${objects.jean.study}`], ['DUPONT^JEAN^^DR', 'LÉGER^ZOÉ']],
  ['birth date', ['0010,0030=19551231'], ['DUPONT^JEAN^^DR']],
  ['referring physician folded', ['0008,0090=etienne*'], ['LÉGER^ZOÉ']],
  ['study description', ['0008,1030=Scanner*'], ['LÉGER^ZOÉ']],
  ['study description counts case', ['0008,1030=scanner*'], []],
  ['time zone', ['0010,0020=Z1', '0008,0201'], mine],
  ['a sequence', ['0008,1032[0].0008,0100=THX'], ['LÉGER^ZOÉ']],
  ['a sequence that does not match', ['0008,1032[0].0008,0100=ABD'], []],
  ['two keys at once', ['0010,0010=DUP*', '0008,0050=B1'], ['DUPONT-MARTIN^JEANNE']],
  ['SOP classes in study', ['0008,0062=1.2.840.10008.5.1.4.1.1.7', '0010,0020=Z1'], mine],
  ['SOP classes in study that it has not', ['0008,0062=1.2.840.10008.5.1.4.1.1.2', '0010,0020=Z1'], []],
];
for (const [title, keys, wanted, options] of MATCHES)
  test(`matching: ${title}`, () => {
    const f = studies(typeof keys === 'function' ? keys() : keys, options);
    assert.equal(f.status, '0000', f.text.slice(-600));
    assert.deepEqual(names(f).sort(), [...wanted].sort());
  });

test('an empty query is universal, at each level of each model', () => {
  const count = (table) => Number(sql(house, `SELECT COUNT(*) FROM ${table}`));
  for (const [root, level, n] of [['study', 'STUDY', count('study')], ['patient', 'STUDY', count('study')], ['only', 'STUDY', count('study')], ['study', 'SERIES', count('series')],
    ['patient', 'SERIES', count('series')], ['study', 'IMAGE', count('instance')], ['patient', 'IMAGE', count('instance')], ['patient', 'PATIENT', 6], ['only', 'PATIENT', 6]]) {
    const f = find(house, level, ['0020,000d', '0010,0020'], { root });
    assert.equal(f.status, '0000', `${root} ${level} ${f.text.slice(-500)}`);
    assert.equal(f.rows.length, n, `${root} ${level}`);
    for (const r of f.rows) assert.equal(valueOf(r, '00080052'), level);
  }
});

test('levels that a model does not have, and no level, do not match its SOP class', () => {
  for (const [root, level] of [['study', 'PATIENT'], ['only', 'SERIES'], ['only', 'IMAGE'], ['study', 'WORLD'], ['study', '']])
    assert.equal(find(house, level, ['0020,000d'], { root }).status, 'a900', `${root} ${level}`);
});

test('malformed dates, times, ranges and UIDs are refused and the service goes on', () => {
  for (const key of ['0008,0020=tomorrow', '0008,0020=20260230-x', '0008,0030=99', '0020,000d=no uid', '0010,0030=2026-01-01'])
    assert.equal(studies([key]).status, 'a900', key);
  assert.equal(studies(['0010,0020=J_1%']).rows.length, 1);
});

test('return keys: counts, modalities, what each level tells', () => {
  const patient = find(house, 'PATIENT', ['0010,0020=Z1', '0010,0010', '0010,0030', '0010,0040', '0020,1200', '0020,1202', '0020,1204'], { root: 'patient' });
  assert.equal(patient.rows.length, 1);
  const [p] = patient.rows;
  assert.deepEqual(['00201200', '00201202', '00201204', '00100030', '00100040'].map((t) => valueOf(p, t)), [2, 3, 4, '19700101', 'F']);
  const [s] = studies(['0008,0050=ACC-2', '0008,0061', '0020,1206', '0020,1208', '0020,0010', '0008,0062', '0008,0020', '0008,0030', '0010,0020', '0008,0056', '0008,0054']).rows;
  assert.deepEqual(s['00080061'].Value.sort(), ['CT', 'SR']);
  assert.deepEqual(['00201206', '00201208', '00200010', '00080020', '00080030', '00100020', '00080056', '00080054'].map((t) => valueOf(s, t)),
    [2, 3, 'S1', '20260305', '101500', 'Z1', 'ONLINE', 'BECLERE']);
  assert.deepEqual(s['00080062'].Value, ['1.2.840.10008.5.1.4.1.1.7']);
  const series = find(house, 'SERIES', [`0020,000d=${objects.two[0].study}`, '0020,000e', '0008,0060', '0020,0011', '0020,1209', '0008,103e']).rows;
  assert.deepEqual(series.map((r) => ['00080060', '00200011', '00201209', '0008103E'].map((t) => valueOf(r, t))).sort(), [['CT', 4, 2, 'Axial'], ['SR', 5, 1, 'Report']]);
  const images = find(house, 'IMAGE', [`0020,000d=${objects.two[0].study}`, `0020,000e=${objects.two[0].series}`, '0008,0018', '0008,0016', '0020,0013', '0028,0010']).rows;
  assert.deepEqual(images.map((r) => [valueOf(r, '00080018'), valueOf(r, '00200013'), valueOf(r, '00280010')]).sort(), objects.two.slice(0, 2).map((o, i) => [o.uid, i + 1, 8]).sort());
});

test('keys beyond the table are told and matched from the kept header; sequences come as asked', () => {
  const [row] = studies(['0008,0050=ACC-1', '0008,1032[0].0008,0100', '0008,0201', '0008,1030']).rows;
  assert.equal(valueOf(row['00081032'].Value[0], '00080100'), 'THX');
  assert.equal(row['00081032'].Value[0]['00080104'], undefined);
  assert.equal(valueOf(row, '00080201'), '+0100');
  const whole = studies(['0008,0050=ACC-1', '0008,1032']).rows[0];
  assert.equal(valueOf(whole['00081032'].Value[0], '00080104'), 'meaning of THX');
  const item = (a, b) => find(house, 'SERIES', [`0020,000d=${objects.zoe.study}`, `0040,0275[0].0040,1001=${a}`, `0040,0275[0].0040,0009=${b}`]).rows.length;
  assert.equal(item('RP-1', 'SPS-1'), 1);
  assert.equal(item('RP-2', 'SPS-2'), 1);
  assert.equal(item('RP-1', 'SPS-2'), 0, 'the keys of a sequence match in one item');
});

test('a key that is not matched at its level is said by FF01, and does not narrow', () => {
  const f = studies(['0010,0020=Z1', '0020,0013=1']);
  assert.deepEqual(f.all, ['ff01', 'ff01', '0000']);
  assert.deepEqual(studies(['0010,0020=Z1']).all, ['ff00', 'ff00', '0000']);
});

test('answers come in the character set of the query when it holds them', () => {
  const charsetOf = (keys) => {
    const at = folder(house, 'charset');
    dcmtk('findscu', ['-S', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-X', '-od', at, '-k', '0008,0052=STUDY', ...keys.flatMap((k) => ['-k', k]), '127.0.0.1', String(house.dicomPort)]);
    const [one] = fs.readdirSync(at).map((n) => path.join(at, n));
    const dump = dcmtk('dcmdump', ['-q', '+P', '0008,0005', '+P', '0010,0010', one], { encoding: 'latin1' }).stdout;
    fs.rmSync(at, { recursive: true });
    return dump;
  };
  assert.match(charsetOf(['0010,0010', '0008,0050=ACC-1']), /ISO_IR 100[^]*L\xc9GER\^ZO\xc9/);
  assert.match(charsetOf(['0010,0010', '0008,0050=ACC-1', '0008,0005=ISO_IR 100']), /ISO_IR 100/);
  assert.match(charsetOf(['0010,0010', '0008,0050=ACC-1', '0008,0005=ISO_IR 192']), /ISO_IR 192[^]*L\xc3\x89GER/);
  assert.match(charsetOf(['0010,0010', '0010,0020=Y1', '0008,0005=ISO_IR 100']), /ISO_IR 192/, 'what does not fit comes in UTF-8');
  assert.doesNotMatch(charsetOf(['0010,0010', '0008,0050=ACC-2']), /0008,0005/, 'plain ASCII needs none');
  const latin = path.join(folder(house, 'query'), 'q');
  fs.writeFileSync(`${latin}.txt`, Buffer.from('(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [L\xc9GER*]\n(0008,0052) CS [STUDY]\n', 'latin1'));
  assert.equal(dcmtk('dump2dcm', ['-q', `${latin}.txt`, `${latin}.dcm`]).status, 0);
  assert.deepEqual(names(find(house, null, [], { file: `${latin}.dcm` })), mine);
});

test('fuzzy names and combined date and time hold only when they were negotiated', () => {
  // findscu does not negotiate: the plain meaning holds
  assert.deepEqual(names(studies(['0010,0010=zoe'])), []);
});

test('a query in another alphabet, one byte or several, is understood, and answered in it', () => {
  const at = folder(house, 'alphabets');
  makeObject(at, { ...person('GREEK', 'Διονυσιος'), '0008,0005': ['CS', 'ISO_IR 192'] });
  makeObject(at, { ...person('JAPAN', 'Yamada^Tarou=山田^太郎'), '0008,0005': ['CS', 'ISO_IR 192'] });
  storeAll(house, at);
  const ask = (name, bytes) => {
    const file = path.join(at, name);
    fs.writeFileSync(`${file}.dump`, bytes);
    assert.equal(dcmtk('dump2dcm', ['-q', `${file}.dump`, `${file}.query`]).status, 0);
    const to = folder(house, `alphabets-${name}`);
    dcmtk('findscu', ['-S', '-aet', 'FINDSCU', '-aec', 'BECLERE', '-X', '-od', to, '127.0.0.1', String(house.dicomPort), `${file}.query`]);
    return fs.readdirSync(to).map((n) => dcmtk('dcmdump', ['-q', '+P', '0008,0005', '+P', '0010,0020', '+P', '0010,0010', path.join(to, n)], { encoding: 'latin1' }).stdout);
  };
  const greek = ask('greek', Buffer.concat([Buffer.from('(0008,0005) CS [ISO_IR 126]\n(0008,0052) CS [STUDY]\n(0010,0020) LO []\n(0010,0010) PN ['), Buffer.from([0xc4, 0xe9, 0xef, 0xed]), Buffer.from('*]\n')]));
  assert.equal(greek.length, 1);
  assert.match(greek[0], /ISO_IR 126[^]*\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2/, 'answered in Greek bytes');
  const kanji = Buffer.from([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42]); // 山田 in ISO 2022 IR 87
  const japan = ask('japan', Buffer.concat([Buffer.from('(0008,0005) CS [\\ISO 2022 IR 87]\n(0008,0052) CS [STUDY]\n(0010,0020) LO []\n(0010,0010) PN [*='), kanji, Buffer.from('*]\n')]));
  assert.ok(japan.some((one) => /JAPAN/.test(one)) && !japan.some((one) => /GREEK/.test(one)));
  for (const one of japan) assert.match(one, /ISO_IR 192/, 'what the first character set does not hold comes in UTF-8');
});

test('C.2.2.2 times in the zone of who asks, when that was negotiated: matched and told, over midnight too', async () => {
  const at = folder(house, 'zones'), zoned = (n, day, hour, zone) => makeObject(at, { '0010,0010': ['PN', 'ZONE^ONE'], '0010,0020': ['LO', 'ZONE-1'], '0008,0020': ['DA', day], '0008,0030': ['TM', hour], '0008,0022': ['DA', day], '0008,0032': ['TM', hour], '0020,0013': ['IS', String(n)], '0008,0050': ['SH', `Z${n}`], ...(zone ? { '0008,0201': ['SH', zone] } : {}) });
  zoned(1, '20240310', '003000', '+0100'); // 2024-03-09 23:30 UTC
  zoned(2, '20240309', '183000', '-0500'); // the same moment, elsewhere
  zoned(3, '20240310', '120000', '+0000');
  storeAll(house, at);
  const FIND = `${ROOT.study}.1`;
  const scu = (extended) => Scu.open({ port: house.dicomPort, calling: 'FINDSCU', called: 'BECLERE', contexts: [FIND], extended });
  const ask = async (s, keys) => (await s.find(FIND, { '00080052': 'STUDY', '00100020': 'ZONE-1', '00080050': '', '00080020': '', '00080030': '', ...keys })).filter((a) => a.data).map((a) => a.data).sort((x, y) => (x['00080050'] < y['00080050'] ? -1 : 1));
  const who = (rows) => rows.map((r) => r['00080050']);
  const s = await scu({ [FIND]: [1, 1, 1, 1, 1] });
  assert.ok(s.accepted.includes(Buffer.from([1, 1, 1, 1, 0])), 'granted: relational, combined, fuzzy, zones; no enhanced view');
  const utc = await ask(s, { '00080201': '+0000', '00080020': '20240309' });
  assert.deepEqual(who(utc), ['Z1', 'Z2']);
  for (const r of utc) assert.deepEqual([r['00080020'], r['00080030'], r['00080201']], ['20240309', '233000', '+0000']);
  const image = { '00080052': 'IMAGE', '00080201': '+0000', '00080022': '', '00080032': '', '00200013': '' };
  for (const r of (await ask(s, image)).slice(0, 2)) assert.deepEqual([r['00080022'], r['00080032']], ['20240309', '233000'], 'from the kept header too');
  assert.deepEqual(who(await ask(s, { ...image, '00080022': '20240309' })), ['Z1', 'Z2']);
  assert.deepEqual(who(await ask(s, { '00080201': '+0100', '00080020': '20240310', '00080030': '0000-0100' })), ['Z1', 'Z2']);
  assert.deepEqual(who(await ask(s, { '00080201': '-1000', '00080020': '20240310' })), ['Z3']);
  assert.deepEqual(who(await ask(s, { '00080201': '+0000', '00080020': '20240309-20240310', '00080030': '233000-115959' })), ['Z1', 'Z2'], 'combined: one range');
  assert.deepEqual(who(await ask(s, { '00080020': '20240310' })), ['Z1', 'Z3'], 'no zone said: as the images say');
  s.socket.destroy();
  const plain = await scu({});
  const said = await ask(plain, { '00080201': '+0000', '00080020': '20240309' });
  assert.deepEqual([who(said), said[0]['00080201'], said[0]['00080030']], [['Z2'], '-0500', '183000'], 'not negotiated: as the images say');
  plain.socket.destroy();
});

test('C-CANCEL ends the answers', () => {
  const f = find(house, 'IMAGE', ['0020,000d', '0008,0018'], { args: ['--cancel', '2'] });
  assert.ok(['fe00', '0000'].includes(f.status), f.status);
  if (f.status === '0000') assert.ok(f.rows.length > 2, 'it came too late');
});

test('who may ask: rights, sites, disabled and unknown peers; each with its line in the trace', async () => {
  const last = () => sql(house, "SELECT event, outcome, actor, what, detail FROM audit_line ORDER BY id DESC LIMIT 1");
  studies(['0010,0020=J_1%']);
  assert.match(last(), /^search\|ok\|peer:FINDSCU\|C-FIND STUDY\|1 answers$/);
  assert.equal(studies(['0010,0020=J_1%'], { as: 'ECHOSCU' }).status, '0124');
  assert.match(last(), /^search\|refused\|peer:ECHOSCU\|C-FIND\|/);
  assert.equal(studies(['0010,0020=J_1%'], { as: 'NOBODY' }).rows.length, 0);
  assert.match(last(), /^peer\|refused\|peer:NOBODY\|A-ASSOCIATE\|/);
  peer(house, 'ELSEWHERE', ['query'], { like: 'MODALITY6' });
  peer(house, 'EVERYWHERE', ['query', 'all'], { like: 'MODALITY6' });
  peer(house, 'NOWHERE', ['query'], { like: null });
  peer(house, 'DISABLED', ['query', 'all'], { enabled: 0 });
  const seen = (as) => studies(['0010,0020=J_1%'], { as }).rows.length;
  assert.deepEqual(['FINDSCU', 'ELSEWHERE', 'EVERYWHERE', 'NOWHERE', 'DISABLED'].map(seen), [1, 0, 1, 0, 0]);
  assert.ok(MAY.query);
});

test('real files are found by what they say of themselves', { skip: corpus() ? false : 'skipped: ../shared is not there' }, () => {
  const all = corpus().filter((r) => r.expected.startsWith('valid') && r.has_the_four_uids === 'yes' && Number(r.bytes) < 300000).filter((_, i) => i % 5 === 0).slice(0, 60);
  const KEYS = ['0008,0050', '0008,0020', '0008,0030', '0010,0020', '0010,0030', '0020,0010', '0008,0090'];
  const plain = (k, v) => (['00080020', '00100030'].includes(k) ? v.replaceAll('.', '') : v); // dates of the old form are told in the new one
  let found = 0;
  for (const row of all) {
    const file = path.join(CORPUS, row.path);
    const sent = dcmtk('dcmsend', ['-q', '-nuc', '-aet', 'STORESCU', '-aec', 'BECLERE', '127.0.0.1', String(house.dicomPort), file]);
    const json = dcmtk('dcm2json', ['-fc', file], { maxBuffer: 1 << 28 });
    if (sent.status !== 0 || json.status !== 0) continue;
    const own = JSON.parse(json.stdout), study = valueOf(own, '0020000D');
    const [answer] = find(house, 'STUDY', [`0020,000d=${study}`, '0008,0061', '0010,0010', ...KEYS, '0020,1208']).rows;
    if (!answer) { assert.ok(sql(house, `SELECT COUNT(*) FROM study WHERE uid = '${study}'`) === '0', `${row.path}: stored and not found`); continue; }
    found++;
    assert.ok(answer['00080061'].Value.includes(valueOf(own, '00080060')), row.path);
    if (valueOf(answer, '00201208') !== 1) continue; /* other files of this study came first */
    for (const k of ['00080050', '00080020', '00100020', '00100030', '00200010'])
      assert.equal(valueOf(answer, k) ?? '', plain(k, valueOf(own, k) ?? ''), `${row.path} ${k}`);
    const id = valueOf(own, '00100020');
    if (id && !/[*?\\]/.test(id)) assert.ok(find(house, 'STUDY', [`0010,0020=${id}`, '0020,000d']).rows.some((r) => valueOf(r, '0020000D') === study), `${row.path}: by id ${id}`);
    const name = valueOf(own, '00100010');
    if (typeof name === 'string' && /^[A-Za-z^ ]{2,}$/.test(name) && !/^[\s^]*$/.test(name))
      assert.ok(find(house, 'STUDY', [`0010,0010=${name.toLowerCase()}`, '0020,000d']).rows.some((r) => valueOf(r, '0020000D') === study), `${row.path}: by name ${name}`);
  }
  assert.ok(found > 30, `${found} files`);
});
