/*
 * A pane that shows one stack: which frame is drawn, its window, how it is turned, how fast it plays.
 *
 * What is written over an image describes the image that is drawn, never the one still on its way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { cache, Enums, imageLoader, type RenderingEngine, type Types, utilities } from '@cornerstonejs/core';
import { ToolGroupManager } from '@cornerstonejs/tools';
import { type Frame, number, readsDark, speaksHounsfield, TAG, type Window } from '../dicom';
import { type Pixel } from '../space';
import { placingOf } from '../state/read';
import { type Choice, greysOf, isUnder, reachOf, tableShown, type Under } from '../grey/tables';
import { Ahead, nearest } from './ahead';
import { bind, ENGINE, engineStarted, mark, panes, register, type Told } from './base';
import { Cine } from './cine';
import { plainId, shownAs, tableHere, tableOfId } from './greys';
import { known } from './known';
import { standingUnder } from './under';
import { isFixed, valueOf } from './values';
import { reachTo } from './reach';
import { NOTHING, type Opening, opensAlike, type PaneState, PLAIN, sameWindow, type Stood } from './paneState';
import { type Standing, toWall } from './wall';

export type { Opening, PaneState, Stood };

const AHEAD_BYTES = 600 << 20; // of decoded pixels fetched ahead: a cine of an hour must not push out what is looked at
const SETTLED_MS = 80; // a hand that scrolls on fetches for where it stops
const ahead = new Ahead((imageId) => imageLoader.loadAndCacheImage(imageId, { priority: 0, requestType: Enums.RequestType.Prefetch }), (imageId) => !!cache.getImageLoadObject(imageId));

/* The pixels of the frame that is drawn: values after rescale; null where there is none or in colour. */
export interface Pixels { columns: number; rows: number; color: boolean; at: (column: number, row: number) => number | null }

/* Who follows when somebody moves a pane or its window (link.ts; 'asked': a hand did, not the opening of an image), and who watches one from its opening; what 'opened' answers is called when it closes. */
export const hooks: { moved: (pane: StackPane) => void; windowed: (pane: StackPane, window: Window | null, asked: boolean) => void; opened: (pane: StackPane) => () => void } =
  { moved: () => undefined, windowed: () => undefined, opened: () => () => undefined };

/* Images that no pane shows yet and may be asked for, under a name of their own; none: not any more. */
export function fetchSoon(name: string, frames: Frame[]) {
  register(frames);
  if (frames.length) ahead.order(name, frames.map((one) => one.imageId));
  else ahead.drop(name);
}

const watched = (all: Set<() => void>) => (one: () => void) => (all.add(one), () => void all.delete(one));

export class StackPane implements Told {
  private viewport: Types.IStackViewport | null = null;
  private engine: RenderingEngine | null = null;
  private list: Frame[] = [];
  private given: Frame[] = []; // as they came, before a table of grey levels was chosen
  private choice: Choice = 'own';
  private state = NOTHING;
  private listeners = new Set<() => void>();
  private viewers = new Set<() => void>();
  private ready = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();
  private ownWindow = false;
  private inverted = false;
  private cine = new Cine(() => this.goTo((this.state.wanted + 1) % this.list.length), (now) => !this.gone && this.set(now));
  private soon = 0;
  private gone = false;
  private arrived: () => void = () => undefined; // something of the stack is drawn
  private way = 0; // in which somebody scrolls: 1, -1, 0
  private settled: ReturnType<typeof setTimeout> | undefined;
  private held = false; // a hand is on the image: what changes now is wanted
  private touched = false; // zoomed or moved by hand: a new size of the pane does not fit the image again
  private sizes: ResizeObserver | null = null;
  private unwatch: () => void = () => undefined;
  private later: Stood | null = null; // asked before anything was drawn
  private opening = PLAIN;
  private reopened = false; // it opens otherwise than what is drawn did
  standing: Standing | null = null; // of the image that is drawn
  get group() { return this.opening.group; }

  constructor(readonly id: string, private readonly element: HTMLDivElement) {}

  readonly subscribe = watched(this.listeners);
  readonly current = () => this.state;
  /* Called after each drawing: whoever draws over the image moves with it. */
  readonly onView = watched(this.viewers);
  readonly frames = () => this.list;
  /* Its window is no more the image's own. */
  readonly windowed = () => this.ownWindow;
  readonly opensWindowed = () => !!this.opening.window;

