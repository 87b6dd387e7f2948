// Measures and key images in the patient's record: made DICOM objects by the server, judged by others' validators, told to all who see the study. Each path allowed and refused.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CORPUS, nothingFromSanitizers, retrieve, stow } from '../dicom.mjs';
import { House, ROOT } from '../house.mjs';
import { Exam } from '../exam.mjs';
import { Opinion } from '../opinion.mjs';

let house, exam, study, images, other, second, pacs, first;
const at = (what) => `/api/studies/${study}/${what}`;
const CLASSES = { report: '1.2.840.10008.5.1.4.1.1.88.34', state: '1.2.840.10008.5.1.4.1.1.11.1', keys: '1.2.840.10008.5.1.4.1.1.88.59' };
const json = { Accept: 'application/dicom+json' };

before(async () => {
  house = await House.start();
  exam = await Exam.open(house, { modality: 'CT' });
  await exam.consent(); await exam.ask(); await exam.accept(); await exam.plan(); await exam.prepare();
  await exam.start();
  exam.scan();
  study = (await exam.images()).study_uid;
  images = (await exam.imager.get(`/dicom-web/studies/${study}/instances`, json)).json.filter((one) => one['00280010']?.Value).map((one) => ({ sop: one['00080018'].Value[0], series: one['0020000E'].Value[0] }));
  [other, second, pacs] = [await house.person('demandeur2'), await house.person('imageur2'), await house.person('pacs')];
});
after(async () => {
  await house?.close();
  nothingFromSanitizers(house);
});

const mark = (kind, points, figures, more = {}) => ({ id: `${kind}-1`, kind, ...images[0], frame: 1, points, text: '', figures, window: { center: 40, width: 400 }, at_ms: 1773481500123, ...more });
const MARKS = () => [
  mark('length', [[10.25, 10.5], [40.75, 12.125]], [{ name: 'length', value: 52.47832031, unit: 'mm' }], { text: 'Nodule du lobe droit' }),
  mark('bidirectional', [[60, 60], [90.3, 70.1], [72.2, 75.4], [77.9, 54.6]], [{ name: 'long', value: 54.9, unit: 'mm' }, { name: 'short', value: 37.1, unit: 'mm' }]),
  mark('cobb', [[10, 20], [60, 20], [10, 80], [60, 51.1]], [{ name: 'angle', value: 29.98, unit: 'deg' }]),
  mark('ellipse', [[100.5, 140.5], [130.25, 160]], [{ name: 'mean', value: 41.25, unit: 'HU' }, { name: 'sd', value: 9.1, unit: 'HU' }, { name: 'min', value: 12, unit: 'HU' }, { name: 'max', value: 70, unit: 'HU' }, { name: 'area', value: 1345.25, unit: 'mm2' }], images[1]),
  mark('freehand', [[1, 1], [5, 1], [5.5, 6.25], [2, 4]], [{ name: 'area', value: 33.5, unit: 'mm2' }], images[1]),
  mark('probe', [[77, 88]], [{ name: 'value', value: -1024, unit: 'HU' }]),
  mark('arrow', [[20, 20], [30, 45]], [], { text: 'Ici' }),
  mark('text', [[5, 200]], [], { text: 'Petit épanchement – à revoir' }),
];
let version = 0;
async function draw(marks, keys, person = exam.imager) {
  const a = await person.put(at('marks'), { version, content: { marks, keys } });
  assert.equal(a.status, 200, String(a.bytes));
  ({ version } = a.json);
}
const record = (person, more = {}) => person.post(at('recorded'), { act_id: exam.id, ...more });
const recorded = async (person = exam.imager, act) => {
  const a = await person.get(at(`recorded${act ? `?act=${act}` : ''}`));
  assert.equal(a.status, 200, String(a.bytes));
  return a.json;
};
const refusal = (a) => a.json.error.text;
const objects = async (kind) => (await exam.imager.get(`/dicom-web/studies/${study}/instances?SOPClassUID=${CLASSES[kind]}`, json)).json ?? [];
const oneOf = (list, kind) => list.objects.filter((one) => one.ours && one.kind === kind);

// What others say of each file.
async function judged(kind) {
  const iod = { report: 'Comprehensive3DSR', state: 'GrayscaleSoftcopyPresentationState', keys: 'KeyObjectSelectionDocument' }[kind];
  const found = await objects(kind);
  for (const one of found) {
    const [sop, series] = [one['00080018'].Value[0], one['0020000E'].Value[0]];
    const file = path.join(house.data, `${sop}.dcm`);
    fs.writeFileSync(file, await retrieve(exam.imager, `/dicom-web/studies/${study}/series/${series}/instances/${sop}`));
    const check = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
    if (check.error) console.log('# skipped: dciodvfy is not there');
    else {
      assert.deepEqual(check.stderr.split('\n').filter((said) => said.startsWith('Error')), [], `${kind} ${sop}`);
      assert.match(check.stderr, new RegExp(iod));
    }
    if (kind !== 'state') {
      const tree = spawnSync('dsrdump', [file], { encoding: 'utf8' });
      if (!tree.error) assert.equal(tree.status, 0, tree.stderr);
    }
  }
  return found;
}

