/*
 * The only door to Cornerstone3D: starts it once, and gives panes that show one stack each.
 *
 * What is written over an image describes the image that is drawn, never the one still on its way.
 * Lengths are computed here from the object's own spacing: the engine writes millimetres where there are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cache, Enums, eventTarget, imageLoader, imageLoadPoolManager, init as startCore, RenderingEngine, type Types, utilities } from '@cornerstonejs/core';
import loader from '@cornerstonejs/dicom-image-loader';
import {
  addTool, annotation, Enums as ToolEnums, init as startTools, LengthTool, PanTool, StackScrollTool, ToolGroupManager, WindowLevelTool, ZoomTool,
} from '@cornerstonejs/tools';
import { type Frame, type Length, lengthBetween, pixelOf, type Window } from './dicom';
import type { Tool } from './presets';

const ENGINE = 'beclere';
const CACHE_BYTES = 1 << 30;
/* The frame made in advance (HTJ2K, lossless) where there is one, else as stored: docs/api.md §6. The loader's own header takes whole stored frames. */
const FRAMES_ACCEPT = ['1.2.840.10008.1.2.4.202', '*'].map((syntax) => `multipart/related; type="application/octet-stream"; transfer-syntax=${syntax}`).join(', ');
const AHEAD_BYTES = 600 << 20; // of decoded pixels fetched ahead: a cine of an hour must not push out what is looked at
const { MouseBindings } = ToolEnums;
const NAMES: Record<Tool, string> = {
  window: WindowLevelTool.toolName, pan: PanTool.toolName, zoom: ZoomTool.toolName, scroll: StackScrollTool.toolName, length: LengthTool.toolName,
};

export interface PaneState {
  shown: number | null; // index of the frame that is drawn
  wanted: number;
  count: number;
  loaded: number;
  failed: boolean;
  window: Window | null;
  inverted: boolean;
  zoom: number;
  playing: boolean;
}
const NOTHING: PaneState = { shown: null, wanted: 0, count: 0, loaded: 0, failed: false, window: null, inverted: false, zoom: 1, playing: false };

/* What tests and support look at; nothing in the page reads it. */
interface Mark { rendered: number; imageId: string | null; pane: (id: string) => StackPane | undefined }
declare global { interface Window { __viewer?: Mark } }
const mark: Mark = { rendered: 0, imageId: null, pane: (id) => panes.get(id) };

const frames = new Map<string, Frame>(); // by imageId
const panes = new Map<string, StackPane>();
let lengthText: (length: Length) => string = ({ value }) => value.toFixed(1);
export const setLengthText = (text: typeof lengthText) => void (lengthText = text);

/* A length whose words are drawn by our style sheet: the engine's own text box writes a style attribute, which the page's policy forbids. */
class PlainLength extends LengthTool {
  static override toolName = LengthTool.toolName;
  protected override renderLinkedTextBoxAnnotation({ svgDrawingHelper: svg, annotation: one, textLines, canvasCoordinates }: {
    svgDrawingHelper: { getSvgNode: (key: string) => SVGElement | undefined; appendNode: (node: SVGElement, key: string) => void; setNodeTouched: (key: string) => void };
    annotation: { annotationUID?: string }; textLines?: string[]; canvasCoordinates: Types.Point2[];
  }): boolean {
    const [from, to] = canvasCoordinates;
    if (!from || !to) return false;
    const key = `${one.annotationUID}::words`;
    const known = svg.getSvgNode(key);
    const words = known ?? document.createElementNS('http://www.w3.org/2000/svg', 'text');
    const right = to[0] >= from[0] ? to : from;
    words.setAttribute('class', 'length-words');
    words.setAttribute('x', String(right[0] + 10));
    words.setAttribute('y', String(right[1] + 4));
    words.textContent = textLines?.join(' ') ?? '';
    if (known) svg.setNodeTouched(key);
    else svg.appendNode(words, key);
    return true;
  }
}

let started: Promise<RenderingEngine> | null = null;
let tool: Tool = 'window';

async function start(): Promise<RenderingEngine> {
  await startCore();
  await startTools();
  loader.init({ maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)), beforeSend: () => ({ Accept: FRAMES_ACCEPT }) });
  cache.setMaxCacheSize(CACHE_BYTES);
  for (const one of [WindowLevelTool, PanTool, ZoomTool, StackScrollTool, PlainLength]) addTool(one);
  const group = ToolGroupManager.createToolGroup(ENGINE)!;
  for (const name of Object.values(NAMES))
    group.addTool(name, name === LengthTool.toolName ? { getTextLines: linesOf, actions: {} } : {});
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

