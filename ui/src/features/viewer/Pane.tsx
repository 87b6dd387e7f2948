/*
 * One pane: a stack, and around it who it is, what it is, where one stands. The words belong to the frame that is drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Button } from '@mantine/core';
import { forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient } from '@/shared/api/types';
import { serverNow } from '@/shared/format/clock';
import { birthDate } from '@/shared/format/dates';
import { ageText } from '@/shared/format/people';
import { Icon } from '@/shared/ui/Icon';
import { cineRate, dicomDate, dicomTime, edgeLetters, type Frame, number, ofFrame, opposite, ownWindow, speaksHounsfield, TAG, text } from './dicom';
import { type PaneState, StackPane } from './engine';
import { type Command, PRESETS } from './presets';

export interface PaneHandle { run: (command: Command) => void; playing: () => boolean }

export const Pane = forwardRef<PaneHandle, {
  id: string; frames: Frame[]; title: string; patient: Patient; active: boolean; arriving: boolean; waiting: boolean; onActivate: () => void; onState?: (state: PaneState) => void;
}>(function Pane({ id, frames, title, patient, active, arriving, waiting, onActivate, onState }, ref) {
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
    if (pane) void pane.show(frames, middleOf(frames));
  }, [pane, frames]);
  useEffect(() => {
    if (state) onState?.(state);
  }, [state, onState]);

  const frame = pane && state ? pane.frameAt(state.shown) : null;
  useImperativeHandle(ref, () => ({
    playing: () => !!pane?.current().playing,
    run: (command) => {
      if (!pane) return;
      switch (command.do) {
        case 'step': return void pane.step(command.by);
        case 'edge': return void pane.goTo(command.last ? Infinity : 0);
        case 'preset': {
          const window = PRESETS.find((one) => one.name === command.name)?.window ?? null;
          return pane.setWindow(frame && speaksHounsfield(frame) ? window : null);
        }
        case 'invert': return pane.invert();
        case 'fit': return pane.fit();
        case 'reset': return pane.reset();
        case 'erase': return pane.erase();
        case 'cine': return pane.current().playing ? pane.pause() : frame ? pane.play(cineRate(frame.instance)) : undefined;
        default: return;
      }
    },
  }), [pane, frame]);

  const letters = useMemo(() => (frame ? edgeLetters(frame) : null), [frame]);
  const letter = (word: string) => [...word].map((one) => t(`viewer.letter.${one}`)).join('');
  const behind = state && state.shown !== state.wanted && state.count > 0;

  return (
    <section className="pane" data-active={active} aria-label={t('viewer.pane', { title })} onPointerDownCapture={onActivate}>
      <div className="pane-image" ref={holder} onContextMenu={(event) => event.preventDefault()} data-testid={`image-${id}`} />
      <Corner patient={patient} frame={frame} />
      {frame && state && <Around frame={frame} state={state} title={title} arriving={arriving} />}
      {letters && letters.right && <span className="edge edge-right">{letter(letters.right)}</span>}
      {letters && letters.right && <span className="edge edge-left">{letter(opposite(letters.right))}</span>}
      {letters && letters.bottom && <span className="edge edge-bottom">{letter(letters.bottom)}</span>}
      {letters && letters.bottom && <span className="edge edge-top">{letter(opposite(letters.bottom))}</span>}
      {pane && frame && <Probe pane={pane} holder={holder} hounsfield={speaksHounsfield(frame)} />}
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

const never = () => () => undefined;
const nothing = () => null;

/* A stack opens in its middle when it is a volume, at its first image otherwise. */
function middleOf(frames: Frame[]) {
  const volume = frames.length > 3 && frames.every((one) => one.position);
  return volume ? Math.floor(frames.length / 2) : 0;
}