test('E25 only the reader of the exam records measures; before there is one, or for another, it is refused in plain French', async () => {
  await draw(MARKS(), []);
  let a = await record(exam.imager);
  assert.equal(a.status, 403, String(a.bytes));
  assert.match(refusal(a), /Seul l’imageur qui lit cet examen/);
  assert.deepEqual([(await recorded(exam.imager, exam.id)).may, /ouvrez d’abord la lecture/.test((await recorded(exam.imager, exam.id)).why)], [false, true]);
  await exam.ok(exam.imager, 'open-reading');
  a = await record(exam.requester);
  assert.equal(a.status, 403);
  assert.equal((await record(second)).status, 403, 'an imager of the group who does not read it');
  a = await record(exam.imager, { act_id: 999999 });
  assert.equal(a.status, 404);
  assert.equal((await record(exam.imager, { title: 'rejected' })).status, 400);
  assert.equal((await record(exam.imager, { description: 'x'.repeat(501) })).status, 400);
  assert.deepEqual((await recorded()).objects, [], 'nothing was made');
  assert.equal((await recorded(exam.imager, exam.id)).may, true);
});

test('X2 E25 who may not see the study neither records nor reads what is recorded', async () => {
  for (const a of [await record(other), await other.get(at('recorded'))]) assert.ok([403, 404].includes(a.status), `${a.status}`);
});

test('E25 measures become a report, presentation states and a selection of the study; others find no error in them', async () => {
  const before = (await exam.images()).instances;
  await draw(MARKS(), [{ ...images[2], frame: 1, window: { center: -600, width: 1500 }, at_ms: 3 }]);
  const a = await record(exam.imager, { title: 'for-referring-provider', description: 'À montrer au patient.' });
  assert.deepEqual([a.status, a.json], [200, { kept: true }], String(a.bytes));
  for (const kind of ['report', 'state', 'keys']) assert.equal((await judged(kind)).length, 1, kind);
  assert.equal((await exam.images()).instances, before, 'they hide no image that is missing');
  const [sr] = (await exam.imager.get(`/dicom-web/studies/${study}/instances?SOPClassUID=${CLASSES.report}`, json)).json;
  const [head] = (await exam.imager.get(`/dicom-web/studies/${study}/series/${sr['0020000E'].Value[0]}/metadata`, json)).json;
  const of = (tag) => head[tag]?.Value?.[0];
  const image = (await exam.imager.get(`/dicom-web/studies/${study}/series/${images[0].series}/metadata`, json)).json[0];
  for (const tag of ['00100010', '00100020', '00100030', '00100040', '0020000D', '00080050', '00080020']) assert.deepEqual(head[tag]?.Value, image[tag]?.Value, tag);
  assert.deepEqual([of('00080005'), of('0040A491'), of('0040A493'), of('00080070')], ['ISO_IR 192', 'COMPLETE', 'UNVERIFIED', 'Béclère']);
  const { lines } = (await (await house.person('admin')).get(`/api/audit?act=${exam.id}`)).json;
  assert.ok(lines.some((one) => one.what === 'POST /api/studies/{study}/recorded' && one.outcome === 'ok'), 'traced');
});

test('E25 whoever may see the study reads them, at the same places with the same figures, with author and time', async () => {
  const drafts = (await exam.imager.get(at('marks'))).json.content.marks;
  for (const person of [exam.requester, exam.imager]) {
    const all = await recorded(person);
    const [report] = oneOf(all, 'report');
    assert.match(report.author, /MARTIN/);
    assert.ok(Math.abs(report.at_ms - house.now()) < 3600000 && report.version === 1 && !report.signed);
    assert.equal(report.mine, person === exam.imager);
    assert.equal(report.marks.length, drafts.length);
    for (const [i, was] of drafts.entries()) {
      const is = report.marks[i];
      assert.deepEqual([is.kind, is.id, is.series, is.sop, is.frame, is.text, is.at_ms], [was.kind, was.id, was.series, was.sop, was.frame, was.text, was.at_ms]);
      assert.deepEqual(is.figures.map(({ name, value, unit }) => ({ name, value, unit })), was.figures);
      assert.equal(is.points.length, was.points.length);
      was.points.forEach(([x, y], k) => assert.ok(Math.abs(is.points[k][0] - x) <= Math.abs(x + 0.5) / 2 ** 24 && Math.abs(is.points[k][1] - y) <= Math.abs(y + 0.5) / 2 ** 24, `${was.kind} point ${k}`));
    }
    const [keys] = oneOf(all, 'keys');
    assert.deepEqual([keys.title, keys.description, keys.keys.length, keys.keys[0].sop, keys.keys[0].series], ['For Referring Provider', 'À montrer au patient.', 1, images[2].sop, images[2].series]);
    const windows = oneOf(all, 'state').flatMap((one) => one.windows);
    assert.ok(windows.some((one) => one.sop === images[2].sop && one.center === -600 && one.width === 1500));
  }
  assert.deepEqual((await exam.requester.get(at('marks'))).json.content, { marks: [], keys: [] }, 'drafts stay the author’s');
});

