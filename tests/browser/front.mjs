// A page of somebody else's beside our DICOMweb: files of a folder, and /dicom-web of a house passed on through its edge with one person's session.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

// 'instead': {path: text} of files of our own. Gives {url, asked: [{method, path, accept, status, type}], close}.
export async function front(house, person, folder, instead = {}) {
  const asked = [];
  const agent = new https.Agent({ rejectUnauthorized: false, keepAlive: true });
  const pass = (q, a) => {
    const { accept } = q.headers;
    const onward = https.request({ host: '127.0.0.1', servername: 'localhost', port: house.port, method: q.method, path: q.url, agent, headers: { Host: `localhost:${house.port}`, Cookie: person.cookie, ...(accept ? { Accept: accept } : {}) } }, (r) => {
      asked.push({ method: q.method, path: q.url, accept, status: r.statusCode, type: r.headers['content-type'] });
      a.writeHead(r.statusCode, { 'Content-Type': r.headers['content-type'] ?? 'text/plain', 'Cross-Origin-Resource-Policy': 'same-origin' });
      r.pipe(a);
    });
    onward.on('error', () => a.destroy());
    q.pipe(onward);
  };
  const server = http.createServer((q, a) => {
    const { pathname } = new URL(q.url, 'http://here');
    if (pathname.startsWith('/dicom-web/')) return pass(q, a);
    const file = path.join(folder, path.normalize(decodeURIComponent(pathname)));
    const there = fs.existsSync(file) && fs.statSync(file).isFile() ? file : path.join(folder, 'index.html');
    a.writeHead(200, { 'Content-Type': instead[pathname] ? 'text/javascript' : TYPES[path.extname(there)] ?? 'application/octet-stream', 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    if (instead[pathname]) return a.end(instead[pathname]);
    return fs.createReadStream(there).pipe(a);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, asked, close: () => new Promise((done) => { agent.destroy(); server.closeAllConnections(); server.close(done); }) };
}
