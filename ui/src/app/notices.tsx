/*
 * Notices: said as they come, closed from the keyboard, never over what they speak of. On a narrow screen the page and its
 * dialogs make room above; on a wide one they stand in the corner.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Notifications, notifications, notificationsStore } from '@mantine/notifications';
import { useEffect } from 'react';

const NARROW = '(max-width: 1100px)'; // as in page.css

function closeLast() {
  const last = notificationsStore.getState().notifications.at(-1);
  if (last?.id) notifications.hide(last.id);
}

/* The room they take, for page.css. */
function useRoom(narrow: boolean) {
  useEffect(() => {
    const root = document.documentElement;
    const band = narrow ? document.querySelector('.mantine-Notifications-root[data-position="top-center"]') : null;
    if (!band) return undefined;
    const measure = () => {
      const height = Math.ceil(band.getBoundingClientRect().height);
      root.style.setProperty('--notices', height > 0 ? `${height + 16}px` : '0px');
    };
    const watch = new ResizeObserver(measure);
    watch.observe(band);
    measure();
    return () => {
      watch.disconnect();
      root.style.removeProperty('--notices');
    };
  }, [narrow]);
}

export function Notices() {
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  useRoom(narrow);
  useHotkeys([['alt+X', closeLast, { usePhysicalKeys: true }]], []); // in fields and dialogs as well
  // Made anew for the other place: a notice that moved would be drawn in both while it leaves the first.
  return <Notifications key={String(narrow)} position={narrow ? 'top-center' : 'bottom-right'} limit={4} autoClose={8000} withinPortal={false} />;
}
