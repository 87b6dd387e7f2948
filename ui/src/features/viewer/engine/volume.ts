/*
 * Volumes in the engine: fetched as stacks are, cut by a plane, drawn as a body. The page says where the plane stands; the engine only draws it.
 *
 * Loaded on demand with the rest of the reconstructions: no first image waits for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cache, Enums, imageLoader, type RenderingEngine, type Types, utilities, volumeLoader } from '@cornerstonejs/core';
import type { Frame, Window } from '../dicom';

import { budgetFor, reductionFor, SIDE_MOST } from '../volume/budget';
import { fillFrom, type Fetched, type Volume } from '../volume/fill';
import { keptAs, type Stack } from '../volume/grid';
import { type Eye, type Facing, intoOf } from '../volume/planes';
import type { Slab, SlabMode } from '../volume/sample';
import { plus } from '../space';
import { engineStarted, panes, register, type Told } from './base';

const FAR_MM = 1000; // where the eye stands; a parallel projection has no nearer and farther
const AIR: Record<string, number> = { CT: -1024 };

/* What this workstation can draw: voxels along one side, and whether software does it; null: nothing. Asked once. */
export interface Card { side: number; software: boolean }
let card: Card | null | undefined;
export function cardOf(): Card | null {
  if (card !== undefined) return card;
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return (card = null);
  const named = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  card = { side: Number(context.getParameter(context.MAX_3D_TEXTURE_SIZE)), software: /swiftshader|llvmpipe|softpipe|software/i.test(renderer) };
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return card;
}

/* ---- loading ---- */

export class TooLarge extends Error {}

/* One frame's values after rescale, as the stack reads them; what was not there before is let go again. */
async function valuesOf(frame: Frame): Promise<Fetched> {
  const known = cache.isLoaded(frame.imageId);
  const image = await imageLoader.loadAndCacheImage(frame.imageId, { priority: 0, requestType: Enums.RequestType.Prefetch });
  const { imageQualityStatus } = image as { imageQualityStatus?: number };
  if (imageQualityStatus !== undefined && imageQualityStatus !== Enums.ImageQualityStatus.FULL_RESOLUTION) return null;
  if (image.color) return null;
  const stored = image.voxelManager?.getScalarData() as ArrayLike<number> | undefined;
  if (!stored || stored.length !== image.rows * image.columns) return null;
  const plain = image.preScale?.scaled || (image.slope === 1 && image.intercept === 0);
  const values = plain ? stored : Float32Array.from(stored, (value) => value * image.slope + image.intercept);
  if (!known) cache.removeImageLoadObject(frame.imageId);
  return { values, columns: image.columns, rows: image.rows };
}

/* How a volume of this stack would be kept within what this workstation may give; 'taken' is what others of the view have. */
export function planFor(stack: Stack, taken = 0) {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory;
  const kept = keptAs(stack.frames);
  const by = reductionFor(stack.grid.size, kept, Math.max(0, budgetFor(memory) - taken), Math.min(SIDE_MOST, cardOf()?.side ?? 0));
  return by && { kept, by };
}

export async function loadVolume(stack: Stack, taken: number, modality: string, told: (done: number) => void, gone: () => boolean): Promise<Volume> {
  const plan = planFor(stack, taken);
  if (!plan) throw new TooLarge();
  await engineStarted();
  register(stack.frames);
  return fillFrom(stack, plan.kept, plan.by, AIR[modality] ?? 0, valuesOf, told, gone);
}

/* Gives the engine a volume under this name; the block is shared, not copied. */
export function holdVolume(id: string, { grid, values }: Volume) {
  volumeLoader.createLocalVolume(id, {
    dimensions: [...grid.size] as Types.Point3, spacing: [...grid.spacing] as Types.Point3, origin: [...grid.origin] as Types.Point3,
    direction: [...grid.across, ...grid.down, ...grid.normal] as Types.Mat3, scalarData: values,
    metadata: { FrameOfReferenceUID: grid.reference, voiLut: [], Modality: '' } as unknown as Types.Metadata,
  }).modified();
}
export function dropVolume(id: string) {
  const volume = cache.getVolume(id);
  if (!volume) return;
  const slices = [...volume.imageIds];
  cache.removeVolumeLoadObject(id);
  for (const one of slices) if (cache.getImageLoadObject(one)) cache.removeImageLoadObject(one);
}

