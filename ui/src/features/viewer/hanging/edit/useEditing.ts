/*
 * Whether a hanging is being made beside the images, from what it began, and what was in force before. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useRef, useState } from 'react';
import type { HangingContent, Rule } from '../model';
import type { HangingUse } from '../useHanging';
import type { Start } from './Form';

/* 'screen' reads what is on the screen as a hanging. */
export function useEditing(use: HangingUse, screen: () => HangingContent, name: (rule: Rule) => string) {
  const [start, setStart] = useState<Start | null>(null);
  const before = useRef<Rule | null>(null);
  const changed = useRef(false); // something was previewed: what was in force comes back when nothing is kept
  const open = (from: Start) => {
    before.current = use.wanted ?? use.rule;
    changed.current = false;
    setStart(from);
  };
  const end = () => setStart(null);
  return {
    start,
    keepScreen: () => open({ organisation: 0, name: '', content: screen() }),
    /* Theirs to change: that one; else a copy of it. */
    edit: (rule: Rule) => open(rule.hanging?.may_change ? { id: rule.id, version: rule.hanging.version, organisation: rule.hanging.organisation_id, name: rule.name, content: rule.content } : { organisation: 0, name: name(rule).slice(0, 80), content: rule.content }),
    preview: (content: HangingContent) => {
      changed.current = true;
      use.choose({ id: start?.id ?? 0, owner: 'own', name: '…', content });
    },
    saved: (rule: Rule) => {
      end();
      use.choose(rule);
    },
    close: () => {
      end();
      if (!changed.current) return;
      if (before.current) use.choose(before.current);
      else use.plain();
    },
  };
}
