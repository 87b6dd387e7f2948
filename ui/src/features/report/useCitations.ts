/*
 * Measures and key images that the viewer cites: put into the results at the caret, with the place they lead to. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef } from 'react';
import { hearReading } from '@/shared/reading/bridge';
import type { Draft } from './draft';
import { insertAt, withPlace } from './places';

const RESULTS = 'report-results';

export function useCitations(actId: number, draft: Draft | null) {
  const caret = useRef<number | null>(null); // where the writer left the results; null: never there
  useEffect(() => {
    const left = (event: FocusEvent) => {
      const area = event.target as HTMLTextAreaElement;
      if (area.id === RESULTS) caret.current = area.selectionEnd;
    };
    document.addEventListener('focusout', left);
    return () => document.removeEventListener('focusout', left);
  }, []);
  useEffect(() => {
    if (!draft) return;
    const bridge = hearReading(actId, (said) => {
      if (said.say !== 'cite' || draft.current().state === 'conflict') return;
      const { content } = draft.current();
      const { mark, places } = withPlace(content.places ?? [], said.place);
      const put = insertAt(content.results ?? '', caret.current, said.text.replace(said.place.mark, mark));
      caret.current = put.end;
      draft.set('results', put.text);
      draft.set('places', places);
      bridge.say({ say: 'cited', id: said.id });
    });
    return bridge.close;
  }, [actId, draft]);
}
