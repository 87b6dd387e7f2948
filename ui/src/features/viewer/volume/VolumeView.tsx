/*
 * A series as a volume, in place of the stacks: three planes through one point, another series laid over, the whole as a body. E25.
 *
 * Loaded on demand. What cannot be made of these images is refused here, with why and what to do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { forwardRef, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient, SeriesShort } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import { ownWindow, TAG, text, type Window } from '../dicom';
import type { Looked } from '../ledger';
import type { Look } from '../engine/volume';
import { valueUnit } from '../measure/figures';
import { MarkWords } from '../measure/List';
import { MarkStore, type Place, placeOf } from '../measure/marks';
import { type SuvKind, suvOf } from '../measure/suv';
import { type Command, PRESETS, type Tool } from '../presets';
import { seriesTitle } from '../Series';
import { nearestFrame } from '../space';
import { BodyView } from './BodyView';
import { isWhole } from './budget';
import { CutView, type Layer } from './CutView';
import { volumeCommandOf } from './keys';
import { type PlaneName, PLANES } from './planes';
import { Looking } from './session';
import { troubleText } from './trouble';
import { type Loading, useVolume } from './useVolume';
import { board } from '../together/volumeView';
import type { Volume } from './fill';
import { VolumeBar } from './VolumeBar';

export interface VolumeHandle {
  run: (command: Command) => boolean;
  key: (tool: Tool, event: KeyboardEvent) => boolean;
  place: () => Place | null; // the stored image nearest to the cross
}
export interface VolumeViewProps { study: string; series: SeriesShort; others: SeriesShort[]; opening?: 'planes' | 'fusion'; patient: Patient; tool: Tool; onSeries: (uid: string) => void; onLooked: (list: readonly Looked[]) => () => void; onClose: () => void }

const SUV_TOP = 7; // of the window in which a PET opens
const bytes = (loading: Loading) => (loading.phase === 'ready' ? loading.volume.values.byteLength : 0);
const middle = (volume: Volume) => volume.frames[volume.frames.length >> 1]!;

/* The window the series was sent with; a PET from nothing to a usual uptake, in black on white. */
function lookOf(volume: Volume): Look {
  const frame = middle(volume);
  const pet = text(frame.instance, TAG.modality) === 'PT';
  return { window: windowOf(volume), inverted: pet || text(frame.instance, TAG.photometric) === 'MONOCHROME1' };
}
function windowOf(volume: Volume): Window {
  const frame = middle(volume);
  if (text(frame.instance, TAG.modality) === 'PT') {
    const suv = suvOf(frame.instance);
    if ('factor' in suv) return { center: SUV_TOP / 2 / suv.factor, width: SUV_TOP / suv.factor };
  }
  const own = ownWindow(frame);
  if (own) return own;
  let least = Infinity, most = -Infinity;
  const step = Math.max(1, Math.floor(volume.values.length / 1e6));
  for (let i = 0; i < volume.values.length; i += step) {
    least = Math.min(least, volume.values[i]!);
    most = Math.max(most, volume.values[i]!);
  }
  return { center: (least + most) / 2, width: Math.max(1, most - least) };
}

