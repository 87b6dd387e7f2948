/*
 * A draft that saves itself: a moment after the last key, before leaving, and again after a failure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDoStep } from '@/shared/api/requests/doStep';
import type { Act, RequestFacts } from '@/shared/api/types';
import { changesOf } from './sections';

const PAUSE_MS = 900;
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed';

export function useAutosave(act: Act) {
  const { mutateAsync } = useDoStep(act.id);
  const [values, setValues] = useState<RequestFacts>(act.facts.request ?? {});
  const [state, setState] = useState<SaveState>('saved');
  const [error, setError] = useState<unknown>(null);
  const saved = useRef<RequestFacts>(act.facts.request ?? {});
  const latest = useRef(values);
  const running = useRef<Promise<void> | null>(null);
  latest.current = values;

  const save = useCallback(async (): Promise<void> => {
    if (running.current) await running.current;
    const sent = latest.current;
    const changes = changesOf(sent, saved.current);
    if (!Object.keys(changes).length) return setState('saved');
    setState('saving');
    running.current = mutateAsync({ step: 'edit-request', data: changes })
      .then(() => {
        saved.current = { ...saved.current, ...changes };
        setError(null);
        setState(latest.current === sent ? 'saved' : 'waiting');
      }, (failure: unknown) => {
        setError(failure);
        setState('failed');
        throw failure;
      })
      .finally(() => void (running.current = null));
    await running.current;
  }, [mutateAsync]);

  useEffect(() => {
    if (!Object.keys(changesOf(values, saved.current)).length) return;
    setState((known) => (known === 'failed' ? known : 'waiting'));
    const timer = setTimeout(() => void save().catch(() => undefined), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [values, save]);

  useEffect(() => {
    const keep = (event: BeforeUnloadEvent) => {
      if (Object.keys(changesOf(latest.current, saved.current)).length) event.preventDefault();
    };
    addEventListener('beforeunload', keep);
    return () => {
      removeEventListener('beforeunload', keep);
      void save().catch(() => undefined);
    };
  }, [save]);

  const set = useCallback(<K extends keyof RequestFacts>(name: K, value: RequestFacts[K]) => setValues((known) => ({ ...known, [name]: value })), []);
  return { values, set, state, error, save };
}
