/*
 * What is drawn over an image: measures, the lines of other planes, the three-dimensional cursor, the scale bar. It moves with the image.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { TFunction } from 'i18next';
import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Frame, number, TAG } from '../dicom';
import { cursorOn, link } from '../engine/link';
import type { StackPane } from '../engine/stack';
import { isMeasure, type Tool } from '../presets';
import { type Pixel, referenceLine, scaleBar } from '../space';
import { type Drawing, linesOf, type Surface } from './drawing';
import { figuresOf, type Kind, scaleOf } from './figures';
import { type MarkItem, type MarkStore, placeOf } from './marks';
import { inSpaceOn } from './inSpace';
import { linesOfMark, type Recorded as RecordedAll, type Told, toldOn } from './recorded';
import { type TheirMark, theirs } from './theirs';
import { figureLines, numberText, recordedLines } from './words';

export function Overlay({ pane, drawing, store, recorded, frame, holder, tool }: {
  pane: StackPane; drawing: Drawing; store: MarkStore; recorded: RecordedAll | undefined; frame: Frame; holder: RefObject<HTMLDivElement | null>; tool: Tool;
}) {
  const { t, i18n } = useTranslation();
  const [, again] = useReducer((n: number) => n + 1, 0);
  const state = useSyncExternalStore(store.subscribe, store.current);
  useEffect(() => {
    const off = [pane.onView(again), link.subscribe(again), drawing.subscribe(again), theirs.subscribe(again)];
    return () => off.forEach((each) => each());
  }, [pane, drawing]);
  useHand(holder, drawing, tool);

  const screen = (pixel: Pixel) => pane.toScreen(pixel);
  const mine = store.on(placeOf(frame));
  const told = [...toldOn(recorded, placeOf(frame), new Set(state.marks.map((one) => one.id))), ...inSpaceOn(recorded, frame)];
  const { draft, cross } = drawing;
  const other = link.leading(pane);
  const line = other && referenceLine(frame, other);
  const cursor = cursorOn(frame);
  const [width, height] = pane.size();
  return (
    <svg className="pane-marks" aria-hidden="true" data-testid={`marks-${pane.id}`}>
      {line && <Path className="mark-reference" points={line.map(screen)} />}
      {cursor && <Cross at={screen(cursor.pixel)} near={Math.abs(cursor.away) < thicknessOf(frame)} />}
      {told.map((one, i) => <Recorded key={`${one.object.uid}/${i}`} told={one} frame={frame} screen={screen} lines={[one.mark.text, ...recordedLines(t, i18n.language, one.mark), told.findIndex((each) => each.object === one.object) === i ? one.object.author : ''].filter(Boolean)} />)}
      {mine.map((one) => <Drawn key={one.id} mark={one} chosen={state.chosen === one.id} screen={screen} lines={[one.text, ...figureLines(t, i18n.language, one.kind, one.figures)].filter(Boolean)} />)}
      <TheirDrawn marks={theirs.on(placeOf(frame))} screen={screen} />
      {draft && draft.points.length > 0 && (
        <Drawn mark={{ id: 'draft', kind: draft.kind, points: draft.points }} chosen screen={screen}
          lines={draft.kind === 'freehand' ? [] : figureLines(t, i18n.language, draft.kind, figuresOf(draft.kind, frame, draft.points, pane.pixels()))} />
      )}
      {cross && <g className="mark-cross"><path d={`M${cross[0] - 14} ${cross[1]}h10M${cross[0] + 4} ${cross[1]}h10M${cross[0]} ${cross[1] - 14}v10M${cross[0]} ${cross[1] + 4}v10`} /></g>}
      <ScaleBar pane={pane} frame={frame} width={width} height={height} text={(mm, unit) => scaleText(t, i18n.language, mm, unit)} />
    </svg>
  );
}

export const scaleText = (t: TFunction, language: string, mm: number, unit: string) =>
  `${mm >= 10 && unit !== 'px' ? `${numberText(mm / 10, language, 0)} cm` : `${numberText(mm, language, mm < 1 ? 1 : 0)} ${t('viewer.unit.mm')}`}${unit === 'mm-detector' ? ` ${t('viewer.atDetector')}` : ''}`;

/* Half the way to the next slice, at least one millimetre. */
const thicknessOf = (frame: Frame) => Math.max(1, (Number(frame.instance['00180050']?.Value?.[0]) || 2) / 2 + 0.5);

