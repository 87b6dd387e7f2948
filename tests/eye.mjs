// An eye before the test pattern: reads letters, squares and lines off the grey levels, as a person does off the screen. It knows the drawing, not the seed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import zlib from 'node:zlib';

// Five dots wide, seven high.
const LETTERS = {
  A: '01110 10001 10001 11111 10001 10001 10001', C: '01111 10000 10000 10000 10000 10000 01111', D: '11110 10001 10001 10001 10001 10001 11110', E: '11111 10000 10000 11110 10000 10000 11111',
  F: '11111 10000 10000 11110 10000 10000 10000', H: '10001 10001 10001 11111 10001 10001 10001', J: '00111 00010 00010 00010 00010 10010 01100', K: '10001 10010 10100 11000 10100 10010 10001',
  L: '10000 10000 10000 10000 10000 10000 11111', N: '10001 11001 11001 10101 10011 10011 10001', P: '11110 10001 10001 11110 10000 10000 10000', T: '11111 00100 00100 00100 00100 00100 00100',
  V: '10001 10001 10001 10001 01010 01010 00100', X: '10001 10001 01010 00100 01010 10001 10001', Y: '10001 10001 01010 00100 00100 00100 00100', Z: '11111 00001 00010 00100 01000 10000 11111',
};
const WIDTH = 864, HEIGHT = 576, BAND = 100, CELL = 144, STAIR = 48;

// An 8-bit grey PNG, as levels.
export function greyPng(bytes) {
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const parts = [];
  let width = 0, height = 0;
  for (let at = 8; at < bytes.length;) {
    const size = bytes.readUInt32BE(at), kind = bytes.subarray(at + 4, at + 8).toString(), body = bytes.subarray(at + 8, at + 8 + size);
    if (kind === 'IHDR') { width = body.readUInt32BE(0); height = body.readUInt32BE(4); assert.deepEqual([...body.subarray(8, 10)], [8, 0], '8 bits, grey'); }
    if (kind === 'IDAT') parts.push(body);
    at += 12 + size;
  }
  const rows = zlib.inflateSync(Buffer.concat(parts)), levels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const left = x ? levels[y * width + x - 1] : 0, up = y ? levels[(y - 1) * width + x] : 0, corner = x && y ? levels[(y - 1) * width + x - 1] : 0;
      const p = left + up - corner, a = Math.abs(p - left), b = Math.abs(p - up), c = Math.abs(p - corner);
      const guess = [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][filter];
      levels[y * width + x] = rows[y * (width + 1) + 1 + x] + guess;
    }
  }
  return { width, height, levels };
}

function letter(level, x0, y0) {
  const ground = level(x0, y0), lit = [];
  for (let y = 0; y < BAND; y++) for (let x = 0; x < CELL; x++) if (level(x0 + x, y0 + y) !== ground) lit.push([x, y]);
  assert.ok(lit.length, 'a letter in each cell');
  const top = Math.min(...lit.map(([, y]) => y)), contrast = Math.abs(level(x0 + lit[0][0], y0 + lit[0][1]) - ground);
  const first = Math.min(...lit.map(([x]) => x));
  for (const [name, drawn] of Object.entries(LETTERS)) { // every letter touches the left edge of its box, or begins one dot in
    const dots = drawn.split(' '), left = first - 7 * Math.min(...dots.map((row) => (row.includes('1') ? row.indexOf('1') : 9)));
    const same = dots.every((row, j) => [...row].every((dot, i) => (level(x0 + left + i * 7 + 3, y0 + top + j * 7 + 3) !== ground) === (dot === '1')));
    if (same) return { name, contrast };
  }
  throw new Error('no letter that is known');
}

// What a sharp eye answers; 'least': contrasts below it are not seen.
export function look({ width, height, levels }, { least = 1 } = {}) {
  assert.deepEqual([width, height], [WIDTH, HEIGHT]);
  const level = (x, y) => levels[y * width + x];
  const letters = [0, 1, 2].map((row) => [0, 1, 2, 3, 4, 5].map((i) => letter(level, i * CELL, row * BAND)).map((one) => (one.contrast >= least ? one.name : '-')).join(''));
  let squares = 0;
  for (let i = 0; i < 18; i++) squares += level(i * STAIR + 24, 348) !== level(i * STAIR + 2, 302) ? 1 : 0;
  const corner = (x0) => {
    const ground = level(x0, 396), found = [['top-left', 54, 45], ['top-right', 162, 45], ['bottom-left', 54, 135], ['bottom-right', 162, 135]].find(([, x, y]) => level(x0 + x, 396 + y) !== ground);
    return found ? found[0] : 'none';
  };
  const lines = (x0) => (level(x0, 400) !== level(x0 + 1, 400) ? 'vertical' : level(x0, 400) !== level(x0, 401) ? 'horizontal' : 'grey');
  return { letters, steps: 18, squares, dark: corner(0), light: corner(216), lines_left: lines(432), lines_right: lines(648), geometry: true, uniform: true, ambient: '20-40' };
}

export const SCREEN = { width: 1920, height: 1200, ratio: 1, zoom: 1, colour_depth: 24 };
// A person checks their screen: looks at the picture the server drew, answers; 'change' says what they see otherwise.
export async function checkDisplay(person, { name = 'Poste de lecture 2, écran gauche', screen = SCREEN, change = {} } = {}) {
  const begun = await person.post('/api/display/checks', { name, screen });
  assert.equal(begun.status, 200, String(begun.bytes));
  const picture = await person.get(`/api/display/checks/${begun.json.id}/picture`);
  assert.equal(picture.status, 200, String(picture.bytes));
  const seen = look(greyPng(picture.bytes));
  const a = await person.post(`/api/display/checks/${begun.json.id}/answer`, { ...seen, ...(typeof change === 'function' ? change(seen) : change), screen });
  assert.equal(a.status, 200, String(a.bytes));
  return { id: begun.json.id, seen, ...a.json };
}
