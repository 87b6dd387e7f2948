/*
 * One pane: a stack, and around it who it is, what it is, where one stands. The words belong to the frame that is drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { forwardRef, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActPrior } from '@/shared/api/requests/priors';
import type { Patient } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { birthDate } from '@/shared/format/dates';
import { ageText, sexText } from '@/shared/format/people';
import { dicomDay, dicomName } from '@/shared/format/dicom';
import { Icon } from '@/shared/ui/Icon';
import { cineRate, dicomDate, dicomTime, type Frame, number, ofFrame, ownWindow, speaksHounsfield, TAG, text } from './dicom';
import { link } from './engine/link';
import { sameWindow } from './engine/paneState';
import { type Opening, type PaneState, StackPane } from './engine/stack';
import { greyName } from './grey/words';
import { hangBreast } from './hanging/mammo';
import { Drawing } from './measure/drawing';
import { scaleOf, valueUnit } from './measure/figures';
import { type MarkStore, type Place, placeOf, samePlace } from './measure/marks';
import { Laid } from './laid/Laid';
import { Overlay } from './measure/Overlay';
import { isRecordedKey, type Recorded } from './measure/recorded';
import { suvOf } from './measure/suv';
import { figureText } from './measure/words';
import { useUnderPointer } from './pointer';
import { chosenOf, nextState, offeredOn, subtract } from './state/choose';
import type { State } from './state/read';
import { StateMenu } from './state/StateMenu';
import { type Command, PRESETS, type Tool } from './presets';
import { turnedLetters } from './space';

export interface PaneHandle { run: (command: Command) => void; key: (tool: Tool, event: KeyboardEvent) => boolean; jump: (place: Place, window: PaneState['window'], then?: () => void) => void }

export const Pane = forwardRef<PaneHandle, {
  id: string; frames: Frame[]; title: string; patient: Patient; active: boolean; framed: boolean; arriving: boolean; waiting: boolean; tool: Tool; store: MarkStore; recorded?: Recorded | undefined;
  opening?: Opening | null; prior?: ActPrior | undefined; states?: readonly State[];
  onActivate: () => void; onState?: (state: PaneState) => void;
}>(function Pane({ id, frames, title, patient, active, framed, arriving, waiting, tool, store, recorded, opening = null, prior, states = NO_STATES, onActivate, onState }, ref) {
  const { t } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const [pane, setPane] = useState<StackPane | null>(null);
  const [broken, setBroken] = useState(false);

  useLayoutEffect(() => {
    if (!holder.current) return;
    const made = new StackPane(id, holder.current);
    let open = true;
    made.open().then(() => open && setPane(made), () => open && setBroken(true));
    return () => {
      open = false;
      made.close();
      setPane(null);
    };
  }, [id]);

  const state = useSyncExternalStore(pane?.subscribe ?? never, pane?.current ?? nothing);
  useEffect(() => {
    if (!pane) return;
    pane.opensAs(opening);
    void pane.show(frames, middleOf(frames));
  }, [pane, frames, opening]);
  useEffect(() => {
    if (state) onState?.(state);
  }, [state, onState]);
  useEffect(() => {
    if (active) link.lead(id);
  }, [active, id]);

  const frame = pane && state ? pane.frameAt(state.shown) : null;
  const drawing = useMemo(() => (pane ? new Drawing(pane, store, (points) => scaleOf(pane.frameAt(pane.current().shown)!, points), (pixel) => link.point(pane, pixel)) : null), [pane, store]);
  const marks = useSyncExternalStore(store.subscribe, store.current);
  const goal = useRef<{ place: Place; window: PaneState['window']; then?: (() => void) | undefined } | null>(null);
  const reach = useMemo(() => () => {
    const { place, window, then } = goal.current ?? {};
    const index = place && pane ? pane.frames().findIndex((one) => samePlace(placeOf(one), place)) : -1;
    if (!pane || index < 0) return;
    goal.current = null;
    void pane.goTo(index).then(() => {
      if (window) pane.setWindow(window);
      then?.();
    });
  }, [pane]);
  useEffect(() => {
    if (state?.count) reach();
  }, [state?.count, reach]);
  useImperativeHandle(ref, () => ({
    key: (chosen, event) => !!drawing?.key(chosen, event),
    jump: (place, window, then) => {
      goal.current = { place, window, then };
      reach();
    },
    run: (command) => {
      if (!pane) return;
      switch (command.do) {
        case 'step': return void pane.step(command.by);
        case 'edge': return void pane.goTo(command.last ? Infinity : 0);
        case 'preset': {
          const place = PRESETS.findIndex((one) => one.name === command.name), { window } = PRESETS[place]!;
          if (!frame || speaksHounsfield(frame) || !window) return pane.setWindow(window);
          return chooseGrey(pane, place); // the digits are what the image itself offers
        }
        case 'grey': return chooseGrey(pane, command.by);
        case 'state': return nextState(pane, offeredOn(frame, states));
        case 'subtract': return subtract(pane, offeredOn(frame, states));
        case 'invert': return pane.invert();
        case 'fit': return pane.fit();
        case 'reset': return pane.reset();
        case 'rotate': return pane.rotate(command.by);
        case 'flip': return pane.flip(command.upsideDown);
        case 'zoom': return pane.zoomBy(command.by);
        case 'key-image': return frame ? store.toggleKey(placeOf(frame), pane.current().window) : undefined;
        case 'cite': { // the measure that is chosen or the last on this image; else the image itself, as a key image
          if (!frame || !store.cite) return;
          const at = placeOf(frame), mine = store.on(at);
          const mark = mine.find((one) => one.id === store.current().chosen) ?? mine.at(-1);
          if (!mark && !store.isKey(at)) store.toggleKey(at, pane.current().window);
          return store.cite(mark ?? { ...at, window: pane.current().window, at_ms: Date.now() });
        }
        case 'erase': {
          const { chosen } = store.current();
          const mine = frame ? store.on(placeOf(frame)) : [];
          const gone = mine.find((one) => one.id === chosen) ?? mine.at(-1);
          return gone && store.remove(gone.id);
        }
        case 'cine': return pane.current().playing ? pane.pause() : frame ? pane.play(cineRate(frame.instance)) : undefined;
        default: return;
      }
    },
  }), [pane, frame, drawing, store, reach, states]);

  const offered = useMemo(() => offeredOn(frame, states), [frame, states]);
  const under = pane && state?.under ? chosenOf(pane, offered) : null;
  const told = useMemo(() => (under && under.kind !== 'own' && recorded ? { ...recorded, objects: recorded.objects.filter((one) => one.kind !== 'state' || one.uid === under.sop) } : recorded), [recorded, under]); // of the states the drawings of the one that is shown

  const edges = pane && frame ? edgesOf(pane, frame) : null;
  const key = !!frame && !!marks && store.isKey(placeOf(frame));
  const keyOf = frame && !key ? isRecordedKey(recorded, placeOf(frame)) : undefined;
  const letter = (word: string) => [...word].map((one) => t(`viewer.letter.${one}`)).join('');
  const wall = frame && opening?.stands ? hangBreast(frame.instance) : null;
  const behind = state && state.shown !== state.wanted && state.count > 0;

  return (
    <section className="pane" data-active={active && framed} data-prior={prior?.study_uid} data-single={frames.length === 1} data-wall={wall && 'wall' in wall ? wall.wall : undefined} aria-label={prior ? t('priors.pane', { title, date: dicomDay(prior.date) }) : t('viewer.pane', { title })} onPointerDownCapture={onActivate}>
      <div className="pane-image" ref={holder} onContextMenu={(event) => event.preventDefault()} data-testid={`image-${id}`} />
      {pane && frame && <Laid pane={pane} frame={frame} under={under && under.kind !== 'own' ? under : null} />}
      {pane && frame && <StateMenu pane={pane} frame={frame} states={offered} />}
      <Corner patient={patient} frame={frame} />
      {prior && <span className="prior-mark">{prior.date ? t('priors.mark', { date: dicomDay(prior.date) }) : t('priors.markUndated')}</span>}
      {wall && 'trouble' in wall && <span className="wall-note" role="note">{t(`hanging.wall.${wall.trouble}`)}</span>}
      {frame && state && <Around frame={frame} state={state} title={title} arriving={arriving} />}
      {pane && drawing && frame && <Overlay pane={pane} drawing={drawing} store={store} recorded={told} frame={frame} holder={holder} tool={tool} />}
      {edges && (['right', 'left', 'top', 'bottom'] as const).map((side) => edges[side] && <span key={side} className={`edge edge-${side}`} data-edge={side}>{letter(edges[side])}</span>)}
      {(key || keyOf) && <span className={keyOf ? 'key-image key-image-of' : 'key-image'}><Icon name="check" size={14} /> {[t('viewer.isKeyImage'), keyOf?.author].filter(Boolean).join(' · ')}</span>}
      {pane && frame && <Probe pane={pane} holder={holder} frame={frame} />}
      {broken && <div className="pane-note" role="alert"><Icon name="warning" /> {t('viewer.broken')}</div>}
      {!broken && (waiting || !pane) && <div className="pane-note" role="status">{t('common.loading')}</div>}
      {behind && !state.failed && <div className="pane-note pane-note-small" role="status">{t('viewer.loadingImage', { n: state.wanted + 1 })}</div>}
      {state?.failed && (
        <div className="pane-note" role="alert">
          <Icon name="warning" /> {t('viewer.imageFailed', { n: state.wanted + 1 })}
          <Button size="xs" variant="default" onClick={() => pane?.retry()}>{t('common.retry')}</Button>
        </div>
      )}
      {state && state.count > 1 && <Rail state={state} onGo={(index) => void pane?.goTo(index)} />}
    </section>
  );
});

/* A window or a table of the image's own, by its place among those it offers; none there: as it opens. */
function chooseGrey(pane: StackPane, place: number) {
  const grey = pane.current().greys[place];
  return grey && 'index' in grey ? pane.setTable(grey.index) : pane.setWindow(grey?.window ?? null);
}

