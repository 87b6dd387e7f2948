// A service class user by hand, for what no tool of DCMTK says: associations, N-CREATE, N-SET, N-ACTION, N-EVENT-REPORT; implicit little endian.
// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

const IMPLICIT = '1.2.840.10008.1.2';
const text = (s, len) => Buffer.from(s.padEnd(len).slice(0, len), 'latin1');
const even = (b, pad) => (b.length % 2 ? Buffer.concat([b, Buffer.from([pad])]) : b);
const item = (type, body) => { const head = Buffer.alloc(4); head[0] = type; head.writeUInt16BE(body.length, 2); return Buffer.concat([head, body]); };
const pdu = (type, body) => { const head = Buffer.alloc(6); head[0] = type; head.writeUInt32BE(body.length, 2); return Buffer.concat([head, body]); };
const elementOf = (group, element, value) => { const head = Buffer.alloc(8); head.writeUInt16LE(group, 0); head.writeUInt16LE(element, 2); head.writeUInt32LE(value.length, 4); return Buffer.concat([head, value]); };

// {'00100010': 'X', '00400270': [{…}]} in tag order.
export function dataSet(set) {
  return Buffer.concat(Object.keys(set).sort().map((tag) => {
    const [group, element] = [parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)];
    const v = set[tag];
    if (!Array.isArray(v)) return elementOf(group, element, even(Buffer.from(v, 'latin1'), /^[\d.]+$/.test(v) && /^0008115|^0020000|^00081195/.test(tag) ? 0 : 0x20));
    return elementOf(group, element, Buffer.concat(v.map((one) => elementOf(0xfffe, 0xe000, dataSet(one)))));
  }));
}

// The same back: values as text, sequences (of known tags) as lists; explicit lengths or delimited.
const SEQUENCES = new Set(['00081199', '00081198']);
export function readSet(bytes, from = 0, to = bytes.length) {
  const set = {};
  for (let at = from; at + 8 <= to;) {
    const tag = (bytes.readUInt16LE(at).toString(16).padStart(4, '0') + bytes.readUInt16LE(at + 2).toString(16).padStart(4, '0')).toUpperCase();
    const len = bytes.readUInt32LE(at + 4);
    if (tag === 'FFFEE00D' || tag === 'FFFEE0DD') return { set, at: at + 8 };
    at += 8;
    if (SEQUENCES.has(tag)) {
      const end = len === 0xffffffff ? to : at + len;
      set[tag] = [];
      while (at < end && bytes.readUInt16LE(at + 2) === 0xe000) {
        const size = bytes.readUInt32LE(at + 4);
        const inner = readSet(bytes, at + 8, size === 0xffffffff ? end : at + 8 + size);
        set[tag].push(inner.set);
        at = size === 0xffffffff ? inner.at : at + 8 + size;
      }
      if (len === 0xffffffff) at += 8;
    } else {
      set[tag] = /^0008119[7]$/.test(tag) ? bytes.readUInt16LE(at) : bytes.toString('latin1', at, at + len).replace(/[\0 ]+$/, '');
      at += len;
    }
  }
  return { set, at: to };
}

export class Scu {
  // 'roles': classes for which we are the provider; 'extended': {class: [bytes]} of extended negotiation.
  static async open({ port, host = '127.0.0.1', calling, called, contexts, roles = [], extended = {} }) {
    const s = new Scu();
    s.contexts = contexts; s.id = 0; s.got = Buffer.alloc(0); s.waiting = []; s.messages = []; s.parts = { command: [], data: [] };
    s.socket = net.connect(port, host);
    s.socket.setNoDelay(true);
    await new Promise((done, fail) => { s.socket.once('connect', done); s.socket.once('error', fail); });
    s.socket.on('error', () => {});
    s.socket.on('data', (d) => s.take(d));
    s.socket.on('close', () => s.give({ closed: true }));
    const head = Buffer.alloc(4); head[1] = 1;
    const user = item(0x50, Buffer.concat([item(0x51, Buffer.from([0, 0, 0x40, 0])), item(0x52, Buffer.from('2.25.31415')),
      ...roles.map((uid) => { const u = Buffer.alloc(2); u.writeUInt16BE(uid.length); return item(0x54, Buffer.concat([u, Buffer.from(uid), Buffer.from([0, 1])])); }),
      ...Object.entries(extended).map(([uid, bytes]) => { const u = Buffer.alloc(2); u.writeUInt16BE(uid.length); return item(0x56, Buffer.concat([u, Buffer.from(uid), Buffer.from(bytes)])); })]));
    s.socket.write(pdu(1, Buffer.concat([head, text(called, 16), text(calling, 16), Buffer.alloc(32), item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')),
      ...contexts.map((uid, i) => item(0x20, Buffer.concat([Buffer.from([2 * i + 1, 0, 0, 0]), item(0x30, Buffer.from(uid)), item(0x40, Buffer.from(IMPLICIT))]))), user])));
    const answer = await s.next();
    if (answer.type !== 2) throw new Error(`association refused: ${JSON.stringify(answer)}`);
    s.accepted = answer.body;
    return s;
  }

