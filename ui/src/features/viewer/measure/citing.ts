/*
 * The viewer's side of citations: a measure goes into the report beside it, a citation of the report comes back to its image. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeriesShort } from '@/shared/api/types';
import { hearReading } from '@/shared/reading/bridge';
import { headerOf } from '../requests';
import { cited } from './cite';
import type { MarkItem, MarkStore, Place } from './marks';

const ANSWER_MS = 1500; // a report that is being written answers at once

/* 'shows': a citation is reopened in this window; of two windows of an exam the first does. */
export function useCiting({ act, study, series, store, jump, shows }: { shows: boolean; act: number | undefined; study: string; series: SeriesShort[]; store: MarkStore; jump: (place: Place, window: MarkItem['window']) => void }) {
  const { i18n } = useTranslation();
  const now = useRef({ series, jump });
  useEffect(() => void (now.current = { series, jump }));
  useEffect(() => {
    if (act === undefined) return;
    const waiting = new Map<string, ReturnType<typeof setTimeout>>();
    const bridge = hearReading(act, (said) => {
      if (said.say === 'cited') {
        clearTimeout(waiting.get(said.id));
        waiting.delete(said.id);
        store.say(null);
      } else if (said.say === 'show' && shows) {
        if (now.current.series.some((one) => one.uid === said.place.series)) now.current.jump(said.place, said.place.window);
        else store.say('viewer.citedGone');
      }
    });
    store.cite = (item) => {
      const of = now.current.series.find((one) => one.uid === item.series);
      cited(i18n.getFixedT('fr'), study, of?.number ?? 0, item, headerOf(item.sop)).then((said) => {
        const id = crypto.randomUUID();
        waiting.set(id, setTimeout(() => store.say('viewer.noReport'), ANSWER_MS));
        bridge.say({ say: 'cite', id, ...said });
      }, () => store.say('viewer.noReport'));
    };
    return () => {
      waiting.forEach((timer) => clearTimeout(timer));
      store.cite = null;
      bridge.close();
    };
  }, [act, study, store, i18n, shows]);
}
