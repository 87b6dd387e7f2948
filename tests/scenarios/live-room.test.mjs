// The live room as its server sees it: who may sit where, what is passed on and to whom, what proves a video, what the relay lets in.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { freePort, House, sleep } from '../house.mjs';
import { Exam, openPage } from '../exam.mjs';
import { nothingFromSanitizers } from '../dicom.mjs';

let house, exam, stranger, relayPort;
const pages = [];
before(async () => {
  relayPort = await freePort();
  house = await House.start({ config: { relay: 'run', 'relay-listen': `127.0.0.1:${relayPort}` } });
  exam = await Exam.open(house);
  stranger = await house.person('demandeur2');
});
after(async () => { pages.forEach((p) => p.socket.terminate()); await house?.close(); });

class Page {
  static async open(person) {
    const p = new Page();
    p.heard = [];
    p.socket = await openPage(house, person);
    p.socket.on('message', (m) => p.heard.push(JSON.parse(String(m))));
    pages.push(p);
    return p;
  }
  say(type, more = {}) { this.socket.send(JSON.stringify({ type, act: exam.id, ...more })); }
  async hears(what, ms = 5000) {
    for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) {
      const at = this.heard.findIndex(what);
      if (at >= 0) return this.heard.splice(at, 1)[0];
    }
    return assert.fail(`not heard in ${ms} ms: ${JSON.stringify(this.heard).slice(0, 800)}`);
  }
  type(type) { return this.hears((m) => m.type === type); }
  async joins(seat) { this.say('room-join', { seat }); return this.hears((m) => m.type === 'room' && m.seat === seat); }
  async refused(seat) { this.say('room-join', { seat }); return this.hears((m) => m.type === 'room-refused' && m.seat === seat); }
}
const facts = async () => (await exam.imager.get(`/api/acts/${exam.id}`)).json.facts;
const eventually = async (what, ms = 5000) => {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(50)) if (await what()) return;
  assert.fail('it did not come about');
};
// Both ends count for 'seconds'; 'lie' changes what the imager's page claims to have received.
async function carries(imager, patient, seconds, { from = 1, lie = (c) => c, relay = false } = {}) {
  for (let s = from; s < from + seconds; s++) {
    const sent = { audio: 6000 * s, video: 90000 * s, frames: 25 * s }, got = { audio: 5900 * s, video: 88000 * s, frames: 24 * s };
    imager.say('room-report', { level: 'high', links: [{ seat: 'patient', sent, got: lie(got), relay }] });
    patient.say('room-report', { level: 'high', links: [{ seat: 'imager', sent, got, relay }] });
    await sleep(1000);
  }
}

test('E12 no room before the request is sent, none for who is not of the act, no seat of another trade', async () => {
  const imager = await Page.open(exam.imager), requester = await Page.open(exam.requester), other = await Page.open(stranger);
  assert.equal((await requester.refused('requester')).kind, 'conflict');
  await exam.ask();
  assert.equal((await other.refused('requester')).kind, 'not-found');
  const no = await imager.refused('technologist');
  assert.equal(no.kind, 'denied');
  assert.equal(no.shown, 'Cette place dans la salle n’est pas la vôtre.');
  assert.equal((await imager.refused('chief')).kind, 'input');
  const { seats } = await imager.joins('imager');
  assert.deepEqual(seats, []);
  const came = await requester.joins('requester');
  assert.deepEqual(came.seats.map((s) => s.seat), ['imager']);
  assert.equal((await imager.type('room-came')).seat, 'requester');
  await eventually(async () => (await facts()).room?.length === 2);
  imager.say('room-leave');
  assert.equal((await requester.type('room-gone')).seat, 'imager');
  requester.socket.terminate();
  await eventually(async () => (await facts()).room?.length === 0);
});

