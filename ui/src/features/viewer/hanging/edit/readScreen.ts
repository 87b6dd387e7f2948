/*
 * What stands in the panes, read off the engine, as a hanging. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { speaksHounsfield } from '../../dicom';
import { link, stackOf } from '../../engine/link';
import type { Layout } from '../../presets';
import type { HangingContent } from '../model';
import type { Exams } from '../useExams';
import type { Fit } from '../useFilled';
import { fromScreen, type OnScreen } from './draft';

export function readScreen({ ids, shown, fits, layout, exams }: { ids: readonly string[]; shown: readonly (string | null)[]; fits: readonly (Fit | null)[]; layout: Layout; exams: Exams }): HangingContent {
  const seen = shown.map((series, n): OnScreen | null => {
    const study = exams.series.find((one) => one.uid === series)?.study, pane = stackOf(ids[n] ?? '');
    if (!series || !study) return null;
    const state = pane?.current(), frame = pane && state ? pane.frameAt(state.shown) : null;
    return {
      study, series, only: fits[n]?.only ?? null, shownSop: frame?.sop ?? null, window: state?.window ?? null, ownWindow: !!pane?.windowed(), hounsfield: !!frame && speaksHounsfield(frame), flipped: !!state?.flipped, tumbled: !!state?.tumbled,
      wall: fits[n]?.rule.fit === 'wall', link: link.groupOf(ids[n] ?? ''),
    };
  });
  return fromScreen(seen, layout, exams.exams, exams.regions[0] ?? '');
}
