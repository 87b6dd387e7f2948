/*
 * The name of a state: help during an act and an opinion have paths of their own, said in their own words. L7 T4
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { ActState } from '../api/types';

const OWN_WORDS: Record<string, { group: string; states: ActState[] }> = {
  'tele-assistance': { group: 'assistance.state', states: ['validated', 'delivered'] },
  'tele-expertise': { group: 'opinion.state', states: ['validated'] },
};

/* The group of texts in which this state of this kind of act is named. */
export const stateGroup = (state: ActState, kind?: string): string => {
  const own = kind ? OWN_WORDS[kind] : undefined;
  return own?.states.includes(state) ? own.group : 'state';
};
