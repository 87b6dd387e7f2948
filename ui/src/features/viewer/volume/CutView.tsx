/*
 * One plane through the volume: what the engine draws, and around it which plane this is, where it stands, how it is shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import type { Point } from '../dicom';
import { CutPane, type Over } from '../engine/volume';
import { Drawing } from '../measure/drawing';
import { figuresOf, scaleOf } from '../measure/figures';
import { type MarkStore, placeOf } from '../measure/marks';
import { Drawn, ScaleBar, scaleText, TheirDrawn } from '../measure/Overlay';
import { theirs } from '../measure/theirs';
import { figureLines, figureText, numberText } from '../measure/words';
import { Corner } from '../Pane';
import { useUnderPointer } from '../pointer';
import type { Tool } from '../presets';
import type { Pixel } from '../space';
import { isWhole } from './budget';
import { edgesOf, intoOf, obliquity, type PlaneName } from './planes';
import { crossLines } from './cross';
import { usePlaneHand } from './hand';
import type { Looking } from './session';
import { CutSurface, type Measured } from './surface';

export interface Layer extends Measured { id: string; title: string }
const OBLIQUE = 0.5; // degrees
const RAS = [['G', 'L', 'D', 'R'], ['P', 'P', 'A', 'A'], ['H', 'H', 'B', 'F']] as const;

/* 'G 12,3 · A 45,0 · H 100,2 mm': where in the patient, in words of the patient. */
export function placeText(point: Point, language: string): string {
  const words = point.map((value, i) => {
    const letters = RAS[i]!;
    const letter = language === 'en' ? (value < 0 ? letters[3] : letters[1]) : value < 0 ? letters[2] : letters[0];
    return `${letter} ${numberText(Math.abs(Math.round(value * 10) / 10), language, 1)}`;
  });
  return `${words.join(' · ')} mm`;
}

export function CutView({ name, looking, base, over, patient, title, tool, store, active, onKey }: {
  name: PlaneName; looking: Looking; base: Layer; over: Layer | null; patient: Patient; title: string; tool: Tool; store: MarkStore; active: boolean;
  onKey: (key: ((tool: Tool, event: KeyboardEvent) => boolean) | null) => void;
}) {
  const { t, i18n } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const [pane, setPane] = useState<CutPane | null>(null);
  const [broken, setBroken] = useState(false);
  const state = useSyncExternalStore(looking.subscribe, looking.current);
  const { cut, slab, look, fused } = state;
  const facing = cut.facing[name];
  const measured = over ?? base;
  const now = useRef<Measured>(measured);
  now.current = measured;
  const surface = useMemo(() => new CutSurface(looking, name, () => now.current), [looking, name]);
  const drawing = useMemo(() => new Drawing(surface, store, (points) => scaleOf(surface.frameAt(0)!, points), (pixel) => {
    looking.centreAt(surface.point(pixel));
    return true;
  }), [surface, store, looking]);

  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const made = new CutPane(name, element, () => looking.resize(name, element.clientWidth, element.clientHeight));
    let open = true;
    made.open().then(() => {
      if (!open) return;
      looking.resize(name, element.clientWidth, element.clientHeight);
      setPane(made);
    }, () => open && setBroken(true));
    return () => {
      open = false;
      made.close();
      setPane(null);
    };
  }, [name, looking]);

  const eye = looking.eye(name);
  const laid: Over | null = over ? { volume: over.id, window: fused.window, map: fused.map, opacity: fused.opacity } : null;
  useEffect(() => {
    pane?.show(base.id, { facing, eye, slab, base: look[name], over: laid }).catch(() => setBroken(true));
  });
  useEffect(() => {
    onKey((chosen, event) => chosen !== 'cursor' && drawing.key(chosen, event));
    return () => onKey(null);
  }, [drawing, onKey]);
  usePlaneHand(holder, looking, name, surface, drawing, tool);

  const edges = edgesOf(facing);
  const letter = (word: string) => [...word].map((one) => t(`viewer.letter.${one}`)).join('');
  const tilt = obliquity(facing, name);
  const n = (value: number, digits = 0) => numberText(value, i18n.language, digits);
  const { window, inverted } = look[name];
  const whole = isWhole(base.volume.by) && (!over || isWhole(over.volume.by));
  const interpolated = tilt > 1e-4 || base.volume.tilt > 0 || slab.mode !== 'thin' || !onVoxel(base, cut.centre, intoOf(facing));
  return (
    <section className={`pane cut cut-${name}`} data-active={active} data-plane={name} aria-label={t('viewer.pane', { title: t(`volume.plane.${name}`) })} onPointerDownCapture={() => looking.activate(name)}>
      <div className="pane-image" ref={holder} onContextMenu={(event) => event.preventDefault()} data-testid={`image-${name}`} />
      <Corner patient={patient} frame={null} />
      <div className="corner corner-ne">
        <div><strong>{t(tilt > OBLIQUE ? 'volume.oblique' : 'volume.straight', { plane: t(`volume.plane.${name}`), degrees: n(tilt) })}</strong></div>
        <div>{title}</div>
        <div className="corner-label">{t(interpolated ? 'volume.computed' : 'volume.stored')}</div>
      </div>
      <div className="corner corner-sw num">
        <div data-testid={`place-${name}`}>{placeText(cut.centre, i18n.language)}</div>
        <div data-testid={`slab-${name}`}>{slab.mode === 'thin' ? t('volume.thin') : t(`volume.slabOf.${slab.mode}`, { mm: n(slab.mm) })}</div>
        {base.volume.tilt > 0 && <div className="corner-warn">{t('volume.untilted', { degrees: n(base.volume.tilt, 1) })}</div>}
      </div>
      <div className="corner corner-se num">
        <div>{t('viewer.window', { center: n(window.center, window.width < 20 ? 1 : 0), width: n(window.width, window.width < 20 ? 1 : 0) })}</div>
        {inverted && <div className="corner-warn">{t('viewer.inverted')}</div>}
        {over && <div>{t('volume.fused', { percent: n(fused.opacity * 100) })}</div>}
        <div className={whole ? 'corner-full' : 'corner-warn'} data-testid={`fidelity-${name}`} data-full={whole}>{t(whole ? 'volume.whole' : 'volume.reduced')}</div>
      </div>
      {pane && <PlaneMarks surface={surface} drawing={drawing} store={store} looking={looking} name={name} />}
      {(['right', 'left', 'top', 'bottom'] as const).map((side) => edges[side] && <span key={side} className={`edge edge-${side}`} data-edge={side}>{letter(edges[side])}</span>)}
      {pane && <Read holder={holder} surface={surface} layers={over ? [base, over] : [base]} />}
      {broken && <div className="pane-note" role="alert"><Icon name="warning" /> {t('viewer.broken')}</div>}
    </section>
  );
}

