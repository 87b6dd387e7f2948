// The viewer on a thin line, in a browser: from the click on a study to its first image, to all of that image and to the whole series; and the same page over Orthanc's DICOMweb.
//   BENCH_VIEWER_STUDIES (8) clicks a line  BENCH_THIN_SLICES (300)  BENCH_LINES (30/10,4/100,1/200 Mbit/s and ms)
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ward } from '../tests/browser/visit.mjs';
import { filesOf, folder } from '../tests/dicom.mjs';
import { sleep } from '../tests/house.mjs';
import { LOAD, aim, aims, freePort, median, orthanc, ratio, say } from './common.mjs';

const STUDIES = Number(process.env.BENCH_VIEWER_STUDIES ?? 8), SLICES = Number(process.env.BENCH_THIN_SLICES ?? 300);
const AIMS = { '30/10': 0.5, '4/100': 1.2, '1/200': 3 }; // seconds from the click to the first useful image
const LINES = (process.env.BENCH_LINES ?? Object.keys(AIMS).join(',')).split(',');
const AHEAD = 3; // times Orthanc's time
const QUEUE_MS = 50;
const USEFUL = 128; // columns of a 512 wide slice from which on an image is useful: a quarter of its size, the windows and the anatomy are there
const p95 = (list) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(list.length * 0.95) - 1)];
const inSeconds = (list) => `${(median(list) / 1000).toFixed(2)} s (p95 ${(p95(list) / 1000).toFixed(2)})`;

