// The other road to each server, so that both are asked both ways: Béclère in the clear, Orthanc behind TLS. An nginx of the benchmark's own, as the edge is set; the product has no such door.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { sleep } from '../tests/house.mjs';
import { freePort } from './common.mjs';

const answers = (port) => new Promise((done) => { const s = net.connect(port, '127.0.0.1', () => { s.end(); done(true); }).on('error', () => done(false)); });

// Ports of Béclère in the clear and, when it is there, of Orthanc over TLS.
export async function front(house, other) {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-front-')), clear = await freePort(), tls = await freePort();
  const server = (listen, extra, to) => `server { listen 127.0.0.1:${listen}; ${extra} client_max_body_size 0; client_body_buffer_size 128k; location / { proxy_request_buffering off;` +
    ` proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-Proto https; proxy_pass http://${to}; } }`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((t) => `${t}_temp_path ${at}/${t};`).join(' ');
  fs.writeFileSync(path.join(at, 'nginx.conf'), `daemon off; worker_processes auto; pid ${at}/pid; error_log ${at}/error.log; ${process.getuid() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http { access_log off; keepalive_requests 10000; ${temporary}
upstream beclere { server unix:${path.join(house.data, 'run/beclere.sock')}; keepalive 64; }
${server(clear, '', 'beclere')}
${other ? `upstream orthanc { server 127.0.0.1:${other.httpPort}; keepalive 64; }
${server(`${tls} ssl`, `ssl_certificate ${path.join(house.data, 'tls/server.pem')}; ssl_certificate_key ${path.join(house.data, 'tls/server-key.pem')}; ssl_protocols TLSv1.2 TLSv1.3;`, 'orthanc')}` : ''}
}
`);
  const p = spawn('nginx', ['-c', path.join(at, 'nginx.conf'), '-p', at], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  p.stderr.on('data', (d) => { said = (said + d).slice(-1000); });
  for (let i = 0; !(await answers(clear)); i++) {
    if (i > 100 || p.exitCode !== null) throw new Error(`the benchmark's nginx does not answer: ${said}`);
    await sleep(50);
  }
  return { clear, tls, close: async () => { p.kill('SIGTERM'); await new Promise((done) => (p.exitCode !== null ? done() : p.on('exit', done))); fs.rmSync(at, { recursive: true, force: true }); } };
}
