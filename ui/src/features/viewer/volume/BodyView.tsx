/*
 * The volume as a body, beside the planes: turned by hand and by arrows, with letters at its sides; said to be no picture to read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { SegmentedControl } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Patient } from '@/shared/api/types';
import { Icon } from '@/shared/ui/Icon';
import { cross, letters, opposite, type Window } from '../dicom';
import { BODY_PRESETS, type BodyLook, BodyPane, type BodyPreset } from '../engine/body';
import { cardOf, dropVolume, holdVolume } from '../engine/volume';
import { Corner } from '../Pane';
import { isWhole, RENDERED_VOXELS, renderedReduction, SOFTWARE_VOXELS } from './budget';
import { shrunk, type Volume } from './fill';
import { middleOf } from './grid';
import { fromFront, turnBody } from './turning';

const ARROW_DEGREES = 15, PER_PIXEL = 0.5, COARSE = 2;

export function BodyView({ volume, id, window, hounsfield, patient, title }: { volume: Volume; id: string; window: Window; hounsfield: boolean; patient: Patient; title: string }) {
  const { t } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const [pane, setPane] = useState<BodyPane | null>(null);
  const [broken, setBroken] = useState(false);
  const [drawing, setDrawing] = useState(true);
  const [preset, setPreset] = useState<BodyPreset>(hounsfield ? 'bone' : 'mip');
  const presets = hounsfield ? BODY_PRESETS : (['mip'] as const);
  const chosen = presets.some((one) => one === preset) ? preset : 'mip';
  const software = !!cardOf()?.software;
  const grid = volume.grid;
  const longest = Math.hypot(grid.size[0] * grid.spacing[0], grid.size[1] * grid.spacing[1], grid.size[2] * grid.spacing[2]);
  const [look, setLook] = useState<BodyLook>(() => fromFront(middleOf(grid), longest / 300));

  // A smaller copy where the whole would be too much to draw; never read for values.
  const by = useMemo(() => renderedReduction(grid, software ? SOFTWARE_VOXELS : RENDERED_VOXELS), [grid, software]);
  const [own, setOwn] = useState<string | null>(null);
  useEffect(() => {
    if (isWhole(by)) return setOwn(id);
    const name = `${id}-body`;
    holdVolume(name, shrunk(volume, by));
    setOwn(name);
    return () => {
      setOwn(null);
      dropVolume(name);
    };
  }, [by, id, volume]);

  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const made = new BodyPane('body', element, () => setDrawing(false));
    let open = true;
    made.open().then(() => {
      if (!open) return;
      setLook((before) => ({ ...before, mm: longest / Math.max(80, Math.min(...made.size()) - 20) }));
      setPane(made);
    }, () => open && setBroken(true));
    return () => {
      open = false;
      made.close();
      setPane(null);
    };
  }, [longest]);
  useEffect(() => {
    if (!pane || !own) return;
    setDrawing(true);
    pane.show(own, chosen, window, look, software ? COARSE : 1).catch(() => setBroken(true));
  }, [pane, own, chosen, window.center, window.width, look, software]); // eslint-disable-line react-hooks/exhaustive-deps
  useBodyHand(holder, setLook);

  const right = letters(cross(look.up, look.out)), top = letters(look.up);
  const edges = { right, left: opposite(right), top, bottom: opposite(top) };
  const letter = (word: string) => [...word].map((one) => t(`viewer.letter.${one}`)).join('');
  const [columns, rows, slices] = [Math.floor(grid.size[0] / by.plane), Math.floor(grid.size[1] / by.plane), Math.floor(grid.size[2] / by.slices)];
  return (
    <section className="pane body-pane" aria-label={t('viewer.pane', { title: t('volume.body') })} data-testid="body" data-drawing={drawing} data-preset={chosen}>
      <div className="pane-image" ref={holder} tabIndex={0} role="application" aria-label={t('volume.bodyLabel')} data-own-keys data-testid="image-body" onContextMenu={(event) => event.preventDefault()} />
      <Corner patient={patient} frame={null} />
      <div className="corner corner-ne">
        <div><strong>{t('volume.body')}</strong></div>
        <div>{title}</div>
        <div className="corner-warn">{t('volume.bodyNot')}</div>
        {!isWhole(by) && <div className="corner-label num">{t('volume.bodyOf', { columns, rows, slices })}</div>}
        {software && <div className="corner-label">{t('volume.bodySoftware')}</div>}
      </div>
      {(['right', 'left', 'top', 'bottom'] as const).map((side) => edges[side] && <span key={side} className={`edge edge-${side}`} data-edge={side}>{letter(edges[side])}</span>)}
      {presets.length > 1 && (
        <div className="body-presets">
          <SegmentedControl size="xs" value={chosen} onChange={(value) => setPreset(value as BodyPreset)} aria-label={t('volume.preset')} data={presets.map((one) => ({ value: one, label: t(`volume.presetName.${one}`) }))} />
        </div>
      )}
      {drawing && !broken && <div className="pane-note pane-note-small" role="status">{t('volume.bodyDrawing')}</div>}
      {broken && <div className="pane-note" role="alert"><Icon name="warning" /> {t('volume.bodyBroken')}</div>}
    </section>
  );
}

function useBodyHand(holder: React.RefObject<HTMLDivElement | null>, setLook: React.Dispatch<React.SetStateAction<BodyLook>>) {
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    let from: [number, number] | null = null;
    const zoom = (factor: number) => setLook((look) => ({ ...look, mm: Math.max(0.02, Math.min(20, look.mm / factor)) }));
    const down = (event: PointerEvent) => {
      from = [event.clientX, event.clientY];
      element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
      from = [event.clientX, event.clientY];
      if (event.buttons & 2) zoom(Math.exp(-dy / 150));
      else setLook((look) => turnBody(look, dx * PER_PIXEL, dy * PER_PIXEL));
    };
    const up = () => void (from = null);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    };
    const press = (event: KeyboardEvent) => {
      const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
      if (!x && !y && event.key !== '+' && event.key !== '-') return;
      event.preventDefault();
      if (event.key === '+' || event.key === '-') return zoom(event.key === '+' ? 1.25 : 0.8);
      setLook((look) => turnBody(look, x! * ARROW_DEGREES, y! * ARROW_DEGREES));
    };
    const list: [string, (event: never) => void][] = [['pointerdown', down], ['pointermove', move], ['pointerup', up], ['pointercancel', up], ['keydown', press]];
    for (const [name, hear] of list) element.addEventListener(name, hear as EventListener);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      for (const [name, hear] of list) element.removeEventListener(name, hear as EventListener);
      element.removeEventListener('wheel', wheel);
    };
  }, [holder, setLook]);
}
