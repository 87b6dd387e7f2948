// E22: what the modality should have sent is counted, what is missing is said within two seconds and kept in the log.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House, dcmtk } from '../house.mjs';
import { Exam, pageSocket } from '../exam.mjs';
import { CORPUS, datasetAt, filesOf, folder, send as sendFolder } from '../dicom.mjs';

let house, exam, page;
const told = [];
before(async () => {
  house = await House.start();
  exam = await Exam.open(house);
  await exam.ask(); await exam.accept(); await exam.plan(); await exam.consent(); await exam.prepare(); await exam.start();
  page = pageSocket(house, exam.technologist);
  await new Promise((done, fail) => { page.once('open', done); page.once('error', fail); });
  page.on('message', (m) => told.push({ at: Date.now(), ...JSON.parse(String(m)) }));
});
after(async () => { page?.terminate(); await house?.close(); });

// A value of the outermost level, explicit VR little endian.
const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV']);
function element(path, wanted) {
  const bytes = fs.readFileSync(path);
  for (let at = datasetAt(bytes); at + 8 <= bytes.length;) {
    const tag = bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2);
    const long = LONG.has(bytes.toString('latin1', at + 4, at + 6));
    const value = at + (long ? 12 : 8);
    const len = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    if (tag === wanted) return bytes.toString('latin1', value, value + len).trim();
    at = len === 0xffffffff ? bytes.indexOf(Buffer.from('feffdde000000000', 'hex'), value) + 8 : value + len;
  }
  return '';
}

const send = (files, name) => {
  const at = folder(house, name);
  for (const f of files) fs.writeFileSync(`${at}/${f.split('/').pop()}`, fs.readFileSync(f), { mode: 0o644 });
  const r = sendFolder(house, at);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  return Date.now();
};
const verdict = async (since, wanted, ms = 2000) => {
  for (const end = since + ms + 200; Date.now() < end;) {
    const m = told.find((one) => one.type === 'event' && one.event.step === 'images-counted' && wanted(one.event.data) && one.at >= since - 5000);
    if (m) return m;
    await new Promise((done) => setTimeout(done, 20));
  }
  return assert.fail(`no such verdict in ${ms} ms: ${JSON.stringify(told.map((m) => m.event?.step))}`);
};
const axial = (name) => {
  const at = folder(house, name);
  const r = house.run(['demo', 'modality', exam.number, '--config', house.config, '--folder', at]);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  return filesOf(at);
};

let files;
test('E22 a slice that did not come is named within 2 s, by number and by place, on the page and in the log', async () => {
  files = axial('made');
  assert.ok(files.length > 40, `${files.length} files`);
  const series = new Map();
  for (const f of files) series.set(element(f, 0x0020000e), [...(series.get(element(f, 0x0020000e)) ?? []), f]);
  const stack = [...series.values()].sort((a, b) => b.length - a.length)[0];
  const third = stack.filter((f) => element(f, 0x00200013) === '3');
  assert.equal(third.length, 1);
  const sent = send(files.filter((f) => f !== third[0]), 'short');
  const m = await verdict(sent, (d) => d.gaps_missing > 0);
  assert.ok(m.at - sent <= 2000, `told after ${m.at - sent} ms`);
  assert.equal(m.event.data.complete, false);
  assert.equal(m.event.data.missing, 1);
  const number = m.event.data.gaps.find((g) => g.kind === 'number');
  assert.deepEqual([number.from, number.to, number.count], [3, 3, 1]);
  assert.equal(m.event.data.gaps.find((g) => g.kind === 'position').count, 1);
  const act = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  assert.equal(act.facts.completeness.missing, 1);
  const { events } = (await exam.imager.get(`/api/acts/${exam.id}/events?after=0`)).json;
  assert.ok(events.some((e) => e.step === 'images-counted' && e.by.id === 0 && e.hash.length === 64), 'kept in the log, by the system');
  files.third = third[0];
});

