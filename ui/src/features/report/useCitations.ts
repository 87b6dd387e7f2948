/*
 * Measures and key images that the viewer cites: put into the results at the caret, with the place they lead to. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef } from 'react';
import { hearReading } from '@/shared/reading/bridge';
import type { ImagePlace } from '@/shared/reading/bridge';
import { insertAt, withPlace } from './places';

const RESULTS = 'report-results';

/* Where a citation goes: the results being written, and the places known so far. Null: nowhere (nothing is written, or a conflict is open). */
export interface Citing { results: string; places: readonly ImagePlace[]; put: (results: string, places: ImagePlace[]) => void }

export function useCitations(actId: number, citing: () => Citing | null) {
  const caret = useRef<number | null>(null); // where the writer left the results; null: never there
  const now = useRef(citing);
  useEffect(() => void (now.current = citing));
  useEffect(() => {
    const left = (event: FocusEvent) => {
      const area = event.target as HTMLTextAreaElement;
      if (area.id === RESULTS) caret.current = area.selectionEnd;
    };
    document.addEventListener('focusout', left);
    return () => document.removeEventListener('focusout', left);
  }, []);
  useEffect(() => {
    const bridge = hearReading(actId, (said) => {
      const to = said.say === 'cite' ? now.current() : null;
      if (said.say !== 'cite' || !to) return;
      const { mark, places } = withPlace(to.places, said.place);
      const put = insertAt(to.results, caret.current, said.text.replace(said.place.mark, mark));
      caret.current = put.end;
      to.put(put.text, places);
      bridge.say({ say: 'cited', id: said.id });
    });
    return bridge.close;
  }, [actId]);
}