function bind(engineGroup = ToolGroupManager.getToolGroup(ENGINE)) {
  if (!engineGroup) return;
  for (const name of Object.values(NAMES)) engineGroup.setToolPassive(name, { removeAllBindings: true });
  const bindings = new Map<string, Types.Point2[] | object[]>([
    [NAMES.scroll, [{ mouseButton: MouseBindings.Wheel }]],
    [NAMES.pan, [{ mouseButton: MouseBindings.Auxiliary }]],
    [NAMES.zoom, [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }]],
  ]);
  bindings.set(NAMES[tool], [...((bindings.get(NAMES[tool]) as object[] | undefined) ?? []), { mouseButton: MouseBindings.Primary }, { numTouchPoints: 1 }]);
  for (const [name, list] of bindings) engineGroup.setToolActive(name, { bindings: list as never });
}

export function chooseTool(wanted: Tool) {
  tool = wanted;
  bind();
}

/* The text beside a length; the engine's own units are not used. */
function linesOf(data: { handles: { points: number[][] } }, targetId: string): string[] {
  const frame = frames.get(targetId.replace(/^imageId:/, ''));
  const [from, to] = data.handles.points;
  return frame && from && to ? [lengthText(lengthBetween(frame, pixelOf(frame, from), pixelOf(frame, to)))] : [];
}

function register(list: Frame[]) {
  for (const frame of list) {
    if (frames.get(frame.imageId)?.instance === frame.instance) continue;
    frames.set(frame.imageId, frame);
    if (frame.frame === 1) loader.wadors.metaDataManager.add(frame.imageId, frame.instance as never);
  }
}

/* Everything measured and cached goes with the viewer: the next patient's images start clean. */
export function forget() {
  annotation.state.removeAllAnnotations();
  imageLoadPoolManager.clearRequestStack(Enums.RequestType.Prefetch);
  cache.purgeCache();
  frames.clear();
}

export class StackPane {
  private viewport: Types.IStackViewport | null = null;
  private engine: RenderingEngine | null = null;
  private list: Frame[] = [];
  private state = NOTHING;
  private listeners = new Set<() => void>();
  private ready = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();
  private ownWindow = false;
  private inverted = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private soon = 0;
  private gone = false;
  private held = false; // a hand is on the image: what changes now is wanted
  private touched = false; // zoomed or moved by hand: a new size of the pane does not fit the image again
  private sizes: ResizeObserver | null = null;

  constructor(readonly id: string, private readonly element: HTMLDivElement) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = () => this.state;

