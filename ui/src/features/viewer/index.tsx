/*
 * The viewer's door: lazily loaded, so that nobody who reads no image downloads it. E18, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './viewer.css';
import { Button } from '@mantine/core';
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { ActPrior } from '@/shared/api/requests/priors';
import type { ActState, Images, Patient, SeriesShort } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { ageAt } from '@/shared/format/dates';
import { Empty, Failed, Loaded, Waiting } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Bar, KeySheet } from './Bar';
import { framesOf, inReadingOrder, isImage } from './dicom';
import { DocumentPane } from './Document';
import { chooseTool, forget } from './engine/base';
import { link } from './engine/link';
import { hooks, type PaneState } from './engine/stack';
import { readScreen } from './hanging/edit/readScreen';
import { useEditing } from './hanging/edit/useEditing';
import { HangingBar, useRuleName } from './hanging/HangingBar';
import { allPanes, type Grid, type HangingContent, type Rule } from './hanging/model';
import { openingOf } from './hanging/opening';
import { useExams } from './hanging/useExams';
import { type Fit, useComparing, useFilled } from './hanging/useFilled';
import { useHanging } from './hanging/useHanging';
import { usePriorStores } from './hanging/usePriorStores';
import { Ledger, type Looked } from './ledger';
import { useCiting } from './measure/citing';
import { keepMarks } from './measure/keep';
import { MarkList, MarkWords } from './measure/List';
import { type MarkItem, MarkStore, type Place, placeOf, samePlace } from './measure/marks';
import { isRecordedKey, type Recorded, useRecorded, within } from './measure/recorded';
import { Pane, type PaneHandle } from './Pane';
import { type Command, commandOf, type Layout, LAYOUTS, layoutName, panesOf, type Tool } from './presets';
import { laid } from './laid/shown';
import { forgetHeaders, root, useHeaders } from './requests';
import { ScreenNoteLine, SecondBar } from './screens/SecondBar';
import type { Monitor } from './screens/pair';
import { type Screen, useScreens } from './screens/useScreens';
import type { State } from './state/read';
import { useStates } from './state/useStates';
import { Together } from './together/Together';
import { DRAGGED, isDocument, SeriesList, seriesTitle } from './Series';
import { VOLUME_KEY_LINES } from './volume/keys';
import type { VolumeHandle } from './volume/VolumeView';

const HangingPanel = lazy(() => import('./hanging/edit/Panel'));
const VolumeView = lazy(() => import('./volume/VolumeView')); // no first image waits for it

const ARRIVING_MS = 15_000;
const CALM_MS = 5_000; // pictures of the series wait so long for the first image

export default function Viewer({ studyUid, actId, screen = 1 }: { studyUid: string; actId: number; screen?: Monitor }) {
  const act = useAct(actId);
  return <Loaded query={act} rows={1} height={420}>{(data) => <Study key={studyUid} act={actId} study={studyUid} patient={data.patient} state={data.state} images={data.images} screen={{ is: screen, address: `/acts/${actId}/screen` }} />}</Loaded>;
}

const PANES = ['left', 'right', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'] as const;

const ALONE: Screen = { is: 1, address: null };

type Shown = Pick<Images, 'series' | 'instances' | 'wrong_patient'>;

/* The images of one study under one patient's name; whether they belong together is the caller's to know. */
export function Study({ act, recordIn = act, study, patient, state: actState, images, screen = ALONE }: { screen?: Screen; act?: number; recordIn?: number | undefined; study: string; patient: Patient; state: ActState; images: Shown }) {
  const { t } = useTranslation();
  const series = useMemo(() => [...images.series].sort((a, b) => Number(isDocument(a)) - Number(isDocument(b)) || a.number - b.number), [images.series]);
  const filled = useFilled(PANES);
  const { chosen, fits, layout, active, setActive, comparing, placeIn: putIn, lay: layOut } = filled;
  const [tool, setTool] = useState<Tool>('window');
  const [list, setList] = useState(() => matchMedia('(min-width: 900px)').matches);
  const [marksShown, setMarksShown] = useState(false);
  const [keys, setKeys] = useState(false);
  const [states, setStates] = useState<(PaneState | null)[]>(() => PANES.map(() => null));
  const handles = useRef<(PaneHandle | null)[]>([]);
  const [opening, setOpening] = useState<'planes' | 'fusion'>('planes'); // how the volume begins
  const [volume, setVolume] = useState<string | null>(null); // the series that is looked at as a volume, in place of the panes
  const looking = useRef<VolumeHandle>(null);
  const told = useRef<Ledger | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const arriving = useArriving(images.series.reduce((sum, one) => sum + (isDocument(one) ? 0 : one.instances), 0)); // what readers record is no image that arrives
  const [store] = useState(() => new MarkStore());
  const { note } = useSyncExternalStore(store.subscribe, store.current);
  const [keysOnly, setKeysOnly] = useState(false);
  const found = useRecorded(study, recordIn, images.instances).data;
  const recorded = useMemo(() => within(found, new Set(images.series.map((one) => one.uid))), [found, images.series]);
  const linked = useSyncExternalStore(link.subscribe, link.isLinked);
  const count = panesOf(layout);

  useEffect(() => keepMarks(store, study), [store, study]);
  useLayoutEffect(() => { // before the first pane is open
    const ledger = new Ledger();
    told.current = ledger;
    hooks.opened = (pane) => ledger.watch(pane);
    const end = ledger.run();
    return () => {
      told.current = null;
      hooks.opened = () => () => undefined;
      end();
    };
  }, []);
  useEffect(() => {
    chooseTool('window');
    return () => {
      forget();
      forgetHeaders();
      laid.show(true);
      link.clearCursor();
    };
  }, []);

  const screenGrid = useRef<() => HangingContent>(() => { throw new Error('not drawn yet'); });
  const spare = useRef<() => string | null>(() => null);
  const later = useRef<(command: Command) => void>(() => undefined);
  const screens = useScreens({ screen, study, filled: { chosen, fits, layout }, take: filled.take, ledger: told, run: (command) => later.current(command), spare: () => spare.current(),
    grid: () => gridPart(screenGrid.current()) });

  // The first image series fills the first pane until somebody chooses; the biggest one, as a scout seldom is what is read. The others follow it.
  const first = series.filter((one) => !isDocument(one)).reduce<SeriesShort | undefined>((best, one) => (!best || one.instances > best.instances ? one : best), undefined) ?? series[0];
  const [start, setStart] = useState<string | null>(null);
  if (!start && first && !screens.waiting) setStart(first.uid);
  const others = series.filter((one) => !isDocument(one) && one.uid !== start);
  const shown = PANES.map((_, n) => chosen[n] ?? (n ? others[n - 1]?.uid ?? null : start)).slice(0, count);

  const [calm, setCalm] = useState(false);
  if (!calm && states.some((one) => one?.full || one?.failed)) setCalm(true);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(true), CALM_MS);
    return () => clearTimeout(timer);
  }, []);

  const shownStates = useStates(study, images.series, calm);
  const [deepest, setDeepest] = useState(0); // the earliest of the earlier exams that a hanging shows
  const exams = useExams({ act, study, series, calm, reach: Math.max((comparing ?? -1) + 1, (filled.wanted ?? -1) + 1, deepest), reading: shown[0] || start, asked: false });
  const compareOf = shown.find((uid) => series.some((one) => one.uid === uid && !isDocument(one))) ?? start;
  useComparing(filled, exams, compareOf);
  const hung = useRef<(rule: Rule) => void>(() => undefined);
  const fillIn = filled.fill, putSecond = screens.put;
  const age = ageAt(patient.birth_date, serverNow())?.years ?? null;
  const use = useHanging(exams, age, screen.is === 1, useCallback((rule, placed, again) => {
    fillIn(rule, placed, again);
    putSecond(rule, placed, again);
    if (!again) hung.current(rule);
  }, [fillIn, putSecond]), () => {
    filled.clear();
    setVolume(null);
  });
  const asks = use.wanted ?? use.rule, deep = asks ? Math.max(0, ...allPanes(asks.content).map((one) => one.exam)) : 0;
  useEffect(() => setDeepest(deep), [deep]);
  const here = () => readScreen({ ids: PANES, shown, fits, layout, exams });
  screenGrid.current = here;
  spare.current = () => others.find((one) => !shown.includes(one.uid))?.uid ?? shown[active] ?? start;
  const onScreens = () => ({ ...here(), ...(screens.present && screens.second() ? { second: screens.second()! } : {}) });
  const editing = useEditing(use, onScreens, useRuleName());
  const priorStores = usePriorStores(exams.series.filter((one) => one.prior && shown.includes(one.uid)), act);
  const { touch } = use;
  const placeIn = useCallback((uid: string, n: number) => {
    touch();
    putIn(uid, n);
  }, [touch, putIn]);
  const place = useCallback((uid: string) => placeIn(uid, active), [placeIn, active]);
  const lookedAt = useCallback((list: readonly Looked[]) => told.current?.look(study, list) ?? (() => undefined), [study]);
  const chooseVolume = useCallback((uid: string) => {
    if (series.some((one) => one.uid === uid && !isDocument(one))) return setVolume(uid);
    setVolume(null);
    placeIn(uid, active);
  }, [series, placeIn, active]);
  const lay = useCallback((to: Layout) => {
    touch();
    layOut(to);
  }, [touch, layOut]);
  const compare = useCallback((prior: number) => {
    touch();
    setVolume(null);
    if (prior < 0 || prior >= exams.priors.length) return filled.clear();
    return filled.setWanted(prior);
  }, [touch, exams.priors.length, filled]);

  const jumpLater = useRef<(to: Place) => void>(() => undefined);
  const showVolume = useCallback((uid: string | null, as: 'planes' | 'fusion' = 'planes') => {
    if (uid && !exams.series.some((one) => one.uid === uid && !isDocument(one))) return;
    setOpening(as);
    setVolume(uid);
    const first: Tool = uid ? 'cursor' : 'window';
    setTool(first);
    chooseTool(first);
    if (uid) setMarksShown(false);
  }, [exams.series]);
  const toggleVolume = useCallback(() => {
    const own = exams.series.find((one) => one.uid === shown[active]);
    if (volume) {
      const place = looking.current?.place();
      showVolume(null);
      if (place) jumpLater.current(place);
    } else if (own) showVolume(own.uid);
  }, [exams.series, shown, active, volume, showVolume]);
  hung.current = (rule) => {
    const base = rule.content.as === 'fusion' ? series.find((one) => one.modality === 'CT') : series.find((one) => one.uid === start);
    if (rule.content.as !== 'panes' && base) showVolume(base.uid, rule.content.as);
    else if (volume) showVolume(null);
  };

  const run = useCallback((command: Command) => {
    if (screen.is === 2 && screens.present && /^(hang|plain|prior)$/.test(command.do)) return screens.forward(command);
    switch (command.do) { // of the whole view, a volume open or not
      case 'second': return screen.is === 2 ? window.close() : screens.open();
      case 'hang': return use.next(command.by);
      case 'plain': return use.plain();
      case 'prior': return exams.priors.length ? compare(comparing === null ? (command.by > 0 ? 0 : -1) : comparing + command.by) : undefined;
      default: break;
    }
    if (volume && looking.current?.run(command)) return;
    switch (command.do) {
      case 'volume': return toggleVolume();
      case 'tool':
        setTool(command.tool);
        if (command.tool !== 'cursor') link.clearCursor();
        return chooseTool(command.tool);
      case 'layout': return lay(command.to ?? LAYOUTS[(LAYOUTS.findIndex((one) => layoutName(one) === layoutName(layout)) + 1) % LAYOUTS.length]!);
      case 'next-pane': return setActive((active + 1) % count);
      case 'link': return link.setLinked(!link.isLinked());
      case 'keys': return setKeys(true);
      case 'laid': return laid.show(!laid.shown());
      case 'marks': return setMarksShown(!marksShown);
      case 'keys-only': return setKeysOnly(!keysOnly);
      case 'series': {
        const now = series.findIndex((one) => one.uid === (volume ?? shown[active]));
        const next = series[now + command.by];
        if (volume) return next && !isDocument(next) ? setVolume(next.uid) : undefined;
        return next && place(next.uid);
      }
      default: return handles.current[active]?.run(command);
    }
  }, [layout, active, setActive, count, shown, series, place, lay, marksShown, keysOnly, volume, toggleVolume, use, exams.priors.length, compare, comparing, screen.is, screens]);
  later.current = run;
  const drawKey = useCallback((event: KeyboardEvent) => !!(volume ? looking.current?.key(tool, event) : handles.current[active]?.key(tool, event)), [active, tool, volume]);
  useKeys(box, run, drawKey);

  /* To the image a mark stands on: in the pane that shows its series, else in the active one. */
  const jump = useCallback((to: Place, window: MarkItem['window']) => {
    if (!to.series) return; // in the space of the patient: on no image of its own
    const n = shown.indexOf(to.series);
    if (n < 0) placeIn(to.series, active);
    else setActive(n);
    // A pane whose series changes is made anew: it jumps once it is there.
    const go = (left: number) => {
      const handle = handles.current[n < 0 ? active : n];
      if (handle && (n >= 0 || left < 20)) return handle.jump(to, window);
      if (left) requestAnimationFrame(() => go(left - 1));
    };
    go(n < 0 ? 22 : 20);
  }, [shown, active, setActive, placeIn]);
  jumpLater.current = (to) => requestAnimationFrame(() => jump(to, null));

  const volumeSeries = volume ? exams.series.find((one) => one.uid === volume) : undefined;
  useCiting({ act, study, series, store, jump, shows: screen.is === 1 });

  const tellState = useMemo(() => PANES.map((_, n) => (state: PaneState) => setStates((known) => known.map((one, i) => (i === n ? state : one)))), []);
  const state = states[active];

  return (
    <div className="viewer" ref={box} tabIndex={-1} data-testid="viewer">
      <Bar tool={tool} hounsfield={series.find((one) => one.uid === (volume ?? shown[active]))?.modality === 'CT'} greys={volumeSeries ? [] : state?.greys ?? []} several={(state?.count ?? 0) > 1} playing={!!state?.playing} layout={layout} linked={linked} list={list}
        marks={marksShown} volume={!!volumeSeries} second={screen.is === 1 && screen.address ? screens.present : null} run={run} onList={() => setList(!list)} />
      {act !== undefined && screen.is === 1 && <Together act={act} study={study} ids={PANES} layout={layout} active={active} shown={shown.map((uid) => (exams.series.find((one) => one.uid === uid)?.prior ? null : uid))} states={states} store={store}
        volume={volumeSeries && !volumeSeries.prior ? volume : null} handles={handles} box={box} lay={lay} placeIn={placeIn} showVolume={showVolume} />}
      {screen.is === 2 && <SecondBar use={screens} />}
      {screen.is === 1 && series.length > 0 && <HangingBar use={use} priors={exams.priors} comparing={comparing === null ? null : exams.priors[comparing]?.study_uid ?? null} onCompare={(n) => compare(n === comparing ? -1 : n)} run={run} editing={editing} screens={screen.address ? screens : null} />}
      {images.wrong_patient.length > 0 && <div className="viewer-alarm" role="alert"><Icon name="warning" /> {t('viewer.wrongPatient')}</div>}
      <div className="viewer-body">
        {list && !editing.start && <SeriesList study={study} series={series} shown={volume ? [volume] : shown} calm={calm || !!volume} onChoose={volume ? chooseVolume : place}
          earlier={exams.series.filter((one) => one.prior && one.prior.study_uid === exams.priors[comparing ?? -1]?.study_uid)} />}
        {volumeSeries && (
          <Suspense fallback={<div className="volume"><Waiting rows={1} height={420} /></div>}>
            <VolumeView key={opening} ref={looking} study={volumeSeries.study} series={volumeSeries} others={exams.series.filter((one) => one.study === volumeSeries.study)} opening={opening} patient={patient} tool={tool} onSeries={setVolume} onLooked={lookedAt} onClose={toggleVolume} />
          </Suspense>
        )}
        {!volumeSeries && <div className={`panes panes-${layout.rows}-${layout.columns}`} data-layout={layoutName(layout)}>
          {!series.length && <Empty icon="images" title={t('read.noImages')} text={t('read.noImagesText')} />}
          {series.length > 0 && PANES.slice(0, count).map((id, n) => {
            const one = exams.series.find((each) => each.uid === shown[n]);
            const fit = fits[n] ?? null;
            return (
              <Slot key={id} empty={!one} active={count > 1 && active === n} onActivate={() => setActive(n)} onDrop={(uid) => exams.series.some((each) => each.uid === uid) && placeIn(uid, n)}>
                {one && (
                  <OnePane key={`${id}-${one.study}`} id={id} study={one.study} series={one} fit={fit} prior={one.prior} patient={patient} active={active === n} framed={count > 1} arriving={arriving && actState === 'running'} tool={tool} states={one.prior ? undefined : shownStates} store={one.prior ? priorStores(one.study) : store} recorded={one.prior ? undefined : recorded} keysOnly={keysOnly && !one.prior} onActivate={() => setActive(n)}
                    onState={tellState[n]!} handle={(handle) => void (handles.current[n] = handle)} />
                )}
              </Slot>
            );
          })}
        </div>}
        {editing.start && <Suspense fallback={<aside className="mark-list"><Waiting rows={4} /></aside>}><HangingPanel start={editing.start} screen={onScreens} preview={editing.preview} onSaved={editing.saved} onClose={editing.close} /></Suspense>}
        {marksShown && <MarkList store={store} study={study} act={recordIn} series={series} recorded={recorded} keysOnly={keysOnly} onKeysOnly={setKeysOnly} onJump={jump} onClose={() => setMarksShown(false)} />}
      </div>
      <ScreenNoteLine use={screens} />
      {note && <div className="viewer-note" role="alert"><Icon name="warning" /> {t(note)} <Button size="compact-xs" variant="default" onClick={() => store.say(null)}>{t('common.close')}</Button></div>}
      <MarkWords store={store} />
      <KeySheet opened={keys} more={volumeSeries ? { title: t('volume.keys'), lines: VOLUME_KEY_LINES } : undefined} onClose={() => setKeys(false)} />
    </div>
  );
}

