// E29: what the reader says becomes text by a service of the site's own network; nothing of it is kept; who may not write may not dictate.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../house.mjs';
import { Exam } from '../exam.mjs';
import { SpeechService, wave } from '../speech.mjs';

const SAID = 'Pas d’épanchement xyzzyque pleural.';
let house, service, exam;

before(async () => {
  service = await SpeechService.start({ answer: () => ({ body: { text: SAID, words: [{ text: 'épanchement', confidence: 0.3 }, { text: 'pleural', confidence: 0.99 }] } }) });
  const key = path.join(fs.mkdtempSync('/tmp/beclere-test-'), 'key');
  fs.writeFileSync(key, 'a-key-of-the-service\n');
  fs.chmodSync(path.dirname(key), 0o755);
  house = await House.start({ config: { 'dictation-url': `${service.url}?model=radiology`, 'dictation-key': key } });
  house.keyFile = key;
  exam = await Exam.left(house);
});
after(async () => {
  await house?.close();
  await service?.close();
  if (house) fs.rmSync(path.dirname(house.keyFile), { recursive: true });
});
const dictate = (person, body = wave(1200), id = exam.id) => person.send('POST', `/api/acts/${id}/dictation`, body, { 'Content-Type': 'audio/wav' });

test('E29 the reader dictates: the piece goes whole to the service, its text comes back with the words it doubts', async () => {
  assert.equal((await dictate(exam.imager)).status, 403, 'who has not opened the reading writes nothing');
  await exam.read();
  assert.equal((await exam.imager.refresh()).dictation, true);
  const piece = wave(1200), a = await dictate(exam.imager, piece);
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(a.json.text, SAID);
  assert.deepEqual(a.json.doubtful, ['épanchement']);
  assert.equal(a.json.spoken, false);
  const [asked] = service.heard;
  assert.equal(service.heard.length, 1, 'the one that was refused did not reach it');
  assert.equal(asked.method, 'POST');
  assert.equal(asked.url, '/transcribe?model=radiology&language=fr');
  assert.equal(asked.headers['content-type'], 'audio/wav');
  assert.equal(asked.headers.authorization, 'Bearer a-key-of-the-service');
  assert.ok(asked.body.equals(piece), 'the same bytes');
});

test('X3 the trace holds that it was dictated and how long, never what was said; neither database, folder nor log hold the words', async () => {
  const { lines } = (await (await house.person('qualite')).get(`/api/audit?act=${exam.id}`)).json;
  const dictated = lines.filter((l) => /dictation/.test(l.what));
  assert.ok(dictated.some((l) => l.actor === 'imageur' && l.outcome === 'ok' && /dictation 1200 ms/.test(l.detail)), JSON.stringify(dictated));
  assert.ok(dictated.some((l) => l.actor === 'imageur' && l.outcome === 'refused'), 'the refusal too');
  for (const name of fs.readdirSync(house.data)) {
    const file = path.join(house.data, name);
    if (fs.statSync(file).isFile()) assert.equal(fs.readFileSync(file).includes('xyzzyque'), false, `${name} holds what was said`);
  }
});

test('E29 refused: who does not write this report, without the page’s own value, what is no speech, what is too long', async () => {
  const heard = service.heard.length;
  const imager2 = await house.person('imageur2');
  assert.equal((await dictate(imager2)).status, 403, 'another imager of the group');
  assert.equal((await dictate(exam.requester)).status, 403, 'the requester');
  assert.equal((await dictate(await house.person('demandeur2'))).status, 403);
  assert.equal((await dictate(exam.imager, wave(1200), 999999)).status, 404);
  const bare = await house.request({ method: 'POST', path: `/api/acts/${exam.id}/dictation`, headers: { Origin: house.url, Cookie: exam.imager.cookie, 'Content-Type': 'audio/wav', 'Content-Length': 4 }, body: 'RIFF' });
  assert.equal(bare.status, 403, 'without X-CSRF');
  for (const [body, status] of [[Buffer.from('RIFFxxxxWAVE'), 400], [wave(1200, { rate: 48000 }), 400], [wave(1200, { channels: 2 }), 400], [wave(50), 400], [wave(55100), 413], [wave(60000), 413]]) {
    const a = await dictate(exam.imager, body);
    assert.equal(a.status, status, `${body.length} bytes: ${a.bytes}`);
    assert.ok(a.json.error.text.length > 20, 'it says why');
  }
  assert.equal(service.heard.length, heard, 'none of them reached the service');
});

