/*
 * The keys of the report: F2 a template, F7 the spelling, F8 dictation, Ctrl+Enter the signature. Heard in the report, not in a dialog.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useRef, useState } from 'react';
import type { Draft } from './draft';

export interface ReportKeys { template?: () => void; spelling: () => void; dictate?: () => void; sign: () => void }

export function useReportKeys(keys: ReportKeys) {
  const now = useRef(keys);
  useEffect(() => void (now.current = keys));
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('[role="dialog"]') || event.altKey || event.shiftKey) return;
      const run = event.key === 'F2' ? now.current.template : event.key === 'F7' ? now.current.spelling : event.key === 'F8' ? now.current.dictate : event.key === 'Enter' && (event.ctrlKey || event.metaKey) ? now.current.sign : null;
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

/* The signature by key: once what was typed is kept and judged, its dialog opens, or the first thing missing gets the focus. */
export function useSignByKey(draft: Draft | null, settled: boolean, may: boolean, open: () => void): () => void {
  const [asked, setAsked] = useState(false);
  const now = useRef(open);
  useEffect(() => void (now.current = open));
  useEffect(() => {
    if (!asked || !settled) return;
    setAsked(false);
    if (may) now.current();
    else document.querySelector<HTMLElement>('.report-missing button')?.focus();
  }, [asked, settled, may]);
  return () => void draft?.flush().then((kept) => kept && setAsked(true));
}
