/*
 * The draft of one act in React: one per reader and act, saved when the page is left.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Report } from './content';
import { Draft, tabKeeper } from './draft';
import { reportKey, saveReport } from './requests';

type Save = (actId: number, revision: number, content: Report['content']) => Promise<Report>;
/* Written elsewhere than the report itself: how it is saved, what of the report it is, the name it is kept under in the tab. */
export interface DraftOf { save: Save; adapt: (report: Report) => Report; key: string }
const REPORT: DraftOf = { save: saveReport, adapt: (report) => report, key: '' };

export function useDraft(actId: number, personId: number, report: Report, of: DraftOf = REPORT) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    const save = async (revision: number, content: Report['content']) => {
      const answer = await of.save(actId, revision, content);
      client.setQueryData<Report>(reportKey(actId), (known) => (known && known.revision > answer.revision ? known : answer));
      return answer;
    };
    const made = new Draft(of.adapt(client.getQueryData<Report>(reportKey(actId)) ?? report), save, tabKeeper(personId, actId, of.key));
    setDraft(made);
    const leave = (event: BeforeUnloadEvent) => {
      if (made.unsaved()) event.preventDefault();
    };
    const hide = () => void (document.visibilityState === 'hidden' && made.flush());
    addEventListener('beforeunload', leave);
    document.addEventListener('visibilitychange', hide);
    return () => {
      removeEventListener('beforeunload', leave);
      document.removeEventListener('visibilitychange', hide);
      made.close();
    };
    // A draft begins with what the server had when the panel opened; later versions come through learn().
  }, [actId, personId, client, of.key]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => draft?.learn(of.adapt(report)), [draft, report]); // eslint-disable-line react-hooks/exhaustive-deps
  const state = useSyncExternalStore(draft?.subscribe ?? never, draft?.current ?? nothing);
  return { draft, state };
}

const never = () => () => undefined;
const nothing = () => null;