export const pathOf = (points: (readonly [number, number] | null)[]) => points.filter((one) => !!one).map((one, i) => `${i ? 'L' : 'M'}${one![0].toFixed(1)} ${one![1].toFixed(1)}`).join('');

function Path({ points, className }: { points: (readonly [number, number] | null)[]; className: string }) {
  return <path className={className} d={pathOf(points)} />;
}

function Cross({ at, near }: { at: readonly [number, number] | null; near: boolean }) {
  if (!at) return null;
  const [x, y] = at;
  return <path className={near ? 'mark-cursor' : 'mark-cursor mark-cursor-far'} d={`M${x - 22} ${y}h16M${x + 6} ${y}h16M${x} ${y - 22}v16M${x} ${y + 6}v16`} />;
}

/* Beside the mark; where the pane ends, as far inside as they need to be read whole. */
const EDGE_PX = 4;
function Words({ lines, x, y, step }: { lines: string[]; x: number; y: number; step: number }) {
  const group = useRef<SVGGElement>(null);
  useLayoutEffect(() => {
    const here = group.current, pane = here?.ownerSVGElement?.getBoundingClientRect();
    if (!here || !pane || !lines.length) return;
    const box = here.getBBox();
    const inside = (from: number, size: number, room: number) => Math.max(EDGE_PX - from, Math.min(0, room - EDGE_PX - from - size));
    here.setAttribute('transform', `translate(${inside(box.x, box.width, pane.width)} ${inside(box.y, box.height, pane.height)})`);
  });
  return <g ref={group}>{lines.map((line, i) => <text key={i} className="mark-words" x={x} y={y + i * step}>{line}</text>)}</g>;
}

export function Drawn({ mark, chosen, screen, lines }: { mark: { id: string; kind: Kind; points: MarkItem['points'] }; chosen: boolean; screen: (pixel: Pixel) => [number, number] | null; lines: string[] }) {
  const at = mark.points.map(screen).filter((one): one is [number, number] => !!one);
  if (!at.length) return null;
  const right = at.reduce((best, one) => (one[0] > best[0] ? one : best), at[0]!);
  const [tip, tail] = at;
  return (
    <g className={chosen ? 'mark mark-chosen' : 'mark'} data-mark={mark.kind}>
      {linesOf(mark.kind, mark.points).map((line, i) => <path key={i} d={pathOf(line.map(screen))} />)}
      {mark.kind === 'cobb' && at.length === 4 && <path className="mark-between" d={pathOf([[(at[0]![0] + at[1]![0]) / 2, (at[0]![1] + at[1]![1]) / 2], [(at[2]![0] + at[3]![0]) / 2, (at[2]![1] + at[3]![1]) / 2]])} />}
      {mark.kind === 'arrow' && tip && tail && <path className="mark-head" d={headOf(tip, tail)} />}
      {mark.kind !== 'freehand' && mark.kind !== 'text' && at.map(([x, y], i) => <circle key={i} cx={x} cy={y} r={chosen ? 4 : 2.5} />)}
      <Words lines={lines} x={right[0] + (mark.kind === 'text' ? 0 : 10)} y={right[1] + 4} step={17} />
    </g>
  );
}

/* What somebody recorded: told apart from one's own, and not for the hand. */
function Recorded({ told: { mark }, frame, screen, lines }: { told: Told; frame: Frame; screen: (pixel: Pixel) => [number, number] | null; lines: string[] }) {
  const size = { columns: number(frame.instance, TAG.columns) ?? 1, rows: number(frame.instance, TAG.rows) ?? 1 };
  const drawn = linesOfMark(mark, size).map((line) => line.map(screen).filter((one): one is [number, number] => !!one)).filter((line) => line.length > 0);
  const all = drawn.flat();
  if (!all.length) return null;
  const right = all.reduce((best, one) => (one[0] > best[0] ? one : best), all[0]!);
  const [tip, tail] = mark.points.map(screen);
  return (
    <g className="mark-recorded" data-recorded={mark.kind}>
      {drawn.map((line, i) => (line.length > 1 ? <path key={i} d={pathOf(line)} /> : mark.kind !== 'text' && <circle key={i} cx={line[0]![0]} cy={line[0]![1]} r={3} />))}
      {mark.kind === 'arrow' && tip && tail && <path className="mark-head" d={headOf(tip, tail)} />}
      <Words lines={lines} x={right[0] + (mark.kind === 'text' ? 0 : 10)} y={right[1] + 4} step={16} />
    </g>
  );
}

