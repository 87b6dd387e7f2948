// WADO-RS: a stored frame, an instance and a picture made before, through the edge, beside a static file of that size from the same nginx.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { catalogue } from '../tests/dicom.mjs';
import { ROUNDS, SECONDS, aim, median, ratio, say } from './common.mjs';

export function wrk(url, headers, connections) {
  const r = spawnSync('wrk', ['-t1', `-c${connections}`, `-d${SECONDS}s`, '--timeout', '10s', ...headers.flatMap((h) => ['-H', h]), url], { encoding: 'utf8', timeout: (SECONDS + 30) * 1000 });
  if (r.status !== 0 || /Non-2xx|Socket errors/.test(r.stdout)) throw new Error(`wrk: ${r.stdout}${r.stderr}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(r.stdout)[1]);
}

export async function frames(house, pacs) {
  const instance = [...(await catalogue(pacs)).values()][0];
  const asked = [
    ['frame', `${instance}/frames/1`, 'multipart/related; type="application/octet-stream"; transfer-syntax=*', 0.75],
    ['instance, application/dicom', instance, 'application/dicom; transfer-syntax=*', 0.75],
    ['instance, multipart/related', instance, 'multipart/related; type="application/dicom"; transfer-syntax=*', 0.5],
    ['rendered JPEG, made before', `${instance}/rendered`, 'image/jpeg', 0.75],
  ];
  const assets = path.join(house.data, 'program/ui/assets');
  fs.mkdirSync(assets, { recursive: true });
  const host = `Host: localhost:${house.port}`, base = `https://127.0.0.1:${house.port}`;
  say(`\nWADO-RS through the edge (TLS), with session, permission and trace; beside a file of that size from the same nginx; median of ${ROUNDS} (answers/s)`);
  for (const [name, url, accept, figure] of asked) {
    await new Promise((done) => setTimeout(done, 100)); // wrk blocked this process: a connection that the edge closed meanwhile is noticed now, not used again
    const one = await pacs.get(url, { Accept: accept });
    if (one.status !== 200) { say(`  ${name}: ${one.status}, not measured`); continue; }
    fs.writeFileSync(path.join(assets, 'measured.bin'), one.bytes);
    for (const connections of [1, 8, 64]) {
      const still = [], ours = [];
      for (let r = 0; r < ROUNDS; r++) {
        still.push(wrk(`${base}/assets/measured.bin`, [host], connections));
        ours.push(wrk(base + url, [host, `Cookie: ${pacs.cookie}`, `Accept: ${accept}`], connections));
      }
      say(`  ${name.padEnd(28)} ${(one.bytes.length / 1e6).toFixed(2)} MB  ${String(connections).padStart(2)} connection${connections > 1 ? 's' : ' '}  nginx, static ${median(still).toFixed(0).padStart(5)}   Beclere ${median(ours).toFixed(0).padStart(5)}   ${ratio(median(ours), median(still))} x nginx`);
      aim(`${name}, ${connections} at once / nginx`, median(ours) / median(still), '>=', figure);
    }
  }
}