test('E12 what is said reaches the seat it is for, from the seat that the server knows; who does not sit there says nothing', async () => {
  const imager = await Page.open(exam.imager), technologist = await Page.open(exam.technologist), requester = await Page.open(exam.requester), other = await Page.open(stranger);
  await imager.joins('imager');
  await technologist.joins('technologist');
  await requester.joins('requester');
  imager.say('room-say', { to: 'technologist', from: 'requester', data: { description: { type: 'offer', sdp: 'v=0' } } });
  const heard = await technologist.type('room-say');
  assert.deepEqual([heard.from, heard.data.description.type], ['imager', 'offer']);
  other.say('room-say', { to: 'technologist', data: { candidate: 'x' } });
  other.say('room-state', { data: { slice: 1 } });
  imager.say('room-state', { data: { series: '1.2.3', slice: 12 } });
  assert.equal((await technologist.type('room-state')).data.slice, 12);
  await sleep(200);
  assert.equal(requester.heard.filter((m) => m.type === 'room-say').length, 0);
  assert.equal(technologist.heard.filter((m) => m.type === 'room-say').length, 0);
  const late = await Page.open(exam.physician);
  const room = await late.joins('local-physician');
  assert.deepEqual([room.state.from, room.state.data.slice], ['imager', 12], 'who comes late sees what is shown');
  imager.say('room-state', { data: { slice: 13, marks: 'x'.repeat(40000) } });
  imager.say('room-state', { data: { slice: 14, marks: 'x'.repeat(24000) } });
  assert.equal((await late.type('room-state')).data.slice, 14, 'what is larger than a page may send goes to nobody, the next state does');
  imager.say('room-leave');
  await late.type('room-gone');
  const later = await Page.open(exam.imager);
  assert.equal((await later.joins('imager')).state, null, 'nobody is led by who has left');
  later.say('room-leave');
  other.say('room-ping', { at: 42 });
  assert.equal((await other.type('room-pong')).at, 42);
  for (const p of [technologist, requester, late]) p.say('room-leave');
});

test('E12 a seat is one person’s: their other page takes it over, a colleague does not', async () => {
  const first = await Page.open(exam.imager), second = await Page.open(exam.imager), colleague = await Page.open(await house.person('imageur2'));
  await first.joins('imager');
  await second.joins('imager');
  assert.equal((await first.type('room-gone')).why, 'elsewhere');
  assert.equal((await colleague.refused('imager')).kind, 'conflict');
  second.say('room-leave');
  await eventually(async () => (await facts()).room?.length === 0);
  await colleague.joins('imager');
  colleague.say('room-leave');
});

test('E14 video counts once both ends have counted the same; one end that says more than was sent proves nothing', async () => {
  await exam.consent();
  await exam.accept();
  await exam.plan();
  const imager = await Page.open(exam.imager), patient = await Page.open(exam.technologist);
  await imager.joins('imager');
  await patient.joins('patient');
  await carries(imager, patient, 6, { lie: (c) => ({ ...c, video: c.video + 50e6 }) });
  assert.notEqual((await facts()).video?.both_ways, true);
  for (const p of [imager, patient]) p.say('room-leave');
  await sleep(300);
  await imager.joins('imager');
  await patient.joins('patient');
  await carries(imager, patient, 6);
  await eventually(async () => (await facts()).video?.both_ways === true);
  const log = (await exam.imager.get(`/api/acts/${exam.id}/events`)).json.events;
  const flows = log.find((e) => e.step === 'media-flows');
  assert.ok(flows.data.from_imager_bytes > 0 && flows.data.from_patient_bytes > 0 && flows.data.from_patient_frames > 0);
  assert.equal(flows.data.imager_id, exam.imager.me.person.id);
  assert.equal(flows.data.beside_id, exam.technologist.me.person.id);
  patient.socket.terminate();
  await eventually(async () => (await facts()).video.both_ways === false);
  assert.ok((await exam.imager.get(`/api/acts/${exam.id}/events`)).json.events.some((e) => e.step === 'media-lost' && e.data.reason === 'left'));
  assert.equal((await exam.refused(exam.imager, 'media-flows', { from_imager_bytes: 1, from_patient_bytes: 1 }, 403)).kind, 'denied');
});

test('E14 the relay is the third witness: what it saw pass stands, what it did not is no video, and an incident', async () => {
  const imager = await Page.open(exam.imager), patient = await Page.open(exam.technologist);
  await imager.joins('imager');
  const { relay } = await patient.joins('patient');
  assert.match(relay.username, new RegExp(`^\\d+:${exam.id}-patient-${exam.technologist.me.person.id}$`));
  // Real packets through the relay under the patient's name, more than the two pages say.
  const through = spawn('turnutils_uclient', ['-u', relay.username, '-w', relay.credential, '-y', '-n', '100000', '-l', '900', '-z', '5', '-m', '1', '-p', String(relayPort), '127.0.0.1'], { stdio: 'ignore' });
  try {
    await carries(imager, patient, 68, { relay: true });
    assert.equal((await facts()).video.both_ways, true, 'the relay saw it pass: it stands after a minute');
  } finally { through.kill(); }
  for (const p of [imager, patient]) p.say('room-leave');
  await eventually(async () => (await facts()).video.both_ways === false);
  await sleep(1500); // the sessions' last counts are told as they end
  await imager.joins('imager');
  await patient.joins('patient');
  await carries(imager, patient, 66, { relay: true });
  await eventually(async () => (await facts()).video.both_ways === false, 10000);
  const log = (await exam.imager.get(`/api/acts/${exam.id}/events`)).json.events;
  assert.deepEqual(log.filter((e) => e.step.startsWith('media-')).slice(-2).map((e) => [e.step, e.data.reason ?? e.data.relayed]), [['media-flows', true], ['media-lost', 'relay']]);
  await carries(imager, patient, 6, { from: 70, relay: true });
  assert.equal((await facts()).video.both_ways, false, 'and it proves nothing more while they stay');
  for (const p of [imager, patient]) p.say('room-leave');
});

