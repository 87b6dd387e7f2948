/*
 * The presentation states of a study, for its panes; read once the first image stands. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SeriesShort } from '@/shared/api/types';
import { know } from '../engine/known';
import { headersQuery } from '../requests';
import { type State, stateOf } from './read';

const NONE: readonly State[] = [];

export function useStates(study: string, series: readonly SeriesShort[], now: boolean): readonly State[] {
  const lists = useQueries({ queries: series.filter((one) => one.modality === 'PR').map((one) => headersQuery(study, one.uid, now)) });
  return useMemo(() => {
    const states = lists.flatMap((one) => one.data ?? []).flatMap((one) => stateOf(one) ?? []).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
    know(states);
    return states.length ? states : NONE;
  }, [lists.map((one) => one.dataUpdatedAt).join()]); // eslint-disable-line react-hooks/exhaustive-deps
}