/* The letters follow every turn and mirror: they are read off the screen's own axes. */
function edgesOf(pane: StackPane, frame: Frame) {
  const [width, height] = pane.size();
  const middle = pane.toPixel(width / 2, height / 2), right = pane.toPixel(width / 2 + 50, height / 2), down = pane.toPixel(width / 2, height / 2 + 50);
  return middle && right && down ? turnedLetters(frame, [right[0] - middle[0], right[1] - middle[1]], [down[0] - middle[0], down[1] - middle[1]]) : null;
}

const NO_STATES: readonly State[] = [];
const never = () => () => undefined;
const nothing = () => null;

/* A stack opens in its middle when it is a volume, at its first image otherwise. */
function middleOf(frames: Frame[]) {
  const volume = frames.length > 3 && frames.every((one) => one.position);
  return volume ? Math.floor(frames.length / 2) : 0;
}

/* Images that were accepted although they bear another name say so wherever they are read. E15 */
const bare = (name: string) => name.normalize('NFD').replace(/[^\p{L}]/gu, '').toUpperCase();
function carriesAnother(name: string, patient: Patient): boolean {
  const family = bare(name.split('=')[0]?.split('^')[0] ?? '');
  return family !== '' && ![patient.birth_name, patient.used_name ?? ''].some((known) => bare(known) === family);
}

