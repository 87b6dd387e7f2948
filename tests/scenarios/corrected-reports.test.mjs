// A correction of images that a signed report is about: marked, refused or confirmed, looked at again by its imager; the way back. E15, E29, IHE PIR.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam, register } from '../exam.mjs';
import { nothingFromSanitizers, retrieve, stow } from '../dicom.mjs';
import { sql } from '../dimse.mjs';

let house, pacs, exam, uid, other, reportUrl;
const value = (set, tag) => { const v = set?.[tag]?.Value?.[0]; return v?.Alphabetic ?? v; };
const qido = async (path_) => (await pacs.get(`/dicom-web${path_}`, { Accept: 'application/dicom+json' })).json ?? [];
const instances = () => qido(`/studies/${uid}/instances?includefield=all`);
const act = async (who = exam.requester) => (await who.get(`/api/acts/${exam.id}`)).json;
const marks = async (who) => (await act(who)).facts.report_marks ?? [];
const ask = (body) => pacs.post('/api/archive/corrections', { study_uid: uid, reason: 'Erreur à la console', ...body });
async function settled(id, state) {
  for (let i = 0; ; i++) {
    const one = (await pacs.get(`/api/archive/corrections/${id}`)).json;
    if (one.state === state) return one;
    assert.ok(i < 200 && ['doing', 'undoing'].includes(one.state), `${one.state}: ${one.failure}`);
    await sleep(50);
  }
}
async function undone(id) {
  const a = await pacs.post(`/api/archive/corrections/${id}/undo`, { reason: 'Tout compte fait, non' });
  assert.equal(a.status, 200, String(a.bytes));
  return settled(id, 'undone');
}
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  exam = await Exam.delivered(house);
  uid = (await exam.images()).study_uid;
  for (let i = 0; !reportUrl && i < 100; i++) {
    const doc = (await instances()).find((one) => value(one, '00080060') === 'DOC');
    if (doc) reportUrl = `/dicom-web/studies/${uid}/series/${value(doc, '0020000E')}/instances/${value(doc, '00080018')}`;
    else await sleep(50);
  }
  assert.ok(reportUrl, 'the report stands in the study');
  other = await register(exam.requester, { organisation_id: exam.site.id, birth_name: 'MERCIER', first_given: 'ANNE', birth_date: '1980-04-05', sex: 'F' });
});
after(async () => { await house?.close(); nothingFromSanitizers(house); });

// What a validator says of the report that we wrote, where one is installed.
async function reportFaults() {
  if (spawnSync('dciodvfy', ['-h']).error) return [];
  const file = path.join(house.data, 'report.dcm');
  fs.writeFileSync(file, await retrieve(pacs, reportUrl));
  return spawnSync('dciodvfy', ['-new', file], { encoding: 'latin1' }).stderr.split('\n').filter((l) => /^(Error|Warning)/.test(l));
}

