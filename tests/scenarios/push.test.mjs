// What one does, the others see at once: events and images by WebSocket through the edge, to those who may, and nothing is missed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { House, sleep } from '../house.mjs';
import { Exam, pageSocket, toLoopback } from '../exam.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

let house, exam, stranger;
const open = [];
before(async () => { house = await House.start(); exam = await Exam.open(house); await exam.ask(); stranger = await house.person('demandeur2'); });
after(async () => { open.forEach((p) => p.socket.terminate()); await house?.close(); });

// An open page; what it hears, with the time it heard it.
class Page {
  static async open(person, { since } = {}) {
    const p = new Page();
    p.heard = [];
    p.socket = pageSocket(house, person);
    p.closed = new Promise((done) => p.socket.on('close', (code) => done(code)));
    p.socket.on('message', (m) => p.heard.push({ ...JSON.parse(String(m)), heardAt: performance.now() }));
    await new Promise((done, fail) => { p.socket.on('open', done); p.socket.on('error', fail); });
    open.push(p);
    p.hello = await p.hears((m) => m.type === 'hello');
    if (since !== undefined) p.socket.send(JSON.stringify({ type: 'since', event: since }));
    return p;
  }
  async hears(what, ms = 5000) {
    for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) {
      const found = this.heard.find(what);
      if (found) return found;
    }
    return assert.fail(`not heard in ${ms} ms: ${JSON.stringify(this.heard).slice(0, 500)}`);
  }
  events() { return this.heard.filter((m) => m.type === 'event').map((m) => m.event); }
}

// Status of a handshake that must not succeed.
const refusedStatus = (options) => new Promise((done, fail) => {
  const s = new WebSocket(`wss://localhost:${house.port}/api/push`, { rejectUnauthorized: false, lookup: toLoopback, ...options });
  s.on('unexpected-response', (_, a) => { a.resume(); done(a.statusCode); });
  s.on('open', () => { s.terminate(); fail(new Error('it opened')); });
  s.on('error', () => {});
});

test('a handshake needs a full session and our Origin', async () => {
  const { cookie } = exam.imager;
  assert.equal(await refusedStatus({ origin: 'https://example.org', headers: { Cookie: cookie } }), 403);
  assert.equal(await refusedStatus({ origin: `http://localhost:${house.port}`, headers: { Cookie: cookie } }), 403);
  assert.equal(await refusedStatus({ headers: { Cookie: cookie } }), 403);
  assert.equal(await refusedStatus({ origin: house.url }), 401);
  assert.equal(await refusedStatus({ origin: house.url, headers: { Cookie: `__Host-beclere=${'0'.repeat(64)}` } }), 401);
});

test('a step of one participant reaches the others within a second; a stranger hears nothing', async () => {
  const imager = await Page.open(exam.imager), requester = await Page.open(exam.requester), other = await Page.open(stranger);
  assert.ok(Math.abs(imager.hello.now_ms - house.now()) < 5000);
  for (let i = 0; i < 5; i++) {
    const text = `Message ${i}`;
    await exam.ok(exam.requester, 'message', { text });
    const answered = performance.now();
    for (const page of [imager, requester]) {
      const heard = await page.hears((m) => m.type === 'event' && m.event.step === 'message' && m.event.data.text === text);
      assert.equal(heard.event.act_id, exam.id);
      assert.ok(heard.heardAt - answered < 1000, `${heard.heardAt - answered} ms after the answer`);
    }
  }
  await exam.accept();
  await requester.hears((m) => m.type === 'event' && m.event.step === 'accept' && m.event.to === 'validated');
  const seqs = imager.events().map((e) => e.seq);
  assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), 'in order');
  assert.equal(new Set(imager.events().map((e) => e.id)).size, seqs.length, 'each once');
  await sleep(500);
  assert.deepEqual(other.events(), [], 'not one event of an act one may not see');
});

test('after a dropped connection every event comes again from where the page was, in order and once', async () => {
  const first = await Page.open(exam.imager);
  await exam.ok(exam.requester, 'message', { text: 'Avant la coupure' });
  const { event: last } = await first.hears((m) => m.type === 'event' && m.event.data.text === 'Avant la coupure');
  first.socket.terminate();
  await first.closed;
  const missed = [...Array(30).keys()].map((i) => `Pendant la coupure ${i}`);
  for (const text of missed) await exam.ok(exam.requester, 'message', { text });
  const second = await Page.open(exam.imager, { since: last.id });
  await second.hears((m) => m.type === 'event' && m.event.data.text === missed.at(-1));
  await exam.ok(exam.requester, 'message', { text: 'Après' });
  await second.hears((m) => m.type === 'event' && m.event.data.text === 'Après');
  assert.deepEqual(second.events().map((e) => e.data.text), [...missed, 'Après']);
  const log = (await exam.imager.get(`/api/acts/${exam.id}/events?after=${last.seq}`)).json.events;
  assert.deepEqual(second.events().map((e) => e.hash), log.map((e) => e.hash), 'the same events as in the log');
  const nosy = await Page.open(stranger, { since: 0 });
  await sleep(700);
  assert.deepEqual(nosy.events(), [], 'asking from the beginning opens nothing');
});

test('images that arrive are told to who may see them', async () => {
  await exam.plan();
  await exam.consent();
  await exam.prepare();
  await exam.start();
  const imager = await Page.open(exam.imager), other = await Page.open(stranger);
  exam.scan(['--most', '12']);
  const told = await imager.hears((m) => m.type === 'images' && m.total === 12);
  assert.equal(told.act_id, exam.id);
  const images = await exam.images();
  assert.equal(told.study_uid, images.study_uid);
  assert.ok(images.series.some((s) => s.uid === told.series_uid));
  await sleep(500);
  assert.ok(!other.heard.some((m) => m.type === 'images'), 'a stranger hears of no image');
});

test('a page of a session that ends is told and closed', async () => {
  const page = await Page.open(stranger);
  await stranger.post('/api/sign-out');
  await page.hears((m) => m.type === 'session');
  assert.ok([1000, 1001, 1008, 4001].includes(await page.closed), 'closed by the server');
});

test('nonsense from a page is passed over or ends that page alone', async () => {
  const page = await Page.open(exam.imager), quiet = await Page.open(exam.technologist);
  for (const text of ['{', '[]', '{"type":"since"}', '{"type":"since","event":-5}', '{"type":"since","event":"x"}']) page.socket.send(text);
  page.socket.send(Buffer.alloc(100000, 0x41));
  await exam.ok(exam.requester, 'message', { text: 'Toujours là' });
  await quiet.hears((m) => m.type === 'event' && m.event.data.text === 'Toujours là');
  nothingFromSanitizers(house);
});
