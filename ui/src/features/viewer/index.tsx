/*
 * The viewer's door: lazily loaded, so that nobody who reads no image downloads it. E18, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './viewer.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '@/shared/api/requests/act';
import type { ActState, Images, Patient, SeriesShort } from '@/shared/api/types';
import { Empty, Failed, Loaded } from '@/shared/ui/Blocks';
import { Icon } from '@/shared/ui/Icon';
import { Bar, KeySheet } from './Bar';
import { framesOf, inReadingOrder, isImage, type Length } from './dicom';
import { DocumentPane } from './Document';
import { chooseTool, forget, type PaneState, setLengthText } from './engine';
import { Pane, type PaneHandle } from './Pane';
import { type Command, commandOf, type Tool } from './presets';
import { forgetHeaders, root, useHeaders } from './requests';
import { isDocument, SeriesList, seriesTitle } from './Series';

const ARRIVING_MS = 15_000;

export default function Viewer({ studyUid, actId }: { studyUid: string; actId: number }) {
  const act = useAct(actId);
  return <Loaded query={act} rows={1} height={420}>{(data) => <Study key={studyUid} study={studyUid} patient={data.patient} state={data.state} images={data.images} />}</Loaded>;
}

const PANES = ['left', 'right'] as const;

type Shown = Pick<Images, 'series' | 'instances' | 'wrong_patient'>;

/* The images of one study under one patient's name; whether they belong together is the caller's to know. */
export function Study({ study, patient, state: actState, images }: { study: string; patient: Patient; state: ActState; images: Shown }) {
  const { t, i18n } = useTranslation();
  const series = useMemo(() => [...images.series].sort((a, b) => Number(isDocument(a)) - Number(isDocument(b)) || a.number - b.number), [images.series]);
  const [chosen, setChosen] = useState<(string | null)[]>([null, null]);
  const [two, setTwo] = useState(false);
  const [active, setActive] = useState(0);
  const [tool, setTool] = useState<Tool>('window');
  const [list, setList] = useState(() => matchMedia('(min-width: 900px)').matches);
  const [keys, setKeys] = useState(false);
  const [states, setStates] = useState<(PaneState | null)[]>([null, null]);
  const handles = useRef<(PaneHandle | null)[]>([null, null]);
  const box = useRef<HTMLDivElement>(null);
  const arriving = useArriving(images.instances);

  useEffect(() => () => {
    forget();
    forgetHeaders();
  }, []);

  useEffect(() => {
    setLengthText(({ value, unit }: Length) =>
      `${value.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: unit === 'px' ? 0 : 1 })} ${t(`viewer.unit.${unit}`)}`);
  }, [t, i18n.language]);

  // The first image series fills the left pane until somebody chooses; the biggest one, as a scout seldom is what is read.
  const first = series.filter((one) => !isDocument(one)).reduce<SeriesShort | undefined>((best, one) => (!best || one.instances > best.instances ? one : best), undefined) ?? series[0];
  const [start, setStart] = useState<string | null>(null);
  if (!start && first) setStart(first.uid);
  const shown = PANES.map((_, n) => chosen[n] ?? start);

  const place = useCallback((uid: string) => setChosen((known) => known.map((one, n) => (n === active ? uid : one))), [active]);

  const run = useCallback((command: Command) => {
    switch (command.do) {
      case 'tool':
        setTool(command.tool);
        return chooseTool(command.tool);
      case 'layout':
        if (two) setActive(0);
        return setTwo(!two);
      case 'other-pane': return two ? setActive(1 - active) : undefined;
      case 'keys': return setKeys(true);
      case 'series': {
        const at = series.findIndex((one) => one.uid === shown[active]);
        const next = series[Math.max(0, Math.min(series.length - 1, at + command.by))];
        return next ? place(next.uid) : undefined;
      }
      default: return handles.current[active]?.run(command);
    }
  }, [active, place, series, shown, two]);

  useKeys(box, run);

  const setState = useCallback((n: number) => (state: PaneState) => setStates((known) => known.map((one, i) => (i === n ? state : one))), []);
  const tellLeft = useMemo(() => setState(0), [setState]);
  const tellRight = useMemo(() => setState(1), [setState]);
  const state = states[active];

  return (
    <div className="viewer" ref={box} tabIndex={-1} data-testid="viewer">
      <Bar tool={tool} hounsfield={series.find((one) => one.uid === shown[active])?.modality === 'CT'} several={(state?.count ?? 0) > 1} playing={!!state?.playing} two={two} list={list} run={run} onList={() => setList(!list)} />
      {images.wrong_patient.length > 0 && <div className="viewer-alarm" role="alert"><Icon name="warning" /> {t('viewer.wrongPatient')}</div>}
      <div className="viewer-body">
        {list && <SeriesList study={study} series={series} shown={two ? shown : shown.slice(0, 1)} onChoose={place} />}
        <div className={two ? 'panes panes-two' : 'panes'}>
          {!series.length && <Empty icon="images" title={t('read.noImages')} text={t('read.noImagesText')} />}
          {PANES.slice(0, two ? 2 : 1).map((id, n) => {
            const one = series.find((each) => each.uid === shown[n]);
            return one && (
              <OnePane key={id} id={id} study={study} series={one} patient={patient} active={two && active === n} arriving={arriving && actState === 'running'} onActivate={() => setActive(n)}
                onState={n ? tellRight : tellLeft} handle={(handle) => void (handles.current[n] = handle)} />
            );
          })}
        </div>
      </div>
      <KeySheet opened={keys} onClose={() => setKeys(false)} />
    </div>
  );
}

function OnePane({ id, study, series, patient, active, arriving, onActivate, onState, handle }: {
  id: string; study: string; series: SeriesShort; patient: Patient; active: boolean; arriving: boolean; onActivate: () => void; onState: (state: PaneState) => void;
  handle: (handle: PaneHandle | null) => void;
}) {
  const { t } = useTranslation();
  const headers = useHeaders(study, series.uid, series.instances);
  const frames = useMemo(() => inReadingOrder((headers.data ?? []).flatMap((one) => framesOf(root(), study, series.uid, one))), [headers.data, study, series.uid]);
  const title = seriesTitle(series);
  if (isDocument(series) || (headers.data?.length && !headers.data.some(isImage)))
    return <DocumentPane study={study} series={series} title={title} patient={patient} active={active} onActivate={onActivate} />;
  if (headers.isError && !headers.data) return <section className="pane pane-document"><Failed error={headers.error} retry={() => void headers.refetch()} /></section>;
  return (
    <Pane key={id} id={id} ref={handle} frames={frames} title={title || t('viewer.series', { n: series.number })} patient={patient} active={active}
      arriving={arriving} waiting={headers.isPending} onActivate={onActivate} onState={onState} />
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
function useKeys(box: React.RefObject<HTMLElement | null>, run: (command: Command) => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const free = target === document.body || target.id === 'content';
      if (!free && !box.current?.contains(target)) return;
      if (target.closest('textarea, select, [contenteditable="true"], [role="dialog"], input:not([type="range"])')) return;
      if (document.querySelector('[role="dialog"]')) return;
      const command = commandOf(event);
      if (!command || (command.do === 'cine' && target.closest('button, a'))) return;
      event.preventDefault();
      event.stopPropagation();
      run(command);
    };
    document.addEventListener('keydown', press, true);
    return () => document.removeEventListener('keydown', press, true);
  }, [box, run]);
}