test('E15 E29 the identity of the same patient: made, the report is marked for all who read it, its imager looks again', async () => {
  const body = { kind: 'identity', values: { PatientName: 'DUPONT-MOREAU^JEAN BAPTISTE' } };
  const shown = (await pacs.post('/api/archive/corrections/preview', { study_uid: uid, ...body })).json;
  assert.deepEqual(shown.reports.map((r) => [r.number, r.kind, r.refused]), [[exam.number, 'identity', false]]);
  assert.deepEqual(await reportFaults(), [], 'S1 as written');
  const unread = (await act(exam.imager)).version, a = await ask(body);
  assert.equal(a.status, 200, String(a.bytes));
  await settled(a.json.id, 'done');
  assert.deepEqual(await reportFaults(), [], 'S1 as corrected');
  assert.ok((await act(exam.imager)).version > unread, 'the imager’s page is told');
  for (const who of [exam.requester, exam.imager, exam.technologist]) {
    const [mark] = await marks(who);
    assert.deepEqual([mark.kind, mark.reason, mark.correction_id], ['identity', 'Erreur à la console', a.json.id]);
  }
  const [{ id }] = await marks();
  await exam.refused(exam.requester, 'review-report', { id, verdict: 'stands', text: 'x' }, 403);
  await exam.refused(exam.imager, 'review-report', { id, verdict: 'stands' }, 409, 'text');
  await exam.refused(exam.imager, 'review-report', { id: 1, verdict: 'stands', text: 'x' }, 409, 'report-mark');
  assert.ok((await act(exam.imager)).steps.some((s) => s.step === 'review-report'), 'offered');
  await exam.ok(exam.imager, 'review-report', { id, verdict: 'stands', text: 'Seule l’orthographe du nom change.' });
  const [mark] = await marks();
  assert.deepEqual([mark.verdict, mark.review, !!mark.reviewed_at_ms], ['stands', 'Seule l’orthographe du nom change.', true]);
  await exam.refused(exam.imager, 'review-report', { id, verdict: 'stands', text: 'x' }, 409, 'report-mark');
  assert.ok(!(await act(exam.imager)).steps.some((s) => s.step === 'review-report'), 'no longer offered');
  await undone(a.json.id);
});
test('E15 E29 another patient: refused in words; confirmed, the report’s object is put away, the report stays with its act and says so; undone, all is back', async () => {
  const body = { kind: 'move', ipp: other.ipp }, before = await instances();
  const refused = await ask(body);
  assert.equal(refused.status, 409);
  assert.match(refused.json.error.text, /compte rendu signé porte sur ces images/);
  assert.equal((await qido(`/studies?StudyInstanceUID=${uid}&PatientID=${exam.patient.ipp}`)).length, 1, 'nothing changed');
  const a = await ask({ ...body, despite_report: true });
  assert.equal(a.status, 200, String(a.bytes));
  await settled(a.json.id, 'done');
  const now = await instances();
  assert.equal(now.length, before.length - 1);
  assert.ok(now.every((one) => value(one, '00080060') !== 'DOC'), 'a report with another name on it is not shown with her images');
  assert.equal(value((await qido(`/studies?StudyInstanceUID=${uid}`))[0], '00100020'), other.ipp);
  assert.equal((await pacs.get(reportUrl, {})).status, 404);
  assert.equal((await exam.requester.get(`/api/acts/${exam.id}/report.pdf`)).status, 200, 'the act keeps its report');
  const mark = (await marks()).at(-1);
  assert.deepEqual([mark.kind, mark.correction_id], ['moved', a.json.id]);
  // the file of the report's object is away for a moment: nothing is undone by halves, and it can be asked for again
  const file = path.join(house.data, 'blobs', sql(house, "SELECT blob FROM kept_version WHERE why = 'deleted' ORDER BY id DESC LIMIT 1"));
  fs.renameSync(file, `${file}.away`);
  const half = await pacs.post(`/api/archive/corrections/${a.json.id}/undo`, { reason: 'Tout compte fait, non' });
  assert.equal(half.status, 200, String(half.bytes));
  await settled(a.json.id, 'done');
  const kept = (await pacs.get(`/api/archive/corrections/${a.json.id}`)).json;
  assert.ok(kept.failure, 'it says why');
  assert.equal(kept.undone_at_ms, null, 'and is in force as before');
  assert.equal(value((await qido(`/studies?StudyInstanceUID=${uid}`))[0], '00100020'), other.ipp, 'still hers');
  fs.renameSync(`${file}.away`, file);
  await undone(a.json.id);
  assert.ok((await marks()).at(-1).undone_at_ms, 'the mark is gone with it');
  await exam.refused(exam.imager, 'review-report', { id: mark.id, verdict: 'withdrawn', text: 'x' }, 409, 'report-mark');
  assert.equal((await instances()).length, before.length);
  assert.ok((await retrieve(pacs, reportUrl)).length > 1000, 'the report’s object is back');
  assert.equal(value((await qido(`/studies?StudyInstanceUID=${uid}`))[0], '00100020'), exam.patient.ipp);
});
test('E15 E29 images that a report covers do not leave unsaid; those that came after the signature do', async () => {
  const image = (await instances()).find((one) => value(one, '00080060') === 'CT'), series = value(image, '0020000E'), sop = value(image, '00080018');
  const late = Buffer.from((await retrieve(pacs, `/dicom-web/studies/${uid}/series/${series}/instances/${sop}`)).toString('latin1')
    .replaceAll(series, series.replace(/.$/, (d) => (d === '7' ? '8' : '7'))).replaceAll(sop, sop.replace(/.$/, (d) => (d === '7' ? '8' : '7'))), 'latin1');
  const kept = await stow(pacs, [late]);
  assert.equal(kept.status, 200, String(kept.bytes));
  const lateSeries = /series\/([^/]+)/.exec(kept.stored[0])[1];
  const free = await ask({ kind: 'split', series: [lateSeries], ipp: other.ipp });
  assert.equal(free.status, 200, String(free.bytes));
  await settled(free.json.id, 'done');
  const count = (await marks()).length;
  const refused = await ask({ kind: 'split', series: [series], ipp: other.ipp });
  assert.equal(refused.status, 409, String(refused.bytes));
  assert.match(refused.json.error.text, /compte rendu signé/);
  assert.equal((await marks()).length, count);
  const a = await ask({ kind: 'split', series: [series], ipp: other.ipp, despite_report: true });
  assert.equal(a.status, 200, String(a.bytes));
  await settled(a.json.id, 'done');
  const mark = (await marks()).at(-1);
  assert.equal(mark.kind, 'split');
  await exam.ok(exam.imager, 'review-report', { id: mark.id, verdict: 'withdrawn', text: 'Les images étaient d’une autre patiente : ne pas tenir compte de ce compte rendu.' });
  assert.equal((await marks(exam.requester)).at(-1).verdict, 'withdrawn');
  // images that join a study with a signed report: said there too
  const back = await ask({ kind: 'split', study_uid: (await pacs.get(`/api/archive/corrections/${free.json.id}`)).json.target_uid, series: [lateSeries], target_uid: uid });
  assert.equal(back.status, 200, String(back.bytes));
  await settled(back.json.id, 'done');
  assert.equal((await marks()).at(-1).kind, 'joined');
  const v = house.run(['verify', '--config', house.config]);
  assert.equal(v.status, 0, v.stdout + v.stderr);
});
