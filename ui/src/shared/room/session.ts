/*
 * The live room one sits in: its seats, a link to each, our own sound and picture, what is shown together. No React.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import type { LinkSample } from './counts';
import { worst, type Level } from './ladder';
import { Link, type Said, type Tracks } from './link';

export type Seat = 'imager' | 'technologist' | 'patient' | 'requester' | 'local-physician' | 'nuclear-physician';
export interface Sitter { seat: Seat; person_id: number; name: string; level?: string; page?: string }
export interface RelayAccess { urls: string[]; username: string; credential: string; lives_s: number }
export type RoomMessage =
  | { type: 'room'; act: number; seat: Seat; seats: Sitter[]; state: { from: Seat; data: unknown } | null; relay: RelayAccess | null }
  | ({ type: 'room-came'; act: number } & Sitter)
  | { type: 'room-gone'; act: number; seat: Seat; why?: 'elsewhere' | 'rights' }
  | { type: 'room-say'; act: number; from: Seat; data: Said }
  | { type: 'room-state' | 'room-point'; act: number; from: Seat; data: unknown }
  | { type: 'room-level'; act: number; seat: Seat; level: string }
  | { type: 'room-refused'; act: number; seat: Seat; kind: string; shown: string }
  | { type: 'room-relay'; relay: RelayAccess | null }
  | { type: 'room-pong'; at: number };

export interface Other extends Sitter { stream: MediaStream; screen: MediaStream; connected: boolean; camera: boolean; sharing: boolean; sample: LinkSample | null }
export interface RoomView {
  act: number; seat: Seat; phase: 'entering' | 'in' | 'refused' | 'over'; refused: string; why: '' | 'elsewhere' | 'rights';
  others: Other[]; muted: boolean; camera: boolean; sharing: boolean; level: Level | 'none'; mediaProblem: string;
}

const REPORT_MS = 2000;
const KEEP_MS = 10_000; // a page that reconnects finds its link still there
const DEVICES = 'beclere.devices';

export interface Devices { microphone?: string; camera?: string }
export const chosenDevices = (): Devices => {
  try { return JSON.parse(localStorage.getItem(DEVICES) ?? '{}') as Devices; } catch { return {}; }
};
export const chooseDevices = (devices: Devices) => localStorage.setItem(DEVICES, JSON.stringify(devices));

export const audioWanted = (id?: string): MediaTrackConstraints => ({ echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(id && { deviceId: { ideal: id } }) });
export const cameraWanted = (id?: string): MediaTrackConstraints => ({ width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20 }, ...(id && { deviceId: { ideal: id } }) });

async function mayAtOnce(): Promise<boolean> {
  try {
    const asked = await Promise.all((['microphone', 'camera'] as PermissionName[]).map((name) => navigator.permissions.query({ name })));
    return asked.every((one) => one.state === 'granted');
  } catch { // a browser that does not tell
    return false;
  }
}

export class RoomSession {
  private readonly links = new Map<Seat, { link: Link; page: string }>();
  private sitters: Sitter[] = [];
  private tracks: Tracks = { audio: null, camera: null, screen: null };
  private relay: RelayAccess | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private leaving = new Map<Seat, ReturnType<typeof setTimeout>>();
  private told = '';
  private readonly page = crypto.randomUUID(); // ours: who comes back with it finds its links
  private now: RoomView;
  private readonly watchers = new Set<() => void>();
  private readonly heardBy = new Set<(channel: 'state' | 'point', data: unknown, from: Seat) => void>();
  /* What was shown when we came, for whoever draws it. */
  shown: { from: Seat; data: unknown } | null = null;

  constructor(readonly act: number, readonly seat: Seat, private readonly send: (message: object) => boolean) {
    this.now = { act, seat, phase: 'entering', refused: '', why: '', others: [], muted: false, camera: true, sharing: false, level: 'none', mediaProblem: '' };
  }

  watch = (watcher: () => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };
  view = () => this.now;
  get local() { return this.tracks; }

  async enter() {
    // Where the browser asks nothing any more the seat is taken while microphone and camera open: on a slow line that is a third of the way.
    const media = this.takeMedia();
    if (!await mayAtOnce()) await media;
    else void media.then(() => this.refit());
    if ((this.now.phase as RoomView['phase']) === 'over') return;
    this.join();
    this.timer = setInterval(() => void this.report(), REPORT_MS);
  }

  /* The socket is open again: the seat was lost with the old one. */
  join() { this.send({ type: 'room-join', act: this.act, seat: this.seat, page: this.page }); }

  leave(why: RoomView['why'] = '') {
    if (this.now.phase === 'over') return;
    if (!why) this.send({ type: 'room-leave', act: this.act });
    if (this.timer) clearInterval(this.timer);
    for (const { link } of this.links.values()) link.close();
    this.leaving.forEach((one) => clearTimeout(one));
    this.links.clear();
    for (const track of Object.values(this.tracks) as (MediaStreamTrack | null)[]) track?.stop();
    this.tracks = { audio: null, camera: null, screen: null };
    this.set({ phase: 'over', why, others: [] });
  }

  hear(m: RoomMessage) {
    if (!('act' in m) || m.act !== this.act) return;
    switch (m.type) {
      case 'room':
        if (m.seat !== this.seat) return;
        this.relay = m.relay;
        this.sitters = m.seats;
        this.shown = m.state;
        for (const one of m.seats) if (!this.kept(one)) this.connect(one, true);
        for (const seat of [...this.links.keys()]) if (!m.seats.some((one) => one.seat === seat)) this.drop(seat);
        this.set({ phase: 'in', refused: '' });
        if (m.state) this.tell('state', m.state.data, m.state.from);
        return;
      case 'room-came':
        this.sitters = [...this.sitters.filter((one) => one.seat !== m.seat), { seat: m.seat, person_id: m.person_id, name: m.name, page: m.page }];
        if (!this.kept(m)) this.connect(m, false);
        this.changed();
        return;
      case 'room-gone':
        if (m.seat === this.seat && m.why) return this.leave(m.why);
        if (this.shown?.from === m.seat) this.shown = null;
        this.sitters = this.sitters.filter((one) => one.seat !== m.seat);
        this.leaving.set(m.seat, setTimeout(() => this.drop(m.seat), KEEP_MS));
        this.changed();
        return;
      case 'room-say':
        void this.links.get(m.from)?.link.hear(m.data).catch(() => undefined);
        return;
      case 'room-state':
      case 'room-point':
        this.tell(m.type === 'room-state' ? 'state' : 'point', m.data, m.from);
        return;
      case 'room-level':
        this.sitters = this.sitters.map((one) => (one.seat === m.seat ? { ...one, level: m.level } : one));
        this.changed();
        return;
      case 'room-refused':
        if (m.seat !== this.seat) return;
        if (this.timer) clearInterval(this.timer);
        this.set({ phase: 'refused', refused: m.shown });
    }
  }

  /* ---- what is shown together: by the channels that are open, by the socket to the rest ---- */
  onShared(hear: (channel: 'state' | 'point', data: unknown, from: Seat) => void) {
    this.heardBy.add(hear);
    return () => void this.heardBy.delete(hear);
  }
  share(channel: 'state' | 'point', data: object) {
    if (channel === 'state') {
      for (const { link } of this.links.values()) link.send('state', data);
      this.send({ type: 'room-state', act: this.act, data }); // to who has no channel; kept by the server for who comes late
      return;
    }
    let all = true;
    for (const { link } of this.links.values()) all = link.send('point', data) && all;
    if (!all) this.send({ type: 'room-point', act: this.act, data });
  }

  /* ---- our own sound and picture ---- */
  mute(muted: boolean) {
    if (this.tracks.audio) this.tracks.audio.enabled = !muted;
    this.set({ muted });
  }
  async showCamera(camera: boolean) {
    if (camera && !this.tracks.camera) this.tracks.camera = await this.grab({ video: cameraWanted(chosenDevices().camera) }, 'video');
    if (!camera) { this.tracks.camera?.stop(); this.tracks.camera = null; }
    await this.refit();
    this.set({ camera: !!this.tracks.camera });
  }
  async useDevices(devices: Devices) {
    chooseDevices(devices);
    const audio = await this.grab({ audio: audioWanted(devices.microphone) }, 'audio');
    if (audio) { this.tracks.audio?.stop(); this.tracks.audio = audio; audio.enabled = !this.now.muted; }
    if (this.now.camera) {
      this.tracks.camera?.stop();
      this.tracks.camera = await this.grab({ video: cameraWanted(devices.camera) }, 'video');
    }
    await this.refit();
    this.changed();
  }
  async shareScreen(on: boolean) {
    this.tracks.screen?.stop();
    this.tracks.screen = null;
    if (on) {
      try {
        this.tracks.screen = (await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 10 } } })).getVideoTracks()[0] ?? null;
        if (this.tracks.screen) this.tracks.screen.onended = () => void this.shareScreen(false);
      } catch { /* called off */ }
    }
    await this.refit();
    this.set({ sharing: !!this.tracks.screen });
  }

  /* ---- inside ---- */
  private tell(channel: 'state' | 'point', data: unknown, from: Seat) {
    if (channel === 'state') this.shown = { from, data };
    this.heardBy.forEach((hear) => hear(channel, data, from));
  }

  private async grab(wanted: MediaStreamConstraints, kind: 'audio' | 'video') {
    try {
      return (await navigator.mediaDevices.getUserMedia(wanted)).getTracks().find((track) => track.kind === kind) ?? null;
    } catch (error) {
      this.set({ mediaProblem: error instanceof DOMException ? error.name : 'Error' });
      return null;
    }
  }
  /* Each by itself: a room without a camera still has its microphone. */
  private async takeMedia() {
    const { microphone, camera } = chosenDevices();
    this.tracks = { audio: await this.grab({ audio: audioWanted(microphone) }, 'audio'), camera: await this.grab({ video: cameraWanted(camera) }, 'video'), screen: null };
    if (this.now.phase === 'over') { this.tracks.audio?.stop(); this.tracks.camera?.stop(); }
    this.set({ camera: !!this.tracks.camera });
  }
  private async refit() {
    for (const { link } of this.links.values()) await link.use(this.tracks);
  }

  private kept(sitter: Sitter): boolean {
    const there = this.links.get(sitter.seat);
    const timer = this.leaving.get(sitter.seat);
    if (timer) clearTimeout(timer);
    this.leaving.delete(sitter.seat);
    if (!there) return false;
    if (there.page === (sitter.page ?? '') && there.link.connected) return true;
    this.drop(sitter.seat);
    return false;
  }
  private connect(sitter: Sitter, caller: boolean) {
    const config: RTCConfiguration = this.relay ? { iceServers: [{ urls: this.relay.urls, username: this.relay.username, credential: this.relay.credential }] } : {};
    const link = new Link(config, caller, this.tracks, {
      say: (said) => void this.send({ type: 'room-say', act: this.act, to: sitter.seat, data: said }),
      heard: (channel, data) => this.tell(channel, data, sitter.seat),
      changed: () => this.changed(),
    });
    this.links.set(sitter.seat, { link, page: sitter.page ?? '' });
  }
  private drop(seat: Seat) {
    this.links.get(seat)?.link.close();
    this.links.delete(seat);
    this.leaving.delete(seat);
    this.changed();
  }

  private async report() {
    const links: object[] = [];
    for (const [seat, { link }] of this.links) {
      if (!link.connected) continue;
      const sample = await link.look();
      links.push({ seat, sent: sample.sent, got: sample.got, relay: sample.relay });
    }
    const level = worst([...this.links.values()].filter(({ link }) => link.connected).map(({ link }) => link.rung.level));
    const told = links.length ? level : 'none';
    if (links.length || told !== this.told) this.send({ type: 'room-report', act: this.act, level: told, links });
    this.told = told;
    this.set({ level: told });
  }

  private set(more: Partial<RoomView>) {
    this.now = { ...this.now, ...more };
    this.changed();
  }
  private changed() {
    const others = this.sitters.map((one) => {
      const link = this.links.get(one.seat)?.link;
      return { ...one, stream: link?.stream ?? new MediaStream(), screen: link?.screen ?? new MediaStream(), connected: !!link?.connected, camera: !!link?.theirs.camera, sharing: !!link?.theirs.screen, sample: link?.sample ?? null };
    });
    this.now = { ...this.now, others };
    this.watchers.forEach((tell) => tell());
  }
}
