/*
 * One look at a volume: where the planes stand, how each is windowed and zoomed, the slab, what is laid over. Pure; whoever draws subscribes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { Point, Window } from '../dicom';
import { dot, minus, plus } from '../space';
import type { Look, MapName, MAPS } from '../engine/volume';
import { type Grid, voxelPoint } from './grid';
import { type Cut, type Eye, fitting, intoOf, onCut, type PlaneName, PLANES, reach, slide, stepInto, straight, turnCross, within } from './planes';
import type { SharedPlane, SharedVolume } from '../together/volumeView';
import { type Slab, SLAB_FIRST, SLAB_LEAST, SLAB_MODES, SLAB_MOST } from './sample';

export interface Lens { middle: Point; mm: number; own: boolean } // own: moved by hand, a new size does not fit it again
export interface Fused { on: boolean; map: (typeof MAPS)[number]; opacity: number; window: Window } // window in the values of the volume
export interface Session {
  cut: Cut; lens: Record<PlaneName, Lens>; look: Record<PlaneName, Look>; slab: Slab; active: PlaneName; alone: boolean; fused: Fused;
}
const START: MapName = 'hot-iron';
const OPACITY_STEP = 0.1;

const each = <T>(make: (name: PlaneName) => T): Record<PlaneName, T> => ({ axial: make('axial'), sagittal: make('sagittal'), coronal: make('coronal') });

/* The voxel in the middle: an unturned plane starts on stored values. */
export const startOf = (grid: Grid): Point => voxelPoint(grid, grid.size.map((n) => Math.floor((n - 1) / 2)) as unknown as Point);

export class Looking {
  private state: Session;
  private readonly sizes: Partial<Record<PlaneName, readonly [number, number]>> = {};
  private listeners = new Set<() => void>();