const gridPart = ({ rows, columns, panes }: HangingContent): Grid => ({ rows, columns, panes });

/* A place for a series: takes what is dropped on it. */
function Slot({ empty, active, onActivate, onDrop, children }: { empty: boolean; active: boolean; onActivate: () => void; onDrop: (uid: string) => void; children: React.ReactNode }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  return (
    <div className="slot" data-over={over} data-active={active}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer.getData(DRAGGED));
      }}>
      {empty && <button type="button" className="slot-empty" onClick={onActivate} aria-pressed={active}>{t('viewer.emptyPane')}</button>}
      {children}
    </div>
  );
}

function OnePane({ id, study, series, fit, prior, patient, active, framed, arriving, tool, store, recorded, states, keysOnly, onActivate, onState, handle }: {
  id: string; study: string; series: SeriesShort; fit: Fit | null; prior: ActPrior | undefined; patient: Patient; active: boolean; framed: boolean; arriving: boolean; tool: Tool; store: MarkStore; recorded: Recorded | undefined; states: readonly State[] | undefined; keysOnly: boolean; onActivate: () => void; onState: (state: PaneState) => void;
  handle: (handle: PaneHandle | null) => void;
}) {
  const { t } = useTranslation();
  const headers = useHeaders(study, series.uid, series.instances);
  const all = useMemo(() => inReadingOrder((headers.data ?? []).flatMap((one) => framesOf(root(), study, series.uid, one))), [headers.data, study, series.uid]);
  const { keys } = useSyncExternalStore(store.subscribe, store.current);
  const fitting = useMemo(() => (fit?.only ? all.filter((one) => fit.only!.includes(one.sop)) : all), [all, fit?.only]);
  const opening = useMemo(() => openingOf(fit), [fit]);
  const frames = useMemo(() => (keysOnly ? all.filter((one) => keys.some((key) => samePlace(key, placeOf(one))) || !!isRecordedKey(recorded, placeOf(one))) : fitting), [all, fitting, keysOnly, keys, recorded]);
  const title = seriesTitle(series);
  if (isDocument(series) || (headers.data?.length && !headers.data.some(isImage)))
    return <DocumentPane study={study} series={series} title={title} patient={patient} active={active && framed} onActivate={onActivate} />;
  if (headers.isError && !headers.data) return <section className="pane pane-document"><Failed error={headers.error} retry={() => void headers.refetch()} /></section>;
  if (keysOnly && all.length > 0 && !frames.length) return <section className="pane" data-active={active && framed} onPointerDownCapture={onActivate}><Empty icon="images" title={t('viewer.noKeyHere')} text={title} /></section>;
  return (
    <Pane key={id} id={id} ref={handle} frames={frames} opening={opening} prior={prior} title={title || t('viewer.series', { n: series.number })} patient={patient} active={active} framed={framed}
      arriving={arriving} waiting={headers.isPending} tool={tool} store={store} recorded={recorded} states={states} onActivate={onActivate} onState={onState} />
  );
}

