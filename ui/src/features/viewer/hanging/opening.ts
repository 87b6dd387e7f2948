/*
 * How a pane opens that a hanging filled: its window, and for a mammogram how each image stands at its wall. Pure. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame } from '../dicom';
import type { Opening } from '../engine/stack';
import type { Standing } from '../engine/wall';
import { PRESETS } from '../presets';
import { columnMm, hangBreast } from './mammo';
import type { Fit } from './useFilled';

export const standingOf = (frame: Frame): Standing | null => {
  const hung = hangBreast(frame.instance);
  return 'trouble' in hung ? null : { ...hung, mm: columnMm(frame.instance) };
};

export function openingOf(fit: Fit | null): Opening | null {
  if (!fit || (!fit.rule.window && fit.rule.fit === 'fit' && !fit.rule.flip)) return null; // nothing asked: the pane is not drawn again for it
  const { window, fit: how, flip } = fit.rule;
  const chosen = typeof window === 'string' ? PRESETS.find((one) => one.name === window)?.window ?? null : window;
  return { stands: how === 'wall' ? standingOf : null, group: how === 'wall' ? 'wall' : '', window: chosen, hounsfield: typeof window === 'string', flip };
}