  take(d) {
    this.got = Buffer.concat([this.got, d]);
    while (this.got.length >= 6 && this.got.length >= 6 + this.got.readUInt32BE(2)) {
      const len = this.got.readUInt32BE(2);
      const type = this.got[0];
      const body = this.got.subarray(6, 6 + len);
      this.got = this.got.subarray(6 + len);
      if (type === 4) this.fragments(body); else this.give({ type, body });
    }
  }
  fragments(body) {
    for (let at = 0; at + 6 <= body.length;) {
      const len = body.readUInt32BE(at);
      const control = body[at + 5];
      (control & 1 ? this.parts.command : this.parts.data).push(body.subarray(at + 6, at + 4 + len));
      if (control & 2) {
        if (control & 1) {
          this.command = Scu.readCommand(Buffer.concat(this.parts.command)); this.parts.command = [];
          if (this.command.dataSet === 0x0101) this.give(this.command);
        } else { this.give({ ...this.command, data: readSet(Buffer.concat(this.parts.data)).set }); this.parts.data = []; }
      }
      at += 4 + len;
    }
  }
  give(message) { const w = this.waiting.shift(); if (w) w(message); else this.messages.push(message); }
  next(ms = 10000) {
    if (this.messages.length) return Promise.resolve(this.messages.shift());
    return new Promise((done, fail) => { const timer = setTimeout(() => fail(new Error('no answer')), ms); this.waiting.push((m) => { clearTimeout(timer); done(m); }); });
  }

  static readCommand(bytes) {
    const c = {};
    for (let at = 0; at + 8 <= bytes.length;) {
      const element = bytes.readUInt16LE(at + 2), len = bytes.readUInt32LE(at + 4), value = bytes.subarray(at + 8, at + 8 + len);
      const words = () => value.toString('latin1').replace(/[\0 ]+$/, '');
      const put = { 0x0002: ['sopClass', words], 0x0100: ['field', () => value.readUInt16LE()], 0x0110: ['id', () => value.readUInt16LE()], 0x0120: ['repliedTo', () => value.readUInt16LE()],
        0x0800: ['dataSet', () => value.readUInt16LE()], 0x0900: ['status', () => value.readUInt16LE()], 0x0902: ['comment', words], 0x0903: ['errorId', () => value.readUInt16LE()],
        0x1000: ['instance', words], 0x1002: ['eventType', () => value.readUInt16LE()], 0x1008: ['actionType', () => value.readUInt16LE()] }[element];
      if (put) c[put[0]] = put[1]();
      at += 8 + len;
    }
    return c;
  }

  send(sopClass, elements, set) {
    const u16 = (v) => { const b = Buffer.alloc(2); b.writeUInt16LE(v); return b; };
    const uid = (v) => even(Buffer.from(v), 0);
    const body = Buffer.concat([...elements, [0x0800, set ? 1 : 0x0101]].sort((a, b) => a[0] - b[0]).map(([e, v]) => elementOf(0, e, typeof v === 'number' ? u16(v) : uid(v))));
    const length = Buffer.alloc(4); length.writeUInt32LE(body.length);
    const context = 2 * this.contexts.indexOf(sopClass) + 1;
    const pdv = (control, bytes) => { const head = Buffer.alloc(6); head.writeUInt32BE(bytes.length + 2); head[4] = context; head[5] = control; return pdu(4, Buffer.concat([head, bytes])); };
    this.socket.write(pdv(3, Buffer.concat([elementOf(0, 0, length), body])));
    if (!set) return;
    const bytes = dataSet(set);
    const MOST = 12000;
    for (let at = 0; at < bytes.length || at === 0; at += MOST) this.socket.write(pdv(at + MOST >= bytes.length ? 2 : 0, bytes.subarray(at, at + MOST)));
  }
  // All answers of a C-FIND: [{status, data}].
  async find(sopClass, set) {
    this.send(sopClass, [[0x0002, sopClass], [0x0100, 0x0020], [0x0110, ++this.id], [0x0700, 0]], set);
    for (const all = []; ;) {
      const one = await this.next();
      all.push(one);
      if (![0xff00, 0xff01].includes(one.status)) return all;
    }
  }
  async create(sopClass, instance, set) {
    this.send(sopClass, [[0x0002, sopClass], [0x0100, 0x0140], [0x0110, ++this.id], ...(instance ? [[0x1000, instance]] : [])], set);
    return this.next();
  }
  async set(sopClass, instance, set) {
    this.send(sopClass, [[0x0003, sopClass], [0x0100, 0x0120], [0x0110, ++this.id], [0x1001, instance]], set);
    return this.next();
  }
  async action(sopClass, instance, type, set) {
    this.send(sopClass, [[0x0003, sopClass], [0x0100, 0x0130], [0x0110, ++this.id], [0x1001, instance], [0x1008, type]], set);
    return this.next();
  }
  // Answers a report that came.
  reported(message, status = 0) {
    this.send(message.sopClass, [[0x0002, message.sopClass], [0x0100, 0x8100], [0x0120, message.id], [0x0900, status], [0x1000, message.instance], [0x1002, message.eventType]]);
  }
  async release() {
    this.socket.write(pdu(5, Buffer.alloc(4)));
    await this.next().catch(() => undefined);
    this.socket.destroy();
  }
}

