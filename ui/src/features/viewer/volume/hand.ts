/*
 * The hand on a plane: the chosen tool with the first button, zoom with the second, moving with the third, the wheel scrolls.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { type RefObject, useEffect } from 'react';
import type { Drawing } from '../measure/drawing';
import { isMeasure, type Tool } from '../presets';
import { crossAt } from './cross';
import { type PlaneName, toPatient, toScreen } from './planes';
import type { Looking } from './session';
import type { CutSurface } from './surface';

type Doing = 'draw' | 'move' | 'turn' | 'window' | 'pan' | 'zoom' | 'scroll';
type Spot = readonly [x: number, y: number];
const PER_SLICE = 6, WINDOW_PART = 300; // pixels of the screen for one slice; for the whole width of a window

export function usePlaneHand(holder: RefObject<HTMLDivElement | null>, looking: Looking, name: PlaneName, surface: CutSurface, drawing: Drawing, tool: Tool) {
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    let doing: Doing | null = null;
    let last: Spot = [0, 0];
    let rest = 0; // of a scroll, less than a slice
    const spotOf = (event: PointerEvent | WheelEvent): Spot => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const chosen = (at: Spot): Doing | null => {
      if (isMeasure(tool)) return drawing.press(tool, at) ? 'draw' : null;
      if (tool === 'pan' || tool === 'zoom' || tool === 'scroll' || tool === 'window') return drawing.press(tool, at) ? 'draw' : tool;
      if (tool !== 'cursor') return null;
      if (drawing.hit(at)) return drawing.press('window', at) ? 'draw' : null;
      const under = crossAt(looking, name, at);
      if (under === 'line') return 'turn';
      if (!under) looking.centreAt(toPatient(looking.current().cut.facing[name], looking.eye(name), at));
      return 'move';
    };
    const down = (event: PointerEvent) => {
      if (!event.isPrimary) return;
      const at = spotOf(event);
      doing = event.button === 0 ? chosen(at) : event.button === 1 ? 'pan' : event.button === 2 ? 'zoom' : null;
      last = at;
      rest = 0;
      if (doing) element.setPointerCapture(event.pointerId);
      if (event.button === 1) event.preventDefault();
    };
    const move = (event: PointerEvent) => {
      const at = spotOf(event);
      if (!doing || doing === 'draw') return drawing.move(tool, at);
      drag(doing, at);
      last = at;
    };
    const drag = (what: Doing, at: Spot) => {
      const [dx, dy] = [at[0] - last[0], at[1] - last[1]];
      const { cut, look } = looking.current();
      switch (what) {
        case 'move': return looking.centreAt(toPatient(cut.facing[name], looking.eye(name), at));
        case 'turn': {
          const [cx, cy] = toScreen(cut.facing[name], looking.eye(name), cut.centre);
          const angle = Math.atan2(at[1] - cy, at[0] - cx) - Math.atan2(last[1] - cy, last[0] - cx);
          return looking.turn(name, (Math.atan2(Math.sin(angle), Math.cos(angle)) * 180) / Math.PI);
        }
        case 'window': {
          const { window } = look[name];
          const unit = Math.max(window.width, 1e-3) / WINDOW_PART;
          return looking.window(name, { width: Math.max(unit, window.width + dx * unit), center: window.center + dy * unit });
        }
        case 'pan': return looking.panBy(name, dx, dy);
        case 'zoom': return looking.zoomBy(name, Math.exp(-dy / 150));
        case 'scroll': {
          rest += dy / PER_SLICE;
          const whole = Math.trunc(rest);
          rest -= whole;
          return whole ? looking.step(name, whole) : undefined;
        }
        default: return undefined;
      }
    };
    const up = (event: PointerEvent) => {
      if (doing === 'draw') drawing.release(spotOf(event));
      doing = null;
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      looking.activate(name);
      looking.step(name, Math.sign(event.deltaY));
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('wheel', wheel);
      if (isMeasure(tool)) drawing.drop();
    };
  }, [holder, looking, name, surface, drawing, tool]);
}