/* Does the plane run through the middles of voxels? Then nothing is between. */
function onVoxel({ volume: { grid, by } }: Layer, centre: Point, into: Point): boolean {
  if (!isWhole(by)) return false;
  const axes = [grid.across, grid.down, grid.normal];
  const axis = axes.findIndex((one) => Math.abs(Math.abs(one[0] * into[0] + one[1] * into[1] + one[2] * into[2]) - 1) < 1e-9);
  if (axis < 0) return false;
  const away = axes[axis]!.reduce((sum, part, i) => sum + part * (centre[i]! - grid.origin[i]!), 0) / grid.spacing[axis]!;
  return Math.abs(away - Math.round(away)) < 1e-3;
}

function PlaneMarks({ surface, drawing, store, looking, name }: { surface: CutSurface; drawing: Drawing; store: MarkStore; looking: Looking; name: PlaneName }) {
  const { t, i18n } = useTranslation();
  const [, again] = useReducer((count: number) => count + 1, 0);
  const marks = useSyncExternalStore(store.subscribe, store.current);
  useEffect(() => drawing.subscribe(again), [drawing]);
  useEffect(() => theirs.subscribe(again), []);
  const frame = surface.frameAt(0)!;
  const screen = (pixel: Pixel) => surface.toScreen(pixel);
  const [width, height] = surface.size();
  const { draft, cross } = drawing;
  return (
    <svg className="pane-marks" aria-hidden="true" data-testid={`marks-${name}`}>
      {crossLines(looking, name).map((line) => (
        <g key={line.plane} className={`cross-line cross-${line.plane}`}>
          {line.parts.map(([a, b], i) => <path key={i} d={`M${a[0].toFixed(1)} ${a[1].toFixed(1)}L${b[0].toFixed(1)} ${b[1].toFixed(1)}`} className={line.faces.includes(i) ? 'cross-face' : ''} />)}
          <text x={line.label[0]} y={line.label[1]} className="mark-words cross-words">{t(`volume.short.${line.plane}`)}</text>
        </g>
      ))}
      {store.on(placeOf(frame)).map((one) => <Drawn key={one.id} mark={one} chosen={marks.chosen === one.id} screen={screen} lines={[one.text, ...figureLines(t, i18n.language, one.kind, one.figures)].filter(Boolean)} />)}
      <TheirDrawn marks={theirs.on(placeOf(frame))} screen={screen} />
      {draft && draft.points.length > 0 && (
        <Drawn mark={{ id: 'draft', kind: draft.kind, points: draft.points }} chosen screen={screen}
          lines={draft.kind === 'freehand' || draft.points.length < 2 ? [] : figureLines(t, i18n.language, draft.kind, figuresOf(draft.kind, frame, draft.points, null))} />
      )}
      {cross && <g className="mark-cross"><path d={`M${cross[0] - 14} ${cross[1]}h10M${cross[0] + 4} ${cross[1]}h10M${cross[0]} ${cross[1] - 14}v10M${cross[0]} ${cross[1] + 4}v10`} /></g>}
      <ScaleBar pane={surface} frame={frame} width={width} height={height} text={(mm, unit) => scaleText(t, i18n.language, mm, unit)} />
    </svg>
  );
}

/* The values under the pointer, of each volume in its unit, and where. */
function Read({ holder, surface, layers }: { holder: React.RefObject<HTMLDivElement | null>; surface: CutSurface; layers: Layer[] }) {
  const { t, i18n } = useTranslation();
  const at = useUnderPointer(holder, useCallback((x: number, y: number) => surface.patient(x, y), [surface]));
  if (!at) return null;
  const words = layers.filter((one) => isWhole(one.volume.by)).map((one) => {
    const value = surface.valueOf(one.volume, at);
    const { unit, times } = one.unit;
    if (value === null) return null;
    const said = figureText(t, i18n.language, { name: 'value', value: value * times, unit }, true);
    return { said: unit ? said : t('viewer.value', { value: said }), value: value * times, unit };
  });
  if (!words.some(Boolean)) return null;
  return (
    <div className="probe num" data-at={at.join(' ')} data-values={words.map((one) => one?.value ?? '').join(' ')}>
      {words.map((one) => one?.said).filter(Boolean).join(' · ')}
    </div>
  );
}