// One who listens: takes an association with the roles as asked, answers reports with success.
export class Scp {
  static async listen(port) {
    const s = new Scp();
    s.reports = []; s.waiting = [];
    s.server = net.createServer((socket) => s.serve(socket));
    await new Promise((done, fail) => { s.server.once('error', fail); s.server.listen(port, '127.0.0.1', done); });
    return s;
  }
  close() { this.server.close(); }
  report(ms) {
    if (this.reports.length) return Promise.resolve(this.reports.shift());
    return new Promise((done, fail) => { const timer = setTimeout(() => fail(new Error('no report came')), ms); this.waiting.push((r) => { clearTimeout(timer); done(r); }); });
  }
  serve(socket) {
    const peer = new Scu(); // for its reading of messages
    Object.assign(peer, { socket, got: Buffer.alloc(0), parts: { command: [], data: [] }, waiting: [], messages: [], contexts: [] });
    socket.on('error', () => {});
    socket.on('data', (d) => peer.take(d));
    peer.give = (m) => {
      if (m.type === 1) socket.write(this.accept(m.body, peer));
      else if (m.type === 5) socket.end(pdu(6, Buffer.alloc(4)));
      else if (m.field === 0x0100) { peer.reported(m); const w = this.waiting.shift(); if (w) w(m); else this.reports.push(m); }
    };
  }
  accept(body, peer) {
    this.called = body.toString('latin1', 4, 20).trim();
    this.calling = body.toString('latin1', 20, 36).trim();
    this.roles = [];
    const items = (from, to) => { const out = []; for (let at = from; at + 4 <= to;) { const len = body.readUInt16BE(at + 2); out.push({ type: body[at], at: at + 4, to: at + 4 + len }); at += 4 + len; } return out; };
    const answers = [];
    for (const one of items(68, body.length)) {
      if (one.type === 0x20) {
        const inner = items(one.at + 4, one.to);
        const syntaxes = inner.filter((i) => i.type === 0x40).map((i) => body.toString('latin1', i.at, i.to));
        peer.contexts[(body[one.at] - 1) / 2] = body.toString('latin1', inner[0].at, inner[0].to);
        answers.push(item(0x21, Buffer.concat([Buffer.from([body[one.at], 0, syntaxes.includes(IMPLICIT) ? 0 : 4, 0]), item(0x40, Buffer.from(IMPLICIT))])));
      } else if (one.type === 0x50) {
        for (const i of items(one.at, one.to).filter((u) => u.type === 0x54)) {
          const len = body.readUInt16BE(i.at);
          this.roles.push({ uid: body.toString('latin1', i.at + 2, i.at + 2 + len), scu: body[i.at + 2 + len], scp: body[i.at + 3 + len] });
        }
      }
    }
    const roles = this.roles.map((r) => { const u = Buffer.alloc(2); u.writeUInt16BE(r.uid.length); return item(0x54, Buffer.concat([u, Buffer.from(r.uid), Buffer.from([r.scu, r.scp])])); });
    return pdu(2, Buffer.concat([body.subarray(0, 68), item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')), ...answers,
      item(0x50, Buffer.concat([item(0x51, Buffer.from([0, 0, 0x40, 0])), item(0x52, Buffer.from('2.25.31415')), ...roles]))]));
  }
}