/* ---- what is drawn ---- */

export type MapName = 'hot-iron' | 'grey' | 'rainbow';
export const MAPS: MapName[] = ['hot-iron', 'grey', 'rainbow'];
/* Hot Iron is PS3.6 B.1.1; x, red, green, blue. */
const POINTS: Record<MapName, number[]> = {
  'hot-iron': [0, 0, 0, 0, 0.5, 1, 0, 0, 0.75, 1, 0.5, 0, 1, 1, 1, 1],
  grey: [0, 1, 1, 1, 1, 0, 0, 0], // as a PET is read alone: much is black
  rainbow: [0, 0, 0, 0.5, 0.125, 0, 0, 1, 0.375, 0, 1, 1, 0.625, 1, 1, 0, 0.875, 1, 0, 0, 1, 0.5, 0, 0],
};
let mapped = false;
function registerMaps() {
  if (mapped) return;
  for (const name of MAPS) utilities.colormap.registerColormap({ Name: `beclere-${name}`, name: `beclere-${name}`, ColorSpace: 'RGB', RGBPoints: POINTS[name] } as never);
  mapped = true;
}

const BLEND: Record<SlabMode, Enums.BlendModes> = {
  thin: Enums.BlendModes.COMPOSITE, max: Enums.BlendModes.MAXIMUM_INTENSITY_BLEND, min: Enums.BlendModes.MINIMUM_INTENSITY_BLEND, mean: Enums.BlendModes.AVERAGE_INTENSITY_BLEND,
};
const low = ({ center, width }: Window) => center - width / 2;

export interface Look { window: Window; inverted: boolean }
export interface Over { volume: string; window: Window; map: MapName; opacity: number }
export interface View { facing: Facing; eye: Eye; slab: Slab; base: Look; over: Over | null }

interface Sampled { getSampleDistance: () => number; setSampleDistance: (mm: number) => void; setMaximumSamplesPerRay: (most: number) => void }
const THIN_MM = 1; // of what is laid over: the card knows thicknesses to a sixteenth of a millimetre, which the engine's thinnest is not much more than

/* Opacity rises over the lowest part of the window: where there is no uptake the anatomy is seen as it is. */
const RISE = 0.15;

export class CutPane implements Told {
  private viewport: Types.IVolumeViewport | null = null;
  private engine: RenderingEngine | null = null;
  private gone = false;
  private sizes: ResizeObserver | null = null;
  private drawn: { base: string; over: string | null; inverted: boolean; map: string } | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private fresh = false;
  private upper: Types.VolumeActor | null = null; // what is laid over
  private usual = 1; // its own distance of samples, mm
  /* Drawings that were finished; tests wait for them. */
  rendered = 0;
  view: View | null = null;

  constructor(readonly id: string, private readonly element: HTMLDivElement, private readonly sized: () => void) {}

  readonly onLoaded = () => undefined;
  readonly onFailed = () => undefined;
  readonly refit = () => undefined;

  async open(): Promise<void> {
    const engine = await engineStarted();
    if (this.gone) return;
    registerMaps();
    this.engine = engine;
    engine.enableElement({ viewportId: this.id, element: this.element, type: Enums.ViewportType.ORTHOGRAPHIC, defaultOptions: { background: [0, 0, 0], orientation: Enums.OrientationAxis.AXIAL } });
    this.viewport = engine.getViewport<Types.IVolumeViewport>(this.id);
    panes.set(this.id, this);
    this.element.addEventListener(Enums.Events.IMAGE_RENDERED, this.onRendered);
    this.sizes = new ResizeObserver(() => {
      if (!this.element.clientWidth || !this.element.clientHeight) return;
      engine.resize(true, true);
      this.sized();
    });
    this.sizes.observe(this.element);
  }