/* The patient, always there: as the act knows them, checked by the server against what the images carry. */
export function Corner({ patient, frame }: { patient: Patient; frame: Frame | null }) {
  const { t } = useTranslation();
  return (
    <div className="corner corner-nw">
      <div><span className="corner-label">{t('viewer.birthName')}</span> <strong>{patient.birth_name}</strong></div>
      <div><span className="corner-label">{t('viewer.firstGiven')}</span> <strong>{patient.first_given}</strong></div>
      {patient.used_name && patient.used_name !== patient.birth_name && <div><span className="corner-label">{t('viewer.usedName')}</span> {patient.used_name}</div>}
      <div className="num">
        {[...(patient.birth_date ? [t(patient.sex === 'F' ? 'viewer.bornF' : patient.sex === 'M' ? 'viewer.bornM' : 'viewer.born', { date: birthDate(patient.birth_date) }), ageText(t, patient.birth_date, serverNow())] : [t('viewer.noBirth')]),
          sexText(t, patient, serverNow())].filter(Boolean).join(' · ')}
      </div>
      {frame && <div className="num corner-label">{t('patient.ipp')} {text(frame.instance, TAG.patientId) || patient.ipp || t('viewer.noIpp')}</div>}
      {frame && carriesAnother(text(frame.instance, TAG.patientName), patient) && <div className="corner-other">{t('prior.carries', { who: dicomName(text(frame.instance, TAG.patientName)) })}</div>}
    </div>
  );
}