test('E22 E18 the release is refused naming the gap; limited with a comment overrides it', async () => {
  const { images } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  await exam.ok(exam.technologist, 'end-acquisition', { made: images.instances });
  await exam.ok(exam.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
  const error = await exam.refused(exam.imager, 'release', {}, 409, 'images-gaps');
  const gap = error.missing.find((one) => one.code === 'images-gaps');
  assert.equal(gap.count, 1);
  assert.match(gap.text, /lacunes/);
  await exam.refused(exam.imager, 'judge-quality', { verdict: 'limited', comment: '' }, 409, 'quality-comment');
  const release = (act) => act.steps.find((one) => one.step === 'release');
  const limited = await exam.ok(exam.imager, 'judge-quality', { verdict: 'limited', comment: 'Une coupe manque hors de la région d’intérêt.' });
  assert.equal(release(limited).allowed, true);
  const judged = await exam.ok(exam.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
  assert.deepEqual(release(judged).missing.map((one) => one.code), ['images-gaps']);
});

test('E22 the technologist’s number counts too', async () => {
  const { images } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  await exam.ok(exam.imager, 'more-images', { text: 'La coupe 3 manque.' });
  const asked = Date.now();
  await exam.ok(exam.technologist, 'end-acquisition', { made: images.instances + 4 });
  const m = await verdict(asked, (d) => d.made === images.instances + 4);
  assert.equal(m.event.data.missing, 4);
});

test('E22 the slice comes after all: the exam is whole, and it is said', async () => {
  const { images } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
  const sent = send([files.third], 'late');
  await exam.ok(exam.technologist, 'end-acquisition', { made: images.instances + 1 });
  const m = await verdict(sent, (d) => d.complete === true);
  assert.ok(m.at - sent <= 2500, `told after ${m.at - sent} ms`);
  assert.deepEqual(m.event.data.gaps, []);
  await exam.ok(exam.imager, 'judge-quality', { verdict: 'sufficient', comment: '' });
  const act = await exam.ok(exam.imager, 'release');
  assert.equal(act.state, 'released');
});

test('E22 a machine that numbers through the whole study: what another series has is not missing, until it comes it is', async () => {
  const stack = files.filter((f) => element(f, 0x0020000e) === element(files.third, 0x0020000e)).sort((a, b) => Number(element(a, 0x00200013)) - Number(element(b, 0x00200013))).slice(0, 15);
  const renumber = (name, which, series, first) => {
    const at = folder(house, name);
    return which.map((f, i) => {
      const copy = `${at}/${i}.dcm`, number = first(i);
      fs.copyFileSync(f, copy);
      assert.equal(dcmtk('dcmodify', ['-nb', '-m', `(0020,000e)=${series}`, '-m', `(0008,0018)=${series}.${number}`, '-m', `(0020,0013)=${number}`, '-m', `(0020,0011)=${series.split('.').at(-1)}`, copy]).status, 0);
      return copy;
    });
  };
  const gaps = async (wanted) => {
    for (const end = Date.now() + 2500; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
      const { facts } = (await exam.imager.get(`/api/acts/${exam.id}`)).json;
      if (wanted(facts.completeness.gaps)) return;
    }
    assert.fail(JSON.stringify((await exam.imager.get(`/api/acts/${exam.id}`)).json.facts.completeness));
  };
  send(renumber('through', stack.slice(0, 12), '2.25.7133.71', (i) => (i < 6 ? 501 + i : 504 + i)), 'through-sent');
  await gaps((all) => all.some((g) => g.kind === 'number' && g.from === 507 && g.to === 509));
  send(renumber('scouts', stack.slice(12), '2.25.7133.72', (i) => 507 + i), 'scouts-sent');
  await gaps((all) => all.length === 0);
});

test('E22 a part of a concatenation that did not come is named, until it comes; a whole one is not', async () => {
  const emr = path.join(CORPUS, 'enhanced/emri_small.dcm'); // many frames in one object, where the corpus is there
  const like = (tag) => element(files.third, tag).replace(/\0+$/, ''); // a UID of odd length is padded
  const at = folder(house, 'parts');
  const part = (number) => {
    const copy = `${at}/${number}.dcm`;
    fs.copyFileSync(fs.existsSync(emr) ? emr : files.third, copy);
    const of = [['0010,0010', like(0x00100010)], ['0010,0020', like(0x00100020)], ['0010,0030', like(0x00100030)], ['0010,0040', like(0x00100040)], ['0008,0050', like(0x00080050)], ['0020,000d', like(0x0020000d)],
      ['0020,000e', '2.25.7133.81'], ['0008,0018', `2.25.7133.81.${number}`], ['0020,0011', '81'], ['0020,9161', '2.25.7133.80'], ['0020,9162', number], ['0020,9163', 4]];
    const r = dcmtk('dcmodify', ['-nb', '-imt', ...of.flatMap(([tag, value]) => ['-i', `(${tag})=${value}`]), copy]);
    assert.equal(r.status, 0, r.stderr);
    return copy;
  };
  const parts = async (wanted) => {
    let said;
    for (const end = Date.now() + 5000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
      said = (await exam.imager.get(`/api/acts/${exam.id}`)).json.facts.completeness;
      if (JSON.stringify(said.gaps.filter((g) => g.kind === 'part').map((g) => [g.series, g.from, g.to, g.count])) === JSON.stringify(wanted)) return said;
    }
    return assert.fail(JSON.stringify(said));
  };
  send([part(1), part(4)], 'parts-some');
  const short = await parts([[81, 2, 3, 2]]);
  assert.equal(short.complete, false);
  assert.ok(short.missing >= 2);
  send([part(2)], 'parts-more');
  await parts([[81, 3, 3, 1]]);
  send([part(3)], 'parts-last');
  await parts([]);
});

test('E22 a restart counts what came while nobody looked, and says nothing twice', async () => {
  const before = (await exam.imager.get(`/api/acts/${exam.id}/events?after=0`)).json.events.filter((e) => e.step === 'images-counted').length;
  await house.stop();
  await house.serve();
  await new Promise((done) => setTimeout(done, 1500));
  const again = (await exam.imager.get(`/api/acts/${exam.id}/events?after=0`)).json.events.filter((e) => e.step === 'images-counted').length;
  assert.equal(again, before);
});
