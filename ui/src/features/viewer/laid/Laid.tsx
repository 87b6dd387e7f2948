/*
 * Overlay planes and shutters over an image, moving with it; on by default, off by key: what is hidden is said. E25
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Kbd } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Frame, number, TAG, text } from '../dicom';
import { overlayInside } from '../engine/base';
import { plainId, unapplied } from '../engine/greys';
import type { StackPane } from '../engine/stack';
import { bulkOf } from '../requests';
import { coveredBy, drawBits, type OverlayPlane, overlaysOf, shutterOf } from './read';
import { laidUnder, type State } from '../state/read';
import { laid } from './shown';

const DRAWN = [255, 255, 255] as const, FAR = 1000;

/* From pixels of the image to the pane, as CSS writes it. */
function matrixOf(pane: StackPane): string | null {
  const at = pane.toScreen([0, 0]), right = pane.toScreen([FAR, 0]), down = pane.toScreen([0, FAR]);
  if (!at || !right || !down) return null;
  const all = [(right[0] - at[0]) / FAR, (right[1] - at[1]) / FAR, (down[0] - at[0]) / FAR, (down[1] - at[1]) / FAR, at[0], at[1]];
  return all.every(Number.isFinite) ? `matrix(${all.join(',')})` : null;
}

function bytesOf(inline: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(inline), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function Plane({ frame, plane, matrix, grey }: { frame: Frame; plane: OverlayPlane; matrix: string; grey: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const apart = plane.bytes && 'tag' in plane.bytes ? plane.bytes.tag : null;
  const asked = useQuery({ queryKey: ['dicom', frame.sop, 'bulk', apart], enabled: !!apart, staleTime: Infinity, gcTime: 60_000, retry: 1,
    queryFn: () => bulkOf(text(frame.instance, TAG.study), text(frame.instance, TAG.series), frame.sop, apart!) });
  const within = plane.bytes ? null : overlayInside(plainId(frame.imageId), plane.group);
  const bytes = useMemo(() => (plane.bytes && 'inline' in plane.bytes ? bytesOf(plane.bytes.inline) : within ?? asked.data ?? null), [plane, asked.data, within]);
  useEffect(() => {
    const drawing = canvas.current?.getContext('2d');
    if (!drawing || !bytes) return;
    const picture = drawing.createImageData(plane.columns, plane.rows);
    drawBits(bytes, plane, plane.shutters ? [grey, grey, grey] : DRAWN, picture.data);
    drawing.putImageData(picture, 0, 0);
  }, [bytes, plane, grey]);
  return <canvas ref={canvas} className="laid-plane" data-group={plane.group} width={plane.columns} height={plane.rows} style={{ transform: `${matrix} translate(${plane.left - 0.5}px, ${plane.top - 0.5}px)` }} />;
}

/* 'under': the presentation state that is shown; it lays over what it says, and nothing else of the image (PS3.4 N.2.3). */
export function Laid({ pane, frame, under }: { pane: StackPane; frame: Frame; under: State | null }) {
  const { t } = useTranslation();
  const [, again] = useReducer((n: number) => n + 1, 0);
  const shown = useSyncExternalStore(laid.subscribe, laid.shown);
  useEffect(() => pane.onView(again), [pane]);
  const said = useMemo(() => (under ? laidUnder(under, frame) : null), [under, frame]);
  const planes = useMemo(() => (said ? said.planes.flatMap(({ holder, groups }) => overlaysOf(holder).filter((one) => groups.includes(one.group)).map((plane) => ({ plane, holder }))) : overlaysOf(frame).map((plane) => ({ plane, holder: frame }))), [frame, said]);
  const shutter = useMemo(() => shutterOf(said ? said.shutter : frame), [frame, said]);
  const drawn = planes.filter(({ plane }) => plane.bytes ?? overlayInside(plainId(frame.imageId), plane.group));
  const linear = unapplied(frame);
  if (!planes.length && !shutter && !linear) return null;
  const matrix = matrixOf(pane), [width, height] = pane.size(), columns = number(frame.instance, TAG.columns) ?? 0, rows = number(frame.instance, TAG.rows) ?? 0;
  const words = [...new Set(drawn.map(({ plane }) => plane.words).filter(Boolean))].join(', ');
  return (
    <>
      {shown && matrix && (
        <div className="pane-marks laid" aria-hidden="true" data-testid={`laid-${pane.id}`}>
          {shutter && (
            <svg width={width} height={height}>
              <g style={{ transform: matrix }} fill={`rgb(${shutter.grey},${shutter.grey},${shutter.grey})`} fillRule="evenodd">{coveredBy(shutter, columns, rows).map((path) => <path key={path} d={path} />)}</g>
            </svg>
          )}
          {drawn.map(({ plane, holder }) => <Plane key={`${holder.sop}/${plane.group}`} frame={holder} plane={plane} matrix={matrix} grey={shutter?.grey ?? 0} />)}
        </div>
      )}
      <div className="laid-note">
        {(drawn.length > 0 || shutter) && (
          <button type="button" aria-pressed={shown} title={words || undefined} onClick={() => laid.show(!shown)}>
            {t(shown ? 'viewer.laid.shown' : 'viewer.laid.hidden')} <Kbd size="xs">⇧ O</Kbd>
          </button>
        )}
        {linear && <span role="note">{t('viewer.laid.linear')}</span>}
        {planes.length > drawn.length && <span>{t('viewer.laid.inside')}</span>}
      </div>
    </>
  );
}
