// The live room on a thin line: join, voice kept, pointer lag, with the site behind 512 kbit/s, 200 ms of round trip and 5 % loss each way; all media by our relay, through a shaper in front of it.
//   BECLERE_PRESET=release node bench/room.mjs    BENCH_ROOM_SECONDS (600) of voice   BENCH_ROOM_MOVES (150) of the pointer   BENCH_ROOM_KBIT (512) BENCH_ROOM_RTT (200) BENCH_ROOM_LOSS (5)
// What it cannot shape: order of packets, bursts of loss, radio. The clock is one: both browsers run on this machine.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { Exam } from '../tests/exam.mjs';
import { freePort, sleep } from '../tests/house.mjs';
import { Viewing } from '../tests/browser/viewing.mjs';
import { Ward } from '../tests/browser/visit.mjs';
import { LOAD, aim, aims, say } from './common.mjs';

const SECONDS = Number(process.env.BENCH_ROOM_SECONDS ?? 600), MOVES = Number(process.env.BENCH_ROOM_MOVES ?? 150);
const KBIT = Number(process.env.BENCH_ROOM_KBIT ?? 512), RTT = Number(process.env.BENCH_ROOM_RTT ?? 200), LOSS = Number(process.env.BENCH_ROOM_LOSS ?? 5) / 100;
const QUEUE_MS = 300; // what the queue of such a line holds; more is dropped
const JOINS = 8;
const FLAGS = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required'];
const p95 = (list) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * 0.95))];
const p50 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// One way of the line: a rate, a bounded queue, loss, half the round trip.
function way() {
  let free = 0;
  const counts = { packets: 0, bytes: 0, lost: 0, dropped: 0 };
  return { counts, carry(bytes, send) {
    const now = performance.now(), from = Math.max(now, free), takes = (bytes.length * 8) / KBIT;
    counts.packets++;
    if (Math.random() < LOSS) { counts.lost++; return; }
    if (from - now > QUEUE_MS) { counts.dropped++; return; }
    free = from + takes;
    counts.bytes += bytes.length;
    setTimeout(() => send(bytes), free - now + RTT / 2);
  } };
}
// In front of the relay's UDP port: a socket towards it for each one who sends here, all of them on the same line.
async function shaper(to) {
  const up = way(), down = way(), inner = new Map(), outer = dgram.createSocket('udp4');
  outer.on('message', (bytes, who) => {
    const key = `${who.address}:${who.port}`;
    let socket = inner.get(key);
    if (!socket) {
      socket = dgram.createSocket('udp4');
      socket.on('message', (back) => down.carry(back, (b) => outer.send(b, who.port, who.address)));
      inner.set(key, socket);
    }
    up.carry(bytes, (b) => socket.send(b, to, '127.0.0.1'));
  });
  await new Promise((done) => outer.bind(0, '127.0.0.1', done));
  return { port: outer.address().port, up: up.counts, down: down.counts, close() { outer.close(); inner.forEach((s) => s.close()); } };
}
async function tcpLine(to) {
  const p = spawn(LOAD, ['line', `port=${to}`, `rate=${KBIT * 1000}`, `rtt=${RTT}`, `queue=${Math.round(KBIT * QUEUE_MS / 8)}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { port: await new Promise((done) => p.stdout.once('data', (d) => done(Number(String(d))))), close: () => p.kill('SIGTERM') };
}

// Every connection of the page goes by the relay; of this page by the port in front of it. They are kept to be asked.
const watched = (port) => `window.links = [];
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(config = {}) {
      const iceServers = (config.iceServers ?? []).map((one) => ({ ...one, urls: [one.urls].flat().filter((url) => /transport=udp/.test(url) || !/transport=/.test(url)).map((url) => ${port} ? url.replace(/:(\\d+)(\\?|$)/, ':${port}$2') : url) }));
      super({ ...config, iceServers, iceTransportPolicy: 'relay' });
      window.links.push(this);
    }
  };`;
const voice = (v) => v.page.evaluate(async () => {
  const sum = { received: 0, lost: 0, concealed: 0, samples: 0, videoBytes: 0, frames: 0, audioBytes: 0 };
  for (const link of window.links.filter((one) => one.connectionState === 'connected'))
    for (const s of (await link.getStats()).values()) {
      if (s.type === 'inbound-rtp' && s.kind === 'audio') { sum.received += s.packetsReceived; sum.lost += s.packetsLost; sum.concealed += s.concealedSamples ?? 0; sum.samples += s.totalSamplesReceived ?? 0; sum.audioBytes += s.bytesReceived; }
      if (s.type === 'inbound-rtp' && s.kind === 'video') { sum.videoBytes += s.bytesReceived; sum.frames += s.framesDecoded ?? 0; }
    }
  return sum;
});

const relayPort = await freePort(), ward = await Ward.open({ flags: FLAGS, config: { relay: 'run', 'relay-listen': `127.0.0.1:${relayPort}` } });
const { house } = ward, udp = await shaper(relayPort), tcp = await tcpLine(house.port);
const near = ward.browser, far = await Ward.browse([...FLAGS, `--host-resolver-rules=MAP localhost 127.0.0.1:${tcp.port}`]);
try {
  const exam = await Exam.started(house);
  exam.scan(['--most', '12']);
  await house.advance(exam.requester, 31000);
  const may = { permissions: ['camera', 'microphone'] };
  const imager = await ward.come('imageur', may);
  await imager.context.addInitScript(watched(0));
  await imager.enter();
  ward.browser = far;
  const site = await ward.come('manip', may);
  ward.browser = near;
  site.context.setDefaultTimeout(120000);
  await site.context.addInitScript(watched(udp.port));
  await site.enter();
  const dock = (v) => v.page.getByRole('complementary', { name: 'Salle en direct' });
  const here = (v, seat) => dock(v).locator(`.tile[data-seat="${seat}"][data-connected="true"]`);
  const open = async (v) => { await v.page.goto(`/acts/${exam.id}`); await v.section('Salle en direct').waitFor(); };
  await open(imager);
  await open(site);
  await imager.press('Entrer en salle', imager.section('Salle en direct'));
  await dock(imager).locator('.room-tools').waitFor();

  const joins = [];
  for (let i = 0; i < JOINS; i++) {
    const began = performance.now();
    await site.press('Entrer en salle', site.section('Salle en direct'));
    await here(site, 'imager').waitFor();
    joins.push(performance.now() - began);
    if (i < JOINS - 1) {
      await site.press('Quitter la salle', dock(site));
      await dock(site).waitFor({ state: 'detached' });
      await here(imager, 'technologist').waitFor({ state: 'detached' });
      await sleep(500);
    }
  }
  say(`join: from the click to the other's picture and voice connected, ${JOINS} times: median ${(p50(joins) / 1000).toFixed(2)} s, worst ${(Math.max(...joins) / 1000).toFixed(2)} s`);
  aim('join, worst (s)', Math.max(...joins) / 1000, '<=', 3);

  const lines = { imager: [await voice(imager)], site: [await voice(site)] };
  const until = Date.now() + SECONDS * 1000;
  let longest = 0, still = Date.now(), told = '';
  while (Date.now() < until) {
    await sleep(1000);
    for (const [name, v] of [['imager', imager], ['site', site]]) lines[name].push(await voice(v));
    const level = await dock(site).locator('.tile-line').first().textContent();
    if (level !== told) { told = level; say(`  after ${Math.round(SECONDS - (until - Date.now()) / 1000)} s: ${level}`); }
    const moved = ['imager', 'site'].every((name) => lines[name].at(-1).received > lines[name].at(-2).received);
    if (moved) still = Date.now(); else longest = Math.max(longest, Date.now() - still);
  }
  for (const [name, list] of Object.entries(lines)) {
    const [first, last] = [list[0], list.at(-1)], of = (key) => last[key] - first[key];
    say(`voice heard by ${name}: ${SECONDS} s, ${of('received')} packets, ${(100 * of('lost') / (of('lost') + of('received'))).toFixed(1)} % lost, ${(100 * of('concealed') / of('samples')).toFixed(1)} % of it filled in, ${(of('audioBytes') * 8 / SECONDS / 1000).toFixed(0)} kbit/s; picture ${(of('videoBytes') * 8 / SECONDS / 1000).toFixed(0)} kbit/s, ${(of('frames') / SECONDS).toFixed(1)} a second`);
    aim(`voice filled in by the receiver, ${name} (%)`, 100 * of('concealed') / of('samples'), '<=', 10);
  }
  aim('longest without a packet of voice (s)', longest / 1000, '<=', 2);
  say(`line: up ${udp.up.packets} packets, ${udp.up.lost} lost, ${udp.up.dropped} dropped by the full queue; down ${udp.down.packets}, ${udp.down.lost}, ${udp.down.dropped}`);

  // The imager leads and points; the site follows.
  for (const v of [imager, site]) await v.page.getByRole('link', { name: 'Voir les images', exact: true }).or(v.page.getByRole('link', { name: 'Ouvrir la lecture', exact: true })).first().click();
  const [a, b] = [new Viewing(imager), new Viewing(site)];
  await a.drawn('left');
  await b.drawn('left');
  const choose = (v, how) => v.page.getByRole('radiogroup', { name: 'Regarder ensemble' }).getByText(how, { exact: true }).click();
  await choose(imager, 'Mener');
  await choose(site, 'Suivre');
  await sleep(3000);
  await site.page.evaluate(() => {
    window.seen = [];
    let last = '';
    const look = () => { const now = document.querySelector('.remote-pointer')?.style.transform ?? ''; if (now !== last) { last = now; window.seen.push(performance.timeOrigin + performance.now()); } requestAnimationFrame(look); };
    look();
  });
  await imager.page.evaluate(() => { window.moved = []; document.addEventListener('pointermove', () => window.moved.push(performance.timeOrigin + performance.now()), true); });
  for (let i = 0; i < MOVES; i++) {
    await imager.page.mouse.move(...await a.spot('left', [100 + (i * 37) % 200, 120 + (i * 53) % 180]));
    await sleep(600);
  }
  await sleep(1000);
  const moved = await imager.page.evaluate(() => window.moved), seen = await site.page.evaluate(() => window.seen);
  const lags = moved.map((at, i) => (seen.find((one) => one > at && one < (moved[i + 1] ?? Infinity)) ?? NaN) - at), came = lags.filter(Number.isFinite);
  say(`pointer: ${moved.length} moves, ${came.length} seen before the next; median ${p50(came).toFixed(0)} ms, p95 ${p95(lags.map((one) => (Number.isFinite(one) ? one : 600))).toFixed(0)} ms (the ones not seen count 600)`);
  aim('pointer lag, p95 (ms)', p95(lags.map((one) => (Number.isFinite(one) ? one : 600))), '<=', RTT / 2 + 60);
  aims();
} finally {
  await far.close();
  await ward.close();
  udp.close();
  tcp.close();
}