test('E14 a telephone call is noted with its number and its times, never without', async () => {
  const now = house.now();
  const call = { with: 'technologist', number: '01 00 00 00 06', from_ms: now - 120000, to_ms: now - 5000, text: 'Vidéo coupée.' };
  await exam.refused(exam.imager, 'note-call', { ...call, number: 'poste' }, 409, 'number');
  await exam.refused(exam.imager, 'note-call', { ...call, to_ms: now - 300000 }, 409, 'times');
  await exam.refused(exam.imager, 'note-call', { ...call, to_ms: now + 600000 }, 409, 'times');
  await exam.ok(exam.imager, 'note-call', call);
  assert.equal((await facts()).phone_calls[0].number, '01 00 00 00 06');
});

test('O4 a test of the line gets its verdict from the server, and an incomplete one none', async () => {
  await exam.refused(exam.imager, 'line-test', { rtt_ms: 20 }, 409);
  const told = async (m) => { await exam.ok(exam.imager, 'line-test', { rtt_ms: 40, jitter_ms: 5, loss_permille: 0, down_kbps: 20000, up_kbps: 4000, ...m }); return (await facts()).line_tests.at(-1).verdict; };
  assert.equal(await told({}), 'video');
  assert.equal(await told({ up_kbps: 512, rtt_ms: 200, loss_permille: 50 }), 'small-video');
  assert.equal(await told({ up_kbps: 100 }), 'voice');
  assert.equal(await told({ loss_permille: 300 }), 'none');
});

test('E12 the relay lets in who has credentials of the moment, and nobody else', async () => {
  const page = await Page.open(exam.imager);
  const { relay } = await page.joins('imager');
  assert.deepEqual(relay.urls, [`turn:127.0.0.1:${relayPort}?transport=udp`, `turn:127.0.0.1:${relayPort}?transport=tcp`]);
  const allocate = (user, key) => spawnSync('turnutils_uclient', ['-u', user, '-w', key, '-y', '-c', '-n', '4', '-m', '1', '-p', String(relayPort), '127.0.0.1'], { encoding: 'utf8', timeout: 20000 });
  let good = allocate(relay.username, relay.credential);
  for (let left = 2; left && !/tot_send_msgs=[1-9]/.test(good.stdout); left--) good = allocate(relay.username, relay.credential); // the tool gives up early on a busy machine
  assert.match(good.stdout, /tot_send_msgs=[1-9]/, good.stdout + good.stderr);
  const bad = allocate(relay.username, `${relay.credential.slice(0, -2)}${relay.credential.at(-2) === 'A' ? 'Q' : 'A'}=`); // one letter of another digest
  assert.ok(!/tot_recv_msgs=[1-9]/.test(bad.stdout), bad.stdout);
  const late = allocate(`1000000000:${exam.imager.me.person.id}`, relay.credential);
  assert.ok(!/tot_recv_msgs=[1-9]/.test(late.stdout), late.stdout);
});

test('E14 a server that stops and starts again says that the video it carried is lost', async () => {
  const imager = await Page.open(exam.imager), patient = await Page.open(exam.technologist);
  await imager.joins('imager');
  await patient.joins('patient');
  await carries(imager, patient, 6);
  await eventually(async () => (await facts()).video?.both_ways === true);
  await house.stop('SIGKILL');
  await house.serve();
  await eventually(async () => (await facts()).video.both_ways === false);
  assert.deepEqual((await facts()).room, []);
});

