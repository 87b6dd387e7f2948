/*
 * A series on its way to a volume: headers, geometry, slices as they come; or why it is none. What was loaded goes when nobody looks any more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useMemo, useState } from 'react';
import type { SeriesShort } from '@/shared/api/types';
import { framesOf, isImage } from '../dicom';
import { cardOf, dropVolume, holdVolume, loadVolume, TooLarge } from '../engine/volume';
import { root, useHeaders } from '../requests';
import { Missing, type Volume } from './fill';
import { readStack, type Refusal } from './grid';

export type Trouble = Refusal | { why: 'headers' | 'no-webgl' | 'broken' | 'too-large' } | { why: 'frames'; count: number };
export type Loading =
  | { phase: 'none' } | { phase: 'headers' } | { phase: 'loading'; done: number; total: number }
  | { phase: 'refused'; trouble: Trouble; retry?: () => void } | { phase: 'ready'; id: string; volume: Volume };

let held = 0;

/* 'taken' bytes are spoken for by the other volume of the view. */
export function useVolume(study: string, series: SeriesShort | null, taken: number): Loading {
  const headers = useHeaders(study, series?.uid ?? '', series?.instances ?? 0, !!series);
  const uid = series?.uid; // the list of series is read again and again: the same series stays loaded
  const read = useMemo(() => (uid && headers.data ? readStack(headers.data.filter(isImage).flatMap((one) => framesOf(root(), study, uid, one))) : null), [study, uid, headers.data]);
  const [state, setState] = useState<Loading>({ phase: 'none' });
  const [tries, setTries] = useState(0);
  const modality = series?.modality ?? '';

  useEffect(() => {
    if (!read || 'refusal' in read) return undefined;
    if (!cardOf()) return setState({ phase: 'refused', trouble: { why: 'no-webgl' } });
    const { stack } = read;
    const id = `volume-${++held}`;
    let gone = false, soon = 0;
    setState({ phase: 'loading', done: 0, total: stack.frames.length });
    const told = (done: number) => {
      cancelAnimationFrame(soon);
      soon = requestAnimationFrame(() => !gone && setState((now) => (now.phase === 'loading' ? { ...now, done } : now)));
    };
    const retry = () => setTries((n) => n + 1);
    loadVolume(stack, taken, modality, told, () => gone).then((volume) => {
      if (gone) return;
      holdVolume(id, volume);
      setState({ phase: 'ready', id, volume });
    }).catch((error: unknown) => {
      if (gone) return;
      if (error instanceof Missing) return setState({ phase: 'refused', trouble: { why: 'frames', count: error.count }, retry });
      setState({ phase: 'refused', trouble: { why: error instanceof TooLarge ? 'too-large' : 'broken' }, retry });
    });
    return () => {
      gone = true;
      cancelAnimationFrame(soon);
      dropVolume(id);
      setState({ phase: 'none' });
    };
  }, [read, modality, taken, tries]);

  if (!series) return { phase: 'none' };
  if (headers.isError && !headers.data) return { phase: 'refused', trouble: { why: 'headers' }, retry: () => void headers.refetch() };
  if (!read) return { phase: 'headers' };
  if ('refusal' in read) return { phase: 'refused', trouble: read.refusal };
  return state.phase === 'none' ? { phase: 'headers' } : state;
}
