/*
 * What the server tells us without being asked: one WebSocket, reconnecting, catching up from the last event seen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { onReach } from '@/shared/api/client';
import type { ActEvent, PushMessage } from '@/shared/api/types';
import type { RoomLine } from '@/shared/room/RoomProvider';
import type { RoomMessage } from '@/shared/room/session';
import { serverNow, setServerNow } from '@/shared/format/clock';

export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'offline';
export interface Link { state: LinkState; freshAtMs: number }

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/* Doubling, with a part of chance, so that a hundred pages do not knock at the same instant. */
export const waitBefore = (attempt: number, chance: number) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.75 + chance / 2);

const isOfRoom = (message: PushMessage | RoomMessage): message is RoomMessage => message.type === 'room' || message.type.startsWith('room-');

export class Push {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private lastEvent = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private stopped = true;
  private reached = true; // the last request got an answer
  private link: Link = { state: 'connecting', freshAtMs: Date.now() };
  private readonly watchers = new Set<() => void>();
  private readonly roomHears = new Set<(message: RoomMessage) => void>();
  private readonly eventHears = new Set<(event: ActEvent) => void>();
  private readonly roomOpens = new Set<() => void>();
  private stopReach: (() => void) | null = null;

  constructor(private readonly hear: (message: PushMessage) => void, private readonly afterGap: () => void) {}

  watch = (watcher: () => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };
  current = () => this.link;

  /* The live room over the same socket. */
  readonly room: RoomLine = {
    send: (message) => {
      const open = this.socket?.readyState === WebSocket.OPEN;
      if (open) this.socket?.send(JSON.stringify(message));
      return open;
    },
    listen: (hear) => {
      this.roomHears.add(hear);
      return () => void this.roomHears.delete(hear);
    },
    onOpen: (again) => {
      this.roomOpens.add(again);
      return () => void this.roomOpens.delete(again);
    },
    onEvent: (hear) => {
      this.eventHears.add(hear);
      return () => void this.eventHears.delete(hear);
    },
  };

  start() {
    this.stopped = false;
    this.stopReach = onReach((reached) => {
      this.reached = reached;
      if (reached) this.link = { ...this.link, freshAtMs: serverNow() };
      if (reached && this.link.state === 'offline') {
        this.set('reconnecting');
        this.knock();
      }
      if (!reached) this.set('offline');
    });
    addEventListener('online', this.knock);
    addEventListener('offline', this.fell);
    this.open();
  }

  stop() {
    this.stopped = true;
    this.stopReach?.();
    removeEventListener('online', this.knock);
    removeEventListener('offline', this.fell);
    if (this.timer) clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  /* The network is back: an old socket may be dead without knowing it, so a new one takes its place and catches up. */
  private readonly knock = () => {
    this.attempt = 1;
    const old = this.socket;
    this.socket = null;
    old?.close();
    this.open();
  };
  private readonly fell = () => this.set('offline');

  private set(state: LinkState) {
    this.link = { state, freshAtMs: state === 'live' ? serverNow() : this.link.freshAtMs };
    this.watchers.forEach((tell) => tell());
  }

  private open() {
    if (this.timer) clearTimeout(this.timer);
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/push`);
    this.socket = socket;
    socket.onmessage = (incoming: MessageEvent<string>) => this.receive(socket, incoming.data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (this.stopped) return;
      if (this.link.state === 'live') this.link = { ...this.link, freshAtMs: serverNow() };
      this.set(navigator.onLine && this.reached ? 'reconnecting' : 'offline'); // no push, but answers: the lists are asked again each minute
      this.timer = setTimeout(() => this.open(), waitBefore(this.attempt++, Math.random()));
    };
  }

  private receive(socket: WebSocket, text: string) {
    let message: PushMessage | RoomMessage;
    try {
      message = JSON.parse(text) as PushMessage | RoomMessage;
    } catch {
      return;
    }
    if (isOfRoom(message)) {
      this.roomHears.forEach((hear) => hear(message));
      return;
    }
    if (message.type === 'hello') {
      setServerNow(message.now_ms);
      const behind = this.lastEvent > 0 && message.last_event !== this.lastEvent;
      if (behind) socket.send(JSON.stringify({ type: 'since', event: this.lastEvent }));
      if (this.attempt > 0 || behind) this.afterGap();
      this.lastEvent = Math.max(this.lastEvent, message.last_event);
      const again = this.attempt > 0 || behind;
      this.attempt = 0;
      this.set('live');
      if (again) this.roomOpens.forEach((tell) => tell());
      return;
    }
    if (message.type === 'event') {
      this.lastEvent = Math.max(this.lastEvent, message.event.id);
      const { event } = message;
      this.eventHears.forEach((hear) => hear(event));
    }
    this.hear(message);
  }
}
