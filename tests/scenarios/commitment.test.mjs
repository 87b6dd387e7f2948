// Storage commitment: a yes only after every file was read again; what is absent, of another class or damaged is named with its reason;
// told on the same association, or on one of ours, again and again until the peer has heard.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, freePort, sleep } from '../house.mjs';
import { nothingFromSanitizers, phantoms, filesOf, send } from '../dicom.mjs';
import { Scp, Scu } from '../scu.mjs';

const CLASS = '1.2.840.10008.1.20.1';
const INSTANCE = '1.2.840.10008.1.20.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
let house, pacs, uids;
before(async () => {
  house = await House.start();
  pacs = await house.person('pacs');
  const sent = send(house, phantoms(house, 'objects', 'mr', [7]));
  assert.equal(sent.status, 0, sent.stdout + sent.stderr);
  uids = sent.lines.map((l) => l.uid);
});
after(async () => { nothingFromSanitizers(house); await house?.close(); });

const MR = '1.2.840.10008.5.1.4.1.1.4';
const question = (transaction, objects) => ({ '00081195': transaction, '00081199': objects.map(([sopClass, uid]) => ({ '00081150': sopClass, '00081155': uid })) });
const call = (calling = 'STORESCU') => Scu.open({ port: house.dicomPort, calling, called: 'BECLERE', contexts: [CLASS] });

test('E22 X5 all safe: event 1 with every object, on the association on which it was asked', async () => {
  const scu = await call();
  const answer = await scu.action(CLASS, INSTANCE, 1, question('2.25.5001', uids.map((uid) => [MR, uid])));
  assert.equal(answer.status, 0);
  const report = await scu.next();
  assert.equal(report.field, 0x0100);
  assert.equal(report.eventType, 1);
  assert.equal(report.data['00081195'], '2.25.5001');
  assert.deepEqual(report.data['00081199'].map((o) => o['00081155']), uids);
  assert.equal(report.data['00081198'], undefined);
  scu.reported(report);
  await scu.release();
});

const fileOf = (uid) => {
  const walk = (at) => fs.readdirSync(at, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? walk(path.join(at, e.name)) : [path.join(at, e.name)]));
  return walk(path.join(house.data, 'blobs')).find((f) => fs.readFileSync(f).includes(Buffer.from(uid)) && f.endsWith('.dcm') && path.basename(f).startsWith(uid)) ?? walk(path.join(house.data, 'blobs')).find((f) => fs.readFileSync(f).includes(Buffer.from(uid)));
};

test('X5 one altered on disk, one that never came, one of another class: event 2, each with its reason', async () => {
  const damaged = fileOf(uids[2]);
  const bytes = fs.readFileSync(damaged);
  bytes[bytes.length - 9] ^= 1;
  fs.writeFileSync(damaged, bytes);
  const scu = await call();
  await scu.action(CLASS, INSTANCE, 1, question('2.25.5002', [[MR, uids[0]], [CT, uids[1]], [MR, uids[2]], [MR, '2.25.404404']]));
  const report = await scu.next();
  assert.equal(report.eventType, 2);
  assert.deepEqual(report.data['00081199'].map((o) => o['00081155']), [uids[0]]);
  assert.deepEqual(report.data['00081198'].map((o) => [o['00081155'], o['00081197']]), [[uids[1], 0x0119], [uids[2], 0x0110], ['2.25.404404', 0x0112]]);
  scu.reported(report);
  await scu.release();
  bytes[bytes.length - 9] ^= 1;
  fs.writeFileSync(damaged, bytes);
});

test('what is no question is refused: action, instance, list, right', async () => {
  const scu = await call();
  const ask = question('2.25.5003', [[MR, uids[0]]]);
  assert.equal((await scu.action(CLASS, INSTANCE, 2, ask)).status, 0x0123);
  assert.equal((await scu.action(CLASS, '1.2.3', 1, ask)).status, 0x0112);
  assert.equal((await scu.action(CLASS, INSTANCE, 1, { '00081195': '2.25.5003' })).status, 0x0115);
  assert.equal((await scu.action(CLASS, INSTANCE, 1, { '00081199': ask['00081199'] })).status, 0x0115);
  await scu.release();
  const stranger = await call('FINDSCU');
  assert.equal((await stranger.action(CLASS, INSTANCE, 1, ask)).status, 0x0124);
  await stranger.release();
});

test('X5 a peer that can be called is told on an association of ours, with changed roles; away, it is told later', async () => {
  const port = await freePort();
  const { peers } = (await pacs.get('/api/peers')).json;
  const { id } = peers.find((p) => p.ae_title === 'STORESCU');
  assert.equal((await pacs.put(`/api/peers/${id}`, { port })).status, 200);
  const scu = await call();
  assert.equal((await scu.action(CLASS, INSTANCE, 1, question('2.25.5004', uids.map((uid) => [MR, uid])))).status, 0);
  await scu.release();
  await sleep(1500); // nobody listens yet: the first try fails
  const scp = await Scp.listen(port);
  try {
    await house.stop(); // what was promised outlives a stop
    await house.serve();
    const report = await scp.report(25000);
    assert.deepEqual(scp.roles, [{ uid: CLASS, scu: 0, scp: 1 }]);
    assert.equal(scp.calling, 'BECLERE');
    assert.equal(scp.called, 'STORESCU');
    assert.equal(report.eventType, 1);
    assert.equal(report.data['00081195'], '2.25.5004');
    assert.equal(report.data['00081199'].length, uids.length);
  } finally { scp.close(); }
});

test('E22 the demonstration’s scanner asks after its exam and hears it', async () => {
  const { Exam } = await import('../exam.mjs');
  await house.advance(pacs, 31000);
  const exam = await Exam.open(house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
  const r = exam.scan(['--most', '12', '--withhold', '5', '--commit', 'yes']);
  assert.match(r.stdout, /storage commitment, event 2: 12 safe, 1 not\nnot safe \S+ 0112/);
});
