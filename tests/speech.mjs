// A speech service of the site's network as docs/dictation.md describes one, and recordings to send it.
// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import https from 'node:https';

// WAVE, 16 bits: a tone of 220 Hz.
export function wave(ms, { rate = 16000, channels = 1 } = {}) {
  const samples = Math.round((rate * ms) / 1000) * channels, b = Buffer.alloc(44 + 2 * samples);
  b.write('RIFF', 0); b.writeUInt32LE(36 + 2 * samples, 4); b.write('WAVEfmt ', 8); b.writeUInt32LE(16, 16);
  b.writeUInt16LE(1, 20); b.writeUInt16LE(channels, 22); b.writeUInt32LE(rate, 24); b.writeUInt32LE(rate * channels * 2, 28); b.writeUInt16LE(channels * 2, 32); b.writeUInt16LE(16, 34);
  b.write('data', 36); b.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) b.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 220 * Math.floor(i / channels)) / rate)), 44 + 2 * i);
  return b;
}

export class SpeechService {
  // 'tls': {key, cert}; 'answer(asked)' gives {status, headers, body, wait}; asked: {url, headers, body}.
  static async start({ tls, answer } = {}) {
    const s = new SpeechService();
    s.heard = [];
    s.answer = answer ?? (() => ({ body: { text: 'Pas d’épanchement pleural.' } }));
    const take = (q, a) => {
      const parts = [];
      q.on('data', (d) => parts.push(d));
      q.on('end', async () => {
        const asked = { method: q.method, url: q.url, headers: q.headers, body: Buffer.concat(parts) };
        s.heard.push(asked);
        const { status = 200, headers = {}, body = {}, wait = 0 } = await s.answer(asked);
        setTimeout(() => { a.writeHead(status, { 'Content-Type': 'application/json', ...headers }); a.end(typeof body === 'string' ? body : JSON.stringify(body)); }, wait);
      });
    };
    s.server = tls ? https.createServer(tls, take) : http.createServer(take);
    await new Promise((done) => s.server.listen(0, '127.0.0.1', done));
    s.url = `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${s.server.address().port}/transcribe`;
    return s;
  }
  close() { this.server.closeAllConnections(); return new Promise((done) => this.server.close(done)); }
}