  close() {
    this.gone = true;
    this.sizes?.disconnect();
    this.element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.onRendered);
    panes.delete(this.id);
    this.engine?.disableElement(this.id);
    this.viewport = null;
  }

  size = () => [this.element.clientWidth, this.element.clientHeight] as const;

  /* Draws this view; the last one that was asked for wins. */
  show(base: string, view: View): Promise<void> {
    this.view = view;
    const next = this.turn.then(async () => {
      if (this.view !== view || !this.viewport || this.gone) return;
      await this.draw(this.viewport, base, view);
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async draw(viewport: Types.IVolumeViewport, base: string, { facing, eye, slab, base: look, over }: View) {
    const volumes = over ? [base, over.volume] : [base];
    if (this.drawn?.base !== base || this.drawn.over !== (over?.volume ?? null)) {
      await viewport.setVolumes(volumes.map((volumeId) => ({ volumeId, actorUID: volumeId, callback: ({ volumeActor }: { volumeActor: Types.VolumeActor }) => {
        volumeActor.getProperty().setInterpolationTypeToLinear();
        if (volumeId === base) return;
        this.upper = volumeActor;
        this.usual = (volumeActor.getMapper() as unknown as Sampled).getSampleDistance();
      } })) as never);
      if (this.gone) return;
      this.fresh = true;
      this.drawn = { base, over: over?.volume ?? null, inverted: false, map: '' };
    }
    const into = intoOf(facing);
    const out = [-into[0], -into[1], -into[2]] as Types.Point3;
    viewport.setCamera({
      viewPlaneNormal: out, viewUp: [-facing.down[0], -facing.down[1], -facing.down[2]], focalPoint: [...eye.middle] as Types.Point3,
      position: [...plus(eye.middle, out, FAR_MM)] as Types.Point3, parallelScale: (eye.height * eye.mm) / 2, parallelProjection: true,
    });
    viewport.setBlendMode(BLEND[slab.mode]);
    viewport.setSlabThickness(slab.mode === 'thin' ? 0 : slab.mm / 2); // the engine's is to each side
    viewport.setProperties({ voiRange: { lower: low(look.window), upper: low(look.window) + look.window.width } }, base);
    if (this.drawn!.inverted !== look.inverted) viewport.setProperties({ invert: look.inverted }, base);
    this.drawn!.inverted = look.inverted;
    if (over) {
      if (slab.mode === 'thin') viewport.setSlabThickness(THIN_MM / 2, [over.volume]);
      this.sampleBy(slab.mode === 'thin' ? THIN_MM : this.usual);
      this.lay(viewport, over);
    }
    viewport.render();
  }

  /* The engine thins opacity out by the part of a sample that lies within the slab: a thin plane is one sample, no less. */
  private sampleBy(mm: number) {
    if (!this.upper) return;
    const mapper = this.upper.getMapper() as unknown as Sampled;
    mapper.setMaximumSamplesPerRay(20_000);
    mapper.setSampleDistance(mm * 1.2); // never more than one sample: the one in the middle
    this.upper.getProperty().setScalarOpacityUnitDistance(0, mm);
  }

  private lay(viewport: Types.IVolumeViewport, { volume, window, map, opacity }: Over) {
    const from = low(window), upper = from + window.width;
    if (this.drawn!.map !== map) viewport.setProperties({ colormap: { name: `beclere-${map}` } }, volume);
    this.drawn!.map = map;
    viewport.setProperties({ voiRange: { lower: from, upper } }, volume);
    viewport.setProperties({ colormap: { opacity: [{ value: from, opacity: 0 }, { value: from + window.width * RISE, opacity }, { value: upper, opacity }] } }, volume);
  }

  private readonly onRendered = () => {
    this.rendered++;
    if (!this.fresh) return;
    this.fresh = false; // the first drawing makes the card's copy, the second is the first that has its values
    this.viewport?.render();
  };

  /* The grey or colour that is on the screen, for tests: what is drawn is compared with what is read. */
  colorAt(x: number, y: number): readonly number[] | null {
    const canvas = this.viewport?.getCanvas();
    if (!canvas) return null;
    const data = canvas.getContext('2d')?.getImageData(Math.round((x * canvas.width) / this.element.clientWidth), Math.round((y * canvas.height) / this.element.clientHeight), 1, 1).data;
    return data ? [...data].slice(0, 3) : null;
  }
}

