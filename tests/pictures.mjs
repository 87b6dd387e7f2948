// Pictures for scenarios: PNG and PNM read back, DCMTK's rendering of the same frame, and how two pictures differ.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import zlib from 'node:zlib';

const CHANNELS = { 0: 1, 2: 3 }; // PNG colour types we write: grey, RGB
function paeth(a, b, c) {
  const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

// {width, height, channels, at}; 8 bits, not interlaced. `chunks` names all that came.
export function readPng(bytes) {
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const parts = [], chunks = [];
  let head;
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const kind = bytes.subarray(at + 4, at + 8).toString('latin1'), body = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    chunks.push(kind);
    if (kind === 'IHDR') head = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), bits: body[8], type: body[9], interlaced: body[12] };
    if (kind === 'IDAT') parts.push(body);
  }
  assert.ok(head.bits === 8 && head.interlaced === 0 && CHANNELS[head.type], JSON.stringify(head));
  const raw = zlib.inflateSync(Buffer.concat(parts)), n = CHANNELS[head.type], line = head.width * n, out = Buffer.alloc(line * head.height);
  for (let y = 0; y < head.height; y++) {
    const filter = raw[y * (line + 1)], from = y * (line + 1) + 1, to = y * line;
    for (let x = 0; x < line; x++) {
      const left = x >= n ? out[to + x - n] : 0, up = y ? out[to + x - line] : 0, corner = x >= n && y ? out[to + x - line - n] : 0;
      out[to + x] = raw[from + x] + [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
    }
  }
  return { width: head.width, height: head.height, channels: n, at: out, chunks };
}

// Binary PGM and PPM of 8 bits.
export function readPnm(bytes) {
  const m = /^P([56])\s+(?:#.*\n)*(\d+)\s+(\d+)\s+(\d+)\s/.exec(bytes.subarray(0, 200).toString('latin1'));
  if (!m || m[4] !== '255') return null;
  return { width: Number(m[2]), height: Number(m[3]), channels: m[1] === '5' ? 1 : 3, at: bytes.subarray(m[0].length) };
}

// The frame (from 1) as DCMTK renders it, or {why}.
export async function dcmtkPicture(file, frame, options) {
  const p = spawn('dcmj2pnm', ['+op', '+F', String(frame), ...options, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out = [], said = [];
  p.stdout.on('data', (d) => out.push(d));
  p.stderr.on('data', (d) => said.push(d));
  const code = await new Promise((done) => p.on('close', done));
  return (code === 0 && readPnm(Buffer.concat(out))) || { why: Buffer.concat(said).toString().trim().split('\n').at(-1) };
}

// Largest difference of a sample, and the share of samples that differ by more than 1. Grey beside colour is repeated.
export function differ(a, b) {
  if (a.width !== b.width || a.height !== b.height) return { size: `${a.width}x${a.height} beside ${b.width}x${b.height}` };
  const n = Math.max(a.channels, b.channels), pixels = a.width * a.height;
  let most = 0, more = 0;
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < n; c++) {
      const d = Math.abs(a.at[i * a.channels + (a.channels === 1 ? 0 : c)] - b.at[i * b.channels + (b.channels === 1 ? 0 : c)]);
      if (d > most) most = d;
      if (d > 1) more++;
    }
  return { most, share: more / (pixels * n) };
}