const VolumeView = forwardRef<VolumeHandle, VolumeViewProps>(function VolumeView({ study, series, others, opening = 'planes', patient, tool, onSeries, onLooked, onClose }, ref) {
  const { t } = useTranslation();
  // What may be laid over a CT, and the CT under a PET.
  const partners = useMemo(() => others.filter((one) => one.uid !== series.uid && (series.modality === 'CT' ? one.modality === 'PT' : series.modality === 'PT' ? one.modality === 'CT' : false)), [others, series]);
  const [partner, setPartner] = useState<string | null>(opening === 'fusion' ? partners[0]?.uid ?? null : null);
  const wanted = partners.find((one) => one.uid === partner) ?? null;
  const [store] = useState(() => new MarkStore());
  const loaded = useVolume(study, series, 0);
  const laid = useVolume(study, loaded.phase === 'ready' ? wanted : null, bytes(loaded));
  const [suv, setSuv] = useState<SuvKind>('bw');
  const looking = useMemo(() => (loaded.phase === 'ready' ? new Looking(loaded.volume.grid, lookOf(loaded.volume), null) : null), [loaded]);

  const [body, setBody] = useState(opening === 'fusion' && partners.length > 0);
  // The ledger: what was computed is looked at, no image of the series is.
  const [first, second] = [loaded.phase === 'ready' ? loaded.volume : null, laid.phase === 'ready' ? laid.volume : null];
  useEffect(() => {
    if (!first) return undefined;
    const list: Looked[] = [{ series: series.uid, made: 'planes', whole: isWhole(first.by) }];
    if (second && partner) list.push({ series: partner, made: 'planes', whole: isWhole(second.by) });
    if (body) list.push({ series: series.uid, made: 'body', whole: true });
    return onLooked(list);
  }, [first, second, series.uid, partner, body, onLooked]);

  // The room: what is looked at here is told, and what a leader wants is taken once it is there.
  const wish = useSyncExternalStore(board.subscribe, board.wanted);
  useEffect(() => {
    if (!looking) return undefined;
    const tell = () => board.tell({ ...looking.shown(), series: series.uid, over: partner, suv, body, marks: store.current().marks });
    const stops = [looking.subscribe(tell), store.subscribe(tell)];
    tell();
    return () => {
      stops.forEach((stop) => stop());
      board.tell(null);
    };
  }, [looking, store, series.uid, partner, suv, body]);
  useEffect(() => {
    if (!wish || wish.series !== series.uid) return;
    setPartner(partners.some((one) => one.uid === wish.over) ? wish.over : null);
    setSuv(wish.suv);
    setBody(wish.body);
    if (looking) looking.take(wish);
  }, [wish, looking, series.uid, partners]);

  const apart = loaded.phase === 'ready' && laid.phase === 'ready' && laid.volume.grid.reference !== loaded.volume.grid.reference;
  const over = laid.phase === 'ready' && !apart ? laid : null;
  useEffect(() => {
    if (!over || !looking) return;
    const led = board.wanted();
    looking.fuse({ on: true, window: led && led.series === series.uid && led.over === partner ? led.fused.window : windowOf(over.volume) });
  }, [over, looking, series.uid, partner]);

  // A PET goes over its CT, never under it: asked for on the PET, the CT is opened and the PET laid over.
  const fuse = useCallback((uid: string | null) => {
    if (uid === null || series.modality === 'CT') return setPartner(uid);
    onSeries(uid);
    setPartner(series.uid);
  }, [series, onSeries]);
  const toggleFusion = useCallback(() => {
    if (partner) return fuse(null);
    if (!partners.length) return store.say('volume.noPartner');
    fuse(partners[0]!.uid);
  }, [partner, partners, fuse, store]);

  const layer = (one: Extract<Loading, { phase: 'ready' }>, of: SeriesShort): Layer =>
    ({ id: one.id, volume: one.volume, name: `${of.uid}/${suv}`, title: seriesTitle(of), unit: valueUnit(middle(one.volume), suv) });
  const base = useMemo(() => (loaded.phase === 'ready' ? layer(loaded, series) : null), [loaded, series, suv]); // eslint-disable-line react-hooks/exhaustive-deps
  const top = useMemo(() => (over && wanted ? layer(over, wanted) : null), [over, wanted, suv]); // eslint-disable-line react-hooks/exhaustive-deps
  const keys = useRef<Partial<Record<PlaneName, (tool: Tool, event: KeyboardEvent) => boolean>>>({});
  const setKey = useMemo(() => Object.fromEntries(PLANES.map((name) => [name, (key: ((tool: Tool, event: KeyboardEvent) => boolean) | null) => void (keys.current[name] = key ?? undefined)])) as
    Record<PlaneName, (key: ((tool: Tool, event: KeyboardEvent) => boolean) | null) => void>, []);

  useImperativeHandle(ref, () => ({
    place: () => {
      if (!looking || loaded.phase !== 'ready') return null;
      const found = nearestFrame(loaded.volume.frames, looking.grid.reference, looking.current().cut.centre);
      return found && placeOf(loaded.volume.frames[found.index]!);
    },
    run: (command) => (looking && loaded.phase === 'ready' ? run(looking, store, command, series.modality === 'CT') : command.do !== 'keys' && command.do !== 'tool' && command.do !== 'volume' && command.do !== 'series'),
    key: (chosen, event) => {
      if (!looking) return false;
      const { active } = looking.current();
      if (keys.current[active]?.(chosen, event)) return true;
      const command = volumeCommandOf(event);
      switch (command?.do) {
        case undefined: return false;
        case 'slide': looking.slide(active, command.right, command.down); return true;
        case 'turn': looking.turn(active, command.degrees); return true;
        case 'slab-mode': looking.nextSlab(command.back); return true;
        case 'slab': looking.thickness(looking.current().slab.mm + command.by); return true;
        case 'alone': looking.alone(); return true;
        case 'fuse': toggleFusion(); return true;
        case 'body': setBody(!body); return true;
        case 'opaque': looking.opaque(command.by); return true;
        default: return true;
      }
    },
  }), [looking, loaded, store, series, toggleFusion, body]);

  const { note } = useSyncExternalStore(store.subscribe, store.current);
  const missing = suvTrouble(loaded, suv) ?? suvTrouble(laid, suv);
  return (
    <div className="volume" data-testid="volume" data-phase={loaded.phase} data-over={over ? 'ready' : laid.phase}>
      <VolumeBar looking={looking} partners={partners} partner={partner} onPartner={fuse} fused={!!over} pet={[loaded, laid].some((one) => one.phase === 'ready' && text(middle(one.volume).instance, TAG.modality) === 'PT')} suv={suv} onSuv={setSuv} body={body} onBody={() => setBody(!body)} onClose={onClose} />
      {base && looking && loaded.phase === 'ready' ? (
        <>
          <Words loading={laid} apart={apart} missing={missing} base={loaded.volume} />
          <Planes looking={looking} body={body && <BodyView volume={(over ?? loaded).volume} id={(over ?? loaded).id} window={windowOf((over ?? loaded).volume)} hounsfield={!over && series.modality === 'CT'} patient={patient} title={over && wanted ? seriesTitle(wanted) : seriesTitle(series)} />}>
            {(name, active) => <CutView key={name} name={name} looking={looking} base={base} over={top} patient={patient} title={[base.title, top?.title].filter(Boolean).join(' + ')} tool={tool} store={store} active={active} onKey={setKey[name]} />}
          </Planes>
        </>
      ) : <Coming loading={loaded} onClose={onClose} />}
      {note && <div className="viewer-note" role="alert"><Icon name="warning" /> {t(note)} <Button size="compact-xs" variant="default" onClick={() => store.say(null)}>{t('common.close')}</Button></div>}
      <MarkWords store={store} />
    </div>
  );
});
export default VolumeView;

