/*
 * The only door to Cornerstone3D: starts it once, binds the hand's buttons to tools, keeps what is registered.
 *
 * Measures are not the engine's: they are drawn and computed by this page, from stored values and the object's own spacing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cache, Enums, eventTarget, imageLoader, imageLoadPoolManager, init as startCore, ProgressiveRetrieveImages, RenderingEngine, type Types, utilities } from '@cornerstonejs/core';
import loader from '@cornerstonejs/dicom-image-loader';
import { addTool, Enums as ToolEnums, init as startTools, MagnifyTool, PanTool, StackScrollTool, ToolGroupManager, WindowLevelTool, ZoomTool } from '@cornerstonejs/tools';
import { type Frame, ownWindow } from '../dicom';
import { isMeasure, type Tool } from '../presets';
import { overlaysOf } from '../laid/read';
import { forgetTables, modalityApplied, plainId, registerGreys, throughTable } from './greys';
import { known } from './known';
import { registerStates } from './states';
import { bitsOf, carriesMore, takeOut } from './samples';

export const ENGINE = 'beclere';
const CACHE_BYTES = 1 << 30;
/* The frame made in advance (HTJ2K, lossless) where there is one, else as stored: docs/api.md §6. The loader's own header takes whole stored frames. */
const FRAMES_ACCEPT = ['1.2.840.10008.1.2.4.202', '*'].map((syntax) => `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}`).join(', ');
/* A frame that is looked at is drawn while it comes, coarse first; only HTJ2K made by resolutions can be (others wait for their last byte). Bytes before the first drawing, and between two. */
const WHILE_IT_COMES = { streaming: true, initialChunkSize: 8192, minChunkSize: 16384 };
const { MouseBindings } = ToolEnums;
const NAMES: Partial<Record<Tool, string>> = {
  window: WindowLevelTool.toolName, pan: PanTool.toolName, zoom: ZoomTool.toolName, scroll: StackScrollTool.toolName, magnify: MagnifyTool.toolName,
};

/* What the engine tells a pane. */
export interface Told { onLoaded: (imageId: string) => void; onFailed: (imageId: string) => void; refit: () => void }

/* What tests and support look at; nothing in the page reads it. */
interface Mark { rendered: number; imageId: string | null; pane: (id: string) => unknown }
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a window for tests
declare global { interface Window { __viewer?: Omit<Mark, 'pane'> & { pane: (id: string) => any } } }

export const panes = new Map<string, Told>();
export const mark: Mark = { rendered: 0, imageId: null, pane: (id) => panes.get(id) };
const frames = new Map<string, Frame>(); // by imageId

let started: Promise<RenderingEngine> | null = null;
let tool: Tool = 'window';

export const engineStarted = () => (started ??= start());

async function start(): Promise<RenderingEngine> {
  await startCore();
  await startTools();
  loader.init({ maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)), beforeSend: () => ({ Accept: FRAMES_ACCEPT }) });
  imageLoader.registerImageLoader('wadors', loadClean as Parameters<typeof imageLoader.registerImageLoader>[1]);
  registerGreys((imageId) => frames.get(imageId));
  registerStates((imageId) => frames.get(imageId));
  utilities.imageRetrieveMetadataProvider.add('stack', { create: ProgressiveRetrieveImages.createProgressive, retrieveOptions: { single: WHILE_IT_COMES }, ...ProgressiveRetrieveImages.singleRetrieveStages });
  cache.setMaxCacheSize(CACHE_BYTES);
  for (const one of [WindowLevelTool, PanTool, ZoomTool, StackScrollTool, MagnifyTool]) addTool(one);
  const group = ToolGroupManager.createToolGroup(ENGINE)!;
  for (const name of Object.values(NAMES)) group.addTool(name, name === MagnifyTool.toolName ? { magnifySize: 6 } : {});
  eventTarget.addEventListener(Enums.Events.IMAGE_LOADED, (event: Event) => {
    const { image } = (event as CustomEvent<{ image: Types.IImage }>).detail;
    panes.forEach((pane) => pane.onLoaded(image.imageId));
  });
  eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_FAILED, (event: Event) => {
    const { imageId } = (event as CustomEvent<{ imageId: string }>).detail;
    panes.forEach((pane) => pane.onFailed(imageId));
  });
  window.__viewer = mark;
  return new RenderingEngine(ENGINE);
}