test('E13 a call rings who has the act in hand, then the next by the roster; unanswered it is missed, and stands on their home page', async () => {
  const before = (await facts()).calls?.length ?? 0;
  await exam.refused(exam.imager, 'call', { to: 'nobody' }, 400);
  await exam.ok(exam.imager, 'call', { to: 'technologist', text: 'Précision sur le protocole' });
  const call = async () => (await facts()).calls.at(-1);
  const first = await call();
  assert.equal(first.state, 'ringing');
  assert.deepEqual(first.rings.map((one) => one.person_id), [exam.technologist.me.person.id]);
  await exam.refused(exam.imager, 'call', { to: 'requester' }, 409, 'call-one');
  await exam.refused(exam.requester, 'call-answered', { id: first.id }, 409, 'call-mine');
  await exam.refused(exam.requester, 'call-ended', { id: first.id }, 409, 'call-caller');
  await exam.ok(exam.technologist, 'call-answered', { id: first.id });
  assert.deepEqual([(await call()).state, (await call()).answered_by.id], ['answered', exam.technologist.me.person.id]);
  await exam.refused(exam.technologist, 'call-answered', { id: first.id }, 409, 'call-mine');

  await exam.ok(exam.technologist, 'call', { to: 'imager' });
  assert.deepEqual((await call()).rings.map((one) => one.person_id), [exam.imager.me.person.id]);
  await exam.ok(exam.imager, 'call-refused', { id: (await call()).id }); // at once to the others of the group
  const passed = await call();
  assert.equal(passed.state, 'ringing');
  assert.ok(passed.rings.length && passed.rings.every((one) => one.person_id !== exam.imager.me.person.id));
  // Who is on duty depends on the hour of the run: with a colleague on duty it passes once more, to everybody of that role, before it is missed.
  for (let rings = passed.rings, n = 0; (await call()).state !== 'missed'; n++) {
    assert.ok(n < 3, 'it rings for ever');
    await house.advance(exam.technologist, 31000);
    await eventually(async () => (await call()).state === 'missed' || JSON.stringify((await call()).rings) !== JSON.stringify(rings), 10000);
    ({ rings } = await call());
  }
  const missed = await call(), someone = passed.rings[0];
  assert.ok(missed.missed.some((one) => one.person_id === someone.person_id));
  assert.ok(!missed.missed.some((one) => one.person_id === exam.imager.me.person.id), 'who said that they cannot has not missed it');
  const colleague = await house.person('imageur2');
  if (missed.missed.some((one) => one.person_id === colleague.me.person.id)) {
    const lines = JSON.stringify((await colleague.get('/api/home')).json);
    assert.match(lines, /missed-call/);
    await exam.ok(colleague, 'call-seen', { id: missed.id });
    assert.doesNotMatch(JSON.stringify((await colleague.get('/api/home')).json), /missed-call/);
  }
  assert.equal((await facts()).calls.length, before + 2);

  await exam.ok(exam.imager, 'call', { to: 'requester' });
  await exam.ok(exam.imager, 'call-ended', { id: (await call()).id });
  assert.equal((await call()).state, 'ended');
});

test('E12 nonsense and floods hurt nobody: what is no message is passed over, who floods is put out', async () => {
  const page = await Page.open(exam.imager), calm = await Page.open(exam.technologist);
  await page.joins('imager');
  await calm.joins('technologist');
  const nonsense = ['', '{', '[]', '7', '{"type":7}', '{"type":"room-"}', '{"type":"room-join"}', '{"type":"room-join","act":"x","seat":{}}', '{"type":"room-join","act":-1,"seat":"imager"}', '{"type":"room-join","act":9223372036854775807,"seat":"imager"}',
    JSON.stringify({ type: 'room-say', act: exam.id, to: 7 }), JSON.stringify({ type: 'room-say', act: exam.id, to: 'technologist' }), JSON.stringify({ type: 'room-state', act: exam.id, data: 'x' }),
    JSON.stringify({ type: 'room-report', act: exam.id, level: 'splendid', links: 'x' }), JSON.stringify({ type: 'room-report', act: exam.id, links: [{ seat: 'patient', sent: [], got: { audio: -5, video: 1e300, frames: 'x' } }, null, 7] }),
    JSON.stringify({ type: 'room-state', act: exam.id, data: { long: 'x'.repeat(40000) } }), `{"type":"room-state","act":${exam.id},"data":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`];
  for (const one of nonsense) page.socket.send(one);
  page.say('room-ping', { at: 'still there' });
  assert.equal((await page.type('room-pong')).at, 'still there');
  const closed = new Promise((done) => page.socket.once('close', (code) => done(code)));
  for (let i = 0; i < 400; i++) page.say('room-point', { data: { i } });
  assert.equal(await closed, 1008);
  assert.equal((await calm.type('room-gone')).seat, 'imager');
  calm.say('room-leave');
});

test('the sanitizers found nothing', () => nothingFromSanitizers(house));
