/*
 * Which states a pane offers for the frame that it shows, and the next of them. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Frame } from '../dicom';
import { know } from '../engine/known';
import type { StackPane } from '../engine/stack';
import { isAbout, ownMask, type State } from './read';

export function offeredOn(frame: Frame | null, states: readonly State[]): State[] {
  if (!frame) return [];
  const own = ownMask(frame);
  if (own) know([own]);
  return [...(own ? [own] : []), ...states.filter((one) => isAbout(one, frame))];
}
export const chosenOf = (pane: StackPane, states: readonly State[]): State | null => states.find((one) => one.key === pane.current().under?.key) ?? null;
export const choose = (pane: StackPane, state: State | null) => void pane.setUnder(state && { key: state.key, subtracted: state.masks });
export function nextState(pane: StackPane, states: readonly State[]) {
  const now = states.findIndex((one) => one.key === pane.current().under?.key);
  choose(pane, states[now + 1] ?? null);
}
/* With its mask or without; where no state is chosen, the first that has one. */
export function subtract(pane: StackPane, states: readonly State[]) {
  const { under } = pane.current(), now = chosenOf(pane, states);
  if (under && now?.kind === 'own') return choose(pane, null);
  if (under && now?.masks) return void pane.setUnder({ key: under.key, subtracted: !under.subtracted });
  const first = states.find((one) => one.masks);
  if (first) choose(pane, first);
}