const inside = new Map<string, Uint8Array>(); // overlays that lay in samples, a bit a pixel; kept as long as the engine may keep their images
export const overlayInside = (imageId: string, group: string) => inside.get(`${imageId}/${group}`) ?? null;

/* As the loader's own; samples that carry more than the image are cleaned, and the table of the modality is applied, before anybody sees them. */
function loadClean(imageId: string, options?: object) {
  const asked = loader.wadors.loadImage(imageId, options), frame = frames.get(imageId);
  const dirty = frame && carriesMore(frame.instance), table = frame && throughTable(frame);
  if (!frame || (!dirty && !table)) return asked;
  return { ...asked, promise: asked.promise.then((image) => (dirty ? cleaned(frame, image) : image)).then((image) => (table ? modalityApplied(frame, image, !ownWindow(frame)) : image)) };
}
function cleaned(frame: Frame, image: Types.IImage): Types.IImage {
  if (image.slope !== 1 || image.intercept !== 0 || image.preScale?.scaled) return image; // rescaled by the loader, from a slope of the object: such bits are of other objects
  const values = image.getPixelData();
  for (const plane of overlaysOf(frame)) if (!plane.bytes && plane.rows * plane.columns === values.length) inside.set(`${image.imageId}/${plane.group}`, bitsOf(values, plane.bit));
  const range = takeOut(frame.instance, values);
  if (!range) return image;
  Object.assign(image, { minPixelValue: range.min, maxPixelValue: range.max });
  if (!ownWindow(frame)) Object.assign(image, { windowWidth: range.max - range.min + 1, windowCenter: (range.max + range.min + 1) / 2 });
  return image;
}

/* The chosen tool has the first button; a measuring tool is this page's own and leaves it free. */
export function bind() {
  const group = ToolGroupManager.getToolGroup(ENGINE);
  if (!group) return;
  for (const name of Object.values(NAMES)) group.setToolPassive(name, { removeAllBindings: true });
  const bindings = new Map<string, object[]>([
    [StackScrollTool.toolName, [{ mouseButton: MouseBindings.Wheel }]],
    [PanTool.toolName, [{ mouseButton: MouseBindings.Auxiliary }]],
    [ZoomTool.toolName, [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }]],
  ]);
  const name = NAMES[tool];
  if (name) bindings.set(name, [...(bindings.get(name) ?? []), { mouseButton: MouseBindings.Primary }, { numTouchPoints: 1 }]);
  for (const [active, list] of bindings) group.setToolActive(active, { bindings: list as never });
}

export function chooseTool(wanted: Tool) {
  tool = wanted;
  bind();
}
export const chosenTool = () => tool;
/* This tool draws or points on the page's own layer. */
export const drawsItself = (one: Tool) => isMeasure(one) || one === 'cursor';

export function register(list: Frame[]) {
  for (const one of list) {
    const frame = { ...one, imageId: plainId(one.imageId) };
    if (frames.get(frame.imageId)?.instance === frame.instance) continue;
    frames.set(frame.imageId, frame);
    if (frame.frame === 1) loader.wadors.metaDataManager.add(frame.imageId, { ...frame.instance } as never); // a copy: the loader writes what functional groups say of a frame, a maker's own UIDs too, over what it is given
  }
}

/* Everything cached goes with the viewer: the next patient's images start clean. */
export function forget() {
  imageLoadPoolManager.clearRequestStack(Enums.RequestType.Prefetch);
  cache.purgeCache();
  frames.clear();
  forgetTables();
  known.clear();
}