/* Images came a moment ago. */
function useArriving(instances: number) {
  const [arriving, setArriving] = useState(false);
  const before = useRef(instances);
  useEffect(() => {
    if (before.current === instances) return;
    before.current = instances;
    setArriving(true);
    const timer = setTimeout(() => setArriving(false), ARRIVING_MS);
    return () => clearTimeout(timer);
  }, [instances]);
  return arriving;
}

/* Keys belong to the images unless somebody types, or stands in the report, a list or a dialog. */
function useKeys(box: React.RefObject<HTMLElement | null>, run: (command: Command) => void, draw: (event: KeyboardEvent) => boolean) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const free = target === document.body || target.id === 'content';
      if (!free && !box.current?.contains(target)) return;
      if (target.closest('[data-typing], textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], input:not([type="range"])')) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (target.closest('[data-own-keys]') && /^(Arrow|Page|Home|End|[+-]$)/.test(event.key)) return;
      const onButton = !!target.closest('button, a');
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && !(event.key === 'Enter' && onButton) && draw(event)) {
        event.preventDefault();
        return event.stopPropagation();
      }
      const command = commandOf(event);
      if (!command || command.do === 'place' || command.do === 'leave' || (command.do === 'cine' && onButton)) return;
      event.preventDefault();
      event.stopPropagation();
      run(command);
    };
    document.addEventListener('keydown', press, true);
    return () => document.removeEventListener('keydown', press, true);
  }, [box, run, draw]);
}
