/*
 * The presentation states that the panes may show images under, by their key. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type Frame, TAG, text } from '../dicom';
import { isAbout, type State } from '../state/read';

export const known = new Map<string, State>();
export const know = (states: readonly State[]) => states.forEach((one) => known.set(one.key, one));

/* Colour states leave the colours of an image; a state of grey images says nothing of one in colours. */
export function changesGreys(key: string, frame: Frame): boolean {
  const state = known.get(key);
  return !!state && state.kind !== 'colour' && text(frame.instance, TAG.photometric).startsWith('MONOCHROME') && isAbout(state, frame);
}
