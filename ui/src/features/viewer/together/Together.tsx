/*
 * Looking together, from the room: free, led by somebody, or leading. What is led is the whole view: images and how they stand, measures, volumes. E12, E17.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { SegmentedControl } from '@mantine/core';
import { type RefObject, useEffect, useReducer, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useRooms } from '@/shared/room/RoomProvider';
import type { Seat } from '@/shared/room/session';
import { stackOf } from '../engine/link';
import type { PaneState } from '../engine/stack';
import { type MarkItem, type MarkStore, placeOf, samePlace } from '../measure/marks';
import { theirs } from '../measure/theirs';
import { layoutName } from '../presets';
import { Pointers } from './Pointers';
import { put, type Viewed } from './put';
import { fitted, sharedMark, type SharedView, viewOf } from './view';
import { board } from './volumeView';

const TELL_MS = 100; // a cine or a hand that scrolls is told that often, its last place always
const CLOCK_SET_MS = 10_000; // so much earlier: the other's clock was set, it is no message that came late
type Mode = 'free' | 'follow' | 'lead';

export interface TogetherProps extends Viewed { act: number; study: string; active: number; states: (PaneState | null)[]; store: MarkStore; box: RefObject<HTMLDivElement | null> }

/* Only for who sits in the room of this act. */
export function Together(props: TogetherProps) {
  const room = useRoom();
  return room?.act === props.act && room.phase === 'in' ? <InRoom {...props} /> : null;
}

/* What I see, to be told; 'at' is set when it goes. */
function useOwnView({ study, layout, active, shown, states, ids, store, volume }: TogetherProps): SharedView {
  const { marks } = useSyncExternalStore(store.subscribe, store.current);
  const looked = useSyncExternalStore(board.subscribe, board.now);
  const places: MarkItem[] = [];
  const panes = shown.map((series, n) => {
    const pane = stackOf(ids[n] ?? ''), state = states[n];
    const frame = !volume && pane && state ? pane.frameAt(state.shown) : null;
    if (!series || !pane || !frame) return null;
    const place = placeOf(frame);
    places.push(...marks.filter((one) => samePlace(one, place) && !places.includes(one)));
    return { ...place, ...pane.stood() };
  });
  const { marks: drawn = [], ...seen } = looked ?? { marks: [] };
  return { study, at: 0, layout: layoutName(layout), active, panes, left: 0, marks: (volume ? drawn : places).map(sharedMark), volume: volume && looked ? (seen as SharedView['volume']) : null };
}

function InRoom(props: TogetherProps) {
  const { t } = useTranslation();
  const { session } = useRooms();
  const room = useRoom();
  const [mode, setMode] = useState<Mode>('free');
  const [leader, setLeader] = useState<Seat | null>(null);
  const [left, setLeft] = useState(0);
  const now = useRef(props);
  now.current = props;
  const kept = useRef<{ mode: Mode; at: number; told: number; timer: ReturnType<typeof setTimeout> | undefined; seen: Map<Seat, number> }>({ mode, at: 0, told: 0, timer: undefined, seen: new Map() });
  kept.current.mode = mode;

  const [, again] = useReducer((count: number) => count + 1, 0);
  const open = props.states.map((one, n) => (one ? props.shown[n] : '')).join();
  useEffect(() => { // a hand that moves the image changes nothing else
    if (mode !== 'lead') return undefined;
    const stops = now.current.ids.map((id) => stackOf(id)?.onView(again));
    return () => stops.forEach((stop) => stop?.());
  }, [mode, open, props.volume]);

  /* Leading: what I see goes out as it changes, and again when I come back or somebody else comes. */
  const told = JSON.stringify(useOwnView(props));
  const present = room?.others.map((one) => one.seat).join() ?? '';
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    if (mode !== 'lead' || kept.current.timer) return;
    const wait = Math.max(0, kept.current.told + TELL_MS - performance.now());
    kept.current.timer = setTimeout(() => {
      const state = kept.current;
      state.timer = undefined;
      if (state.mode !== 'lead') return;
      state.told = performance.now();
      state.at = Math.max(state.at + 1, Date.now());
      const view = fitted({ ...(JSON.parse(latest.current) as SharedView), at: state.at });
      setLeft(view.left);
      session?.share('state', view);
    }, wait);
  }, [mode, told, session, present]);
  useEffect(() => () => clearTimeout(kept.current.timer), []);

  /* Following: what the leader sees is put here; who takes the lead is followed by who followed or led. */
  useEffect(() => {
    if (!session) return undefined;
    const apply = (data: unknown, from: Seat) => {
      const wanted = viewOf(data), { seen } = kept.current;
      if (!wanted || wanted.study !== now.current.study) return;
      const before = seen.get(from) ?? 0;
      if (wanted.at <= before && before - wanted.at < CLOCK_SET_MS) return;
      seen.set(from, wanted.at);
      if ('over' in wanted) {
        setLeader((known) => (known === from ? null : known));
        theirs.clear();
        board.want(null);
        return;
      }
      setLeader(from);
      if (kept.current.mode === 'free') return;
      setMode('follow');
      show(wanted, from, session.view().others.find((one) => one.seat === from)?.name ?? '', now.current);
    };
    if (session.shown) apply(session.shown.data, session.shown.from);
    return session.onShared((channel, data, from) => channel === 'state' && apply(data, from));
  }, [session]);

  /* Who leads has left: what was theirs goes. */
  const there = !leader || !!room?.others.some((one) => one.seat === leader);
  useEffect(() => {
    if (there) return;
    kept.current.seen.clear();
    setLeader(null);
    theirs.clear();
    board.want(null);
  }, [there]);
  useEffect(() => () => {
    theirs.clear();
    board.want(null);
  }, []);

  const choose = (next: Mode) => {
    if (mode === 'lead' && next !== 'lead') session?.share('state', { study: props.study, at: (kept.current.at = Math.max(kept.current.at + 1, Date.now())), over: true });
    setMode(next);
    setLeft(0);
    theirs.clear();
    board.want(null);
    const wanted = next === 'follow' && session?.shown ? viewOf(session.shown.data) : null;
    if (wanted && !('over' in wanted) && wanted.study === props.study && session?.shown) show(wanted, session.shown.from, room?.others.find((one) => one.seat === session.shown?.from)?.name ?? '', props);
    if (next === 'lead') setLeader(null);
  };
  const name = room?.others.find((one) => one.seat === leader)?.name;
  return (
    <div className="together">
      <SegmentedControl size="xs" value={mode} onChange={(value) => choose(value as Mode)} aria-label={t('together.title')}
        data={(['free', 'follow', 'lead'] as const).map((one) => ({ value: one, label: t(`together.${one}`) }))} />
      <span role="status" className="together-who">{mode === 'lead' ? t(left ? 'together.someMarks' : 'together.youLead', { n: left }) : mode === 'follow' ? t(name ? 'together.following' : 'together.nobodyLeads', { name }) : name ? t('together.isLeading', { name }) : ''}</span>
      <Pointers ids={props.ids} box={props.box} />
    </div>
  );
}

function show(wanted: SharedView, from: Seat, name: string, viewed: Viewed) {
  theirs.show({ name: name || from, marks: wanted.marks });
  put(wanted, viewed);
}
