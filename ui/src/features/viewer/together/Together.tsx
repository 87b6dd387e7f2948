/*
 * Looking together, from the room: free, led by somebody, or leading; and the others' pointers over the panes. E12, E17.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { SegmentedControl } from '@mantine/core';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useRooms } from '@/shared/room/RoomProvider';
import type { Seat } from '@/shared/room/session';
import { panes } from '../engine/base';
import { type PaneState, StackPane } from '../engine/stack';
import { placeOf } from '../measure/marks';
import type { PaneHandle } from '../Pane';
import { type Layout, LAYOUTS, layoutName } from '../presets';
import { pixelOn, pointAt, pointOf, type SharedPoint, type SharedView, viewOf } from './view';

const TELL_MS = 120, POINT_MS = 33, POINTER_LIVES_MS = 2500, TRIES = 40;
type Mode = 'free' | 'follow' | 'lead';

const stack = (id: string) => {
  const pane = panes.get(id);
  return pane instanceof StackPane ? pane : null;
};

export interface TogetherProps {
  act: number; study: string; ids: readonly string[]; layout: Layout; active: number; shown: (string | null)[]; states: (PaneState | null)[];
  handles: RefObject<(PaneHandle | null)[]>; box: RefObject<HTMLDivElement | null>; lay: (to: Layout) => void; placeIn: (series: string, n: number) => void;
}

/* Only for who sits in the room of this act. */
export function Together(props: TogetherProps) {
  const room = useRoom();
  return room?.act === props.act && room.phase === 'in' ? <InRoom {...props} /> : null;
}

function InRoom(props: TogetherProps) {
  const { t } = useTranslation();
  const { session } = useRooms();
  const room = useRoom();
  const [mode, setMode] = useState<Mode>('free');
  const [leader, setLeader] = useState<Seat | null>(null);
  const now = useRef(props);
  now.current = props;

  /* Leading: what I see goes out, whenever it has changed. */
  const view: SharedView = { study: props.study, layout: layoutName(props.layout), active: props.active,
    panes: props.shown.map((series, n) => {
      const pane = stack(props.ids[n] ?? '');
      const state = props.states[n];
      const frame = pane && state ? pane.frameAt(state.shown) : null;
      return series && frame && state ? { ...placeOf(frame), window: state.window, inverted: state.inverted } : null;
    }) };
  const told = JSON.stringify(view);
  useEffect(() => {
    if (mode !== 'lead') return undefined;
    const timer = setTimeout(() => session?.share('state', JSON.parse(told) as object), TELL_MS);
    return () => clearTimeout(timer);
  }, [mode, told, session]);

  /* Following: what the leader sees is put here; who takes the lead is followed by who followed or led. */
  useEffect(() => {
    if (!session) return undefined;
    const apply = (data: unknown, from: Seat) => {
      const wanted = viewOf(data);
      if (!wanted || wanted.study !== now.current.study) return;
      setLeader(from);
      setMode((was) => {
        if (was !== 'free') put(wanted, now.current);
        return was === 'lead' ? 'follow' : was;
      });
    };
    if (session.shown) apply(session.shown.data, session.shown.from);
    return session.onShared((channel, data, from) => channel === 'state' && apply(data, from));
  }, [session]);
  const choose = (next: Mode) => {
    setMode(next);
    const wanted = next === 'follow' && session?.shown ? viewOf(session.shown.data) : null;
    if (wanted) put(wanted, props);
    if (next === 'lead') setLeader(null);
  };
  const name = room?.others.find((one) => one.seat === leader)?.name;
  return (
    <div className="together">
      <SegmentedControl size="xs" value={mode} onChange={(value) => choose(value as Mode)} aria-label={t('together.title')}
        data={(['free', 'follow', 'lead'] as const).map((one) => ({ value: one, label: t(`together.${one}`) }))} />
      <span role="status" className="together-who">{mode === 'lead' ? t('together.youLead') : mode === 'follow' ? t(name ? 'together.following' : 'together.nobodyLeads', { name }) : name ? t('together.isLeading', { name }) : ''}</span>
      <Pointers ids={props.ids} box={props.box} />
    </div>
  );
}

/* A pane whose series changes is made anew: it is asked again until it is there. */
function put(wanted: SharedView, { layout, shown, handles, ids, lay, placeIn }: TogetherProps) {
  const to = LAYOUTS.find((one) => layoutName(one) === wanted.layout);
  if (to && layoutName(to) !== layoutName(layout)) lay(to);
  wanted.panes.forEach((pane, n) => {
    if (!pane) return;
    const changes = shown[n] !== pane.series;
    if (changes) placeIn(pane.series, n);
    const go = (left: number) => {
      const handle = handles.current?.[n];
      const own = stack(ids[n] ?? '');
      if (handle && own && (!changes || left < TRIES - 2)) {
        if (own.current().inverted !== pane.inverted) handle.run({ do: 'invert' });
        return handle.jump({ series: pane.series, sop: pane.sop, frame: pane.frame }, pane.window);
      }
      if (left) requestAnimationFrame(() => go(left - 1));
    };
    go(TRIES);
  });
}

interface Pointer { at: SharedPoint; ms: number }

/* Ours goes out as it moves over a pane; the others' are drawn where they fall on what is shown here. */
function Pointers({ ids, box }: Pick<TogetherProps, 'ids' | 'box'>) {
  const { session } = useRooms();
  const room = useRoom();
  const known = useRef(new Map<Seat, Pointer>());
  const [, drawn] = useState(0);

  useEffect(() => {
    const area = box.current;
    if (!area || !session) return undefined;
    let last = 0;
    const moved = (event: PointerEvent) => {
      if (event.timeStamp - last < POINT_MS) return;
      for (const id of ids) {
        const holder = area.querySelector(`[data-testid="image-${id}"]`);
        const rect = holder?.getBoundingClientRect();
        if (!rect || event.clientX < rect.left || event.clientX > rect.right || event.clientY < rect.top || event.clientY > rect.bottom) continue;
        const pane = stack(id);
        const frame = pane?.frameAt(pane.current().shown);
        const pixel = pane?.toPixel(event.clientX - rect.left, event.clientY - rect.top);
        if (!frame || !pixel) return;
        last = event.timeStamp;
        session.share('point', pointAt(frame, pixel));
        return;
      }
    };
    area.addEventListener('pointermove', moved);
    return () => area.removeEventListener('pointermove', moved);
  }, [ids, box, session]);

  useEffect(() => {
    const stop = session?.onShared((channel, data, from) => {
      const at = channel === 'point' ? pointOf(data) : null;
      if (!at) return;
      known.current.set(from, { at, ms: performance.now() });
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