/* Commands of the viewer that mean something here; true when it was ours. */
function run(looking: Looking, store: MarkStore, command: Command, hounsfield: boolean): boolean {
  const { active } = looking.current();
  switch (command.do) {
    case 'step': looking.step(active, command.by); return true;
    case 'edge': looking.edge(active, command.last); return true;
    case 'zoom': looking.zoomBy(active, command.by); return true;
    case 'fit': looking.fit(active); return true;
    case 'invert': looking.invert(active); return true;
    case 'reset': looking.reset(); return true;
    case 'next-pane': looking.next(); return true;
    case 'preset': {
      const window = hounsfield ? PRESETS.find((one) => one.name === command.name)?.window : null;
      if (window) looking.window(active, window);
      else looking.ownWindow(active);
      return true;
    }
    case 'erase': {
      const { chosen, marks } = store.current();
      const gone = marks.find((one) => one.id === chosen) ?? marks.at(-1);
      if (gone) store.remove(gone.id);
      return true;
    }
    case 'tool': case 'keys': case 'volume': case 'series': return false;
    default: return true; // of stacks only
  }
}

function Planes({ looking, body, children }: { looking: Looking; body: React.ReactNode; children: (name: PlaneName, active: boolean) => React.ReactNode }) {
  const { active, alone } = useSyncExternalStore(looking.subscribe, looking.current);
  return <div className="cuts" data-alone={alone && !body} data-body={!!body}>{PLANES.filter((name) => body || !alone || name === active).map((name) => children(name, name === active))}{body}</div>;
}

function suvTrouble(loading: Loading, kind: SuvKind) {
  if (loading.phase !== 'ready') return null;
  const { instance } = middle(loading.volume);
  if (text(instance, TAG.modality) !== 'PT') return null;
  const suv = suvOf(instance, kind);
  return 'missing' in suv ? suv.missing : null;
}

/* What has to be known while one reads: no SUV, a preview, the other series still coming or refused. */
function Words({ loading, apart, missing, base }: { loading: Loading; apart: boolean; missing: string[] | null; base: Volume }) {
  const { t, i18n } = useTranslation();
  const reduced = base.by.plane > 1 || base.by.slices > 1;
  return (
    <>
      {reduced && <p className="volume-note volume-reduced" role="note" data-testid="reduced"><Icon name="warning" size={14} /> {t('volume.reducedWhy', { plane: base.by.plane, slices: base.by.slices })}</p>}
      {missing && <p className="volume-note" role="note" data-testid="no-suv"><Icon name="warning" size={14} /> {t('viewer.noSuv', { why: missing.map((one) => t(`viewer.suv.${one}`)).join(', ') })}</p>}
      {apart && <p className="volume-note" role="alert">{t('volume.why.otherReference')}</p>}
      {loading.phase === 'refused' && <p className="volume-note" role="alert">{t('volume.noFusion', { why: troubleText(t, i18n.language, loading.trouble) })}</p>}
      {(loading.phase === 'loading' || loading.phase === 'headers') && <p className="volume-note" role="status">{loading.phase === 'loading' ? t('volume.loadingOver', { n: loading.done, total: loading.total }) : t('common.loading')}</p>}
    </>
  );
}

function Coming({ loading, onClose }: { loading: Loading; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  if (loading.phase === 'refused')
    return (
      <div className="volume-coming" role="alert">
        <Icon name="warning" size={28} />
        <strong>{t('volume.refused')}</strong>
        <p>{troubleText(t, i18n.language, loading.trouble)}</p>
        <div>
          {loading.retry && <Button size="xs" variant="default" mr={8} onClick={loading.retry}>{t('common.retry')}</Button>}
          <Button size="xs" variant="default" onClick={onClose}>{t('volume.back')}</Button>
        </div>
      </div>
    );
  const [done, total] = loading.phase === 'loading' ? [loading.done, loading.total] : [0, 0];
  return (
    <div className="volume-coming" role="status">
      <strong>{t('volume.loading')}</strong>
      <progress aria-label={t('volume.loading')} max={Math.max(1, total)} value={total ? done : undefined} />
      <p className="num">{total ? t('volume.progress', { n: done, total }) : t('common.loading')}</p>
      <Button size="xs" variant="default" onClick={onClose}>{t('volume.back')}</Button>
    </div>
  );
}
