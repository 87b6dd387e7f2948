/*
 * What lies under the pointer of an element, once a drawn frame; null outside of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useEffect, useState } from 'react';

/* 'look' takes CSS pixels from the element's corner; it stays the same function while what it reads stays the same. */
export function useUnderPointer<T>(holder: React.RefObject<HTMLDivElement | null>, look: (x: number, y: number) => T | null): T | null {
  const [found, setFound] = useState<T | null>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    let due = 0;
    const move = (event: PointerEvent) => {
      cancelAnimationFrame(due);
      const box = element.getBoundingClientRect();
      due = requestAnimationFrame(() => setFound(look(event.clientX - box.left, event.clientY - box.top)));
    };
    const leave = () => {
      cancelAnimationFrame(due);
      setFound(null);
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    return () => {
      leave();
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
    };
  }, [holder, look]);
  return found;
}
