/*
 * A volume drawn as a body: presets for densities, or the most along each ray. For orientation only, never for reading.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { Enums, type Types } from '@cornerstonejs/core';
import type { Point, Window } from '../dicom';
import { plus } from '../space';
import { engineStarted, panes, type Told } from './base';

export type BodyPreset = 'bone' | 'vessels' | 'lung' | 'mip';
export const BODY_PRESETS: BodyPreset[] = ['bone', 'vessels', 'lung', 'mip'];
/* The engine's own; they speak Hounsfield units, so they are for CT. */
const NAMES: Record<Exclude<BodyPreset, 'mip'>, string> = { bone: 'CT-Bone', vessels: 'CT-Chest-Vessels', lung: 'CT-Lung' };
const FAR_MM = 2000;

export interface BodyLook { out: Point; up: Point; middle: Point; mm: number } // 'out' towards the eye; 'mm' of one pixel of the screen

export class BodyPane implements Told {
  private viewport: Types.IVolumeViewport | null = null;
  private close_: () => void = () => undefined;
  private gone = false;
  private drawn: string | null = null;
  private fresh = false;
  rendered = 0;

  constructor(readonly id: string, private readonly element: HTMLDivElement, private readonly told: () => void) {}
  readonly onLoaded = () => undefined;
  readonly onFailed = () => undefined;
  readonly refit = () => undefined;

  async open(): Promise<void> {
    const engine = await engineStarted();
    if (this.gone) return;
    engine.enableElement({ viewportId: this.id, element: this.element, type: Enums.ViewportType.VOLUME_3D, defaultOptions: { background: [0, 0, 0], parallelProjection: true, orientation: Enums.OrientationAxis.CORONAL } });
    this.viewport = engine.getViewport<Types.IVolumeViewport>(this.id);
    panes.set(this.id, this);
    const rendered = () => {
      this.rendered++;
      if (this.fresh) this.viewport?.render();
      else this.told();
      this.fresh = false;
    };
    this.element.addEventListener(Enums.Events.IMAGE_RENDERED, rendered);
    this.close_ = () => {
      this.element.removeEventListener(Enums.Events.IMAGE_RENDERED, rendered);
      engine.disableElement(this.id);
    };
  }
  close() {
    this.gone = true;
    panes.delete(this.id);
    this.close_();
    this.viewport = null;
  }
  size = () => [this.element.clientWidth, this.element.clientHeight] as const;

  async show(volume: string, preset: BodyPreset, window: Window, { out, up, middle, mm }: BodyLook, coarse: number) {
    const { viewport } = this;
    if (!viewport) return;
    const key = `${volume}/${preset}`;
    if (this.drawn !== key) {
      this.drawn = key;
      const blendMode = preset === 'mip' ? Enums.BlendModes.MAXIMUM_INTENSITY_BLEND : Enums.BlendModes.COMPOSITE;
      await viewport.setVolumes([{ volumeId: volume, blendMode } as never]);
      if (this.gone) return;
      this.fresh = true;
      if (preset === 'mip') viewport.setProperties({ voiRange: { lower: window.center - window.width / 2, upper: window.center + window.width / 2 } });
      else viewport.setProperties({ preset: NAMES[preset] });
      (viewport as unknown as { setSampleDistanceMultiplier: (by: number) => void }).setSampleDistanceMultiplier(coarse);
    }
    viewport.setCamera({ focalPoint: [...middle] as Types.Point3, position: [...plus(middle, out, FAR_MM)] as Types.Point3, viewUp: [...up] as Types.Point3, parallelScale: (this.element.clientHeight * mm) / 2, parallelProjection: true });
    viewport.render();
  }
  colorAt(x: number, y: number): readonly number[] | null {
    const canvas = this.viewport?.getCanvas();
    if (!canvas) return null;
    const data = canvas.getContext('2d')?.getImageData(Math.round((x * canvas.width) / this.element.clientWidth), Math.round((y * canvas.height) / this.element.clientHeight), 1, 1).data;
    return data ? [...data].slice(0, 3) : null;
  }
}
