/*
 * Whether what objects lay over their images is shown: one answer for all panes, until the viewer closes. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
let shown = true;
const watchers = new Set<() => void>();

export const laid = {
  shown: () => shown,
  show(to: boolean) {
    shown = to;
    watchers.forEach((each) => each());
  },
  subscribe: (watcher: () => void) => {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  },
};
