/*
 * Which earlier exams were opened beside an act, in this browser's tabs: what a comparison may say was looked at. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export interface OpenedPrior { study_uid: string; date: string; modalities: string; description: string }

const keyOf = (actId: number) => `beclere-opened-priors-${actId}`;

export function openedPriors(actId: number): OpenedPrior[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(actId)) ?? '[]') as OpenedPrior[];
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function priorOpened(actId: number, { study_uid, date, modalities, description }: OpenedPrior) {
  try {
    sessionStorage.setItem(keyOf(actId), JSON.stringify([...openedPriors(actId).filter((one) => one.study_uid !== study_uid), { study_uid, date, modalities, description }].slice(-10)));
  } catch {
    /* a closed store: the comparison is then written by hand */
  }
}