test('E25 nothing new is refused; a later version names the one before, which stays', async () => {
  let a = await record(exam.imager);
  assert.equal(a.status, 409);
  assert.match(refusal(a), /Rien n’a changé/);
  [first] = await objects('report');
  const before = await retrieve(exam.imager, `/dicom-web/studies/${study}/series/${first['0020000E'].Value[0]}/instances/${first['00080018'].Value[0]}`);
  await draw(MARKS().slice(0, 2), []);
  a = await record(exam.imager);
  assert.equal(a.status, 200, String(a.bytes));
  const reports = await judged('report');
  assert.equal(reports.length, 2);
  const metadata = (await exam.imager.get(`/dicom-web/studies/${study}/series/${first['0020000E'].Value[0]}/metadata`, json)).json.sort((x, y) => x['00200013'].Value[0] - y['00200013'].Value[0]);
  assert.deepEqual(metadata.map((one) => one['00200013'].Value[0]), [1, 2], 'one series, the version is the instance number');
  assert.equal(metadata[1]['0040A360'].Value[0]['00081115'].Value[0]['00081199'].Value[0]['00081155'].Value[0], first['00080018'].Value[0]);
  assert.ok(before.equals(await retrieve(exam.imager, `/dicom-web/studies/${study}/series/${first['0020000E'].Value[0]}/instances/${first['00080018'].Value[0]}`)), 'the first is as it was');
  const all = await recorded();
  assert.deepEqual(oneOf(all, 'report').map((one) => [one.version, one.marks.length]), [[2, 2]], 'the last one is drawn');
  assert.equal(oneOf(all, 'keys').length, 0, 'it chose no image');
  assert.deepEqual([all.mine.version, all.mine.marks_version, all.mine.kept], [2, version, true]);
});

test('E25 what others wrote about the study is placed too, by codes and shapes alone', async () => {
  const bytes = await retrieve(exam.imager, `/dicom-web/studies/${study}/series/${first['0020000E'].Value[0]}/instances/${first['00080018'].Value[0]}`);
  const uid = first['00080018'].Value[0], foreign = `${uid.slice(0, -4)}0001`;
  const text = bytes.toString('latin1').replaceAll('beclere:', 'another:').replaceAll(uid, foreign);
  const a = await stow(pacs, [Buffer.from(text, 'latin1')]);
  assert.equal(a.stored.length, 1, JSON.stringify(a));
  const report = (await recorded(exam.requester)).objects.find((one) => one.uid === foreign);
  assert.ok(report && !report.ours && !report.mine);
  assert.match(report.author, /MARTIN/i);
  // An arrow has no code of its own: it is drawn as the line it is.
  assert.deepEqual(report.marks.map((one) => one.kind), ['length', 'bidirectional', 'cobb', 'ellipse', 'freehand', 'probe', 'drawing', 'text']);
  assert.deepEqual(report.marks[6].drawings.map((one) => [one.shape, one.points]), [['line', [[20, 20], [30, 45]]]]);
  assert.deepEqual(report.marks[1].points, (await recorded()).objects.find((one) => one.ours && one.kind === 'report').marks[1].points);
});

test('E25 reports of the corpus are read; what stands on images that are not here is counted, not drawn', { skip: fs.existsSync(CORPUS) ? false : 'skipped: ../shared is not there' }, async () => {
  for (const name of ['sr/sr_document.dcm', 'sr/sr_document_with_multiple_groups.dcm', 'sr/tid1500-sr.dcm', 'kos/kos-elga-visuapps.dcm']) {
    const a = await stow(pacs, [fs.readFileSync(path.join(CORPUS, name))]);
    assert.equal(a.stored.length, 1, `${name}: ${JSON.stringify(a)}`);
    const uid = a.stored[0].split('/')[3];
    const one = (await pacs.get(`/api/studies/${uid}/recorded`)).json.objects.find(({ uid: sop }) => sop === a.stored[0].split('/').at(-1));
    assert.ok(one && !one.ours, name);
    if (/sr_document/.test(name)) assert.ok(one.elsewhere > 0 && one.marks.length === 0, name);
  }
});

