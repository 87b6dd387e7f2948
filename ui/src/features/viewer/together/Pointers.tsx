/*
 * The others' pointers over the panes, and ours to them: points of the patient. E12, E17.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useRoom, useRooms } from '@/shared/room/RoomProvider';
import type { Seat } from '@/shared/room/session';
import { stackOf as stack } from '../engine/link';
import { isNewer, paced } from './pace';
import { pixelOn, pointAt, pointOf, type SharedPoint } from './view';

const POINTER_LIVES_MS = 2500;

interface Pointer { at: SharedPoint; ms: number; n: number | undefined }

/* Ours goes out as it moves over a pane; the others' are drawn where they fall on what is shown here. */
export function Pointers({ ids, box }: { ids: readonly string[]; box: RefObject<HTMLDivElement | null> }) {
  const { session } = useRooms();
  const room = useRoom();
  const known = useRef(new Map<Seat, Pointer>());
  const [, drawn] = useState(0);

  useEffect(() => {
    const area = box.current;
    if (!area || !session) return undefined;
    const pace = paced<SharedPoint>((at, n) => session.share('point', { ...at, n }));
    const moved = (event: PointerEvent) => {
      for (const id of ids) {
        const holder = area.querySelector(`[data-testid="image-${id}"]`);
        const rect = holder?.getBoundingClientRect();
        if (!rect || event.clientX < rect.left || event.clientX > rect.right || event.clientY < rect.top || event.clientY > rect.bottom) continue;
        const pane = stack(id);
        const frame = pane?.frameAt(pane.current().shown);
        const pixel = pane?.toPixel(event.clientX - rect.left, event.clientY - rect.top);
        if (!frame || !pixel) return;
        pace.moved(pointAt(frame, pixel));
        return;
      }
    };
    area.addEventListener('pointermove', moved);
    return () => {
      pace.stop();
      area.removeEventListener('pointermove', moved);
    };
  }, [ids, box, session]);

  useEffect(() => {
    const stop = session?.onShared((channel, data, from) => {
      const at = channel === 'point' ? pointOf(data) : null;
      const { n } = (data ?? {}) as { n?: unknown }, before = known.current.get(from);
      if (!at || !isNewer(n, before?.n)) return;
      known.current.set(from, { at, ms: performance.now(), n: typeof n === 'number' ? n : undefined });
      drawn((n) => n + 1);
    });
    const timer = setInterval(() => {
      for (const [seat, one] of known.current) if (performance.now() - one.ms > POINTER_LIVES_MS) { known.current.delete(seat); drawn((n) => n + 1); }
    }, 500);
    return () => { stop?.(); clearInterval(timer); };
  }, [session]);

  return [...known.current].flatMap(([seat, { at }]) => ids.map((id) => {
    const pane = stack(id);
    const frame = pane?.frameAt(pane.current().shown);
    const pixel = frame ? pixelOn(frame, at) : null;
    const [x, y] = (pixel && pane?.toScreen(pixel)) || [];
    const rect = box.current?.querySelector(`[data-testid="image-${id}"]`)?.getBoundingClientRect();
    if (x === undefined || y === undefined || !rect || x < 0 || y < 0 || x > rect.width || y > rect.height) return null;
    return <span key={`${seat}-${id}`} className="remote-pointer" data-seat={seat} ref={(element) => { element?.style.setProperty('transform', `translate(${rect.left + x}px, ${rect.top + y}px)`); }}><i>{room?.others.find((one) => one.seat === seat)?.name ?? ''}</i></span>;
  }));
}
