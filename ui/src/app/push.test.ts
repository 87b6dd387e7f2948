/* The live link: catching up after a gap, and coming back when the network does. SPDX-License-Identifier: Apache-2.0 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PushMessage } from '@/shared/api/types';
import { Push } from './push';

class Socket {
  static made: Socket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: string[] = [];
  closed = false;
  constructor(readonly url: string) {
    Socket.made.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  drops() {
    this.onclose?.();
  }
}

const listeners = new Map<string, () => void>();
const event = (id: number) => ({ type: 'event', event: { id, act_id: 1 } });
const last = () => Socket.made[Socket.made.length - 1]!;

beforeEach(() => {
  vi.useFakeTimers();
  Socket.made = [];
  listeners.clear();
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('location', { origin: 'https://localhost:8443' });
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('addEventListener', (name: string, call: () => void) => listeners.set(name, call));
  vi.stubGlobal('removeEventListener', (name: string) => listeners.delete(name));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live link', () => {
  const heard: PushMessage[] = [];
  const gaps = vi.fn();
  const start = () => {
    heard.length = 0;
    gaps.mockClear();
    const push = new Push((message) => heard.push(message), gaps);
    push.start();
    last().says({ type: 'hello', last_event: 10, now_ms: Date.now() });
    return push;
  };

  it('is live once the server has greeted, over the same origin', () => {
    expect(start().current().state).toBe('live');
    expect(last().url).toBe('wss://localhost:8443/api/push');
  });
  it('asks for what came while it was away, from the last event it saw', () => {
    const push = start();
    last().says(event(12));
    last().drops();
    expect(push.current().state).toBe('reconnecting');
    vi.advanceTimersByTime(2000);
    last().says({ type: 'hello', last_event: 15, now_ms: Date.now() });
    expect(last().sent).toEqual([JSON.stringify({ type: 'since', event: 12 })]);
    expect(gaps).toHaveBeenCalledOnce();
    expect(push.current().state).toBe('live');
  });
  it('says offline when the network is gone, and takes a new socket when it is back', () => {
    const push = start();
    listeners.get('offline')?.();
    expect(push.current().state).toBe('offline');
    const old = last();
    listeners.get('online')?.();
    expect(old.closed).toBe(true);
    expect(last()).not.toBe(old);
    last().says({ type: 'hello', last_event: 10, now_ms: Date.now() });
    expect(push.current().state).toBe('live');
  });
  it('does not come back after it was stopped', () => {
    const push = start();
    push.stop();
    const count = Socket.made.length;
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect(Socket.made).toHaveLength(count);
  });
  it('leaves out what is not a message', () => {
    start();
    last().onmessage?.({ data: '{not json' });
    expect(heard).toEqual([]);
  });
});