/* What the leader of the room shows: said to be theirs, and not for the hand. */
export function TheirDrawn({ marks, screen }: { marks: readonly TheirMark[]; screen: (pixel: Pixel) => [number, number] | null }) {
  const { t, i18n } = useTranslation();
  const { name } = theirs.current();
  return (
    <g className="mark-theirs" data-whose={name}>
      {marks.map((one) => <Drawn key={one.id} mark={one} chosen={false} screen={screen} lines={[one.text, ...figureLines(t, i18n.language, one.kind, one.figures), name].filter(Boolean)} />)}
    </g>
  );
}

/* The arrow's tip is its first point. */
function headOf([x, y]: [number, number], [u, v]: [number, number]): string {
  const turn = Math.atan2(v - y, u - x);
  const wing = (by: number) => `${(x + 12 * Math.cos(turn + by)).toFixed(1)} ${(y + 12 * Math.sin(turn + by)).toFixed(1)}`;
  return `M${wing(0.45)}L${x.toFixed(1)} ${y.toFixed(1)}L${wing(-0.45)}`;
}

/* Along the screen's own width, so that a turned image keeps its true scale; none where the object gives no size. */
export function ScaleBar({ pane, frame, width, height, text }: { pane: Surface; frame: Frame; width: number; height: number; text: (length: number, unit: string) => string }) {
  const from = pane.toPixel(width / 2, height / 2), to = pane.toPixel(width / 2 + 1, height / 2);
  if (!from || !to) return null;
  const scale = scaleOf(frame, [from]);
  if (scale.unit === 'px') return null;
  const bar = scaleBar(Math.hypot((to[0] - from[0]) * scale.x, (to[1] - from[1]) * scale.y), Math.min(width / 4, 220));
  if (!bar) return null;
  const left = width / 2 - bar.pixels / 2, y = height - 22;
  return (
    <g className="scale" data-length={bar.length} data-pixels={bar.pixels}>
      <path d={`M${left} ${y - 5}v10M${left} ${y}h${bar.pixels}M${left + bar.pixels} ${y - 5}v10`} />
      <text x={width / 2} y={y - 8} textAnchor="middle" className="mark-words scale-words">{text(bar.length, scale.unit)}</text>
    </g>
  );
}

/* The hand over the image: what the drawing takes, the engine does not see. */
export function useHand(holder: RefObject<HTMLDivElement | null>, drawing: Drawing, tool: Tool) {
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    let ours = false;
    const at = (event: PointerEvent) => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top] as const;
    };
    const down = (event: PointerEvent) => {
      ours = event.isPrimary && event.button === 0 && drawing.press(tool, at(event));
      if (ours) element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => drawing.move(tool, at(event));
    const up = (event: PointerEvent) => {
      if (ours) drawing.release(at(event));
      // The engine hears mouse events after these: 'ours' stays until the next press.
    };
    const hide = (event: Event) => {
      if (ours) event.stopPropagation();
    };
    const more = { capture: true } as const;
    element.addEventListener('pointerdown', down, more);
    element.addEventListener('pointermove', move, more);
    element.addEventListener('pointerup', up, more);
    for (const name of ['mousedown', 'touchstart', 'dblclick']) element.addEventListener(name, hide, more);
    return () => {
      element.removeEventListener('pointerdown', down, more);
      element.removeEventListener('pointermove', move, more);
      element.removeEventListener('pointerup', up, more);
      for (const name of ['mousedown', 'touchstart', 'dblclick']) element.removeEventListener(name, hide, more);
      if (isMeasure(tool)) drawing.drop();
    };
  }, [holder, drawing, tool]);
}
