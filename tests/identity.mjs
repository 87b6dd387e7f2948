// Associations asked for by hand: with a user identity of any type (PS3.7 annex D.3.3.7), or held open.
// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const item = (type, ...parts) => { const body = Buffer.concat(parts); return Buffer.concat([Buffer.from([type, 0]), u16(body.length), body]); };
const text = (s) => Buffer.from(s, 'latin1');

function request({ calling, type, primary = '', secondary = '' }) {
  const identity = type ? [item(0x58, Buffer.from([type, 1]), u16(Buffer.byteLength(primary)), text(primary), u16(Buffer.byteLength(secondary)), text(secondary))] : [];
  const body = Buffer.concat([u16(1), u16(0), text('BECLERE'.padEnd(16)), text(calling.padEnd(16)), Buffer.alloc(32), item(0x10, text('1.2.840.10008.3.1.1.1')),
    item(0x20, Buffer.from([1, 0, 0, 0]), item(0x30, text('1.2.840.10008.1.1')), item(0x40, text('1.2.840.10008.1.2'))),
    item(0x50, item(0x51, Buffer.from([0, 0, 0x40, 0])), item(0x52, text('1.2.3.4')), ...identity)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.from([1, 0]), length, body]);
}

// The association as it was answered; 'end' closes it.
export function hold(port, calling, identity = {}) {
  return new Promise((done, fail) => {
    const s = net.connect(port, '127.0.0.1', () => s.write(request({ calling, ...identity })));
    let got = Buffer.alloc(0);
    s.on('error', fail);
    s.on('close', () => done({ accepted: false, pdu: got }));
    s.on('data', (d) => {
      got = Buffer.concat([got, d]);
      if (got.length < 6 || got.length < 6 + got.readUInt32BE(2)) return;
      done({ accepted: got[0] === 2, pdu: got, reject: got[0] === 3 ? [...got.subarray(7, 10)] : null, end: () => s.destroy() });
      if (got[0] !== 2) s.destroy();
    });
  });
}

// Was it let in, and was the identity answered (item 59H)?
export async function scuIdentity(port, { calling, type, primary, secondary }) {
  const a = await hold(port, calling, { type, primary, secondary });
  a.end?.();
  return a.accepted ? { accepted: true, answered: a.pdu.includes(Buffer.from([0x59, 0])) } : { accepted: false };
}