  constructor(readonly grid: Grid, private readonly look: Look, over: Window | null) {
    const cut = straight(startOf(grid));
    this.state = {
      cut, look: each(() => look), slab: { mode: 'thin', mm: SLAB_FIRST }, active: 'axial', alone: false,
      lens: each((name) => ({ ...fitting(grid, cut.facing[name], 300, 300), own: false })),
      fused: { on: false, map: START, opacity: 0.5, window: over ?? { center: 0.5, width: 1 } },
    };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly current = () => this.state;
  private put(change: Partial<Session>) {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }

  /* ---- the eye ---- */
  eye(name: PlaneName): Eye {
    const [width, height] = this.sizes[name] ?? [300, 300];
    const { middle, mm } = this.state.lens[name];
    return { middle, mm, width, height };
  }
  resize(name: PlaneName, width: number, height: number) {
    const before = this.sizes[name];
    if (before && before[0] === width && before[1] === height) return;
    this.sizes[name] = [width, height];
    if (!this.state.lens[name].own) this.fit(name);
    else this.put({});
  }
  fit(name: PlaneName) {
    const [width, height] = this.sizes[name] ?? [300, 300];
    const { cut, lens } = this.state;
    const { middle, mm } = fitting(this.grid, cut.facing[name], width - 28, height - 56);
    const eye = onCut(cut.facing[name], { middle, mm, width, height }, cut.centre);
    this.put({ lens: { ...lens, [name]: { middle: eye.middle, mm, own: false } } });
  }
  zoomBy(name: PlaneName, factor: number) {
    const { lens } = this.state;
    const mm = Math.max(0.005, Math.min(20, lens[name].mm / factor));
    this.put({ lens: { ...lens, [name]: { ...lens[name], mm, own: true } } });
  }
  panBy(name: PlaneName, x: number, y: number) {
    const { lens, cut } = this.state;
    const { middle, mm } = lens[name], { right, down } = cut.facing[name];
    this.put({ lens: { ...lens, [name]: { mm, middle: plus(plus(middle, right, -x * mm), down, -y * mm), own: true } } });
  }

  /* ---- the cross ---- */
  private cutTo(next: Cut) {
    const cut = within(next, this.grid);
    const lens = each((name) => {
      const eye = onCut(cut.facing[name], this.eye(name), cut.centre);
      return { ...this.state.lens[name], middle: eye.middle };
    });
    this.put({ cut, lens });
  }
  centreAt = (centre: Point) => this.cutTo({ ...this.state.cut, centre });
  /* Away from the eye by so many voxels of the plane's own direction. */
  step(name: PlaneName, by: number) {
    this.cutTo(stepInto(this.state.cut, name, by * this.stepOf(name)));
  }
  stepOf(name: PlaneName): number {
    const into = intoOf(this.state.cut.facing[name]), { across, down, normal, spacing } = this.grid;
    return Math.abs(dot(into, across)) * spacing[0] + Math.abs(dot(into, down)) * spacing[1] + Math.abs(dot(into, normal)) * spacing[2];
  }
  edge(name: PlaneName, last: boolean) {
    const { from, to } = reach(this.state.cut, name, this.grid);
    this.cutTo(stepInto(this.state.cut, name, last ? to : from));
  }
  slide(name: PlaneName, right: number, down: number) {
    const mm = Math.min(...this.grid.spacing);
    this.cutTo(slide(this.state.cut, name, right * mm, down * mm));
  }
  /* Clockwise on the screen of 'name'; in the other planes the centre keeps its place on the screen. */
  turn(name: PlaneName, degrees: number) {
    const { cut, lens } = this.state;
    const next = turnCross(cut, name, degrees);
    const kept = each((one) => {
      if (one === name) return lens[one];
      const from = minus(cut.centre, lens[one].middle), before = cut.facing[one], after = next.facing[one];
      return { ...lens[one], middle: plus(plus(cut.centre, after.right, -dot(from, before.right)), after.down, -dot(from, before.down)) };
    });
    this.put({ cut: next, lens: kept });
  }

  /* ---- how it is shown ---- */
  window(name: PlaneName, window: Window) {
    this.put({ look: { ...this.state.look, [name]: { ...this.state.look[name], window: { center: window.center, width: Math.max(1e-3, window.width) } } } });
  }
  ownWindow = (name: PlaneName) => this.window(name, this.look.window);
  invert(name: PlaneName) {
    this.put({ look: { ...this.state.look, [name]: { ...this.state.look[name], inverted: !this.state.look[name].inverted } } });
  }
  slabMode(mode: Slab['mode']) {
    this.put({ slab: { ...this.state.slab, mode } });
  }
  nextSlab(back = false) {
    const at = SLAB_MODES.indexOf(this.state.slab.mode);
    this.slabMode(SLAB_MODES[(at + (back ? SLAB_MODES.length - 1 : 1)) % SLAB_MODES.length]!);
  }
  thickness(mm: number) {
    if (Number.isFinite(mm)) this.put({ slab: { ...this.state.slab, mm: Math.max(SLAB_LEAST, Math.min(SLAB_MOST, mm)) } });
  }
  fuse(change: Partial<Fused>) {
    const next = { ...this.state.fused, ...change };
    this.put({ fused: { ...next, opacity: Math.round(Math.max(0, Math.min(1, next.opacity)) * 100) / 100 } });
  }
  opaque = (by: number) => this.fuse({ opacity: this.state.fused.opacity + by * OPACITY_STEP });
  activate(active: PlaneName) {
    if (active !== this.state.active) this.put({ active });
  }
  next() {
    this.put({ active: PLANES[(PLANES.indexOf(this.state.active) + 1) % PLANES.length]! });
  }
  alone = () => this.put({ alone: !this.state.alone });
  /* ---- as somebody else sees it ---- */
  shown(): Pick<SharedVolume, 'centre' | 'planes' | 'slab' | 'active' | 'alone' | 'fused'> {
    const { cut, lens, look, slab, active, alone, fused: { map, opacity, window } } = this.state;
    const planes = each((name): SharedPlane => {
      const { middle, mm, width, height } = this.eye(name);
      return { facing: cut.facing[name], ...look[name], lens: lens[name].own ? { middle, span: [width * mm, height * mm] } : null };
    });
    return { centre: cut.centre, planes, slab, active, alone, fused: { map, opacity, window } };
  }
  /* All that the other sees is seen here, whatever the size of the screen. */
  take({ centre, planes, slab, active, alone, fused }: ReturnType<Looking['shown']>) {
    const cut = within({ centre, facing: each((name) => planes[name].facing) }, this.grid);
    const lens = each((name): Lens => {
      const { width, height } = this.eye(name), wanted = planes[name].lens;
      if (wanted) return { middle: wanted.middle, mm: Math.max(wanted.span[0] / width, wanted.span[1] / height), own: true };
      const { middle, mm } = fitting(this.grid, cut.facing[name], width - 28, height - 56);
      return { middle: onCut(cut.facing[name], { middle, mm, width, height }, cut.centre).middle, mm, own: false };
    });
    this.put({ cut, lens, slab, active, alone, look: each((name) => ({ window: planes[name].window, inverted: planes[name].inverted })), fused: { ...this.state.fused, ...fused } });
  }
  /* As it was opened; what is laid over stays. */
  reset() {
    this.put({ cut: straight(startOf(this.grid)), look: each(() => this.look), slab: { mode: 'thin', mm: SLAB_FIRST } });
    PLANES.forEach((name) => this.fit(name));
  }
}
