/*
 * What a leader sees, put under our own eyes: layout, series, slice, how it stands; or the volume. E12.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { RefObject } from 'react';
import { stackOf } from '../engine/link';
import type { PaneHandle } from '../Pane';
import { type Layout, LAYOUTS, layoutName } from '../presets';
import type { SharedView } from './view';
import { board } from './volumeView';

export interface Viewed {
  ids: readonly string[]; layout: Layout; shown: (string | null)[]; volume: string | null;
  handles: RefObject<(PaneHandle | null)[]>; lay: (to: Layout) => void; placeIn: (series: string, n: number) => void; showVolume: (series: string | null) => void;
}
const TRIES = 60; // drawings of the page; a pane whose series changes is made anew: it is asked again until it is there

export function put(wanted: SharedView, { ids, layout, shown, volume, handles, lay, placeIn, showVolume }: Viewed) {
  board.want(wanted.volume);
  if (wanted.volume) {
    if (volume !== wanted.volume.series) showVolume(wanted.volume.series);
    return;
  }
  if (volume) showVolume(null);
  const to = LAYOUTS.find((one) => layoutName(one) === wanted.layout);
  if (to && layoutName(to) !== layoutName(layout)) lay(to);
  wanted.panes.forEach((pane, n) => {
    if (!pane) return;
    const changes = shown[n] !== pane.series;
    if (changes) placeIn(pane.series, n);
    const go = (left: number) => {
      const handle = handles.current?.[n], own = stackOf(ids[n] ?? '');
      if (handle && own && (!changes || left < TRIES - 2)) return handle.jump(pane, null, () => own.stand(pane));
      if (left) requestAnimationFrame(() => go(left - 1));
    };
    go(TRIES);
  });
}