test('E25 E16 at the signature what is drawn goes into the record, verified; the event keeps what was shown', async () => {
  await draw([...MARKS().slice(0, 3), mark('rectangle', [[7, 9], [70, 90]], [{ name: 'area', value: 15034.5, unit: 'mm2' }], images[1])], [{ ...images[0], frame: 1, window: null, at_ms: 4 }]);
  await exam.imager.post(at('ledger'), { images: images.slice(0, 4).map(({ sop }) => ({ sop, frame: 1, full_ms: 1500, partial_ms: 20 })) });
  await exam.release();
  await exam.ok(exam.technologist, 'patient-left');
  await exam.sign(await exam.read());
  const signed = await exam.until('delivered');
  let all;
  for (let i = 0; i < 100 && !(all = await recorded()).objects.some((one) => one.ours && one.version === 3 && one.kind === 'report'); i++) await new Promise((done) => setTimeout(done, 100));
  const [report] = oneOf(all, 'report');
  assert.deepEqual([report.version, report.signed, report.marks.length], [3, true, 4]);
  assert.equal(oneOf(all, 'keys')[0].title, 'For Referring Provider');
  const [head] = (await exam.imager.get(`/dicom-web/studies/${study}/series/${report.series}/instances/${report.uid}/metadata`, json)).json;
  assert.deepEqual([head['0040A493'].Value[0], head['0040A073'].Value.length], ['VERIFIED', 1]);
  for (const kind of ['report', 'state', 'keys']) await judged(kind);

  const { shown } = signed.facts.signature;
  assert.deepEqual([shown.seen, shown.incomplete, shown.full_ms, shown.more], [4, 0, 6000, 0]);
  assert.equal(shown.images, images.length);
  const ct = shown.series.find((one) => one.seen === 4);
  assert.ok(ct && ct.seen < ct.images && /^[\d, -]+$/.test(ct.unseen), JSON.stringify(shown));
});

test('X4 E25 the proof file tells what was shown before the signature, for machines and for people', async () => {
  const zip = await exam.imager.get(`/api/acts/${exam.id}/dossier.zip`);
  const folder = path.join(house.data, 'dossier');
  fs.writeFileSync(`${folder}.zip`, zip.bytes);
  assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', `${folder}.zip`, folder]).status, 0);
  const dossier = JSON.parse(fs.readFileSync(path.join(folder, 'dossier.json')));
  const event = dossier.events.find((one) => one.step === 'sign');
  assert.equal(JSON.parse(event.data).shown.seen, 4, 'in the chain of events');
  assert.equal(dossier.facts.signature.shown.seen, 4);
  const pdf = spawnSync('pdftotext', ['-layout', path.join(folder, 'dossier.pdf'), '-'], { encoding: 'utf8' }).stdout;
  assert.match(pdf, /Images montrées avant la signature/);
  assert.match(pdf, new RegExp(`4 sur ${images.length}`));
  const check = spawnSync('python3', [path.join(ROOT, 'tools', 'verify-dossier.py'), folder, path.join(folder, 'dossier.pub')], { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stdout + check.stderr);
});

test('E25 T5 an expert who has accepted records measures on the images of the request; before, or on others, not', async () => {
  const { images: had } = (await exam.requester.get(`/api/acts/${exam.id}`)).json;
  const series = had.series.filter((one) => one.modality === 'CT').map((one) => ({ study_uid: study, series_uid: one.uid }));
  await house.advance(exam.requester, 31000);
  await second.signIn();
  const o = await Opinion.open({ house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: second.me.memberships[0].organisation.id, series });
  await o.ask([second]);
  version = 0;
  await draw(MARKS().slice(0, 1), [], second);
  const ask = (act_id) => second.post(at('recorded'), { act_id });
  let a = await ask(o.id);
  assert.equal(a.status, 403, String(a.bytes));
  assert.match(refusal(a), /Seul un expert qui a accepté/);
  await o.ok(second, 'accept');
  assert.ok([403, 404].includes((await ask(exam.id)).status), 'the exam itself is another’s to read');
  a = await ask(o.id);
  assert.equal(a.status, 200, String(a.bytes));
  const authors = oneOf(await recorded(exam.requester), 'report').map((one) => one.author);
  assert.equal(authors.length, 2, 'each author’s last version stands beside the other’s');
  const none = await Opinion.open({ house, requester: exam.requester, patient: exam.patient, site: exam.site, imaging_id: second.me.memberships[0].organisation.id });
  await none.ask([second]);
  await none.ok(second, 'accept');
  await draw(MARKS().slice(0, 2), [], second);
  a = await ask(none.id);
  assert.equal(a.status, 403);
  assert.match(refusal(a), /ne sont pas celles de cet acte/);
});