function Around({ frame, state, title, arriving }: { frame: Frame; state: PaneState; title: string; arriving: boolean }) {
  const { t, i18n } = useTranslation();
  const n = (value: number, digits = 0) => value.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: digits });
  const { instance } = frame;
  const thickness = number(ofFrame(instance, frame.frame, TAG.sliceThickness), TAG.sliceThickness);
  const said = text(instance, TAG.imageLaterality) || text(instance, TAG.laterality);
  const side = /^[LRB]$/.test(said) ? said : ''; // U: the part has no side
  const preset = state.window && PRESETS.find(({ window }) => window && Math.abs(window.center - state.window!.center) < 1 && Math.abs(window.width - state.window!.width) < 2);
  const own = ownWindow(frame);
  const isOwn = own && state.window && Math.abs(own.center - state.window.center) < 1.5 && Math.abs(own.width - state.window.width) < 2;
  const chosen = state.greys.find((one) => ('index' in one ? one.index === state.table : one.words && state.window && sameWindow(state.window, one.window)));
  const lossy = text(instance, TAG.lossy) === '01';
  const suv = text(instance, TAG.modality) === 'PT' ? suvOf(instance) : null;
  return (
    <>
      <div className="corner corner-ne">
        <div><strong>{title}</strong></div>
        {text(instance, TAG.studyDescription) && <div>{text(instance, TAG.studyDescription)}</div>}
        <div className="num">{[dicomDate(text(instance, TAG.studyDate)), dicomTime(text(instance, TAG.seriesTime) || text(instance, TAG.studyTime))].filter(Boolean).join(' ')}</div>
        <div>{[text(instance, TAG.viewPosition), side && t('viewer.side', { side: t(side === 'B' ? 'viewer.bothSides' : `viewer.letter.${side}`) })].filter(Boolean).join(' · ')}</div>
      </div>
      <div className="corner corner-sw num">
        <div>{t('viewer.place', { n: (state.shown ?? 0) + 1, total: state.count })}{frame.frame > 1 || (number(instance, TAG.frames) ?? 1) > 1 ? ` · ${t('viewer.frame', { n: frame.frame })}` : ''}</div>
        {thickness !== null && <div>{t('viewer.thickness', { mm: n(thickness, 2) })}</div>}
        {suv && 'missing' in suv && <div className="corner-warn" data-testid="no-suv">{t('viewer.noSuv', { why: suv.missing.map((one) => t(`viewer.suv.${one}`)).join(', ') })}</div>}
        {arriving && <div className="corner-live">{t('viewer.arriving')}</div>}
        {state.loaded < state.count && <div className="corner-label">{t('viewer.loaded', { n: state.loaded, total: state.count })}</div>}
      </div>
      <div className="corner corner-se num">
        {state.window && <div>{t('viewer.window', { center: n(state.window.center), width: n(state.window.width) })}</div>}
        {(preset || isOwn || chosen) && <div className="corner-label" data-testid="grey">{preset ? t(`viewer.preset.${preset.name}`) : chosen ? greyName(t, chosen, state.greys) : t('viewer.preset.own')}</div>}
        {(state.inverted || !state.usual) && <div className={state.usual ? 'corner-label' : 'corner-warn'} data-inverted={state.inverted}>{t(state.inverted ? 'viewer.inverted' : 'viewer.notInverted')}</div>}
        {(state.rotation > 0 || state.flipped || state.tumbled) && (
          <div className="corner-warn">{[state.rotation > 0 && t('viewer.rotated', { degrees: state.rotation }), (state.flipped || state.tumbled) && t('viewer.mirrored')].filter(Boolean).join(' · ')}</div>
        )}
        {state.playing && <div>{t('viewer.rate', { rate: n(cineRate(instance), 1), real: state.rate === null ? '…' : n(state.rate, 1) })}</div>}
        <div>{t('viewer.zoom', { percent: n(state.zoom * 100) })}</div>
        <div className={state.full ? 'corner-full' : 'corner-warn'} data-testid="fidelity" data-full={state.full}>{t(state.full ? 'viewer.full' : 'viewer.refining')}</div>
        {lossy && <div className="corner-warn">{t('viewer.lossy', { ratio: text(instance, TAG.lossyRatio) || '?' })}</div>}
      </div>
    </>
  );
}

/* The stored value under the pointer, in its unit. */
function Probe({ pane, holder, frame }: { pane: StackPane; holder: React.RefObject<HTMLDivElement | null>; frame: Frame }) {
  const { t, i18n } = useTranslation();
  const found = useUnderPointer(holder, useCallback((x: number, y: number) => pane.valueAt(x, y), [pane]));
  if (!found) return null;
  const { unit, times } = valueUnit(frame);
  const value = figureText(t, i18n.language, { name: 'value', value: found.value * times, unit }, true);
  return <div className="probe num" data-column={found.column} data-row={found.row} data-value={found.value * times}>{unit ? value : t('viewer.value', { value })}</div>;
}

/* Where one stands in the stack; also a handle for the finger. */
function Rail({ state, onGo }: { state: PaneState; onGo: (index: number) => void }) {
  const { t } = useTranslation();
  return (
    <input className="rail" type="range" min={1} max={state.count} value={state.wanted + 1} aria-label={t('viewer.rail')} tabIndex={-1}
      onChange={(event) => onGo(Number(event.currentTarget.value) - 1)} />
  );
}
