// What the viewer keeps: marks of a person on a study, the ledger of what was shown, and the signature that waits for it. Each path allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';

let house, exam, study, images, other;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house, { modality: 'CT' });
  await exam.consent(); await exam.ask(); await exam.accept(); await exam.plan(); await exam.prepare();
  await exam.ok(exam.physician, 'confirm-local-presence');
  await exam.start();
  exam.scan();
  study = (await exam.images()).study_uid;
  images = (await exam.imager.get(`/dicom-web/studies/${study}/instances?includefield=00280008`, { Accept: 'application/dicom+json' })).json
    .filter((one) => one['00080060']?.Value?.[0] === 'CT' || one['00280010']).map((one) => ({ sop: one['00080018'].Value[0], series: one['0020000E'].Value[0] }));
  assert.ok(images.length > 3);
  other = await house.person('demandeur2');
});
after(() => house?.close());

const at = (what) => `/api/studies/${study}/${what}`;
const mark = (n, more = {}) => ({ id: `m${n}`, kind: 'length', ...images[0], frame: 1, points: [[10, 10.5], [40, 10.5]], text: '', figures: [{ name: 'length', value: 25.78125, unit: 'mm' }], window: { center: 40, width: 400 }, at_ms: 1, ...more });
const put = (person, version, content) => person.put(at('marks'), { version, content });
const refusal = (a) => a.json.error.text;

test('E25 marks are kept whole under a version, and come back exactly; each person has their own', async () => {
  let a = await exam.imager.get(at('marks'));
  assert.deepEqual([a.status, a.json.version, a.json.content], [200, 0, { marks: [], keys: [] }]);
  const content = { marks: [mark(1), mark(2, { kind: 'freehand', points: [[1, 1], [5, 1], [5, 6.25]] })], keys: [{ ...images[1], frame: 1, window: null, at_ms: 2 }] };
  a = await put(exam.imager, 0, content);
  assert.deepEqual([a.status, a.json.version], [200, 1], String(a.bytes));
  a = await exam.imager.get(at('marks'));
  assert.deepEqual([a.json.version, a.json.content], [1, content]);
  assert.deepEqual((await exam.requester.get(at('marks'))).json.version, 0, 'another person who sees the study has none yet');
  assert.equal((await put(exam.requester, 0, { marks: [mark(9)], keys: [] })).status, 200);
  assert.equal((await exam.imager.get(at('marks'))).json.content.marks.length, 2);
});

test('E25 a version that is behind is refused, and nothing is overwritten', async () => {
  const a = await put(exam.imager, 0, { marks: [], keys: [] });
  assert.equal(a.status, 409);
  assert.match(refusal(a), /autre fenêtre/);
  assert.equal((await exam.imager.get(at('marks'))).json.content.marks.length, 2);
  assert.equal((await put(exam.imager, 5, { marks: [], keys: [] })).status, 409, 'nor one that never was');
});

test('E25 what is no set of measures of this study is refused', async () => {
  const bad = [
    { marks: [mark(1, { kind: 'volume' })], keys: [] }, { marks: [mark(1, { points: [[1, 1]] })], keys: [] }, { marks: [mark(1, { points: [[1, 'x'], [2, 2]] })], keys: [] },
    { marks: [mark(1, { frame: 2 })], keys: [] }, { marks: [mark(1, { sop: '1.2.3' })], keys: [] }, { marks: [mark(1, { text: 'x'.repeat(501) })], keys: [] },
    { marks: [], keys: [{ ...images[0], frame: 0, window: null, at_ms: 1 }] }, { marks: [] }, { marks: {}, keys: [] },
  ];
  for (const content of bad) assert.equal((await put(exam.imager, 1, content)).status, 400, JSON.stringify(content).slice(0, 120));
  assert.equal((await put(exam.imager, 1, { marks: Array.from({ length: 501 }, (_, i) => mark(i)), keys: [] })).status, 413);
});

