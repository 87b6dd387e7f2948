/*
 * Images without the reading viewer: pictures drawn by the server, what the report names first, series, windows, zoom. Not for diagnosis, and said so. E34, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import './light.css';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { readsDark } from '../format/modality';
import { Icon } from '../ui/Icon';
import { usePicture } from './fetched';
import { pressOf, useHand } from './hand';
import { useOnline, useThin } from './line';
import { aheadOf, type LightFirst, type LightImage, type LightPlace, type LightSeries, type PictureOf, placesOf, samePlace, sideFor, type Window, windowsOf } from './places';

const SHARP = 1.3; // zoomed further, the picture is asked for in its own size

export interface LightProps {
  series: LightSeries[];
  first: LightFirst[];
  /* The images of a series; undefined while they are asked for. */
  imagesOf: (uid: string) => LightImage[] | undefined;
  chosen: string;
  onChoose: (uid: string) => void;
  picture: PictureOf;
  /* The small picture that stands for a series; null: none yet. */
  thumbOf: (series: LightSeries) => string | null;
  /* Whose images these are. */
  who?: string | undefined;
  /* Why the list of images did not come. */
  error?: unknown;
  retry?: () => void;
  /* Where to go at once: what the report beside it named. */
  jump?: { place: LightFirst; at: number } | null;
  actions?: ReactNode;
}

export default function LightViewer({ series, first, imagesOf, chosen, onChoose, picture, thumbOf, who, error, retry, jump, actions }: LightProps) {
  const { t } = useTranslation();
  const thin = useThin();
  const [target, setTarget] = useState<LightPlace | null>(null); // an image of a series that is still asked for
  const [index, setIndex] = useState(0);
  const [way, setWay] = useState(1);
  const [window, setWindow] = useState<Window | null>(null);
  const [large, setLarge] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const one = series.find((each) => each.uid === chosen) ?? series[0];
  const images = one && imagesOf(one.uid);
  const places = useMemo(() => (one && images ? placesOf(one.uid, images) : []), [one, images]);
  const found = target && places.findIndex((place) => samePlace(place, target));
  if (target && found !== null && (found >= 0 || places.length)) {
    setTarget(null);
    if (found >= 0) setIndex(found);
  }
  const at = Math.max(0, Math.min(index, places.length - 1));
  const step = (by: number) => {
    if (!by) return;
    setWay(Math.sign(by));
    setIndex(Math.max(0, Math.min(places.length - 1, at + by)));
  };
  const { shift, whole, zoom } = useHand(pane, step);
  const screen = useSize(pane);
  const choose = (uid: string) => {
    if (uid === one?.uid) return;
    const to = series.find((each) => each.uid === uid);
    if (!to || to.modality !== one?.modality) setWindow(null);
    setIndex(0);
    whole();
    onChoose(uid);
  };
  const goTo = (to: LightFirst) => {
    choose(to.series);
    setTarget({ series: to.series, sop: to.sop, frame: to.frame });
    setWindow(to.window);
  };
  const jumped = useRef(0);
  useEffect(() => {
    if (!jump || jump.at === jumped.current) return;
    jumped.current = jump.at;
    goTo(jump.place);
  });

  const place = places[at];
  const side = shift.zoom > SHARP ? null : sideFor(screen, thin);
  const addressOf = (to: LightPlace | undefined, of: number | null = sideFor(screen, thin)) => (one && to ? picture(one, to, { side: of, window }) : null);
  const { address, waiting, error: failed, retry: again } = usePicture(screen.width ? addressOf(place, side) : null, aheadOf(at, places.length, way, thin).map((n) => addressOf(places[n])!));
  const windows = windowsOf(one?.modality ?? '');

  const keys = (event: KeyboardEvent) => {
    const tag = (event.target as HTMLElement).tagName;
    if (tag === 'INPUT' || tag === 'SELECT') return;
    const press = pressOf(event.nativeEvent);
    if (event.key === 'Escape' && large) return setLarge(false);
    if (!press) return;
    event.preventDefault();
    switch (press.do) {
      case 'step': return step(press.by);
      case 'edge': return setIndex(press.last ? places.length - 1 : 0);
      case 'zoom': return zoom(press.by);
      case 'whole': return whole();
      case 'series': return choose(series[series.findIndex((each) => each === one) + press.by]?.uid ?? one?.uid ?? '');
      case 'window': {
        const named = windows.find((each) => each.key === press.key);
        if (named || press.key === '0') setWindow(named?.window ?? null);
      }
    }
  };

  if (!one) return <p className="light-none">{t('light.none')}</p>;
  const count = places.length || one.count;
  const words = t('light.image', { n: at + 1, count });
  return (
    <div className="light" ref={box} data-large={large} data-testid="light" onKeyDown={keys}>
      <p className="light-warning" role="note"><Icon name="warning" size={16} /> {t('light.notDiagnostic')}</p>
      {first.length > 0 && (
        <nav className="light-first" aria-label={t('light.first')}>
          <span>{t('light.first')}</span>
          {first.map((each, n) => (
            <button key={`${each.sop}/${each.frame}`} type="button" lang={each.words ? 'fr' : undefined} aria-pressed={!!place && samePlace(each, place)} onClick={() => goTo(each)}>
              <Icon name="images" size={14} /> {each.words ?? t('light.key', { n: n + 1 })}
            </button>
          ))}
        </nav>
      )}
      <div className="light-pane" ref={pane} tabIndex={0} role="group" aria-label={t('light.pane', { name: titleOf(one, t) })} data-zoomed={shift.zoom > 1}>
        {address && !failed && <img src={address} className={readsDark(one.modality) ? 'reads-dark' : undefined} alt={words} draggable={false} data-fresh={!waiting} style={{ transform: `translate(${shift.x}px, ${shift.y}px) scale(${shift.zoom})` }} />}
        {who && <span className="light-who">{who}</span>}
        <span className="light-where num" aria-hidden="true">{titleOf(one, t)}<br />{words}</span>
        <span className="light-stamp" aria-hidden="true">{t('light.stamp')}</span>
        {waiting && !failed && <span className="light-wait" role="status">{t('light.waiting')}</span>}
        {!images && !error && <span className="light-wait" role="status">{t('common.loading')}</span>}
        {!!(failed || error) && <Trouble error={failed || error} retry={failed ? again : retry} />}
      </div>
      {places.length > 1 && (
        <div className="light-scroll">
          <button type="button" aria-label={t('own.previous')} disabled={at === 0} onClick={() => step(-1)}>‹</button>
          <input type="range" min={0} max={places.length - 1} value={at} onChange={(event) => step(Number(event.currentTarget.value) - at)} aria-label={t('own.slider')} aria-valuetext={words} />
          <button type="button" aria-label={t('own.next')} disabled={at === places.length - 1} onClick={() => step(1)}>›</button>
        </div>
      )}
      <div className="light-tools" role="toolbar" aria-label={t('light.tools')}>
        {large && <button type="button" onClick={() => setLarge(false)}>{t('light.smallPage')}</button>}
        <button type="button" aria-label={t('light.smaller')} disabled={shift.zoom <= 1} onClick={() => zoom(1 / 1.5)}>−</button>
        <button type="button" aria-label={t('light.larger')} onClick={() => zoom(1.5)}>+</button>
        {windows.length > 0 && <button type="button" aria-pressed={!window} onClick={() => setWindow(null)}>{t('light.window.own')}</button>}
        {windows.map((each) => (
          <button key={each.name} type="button" aria-pressed={window?.center === each.window.center && window.width === each.window.width} onClick={() => setWindow(each.window)}>{t(`viewer.preset.${each.name}`)}</button>
        ))}
        {!large && <button type="button" className="light-size" onClick={() => setLarge(true)}>{t('light.largePage')}</button>}
        {actions}
      </div>
      {series.length > 1 && <Strip series={series} chosen={one.uid} thumbOf={thumbOf} onChoose={choose} />}
    </div>
  );
}