/* The patient, always there: as the act knows them, checked by the server against what the images carry. */
function Corner({ patient, frame }: { patient: Patient; frame: Frame | null }) {
  const { t } = useTranslation();
  return (
    <div className="corner corner-nw">
      <div><span className="corner-label">{t('viewer.birthName')}</span> <strong>{patient.birth_name}</strong></div>
      <div><span className="corner-label">{t('viewer.firstGiven')}</span> <strong>{patient.first_given}</strong></div>
      {patient.used_name && patient.used_name !== patient.birth_name && <div><span className="corner-label">{t('viewer.usedName')}</span> {patient.used_name}</div>}
      <div className="num">
        {t(patient.sex === 'F' ? 'viewer.bornF' : patient.sex === 'M' ? 'viewer.bornM' : 'viewer.born', { date: birthDate(patient.birth_date) })}
        {' · '}{ageText(t, patient.birth_date, serverNow())} · {t(`sex.${patient.sex}`)}
      </div>
      {frame && <div className="num corner-label">{t('patient.ipp')} {text(frame.instance, TAG.patientId) || patient.ipp}</div>}
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
  const lossy = text(instance, TAG.lossy) === '01';
  return (
    <>
      <div className="corner corner-ne">
        <div><strong>{title}</strong></div>
        <div className="num">{[dicomDate(text(instance, TAG.studyDate)), dicomTime(text(instance, TAG.seriesTime) || text(instance, TAG.studyTime))].filter(Boolean).join(' ')}</div>
        <div>{[text(instance, TAG.viewPosition), side && t('viewer.side', { side: t(side === 'B' ? 'viewer.bothSides' : `viewer.letter.${side}`) })].filter(Boolean).join(' · ')}</div>
      </div>
      <div className="corner corner-sw num">
        <div>{t('viewer.place', { n: (state.shown ?? 0) + 1, total: state.count })}{frame.frame > 1 || (number(instance, TAG.frames) ?? 1) > 1 ? ` · ${t('viewer.frame', { n: frame.frame })}` : ''}</div>
        {thickness !== null && <div>{t('viewer.thickness', { mm: n(thickness, 2) })}</div>}
        {arriving && <div className="corner-live">{t('viewer.arriving')}</div>}
        {state.loaded < state.count && <div className="corner-label">{t('viewer.loaded', { n: state.loaded, total: state.count })}</div>}
      </div>
      <div className="corner corner-se num">
        {state.window && <div>{t('viewer.window', { center: n(state.window.center), width: n(state.window.width) })}</div>}
        {(preset || isOwn) && <div className="corner-label">{t(preset ? `viewer.preset.${preset.name}` : 'viewer.preset.own')}</div>}
        {state.inverted && <div className="corner-warn">{t('viewer.inverted')}</div>}
        <div>{t('viewer.zoom', { percent: n(state.zoom * 100) })}</div>
        {lossy && <div className="corner-warn">{t('viewer.lossy', { ratio: text(instance, TAG.lossyRatio) || '?' })}</div>}
      </div>
    </>
  );
}

/* The stored value under the pointer, in its unit. */
function Probe({ pane, holder, hounsfield }: { pane: StackPane; holder: React.RefObject<HTMLDivElement | null>; hounsfield: boolean }) {
  const { t, i18n } = useTranslation();
  const [found, setFound] = useState<ReturnType<StackPane['valueAt']>>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    let due = 0;
    const move = (event: PointerEvent) => {
      cancelAnimationFrame(due);
      const box = element.getBoundingClientRect();
      due = requestAnimationFrame(() => setFound(pane.valueAt(event.clientX - box.left, event.clientY - box.top)));
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
  }, [pane, holder]);
  if (!found) return null;
  const value = found.value.toLocaleString(i18n.language === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: 1 });
  return <div className="probe num" data-column={found.column} data-row={found.row} data-value={found.value}>{t(hounsfield ? 'viewer.valueHu' : 'viewer.value', { value })}</div>;
}

/* Where one stands in the stack; also a handle for the finger. */
function Rail({ state, onGo }: { state: PaneState; onGo: (index: number) => void }) {
  const { t } = useTranslation();
  return (
    <input className="rail" type="range" min={1} max={state.count} value={state.wanted + 1} aria-label={t('viewer.rail')} tabIndex={-1}
      onChange={(event) => onGo(Number(event.currentTarget.value) - 1)} />
  );
}
