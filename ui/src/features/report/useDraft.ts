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

export function useDraft(actId: number, personId: number, report: Report) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    const save = async (revision: number, content: Report['content']) => {
      const answer = await saveReport(actId, revision, content);
      client.setQueryData<Report>(reportKey(actId), (known) => (known && known.revision > answer.revision ? known : answer));
      return answer;
    };
    const made = new Draft(client.getQueryData<Report>(reportKey(actId)) ?? report, save, tabKeeper(personId, actId));
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
  }, [actId, personId, client]);

  useEffect(() => draft?.learn(report), [draft, report]);
  const state = useSyncExternalStore(draft?.subscribe ?? never, draft?.current ?? nothing);
  return { draft, state };
}

const never = () => () => undefined;
const nothing = () => null;