type Say = ReturnType<typeof useTranslation>['t'];
const titleOf = (one: LightSeries, t: Say) => one.description || t('light.series', { n: one.number, modality: one.modality });

function Strip({ series, chosen, thumbOf, onChoose }: { series: LightSeries[]; chosen: string; thumbOf: LightProps['thumbOf']; onChoose: (uid: string) => void }) {
  const { t } = useTranslation();
  return (
    <nav className="light-strip" aria-label={t('viewer.seriesList')}>
      {series.map((one) => {
        const thumb = thumbOf(one);
        return (
          <button key={one.uid} type="button" aria-pressed={one.uid === chosen} onClick={() => onChoose(one.uid)} data-series={one.uid}>
            <span className="light-thumb">{thumb ? <img src={thumb} alt="" loading="lazy" draggable={false} /> : <Icon name="images" size={24} />}</span>
            <span className="light-name">{titleOf(one, t)}</span>
            <span className="num">{one.modality} · {t('viewer.images', { count: one.count })}</span>
          </button>
        );
      })}
    </nav>
  );
}

/* Nothing of it is lost: the place, the window and the zoom stay for when it comes. */
function Trouble({ error, retry }: { error: unknown; retry: (() => void) | undefined }) {
  const { t } = useTranslation();
  const online = useOnline();
  const away = !online || (error instanceof ApiError && error.status === 0);
  useEffect(() => {
    if (!retry || !away) return;
    addEventListener('online', retry);
    return () => removeEventListener('online', retry);
  }, [retry, away]);
  return (
    <div className="light-trouble" role="alert">
      <p>{away ? t('light.offline') : error instanceof ApiError && error.message ? error.message : t('light.failed')}</p>
      {retry && <button type="button" onClick={retry}>{t('common.retry')}</button>}
    </div>
  );
}

/* How many points of the screen the pictures have. */
function useSize(pane: React.RefObject<HTMLElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0, ratio: 1 });
  useEffect(() => {
    const here = pane.current;
    if (!here) return;
    const measure = () => setSize({ width: here.clientWidth, height: here.clientHeight, ratio: devicePixelRatio || 1 });
    const watch = new ResizeObserver(measure);
    watch.observe(here);
    measure();
    return () => watch.disconnect();
  }, [pane]);
  return size;
}
