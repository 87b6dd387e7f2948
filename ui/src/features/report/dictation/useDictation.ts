/*
 * Dictating into the report: begin, end, throw away; pieces are understood one after the other and put where the caret was. E29
 *
 * A piece that could not be understood stays, to be sent again; one whose place is gone is shown, to be copied.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { postBytes } from '@/shared/api/client';
import { useRooms } from '@/shared/room/RoomProvider';
import { typeInto } from '../Area';
import { joined } from './joined';
import { Recorder } from './recorder';
import { spoken } from './spoken';
import { toWave } from './wave';

interface Understood { text: string; doubtful: string[]; spoken: boolean; took_ms: number }
interface Piece { sound: Blob; field: string }
export interface DictationView {
  state: 'idle' | 'starting' | 'listening'; since: number; waiting: number; field: string;
  failed: { pieces: Piece[]; error: unknown } | null; microphone: string; doubtful: string[]; unplaced: string[];
}
const NOTHING: DictationView = { state: 'idle', since: 0, waiting: 0, field: '', failed: null, microphone: '', doubtful: [], unplaced: [] };
const FIELDS = 'textarea.report-text, .report-text textarea';

/* Typed there as by hand, so that Ctrl+Z takes it back; who writes elsewhere meanwhile keeps the caret. False: the field is gone. */
function put(field: string, said: string): boolean {
  const area = document.getElementById(field);
  if (!(area instanceof HTMLTextAreaElement)) return false;
  const before = document.activeElement, at = area.selectionStart, to = area.selectionEnd;
  const text = joined(area.value.slice(0, at), said, area.value.slice(to)), end = at + text.length;
  if (text) typeInto(area, at, to, text, end, end);
  if (before instanceof HTMLElement && before !== area && before !== document.body && !before.closest('[data-dictation]')) before.focus();
  return true;
}

export function useDictation(actId: number) {
  const [view, setView] = useState(NOTHING);
  const { session } = useRooms();
  const recorder = useRef<Recorder | null>(null);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const last = useRef('report-results');
  const muted = useRef(false);
  const change = useCallback((part: Partial<DictationView> | ((now: DictationView) => Partial<DictationView>)) => setView((now) => ({ ...now, ...(typeof part === 'function' ? part(now) : part) })), []);

  useEffect(() => { // where the caret was last, in the report
    const focused = (event: FocusEvent) => { if (event.target instanceof HTMLTextAreaElement && event.target.id.startsWith('report-') && event.target.closest(FIELDS)) last.current = event.target.id; };
    document.addEventListener('focusin', focused);
    return () => document.removeEventListener('focusin', focused);
  }, []);

  const understand = useCallback((piece: Piece) => {
    change((now) => ({ waiting: now.waiting + 1 }));
    queue.current = queue.current.then(async () => {
      try {
        const a = await postBytes<Understood>(`/api/acts/${actId}/dictation`, piece.sound);
        const text = a.spoken ? spoken(a.text) : a.text;
        const placed = put(piece.field, text);
        change((now) => ({ waiting: now.waiting - 1, doubtful: [...now.doubtful, ...a.doubtful].slice(-12), unplaced: placed || !text ? now.unplaced : [...now.unplaced, text] }));
      } catch (error) {
        change((now) => ({ waiting: now.waiting - 1, failed: { pieces: [...(now.failed?.pieces ?? []), piece], error } }));
      }
    });
  }, [actId, change]);

  const end = useCallback((thrownAway = false) => {
    recorder.current?.stop(thrownAway);
    recorder.current = null;
    if (muted.current) session?.mute(false);
    muted.current = false;
    change({ state: 'idle' });
  }, [change, session]);

  const begin = useCallback(async () => {
    const field = document.getElementById(last.current) ? last.current : 'report-results';
    change({ state: 'starting', microphone: '', doubtful: [], field });
    const own = new Recorder();
    recorder.current = own;
    try {
      await own.start((recorded) => void toWave(recorded).then((sound) => understand({ sound, field }), (error: unknown) => change({ microphone: error instanceof Error ? error.name : 'Error' })));
    } catch (error) {
      recorder.current = null;
      change({ state: 'idle', microphone: error instanceof DOMException ? error.name : 'Error' });
      return;
    }
    if (recorder.current !== own) { own.stop(true); return; } // ended before it began
    if (session && !session.view().muted) { // who sits in the room does not hear the report
      muted.current = true;
      session.mute(true);
    }
    document.getElementById(field)?.focus();
    change({ state: 'listening', since: Date.now() });
  }, [change, session, understand]);

  const { failed } = view;
  const again = () => {
    change({ failed: null });
    failed?.pieces.forEach(understand);
  };

  const stop = useRef(end);
  useEffect(() => void (stop.current = end));
  useEffect(() => () => stop.current(true), []);
  const listening = view.state !== 'idle';
  useEffect(() => {
    if (!listening) return undefined;
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      stop.current(true);
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, [listening]);

  return { view, level: () => recorder.current?.level() ?? 0, toggle: () => (listening ? end() : void begin()), throwAway: () => end(true), again, forget: () => change({ failed: null, unplaced: [] }) };
}