test('E29 a service that fails, goes elsewhere, or says what cannot be used: said in plain words, and the report stays', async () => {
  const before = (await exam.imager.get(`/api/acts/${exam.id}/report`)).json;
  const kept = service.answer;
  const odd = [{ status: 500, body: 'no' }, { status: 401 }, { status: 302, headers: { Location: `${service.url}/other` }, body: '' }, { body: '<html>' }, { body: { texte: 'a' } }, { body: { text: 'a'.repeat(300000) } }];
  for (const one of odd) {
    service.answer = () => one;
    const heard = service.heard.length, a = await dictate(exam.imager);
    assert.equal(a.status, 503, `${JSON.stringify(one).slice(0, 60)}: ${a.bytes}`);
    assert.match(a.json.error.text, /Le service de dictée .* Rien de ce qui est saisi n’est perdu/);
    assert.equal(service.heard.length, heard + 1, 'asked once, not sent on');
  }
  service.answer = kept;
  assert.equal((await dictate(exam.imager)).status, 200, 'and well again');
  assert.deepEqual((await exam.imager.get(`/api/acts/${exam.id}/report`)).json.content, before.content);
});

test('E29 once it is signed nothing is dictated any more; an addendum is', async () => {
  await exam.sign((await exam.imager.get(`/api/acts/${exam.id}/report`)).json);
  const a = await dictate(exam.imager);
  assert.ok([403, 409].includes(a.status), String(a.bytes));
  await exam.until('delivered');
  await exam.ok(exam.imager, 'open-addendum', { kind: 'complement' });
  assert.equal((await dictate(exam.imager)).status, 200);
});

test('E29 without a service there is nothing to dictate to; over TLS its certificate must lead to the named authority', async (t) => {
  const pem = (name) => path.join(house.data, 'tls', name);
  const tls = await SpeechService.start({ tls: { key: fs.readFileSync(pem('server-key.pem')), cert: fs.readFileSync(pem('server.pem')) } });
  t.after(() => tls.close());
  const restart = async (config) => {
    await house.stop();
    await house.configure(path.join(house.data, 'program', 'ui'), config);
    await house.serve();
  };
  const other = await Exam.left(house, { like: exam });
  await other.read();
  await restart({});
  assert.equal((await other.imager.refresh()).dictation, false);
  assert.equal((await dictate(other.imager, wave(1200), other.id)).status, 404);
  const folder = path.dirname(house.keyFile), authority = path.join(folder, 'authority.pem');
  fs.copyFileSync(pem('server.pem'), authority); fs.chmodSync(authority, 0o644);
  await restart({ 'dictation-url': tls.url });
  assert.equal((await dictate(other.imager, wave(1200), other.id)).status, 503, 'nobody we trust vouches for it');
  await restart({ 'dictation-url': tls.url, 'dictation-authority': authority, 'dictation-punctuation': 'spoken' });
  const a = await dictate(other.imager, wave(1200), other.id);
  assert.equal(a.status, 200, String(a.bytes));
  assert.equal(a.json.spoken, true);
});

test('X2 the configuration takes no address in the clear but this machine’s own, and none with a password in it', () => {
  const config = path.join(path.dirname(house.keyFile), 'c.conf');
  const check = (url) => { fs.writeFileSync(config, `dictation-url = ${url}\nmode = demonstration\n`); fs.chmodSync(config, 0o644); return house.run(['check', '--config', config]); };
  for (const url of ['https://speech.example.org/v1', 'http://127.0.0.1:9000/', 'http://localhost:9000/x?y=z']) assert.equal(check(url).status, 0, url);
  for (const url of ['http://10.0.0.5/asr', 'http://127.0.0.1.example.org/', 'ftp://127.0.0.1/', 'https://me:secret@speech.example.org/', 'speech.example.org', 'file:///etc/passwd']) {
    const said = check(url);
    assert.notEqual(said.status, 0, url);
    assert.match(said.stdout + said.stderr, /c\.conf:1/, url);
  }
});
