// MPPS: the machine says what it performs; linked to the act, counted against the archive, illegal turns refused with the standard's statuses.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, sleep } from '../house.mjs';
import { Exam } from '../exam.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';
import { Scu } from '../scu.mjs';

let house, exam;
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
});
after(async () => { nothingFromSanitizers(house); await house?.close(); });

const act = async () => (await exam.imager.get(`/api/acts/${exam.id}`)).json;
const until = async (wanted, what) => {
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(50)) { const a = await act(); if (wanted(a)) return a; }
  return assert.fail(`${what}: ${JSON.stringify((await act()).facts.completeness)}`);
};

test('E17 E22 the machine withholds one image that it says it made: it is missed by name of its series', async () => {
  exam.scan(['--withhold', '3', '--most', '40']);
  const a = await until((one) => one.facts.completeness?.performed_missing === 1, 'one image is missed');
  const [step] = a.facts.performed;
  assert.equal(step.state, 'COMPLETED');
  assert.equal(step.station, 'MODALITY1');
  assert.equal(step.modality, 'CT');
  assert.equal(step.objects, 41, 'all that were made');
  assert.match(step.started, /^\d{14}$/);
  assert.match(step.ended, /^\d{14}$/);
  assert.equal(a.images.instances, 40);
  const said = a.facts.completeness;
  assert.equal(said.complete, false);
  assert.equal(said.missing, 1);
  assert.equal(said.performed, 41);
  assert.ok(said.gaps.some((g) => g.kind === 'performed' && g.count === 1));
  const { events } = (await exam.imager.get(`/api/acts/${exam.id}/events?after=0`)).json;
  assert.deepEqual(events.filter((e) => e.step === 'performed-step').map((e) => e.data.state), ['IN PROGRESS', 'COMPLETED']);
});

test('E22 the release is refused for it; once the image has come, nothing is missing', async () => {
  await exam.ok(exam.technologist, 'end-acquisition', { made: 40 });
  await exam.ok(exam.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
  await exam.refused(exam.imager, 'release', {}, 409, 'images-gaps');
  exam.scan(['--most', '41', '--no-steps', 'yes']);
  const a = await until((one) => one.facts.completeness?.complete, 'whole');
  assert.equal(a.facts.completeness.performed_missing, 0);
  assert.deepEqual(a.facts.completeness.gaps, []);
});

test('E17 a step that is broken off says so, and why', async () => {
  exam.scan(['--most', '5', '--discontinue', 'yes']);
  const a = await until((one) => one.facts.performed.some((s) => s.state === 'DISCONTINUED'), 'discontinued');
  assert.match(a.facts.performed.at(-1).reason, /Discontinued/);
});

// ---- turns, said by hand ----
const MPPS = '1.2.840.10008.3.1.2.3.3';
const call = (calling = 'MODALITY1') => Scu.open({ port: house.dicomPort, calling, called: 'BECLERE', contexts: [MPPS] });
const creation = (change = {}) => ({
  '00400270': [{ '00080050': '', '0020000D': '2.25.777', '00400009': '' }], '00100010': 'X', '00100020': 'X', '00100030': '', '00100040': '', '00200010': '',
  '00080060': 'CT', '00400253': 'S1', '00400241': 'MODALITY1', '00400242': '', '00400244': '20260302', '00400245': '101500', '00400250': '', '00400251': '', '00400252': 'IN PROGRESS', '00400340': [], ...change,
});
const without = (set, tag) => { const { [tag]: _, ...rest } = set; return rest; };
const SERIES = [{ '0020000E': '2.25.778', '00181030': 'Abdomen', '00081140': [{ '00081150': '1.2.840.10008.5.1.4.1.1.2', '00081155': '2.25.779' }], '00400220': [] }];
const ending = (change = {}) => ({ '00400252': 'COMPLETED', '00400250': '20260302', '00400251': '102000', '00400340': SERIES, ...change });

test('PS3.4 F.7 each turn has its status: duplicate, unknown, missing, invalid, final', async () => {
  const scu = await call();
  const uid = '2.25.1000001';
  const create = async (at, set) => (await scu.create(MPPS, at, set)).status;
  const change = async (at, set) => scu.set(MPPS, at, set);
  assert.equal(await create('2.25.1', without(creation(), '00400253')), 0x0120, 'missing attribute');
  assert.equal(await create('2.25.1', creation({ '00400241': '' })), 0x0121, 'missing value');
  assert.equal(await create('2.25.1', without(creation(), '00400270')), 0x0120);
  assert.equal(await create('2.25.1', creation({ '00400252': 'COMPLETED' })), 0x0106, 'must begin in progress');
  assert.equal(await create('2.25.1', creation({ '00400244': '20269999' })), 0x0106, 'no such day');
  assert.equal((await change('2.25.1', ending())).status, 0x0112, 'never created');
  assert.equal(await create(uid, creation()), 0);
  assert.equal(await create(uid, creation()), 0x0111, 'created before');
  assert.equal((await change(uid, { '00400252': 'PAUSED' })).status, 0x0106);
  assert.equal((await change(uid, without(ending(), '00400250'))).status, 0x0120);
  assert.equal((await change(uid, ending({ '00400340': [] }))).status, 0x0121, 'completed without a series');
  assert.equal((await change(uid, { '00400300': '12' })).status, 0, 'goes on');
  assert.equal((await change(uid, ending())).status, 0);
  const late = await change(uid, ending({ '00400252': 'DISCONTINUED' }));
  assert.equal(late.status, 0x0110, 'final');
  assert.equal(late.errorId, 0xa710);
  assert.match(late.comment, /no longer be updated/);
  await scu.release();
});

test('X1 another site, or a peer without the right, changes nothing; another association of the same machine does', async () => {
  const first = await call();
  assert.equal((await first.create(MPPS, '2.25.1000002', creation())).status, 0);
  await first.release();
  const stranger = await call('MODALITY4');
  assert.equal((await stranger.set(MPPS, '2.25.1000002', ending())).status, 0x0124);
  await stranger.release();
  const reader = await call('FINDSCU');
  assert.equal((await reader.create(MPPS, '2.25.1000003', creation())).status, 0x0124);
  await reader.release();
  const again = await call();
  assert.equal((await again.set(MPPS, '2.25.1000002', ending())).status, 0);
  const made = await again.create(MPPS, '', creation());
  assert.equal(made.status, 0);
  assert.match(made.instance, /^2\.25\.\d+$/, 'the archive gives the UID');
  await again.release();
});

test('E29 the dose that the machine says at the end of a step fills what its images leave out, in the units of the report', async () => {
  const before = (await act()).images;
  const scu = await call();
  const uid = '2.25.1000777';
  assert.equal((await scu.create(MPPS, uid, creation({ '00400270': [{ '00080050': '', '0020000D': before.study_uid, '00400009': '' }] }))).status, 0);
  assert.equal((await scu.set(MPPS, uid, ending({ '0018115E': '1.5' }))).status, 0);
  const { images } = await until((one) => one.facts.performed.some((s) => s.uid === uid && s.state === 'COMPLETED'), 'completed');
  assert.equal(images.dose.dap_mgycm2, 150, JSON.stringify(images.dose)); // 1 dGy·cm² is 100 mGy·cm²
  assert.equal(images.dose.source, before.dose ? before.dose.source : 'mpps');
  assert.equal(images.dose.dlp_mgycm, before.dose?.dlp_mgycm ?? images.dose.dlp_mgycm);
  const report = (await exam.imager.get(`/api/acts/${exam.id}/report`)).json;
  assert.equal(report.measured_dose.dap_mgycm2, 150);
  scu.socket.destroy();
});