test('X2 X5 who may not see the study keeps nothing and reads nothing; changes leave a line', async () => {
  const admin = await house.person('admin');
  for (const a of [await other.get(at('marks')), await put(other, 0, { marks: [], keys: [] }), await other.get(at('ledger')), await other.post(at('ledger'), { images: [] })]) assert.ok([403, 404].includes(a.status), `${a.status}`);
  const { lines } = (await admin.get(`/api/audit?act=${exam.id}`)).json;
  assert.ok(lines.some((one) => one.what === 'PUT /api/studies/{study}/marks' && one.outcome === 'ok'), 'traced');
});

test('E25 the ledger adds up what was shown; images of elsewhere are passed over, nonsense is refused', async () => {
  const show = (list) => exam.imager.post(at('ledger'), { images: list });
  assert.equal((await show([{ sop: images[0].sop, frame: 1, full_ms: 900, partial_ms: 0 }, { sop: '1.2.3.4', frame: 1, full_ms: 5, partial_ms: 0 }])).status, 200);
  assert.equal((await show([{ sop: images[0].sop, frame: 1, full_ms: 100, partial_ms: 50 }])).status, 200);
  const { json } = await exam.imager.get(at('ledger'));
  assert.deepEqual([json.seen, json.incomplete, json.full_ms], [1, 0, 1000]);
  assert.equal(json.images, json.series.reduce((sum, one) => sum + one.images, 0));
  for (const one of [{ sop: 'x', frame: 1, full_ms: 1, partial_ms: 0 }, { sop: images[0].sop, frame: 0, full_ms: 1, partial_ms: 0 }, { sop: images[0].sop, frame: 1, full_ms: -1, partial_ms: 0 }, { sop: images[0].sop, frame: 1, full_ms: 1e9, partial_ms: 0 }])
    assert.equal((await show([one])).status, 400);
  // What was made of a series is kept beside: it shows no image.
  const { series } = images[0];
  for (const body of [{ series, made: 'planes', full_ms: 1500, partial_ms: 0 }, { series, made: 'planes', full_ms: 500, partial_ms: 20 }, { series, made: 'body', full_ms: 300, partial_ms: 0 }, { series: '1.2.3.4', made: 'planes', full_ms: 9, partial_ms: 0 }])
    assert.equal((await show([body])).status, 200);
  const made = (await exam.imager.get(at('ledger'))).json, own = made.series.find((one) => one.uid === series);
  assert.deepEqual([own.planes_ms, own.body_ms, own.preview_ms, made.seen, made.incomplete], [2000, 300, 20, json.seen, json.incomplete]);
  for (const bad of [{ series, made: 'cake', full_ms: 1, partial_ms: 0 }, { made: 'planes', full_ms: 1, partial_ms: 0 }, { series: 'x', made: 'planes', full_ms: 1, partial_ms: 0 }, { series, made: 'planes', full_ms: -1, partial_ms: 0 }])
    assert.equal((await show([bad])).status, 400, JSON.stringify(bad));
  assert.equal((await exam.requester.get(at('ledger'))).json.seen, 0, 'each person has their own');
});

test('E25 E16 nothing is signed while an image was only shown incomplete; shown whole, it is signed, though others were not opened', async () => {
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  const report = await exam.read();
  await exam.imager.post(at('ledger'), { images: [{ sop: images[1].sop, frame: 1, full_ms: 0, partial_ms: 400 }] });
  const { steps } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  assert.ok(steps.find((one) => one.step === 'sign').missing.some((one) => one.code === 'images-incomplete'), 'told beforehand');
  const proof = async () => { await house.advance(exam.imager, 31000); return { kind: 'totp', code: exam.imager.code() }; };
  const error = await exam.refused(exam.imager, 'sign', { revision: report.revision, sha256: report.sha256, proof: await proof() }, 409, 'images-incomplete');
  assert.match(JSON.stringify(error), /Fidélité complète/);
  await exam.imager.post(at('ledger'), { images: [{ sop: images[1].sop, frame: 1, full_ms: 300, partial_ms: 0 }] });
  const { json } = await exam.imager.get(at('ledger'));
  assert.ok(json.seen < json.images && json.incomplete === 0);
  await exam.sign(report);
});