  async open(): Promise<void> {
    const engine = await (started ??= start());
    if (this.gone) return;
    this.engine = engine;
    engine.enableElement({ viewportId: this.id, element: this.element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
    this.viewport = engine.getViewport<Types.IStackViewport>(this.id);
    ToolGroupManager.getToolGroup(ENGINE)?.addViewport(this.id, ENGINE);
    bind();
    panes.set(this.id, this);
    const { Events } = Enums;
    this.element.addEventListener(Events.STACK_NEW_IMAGE, this.onImage as EventListener);
    this.element.addEventListener(Events.PRE_STACK_NEW_IMAGE, this.onWanted as EventListener);
    this.element.addEventListener(Events.VOI_MODIFIED, this.onWindow);
    this.element.addEventListener(Events.CAMERA_MODIFIED, this.onCamera);
    this.element.addEventListener('pointerdown', this.onHold);
    addEventListener('pointerup', this.onLetGo);
    addEventListener('pointercancel', this.onLetGo);
    this.element.addEventListener(Events.IMAGE_RENDERED, this.onRendered);
    this.sizes = new ResizeObserver(() => {
      if (!this.element.clientWidth || !this.element.clientHeight) return;
      engine.resize(true, true);
      panes.forEach((pane) => pane.refit());
    });
    this.sizes.observe(this.element);
  }

  close() {
    this.gone = true;
    this.pause();
    this.sizes?.disconnect();
    removeEventListener('pointerup', this.onLetGo);
    removeEventListener('pointercancel', this.onLetGo);
    panes.delete(this.id);
    if (!this.engine) return;
    ToolGroupManager.getToolGroup(ENGINE)?.removeViewports(ENGINE, this.id);
    imageLoadPoolManager.filterRequests(({ additionalDetails }) => (additionalDetails as { pane?: string }).pane !== this.id);
    this.engine.disableElement(this.id);
    this.viewport = null;
  }

  frameAt = (index: number | null): Frame | null => (index === null ? null : this.list[index] ?? null);

  /*
   * Shows these frames. When the frame that is drawn is among them (images arrived meanwhile) the place, the window, the zoom and the pan stay.
   */
  show(list: Frame[], first: number): Promise<void> {
    return this.inTurn(async (viewport) => {
      const drawn = this.frameAt(this.state.shown);
      const place = drawn ? list.findIndex((one) => one.imageId === drawn.imageId) : -1;
      const same = place >= 0;
      const view = same ? viewport.getViewPresentation() : null;
      const voi = same && this.ownWindow ? viewport.getProperties().voiRange : undefined;
      register(list);
      this.list = list;
      this.ready = new Set(list.filter((one) => cache.isLoaded(one.imageId)).map((one) => one.imageId));
      if (!same) {
        this.ownWindow = this.inverted = this.touched = false;
        this.set({ ...NOTHING, wanted: first, count: list.length, playing: false });
        this.pause();
      }
      const index = same ? place : Math.max(0, Math.min(first, list.length - 1));
      this.set({ count: list.length, loaded: this.ready.size, wanted: index, shown: same ? place : null });
      if (!list.length) return;
      await viewport.setStack(list.map((one) => one.imageId), index);
      if (this.gone) return;
      if (view) viewport.setViewPresentation(view);
      if (voi) viewport.setProperties({ voiRange: voi });
      if (same && this.inverted) viewport.setProperties({ invert: !viewport.getProperties().invert });
      viewport.render();
      this.tell();
      this.fetchAhead(index);
    });
  }

  goTo(index: number): Promise<void> {
    if (!this.list.length) return Promise.resolve();
    const wanted = Math.max(0, Math.min(index, this.list.length - 1));
    if (wanted === this.state.wanted && !this.state.failed) return Promise.resolve();
    this.set({ wanted, failed: false });
    return this.viewport?.setImageIdIndex(wanted).then(() => undefined, () => this.onFailed(this.list[wanted]?.imageId ?? '')) ?? Promise.resolve();
  }
  step = (by: number) => this.goTo(this.state.wanted + by);

  /* A window in the units of the image; null gives back the image's own. */
  setWindow(wanted: Window | null) {
    const viewport = this.viewport;
    if (!viewport || this.state.shown === null) return;
    if (wanted) {
      viewport.setProperties({ voiRange: utilities.windowLevel.toLowHighRange(wanted.width, wanted.center) });
      this.ownWindow = true;
    } else {
      viewport.resetProperties();
      this.ownWindow = false;
      if (this.inverted) viewport.setProperties({ invert: !viewport.getProperties().invert });
    }
    viewport.render();
    this.tell();
  }

  invert() {
    if (!this.viewport || this.state.shown === null) return;
    this.viewport.setProperties({ invert: !this.viewport.getProperties().invert });
    this.inverted = !this.inverted;
    this.viewport.render();
    this.tell();
  }

  fit() {
    this.touched = false;
    this.viewport?.resetCamera();
    this.viewport?.render();
    this.tell();
  }

  /* After a new size: an image that nobody moved fills its pane again. */
  refit() {
    if (!this.touched && this.state.shown !== null) this.fit();
  }

  reset() {
    this.inverted = false;
    this.setWindow(null);
    this.fit();
  }

  /* Removes the chosen lengths; when none is chosen, the last one of this image. */
  erase() {
    const mine = annotation.state.getAllAnnotations().filter((one) => one.metadata?.referencedImageId === this.viewport?.getCurrentImageId());
    const chosen = mine.filter((one) => one.annotationUID && annotation.selection.isAnnotationSelected(one.annotationUID));
    for (const one of chosen.length ? chosen : mine.slice(-1)) if (one.annotationUID) annotation.state.removeAnnotation(one.annotationUID);
    this.viewport?.render();
  }

  play(perSecond: number) {
    if (this.list.length < 2) return;
    this.pause();
    this.set({ playing: true });
    const beat = async () => {
      const from = performance.now();
      await this.goTo((this.state.wanted + 1) % this.list.length);
      if (this.state.playing && !this.gone) this.timer = setTimeout(() => void beat(), Math.max(0, 1000 / perSecond - (performance.now() - from)));
    };
    void beat();
  }
  pause() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.state.playing) this.set({ playing: false });
  }

  /* Tries the image that failed once more. */
  retry() {
    const { wanted } = this.state;
    this.set({ failed: false });
    void this.inTurn(async (viewport) => {
      await viewport.setStack(this.list.map((one) => one.imageId), wanted);
      viewport.render();
    });
  }

