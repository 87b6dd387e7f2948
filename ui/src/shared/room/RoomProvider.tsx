/*
 * The live room in React: at most one at a time, alive while one moves from page to page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { ActEvent } from '@/shared/api/types';
import { type RoomMessage, RoomSession, type RoomView, type Seat } from './session';

/* The socket that every page has, as a room uses it. */
export interface RoomLine {
  send(message: object): boolean;
  listen(hear: (message: RoomMessage) => void): () => void;
  onOpen(again: () => void): () => void;
  onEvent(hear: (event: ActEvent) => void): () => void; // of acts: calls ring by them
}

interface Rooms {
  session: RoomSession | null;
  enter: (act: number, seat: Seat) => void;
  leave: () => void;
  line: RoomLine;
}
const RoomContext = createContext<Rooms | null>(null);

export function RoomProvider({ line, children }: { line: RoomLine; children: ReactNode }) {
  const [session, setSession] = useState<RoomSession | null>(null);
  const current = useRef<RoomSession | null>(null);
  const put = useCallback((next: RoomSession | null) => {
    current.current?.leave();
    current.current = next;
    setSession(next);
  }, []);
  const leave = useCallback(() => put(null), [put]);
  const enter = useCallback((act: number, seat: Seat) => put(new RoomSession(act, seat, line.send)), [line, put]);
  useEffect(() => {
    if (!session) return undefined;
    const stops = [line.listen((message) => session.hear(message)), line.onOpen(() => session.join())];
    void session.enter();
    return () => stops.forEach((stop) => stop());
  }, [session, line]);
  useEffect(() => {
    const going = () => session?.leave();
    addEventListener('pagehide', going);
    return () => removeEventListener('pagehide', going);
  }, [session]);
  const rooms = useMemo(() => ({ session, enter, leave, line }), [session, enter, leave, line]);
  return <RoomContext.Provider value={rooms}>{children}</RoomContext.Provider>;
}

export function useRooms(): Rooms {
  const rooms = useContext(RoomContext);
  if (!rooms) throw new Error('useRooms outside a RoomProvider');
  return rooms;
}

const nothing = () => () => undefined;
const none = () => null;
export function useRoom(): RoomView | null {
  const { session } = useRooms();
  return useSyncExternalStore<RoomView | null>(session ? session.watch : nothing, session ? session.view : none);
}