async function line(name, to) {
  const [mbit, rtt] = name.split('/').map(Number);
  const p = spawn(LOAD, ['line', `port=${to}`, `rate=${mbit * 1e6}`, `rtt=${rtt}`, `queue=${Math.round(mbit * 125 * QUEUE_MS)}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((done) => p.stdout.once('data', (d) => done(Number(String(d)))));
  return { port, close: () => p.kill('SIGTERM') };
}

// An edge of the benchmark's own that answers as ours, but asks Orthanc for headers, frames and pictures.
async function edge(house, other) {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-viewer-')), port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((t) => `${t}_temp_path ${at}/${t};`).join(' ');
  fs.writeFileSync(path.join(at, 'nginx.conf'), `daemon off; worker_processes auto; pid ${at}/pid; error_log ${at}/error.log; ${process.getuid() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http { access_log off; ${temporary} map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
upstream orthanc { server 127.0.0.1:${other.httpPort}; keepalive 64; }
upstream beclere { server 127.0.0.1:${house.port}; keepalive 64; }
server { listen 127.0.0.1:${port} ssl http2; ssl_certificate ${path.join(house.data, 'tls/server.pem')}; ssl_certificate_key ${path.join(house.data, 'tls/server-key.pem')};
 gzip on; gzip_proxied any; gzip_types application/dicom+json;
 location ~ ^/dicom-web/studies/[0-9.]+/series/ { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_pass http://orthanc; }
 location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host $http_host; proxy_ssl_verify off; proxy_pass https://beclere; } }
}
`);
  const p = spawn('nginx', ['-c', path.join(at, 'nginx.conf'), '-p', at], { stdio: 'ignore' });
  await sleep(500);
  return { port, close: async () => { p.kill('SIGTERM'); await new Promise((done) => (p.exitCode !== null ? done() : p.on('exit', done))); fs.rmSync(at, { recursive: true, force: true }); } };
}

// Chest CTs of so many slices in both archives, each a study of its own; their UIDs.
async function fill(house, other) {
  const found = [];
  for (let n = 0; n <= STUDIES; n++) {
    const at = folder(house, `viewer-${n}`);
    for (const args of [['demo', 'phantom', 'ct', at, '--seed', String(7000 + n), '--slices', String(SLICES)], ['demo', 'send', at, '--config', house.config]]) {
      const made = house.run(args);
      if (made.status !== 0) throw new Error(`${args.join(' ')}: ${made.stdout.slice(-300)}${made.stderr}`);
    }
    const files = filesOf(at);
    for (const f of other ? files : []) await fetch(`${other.url}/instances`, { method: 'POST', body: fs.readFileSync(f) });
    const bytes = fs.readFileSync(files[0]), tag = bytes.indexOf(Buffer.from([0x20, 0x00, 0x0d, 0x00]));
    found.push(bytes.subarray(tag + 8, tag + 8 + bytes.readUInt16LE(tag + 6)).toString('latin1').replace(/\0/g, ''));
    fs.rmSync(at, { recursive: true });
  }
  const frames = path.join(house.data, 'cache/frames'), from = Date.now();
  const made = () => { try { return fs.readdirSync(frames, { recursive: true }).filter((n) => n.endsWith('-4.202.mp')).length; } catch { return 0; } };
  while (made() < SLICES * found.length && Date.now() - from < 240000) await sleep(500);
  say(`  ${made()} of ${SLICES * found.length} frames ready as HTJ2K`);
  return found;
}

// One browser behind one line; each study opened once, by the link of its page.
async function clicks(ward, studies, cookies) {
  const v = await ward.come('pacs');
  v.context.setDefaultTimeout(120000);
  await v.context.addCookies(cookies);
  await v.page.goto('/'); // through the line already: the page is loaded once and stays
  await v.page.getByRole('banner').locator('.link-live').waitFor();
  const { page } = v, out = [];
  const opened = async (uid) => {
    await v.turn(`/archive/${uid}`);
    const link = page.locator(`a[href$="/archive/${uid}/view"]`).first();
    await link.waitFor();
    await page.waitForLoadState('networkidle');
    await sleep(1000);
    await page.evaluate((useful) => {
      const seen = { useful: 0, full: 0, from: 0 };
      window.__seen = seen;
      addEventListener('click', () => { seen.from = performance.now(); }, { capture: true, once: true });
      const look = () => {
        const pane = window.__viewer?.pane('left'), state = pane?.current?.();
        if (seen.from && state && state.shown !== null) {
          if (!seen.useful && (state.full || (pane.drawnColumns?.() ?? 0) >= useful)) seen.useful = performance.now() - seen.from;
          if (state.full) seen.full = performance.now() - seen.from;
        }
        if (!seen.full) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, USEFUL);
    await link.click();
    await page.waitForFunction(() => window.__seen.full, undefined, { timeout: 120000 });
    return page.evaluate(() => window.__seen);
  };
  await opened(studies[0]); // the viewer's own files
  for (const uid of studies.slice(1)) out.push(await opened(uid));
  await v.context.close();
  return out;
}

const ward = await Ward.open(), { house } = ward;
const other = await orthanc();
const passing = other && await edge(house, other);
try {
  say(`The viewer on a thin line: ${STUDIES} studies of ${SLICES} CT slices, opened by a click in Chromium; useful: at least ${USEFUL} columns are drawn`);
  const studies = await fill(house, other), cookies = await (await ward.signedIn('pacs')).context.cookies();
  for (const name of LINES) {
    const told = {};
    for (const [who, to] of [['ours', house.port], ...(passing ? [['orthanc', passing.port]] : [])]) {
      const thin = await line(name, to);
      const quick = ward.browser;
      ward.browser = await Ward.browse([`--host-resolver-rules=MAP localhost:${house.port} 127.0.0.1:${thin.port}`]);
      try { told[who] = await clicks(ward, studies, cookies); } finally { await ward.browser.close(); ward.browser = quick; thin.close(); }
      say(`  ${name.replace('/', ' Mbit/s, ')} ms, ${who}: useful after ${inSeconds(told[who].map((one) => one.useful))}, whole after ${inSeconds(told[who].map((one) => one.full))}`);
    }
    const useful = told.ours.map((one) => one.useful);
    aim(`first useful image, ${name}, p95`, p95(useful) / 1000, '<=', AIMS[name] ?? 3, ' s');
    if (told.orthanc) {
      aim(`first useful image, ${name}: Orthanc's time / ours`, median(told.orthanc.map((one) => one.useful)) / median(useful), '>=', AHEAD);
      say(`    whole image: ${ratio(median(told.orthanc.map((one) => one.full)), median(told.ours.map((one) => one.full)))} times as fast`);
    }
  }
  aims();
} finally {
  await passing?.close();
  await other?.close();
  await ward.close();
}