  async open(): Promise<void> {
    const engine = await engineStarted();
    if (this.gone) return;
    this.engine = engine;
    engine.enableElement({ viewportId: this.id, element: this.element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
    this.viewport = engine.getViewport<Types.IStackViewport>(this.id);
    ToolGroupManager.getToolGroup(ENGINE)?.addViewport(this.id, ENGINE);
    bind();
    panes.set(this.id, this);
    const { STACK_NEW_IMAGE, PRE_STACK_NEW_IMAGE, VOI_MODIFIED, CAMERA_MODIFIED, IMAGE_RENDERED } = Enums.Events;
    const heard: [string, unknown][] = [[STACK_NEW_IMAGE, this.onImage], [PRE_STACK_NEW_IMAGE, this.onWanted], [VOI_MODIFIED, this.onWindow], [CAMERA_MODIFIED, this.onCamera], [IMAGE_RENDERED, this.onRendered], ['pointerdown', this.onHold]];
    for (const [event, listener] of heard) this.element.addEventListener(event, listener as EventListener);
    addEventListener('pointerup', this.onLetGo);
    addEventListener('pointercancel', this.onLetGo);
    this.sizes = new ResizeObserver(() => {
      if (!this.element.clientWidth || !this.element.clientHeight) return;
      engine.resize(true, true);
      panes.forEach((pane) => pane.refit());
    });
    this.sizes.observe(this.element);
    this.unwatch = hooks.opened(this);
  }

  close() {
    this.unwatch();
    this.gone = true;
    this.pause();
    this.sizes?.disconnect();
    removeEventListener('pointerup', this.onLetGo);
    removeEventListener('pointercancel', this.onLetGo);
    panes.delete(this.id);
    if (!this.engine) return;
    ToolGroupManager.getToolGroup(ENGINE)?.removeViewports(ENGINE, this.id);
    clearTimeout(this.settled);
    ahead.drop(this.id);
    this.engine.disableElement(this.id);
    this.viewport = null;
  }

  private readsDark = () => !!this.list[0] && readsDark(this.list[0]);
  /* How the next stack opens; null: as it is. One that is drawn already is opened again only when that changes. */
  opensAs(opening: Opening | null) {
    const before = this.opening;
    this.opening = opening ?? PLAIN;
    if (this.state.shown !== null && !opensAlike(before, this.opening)) this.reopened = true;
    if (!this.opening.stands) this.standing = null;
  }
  /* The image that is drawn, turned and put to its wall as it says of itself. */
  private hang() {
    const frame = this.frameAt(this.state.shown), before = this.standing;
    this.standing = (frame && this.opening.stands?.(frame)) ?? null;
    const one = this.standing;
    if (!one || (before && before.flip === one.flip && before.tumble === one.tumble && before.wall === one.wall && this.touched)) return;
    this.viewport?.resetCamera();
    this.touched = false;
    this.turnTo(0, one.flip, one.tumble);
    this.wallAll();
  }
  private openTurned() {
    const { flip } = this.opening;
    this.hang();
    if (!this.standing && flip) this.turnTo(0, flip === 'mirror', flip === 'upside');
  }
  /* As if it had just been opened: its own window, not turned, fitting. */
  private openAgain() {
    this.standing = null;
    this.touched = false;
    this.setWindow(null, false);
    this.viewport?.resetCamera();
    this.turnTo(0, false, false);
  }
  /* All images of one scale, each at its wall; one that somebody moved stays. */
  private wallAll() {
    for (const pane of panes.values()) if (pane instanceof StackPane && pane.standing && pane.group === this.group && !pane.touched && pane.viewport) toWall(pane, pane.viewport, [...panes.values()].filter((one): one is StackPane => one instanceof StackPane && one.group === this.group));
  }
  frameAt = (index: number | null): Frame | null => (index === null ? null : this.list[index] ?? null);

  /*
   * Shows these frames. When the frame that is drawn is among them (images arrived meanwhile) the place, the window, the zoom and the pan stay.
   */
  show(given: Frame[], first: number): Promise<void> {
    return this.inTurn(async (viewport) => {
      const drawn = this.frameAt(this.state.shown);
      const place = drawn ? given.findIndex((one) => plainId(one.imageId) === plainId(drawn.imageId)) : -1;
      const same = place >= 0, again = same && this.reopened;
      this.reopened = false;
      const view = same ? viewport.getViewPresentation() : null;
      if (!same) this.choice = 'own';
      const list = given.map((one) => shownAs(one, this.choice));
      const voi = same && this.ownWindow && drawn!.imageId === list[place]!.imageId ? viewport.getProperties().voiRange : undefined;
      register(list);
      this.given = given;
      this.list = list;
      this.ready = new Set(list.filter((one) => cache.isLoaded(one.imageId)).map((one) => one.imageId));
      if (!same) {
        this.ownWindow = this.touched = false;
        this.inverted = this.readsDark();
        this.set({ ...NOTHING, wanted: first, count: list.length });
        this.pause();
      }
      const index = same ? place : Math.max(0, Math.min(first, list.length - 1));
      this.set({ count: list.length, loaded: this.ready.size, wanted: index, shown: same ? place : null });
      if (!list.length) return;
      ahead.order(this.id, []);
      this.way = 0;
      const drawing = new Promise<void>((done) => (this.arrived = done)), whole = viewport.setStack(list.map((one) => one.imageId), index);
      whole.then(() => this.list === list && this.fetchAhead(), () => this.list === list && this.onFailed(list[index]!.imageId));
      await Promise.race([whole, drawing]); // an image that comes slowly holds nothing else up
      if (this.gone) return;
      if (view) viewport.setViewPresentation(view);
      if (voi) viewport.setProperties({ voiRange: voi });
      if (this.inverted) viewport.setProperties({ invert: !viewport.getProperties().invert });
      viewport.render();
      this.tell();
      if (again) this.openAgain();
      if ((!same || again) && this.opening.window && (!this.opening.hounsfield || speaksHounsfield(list[index]!))) this.setWindow(this.opening.window, false);
      if (!same || again) this.openTurned();
      this.stoodLater();
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

  /* A window in the units of the image; null gives back the image's own. 'asked': by a hand, others may follow. */
  setWindow(wanted: Window | null, asked = true) {
    if (!this.viewport || this.state.shown === null) return;
    const choice: Choice = isUnder(this.choice) ? this.choice : wanted ? 'window' : 'own'; // a window under a state is one of the state's values
    const frame = this.frameAt(this.state.shown)!;
    if (tableShown(frame, choice) !== this.state.table) return void this.choose(choice).then(() => this.putWindow(wanted, asked));
    this.choice = choice;
    this.putWindow(wanted, asked);
  }
  private putWindow(wanted: Window | null, asked: boolean) {
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
    hooks.windowed(this, wanted, asked);
  }

  /* One of the tables of the view that the image has; the windows are those of 'setWindow'. */
  setTable(index: number) {
    const frame = this.frameAt(this.state.shown);
    if (!frame || tableShown(frame, index) === null || this.state.table === index) return;
    this.ownWindow = false;
    void this.choose(index);
  }
  /* Under a presentation state, standing as it says; null: as the image itself says. */
  async setUnder(under: Under | null): Promise<void> {
    const before = isUnder(this.choice) ? this.choice : null, frame = this.frameAt(this.state.shown);
    if (!frame) return;
    this.ownWindow = false;
    await this.choose(under ?? 'own');
    const state = under && known.get(under.key), placing = state && under.key !== before?.key ? placingOf(state, frame) : null, spacing = this.placed()?.getSpacing();
    if (placing && spacing) this.stand(standingUnder(placing, [spacing[0]!, spacing[1]!], this.size(), this.readsDark()));
    else if (!under) this.reset();
  }
  /* The same frames under another table, or under none. */
  private async choose(choice: Choice): Promise<void> {
    this.choice = choice;
    await this.show(this.given, this.state.wanted);
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
    const turned = this.viewport?.getViewPresentation();
    this.viewport?.resetCamera();
    if (turned) this.turnTo(turned.rotation ?? 0, !!turned.flipHorizontal, !!turned.flipVertical);
    if (this.standing) this.wallAll();
  }

  /* A quarter turn; the letters at the edges follow. */
  rotate(degrees: number) {
    const now = this.viewport?.getViewPresentation();
    if (now) this.turnTo((Math.round((now.rotation ?? 0) + degrees) + 360) % 360, !!now.flipHorizontal, !!now.flipVertical);
  }

  /* A mirror, as the screen shows it: left and right, or top and bottom. */
  flip(upsideDown: boolean) {
    const viewport = this.viewport;
    if (!viewport || this.state.shown === null) return;
    const now = viewport.getViewPresentation();
    viewport.setCamera(upsideDown ? { flipVertical: !now.flipVertical } : { flipHorizontal: !now.flipHorizontal });
    viewport.render();
    this.tell();
  }

  /* By the camera: the engine's presentation takes no mirror back. */
  private turnTo(rotation: number, flipHorizontal: boolean, flipVertical: boolean) {
    const viewport = this.viewport;
    if (!viewport || this.state.shown === null) return;
    viewport.setCamera({ flipHorizontal, flipVertical });
    viewport.setViewPresentation({ rotation });
    viewport.render();
    this.tell();
  }

  zoomBy(factor: number) {
    if (!this.viewport || this.state.shown === null) return;
    this.touched = true;
    this.viewport.setZoom(this.viewport.getZoom() * factor);
    this.viewport.render();
    this.tell();
  }

  /* After a new size: an image that nobody moved fills its pane again. */
  refit() {
    if (!this.touched && this.state.shown !== null) this.fit();
  }

  reset() {
    this.inverted = this.readsDark();
    this.setWindow(null);
    const { flip } = this.opening;
    this.turnTo(0, this.standing?.flip ?? flip === 'mirror', this.standing?.tumble ?? flip === 'upside');
    this.fit();
  }

  /* ---- as somebody else sees it ---- */

  /* 'reach' is null while the pane fits the image by itself. */
  private reach(): Stood['reach'] {
    const [width, height] = this.size(), middle = this.touched ? this.toPixel(width / 2, height / 2) : null;
    const down = 2 * (this.viewport?.getCamera().parallelScale ?? 0);
    return middle && down && height ? { middle, span: [(down * width) / height, down] } : null;
  }
  stood(): Stood {
    const { window, rotation, flipped, tumbled } = this.state;
    return { window, inverted: this.inverted, rotation, flipped, tumbled, reach: this.reach() };
  }
  /* Stands as asked, in a pane of its own size: all that the other sees is seen here. Before the first drawing it waits for it. */
  stand(as: Stood) {
    if (!this.viewport || this.state.shown === null) {
      this.later = as;
      return;
    }
    const now = this.state;
    if (as.window && !sameWindow(now.window, as.window)) this.setWindow(as.window);
    if (this.inverted !== as.inverted) this.invert();
    if (now.rotation !== as.rotation || now.flipped !== as.flipped || now.tumbled !== as.tumbled) this.turnTo(as.rotation, as.flipped, as.tumbled);
    if (as.reach) this.reachTo(as.reach);
    else if (this.touched) this.fit();
  }
  private stoodLater() {
    const as = this.later;
    this.later = null;
    if (as) this.stand(as);
  }
  private reachTo(to: NonNullable<Stood['reach']>) {
    const data = this.placed();
    if (!data || !reachTo(this.viewport!, data, to, this.reach(), this.size(), this.grown())) return;
    this.touched = true;
    this.viewport!.render();
    this.tell();
  }

  play(perSecond: number) {
    if (this.list.length > 1) this.cine.play(perSecond);
  }
  pause = () => this.cine.stop();

  /* Tries the image that failed once more. */
  retry() {
    const { wanted } = this.state;
    this.set({ failed: false });
    void this.inTurn(async (viewport) => {
      await viewport.setStack(this.list.map((one) => one.imageId), wanted);
      viewport.render();
    });
  }

  /* ---- columns and rows of the frame that is drawn, and places on the screen; as the engine really placed it ---- */
  private placed() {
    return this.state.shown === null ? undefined : (this.viewport?.getImageData() as Types.IImageData | undefined)?.imageData;
  }
  /* A frame on its way is drawn with fewer columns: what is asked and answered here are those of the whole one. */
  private grown() {
    const all = this.frameAt(this.state.shown)?.instance;
    return (all && number(all, TAG.columns)! / this.drawnColumns()) || 1;
  }
  drawnColumns = () => this.viewport?.getCornerstoneImage()?.columns ?? 0;
  toPixel(x: number, y: number): Pixel | null {
    const data = this.placed();
    if (!data) return null;
    const [column, row] = data.worldToIndex(this.viewport!.canvasToWorld([x, y]) as never) as number[], by = this.grown();
    return [column! * by, row! * by];
  }
  toScreen([column, row]: Pixel): [number, number] | null {
    const data = this.placed(), by = this.grown();
    return data ? (this.viewport!.worldToCanvas(data.indexToWorld([column / by, row / by, 0] as never) as Types.Point3) as [number, number]) : null;
  }
  size = () => [this.element.clientWidth, this.element.clientHeight] as const;

  pixels(): Pixels | null {
    const image = this.state.shown === null ? undefined : this.viewport?.getCornerstoneImage();
    if (!image || image.imageId !== this.frameAt(this.state.shown)?.imageId) return null;
    return { columns: image.columns, rows: image.rows, color: !!image.color, at: (column, row) => this.valueAtPixel(column, row)?.value ?? null };
  }
  /* The stored value (after rescale) under a point of the element; null outside, and for colour. */
  valueAt = (x: number, y: number) => ((at) => at && this.valueAtPixel(Math.round(at[0]), Math.round(at[1])))(this.toPixel(x, y));
  valueAtPixel(column: number, row: number) {
    const image = this.viewport?.getCornerstoneImage();
    return image && this.isFull() ? valueOf(image, column, row) : null;
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
    if (this.list[this.state.wanted]?.imageId === imageId && (this.state.shown !== this.state.wanted || !this.state.full)) {
      this.pause();
      ahead.wait(this.id, false);
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

  /* The rest of the stack, as far as it fits. */
  private fetchAhead() {
    const image = this.viewport?.getCornerstoneImage();
    if (this.gone || !image?.sizeInBytes || !this.isFull()) return;
    ahead.order(this.id, nearest(this.list.length, this.state.wanted, this.way).slice(0, Math.floor(AHEAD_BYTES / image.sizeInBytes)).map((index) => this.list[index]!.imageId));
    ahead.wait(this.id, false);
  }

  private readonly onImage = (event: CustomEvent<{ imageId?: string; image?: Types.IImage; imageIdIndex: number }>) => {
    const imageId = event.detail.image?.imageId ?? event.detail.imageId;
    const shown = this.list.findIndex((one) => one.imageId === imageId);
    if (shown < 0) return;
    mark.imageId = imageId ?? null;
    this.set({ shown, failed: this.state.failed && shown !== this.state.wanted });
    this.tell();
    this.arrived();
    clearTimeout(this.settled);
    if (this.state.full) this.settled = setTimeout(() => this.fetchAhead(), SETTLED_MS);
    if (this.opening.stands && this.standing) this.hang();
    hooks.moved(this);
  };
  private readonly onWanted = (event: CustomEvent<{ imageIdIndex: number }>) => {
    const { imageIdIndex: wanted } = event.detail, before = this.state.shown;
    if (before !== null) this.way = Math.sign(wanted - before);
    if (!cache.isLoaded(this.list[wanted]?.imageId ?? '')) ahead.wait(this.id, true);
    this.set({ wanted, failed: false });
  };
  /* The window was changed, by hand or from here: it stays when new images arrive. */
  private readonly onWindow = () => {
    const frame = this.frameAt(this.state.shown), table = this.held && this.choice !== 'window' && frame ? tableHere(frame) : null;
    if (table) return this.setWindow(reachOf(table)); // a hand on a table begins with the window of all that it tells apart
    if (this.held) this.ownWindow = true;
    this.tell();
    if (this.held) hooks.windowed(this, this.state.window, true);
  };
  private readonly onCamera = () => {
    if (this.held) this.touched = true;
    this.tell();
    this.viewers.forEach((listener) => listener());
  };
  private readonly onHold = () => void (this.held = true);
  private readonly onLetGo = () => void (this.held = false);
  private readonly onRendered = () => {
    if (this.state.shown === null) return;
    mark.rendered++;
    this.tell();
    this.viewers.forEach((listener) => listener());
  };

  /* Reads window and zoom off the viewport. */
  private readonly tell = () => {
    const viewport = this.viewport;
    if (!viewport || this.gone || this.state.shown === null) return;
    const voi = viewport.getProperties().voiRange;
    const level = voi ? utilities.windowLevel.toWindowLevel(voi.lower, voi.upper) : null;
    const { rotation = 0, flipHorizontal, flipVertical } = viewport.getViewPresentation();
    const frame = this.frameAt(this.state.shown), table = frame && tableOfId(frame.imageId), image = viewport.getCornerstoneImage();
    this.set({
      table, under: isUnder(this.choice) ? this.choice : null, greys: frame ? greysOf(frame) : NOTHING.greys, window: table !== null || (image && isFixed(image)) ? null : level && { center: level.windowCenter, width: level.windowWidth }, inverted: this.inverted, usual: this.inverted === this.readsDark(), zoom: viewport.getZoom(),
      rotation: Math.round(rotation) % 360, flipped: !!flipHorizontal, tumbled: !!flipVertical, full: this.isFull(),
    });
  };
  /* An image refined step by step says how far it is; one that came whole says nothing. */
  private isFull(): boolean {
    const image = this.viewport?.getCornerstoneImage();
    if (!image || image.imageId !== this.frameAt(this.state.shown)?.imageId) return false;
    const { imageQualityStatus } = image as { imageQualityStatus?: number };
    return imageQualityStatus === undefined || imageQualityStatus === Enums.ImageQualityStatus.FULL_RESOLUTION;
  }

  private set(change: Partial<PaneState>) {
    const next = { ...this.state, ...change };
    if ((Object.keys(next) as (keyof PaneState)[]).every((key) => Object.is(next[key], this.state[key]))) return;
    this.state = next;
    this.listeners.forEach((listener) => listener());
  }
}