  /* The stored value (after rescale) under a point of the element; null outside, and for colour. */
  valueAt(x: number, y: number): { column: number; row: number; value: number } | null {
    const image = this.state.shown === null ? undefined : this.viewport?.getCornerstoneImage();
    const frame = this.frameAt(this.state.shown);
    if (!image || !frame || image.color || image.imageId !== frame.imageId) return null;
    const at = pixelOf(frame, this.viewport!.canvasToWorld([x, y]));
    const column = Math.round(at[0]), row = Math.round(at[1]);
    if (column < 0 || row < 0 || column >= image.columns || row >= image.rows) return null;
    return this.valueOf(image, column, row);
  }
  valueAtPixel(column: number, row: number) {
    const image = this.viewport?.getCornerstoneImage();
    return image && !image.color ? this.valueOf(image, column, row) : null;
  }
  private valueOf(image: Types.IImage, column: number, row: number) {
    const stored = image.voxelManager?.getAtIndex(row * image.columns + column);
    if (typeof stored !== 'number') return null;
    return { column, row, value: image.preScale?.scaled ? stored : stored * image.slope + image.intercept };
  }

  onLoaded(imageId: string) {
    if (this.ready.has(imageId) || !this.list.some((one) => one.imageId === imageId)) return;
    this.ready.add(imageId);
    if (!this.soon) this.soon = requestAnimationFrame(() => {
      this.soon = 0;
      this.set({ loaded: this.ready.size });
    });
  }
  onFailed(imageId: string) {
    if (this.list[this.state.wanted]?.imageId === imageId && this.state.shown !== this.state.wanted) {
      this.pause();
      this.set({ failed: true });
    }
  }

  /* One change of stack after the other; a pane that closed meanwhile does nothing. */
  private inTurn(work: (viewport: Types.IStackViewport) => Promise<void>): Promise<void> {
    const next = this.turn.then(async () => {
      if (this.viewport && !this.gone) await work(this.viewport);
    }).catch(() => {
      if (!this.gone) this.set({ failed: true });
    });
    this.turn = next;
    return next;
  }

  /* The rest of the stack, nearest first, as far as it fits. */
  private fetchAhead(from: number) {
    imageLoadPoolManager.filterRequests(({ additionalDetails }) => (additionalDetails as { pane?: string }).pane !== this.id);
    const image = this.viewport?.getCornerstoneImage();
    const room = image?.sizeInBytes ? Math.floor(AHEAD_BYTES / image.sizeInBytes) : 0;
    const order = this.list.map((frame, index) => ({ frame, away: Math.abs(index - from) })).sort((a, b) => a.away - b.away).slice(1, room);
    for (const { frame } of order) {
      if (this.ready.has(frame.imageId)) continue;
      const fetch = () => imageLoader.loadAndCacheImage(frame.imageId, { priority: 0, requestType: Enums.RequestType.Prefetch }).then(() => undefined, () => undefined);
      imageLoadPoolManager.addRequest(fetch, Enums.RequestType.Prefetch, { imageId: frame.imageId, pane: this.id }, 0);
    }
  }

  private readonly onImage = (event: CustomEvent<{ imageId?: string; image?: Types.IImage; imageIdIndex: number }>) => {
    const imageId = event.detail.image?.imageId ?? event.detail.imageId;
    const shown = this.list.findIndex((one) => one.imageId === imageId);
    if (shown < 0) return;
    mark.imageId = imageId ?? null;
    this.set({ shown, failed: this.state.failed && shown !== this.state.wanted });
    this.tell();
  };
  private readonly onWanted = (event: CustomEvent<{ imageIdIndex: number }>) => this.set({ wanted: event.detail.imageIdIndex, failed: false });
  /* The window was changed, by hand or from here: it stays when new images arrive. */
  private readonly onWindow = () => {
    if (this.held) this.ownWindow = true;
    this.tell();
  };
  private readonly onCamera = () => {
    if (this.held) this.touched = true;
    this.tell();
  };
  private readonly onHold = () => void (this.held = true);
  private readonly onLetGo = () => void (this.held = false);
  private readonly onRendered = () => {
    if (this.state.shown !== null) mark.rendered++;
  };

  /* Reads window and zoom off the viewport. */
  private readonly tell = () => {
    const viewport = this.viewport;
    if (!viewport || this.gone || this.state.shown === null) return;
    const voi = viewport.getProperties().voiRange;
    const level = voi ? utilities.windowLevel.toWindowLevel(voi.lower, voi.upper) : null;
    this.set({ window: level && { center: level.windowCenter, width: level.windowWidth }, inverted: this.inverted, zoom: viewport.getZoom() });
  };

  private set(change: Partial<PaneState>) {
    const next = { ...this.state, ...change };
    if ((Object.keys(next) as (keyof PaneState)[]).every((key) => Object.is(next[key], this.state[key]))) return;
    this.state = next;
    this.listeners.forEach((listener) => listener());
  }
}
